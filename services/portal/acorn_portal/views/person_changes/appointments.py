"""Appointments after the first: one more, a move, an end, an end taken back."""

from typing import cast

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.clients.staff import Appointment, Person
from acorn_portal.forms.person_changes import AppointmentForm, EndForm, MoveForm, RetractionForm
from acorn_portal.pages import render
from acorn_portal.trust import Trust, trust_later
from acorn_portal.views.person_changes import consequences
from acorn_portal.views.person_changes.appointing import (
    appointed,
    appointing_page,
    described_appointment,
    preview,
)
from acorn_portal.views.person_changes.finding import offer, settled
from acorn_portal.views.person_changes.subject import Row, done, full_name, page_of, step, trail
from acorn_portal.words import DESTINATIONS, REASONS, long_date, weekdays

blueprint = Blueprint("appointments", __name__)

_AS_IT_IS = "This is the appointment as it is. Choose another academy, post or FTE, or other working days."
_APPOINTMENTS = "/people/<id:person_id>/appointments"


@blueprint.route(f"{_APPOINTMENTS}/new", methods=["GET", "POST"])
def appoint(person_id: str) -> Response:
    """Give somebody an appointment: one more, one after an absence, or the first that was refused as they joined."""
    person, trust = _read(person_id)
    form = AppointmentForm.opened()
    form.organisation.choices, form.post.choices = trust.places_to_choose(), trust.posts_to_choose()
    if step() not in ("check", "confirm") or not form.sent():
        offer(form, trust, but=person_id)
        return appointing_page(person, form)
    manager = settled(form, trust, but=person_id)
    if form.problems:
        return appointing_page(person, form)
    if step() == "confirm":
        return appointed(person, form, trust, manager)
    return _check(
        f"Check the new appointment of {full_name(person)}",
        "Confirm the appointment",
        f"{page_of(person_id)}/appointments/new",
        person,
        form,
        described_appointment(form, trust, manager, "change"),
        consequences.of_appointing(full_name(person), person["appointments"], preview(form), trust),
    )


@blueprint.route(f"{_APPOINTMENTS}/<id:appointment_id>/move", methods=["GET", "POST"])
def move(person_id: str, appointment_id: str) -> Response:
    """Move somebody to another academy, post or FTE from a day on."""
    person, trust = _read(person_id)
    old = _appointment(person, appointment_id)
    form = MoveForm.opened(
        organisation=old["organisation"],
        post=old["post"],
        fte=f"{old['fte']:g}",
        working_days=old.get("working_days"),
    )
    form.organisation.choices, form.post.choices = trust.places_to_choose(), trust.posts_to_choose()
    if step() in ("check", "confirm") and form.sent():
        new = _moved(form, old)
        if _same(old, new):
            form.refuse_field("organisation", _AS_IT_IS)
        elif step() == "check":
            return _check(
                f"Check the move of {full_name(person)}",
                "Confirm the move",
                f"{page_of(person_id)}/appointments/{appointment_id}/move",
                person,
                form,
                _move_rows(form, trust),
                consequences.of_moving(person, old, new, trust),
            )
        elif form.attempt(lambda: services().staff.move(person_id, form.new(appointment_id), key=form.key.data)):
            return done(person_id, _moved_sentence(person, old, new, trust))
    return _form("person_changes/move.html", person, trust, old, form, "Move")


@blueprint.route(f"{_APPOINTMENTS}/<id:appointment_id>/end", methods=["GET", "POST"])
def end(person_id: str, appointment_id: str) -> Response:
    """End an appointment on its last day; the end of the last one makes somebody a leaver."""
    person, trust = _read(person_id)
    old = _appointment(person, appointment_id)
    form = EndForm.opened(on=old["to"])
    if step() in ("check", "confirm") and form.sent():
        on = form.on.data or abort(400)
        if step() == "check":
            rows = [
                Row("Appointment", trust.job(old), ""),
                Row("Last day", long_date(on), "on-day"),
                Row("Reason", REASONS[str(form.reason.data)], "reason"),
                Row("Where they go", DESTINATIONS.get(form.destination.data or "", "Not said yet"), "destination"),
                *_note(form),
            ]
            return _check(
                f"Check the end of an appointment of {full_name(person)}",
                "Confirm the end",
                f"{page_of(person_id)}/appointments/{appointment_id}/end",
                person,
                form,
                rows,
                consequences.of_ending(person, old, on, trust),
            )
        if form.attempt(
            lambda: services().staff.end_appointment(person_id, appointment_id, form.new(), key=form.key.data)
        ):
            return done(person_id, consequences.ended(person, old, on, trust))
    return _form("person_changes/end.html", person, trust, old, form, "End an appointment")


@blueprint.route(f"{_APPOINTMENTS}/<id:appointment_id>/end/retraction", methods=["GET", "POST"])
def retract_end(person_id: str, appointment_id: str) -> Response:
    """Take back an end that has not come yet, once HR has read what that means."""
    person, trust = _read(person_id)
    old = _appointment(person, appointment_id)
    form = RetractionForm.opened()
    if form.sent():
        form.attempt(lambda: services().staff.retract_end(person_id, appointment_id, form.new(), key=form.key.data))
        if not form.problems:
            return done(person_id, consequences.retained(person, old, trust))
    recorded = old.get("reason") is not None
    return render(
        "person_changes/retract_end.html",
        status=form.status,
        person=person,
        name=full_name(person),
        job=trust.job(old),
        appointment=old,
        consequences=consequences.of_retaining(person, old, trust) if recorded else [],
        form=form,
        trail=trail(person, {"text": "Take back an end"}),
    )


def _read(person_id: str) -> tuple[Person, Trust]:
    trust = trust_later()
    person = later(services().staff.read_person, person_id).answer()
    return person, trust()


def _appointment(person: Person, appointment_id: str) -> Appointment:
    found = next((one for one in person["appointments"] if one["id"] == appointment_id), None)
    return found or abort(404)


def _moved(form: MoveForm, old: Appointment) -> Appointment:
    held = {
        "id": "",
        "organisation": form.organisation.data,
        "post": form.post.data,
        "fte": form.fte.number,
        "from": form.on.iso(),
        "to": old["to"],
        "working_days": form.working_days.data or old.get("working_days"),
    }
    return cast(Appointment, held)


def _same(old: Appointment, new: Appointment) -> bool:
    jobs = [(one["organisation"], one["post"], one["fte"], set(one.get("working_days") or ())) for one in (old, new)]
    return jobs[0] == jobs[1]


def _move_rows(form: MoveForm, trust: Trust) -> list[Row]:
    rows = [
        Row("Academy", trust.place(str(form.organisation.data)), "organisation"),
        Row("Post", trust.title(str(form.post.data)), "post"),
        Row("Full-time equivalent (FTE)", f"{form.fte.number:g}", "fte"),
        Row("First day of the new appointment", long_date(form.on.data), "on-day"),
        Row("Working days", weekdays(form.working_days.data or ()) or "As before", "working_days"),
        Row("Why the appointment before ends", REASONS[str(form.reason.data)], "reason"),
    ]
    if form.override.data:
        rows.append(Row("Why more than one full-time job is right", form.override.data, "override"))
    return rows + _note(form)


def _note(form: MoveForm | EndForm) -> list[Row]:
    return [Row("Note for the change history", form.why.data, "why")] if form.why.data else []


def _moved_sentence(person: Person, old: Appointment, new: Appointment, trust: Trust) -> str:
    name, day = full_name(person), long_date(new["from"])
    if new["organisation"] == old["organisation"]:
        return f"{name} is {trust.job(new)}, from {day}."
    verb = "moved" if new["from"] < trust.today.isoformat() else "moves"
    return f"{name} {verb} to {trust.place(new['organisation'])} on {day}."


def _form(
    template: str, person: Person, trust: Trust, old: Appointment, form: MoveForm | EndForm, what: str
) -> Response:
    return render(
        template,
        status=form.status,
        person=person,
        name=full_name(person),
        job=trust.job(old),
        appointment=old,
        form=form,
        trail=trail(person, {"text": what}),
    )


def _check(
    title: str,
    label: str,
    path: str,
    person: Person,
    form: AppointmentForm | MoveForm | EndForm,
    rows: list[Row],
    said: list[str],
) -> Response:
    return render(
        "person_changes/check.html",
        title=title,
        label=label,
        path=path,
        form=form,
        rows=rows,
        consequences=said,
        carried=form.carried(),
        trail=trail(person, {"text": "Check"}),
    )
