"""What the provider knows and gives out: keys, people, codes, tokens, and who is signed in at the portal."""

import base64
import hashlib
import hmac
import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

AUDIENCE = "acorn"
MACHINE = "acorn-machine"
PORTAL = "acorn-portal"
"""The one client that is given refresh tokens: its access tokens are short. The command line has no use for them."""

TOKEN_SECONDS = 8 * 3600  # a working day
PORTAL_TOKEN_SECONDS = 5 * 60
SIGN_IN_SECONDS = 12 * 3600
CODE_SECONDS = 60
GRACE_SECONDS = 30
"""How long the refresh token before the last one still works: two tabs may refresh at the same moment."""

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


class Refused(Exception):
    """A request that OAuth refuses; `error` is the code that RFC 6749 has for it."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error


@dataclass(frozen=True)
class Code:
    """What an authorization code stands for, once and for a minute."""

    client: str
    redirect_uri: str
    challenge: str
    nonce: str | None
    person: Mapping[str, Any]
    made: float = field(default_factory=time.monotonic)


@dataclass
class SignIn:
    """Somebody signed in at the portal: whose claims its refresh tokens renew, and which of them holds now."""

    claims: Mapping[str, Any]
    refresh_token: str
    previous: str = ""
    rotated: float = 0
    made: float = field(default_factory=time.monotonic)


class Provider:
    """Keys and the machine client's secret are kept in `data`; codes and refresh tokens die with the process."""

    def __init__(self, issuer: str, data: Path, sign_ins: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.issuer = issuer
        self._people = sign_ins
        self.key = RSAKey.import_key(_kept(data / "key.json", _new_key))
        self.machine_secret = str(_kept(data / "machine.json", lambda: {"secret": secrets.token_urlsafe(24)})["secret"])
        self._codes: dict[str, Code] = {}
        self._sign_ins: dict[str, SignIn] = {}
        self._lock = Lock()

    def people(self) -> list[dict[str, Any]]:
        """Everybody who can sign in, as the file has them now: subject, email, name, roles, group and note."""
        people: list[dict[str, Any]] = json.loads(self._people.read_text()) if self._people.exists() else []
        return people

    def code(self, meant: Code) -> str:
        """Make a code for a client to bring back."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = meant
        return code

    def redeem(self, client: str, form: Mapping[str, str]) -> dict[str, Any]:
        """Exchange a code for tokens; `Refused` unless client, address and verifier are those it was made for."""
        meant = self._codes.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "")
        if meant is None or time.monotonic() - meant.made > CODE_SECONDS:
            raise Refused("invalid_grant", "The code is unknown, used or older than a minute.")
        if (client, form.get("redirect_uri")) != (meant.client, meant.redirect_uri):
            raise Refused("invalid_grant", "The code was made for another client_id or redirect_uri.")
        if not _VERIFIER.fullmatch(verifier) or not hmac.compare_digest(challenge(verifier), meant.challenge):
            raise Refused("invalid_grant", "The code_verifier does not match the code_challenge.")
        person = {name: meant.person[name] for name in ("email", "name", "roles")}
        claims = {**person, "sub": meant.person["subject"], "email_verified": True, "sid": secrets.token_hex(16)}
        nonce = {"nonce": meant.nonce} if meant.nonce else {}
        seconds = PORTAL_TOKEN_SECONDS if client == PORTAL else TOKEN_SECONDS
        answer = self._access_token(claims, client, seconds)
        answer["id_token"] = self._sign({**claims, **nonce, "aud": client}, "JWT", seconds)
        if client == PORTAL:
            answer["refresh_token"] = self._begin(claims)
        return answer

    def refresh(self, client: str, refresh_token: str) -> dict[str, Any]:
        """New tokens for the portal; `Refused` when the refresh token holds no longer.

        A refresh token works once, and for a moment longer. One that is used after that was copied by somebody:
        everybody who holds one of that sign-in must sign in again (RFC 9700, section 4.14.2).
        """
        sid = refresh_token.partition(".")[0]
        with self._lock:
            self._forget_old()
            sign_in = self._sign_ins.get(sid)
            if client != PORTAL or sign_in is None:
                raise Refused("invalid_grant", "The sign-in has ended, or this client has none. Sign in again.")
            now = time.monotonic()
            if hmac.compare_digest(refresh_token.encode(), sign_in.refresh_token.encode()):
                sign_in.previous, sign_in.refresh_token, sign_in.rotated = refresh_token, _refresh_token(sid), now
            elif refresh_token != sign_in.previous or now - sign_in.rotated > GRACE_SECONDS:
                del self._sign_ins[sid]
                raise Refused("invalid_grant", "The refresh token was used before. Sign in again.")
            answer = self._access_token(sign_in.claims, client, PORTAL_TOKEN_SECONDS)
            return {**answer, "refresh_token": sign_in.refresh_token}

    def sign_out(self, id_token: str, client: str | None) -> None:
        """End the sign-in that an ID token is of; `Refused` for a token that is not ours, or of another client."""
        try:
            claims = jwt.decode(id_token, self.key, algorithms=["RS256"]).claims
        except (JoseError, ValueError) as error:
            raise Refused("invalid_request", "The id_token_hint is no ID token of this provider.") from error
        # It may have expired: whoever signs out late signs out all the same.
        if client not in (None, claims.get("aud")):
            raise Refused("invalid_request", "The id_token_hint was given to another client_id.")
        with self._lock:
            self._sign_ins.pop(str(claims.get("sid")), None)

    def machine(self, client: str, secret: str) -> dict[str, Any]:
        """A token for the one configured machine; `Refused` for any other client or secret."""
        if client != MACHINE or not hmac.compare_digest(secret.encode(), self.machine_secret.encode()):
            raise Refused("invalid_client", "The client is unknown or its secret is wrong.")
        return self._access_token({"sub": MACHINE, "roles": ["operations"]}, MACHINE, TOKEN_SECONDS)

    def _begin(self, claims: Mapping[str, Any]) -> str:
        with self._lock:
            self._forget_old()
            sign_in = SignIn(claims, _refresh_token(claims["sid"]))
            self._sign_ins[claims["sid"]] = sign_in
            return sign_in.refresh_token

    def _forget_old(self) -> None:
        since = time.monotonic() - SIGN_IN_SECONDS
        for sid in [sid for sid, sign_in in self._sign_ins.items() if sign_in.made < since]:
            del self._sign_ins[sid]

    def _access_token(self, claims: Mapping[str, Any], client: str, seconds: int) -> dict[str, Any]:
        body = {**claims, "aud": AUDIENCE, "client_id": client, "jti": secrets.token_hex(16)}
        return {"access_token": self._sign(body, "at+jwt", seconds), "token_type": "Bearer", "expires_in": seconds}

    def _sign(self, claims: Mapping[str, Any], typ: str, seconds: int) -> str:
        now = int(time.time())
        body = {"iss": self.issuer, "iat": now, "exp": now + seconds, **claims}
        return jwt.encode({"alg": "RS256", "typ": typ, "kid": str(self.key.kid)}, body, self.key, algorithms=["RS256"])


def challenge(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _refresh_token(sid: str) -> str:
    return f"{sid}.{secrets.token_urlsafe(32)}"


def _new_key() -> dict[str, Any]:
    key = RSAKey.generate_key(2048, {"alg": "RS256", "use": "sig", "kid": secrets.token_hex(8)})
    return key.as_dict(private=True)


def _kept(file: Path, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """A secret that survives a restart, and with it the tokens given out before."""
    if not file.exists():
        draft = file.with_suffix(".draft")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(make()))
        draft.rename(file)
    kept: dict[str, Any] = json.loads(file.read_text())
    return kept
