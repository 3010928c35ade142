"""Who somebody is, changed: names, kind, e-mail address, numbers, date of birth. Two who change one record at once
both see what the other did."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask import Blueprint
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.clients.staff import Person, PersonPatch
from acorn_portal.forms.person_changes import DetailsForm
from acorn_portal.meanwhile import Clash, caught_up, opened_with, typed_in
from acorn_portal.pages import render, version_of
from acorn_portal.views.person_changes.subject import Row, done, full_name, page_of, step, trail
from acorn_portal.words import PERSON_KINDS, long_date

blueprint = Blueprint("details", __name__)

_LABELS = {
    "kind": "What they are to the trust",
    "given_name": "Given name",
    "family_name": "Family name",
    "email": "Work e-mail address",
    "trn": "TRN",
    "employee_numbers": "Employee numbers",
    "date_of_birth": "Date of birth",
}


@blueprint.route("/people/<id:person_id>/change", methods=["GET", "POST"])
def change(person_id: str) -> Response:
    """Change who somebody is; another name is checked first, for everybody sees it."""
    person = later(services().staff.read_person, person_id).answer()
    held = _details(person)
    form = DetailsForm.opened(
        **{**held, "employee_numbers": "\n".join(held["employee_numbers"])},
        version=str(person["version"]),
        base=json.dumps(held),
    )
    if step() not in ("check", "confirm") or not form.sent():
        return _page(person, form)
    base = opened_with(form.base.data, held)
    changed = typed_in(form.details(), base)
    if not changed:
        form.form_errors = ["Nothing is changed yet. Change something, or go back to the person."]
        return _page(person, form)
    if step() == "check" and {"given_name", "family_name"} & changed.keys() and form.asked.data != form.name:
        return _check(person, form, base, changed)
    patch = cast(PersonPatch, {**changed, **({"why": form.why.data} if form.why.data else {})})
    version = version_of(form.version.data)
    saved = form.attempt(lambda: services().staff.change_person(person_id, patch, version=version, key=form.key.data))
    if saved:
        return done(person_id, f"Saved for {full_name(saved)}: {_listed(changed)}.")
    if form.overtaken:
        return _overtaken(person_id, form, base)
    return _page(person, form)


def _overtaken(person_id: str, form: DetailsForm, base: Mapping[str, Any]) -> Response:
    """Show what somebody else changed meanwhile; what was left alone follows them, what was typed stays."""
    person = services().staff.read_person(person_id)
    now = _details(person)
    found = caught_up(form, _LABELS, base=base, now=now, version=person["version"], said=_said)
    # Names that were checked need no second check: the next press saves.
    form.asked.data = form.name
    return _page(person, form, found)


def _page(person: Person, form: DetailsForm, found: Sequence[Clash] = ()) -> Response:
    # Who has this e-mail address, if that is what the service refused.
    taken_by = form.refused.facts.get("person") if form.refused and form.refused.kind == "email-taken" else None
    return render(
        "person_changes/details.html",
        status=form.status,
        person=person,
        name=full_name(person),
        form=form,
        clashes=found,
        taken_by=taken_by,
        trail=trail(person, {"text": "Change details"}),
    )


def _check(person: Person, form: DetailsForm, base: Mapping[str, Any], changed: dict[str, Any]) -> Response:
    rows = [Row(_LABELS[name], _said(name, value), _at(name)) for name, value in changed.items()]
    if form.why.data:
        rows.append(Row("Note for the change history", form.why.data, "why"))
    had = f"{base['given_name']} {base['family_name']}"
    return render(
        "person_changes/check.html",
        title=f"Check the new details of {full_name(person)}",
        label="Confirm and save",
        path=f"{page_of(person['id'])}/change",
        form=form,
        rows=rows,
        consequences=[
            f"Everybody who sees {had} now sees {form.name} instead.",
            f"{had} stays on the record as a former name, by which HR can find them.",
        ],
        carried=form.carried(),
        trail=trail(person, {"text": "Check"}),
    )


def _details(person: Person) -> dict[str, Any]:
    return {
        "kind": person["kind"],
        "given_name": person["given_name"],
        "family_name": person["family_name"],
        "email": person["email"],
        "trn": person.get("trn"),
        "employee_numbers": list(person.get("employee_numbers", ())),
        "date_of_birth": person.get("date_of_birth"),
    }


def _said(name: str, value: Any) -> str:
    if not value:
        return "None"
    if name == "kind":
        return PERSON_KINDS.get(value, value)
    if name == "date_of_birth":
        return long_date(value)
    return ", ".join(value) if name == "employee_numbers" else str(value)


def _listed(changed: dict[str, Any]) -> str:
    labels = [_LABELS[name] if name == "trn" else _LABELS[name].lower() for name in changed]
    return ", ".join(labels)


def _at(name: str) -> str:
    return "date_of_birth-day" if name == "date_of_birth" else name
