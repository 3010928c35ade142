"""Every refusal becomes a page that says what happened and what to do; nothing else makes one."""

import sys
from collections.abc import Sequence

from flask import Flask, Response, g, make_response, render_template, request, session
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from acorn_portal.clients.calling import Away, Refused
from acorn_portal.store import StoreFailed
from acorn_portal.words import SERVICES
from servicekit import engines
from servicekit.logs import log
from servicekit.metrics import route_template
from servicekit.mongo import outage
from servicekit.problems import Unavailable

_log = log(__name__)

_PAGES = {
    400: ("Your browser sent something that cannot be read", "Go back and try again."),
    403: (
        "You cannot see this page",
        "Your access does not cover it. Ask HR if you think that it should.",
    ),
    404: (
        "Page not found",
        "There is nothing here, or nothing that you may see. If you typed the address, check that it is correct.",
    ),
    405: ("Page not found", "If you followed a link, go back and try again."),
    413: ("Your file is too large", "A file may have 20 MB at most. Split it and send its parts one by one."),
}


def expose(app: Flask) -> None:
    """Answer refusals by pages."""

    @app.errorhandler(Refused)
    def refused(refusal: Refused) -> Response:
        if refusal.status in (403, 404):
            return _page(refusal.status, *_PAGES[refusal.status])
        return _page(refusal.status, "This cannot be done", refusal.detail)

    @app.errorhandler(Away)
    def away(gone: Away) -> Response:
        named = SERVICES[gone.service]
        sent = _sent()
        if gone.silence:
            return _page(503, "Whom you may see is not known right now", gone.silence, sent=sent)
        if gone.unsure:
            # A form's key makes both attempts one change.
            advice = (
                "Try again: if it was saved, it is not saved a second time."
                if any(name == "key" for name, _ in sent)
                else "Look whether your change is there before you make it again."
            )
            return _page(
                503, "We do not know whether this was saved", f"{named} did not answer in time. {advice}", sent=sent
            )
        return _page(
            503,
            f"{named} cannot be reached right now",
            "Nothing was changed. Try again in a few minutes; the rest of Acorn goes on working.",
            sent=sent,
        )

    @app.errorhandler(CSRFError)
    def stale_form(_: CSRFError) -> Response:
        if "sign_in" not in session:
            return _page(
                400,
                "Nothing was saved",
                "You have signed out since this page was opened. Go back and copy what you entered; then go to the "
                "home page, sign in, and enter it again.",
            )
        return _page(
            400,
            "Nothing was saved",
            "This page was opened before you signed in, or by somebody else. Go back and copy what you entered; then "
            "reload the page and send it again.",
        )

    @app.errorhandler(Unavailable)
    def unavailable(problem: Unavailable) -> Response:
        return make_response(problem.detail, 503)

    @app.errorhandler(HTTPException)
    def flask_refused(error: HTTPException) -> Response:
        code = error.code or 500
        if code < 400:
            return make_response(error.get_response())
        title, sentence = _PAGES.get(code, ("This cannot be done", "Go back and try again."))
        response = _page(code, title, sentence)
        for name, value in error.get_headers():
            if name.lower() == "allow":
                response.headers[name] = value
        return response

    @app.errorhandler(StoreFailed)
    def database_failed(error: StoreFailed) -> Response:
        if outage(error):
            engines.mongodb_failed(error, "a page")
            return _plain("Acorn cannot be reached right now", "Try again in a few minutes.", 503)
        return _unexpected()

    @app.errorhandler(InternalServerError)
    def failed(error: InternalServerError) -> Response:
        original = error.original_exception
        # Before any view, as a session is opened.
        return database_failed(original) if isinstance(original, StoreFailed) else _unexpected()

    @app.errorhandler(Exception)
    def unexpected(_: Exception) -> Response:
        return _unexpected()


def _unexpected() -> Response:
    _log.error("a page failed", exc_info=sys.exc_info(), route=route_template())
    return _page(
        500,
        "Sorry, there is a problem",
        "It is our fault. Try again later; if it happens again, tell the IT team the number below.",
        number=g.get("trace_id", ""),
    )


def _sent() -> list[tuple[str, str]]:
    """What the form of this request said, to be sent again as it is. Files cannot be: those have to be chosen anew."""
    if request.method != "POST" or request.files:
        return []
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]


def _page(
    status: int, title: str, sentence: str, *, number: str = "", sent: Sequence[tuple[str, str]] = ()
) -> Response:
    try:
        body = render_template("refusal.html", title=title, sentence=sentence, number=number, sent=sent)
    except Exception:  # the page around it may be what failed
        _log.error("a page of refusal failed", exc_info=sys.exc_info())
        return _plain(title, sentence, status)
    return make_response(body, status)


def _plain(title: str, sentence: str, status: int) -> Response:
    """A page that needs nothing: no session, no service."""
    asked = "" if request.method != "POST" else " Nothing was changed."
    body = f'<!doctype html><html lang="en"><title>{title}</title><h1>{title}</h1><p>{sentence}{asked}</p></html>'
    response = make_response(body, status)
    response.headers["Content-Type"] = "text/html; charset=utf-8"
    if status == 503:
        response.headers["Retry-After"] = "30"
    return response
