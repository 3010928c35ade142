"""What all pages have in common: who is signed in, what is in the navigation, the words, the time."""

import re
import time
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Flask, abort, current_app, g, make_response, render_template, request, session
from jinja2 import ChainableUndefined, ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.wrappers import Response

from acorn_portal import words
from acorn_portal.calls import later, services
from acorn_portal.clients.calling import Away, NotSignedIn, Refused
from acorn_portal.gate import nonce
from acorn_portal.settings import Settings
from acorn_portal.signing_in import Me
from servicekit.clock import london_today

_ME_SECONDS = 60


def dress(app: Flask, settings: Settings) -> None:
    """Give templates the components, the words and the frame of every page."""
    loader = app.jinja_env.loader
    components = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_env.loader = ChoiceLoader([*([loader] if loader else []), components])
    # The components ask for parameters of parameters that nobody gave.
    app.jinja_env.undefined = ChainableUndefined
    app.jinja_env.filters |= {
        "long_date": words.long_date,
        "full_date": words.full_date,
        "moment": words.moment,
        "hours": words.hours,
        "kind": lambda code: words.KINDS.get(code, code),
        "topic": lambda code: words.TOPICS.get(code, code),
        "state": lambda code: words.STATES.get(code, code),
        "capitalise": lambda text: text[:1].upper() + text[1:],
    }
    app.jinja_env.globals |= {
        "merged": lambda params, more: {**params, **more},
        "counted": words.count,
        "days": words.days,
        "link": link,
        "state_colours": words.STATE_COLOURS,
    }

    @app.after_request
    def tell_where_time_went(response: Response) -> Response:
        _remember_me()
        # For whoever looks into a slow page, in any browser's own tools (W3C Server Timing).
        took = [*g.get("calls_took", ()), ("page", time.perf_counter() - g.get("began", time.perf_counter()))]
        response.headers["Server-Timing"] = ", ".join(f"{name};dur={seconds * 1000:.1f}" for name, seconds in took)
        return response

    @app.context_processor
    def frame() -> dict[str, Any]:
        found = me_or_nobody()
        return {
            "trust": settings.trust_name,
            "nonce": nonce(),
            "me": found,
            "who": lambda by, name: words.who(by, name, found.person_id if found else None),
            "navigation": _navigation(found) if found else [],
            "away": [(words.SERVICES[name], silence) for name, silence in sorted(g.get("away", {}).items())],
            "idle_minutes": settings.idle_minutes,
            "service_names": words.SERVICES,
        }


def version_of(text: object) -> int:
    """The version that a form was opened with, from its hidden field."""
    return int(str(text)) if re.fullmatch("[0-9]{1,9}", str(text), re.ASCII) else abort(400)


def me_or_nobody() -> Me | None:
    """Who is signed in, as it is known already: refusals ask nobody."""
    kept = session.get("me") if "sign_in" in session else None
    return Me.kept(kept) if kept else None


def me() -> Me:
    """Who is signed in, as the staff service knew them when somebody last asked.

    After a minute it is asked again beside what the page asks for, and the next page knows the answer.
    """
    if "sign_in" not in session:
        raise NotSignedIn
    kept = session.get("me")
    if not kept:
        return learn_me("")
    if time.time() - kept["at"] > _ME_SECONDS and "asked_again" not in g:
        g.asked_again = later(services().staff.read_me)
    return Me.kept(kept)


def _remember_me() -> None:
    """Keep what the staff service said of who is signed in, where it was asked again."""
    if "asked_again" not in g or "me" not in session:
        return
    try:
        answer = g.pop("asked_again").answer()
    except (Away, NotSignedIn, Refused):
        return
    name = session["me"]["sign_in_name"]
    session["me"] = {**Me.of(answer, name).plain(), "sign_in_name": name, "at": time.time()}


def learn_me(sign_in_name: str) -> Me:
    """Ask the staff service who is signed in, and keep it for a minute."""
    found = Me.of(services().staff.read_me(), sign_in_name)
    session["me"] = {**found.plain(), "sign_in_name": sign_in_name, "at": time.time()}
    return found


def today() -> date:
    """The day in England."""
    return london_today(current_app.extensions["clock"]())


def render(template: str, *, status: int = 200, **values: Any) -> Response:
    """A page."""
    return make_response(render_template(template, **values), status)


def link(**changed: str | None) -> str:
    """The page's own address with some of its query changed; what is None is left out."""
    query = {**request.args.to_dict(), **changed}
    kept = {name: value for name, value in query.items() if value}
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def _navigation(who: Me) -> list[dict[str, Any]]:
    """The sections that somebody has, the current one marked."""
    offered = [
        ("Home", "/", True),
        ("My CPD", "/history", who.person_id is not None),
        ("To verify", "/waiting", who.verifies),
        ("People" if who.sees_everybody else "My people", "/people", who.sees_everybody or who.has_people),
        ("Imports", "/imports", who.hr),
        ("Services", "/operations", who.operates),
    ]
    # One's own record is under /people too, and belongs to My CPD: its view says so.
    here = g.get("section") or "/" + request.path.strip("/").partition("/")[0]
    return [
        {"text": text, "href": path, "current": path == here, "active": path == here}
        for text, path, has in offered
        if has
    ]
