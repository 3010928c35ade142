"""The academies of the trust and its central team: listed for those who may see them, added and changed by HR."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask import Blueprint, flash, redirect, request
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.clients.staff import Organisation, OrganisationNew, OrganisationPatch
from acorn_portal.forms.academies import AcademyForm
from acorn_portal.meanwhile import Clash, caught_up, opened_with, typed_in
from acorn_portal.ofsted import AREAS, GRADES
from acorn_portal.pages import me, render, version_of
from acorn_portal.views.academies.subject import ACADEMIES, only_hr, page_of, trail
from acorn_portal.words import MEMBERSHIPS, ORGANISATION_KINDS, long_date

blueprint = Blueprint("details", __name__)

_LABELS = {
    "kind": "Kind",
    "name": "Name",
    "urn": "URN",
    "ukprn": "UKPRN",
    "phase": "Phase",
    "membership": "Where it stands with the trust",
    "founder": "Founder of the trust",
    "joined": "Day it joined the trust",
    "left": "Last day in the trust",
    "address": "Address",
}


@blueprint.get("/academies")
def show_all() -> Response:
    """The academies and the central team, by name."""
    who = me()
    staff = services().staff
    page = later(staff.list_organisations, limit=50, cursor=request.args.get("cursor"), count=True).answer()
    return render(
        "academies/list.html",
        page=page,
        memberships=MEMBERSHIPS,
        changes=who.hr,
        trail=[ACADEMIES[0], {"text": "Academies"}],
    )


@blueprint.route("/academies/new", methods=["GET", "POST"])
def add() -> Response:
    """Add an academy, a prospective one too, or the central team."""
    only_hr()
    form = AcademyForm.opened()
    if form.sent():
        found = {name: value for name, value in form.details().items() if value is not None}
        new = cast(OrganisationNew, {**found, **_why(form)})
        made = form.attempt(lambda: services().staff.add_organisation(new, key=form.key.data))
        if made:
            return _done(f"{made['name']} has been added.")
    trail = [*ACADEMIES, {"text": "Add an academy"}]
    return render("academies/new.html", status=form.status, form=form, trail=trail)


@blueprint.get("/academies/<id:organisation_id>")
def show(organisation_id: str) -> Response:
    """An academy or the central team: what is known of it, and what Ofsted judged over time."""
    academy = later(services().staff.read_organisation, organisation_id).answer()
    return render(
        "academies/show.html",
        academy=academy,
        said={name: _said(name, value) for name, value in _details(academy).items()},
        inspections=list(reversed(academy.get("inspections", []))),
        areas=AREAS,
        grades=GRADES,
        trail=[*ACADEMIES, {"text": academy["name"]}],
    )


@blueprint.route("/academies/<id:organisation_id>/change", methods=["GET", "POST"])
def change(organisation_id: str) -> Response:
    """Change what is known of an academy, such as the day on which it joined the trust."""
    only_hr()
    academy = later(services().staff.read_organisation, organisation_id).answer()
    held = _details(academy)
    form = AcademyForm.opened(
        **{name: value for name, value in held.items() if name not in ("founder", "address")},
        **(held["address"] or {}),
        founder="yes" if held["founder"] else "no",
        version=str(academy["version"]),
        base=json.dumps(held),
    )
    if not form.sent():
        return _page(academy, form)
    base = opened_with(form.base.data, held)
    changed = typed_in(form.details(), base)
    if not changed:
        form.form_errors = ["Nothing is changed yet. Change something, or go back to the academies."]
        return _page(academy, form)
    patch, version = cast(OrganisationPatch, {**changed, **_why(form)}), version_of(form.version.data)
    saved = form.attempt(
        lambda: services().staff.change_organisation(organisation_id, patch, version=version, key=form.key.data)
    )
    if saved:
        listed = ", ".join(_LABELS[name] if name.startswith("u") else _LABELS[name].lower() for name in changed)
        return _done(f"Saved for {saved['name']}: {listed}.", page_of(organisation_id))
    if form.overtaken:
        return _overtaken(organisation_id, form, base)
    return _page(academy, form)


def _overtaken(organisation_id: str, form: AcademyForm, base: Mapping[str, Any]) -> Response:
    """Show what somebody else changed meanwhile; what was left alone follows them, what was typed stays."""
    academy = services().staff.read_organisation(organisation_id)
    now = _details(academy)
    found = caught_up(form, _LABELS, base=base, now=now, version=academy["version"], said=_said)
    return _page(academy, form, found)


def _page(academy: Organisation, form: AcademyForm, found: Sequence[Clash] = ()) -> Response:
    return render(
        "academies/change.html",
        status=form.status,
        academy=academy,
        form=form,
        clashes=found,
        trail=trail(academy, {"text": "Change"}),
    )


def _details(academy: Organisation) -> dict[str, Any]:
    address = academy.get("address") or {}
    parts = {part: address.get(part) for part in ("street", "town", "postcode")}
    return {
        "kind": academy["kind"],
        "name": academy["name"],
        "urn": academy.get("urn"),
        "ukprn": academy.get("ukprn"),
        "phase": academy.get("phase"),
        "membership": academy.get("membership", "member"),
        "founder": academy.get("founder", False),
        "joined": academy.get("joined"),
        "left": academy.get("left"),
        "address": parts if any(parts.values()) else None,
    }


def _said(name: str, value: Any) -> str:
    if name == "founder":
        return "Yes" if value else "No"
    if not value:
        return "None"
    if name in ("joined", "left"):
        return long_date(value)
    if name == "address":
        return ", ".join(part for part in value.values() if part)
    return ORGANISATION_KINDS.get(value) or MEMBERSHIPS.get(value) or str(value)


def _why(form: AcademyForm) -> Mapping[str, Any]:
    return {"why": form.why.data} if form.why.data else {}


def _done(sentence: str, page: str = "/academies") -> Response:
    flash(sentence, "success")
    return redirect(page)
