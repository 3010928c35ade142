"""Responsibilities, year groups, absences and delegates: recorded with their days, changed, taken back as errors."""

from typing import Any

from acorn_staff.model.events import (
    PERSON_ABSENCES_CHANGED,
    PERSON_DELEGATES_CHANGED,
    PERSON_RESPONSIBILITIES_CHANGED,
    PERSON_YEAR_GROUPS_CHANGED,
)
from acorn_staff.model.facts import Absence, Delegation, Fact, Responsibility, YearGroup
from acorn_staff.model.history import Change
from acorn_staff.model.person import Person
from acorn_staff.operations.keeping import keep_person
from acorn_staff.store import Store
from servicekit.ids import new_id


def record_fact(person_id: str, kind: type[Fact], *, change: Change, store: Store, **facts: Any) -> Person:
    """Record something about somebody from a day on, perhaps to a day that is fixed already."""
    person = store.person(person_id)
    after = person.with_fact(kind(id=new_id(), **facts))
    return keep_person(after, before=person, because=_why(kind), change=change, store=store)


def change_fact(
    person_id: str, kind: type[Fact], fact_id: str, *, change: Change, store: Store, **changes: Any
) -> Person:
    """Change what was recorded, such as its last day; what is not said stays, and history keeps what it was."""
    person = store.person(person_id)
    after = person.with_fact_changed(kind, fact_id, **changes)
    return keep_person(after, before=person, because=_why(kind), change=change, store=store)


def retract_fact(person_id: str, kind: type[Fact], fact_id: str, *, change: Change, store: Store) -> Person:
    """Take back what was recorded in error: it never was so. History keeps that it was said."""
    person = store.person(person_id)
    after = person.without_fact(kind, fact_id)
    return keep_person(after, before=person, because=_why(kind), change=change, store=store)


def _why(kind: type[Fact]) -> str:
    return {
        Responsibility: PERSON_RESPONSIBILITIES_CHANGED,
        YearGroup: PERSON_YEAR_GROUPS_CHANGED,
        Absence: PERSON_ABSENCES_CHANGED,
        Delegation: PERSON_DELEGATES_CHANGED,
    }[kind]
