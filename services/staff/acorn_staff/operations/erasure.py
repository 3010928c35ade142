"""What data-protection law asks to be forgotten."""

from datetime import datetime

from acorn_staff.model.erasure import refuse_who_is_needed
from acorn_staff.store import Store
from servicekit.clock import london_today


def erase_person(person_id: str, reason: str, *, version: int, by: str, at: datetime, store: Store) -> None:
    """Nothing of a person is kept any more, nor of records that became part of theirs; the other services hear of it.

    Refusals: `StillHere`, `PersonMerged`.
    """
    person = store.person(person_id, version)
    refuse_who_is_needed(person, london_today(at))
    for one in (person, *store.people(person.former_ids).values()):
        store.erase(one, reason=reason, by=by, at=at)
