"""Signing in and out by OpenID Connect: authorization code with PKCE, by Authlib; who is signed in, and for how long.

The access token never leaves the server. It is renewed by the refresh token where the identity provider gives one.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client.errors import MismatchingStateError
from authlib.integrations.flask_client import OAuth
from flask import Flask, current_app, request, session
from joserfc.errors import JoseError
from prometheus_client import Counter
from werkzeug.wrappers import Response

from acorn_portal.clients.calling import NotSignedIn
from acorn_portal.renewals import Renewal, Renewals, SignIn
from acorn_portal.sessions import Session
from acorn_portal.settings import Settings
from servicekit.auth import ALGORITHMS, LEEWAY_SECONDS
from servicekit.logs import log

SIGN_INS = Counter(
    "acorn_portal_sign_ins_total", "Sign-ins that came back from the identity provider, and how.", ["outcome"]
)
_log = log(__name__)
_TIMEOUT = 5
_EARLY_SECONDS = 20
_ASSUMED_SECONDS = 300

_WENT_WRONG = (
    AuthlibBaseError,
    JoseError,
    requests.RequestException,
    # What the libraries make of an answer that is not of the shape that its standard has.
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""Whatever can come of asking an identity provider and of reading its answer."""

_AWAY = "The trust's sign-in cannot be reached right now. Try again in a few minutes."
_NOT_COMPLETED = "The sign-in was not completed. Nothing has changed: try again."
_NOT_BEGUN_HERE = "This sign-in was begun elsewhere or too long ago, or has been used already. Sign in again."
_NOT_LET_IN = "The trust's sign-in did not let you in. Try again, or ask the IT team whether you may use Acorn."
_NOT_ACCEPTED = (
    "The trust's sign-in knows you, but Acorn cannot accept what it says. Tell the IT team that the services refuse "
    "its access tokens."
)


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
    def plans(self) -> bool:
        """Runs the talent programme."""
        return bool(self.roles & {"sil", "ceo"})

    @property
    def keeps_terms(self) -> bool:
        """Keeps the trust's vocabularies."""
        return bool(self.roles & {"hr", "sil"})

    @property
    def endorses(self) -> bool:
        """May see somebody at work: leads, manages, or runs the talent programme."""
        return self.has_people or self.plans

    @property
    def operates(self) -> bool:
        """Is on call for the services."""
        return "operations" in self.roles

    @property
    def protects_data(self) -> bool:
        """Answers for data protection."""
        return "data_protection" in self.roles

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
            "default_timeout": _TIMEOUT,
        },
    )
    app.extensions["oidc"] = oauth.oidc
    app.extensions["oidc_issuer"] = settings.oidc_issuer
    app.extensions["renewals"] = Renewals()


def begin(callback: str, **asked: str) -> Response:
    """Send the browser to the identity provider, which sends it to `callback`."""
    try:
        redirect: Response = _provider().authorize_redirect(callback, **asked)
    except _WENT_WRONG as error:
        _log.warning("the identity provider cannot be reached", error=type(error).__name__)
        raise NotPossible(_AWAY) from error
    return redirect


def finish() -> str:
    """Take the identity provider's answer and begin a new session for its bearer; answers their own name."""
    try:
        oidc = _provider()
        expected = {
            "iss": {"essential": True, "value": current_app.extensions["oidc_issuer"]},
            "aud": {"essential": True, "value": oidc.client_id},
        }
        token = oidc.authorize_access_token(leeway=LEEWAY_SECONDS, claims_options=expected)
        claims = token["userinfo"]
        subject = claims["sub"]
        if not isinstance(subject, str) or not subject:
            raise ValueError("nobody signed in")
        sign_in = {"id": secrets.token_urlsafe(16), "subject": subject, **_tokens(token)}
    except _WENT_WRONG as error:
        SIGN_INS.labels("failed").inc()
        _log.info("a sign-in was not completed", error=type(error).__name__)
        raise NotPossible(_reason(error)) from error
    SIGN_INS.labels("completed").inc()
    kept = session.get("kept")
    session.clear()
    if isinstance(session, Session):
        session.renew()
        session.idle = False
    session["sign_in"] = {**sign_in, "id_token": token["id_token"]}
    # What was typed comes back to whoever typed it, and to nobody else on the same machine.
    if kept and kept.get("subject") == subject:
        session["kept"] = kept
    return str(claims.get("name") or claims.get("email") or claims.get("preferred_username") or "Signed in")


def not_accepted() -> NotPossible:
    """End a sign-in whose access token the services refuse, so that nobody is sent round and round; says so."""
    _log.error("the services refuse the access token of a new sign-in: compare their settings with docs/identity.md")
    session.pop("sign_in", None)
    return NotPossible(_NOT_ACCEPTED)


def access_token() -> str:
    """The access token of whoever is signed in, renewed when it is about to expire; `NotSignedIn`."""
    held: SignIn | None = session.get("sign_in")
    if held is None:
        raise NotSignedIn
    renewals: Renewals = current_app.extensions["renewals"]
    renewal = renewals.of(held["id"]) if "id" in held else Renewal()
    newest = renewal.newest(held)
    if _about_to_expire(newest) and newest.get("refresh"):
        with renewal.lock:
            newest = renewal.newest(newest)
            if _about_to_expire(newest) and not renewal.rests:
                newest = _renewed(newest, renewal)
    if newest is not held:
        session["sign_in"] = dict(newest)
        _save_now()
    # Whether a token that cannot be renewed is still good enough is for the services to say.
    if newest.get("refresh") and newest["expires"] <= time.time():
        raise NotSignedIn
    return str(newest["access"])


def lock() -> None:
    """Sign somebody out who was away for too long; the session stays for what they are typing."""
    held = session.pop("sign_in", None)
    session.pop("me", None)
    if held:
        session["was"] = held["subject"]


def end(back: str) -> str:
    """End the session; answers where the browser is to go: to the identity provider's own end, or `back`."""
    held = session.get("sign_in") or {}
    somebody = "sign_in" in session or "was" in session
    session.clear()
    current_app.extensions["renewals"].forget(held.get("id", ""))
    if not somebody:
        return back
    try:
        oidc = _provider()
        elsewhere = oidc.server_metadata.get("end_session_endpoint")
    except _WENT_WRONG:
        elsewhere = None
    if not elsewhere:
        return back
    asked = {"client_id": oidc.client_id, "post_logout_redirect_uri": back}
    if held.get("id_token"):
        asked = {"id_token_hint": held["id_token"], **asked}
    return f"{elsewhere}{'&' if '?' in elsewhere else '?'}{urlencode(asked)}"


def _provider() -> Any:
    """The identity provider by its own description, once that says that it is the one of our settings."""
    oidc, issuer = current_app.extensions["oidc"], current_app.extensions["oidc_issuer"]
    described = oidc.load_server_metadata()
    if described.get("issuer") != issuer:
        # It is asked again next time, rather than believed for as long as the process lives.
        described.pop("_loaded_at", None)
        _log.error(
            "the identity provider calls itself otherwise than ACORN_OIDC_ISSUER", issuer=described.get("issuer")
        )
        raise RuntimeError("another issuer")
    # ID tokens are held to what access tokens are held to; a provider may describe itself as signing nothing at all.
    listed = described.get("id_token_signing_alg_values_supported") or ALGORITHMS
    described["id_token_signing_alg_values_supported"] = [one for one in listed if one in ALGORITHMS] or [*ALGORITHMS]
    return oidc


def _reason(error: Exception) -> str:
    """Why somebody is not signed in, in a sentence."""
    if isinstance(error, requests.RequestException):
        return _AWAY
    if isinstance(error, MismatchingStateError):
        return _NOT_BEGUN_HERE
    return _NOT_LET_IN if getattr(error, "error", "") == "access_denied" else _NOT_COMPLETED


def _about_to_expire(held: SignIn) -> bool:
    return bool(held["expires"] - _EARLY_SECONDS <= time.time())


def _renewed(held: SignIn, renewal: Renewal) -> SignIn:
    try:
        token = _provider().fetch_access_token(grant_type="refresh_token", refresh_token=held["refresh"])
        tokens = _tokens(token)
    except _WENT_WRONG as error:
        _log.info("a sign-in could not be renewed", error=type(error).__name__)
        # Another process of the portal may have been first with this refresh token.
        newest = _as_stored_now(held)
        if newest is held:
            renewal.failed()
        return newest
    renewal.latest = {**held, **tokens, "refresh": tokens["refresh"] or held["refresh"]}
    return renewal.latest


def _as_stored_now(held: SignIn) -> SignIn:
    stored = current_app.session_interface.open_session(current_app, request)
    found: SignIn | None = stored.get("sign_in") if stored is not None else None
    if found is None or found.get("id") != held.get("id") or found["expires"] <= held["expires"]:
        return held
    return found


def _save_now() -> None:
    """Keep renewed tokens before the page is made: another tab's request may begin meanwhile."""
    if isinstance(session, Session) and session.cookie:
        current_app.session_interface.save_session(current_app, session, current_app.response_class())


def _tokens(token: Mapping[str, Any]) -> dict[str, Any]:
    life = token.get("expires_in") or _ASSUMED_SECONDS
    return {
        "access": token["access_token"],
        "refresh": token.get("refresh_token"),
        "expires": int(time.time()) + int(life),
    }
