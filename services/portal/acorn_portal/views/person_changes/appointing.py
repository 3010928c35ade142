"""An appointment that HR makes, for somebody just added or known for long; then their line manager."""

from typing import cast

from flask import flash, redirect
from werkzeug.wrappers import Response

from acorn_portal.calls import services
from acorn_portal.clients.calling import Away, Refused
from acorn_portal.clients.staff import Appointment, LineManagerNew, Person
from acorn_portal.forms.judged import said_of
from acorn_portal.forms.person_changes import AppointmentForm
from acorn_portal.pages import render
from acorn_portal.trust import Trust
from acorn_portal.views.person_changes.subject import Row, done, full_name, page_of, trail
from acorn_portal.words import long_date, weekdays

_UNSURE = (
    "Staff records did not answer, so we do not know whether the appointment was saved. Your answers are still here. "
    "Send them again: they are saved once, however often you send them."
)


def appointed(
    person: Person, form: AppointmentForm, trust: Trust, manager: str | None, *, added: bool = False
) -> Response:
    """Make the appointment that a form describes, and show the person; or the form, and what stands already.

    `added` says that the person was added by the same press: where the appointment is refused they stay, and the form
    goes on as one for them.
    """
    staff, person_id, key = services().staff, person["id"], form.key.data
    made = form.attempt(lambda: staff.appoint(person_id, form.new(), key=f"{key}-appointment"))
    if made is None:
        if form.away and added:
            form.form_errors = [_UNSURE]
        return appointing_page(person, form, added=added)
    if form.manager.data:
        manages = cast(LineManagerNew, {"person": form.manager.data, "from": form.starts.iso()})
        try:
            staff.change_line_manager(person_id, manages, key=f"{key}-manager")
        except Away as away:
            # The appointment is saved, whatever became of this; sent again, nothing is saved twice.
            raise Away(away.service, unsure=True) from away
        except Refused as refusal:
            if refusal.status not in (409, 422):
                raise
            flash(_sentence(person, form, trust), "success")
            flash(f"{manager} is not their line manager yet. {said_of(refusal)}", "important")
            return redirect(f"{page_of(person_id)}/line-manager")
    managed = f" {manager} manages them." if form.manager.data else ""
    return done(person_id, _sentence(person, form, trust) + managed)


def appointing_page(person: Person, form: AppointmentForm, *, added: bool = False) -> Response:
    """The form for somebody's appointment; `added` says that they have just been added and nothing else is saved."""
    return render(
        "person_changes/appointment.html",
        status=form.status,
        person=person,
        name=full_name(person),
        form=form,
        added=added,
        ask_for_manager=asks_for_manager(person),
        trail=trail(person, {"text": "Add an appointment"}),
    )


def asks_for_manager(person: Person) -> bool:
    """Tell whether to ask for a line manager with an appointment: where nobody manages somebody."""
    return all(line["to"] is not None for line in person["line_managers"])


def described_appointment(form: AppointmentForm, trust: Trust, manager: str | None, back: str) -> list[Row]:
    """The answers about an appointment, for a check page; `back` is the step that shows them."""
    rows = [
        Row("Academy", trust.place(str(form.organisation.data)), "organisation", back),
        Row("Post", trust.title(str(form.post.data)), "post", back),
        Row("Full-time equivalent (FTE)", f"{form.fte.number:g}", "fte", back),
        Row("First day", long_date(form.starts.data), "starts-day", back),
        Row("Last day", long_date(form.ends.data) or "Not fixed", "ends-day", back),
        Row("Working days", weekdays(form.working_days.data or ()) or "Not said", "working_days", back),
    ]
    if form.override.data:
        rows.append(Row("Why more than one full-time job is right", form.override.data, "override", back))
    if manager:
        rows.append(Row("Line manager", manager, "manager_name", back))
    return rows


def preview(form: AppointmentForm) -> Appointment:
    """The appointment that a form describes, as it would be held."""
    held = {
        "id": "",
        "organisation": form.organisation.data,
        "post": form.post.data,
        "fte": form.fte.number,
        "from": form.starts.iso(),
        "to": form.ends.iso(),
    }
    return cast(Appointment, held)


def _sentence(person: Person, form: AppointmentForm, trust: Trust) -> str:
    place, post = trust.place(str(form.organisation.data)), trust.title(str(form.post.data))
    starts = form.starts.data
    verb = "started" if starts and starts < trust.today else "starts"
    return f"{full_name(person)} {verb} at {place} as {post} on {long_date(starts)}."
