"""Nobody gets past without having signed in, unless a view says that it is for everybody.

What was typed into a form whose bearer was away for too long is kept, and shown to them again once they are back.
"""

import secrets
from urllib.parse import urlsplit

from flask import Flask, flash, g, redirect, request, session, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from acorn_portal.clients.calling import NotSignedIn
from acorn_portal.sessions import Session
from acorn_portal.settings import Settings
from acorn_portal.signing_in import lock
from servicekit.access import PUBLIC, allows

_KEPT_BYTES = 200_000

everybody = allows(PUBLIC)
"""Marks a view that needs nobody to be signed in."""


def close(app: Flask, settings: Settings) -> None:
    """Ask for a sign-in before every view that is not for everybody, and tell browsers what a page may do."""
    provider = urlsplit(settings.oidc_issuer)
    policy = (
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        # Signing out leads to the identity provider, and browsers judge where a form leads in the end.
        f"form-action 'self' {provider.scheme}://{provider.netloc}"
    )

    @app.before_request
    def known() -> Response | None:
        if _idle() and "sign_in" in session:
            lock()
        view = app.view_functions.get(request.endpoint or "")
        open_to_all = view is None or PUBLIC in getattr(view, "access_rules", ())
        if open_to_all or "sign_in" in session:
            return None
        return ask_to_sign_in()

    @app.errorhandler(NotSignedIn)
    def not_any_more(_: NotSignedIn) -> Response:
        lock()
        return ask_to_sign_in()

    @app.after_request
    def guard(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy.format(nonce=nonce()))
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if settings.secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response


def nonce() -> str:
    """What marks the scripts of this page as ours; of a page of refusal too, before which nothing else may have run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def ask_to_sign_in() -> Response:
    """Send somebody to sign in and back to where they were, with what they had typed."""
    was = session.get("was")
    if request.method == "POST" and was:
        form = {name: values for name, values in request.form.lists() if name != "csrf_token"}
        if sum(len(value) for values in form.values() for value in values) <= _KEPT_BYTES:
            session["kept"] = {"path": request.path, "form": form, "subject": was, "files": bool(request.files)}
    if request.method in ("GET", "HEAD"):
        back = request.full_path.rstrip("?")
    else:
        back = request.path if request.method == "POST" else "/"
    return redirect(url_for("signing.sign_in", next=back))


def typed_before() -> MultiDict[str, str] | None:
    """What somebody had typed into the form at this address when they were signed out; it is handed out once."""
    kept = session.get("kept")
    if not kept or kept["path"] != request.path or request.method != "GET":
        return None
    session.pop("kept")
    sentence = "You were signed out, so nothing was saved yet. What you had entered is still here."
    if kept["files"]:
        sentence += " Choose your file again."
    flash(sentence, "important")
    return MultiDict([(name, value) for name, values in kept["form"].items() for value in values])


def _idle() -> bool:
    # Behind Flask's stand-in for the session is the one that `Sessions` opened.
    held = session._get_current_object()  # type: ignore[attr-defined]
    return isinstance(held, Session) and held.idle
