"""Appointments over time: joiners, movers, leavers, returners; the posts that there are."""

from typing import Any

from acorn_staff.model.posts import LEADING, counts
from acorn_staff.model.vocabularies import VocabularyName
from acorn_staff.operations import appointments as operations
from acorn_staff.routes.calling import change, changed, document, store
from acorn_staff.schemas.appointments import AppointmentNew, EndNew, MoveNew, PostList, RetractionNew
from acorn_staff.schemas.people import Person
from servicekit.access import HR, SIGNED_IN, allows
from servicekit.app import Answer, answer, created, record_read, today, writes
from servicekit.routing import blueprint as make_blueprint

blueprint = make_blueprint("appointments", __name__, description="Who holds which post where, from when to when.")


@blueprint.post("/people/<id:person_id>/appointments")
@allows(HR)
@blueprint.arguments(AppointmentNew)
@blueprint.response(201, Person)
@writes
def appoint(new: dict[str, Any], person_id: str) -> Answer:
    """Give somebody a post: a joiner, a returner, or one post more, such as at a second academy.

    More than 1.0 FTE on any day is refused without an override that says why. Offices (governor, trustee) and
    consultants do not count.
    """
    person = operations.appoint(person_id, change=change(new), store=store(), **new)
    record_read([person.id], "appoint")
    return created(document(person), f"/v1/people/{person.id}")


@blueprint.post("/people/<id:person_id>/moves")
@allows(HR)
@blueprint.arguments(MoveNew)
@blueprint.response(200, Person)
@writes
def move(new: dict[str, Any], person_id: str) -> Answer:
    """Move somebody: one appointment ends the day before, the next starts that day.

    Another post or FTE at the same organisation is a move too. Moving to what is already so changes nothing: the answer
    is the person at the version that they have.
    """
    person = operations.move(person_id, change=change(new), store=store(), **new)
    return changed(person, "move")


@blueprint.post("/people/<id:person_id>/appointments/<id:appointment_id>/end")
@allows(HR)
@blueprint.arguments(EndNew)
@blueprint.response(200, Person)
@writes
def end_appointment(new: dict[str, Any], person_id: str, appointment_id: str) -> Answer:
    """End an appointment on its last day and say why; the last one's end makes somebody a leaver."""
    person = operations.end_appointment(person_id, appointment_id, change=change(new), store=store(), **new)
    return changed(person, "end_appointment")


@blueprint.post("/people/<id:person_id>/departure")
@allows(HR)
@blueprint.arguments(EndNew)
@blueprint.response(200, Person)
@writes
def leave_trust(new: dict[str, Any], person_id: str) -> Answer:
    """Let somebody leave the trust: every appointment that they hold on their last day ends with it, for one reason.

    What is recorded for after that day, such as a move, is taken back first.
    """
    person = operations.leave_trust(person_id, change=change(new), store=store(), **new)
    return changed(person, "leave_trust")


@blueprint.post("/people/<id:person_id>/appointments/<id:appointment_id>/end/retraction")
@allows(HR)
@blueprint.arguments(RetractionNew)
@blueprint.response(200, Person)
@writes
def retract_end(new: dict[str, Any], person_id: str, appointment_id: str) -> Answer:
    """Take back an end that has not come yet: somebody stays after all, or a planned move is called off.

    The appointment that the move was to begin is no more. An end whose day has passed stays: who comes back is given a
    new appointment.
    """
    person = operations.retain(person_id, appointment_id, change=change(new), store=store(), **new)
    return changed(person, "retract_end")


@blueprint.get("/posts")
@allows(SIGNED_IN)
@blueprint.response(200, PostList)
def list_posts() -> Answer:
    """The posts that there are today, with those whose holders lead their academy."""
    posts = [
        {
            "code": term.code,
            "title": term.title,
            "leads": term.code in LEADING,
            "counts": counts(term.code),
        }
        for term in store().vocabulary(VocabularyName.POSTS).terms
        if term.retired_from is None or today() < term.retired_from
    ]
    return answer({"items": posts})
