"""How long what is kept of people is needed, and what is due to go; nothing goes before somebody has looked.

Six years after somebody has left, no claim about their employment can be brought any more (Limitation Act 1980,
section 5), which is what schools' records toolkits go by. A talent review says nothing of today's person after three.
"""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from servicekit.problems import RuleBroken


class Kept(StrEnum):
    """What is disposed of together."""

    PEOPLE = "people"
    TALENT_REVIEWS = "talent_reviews"


YEARS: Mapping[Kept, int] = {Kept.PEOPLE: 6, Kept.TALENT_REVIEWS: 3}
"""For how many years: after the last day of the last appointment, after the day of the review."""


class DueChanged(RuleBroken):
    """What is due is no longer what somebody agreed to."""

    slug = "due-changed"
    title = "What is due has changed"

    def __init__(self, *, kept: Kept, due: int) -> None:
        what = kept.value.replace("_", " ")
        are = "is" if due == 1 else "are"
        now = f"Of {what} {due} {are} due now, and that is not what you said." if due else f"No {what} are due."
        super().__init__(f"{now} Look again first.", due=due)


def kept_since(kept: Kept, on: date) -> date:
    """The earliest day that is still kept on a day: what is from before it is due."""
    year = on.year - YEARS[kept]
    try:
        return on.replace(year=year)
    except ValueError:
        # 29 February, in a year without one.
        return date(year, 3, 1)


def refuse_other_than_agreed(kept: Kept, agreed: int, due: int) -> None:
    """Refuse to dispose of other things than somebody looked at, or of nothing: `DueChanged`."""
    if due == 0 or agreed != due:
        raise DueChanged(kept=kept, due=due)
