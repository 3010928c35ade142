"""An OpenID Connect provider for development: it signs in whoever is picked, with real, signed tokens.

Discovery, published keys, authorization code with PKCE (S256 only), client credentials, access tokens as RFC 9068 has
them (`at+jwt`). It asks for no password, so it listens on loopback, answers to loopback and refuses production.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, jsonify, redirect, render_template_string, request
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Response as Redirect

from embedded.processes import EngineFailed

AUDIENCE = "acorn"
MACHINE = "acorn-machine"
TOKEN_SECONDS = 8 * 3600  # a working day: there are no refresh tokens
CODE_SECONDS = 60
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")

PICKER = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Sign in - Acorn development</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body { font: 1.1rem/1.5 sans-serif; margin: 2rem auto; max-width: 40rem; padding: 0 1rem }</style></head>
<body><main>
<h1>Who are you today?</h1>
<p>This is the development sign-in: no password is asked, and none of these people exist.</p>
<ul>{% for person in people %}
<li><a href="{{ person.link }}">{{ person.name }}</a> {{ person.email }}
{%- if person.roles %} ({{ person.roles | join(", ") }}){% endif %}</li>{% else %}
<li>Nobody yet: load the demo trust first.</li>{% endfor %}</ul>
</main></body></html>"""


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


class Provider:
    """Keys, people and codes. Keys and the machine client's secret are kept in `data`; codes die with the process."""

    def __init__(self, issuer: str, data: Path, sign_ins: Path) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.issuer = issuer
        self._sign_ins = sign_ins
        self.key = RSAKey.import_key(_kept(data / "key.json", _new_key))
        self.machine_secret = str(_kept(data / "machine.json", lambda: {"secret": secrets.token_urlsafe(24)})["secret"])
        self._codes: dict[str, Code] = {}

    def people(self) -> list[dict[str, Any]]:
        """Everybody who can sign in, as the file has them now: subject, email, name, roles."""
        people: list[dict[str, Any]] = json.loads(self._sign_ins.read_text()) if self._sign_ins.exists() else []
        return people

    def code(self, meant: Code) -> str:
        """Make a code for a client to bring back."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = meant
        return code

    def redeem(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Exchange a code for tokens; `Refused` unless client, address and verifier are those it was made for."""
        meant = self._codes.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "")
        if meant is None or time.monotonic() - meant.made > CODE_SECONDS:
            raise Refused("invalid_grant", "The code is unknown, used or older than a minute.")
        if (form.get("client_id"), form.get("redirect_uri")) != (meant.client, meant.redirect_uri):
            raise Refused("invalid_grant", "The code was made for another client_id or redirect_uri.")
        if not _VERIFIER.fullmatch(verifier) or not hmac.compare_digest(challenge(verifier), meant.challenge):
            raise Refused("invalid_grant", "The code_verifier does not match the code_challenge.")
        person = {name: meant.person[name] for name in ("email", "name", "roles")}
        claims = {**person, "sub": meant.person["subject"], "email_verified": True}
        id_claims = {"aud": meant.client, **({"nonce": meant.nonce} if meant.nonce else {})}
        return {**self._answer(claims, meant.client), "id_token": self._sign({**claims, **id_claims}, "JWT")}

    def machine(self, client: str, secret: str) -> dict[str, Any]:
        """A token for the one configured machine; `Refused` for any other client or secret."""
        if client != MACHINE or not hmac.compare_digest(secret.encode(), self.machine_secret.encode()):
            raise Refused("invalid_client", "The client is unknown or its secret is wrong.")
        return self._answer({"sub": MACHINE, "roles": ["operations"]}, MACHINE)

    def _answer(self, claims: Mapping[str, Any], client: str) -> dict[str, Any]:
        token = self._sign({**claims, "aud": AUDIENCE, "client_id": client, "jti": secrets.token_hex(16)}, "at+jwt")
        return {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_SECONDS}

    def _sign(self, claims: Mapping[str, Any], typ: str) -> str:
        now = int(time.time())
        body = {"iss": self.issuer, "iat": now, "exp": now + TOKEN_SECONDS, **claims}
        return jwt.encode({"alg": "RS256", "typ": typ, "kid": str(self.key.kid)}, body, self.key, algorithms=["RS256"])


def challenge(verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def create_app(provider: Provider) -> Flask:
    """The provider's four addresses."""
    app = Flask(__name__)
    issuer = provider.issuer

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        return jsonify(
            issuer=issuer,
            authorization_endpoint=f"{issuer}/authorize",
            token_endpoint=f"{issuer}/token",
            jwks_uri=f"{issuer}/jwks",
            response_types_supported=["code"],
            grant_types_supported=["authorization_code", "client_credentials"],
            code_challenge_methods_supported=["S256"],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256"],
            scopes_supported=["openid", "profile", "email"],
            token_endpoint_auth_methods_supported=["none", "client_secret_basic", "client_secret_post"],
        )

    @app.get("/jwks")
    def jwks() -> Response:
        return jsonify(KeySet([provider.key]).as_dict(private=False))

    @app.get("/authorize")
    def authorize() -> str | Redirect:
        asked = request.args
        back = asked.get("redirect_uri", "")
        if not on_loopback(back):
            raise Refused(
                "invalid_request", "The redirect_uri must be an http address on 127.0.0.1, [::1] or localhost."
            )
        state = {"state": asked["state"]} if "state" in asked else {}
        if asked.get("response_type") != "code" or not asked.get("client_id"):
            return _back(back, error="invalid_request", error_description="Ask for a code, with a client_id.", **state)
        if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
            return _back(back, error="invalid_request", error_description="PKCE with S256 is required.", **state)
        people = provider.people()
        hint = asked.get("login_hint")
        if hint is None:
            link = {**asked.to_dict()}
            shown = [{**person, "link": f"?{urlencode({**link, 'login_hint': person['email']})}"} for person in people]
            return render_template_string(PICKER, people=shown)
        person = next((person for person in people if person["email"].casefold() == hint.casefold()), None)
        if person is None:
            return _back(back, error="access_denied", error_description="Nobody here has that e-mail.", **state)
        meant = Code(asked["client_id"], back, asked["code_challenge"], asked.get("nonce"), person)
        return _back(back, code=provider.code(meant), iss=issuer, **state)

    @app.post("/token")
    def token() -> Response:
        form = request.form
        if form.get("grant_type") == "authorization_code":
            return jsonify(provider.redeem(form))
        if form.get("grant_type") == "client_credentials":
            basic = request.authorization
            named = (basic.username, basic.password) if basic else (form.get("client_id"), form.get("client_secret"))
            return jsonify(provider.machine(named[0] or "", named[1] or ""))
        raise Refused("unsupported_grant_type", "Use authorization_code or client_credentials.")

    @app.errorhandler(Refused)
    def refused(refusal: Refused) -> tuple[Response, int]:
        status = 401 if refusal.error == "invalid_client" else 400
        return jsonify(error=refusal.error, error_description=str(refusal)), status

    @app.after_request
    def guarded(answer: Response) -> Response:
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'"
        answer.headers["Referrer-Policy"] = "no-referrer"
        return answer

    return app


def on_loopback(address: str) -> bool:
    """Tell whether a redirect goes to a program on this machine, on whatever port (RFC 8252, section 7.3)."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    plain = parts.username is None and parts.password is None and not parts.fragment
    return parts.scheme == "http" and parts.hostname in _LOOPBACK and plain


def check_environment(environment: Mapping[str, str]) -> None:
    """Refuse, by `EngineFailed`, to run anywhere but where the settings say development."""
    if environment.get("ACORN_ENVIRONMENT", "production") != "development":
        raise EngineFailed(
            "The development sign-in asks for no password, so it does not run in production: set ACORN_OIDC_ISSUER to "
            "your identity provider (or, on a laptop, ACORN_ENVIRONMENT to development)."
        )


def _back(address: str, **values: str) -> Redirect:
    joint = "&" if urlsplit(address).query else "?"
    return redirect(f"{address}{joint}{urlencode(values)}")


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


class Quiet(WSGIRequestHandler):
    """Logs no requests: their query strings name people."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def main() -> None:
    """Serve until stopped: `python -m embedded.identity --port P --data FOLDER --sign-ins FILE`."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--sign-ins", type=Path, required=True)
    chosen = options.parse_args()
    try:
        check_environment(os.environ)
    except EngineFailed as failure:
        options.exit(1, f"{failure}\n")
    provider = Provider(f"http://127.0.0.1:{chosen.port}", chosen.data, chosen.sign_ins)
    make_server("127.0.0.1", chosen.port, create_app(provider), threaded=True, request_handler=Quiet).serve_forever()


if __name__ == "__main__":
    main()
