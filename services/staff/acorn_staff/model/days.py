"""Facts with dates: both ends are inclusive, and no last day means that none is known."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Protocol

ONE_DAY = timedelta(days=1)


class Dated(Protocol):
    """Anything that holds from one day to another."""

    @property
    def from_(self) -> date:
        """The first day."""

    @property
    def to(self) -> date | None:
        """The last day, None while no end is known."""


def holds_on(fact: Dated, day: date) -> bool:
    """Tell whether a fact holds on a day."""
    return fact.from_ <= day and (fact.to is None or day <= fact.to)


def overlap(one: Dated, other: Dated) -> bool:
    """Tell whether two facts share at least one day."""
    return common(one.from_, one.to, other.from_, other.to) is not None


def common(from_: date, to: date | None, other_from: date, other_to: date | None) -> tuple[date, date | None] | None:
    """The days that two intervals share, None where they share none."""
    first = max(from_, other_from)
    lasts = [last for last in (to, other_to) if last is not None]
    last = min(lasts) if lasts else None
    return None if last is not None and last < first else (first, last)


def unbroken(held: Sequence[Dated], day: date) -> tuple[date, date | None] | None:
    """A day and the last one up to which facts that meet or overlap hold without a gap; None where none holds on it."""
    now = next((one for one in held if holds_on(one, day)), None)
    last = now.to if now is not None else None
    while now is not None and last is not None:
        met = [one for one in held if one.from_ <= last + ONE_DAY and (one.to is None or last < one.to)]
        if not met:
            break
        last = met[0].to
    return None if now is None else (day, last)


def day_before(day: date) -> date:
    """The last day of what the day after ends."""
    return day - ONE_DAY
