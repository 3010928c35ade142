"""Somebody leaves the trust: all that they hold ends on one day, for one reason."""

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.forms.person_changes import LeaveForm
from acorn_portal.pages import render
from acorn_portal.trust import trust_later
from acorn_portal.views.person_changes import consequences
from acorn_portal.views.person_changes.subject import Row, done, full_name, page_of, step, trail
from acorn_portal.words import DESTINATIONS, REASONS, long_date

blueprint = Blueprint("leaving", __name__)


@blueprint.route("/people/<id:person_id>/leave", methods=["GET", "POST"])
def leave(person_id: str) -> Response:
    """End every appointment that somebody holds on their last day in the trust."""
    ask_trust = trust_later()
    person = later(services().staff.read_person, person_id).answer()
    trust, name = ask_trust(), full_name(person)
    form = LeaveForm.opened()
    held = [one for one in person["appointments"] if one["to"] is None or trust.today.isoformat() <= one["to"]]
    if step() in ("check", "confirm") and form.sent():
        on = form.on.data or abort(400)
        if step() == "check":
            ending = [one for one in person["appointments"] if one["to"] is None or on.isoformat() <= one["to"]]
            rows = [
                *(Row("Appointment", trust.job(one), "") for one in ending),
                Row("Last day in the trust", long_date(on), "on-day"),
                Row("Reason", REASONS[str(form.reason.data)], "reason"),
                Row("Where they go", DESTINATIONS.get(form.destination.data or "", "Not said yet"), "destination"),
                *([Row("Note for the change history", form.why.data, "why")] if form.why.data else []),
            ]
            return render(
                "person_changes/check.html",
                title=f"Check before {name} leaves",
                label="Confirm that they leave",
                path=f"{page_of(person_id)}/leave",
                form=form,
                rows=rows,
                consequences=consequences.of_leaving(person, ending, on, trust),
                carried=form.carried(),
                trail=trail(person, {"text": "Check"}),
            )
        if form.attempt(lambda: services().staff.leave_trust(person_id, form.new(), key=form.key.data)):
            return done(person_id, consequences.left(person, on, trust))
    return render(
        "person_changes/leave.html",
        status=form.status,
        person=person,
        name=name,
        jobs=[(trust.job(one), one) for one in held],
        form=form,
        trail=trail(person, {"text": "Leave the trust"}),
    )
