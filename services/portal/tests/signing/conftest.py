"""Identity providers at the edge, and browsers that go between them and the portal."""

import base64
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from pymongo.database import Database

from acorn_portal.app import create_app
from acorn_portal.settings import Settings
from servicekit.mongo import Document
from servicekit.testing import Engines, FixedClock

AMINA = "amina@oaktrees.example"
SUBJECT = "s-amina"
ME = {
    "subject": SUBJECT,
    "person": {"id": "01971281-3b20-7a4e-8f10-6c2d9e0b7a11", "given_name": "Amina", "family_name": "Yusuf"},
    "roles": [],
    "leads": [],
    "has_reports": False,
}
EMPTY: dict[str, Any] = {"items": [], "next": None, "previous": None, "total": {"count": 0, "more": False}}


class Stubborn:
    """An identity provider over real HTTP that answers as a test says; by default as Entra ID would."""

    def __init__(self, service: Any) -> None:
        self.service = service
        self.issuer = service.address
        self.key = RSAKey.generate_key(2048, {"use": "sig", "kid": "k-1"})
        self.kid = "k-1"
        self.nonce: str | None = None
        self.refresh = "refresh-1"
        service.on("GET", r"/\.well-known/openid-configuration", lambda _: (200, self.described()))
        service.on("GET", "/keys", KeySet([self.key]).as_dict(private=False))
        service.on("POST", "/token", lambda _: (200, self.tokens()))

    def described(self, **changed: Any) -> dict[str, Any]:
        """The discovery document."""
        usual = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
            "end_session_endpoint": f"{self.issuer}/logout",
        }
        return {name: value for name, value in {**usual, **changed}.items() if value is not None}

    def describe(self, **changed: Any) -> None:
        """Change the discovery document."""
        self.service.on("GET", r"/\.well-known/openid-configuration", self.described(**changed))

    def tokens(self, **changed: Any) -> dict[str, Any]:
        """What the token endpoint answers; `None` leaves a part out."""
        usual = {
            "token_type": "Bearer",
            "expires_in": 3599,
            "ext_expires_in": 3599,
            "access_token": "opaque-1",
            "refresh_token": self.refresh,
            "id_token": self.id_token(),
        }
        return {name: value for name, value in {**usual, **changed}.items() if value is not None}

    def id_token(self, *, alg: str = "RS256", key: RSAKey | None = None, **changed: Any) -> str:
        """An ID token of version 2."""
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": "acorn-portal", "sub": SUBJECT, "iat": now, "nbf": now, "exp": now + 3600}
        claims = {**usual, "nonce": self.nonce, "name": "Amina Yusuf", "preferred_username": AMINA, "ver": "2.0"}
        body = {name: value for name, value in {**claims, **changed}.items() if value is not None}
        if alg == "none":
            return f"{_encoded({'alg': 'none', 'typ': 'JWT'})}.{_encoded(body)}."
        return jwt.encode({"alg": alg, "typ": "JWT", "kid": self.kid}, body, key or self.key, algorithms=[alg])


def _encoded(document: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


@pytest.fixture
def provider(staff: Any) -> Iterator[Stubborn]:
    """The stubborn one."""
    made = Stubborn(type(staff)())
    yield made
    made.service.close()


@pytest.fixture
def portal(
    engines: Engines, database: Database[Document], clock: FixedClock, staff: Any, cpd: Any
) -> Iterator[Callable[..., "Visit"]]:
    """Makes a portal at an issuer, over services that know Amina; answers a browser that visits it."""
    staff.on("GET", "/v1/me", ME)
    cpd.on("GET", ".*", EMPTY)
    made: list[Flask] = []

    def make(issuer: str, **changed: Any) -> "Visit":
        settings = Settings(
            mongodb_uri=engines.mongodb_uri,
            database=database.name,
            url="http://127.0.0.1:8408",
            services={"staff": staff.address, "cpd": cpd.address},
            oidc_issuer=issuer,
            log_level="error",
        )
        made.append(create_app(replace(settings, **changed), clock=clock))
        return Visit(made[-1])

    yield make
    for app in made:
        app.extensions["acorn"].client.close()
        app.extensions["exchange"].close()


class Visit:
    """Somebody's browser, between the portal and the identity provider."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()

    def another(self) -> "Visit":
        """Another browser at the same portal."""
        return Visit(self.app)

    @property
    def signed_in(self) -> bool:
        """Whether the session is somebody's."""
        return "sign_in" in self.held()

    def begin(self, provider: Stubborn | None = None) -> dict[str, str]:
        """Go to sign in; answers what the identity provider is asked."""
        answer = self.client.get("/sign-in?next=/history")
        assert answer.status_code == 302, answer.text
        asked = dict(parse_qsl(urlsplit(answer.location).query))
        if provider:
            provider.nonce = asked["nonce"]
        return asked

    def come_back(self, **values: str) -> Any:
        """Be sent back by the identity provider."""
        return self.client.get(f"/sign-in/callback?{urlencode(values)}")

    def sign_in(self, provider: Stubborn) -> Any:
        """Both, at the stubborn one."""
        return self.come_back(code="c-1", state=self.begin(provider)["state"])

    def held(self) -> dict[str, Any]:
        """What the session holds."""
        with self.client.session_transaction() as kept:
            return dict(kept)

    def let_expire(self, *, refresh: str | None = None) -> None:
        """Let the access token's time be up."""
        with self.client.session_transaction() as kept:
            sign_in = {**kept["sign_in"], "expires": int(time.time()) - 1}
            kept["sign_in"] = {**sign_in, "refresh": refresh} if refresh else sign_in
            kept.pop("me", None)
        # As another process of the portal would find it.
        self.app.extensions["renewals"].forget(sign_in["id"])
