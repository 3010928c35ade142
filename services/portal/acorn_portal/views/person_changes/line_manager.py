"""Who manages somebody from a day on: found by name, chosen, checked; or nobody."""

from typing import cast

from flask import Blueprint, request
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.clients.staff import LineManagement, LineManagerNew, Person
from acorn_portal.forms.person_changes import NOBODY, LineManagerForm
from acorn_portal.pages import render
from acorn_portal.trust import Trust, trust_later
from acorn_portal.views.person_changes.finding import choices, people_found
from acorn_portal.views.person_changes.subject import Row, done, full_name, page_of, step, trail
from acorn_portal.words import long_date

blueprint = Blueprint("line_manager", __name__)


@blueprint.route("/people/<id:person_id>/line-manager", methods=["GET", "POST"])
def change(person_id: str) -> Response:
    """Name who manages somebody from a day on, once they are found."""
    ask_trust = trust_later()
    asked = later(services().staff.read_person, person_id)
    text = (request.form if request.method == "POST" else request.args).get("name", "").strip()
    found, more = people_found(text, but=person_id) if text else ([], False)
    person, trust = asked.answer(), ask_trust()
    current = _current(person)
    form = LineManagerForm.opened(manager=NOBODY if "nobody" in request.args else None)
    form.manager.choices = choices(found, trust)
    if current:
        form.manager.choices[NOBODY] = "Nobody: they no longer have a line manager"
    if step() in ("check", "confirm") and form.sent():
        named = next((full_name(one) for one in found if one["id"] == form.manager.data), None)
        if step() == "check":
            return _check(person, form, named, current, text)
        if form.attempt(lambda: services().staff.change_line_manager(person_id, _new(form), key=form.key.data)):
            return done(person_id, _sentence(person, named, form, trust))
    return render(
        "person_changes/line_manager.html",
        status=form.status,
        person=person,
        name=full_name(person),
        current=current,
        text=text,
        found=found,
        more=more,
        choosing=bool(found) or form.manager.data is not None or bool(form.problems),
        form=form,
        trail=trail(person, {"text": "Line manager"}),
    )


def _current(person: Person) -> LineManagement | None:
    return next((line for line in person["line_managers"] if line["to"] is None), None)


def _new(form: LineManagerForm) -> LineManagerNew:
    manager = None if form.manager.data == NOBODY else form.manager.data
    why = {"why": form.why.data} if form.why.data else {}
    return cast(LineManagerNew, {"person": manager, "from": form.starts.iso(), **why})


def _check(
    person: Person, form: LineManagerForm, named: str | None, current: LineManagement | None, text: str
) -> Response:
    name, day = full_name(person), long_date(form.starts.data)
    said = [
        f"{named} manages {name} from {day}, and sees and verifies their CPD from that day on."
        if named
        else f"Nobody manages {name} from {day} on.",
    ]
    if current and current["person"] != form.manager.data:
        before = current["name"] or "Their line manager"
        said.append(f"{before} manages them until the day before.")
    rows = [
        Row("New line manager", named or "Nobody", "manager"),
        Row("First day", day, "starts-day"),
        *([Row("Note for the change history", form.why.data, "why")] if form.why.data else []),
    ]
    return render(
        "person_changes/check.html",
        title=f"Check the line manager of {name}",
        label="Confirm the line manager",
        path=f"{page_of(person['id'])}/line-manager",
        form=form,
        rows=rows,
        consequences=said,
        carried=[*form.carried(), ("name", text)],
        trail=trail(person, {"text": "Check"}),
    )


def _sentence(person: Person, named: str | None, form: LineManagerForm, trust: Trust) -> str:
    name, day = full_name(person), long_date(form.starts.data)
    if named is None:
        return f"{name} has no line manager from {day} on."
    past = form.starts.data is not None and form.starts.data < trust.today
    return f"{named} {'has managed' if past else 'manages'} {name} from {day}."
