"""Signing in: OpenID Connect, authorization code with PKCE and a loopback redirect (RFC 8252, RFC 7636).

In a browser, unless the identity provider answers at once to a login hint, as that of `make run` does.
"""

import base64
import hashlib
import secrets
import time
import webbrowser
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from acorn.client import connection
from acorn.session import Session
from acorn.trouble import Trouble

CLIENT = "acorn-cli"
SCOPE = "openid profile email"
WAIT_SECONDS = 300
_TIMEOUT = 10
_PAGE = b"<!doctype html><title>Acorn</title><p>You can close this page and go back to the terminal."


def sign_in(issuer: str, *, hint: str | None, tell: Callable[[str], None]) -> Session:
    """Sign in at an issuer; with `hint`, an e-mail address, without a browser. `tell` gets the address to open."""
    provider = _discovered(issuer)
    verifier = secrets.token_urlsafe(48)
    asked = {
        "response_type": "code",
        "client_id": CLIENT,
        "scope": SCOPE,
        "state": secrets.token_urlsafe(16),
        "code_challenge": base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    with HTTPServer(("127.0.0.1", 0), _Callback) as server:
        asked["redirect_uri"] = f"http://127.0.0.1:{server.server_port}/"
        if hint:
            answer = _answered_at_once(provider["authorization_endpoint"], {**asked, "login_hint": hint})
        else:
            answer = _answered_in_a_browser(server, f"{provider['authorization_endpoint']}?{urlencode(asked)}", tell)
    code = _code(answer, asked["state"], issuer)
    grant = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": CLIENT,
        "redirect_uri": asked["redirect_uri"],
        "code_verifier": verifier,
    }
    tokens = _json("POST", provider["token_endpoint"], data=grant)
    try:
        expires = time.time() + float(tokens.get("expires_in", 300))
        return Session(access_token=str(tokens["access_token"]), expires_at=expires, name=hint or "you")
    except (KeyError, TypeError, ValueError):
        raise Trouble(f"The identity provider at {issuer} gave no access token. Check ACORN_OIDC_ISSUER.") from None


def _discovered(issuer: str) -> dict[str, Any]:
    provider = _json("GET", f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if provider.get("issuer") != issuer or not {"authorization_endpoint", "token_endpoint"} <= provider.keys():
        raise Trouble(f"{issuer} is no OpenID Connect issuer. Check ACORN_OIDC_ISSUER.")
    return provider


def _json(method: str, address: str, **kwargs: Any) -> dict[str, Any]:
    try:
        answer = connection(address).request(method, address, timeout=_TIMEOUT, **kwargs)
        body = answer.json()
    except requests.ConnectionError:
        raise Trouble(
            f"The identity provider at {address} does not answer. Is Acorn running (make run)? If it is elsewhere, set "
            "ACORN_OIDC_ISSUER."
        ) from None
    except (requests.RequestException, ValueError):
        body = None
    if not isinstance(body, dict):
        raise Trouble(f"The identity provider at {address} gave no usable answer. Check ACORN_OIDC_ISSUER.")
    if not answer.ok:
        raise Trouble(f"The identity provider refused: {body.get('error_description') or body.get('error')}.")
    return body


def _answered_at_once(endpoint: str, asked: Mapping[str, str]) -> Mapping[str, str]:
    """What the provider redirects with, when it needs no person at a browser."""
    try:
        answer = connection(endpoint).get(endpoint, params=asked, timeout=_TIMEOUT, allow_redirects=False)
    except requests.RequestException:
        raise Trouble(f"The identity provider at {endpoint} does not answer. Try again.") from None
    back = answer.headers.get("Location", "")
    if not back.startswith(asked["redirect_uri"]):
        raise Trouble("This identity provider wants to see you in a browser. Run: acorn sign-in")
    return _parameters(back)


def _answered_in_a_browser(server: HTTPServer, address: str, tell: Callable[[str], None]) -> Mapping[str, str]:
    """What the browser comes back with; `Trouble` when it does not within five minutes."""
    tell(address)
    webbrowser.open(address)
    server.timeout = 1
    deadline = time.monotonic() + WAIT_SECONDS
    _Callback.came_back.clear()
    while not _Callback.came_back:
        if time.monotonic() > deadline:
            raise Trouble("Nobody signed in within five minutes. Run it again: acorn sign-in")
        server.handle_request()
    return _parameters(_Callback.came_back[-1])


def _parameters(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def _code(answer: Mapping[str, str], state: str, issuer: str) -> str:
    if "error" in answer:
        raise Trouble(f"You were not signed in: {answer.get('error_description') or answer['error']}")
    # RFC 9207: an answer that names another issuer was mixed up on the way.
    if answer.get("state") != state or answer.get("iss", issuer) != issuer or "code" not in answer:
        raise Trouble("The answer does not belong to this sign-in. Run it again: acorn sign-in")
    return answer["code"]


class _Callback(BaseHTTPRequestHandler):
    """Takes the browser's one visit with the answer; a browser's other wishes (an icon) are not it."""

    came_back: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """Remember the answer and tell the person that they are done."""
        parameters = _parameters(self.path)
        answered = bool({"code", "error"} & parameters.keys())
        if answered:
            _Callback.came_back.append(self.path)
        self.send_response(200 if answered else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(_PAGE if answered else b"")

    def log_message(self, *_: Any) -> None:
        """Say nothing: the address holds the code."""
