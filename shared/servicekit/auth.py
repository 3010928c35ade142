"""Who is calling: the bearer token's algorithm, type, issuer, audience and expiry are checked, its claims read.

Tokens are OAuth 2.0 access tokens as JWT (RFC 9068): `typ` is `at+jwt`, so that an ID token is no key to anything.
Some identity providers say only `JWT` of both. Where a trust allows that, a token must show otherwise that it is an
access token: it says what it permits, as ID tokens never do, and has none of the claims that only ID tokens have.
"""

import threading
import time
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from servicekit.logs import log
from servicekit.problems import Unauthorised, Unavailable
from servicekit.roles import Role, claimed_roles

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
ACCESS_TOKEN, ANY_TOKEN = "at+jwt", "jwt"
"""What a token's `typ` may be allowed to say, in lower case: an access token, or nothing of what it is."""

LEEWAY_SECONDS = 30
REFETCH_SECONDS = 10

_ONLY_IN_ID_TOKENS = frozenset({"nonce", "at_hash", "c_hash", "s_hash"})
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
        self,
        *,
        issuer: str,
        audience: str,
        jwks_uri: str,
        roles_claim: str,
        roles: Mapping[str, Role],
        token_types: Set[str] = frozenset({ACCESS_TOKEN}),
        email_claim: str = "email",
        vouches_for_emails: bool = False,
    ) -> None:
        self._issuer = issuer
        self._jwks_uri = jwks_uri
        self._roles_claim = roles_claim
        self._roles = roles
        self._token_types = token_types
        self._email_claim = email_claim
        self._vouches_for_emails = vouches_for_emails
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
        typ = str(header.get("typ", "")).lower().removeprefix("application/")
        if typ not in self._token_types:
            raise Unauthorised("The bearer token is not an access token (its typ must be at+jwt).")
        try:
            decoded = jwt.decode(token, self._key(header.get("kid")), algorithms=list(ALGORITHMS))
            self._claims.validate(decoded.claims)
        except (JoseError, ValueError) as error:
            raise Unauthorised("The bearer token does not hold: it has expired or is not meant for us.") from error
        if typ == ANY_TOKEN and not _permits(decoded.claims):
            raise Unauthorised("The bearer token is not an access token (it permits nothing, as ID tokens do).")
        return self._identity(decoded.claims)

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        subject = claims["sub"]
        if not isinstance(subject, str) or not subject:
            raise Unauthorised("The bearer token names nobody (its sub is empty).")
        email = claims.get(self._email_claim)
        return Identity(
            issuer=self._issuer,
            subject=subject,
            email=email if isinstance(email, str) and email else None,
            # A provider that vouches for all its addresses may still say of one that nobody does.
            email_verified=claims.get("email_verified", self._vouches_for_emails) is True,
            roles=claimed_roles(claims, self._roles_claim, self._roles),
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


def _permits(claims: Mapping[str, Any]) -> bool:
    """Tell an access token whose type does not say it: it names scopes (`scope`, `scp`), or a program (`idtyp`)."""
    names_scopes = any(claims.get(name) and isinstance(claims[name], str | list) for name in ("scope", "scp"))
    return (names_scopes or claims.get("idtyp") == "app") and not _ONLY_IN_ID_TOKENS & claims.keys()
