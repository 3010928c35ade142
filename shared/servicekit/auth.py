"""Who is calling: the bearer token's algorithm, type, issuer, audience and expiry are checked, its claims read.

Tokens are OAuth 2.0 access tokens as JWT (RFC 9068): `typ` is `at+jwt`, so that an ID token is no key to anything.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from servicekit.logs import log
from servicekit.problems import Unauthorised, Unavailable
from servicekit.roles import Role

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
TYPES = frozenset({"at+jwt", "application/at+jwt"})
LEEWAY_SECONDS = 30
REFETCH_SECONDS = 10

_log = log(__name__)


@dataclass(frozen=True)
class Identity:
    """What a valid token says of its bearer."""

    issuer: str
    subject: str
    email: str | None
    email_verified: bool
    roles: frozenset[Role]


class Verifier:
    """Checks bearer tokens against one issuer, whose keys are cached and fetched again only for an unknown key."""

    def __init__(
        self, *, issuer: str, audience: str, jwks_uri: str, roles_claim: str, roles: Mapping[str, Role]
    ) -> None:
        self._issuer = issuer
        self._jwks_uri = jwks_uri
        self._roles_claim = roles_claim
        self._roles = roles
        self._keys = KeySet([])
        self._fetched = float("-inf")
        self._lock = threading.Lock()
        # The machine's own time judges a token's life, not the domain's clock, which tests move by months.
        self._claims = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    def identify(self, token: str) -> Identity:
        """The identity of a token's bearer; `Unauthorised` says why a token does not hold."""
        try:
            header = extract_compact(token.encode()).headers()
        except (JoseError, ValueError) as error:
            raise Unauthorised("The bearer token cannot be read. Sign in again.") from error
        if header.get("alg") not in ALGORITHMS:
            raise Unauthorised("The bearer token is not signed in a way that we accept.")
        if str(header.get("typ", "")).lower() not in TYPES:
            raise Unauthorised("The bearer token is not an access token (its typ must be at+jwt).")
        try:
            decoded = jwt.decode(token, self._key(header.get("kid")), algorithms=list(ALGORITHMS))
            self._claims.validate(decoded.claims)
        except (JoseError, ValueError) as error:
            raise Unauthorised("The bearer token does not hold: it has expired or is not meant for us.") from error
        return self._identity(decoded.claims)

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        claimed = claims.get(self._roles_claim, [])
        values = claimed if isinstance(claimed, list) else [claimed]
        subject = claims["sub"]
        if not isinstance(subject, str) or not subject:
            raise Unauthorised("The bearer token names nobody (its sub is empty).")
        email = claims.get("email")
        return Identity(
            issuer=self._issuer,
            subject=subject,
            email=email if isinstance(email, str) and email else None,
            email_verified=claims.get("email_verified") is True,
            roles=frozenset(self._roles[value] for value in values if isinstance(value, str) and value in self._roles),
        )

    def _key(self, kid: object) -> KeySet:
        if not isinstance(kid, str):
            raise Unauthorised("The bearer token does not say which key signed it.")
        if not self._has(kid):
            self._fetch(kid)
        matching = [key for key in self._keys if key.kid == kid]
        if not matching:
            raise Unauthorised("The bearer token is signed by a key that its issuer does not have.")
        return KeySet(matching)

    def _has(self, kid: str) -> bool:
        return any(key.kid == kid for key in self._keys)

    def _fetch(self, kid: str) -> None:
        with self._lock:
            # An invented key id must not make us ask the issuer at every request.
            if self._has(kid) or time.monotonic() - self._fetched < REFETCH_SECONDS:
                return
            try:
                address = self._jwks_uri or self._discovered()
                answer = requests.get(address, timeout=3)
                answer.raise_for_status()
                self._keys = KeySet.import_key_set(answer.json())
            except (requests.RequestException, JoseError, ValueError, KeyError) as error:
                _log.warning("the identity provider's keys cannot be fetched", error=type(error).__name__)
                raise Unavailable("We cannot check sign-ins right now. Please try again in a moment.") from error
            self._fetched = time.monotonic()

    def _discovered(self) -> str:
        answer = requests.get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration", timeout=3)
        answer.raise_for_status()
        return str(answer.json()["jwks_uri"])
