"""The academies of the trust, and its central team."""

from datetime import date
from typing import Any, Unpack

from acorn_staff.model.appointments import Appointment, Reason
from acorn_staff.model.events import (
    ORGANISATION_ADDED,
    ORGANISATION_CHANGED,
    ORGANISATION_INSPECTED,
    ORGANISATION_LEFT,
    why_ended,
)
from acorn_staff.model.history import Change
from acorn_staff.model.inspections import Inspection
from acorn_staff.model.organisation import (
    Facts,
    Organisation,
    OrganisationDetails,
    OrganisationKind,
    new_organisation,
)
from acorn_staff.model.person import Person
from acorn_staff.model.refusals import EndsRecordedLater
from acorn_staff.operations.keeping import keep_person
from acorn_staff.store import Store
from servicekit.clock import london_today
from servicekit.ids import new_id


def add_organisation(
    *, kind: OrganisationKind, name: str, change: Change, store: Store, **facts: Unpack[Facts]
) -> Organisation:
    """HR adds an academy (prospective ones too) or the central team."""
    organisation = new_organisation(id=new_id(), kind=kind, name=name, **facts)
    return store.save(organisation, before=None, because=ORGANISATION_ADDED, change=change)


def change_organisation(
    organisation_id: str, *, version: int, change: Change, store: Store, **details: Unpack[OrganisationDetails]
) -> Organisation:
    """HR changes what is known of an academy, such as the day on which it joined the trust."""
    organisation = store.organisation(organisation_id, version)
    changed = organisation.with_details(**details)
    return store.save(changed, before=organisation, because=ORGANISATION_CHANGED, change=change)


def record_inspection(
    organisation_id: str, *, version: int, change: Change, store: Store, **found: Any
) -> Organisation:
    """What Ofsted judged of an academy, as one inspection more."""
    organisation = store.organisation(organisation_id, version)
    inspected = organisation.inspected(Inspection(id=new_id(), **found), today=london_today(change.at))
    return store.save(inspected, before=organisation, because=ORGANISATION_INSPECTED, change=change)


def retract_inspection(
    organisation_id: str, inspection_id: str, *, version: int, change: Change, store: Store
) -> Organisation:
    """Take back an inspection that was recorded in error; history keeps that it was."""
    organisation = store.organisation(organisation_id, version)
    without = organisation.without_inspection(inspection_id)
    return store.save(without, before=organisation, because=ORGANISATION_INSPECTED, change=change)


def those_who_would_leave(organisation_id: str, on: date, store: Store) -> list[Person]:
    """The people whose appointments at an academy would end with its last day in the trust.

    `EndsRecordedLater` if an end, a move or an appointment there is recorded for after that day.
    """
    people = store.people_at(organisation_id)
    later = [one.id for one in people if _has_more_recorded(one, organisation_id, on)]
    if later:
        raise EndsRecordedLater(on=on, people=later)
    return [one for one in people if _goes_on(one, organisation_id, on)]


def let_academy_leave(
    organisation_id: str, *, on: date, version: int, change: Change, store: Store
) -> tuple[Organisation, list[Person]]:
    """An academy leaves the trust with its people: every appointment there ends on its last day, in one transaction.

    Who works at another academy of the trust too, stays there.
    """
    organisation = store.organisation(organisation_id, version)
    departed = organisation.departed(on)
    leaving = those_who_would_leave(organisation_id, on, store)
    for person in leaving:
        after = person
        for held in _goes_on(person, organisation_id, on):
            after = after.ended(held.id, on=on, reason=Reason.ACADEMY_LEFT_TRUST)
        keep_person(after, before=person, because=why_ended(after), change=change, store=store)
    kept = store.save(departed, before=organisation, because=ORGANISATION_LEFT, change=change)
    return kept, leaving


def _goes_on(person: Person, organisation: str, on: date) -> list[Appointment]:
    return [
        held
        for held in person.appointments
        if held.organisation == organisation and held.from_ <= on and (held.to is None or on < held.to)
    ]


def _has_more_recorded(person: Person, organisation: str, on: date) -> bool:
    there = [held for held in person.appointments if held.organisation == organisation]
    return any(on < held.from_ or (held.reason is not None and held.to is not None and on < held.to) for held in there)
