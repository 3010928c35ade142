"""England's bank holidays: by rule, with the days that were proclaimed or moved.

Sources: Banking and Financial Dealings Act 1971, schedule 1; royal proclamations. What is proclaimed later, HR adds to
the calendar of its year.
"""

from collections.abc import Mapping
from datetime import date, timedelta

from dateutil.easter import easter

_MONDAY, _SATURDAY = 0, 5
_MOVED: Mapping[date, date] = {
    date(2020, 5, 4): date(2020, 5, 8),  # 75 years of VE Day
    date(2022, 5, 30): date(2022, 6, 2),  # the Platinum Jubilee
}
_PROCLAIMED = (
    date(2022, 6, 3),  # the Platinum Jubilee
    date(2022, 9, 19),  # the Queen's funeral
    date(2023, 5, 8),  # the coronation
)


def of_england(year: int) -> tuple[date, ...]:
    """The bank holidays of a calendar year, in order; one that falls on a weekend is on the next free weekday."""
    sunday = easter(year)
    fixed = [
        sunday - timedelta(days=2),
        sunday + timedelta(days=1),
        _monday_from(date(year, 5, 1)),
        _monday_from(date(year, 5, 25)),
        _monday_from(date(year, 8, 25)),
    ]
    days = {_MOVED.get(day, day) for day in fixed} | {day for day in _PROCLAIMED if day.year == year}
    for day in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        days.add(_next_free(day, days))
    return tuple(sorted(days))


def _monday_from(day: date) -> date:
    return day + timedelta(days=(_MONDAY - day.weekday()) % 7)


def _next_free(day: date, taken: set[date]) -> date:
    while day.weekday() >= _SATURDAY or day in taken:
        day += timedelta(days=1)
    return day
