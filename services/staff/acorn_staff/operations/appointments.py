"""Joiners, movers, leavers, returners: appointments over time."""

from collections.abc import Sequence
from datetime import date

from acorn_staff.model.appointments import Appointment, Destination, Reason, Weekday
from acorn_staff.model.events import PERSON_MOVED, PERSON_RETAINED, why_appointed, why_ended
from acorn_staff.model.history import Change
from acorn_staff.model.person import Person
from acorn_staff.model.vocabularies import VocabularyName
from acorn_staff.operations.keeping import keep_person, overriding
from acorn_staff.store import Store
from servicekit.clock import london_today
from servicekit.ids import new_id


def appoint(
    person_id: str,
    *,
    organisation: str,
    post: str,
    from_: date,
    fte: float = 1.0,
    to: date | None = None,
    working_days: Sequence[Weekday] | None = None,
    override: str | None = None,
    change: Change,
    store: Store,
) -> Person:
    """HR gives somebody a post: the first, one after an absence, or one more; `override` is why FTE may exceed 1.0."""
    store.vocabulary(VocabularyName.POSTS).refuse_unknown(post, field="post")
    person = store.person(person_id)
    appointment = Appointment(
        id=new_id(),
        organisation=organisation,
        post=post,
        fte=fte,
        from_=from_,
        to=to,
        working_days=None if working_days is None else tuple(working_days),
        override=overriding(override, change),
    )
    because = why_appointed(person, from_)
    return keep_person(person.joined(appointment), before=person, because=because, change=change, store=store)


def move(
    person_id: str,
    *,
    appointment: str,
    organisation: str,
    on: date,
    post: str | None = None,
    fte: float | None = None,
    working_days: Sequence[Weekday] | None = None,
    reason: Reason = Reason.MOVED_IN_TRUST,
    override: str | None = None,
    change: Change,
    store: Store,
) -> Person:
    """HR moves somebody: one appointment ends the day before, the next starts that day (domain brief, rule 2)."""
    if post is not None:
        store.vocabulary(VocabularyName.POSTS).refuse_unknown(post, field="post")
    person = store.person(person_id)
    moved = person.moved(
        appointment,
        id=new_id(),
        on=on,
        organisation=organisation,
        post=post,
        fte=fte,
        working_days=None if working_days is None else tuple(working_days),
        reason=reason,
        override=overriding(override, change),
    )
    return keep_person(moved, before=person, because=PERSON_MOVED, change=change, store=store)


def end_appointment(
    person_id: str,
    appointment_id: str,
    *,
    on: date,
    reason: Reason,
    destination: Destination | None = None,
    change: Change,
    store: Store,
) -> Person:
    """HR ends an appointment on its last day and says why: this is how the trust knows whom it retains."""
    person = store.person(person_id)
    ended = person.ended(appointment_id, on=on, reason=reason, destination=destination)
    return keep_person(ended, before=person, because=why_ended(ended), change=change, store=store)


def leave_trust(
    person_id: str,
    *,
    on: date,
    reason: Reason,
    destination: Destination | None = None,
    change: Change,
    store: Store,
) -> Person:
    """Somebody leaves the trust: every appointment that they hold then ends on their last day, for one reason."""
    person = store.person(person_id)
    departed = person.departed(on=on, reason=reason, destination=destination)
    return keep_person(departed, before=person, because=why_ended(departed), change=change, store=store)


def retain(
    person_id: str,
    appointment_id: str,
    *,
    to: date | None = None,
    override: str | None = None,
    change: Change,
    store: Store,
) -> Person:
    """HR takes back an end that has not come yet: somebody stays after all, or their move is called off."""
    person = store.person(person_id)
    retained = person.retained(
        appointment_id, today=london_today(change.at), to=to, override=overriding(override, change)
    )
    return keep_person(retained, before=person, because=PERSON_RETAINED, change=change, store=store)
