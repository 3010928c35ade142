"""People as the trust knows them: added, their details changed, their line manager named."""

from datetime import date
from typing import Unpack

from acorn_staff.model.events import PERSON_ADDED, PERSON_CHANGED, PERSON_LINE_MANAGER_CHANGED
from acorn_staff.model.history import Change
from acorn_staff.model.person import Details, Identifiers, Kind, Person, new_person
from acorn_staff.operations.keeping import keep_person
from acorn_staff.store import Store
from servicekit.clock import london_today
from servicekit.ids import new_id


def add_person(
    *, kind: Kind, given_name: str, family_name: str, change: Change, store: Store, **others: Unpack[Identifiers]
) -> Person:
    """HR adds somebody whom the trust did not know; their first appointment makes them a joiner."""
    person = new_person(
        id=new_id(),
        on=london_today(change.at),
        kind=kind,
        given_name=given_name,
        family_name=family_name,
        **others,
    )
    return keep_person(person, before=None, because=PERSON_ADDED, change=change, store=store)


def change_person(person_id: str, *, version: int, change: Change, store: Store, **details: Unpack[Details]) -> Person:
    """HR changes names, kind or identifiers; a name that goes is kept as a former name."""
    person = store.person(person_id, version)
    changed = person.with_details(on=london_today(change.at), **details)
    return keep_person(changed, before=person, because=PERSON_CHANGED, change=change, store=store)


def change_line_manager(person_id: str, *, manager: str | None, from_: date, change: Change, store: Store) -> Person:
    """HR names who manages somebody (None: nobody) from a day on."""
    person = store.person(person_id)
    managed = person.with_line_manager(manager, from_)
    return keep_person(managed, before=person, because=PERSON_LINE_MANAGER_CHANGED, change=change, store=store)
