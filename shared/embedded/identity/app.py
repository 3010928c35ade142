"""The provider's addresses and its two pages."""

from collections.abc import Collection
from itertools import groupby
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, jsonify, redirect, render_template, request
from joserfc.jwk import KeySet
from werkzeug.wrappers import Response as Redirect

from embedded.identity.provider import Code, Provider, Refused

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def create_app(provider: Provider, redirects: Collection[str] = ()) -> Flask:
    """The web application over a provider; `redirects` are addresses off this machine that people may be sent to.

    Each is an origin, such as `http://acorn-portal`.
    """
    app = Flask(__name__)
    issuer = provider.issuer

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        return jsonify(
            issuer=issuer,
            authorization_endpoint=f"{issuer}/authorize",
            token_endpoint=f"{issuer}/token",
            end_session_endpoint=f"{issuer}/sign-out",
            jwks_uri=f"{issuer}/jwks",
            response_types_supported=["code"],
            grant_types_supported=["authorization_code", "refresh_token", "client_credentials"],
            code_challenge_methods_supported=["S256"],
            authorization_response_iss_parameter_supported=True,
            prompt_values_supported=["none", "login", "select_account"],
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
        back = _checked(asked.get("redirect_uri", ""), "redirect_uri", redirects)
        state = {"state": asked["state"]} if "state" in asked else {}
        if asked.get("response_type") != "code" or not asked.get("client_id"):
            return _back(back, error="invalid_request", error_description="Ask for a code, with a client_id.", **state)
        if asked.get("code_challenge_method") != "S256" or len(asked.get("code_challenge", "")) != 43:
            return _back(back, error="invalid_request", error_description="PKCE with S256 is required.", **state)
        prompt = asked.get("prompt", "").split()
        hint = asked.get("login_hint", "").casefold()
        if "none" in prompt:
            return _back(back, error="login_required", error_description="Somebody must be picked.", **state)
        if not hint or {"login", "select_account"} & set(prompt):
            return _picker(provider.people(), asked.to_dict(), hint)
        person = next((person for person in provider.people() if person["email"].casefold() == hint), None)
        if person is None:
            return _back(back, error="access_denied", error_description="Nobody here has that e-mail.", **state)
        meant = Code(asked["client_id"], back, asked["code_challenge"], asked.get("nonce"), person)
        return _back(back, code=provider.code(meant), iss=issuer, **state)

    @app.post("/token")
    def token() -> Response:
        form = request.form
        basic = request.authorization
        named = (basic.username, basic.password) if basic else (form.get("client_id"), form.get("client_secret"))
        client, secret = named[0] or "", named[1] or ""
        if form.get("grant_type") == "authorization_code":
            return jsonify(provider.redeem(client, form))
        if form.get("grant_type") == "refresh_token":
            return jsonify(provider.refresh(client, form.get("refresh_token", "")))
        if form.get("grant_type") == "client_credentials":
            return jsonify(provider.machine(client, secret))
        raise Refused("unsupported_grant_type", "Use authorization_code, refresh_token or client_credentials.")

    @app.route("/sign-out", methods=["GET", "POST"])
    def sign_out() -> str | Redirect:
        asked = request.values
        back = asked.get("post_logout_redirect_uri")
        if back is not None:
            _checked(back, "post_logout_redirect_uri", redirects)
        if "id_token_hint" in asked:
            provider.sign_out(asked["id_token_hint"], asked.get("client_id"))
        if back is None:
            return render_template("signed-out.html")
        return _back(back, **({"state": asked["state"]} if "state" in asked else {}))

    @app.errorhandler(Refused)
    def refused(refusal: Refused) -> tuple[Response, int]:
        status = 401 if refusal.error == "invalid_client" else 400
        return jsonify(error=refusal.error, error_description=str(refusal)), status

    @app.after_request
    def guarded(answer: Response) -> Response:
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Content-Security-Policy"] = _POLICY
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


def _checked(address: str, name: str, redirects: Collection[str]) -> str:
    # With the slash: no other host begins like one that is allowed.
    if not on_loopback(address) and not any(address.startswith(f"{origin.rstrip('/')}/") for origin in redirects):
        raise Refused("invalid_request", f"The {name} must be an http address on 127.0.0.1, [::1] or localhost.")
    return address


def _picker(people: list[dict[str, Any]], asked: dict[str, str], hint: str) -> str:
    """Everybody who can be picked, by groups in the order of the file; whoever is hinted at has the focus."""
    asked.pop("prompt", None)
    shown = [
        {
            **person,
            "link": f"?{urlencode({**asked, 'login_hint': person['email']})}",
            "hinted": person["email"].casefold() == hint,
        }
        for person in people
    ]
    groups = [(name, list(those)) for name, those in groupby(shown, lambda person: person.get("group", "People"))]
    return render_template("picker.html", groups=groups)


def _back(address: str, **values: str) -> Redirect:
    joint = "&" if urlsplit(address).query else "?"
    return redirect(f"{address}{joint}{urlencode(values)}" if values else address)
