"""A fact recorded, put right, taken back as an error: one course for all kinds; each is checked before it is made."""

import json

from flask import Blueprint
from werkzeug.wrappers import Response

from acorn_portal.calls import services
from acorn_portal.clients.staff import Person
from acorn_portal.forms.facts import DaysForm, TakeBackForm
from acorn_portal.meanwhile import opened_with, typed_in
from acorn_portal.trust import Trust
from acorn_portal.views.facts.kinds import ABSENCE, KINDS
from acorn_portal.views.facts.subject import checked, held, page, read, reason_row, recorded
from acorn_portal.views.person_changes.subject import Row, full_name, page_of, step
from acorn_portal.words import lasting

blueprint = Blueprint("recording", __name__)

_NEW = '/people/<id:person_id>/<any("responsibilities", "year-groups", "absences"):kind>/new'
_ONE = f"/people/<id:person_id>/<any({', '.join(repr(path) for path in KINDS)}):kind>/<id:fact_id>"


@blueprint.route(_NEW, methods=["GET", "POST"])
def record(person_id: str, kind: str) -> Response:
    """Record a responsibility, a year group or an absence, from a day on."""
    what = KINDS[kind]
    person, trust = read(person_id, what)
    form = what.new.opened()
    form.offer(_places(person, trust), trust)
    path = f"{page_of(person_id)}/{kind}/new"
    if step() in ("check", "confirm", "again") and form.sent():
        said = what.sentence(full_name(person), form.body(), trust)
        if step() == "check":
            title = f"Check the {what.noun} of {full_name(person)}"
            rows = _rows(form)
            return checked(what, person, form, path, title, [said, *what.seen], first=rows, again=what is not ABSENCE)
        if form.attempt(lambda: what.add(services().staff, person_id, form.body(), key=form.key.data)):
            return recorded(what, person, said)
    return page(what, person, "new", form, places=_places(person, trust))


@blueprint.route(f"{_ONE}/change", methods=["GET", "POST"])
def put_right(person_id: str, kind: str, fact_id: str) -> Response:
    """Change the days of a fact, such as its last one, and why somebody is away."""
    what = KINDS[kind]
    person, trust = read(person_id, what)
    fact = held(what, person, fact_id)
    opened = {name: fact.get(name) for name in what.changeable}
    form = what.change.opened(starts=fact["from"], ends=fact["to"], reason=fact.get("reason"), base=json.dumps(opened))
    if step() in ("check", "confirm") and form.sent():
        typed = {name: value for name, value in form.body().items() if name != "why"}
        changed = typed_in(typed, opened_with(form.base.data, opened))
        said = what.sentence(full_name(person), {**fact, **typed}, trust)
        if not changed:
            form.refuse_field("starts", "Nothing is changed yet. Change a day, or go back to the person.")
        elif step() == "check":
            title = f"Check the {what.noun} of {full_name(person)}"
            was = f"Until now it was recorded {lasting(fact['from'], fact['to'])}."
            path = f"{page_of(person_id)}/{kind}/{fact_id}/change"
            return checked(what, person, form, path, title, [said, was, *what.seen], first=reason_row(form))
        else:
            patch = {**changed, **form.noted()}
            if form.attempt(lambda: what.put_right(services().staff, person_id, fact_id, patch, key=form.key.data)):
                return recorded(what, person, said)
    return page(what, person, "change", form, said=what.sentence(full_name(person), fact, trust), fact=fact)


@blueprint.route(f"{_ONE}/retraction", methods=["GET", "POST"])
def take_back(person_id: str, kind: str, fact_id: str) -> Response:
    """Take back what was recorded in error, once what that means is read."""
    what = KINDS[kind]
    person, trust = read(person_id, what)
    form = TakeBackForm.opened()
    if form.sent():
        # Pressed twice, it is gone already: the service knows the key, and says that it was done.
        form.attempt(lambda: what.take_back(services().staff, person_id, fact_id, form.body(), key=form.key.data))
        if not form.problems:
            return recorded(what, person, f"The {what.noun} of {full_name(person)} is taken back.")
    fact = held(what, person, fact_id)
    said = what.sentence(full_name(person), fact, trust)
    return page(what, person, "take_back", form, said=said, fact=fact)


def _places(person: Person, trust: Trust) -> dict[str, str]:
    """Where somebody works, will and did, present places first."""
    day = trust.today.isoformat()
    by_end = sorted(person["appointments"], key=lambda one: one["to"] is not None and one["to"] < day)
    return {one["organisation"]: trust.place(one["organisation"]) for one in by_end}


def _rows(form: DaysForm) -> list[Row]:
    """What was chosen, for a check page."""
    rows = reason_row(form)
    for name in ("responsibility", "year_group", "part", "organisation"):
        if name in form:
            field = form[name]
            chosen = dict(field.choices)[field.data] if field.data else ""
            rows.append(Row(field.label.text, chosen, name))
    return rows
