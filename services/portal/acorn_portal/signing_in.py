"""Signing in and out by OpenID Connect: authorization code with PKCE, by Authlib; who is signed in, and for how long.

The access token never leaves the server. It is renewed by the refresh token where the identity provider gives one.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app, session
from werkzeug.wrappers import Response

from acorn_portal.clients.calling import NotSignedIn
from acorn_portal.sessions import Session
from acorn_portal.settings import Settings
from servicekit.logs import log

_log = log(__name__)
_TIMEOUT = 5
_EARLY_SECONDS = 20
_ASSUMED_SECONDS = 300


class NotPossible(Exception):
    """Somebody could not be signed in; the message says why, for them to read."""


@dataclass(frozen=True)
class Me:
    """Who is signed in, as the staff service knows them: it says which pages to offer, and gives no right by itself."""

    name: str
    person_id: str | None
    roles: frozenset[str]
    leads: tuple[str, ...]
    manages: bool

    @property
    def hr(self) -> bool:
        """Works in HR."""
        return "hr" in self.roles

    @property
    def sees_everybody(self) -> bool:
        """May look up anybody in the trust."""
        return bool(self.roles & {"hr", "sil", "ceo"})

    @property
    def operates(self) -> bool:
        """Is on call for the services."""
        return "operations" in self.roles

    @property
    def has_people(self) -> bool:
        """Leads an academy or manages somebody."""
        return bool(self.leads) or self.manages

    @property
    def verifies(self) -> bool:
        """May verify somebody's CPD."""
        return self.has_people or self.hr

    @classmethod
    def of(cls, answer: Mapping[str, Any], name: str) -> "Me":
        """From what `GET /v1/me` answers; `name` is the sign-in's own, for those who are no person of the trust."""
        person = answer["person"]
        return cls(
            name=f"{person['given_name']} {person['family_name']}" if person else name,
            person_id=person["id"] if person else None,
            roles=frozenset(answer["roles"]),
            leads=tuple(academy["name"] for academy in answer["leads"]),
            manages=answer["has_reports"],
        )

    def plain(self) -> dict[str, Any]:
        """As a session keeps it."""
        return {
            "name": self.name,
            "person_id": self.person_id,
            "roles": sorted(self.roles),
            "leads": list(self.leads),
            "manages": self.manages,
        }

    @classmethod
    def kept(cls, plain: Mapping[str, Any]) -> "Me":
        """As a session kept it."""
        return cls(
            plain["name"], plain["person_id"], frozenset(plain["roles"]), tuple(plain["leads"]), plain["manages"]
        )


def configure(app: Flask, settings: Settings) -> None:
    """Make the portal known to itself as a client of the identity provider."""
    oauth = OAuth(app)
    oauth.register(
        "oidc",
        client_id=settings.client_id,
        client_secret=settings.client_secret or None,
        server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings.scope,
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_basic" if settings.client_secret else "none",
            "timeout": _TIMEOUT,
        },
    )
    app.extensions["oidc"] = oauth.oidc


def begin(callback: str, **asked: str) -> Response:
    """Send the browser to the identity provider, which sends it to `callback`."""
    try:
        redirect: Response = current_app.extensions["oidc"].authorize_redirect(callback, **asked)
    except (requests.RequestException, AuthlibBaseError, RuntimeError) as error:
        _log.warning("the identity provider cannot be reached", error=type(error).__name__)
        raise NotPossible("The trust's sign-in cannot be reached right now. Try again in a few minutes.") from error
    return redirect


def finish() -> str:
    """Take the identity provider's answer and begin a new session for its bearer; answers their own name."""
    try:
        token = current_app.extensions["oidc"].authorize_access_token(leeway=30)
    except (AuthlibBaseError, requests.RequestException, ValueError, KeyError) as error:
        _log.info("a sign-in was not completed", error=type(error).__name__)
        raise NotPossible("The sign-in was not completed. Nothing has changed: try again.") from error
    claims = token.get("userinfo") or {}
    kept = session.get("kept")
    subject = str(claims.get("sub", ""))
    session.clear()
    if isinstance(session, Session):
        session.renew()
        session.idle = False
    session["sign_in"] = {"subject": subject, **_tokens(token), "id_token": token.get("id_token")}
    # What was typed comes back to whoever typed it, and to nobody else on the same machine.
    if kept and kept.get("subject") == subject:
        session["kept"] = kept
    return str(claims.get("name") or claims.get("email") or "Signed in")


def access_token() -> str:
    """The access token of whoever is signed in, renewed when it is about to expire; `NotSignedIn`."""
    held = session.get("sign_in")
    if held is None:
        raise NotSignedIn
    if held["expires"] - _EARLY_SECONDS > time.time() or not held.get("refresh"):
        return str(held["access"])
    try:
        token = current_app.extensions["oidc"].fetch_access_token(
            grant_type="refresh_token", refresh_token=held["refresh"]
        )
    except (AuthlibBaseError, requests.RequestException) as error:
        _log.info("a sign-in could not be renewed", error=type(error).__name__)
        if held["expires"] > time.time():
            return str(held["access"])
        raise NotSignedIn from error
    renewed = {**held, **_tokens(token)}
    renewed["refresh"] = renewed["refresh"] or held["refresh"]
    session["sign_in"] = renewed
    return str(renewed["access"])


def lock() -> None:
    """Sign somebody out who was away for too long; the session stays for what they are typing."""
    held = session.pop("sign_in", None)
    session.pop("me", None)
    if held:
        session["was"] = held["subject"]


def end(back: str) -> str:
    """End the session; answers where the browser is to go: to the identity provider's own end, or `back`."""
    held = session.get("sign_in") or {}
    session.clear()
    oidc = current_app.extensions["oidc"]
    try:
        elsewhere = oidc.load_server_metadata().get("end_session_endpoint")
    except (requests.RequestException, AuthlibBaseError, RuntimeError):
        elsewhere = None
    if not elsewhere or not held.get("id_token"):
        return back
    asked = {"id_token_hint": held["id_token"], "client_id": oidc.client_id, "post_logout_redirect_uri": back}
    return f"{elsewhere}?{urlencode(asked)}"


def _tokens(token: Mapping[str, Any]) -> dict[str, Any]:
    life = token.get("expires_in") or _ASSUMED_SECONDS
    return {
        "access": token["access_token"],
        "refresh": token.get("refresh_token"),
        "expires": int(time.time()) + int(life),
    }
