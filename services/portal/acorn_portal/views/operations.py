"""For whoever is on call: how the services stand, and the dead letters of each, to be replayed or dismissed."""

from collections.abc import Callable
from typing import Any, cast

import orjson
from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from acorn_portal import standing
from acorn_portal.calls import Later, Services, later, services
from acorn_portal.clients.calling import Away, Refused
from acorn_portal.clients.cpd import Cpd
from acorn_portal.clients.staff import Staff
from acorn_portal.forms.operations import Dismissal, Replay
from acorn_portal.pages import render

blueprint = Blueprint("operations", __name__, url_prefix="/operations")

STATES = {"open": "Open", "replayed": "Replayed", "dismissed": "Dismissed"}
_STATE_COLOURS = {"open": "yellow", "replayed": "green", "dismissed": "grey"}
_NAMES = tuple(Services.__dataclass_fields__)


@blueprint.get("")
def overview() -> Response:
    """How each service stands. One that does not answer is what this page is about, not what it lacks."""
    asked = {name: later(_client(name).read_status) for name in _NAMES}
    stand = [_standing(name, answer) for name, answer in asked.items()]
    health, sentence = standing.together(stand)
    return render("operations/overview.html", stand=stand, health=health, sentence=sentence, colours=standing.COLOURS)


@blueprint.get("/<service>/dead-letters")
def letters(service: str) -> Response:
    """The dead letters of a service in one state, in the order in which they came."""
    state = request.args.get("state", "open")
    if state not in STATES:
        abort(404)
    asked = later(
        _client(service).list_dead_letters,
        cursor=request.args.get("cursor"),
        count=True,
        state=state,
    )
    return render("operations/letters.html", service=service, state=state, letters=asked.answer(), **_words())


@blueprint.get("/<service>/dead-letters/<id:letter_id>")
def letter(service: str, letter_id: str) -> Response:
    """One dead letter: why it was put aside, and the structure of what it says."""
    found = later(_client(service).show_dead_letter, letter_id).answer()
    payload = orjson.dumps(found["payload"], option=orjson.OPT_INDENT_2).decode()
    return render("operations/letter.html", service=service, letter=found, payload=payload, **_words())


@blueprint.route("/<service>/dead-letters/<id:letter_id>/replay", methods=["GET", "POST"])
def replay(service: str, letter_id: str) -> Response:
    """Ask whether to replay a dead letter, and have a worker do so."""
    form = Replay.opened()
    if form.sent():
        return _close(
            lambda: _client(service).replay_dead_letter(letter_id, key=form.key.data),
            "A worker will handle it again. Look here again in some seconds to see how that went.",
            service,
            letter_id,
        )
    return _about("operations/replay.html", service, letter_id, form)


@blueprint.route("/<service>/dead-letters/<id:letter_id>/dismiss", methods=["GET", "POST"])
def dismiss(service: str, letter_id: str) -> Response:
    """Ask why a dead letter needs no replay, and close it."""
    form = Dismissal.opened()
    if form.sent():
        try:
            return _close(
                lambda: _client(service).dismiss_dead_letter(
                    letter_id, {"because": str(form.because.data)}, key=form.key.data
                ),
                "The dead letter is dismissed. It is kept for 7 days.",
                service,
                letter_id,
            )
        except Refused as refusal:
            if refusal.status != 422:
                raise
            form.refuse(refusal)
    return _about("operations/dismiss.html", service, letter_id, form)


def _close(change: Callable[[], object], done: str, service: str, letter_id: str) -> Response:
    """Make a change and go back to the letter, which tells of itself where somebody else was quicker."""
    try:
        change()
    except Refused as refusal:
        if refusal.status != 409:
            raise
        flash(refusal.detail, "important")
    else:
        flash(done, "success")
    return _back(service, letter_id)


def _about(template: str, service: str, letter_id: str, form: Replay | Dismissal) -> Response:
    found = later(_client(service).show_dead_letter, letter_id).answer()
    if found["state"] != "open":
        flash("This dead letter was replayed or dismissed already.", "important")
        return _back(service, letter_id)
    return render(template, status=422 if form.problems else 200, service=service, letter=found, form=form, **_words())


def _back(service: str, letter_id: str) -> Response:
    return redirect(url_for("operations.letter", service=service, letter_id=letter_id))


def _standing(service: str, asked: Later[Any]) -> standing.Standing:
    try:
        return standing.standing(service, asked.answer())
    except Away:
        return standing.away(service)


def _client(service: str) -> Staff | Cpd:
    """The client of a service by its name in an address; for any other name there is no page."""
    if service not in _NAMES:
        abort(404)
    return cast(Staff | Cpd, getattr(services(), service))


def _words() -> dict[str, Any]:
    return {"states": STATES, "letter_colours": _STATE_COLOURS}
