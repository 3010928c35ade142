"""What is not needed any more goes, once somebody has looked at what that is."""

from datetime import datetime

from acorn_staff.model.disposal import YEARS, Kept, kept_since, refuse_other_than_agreed
from acorn_staff.operations.erasure import erase_person
from acorn_staff.store import Store
from acorn_staff.store.disposal import Disposal
from servicekit.clock import london_today


def dispose(kept: Kept, agreed: int, *, by: str, at: datetime, disposal: Disposal) -> None:
    """All of a kind that is due goes, where that is as much as somebody agreed to. Refusals: `DueChanged`."""
    before = kept_since(kept, london_today(at))
    refuse_other_than_agreed(kept, agreed, len(disposal.due(kept, before)))
    disposal.agree(kept, before, by=by, at=at)


def erase_leaver(person_id: str, by: str, at: datetime, store: Store) -> None:
    """Somebody who left long ago is erased, unless they have come back since that was agreed."""
    person = store.person(person_id)
    if person.left_before(kept_since(Kept.PEOPLE, london_today(at))):
        reason = f"Not needed: {YEARS[Kept.PEOPLE]} years after the last day"
        erase_person(person_id, reason, version=person.version, by=by, at=at, store=store)
