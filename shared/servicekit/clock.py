"""Time as a value that is passed in: a clock, London's calendar day, academic years and the text form of an instant."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Answers the present instant, aware and in UTC."""

LONDON = ZoneInfo("Europe/London")


def utc_now() -> datetime:
    """The clock of production: the machine's own."""
    return datetime.now(UTC)


def london_today(at: datetime) -> date:
    """The calendar day in England at an instant; it decides every "today" in Acorn."""
    return at.astimezone(LONDON).date()


def instant(at: datetime) -> str:
    """An instant as it is stored and served: RFC 3339 in UTC with milliseconds, so that text order is time order."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def academic_year(day: date) -> str:
    """The academic year of a day, written `2019-20`: 1 September to 31 August (domain brief, "Academic year")."""
    first = day.year if day.month >= 9 else day.year - 1
    return f"{first}-{(first + 1) % 100:02d}"
