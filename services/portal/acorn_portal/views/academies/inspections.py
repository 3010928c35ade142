"""Ofsted's inspections of an academy: recorded by their day, taken back where that was an error."""

from typing import cast

from flask import Blueprint, abort, flash, redirect
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.clients.staff import Organisation, Retraction
from acorn_portal.forms.facts import TakeBackForm
from acorn_portal.forms.inspections import InspectionForm
from acorn_portal.meanwhile import SENTENCE
from acorn_portal.ofsted import AREAS, GRADES
from acorn_portal.pages import me, render, version_of
from acorn_portal.views.academies.subject import page_of, trail
from acorn_portal.views.person_changes.subject import step
from acorn_portal.words import long_date

blueprint = Blueprint("inspections", __name__)


@blueprint.before_request
def only_who_records_them() -> None:
    """Show these pages to HR, the SIL and the CEO; the staff service judges each change anew."""
    if not me().sees_everybody:
        abort(403)


@blueprint.route("/academies/<id:organisation_id>/inspections/new", methods=["GET", "POST"])
def record(organisation_id: str) -> Response:
    """Record what Ofsted judged: first the day, then what was judged in the form of that day."""
    staff = services().staff
    academy = _academy(organisation_id)
    form = InspectionForm.opened(version=str(academy["version"]))
    form.offer()
    readable = form.sent()
    if readable and step() == "save":
        version = version_of(form.version.data)
        saved = form.attempt(
            lambda: staff.record_inspection(organisation_id, form.new(), version=version, key=form.key.data)
        )
        if saved:
            flash(
                f"The inspection of {saved['name']} that ended on {long_date(form.inspected.data)} is recorded.",
                "success",
            )
            return redirect(page_of(organisation_id))
        if form.overtaken:
            form.version.data, form.form_errors = str(academy["version"]), [SENTENCE]
    return render(
        "academies/inspection.html",
        status=form.status,
        academy=academy,
        form=form,
        asks_day=not readable or bool(form.inspected.errors) or step() == "day-again",
        trail=trail(academy, {"text": "Record an inspection"}),
    )


@blueprint.route("/academies/<id:organisation_id>/inspections/<id:inspection_id>/retraction", methods=["GET", "POST"])
def take_back(organisation_id: str, inspection_id: str) -> Response:
    """Take back an inspection that was recorded in error."""
    staff = services().staff
    academy = _academy(organisation_id)
    inspection = next((one for one in academy.get("inspections", ()) if one["id"] == inspection_id), None)
    form = TakeBackForm.opened(version=str(academy["version"]))
    if form.sent():
        # Pressed twice, it is gone already: the service knows the key, and says that it was done.
        why, version = cast(Retraction, form.body()), version_of(form.version.data)
        saved = form.attempt(
            lambda: staff.retract_inspection(organisation_id, inspection_id, why, version=version, key=form.key.data)
        )
        if saved:
            flash(f"The inspection of {saved['name']} is taken back.", "success")
            return redirect(page_of(organisation_id))
        if form.overtaken:
            form.version.data, form.form_errors = str(academy["version"]), [SENTENCE]
    if inspection is None:
        abort(404)
    return render(
        "academies/inspection_take_back.html",
        status=form.status,
        academy=academy,
        one=inspection,
        areas=AREAS,
        grades=GRADES,
        form=form,
        trail=trail(academy, {"text": "Take back an inspection"}),
    )


def _academy(organisation_id: str) -> Organisation:
    academy = later(services().staff.read_organisation, organisation_id).answer()
    return academy if academy["kind"] == "academy" else abort(404)
