"""Who can be erased under data-protection law, and who cannot yet (UK GDPR, article 17 (3): what is still needed)."""

from datetime import date

from acorn_staff.model.merge_refusals import PersonMerged
from acorn_staff.model.person import Person
from servicekit.problems import RuleBroken


class StillHere(RuleBroken):
    """Somebody who works for the trust, or is to: what is kept of them is needed for that."""

    slug = "still-here"
    title = "They work for the trust"

    def __init__(self, *, last_day: date | None) -> None:
        until = f" Their last day is {last_day.isoformat()}." if last_day else ""
        super().__init__(
            f"Somebody who works for the trust cannot be erased: their record is needed for that.{until} Erase it once "
            "they have left, or have HR correct what is wrong."
        )


def refuse_who_is_needed(person: Person, on: date) -> None:
    """Refuse to erase somebody: `StillHere` before they have left, `PersonMerged` for a record that is another's."""
    if person.merged_into is not None:
        raise PersonMerged(into=person.merged_into)
    if person.appointments and not person.left_before(on):
        raise StillHere(last_day=person.last_day)
