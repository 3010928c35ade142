"""An academy leaves the trust with its people: who they are is shown first, as the staff service tells it."""

from collections.abc import Sequence
from typing import cast

from flask import Blueprint, abort, flash, redirect
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.clients.calling import Refused
from acorn_portal.clients.staff import Departure, DepartureNew, Organisation
from acorn_portal.forms.academies import DepartureForm
from acorn_portal.pages import render, today, version_of
from acorn_portal.views.academies.subject import only_hr, page_of, trail
from acorn_portal.views.person_changes.subject import full_name, step
from acorn_portal.words import long_date
from servicekit.ids import valid_id

blueprint = Blueprint("departure", __name__)

_MOST_NAMED = 20
_CHANGED = (
    "Somebody else changed this academy meanwhile, so nothing was saved yet. Look again at who leaves with it, then "
    "confirm."
)


@blueprint.route("/academies/<id:organisation_id>/departure", methods=["GET", "POST"])
def leave(organisation_id: str) -> Response:
    """Say an academy's last day in the trust, look at who leaves with it, confirm."""
    only_hr()
    staff = services().staff
    academy = later(staff.read_organisation, organisation_id).answer()
    if academy["kind"] != "academy" or academy.get("membership") == "prospective":
        abort(404)
    form = DepartureForm.opened(on=academy.get("left"), version=str(academy["version"]))
    if not form.sent() or step() not in ("check", "confirm"):
        return _page(academy, form)
    if step() == "confirm":
        why = {"why": form.why.data} if form.why.data else {}
        new = cast(DepartureNew, {"on": form.on.iso(), **why})
        version = version_of(form.version.data)
        done = form.attempt(lambda: staff.let_academy_leave(organisation_id, new, version=version, key=form.key.data))
        if done:
            flash(_sentence(academy, form), "success")
            return redirect(page_of(organisation_id))
        if not form.overtaken:
            return _page(academy, form)
        form.version.data, form.form_errors = str(academy["version"]), [_CHANGED]
    preview = form.attempt(lambda: staff.preview_departure(organisation_id, on=form.on.iso()))
    return _check(academy, form, preview) if preview else _page(academy, form)


def _check(academy: Organisation, form: DepartureForm, preview: Departure) -> Response:
    return render(
        "academies/departure_check.html",
        status=form.status,
        academy=academy,
        form=form,
        on=preview["on"],
        leaving=sorted((one for one in preview["people"] if not one["stays"]), key=lambda one: one["name"] or ""),
        staying=sorted((one for one in preview["people"] if one["stays"]), key=lambda one: one["name"] or ""),
        carried=form.carried(),
        trail=trail(academy, {"text": "Check"}),
    )


def _page(academy: Organisation, form: DepartureForm) -> Response:
    in_the_way = form.refused.facts.get("people", []) if form.refused else []
    return render(
        "academies/departure.html",
        status=form.status,
        academy=academy,
        form=form,
        in_the_way=_named([str(one) for one in in_the_way][:_MOST_NAMED]),
        more=len(in_the_way) > _MOST_NAMED,
        trail=trail(academy, {"text": "Leave the trust"}),
    )


def _named(ids: Sequence[str]) -> list[tuple[str, str]]:
    """Those who stand in the way, by name."""
    asked = [(one, later(services().staff.read_person, one)) for one in ids if valid_id(one)]
    named = []
    for person_id, answer in asked:
        try:
            named.append((person_id, full_name(answer.answer())))
        except Refused:
            continue
    return sorted(named, key=lambda one: one[1])


def _sentence(academy: Organisation, form: DepartureForm) -> str:
    on = form.on.data
    verb = "left" if on and on < today() else "leaves"
    return f"{academy['name']} {verb} the trust on {long_date(on)} with its people."
