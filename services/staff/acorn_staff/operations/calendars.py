"""The trust's calendar, an academic year each, and the dates that an academy has of its own."""

from collections.abc import Sequence
from datetime import date

from acorn_staff.model.calendar import Calendar, OwnDates, Term, new_calendar
from acorn_staff.model.events import CALENDAR_CHANGED
from acorn_staff.model.history import Change
from acorn_staff.model.refusals import Malformed
from acorn_staff.store import Store
from servicekit.ids import new_id


def add_calendar(
    *,
    academic_year: str,
    terms: Sequence[Term],
    inset_days: Sequence[date] = (),
    bank_holidays: Sequence[date] | None = None,
    change: Change,
    store: Store,
) -> Calendar:
    """HR sets the dates of an academic year; England's bank holidays are there unless others are said.

    `CalendarThere` if the year has one.
    """
    calendar = new_calendar(
        id=new_id(), academic_year=academic_year, terms=terms, inset_days=inset_days, bank_holidays=bank_holidays
    )
    return store.save(calendar, before=None, because=CALENDAR_CHANGED, change=change)


def change_calendar(
    academic_year: str,
    *,
    version: int,
    terms: Sequence[Term] | None = None,
    inset_days: Sequence[date] | None = None,
    bank_holidays: Sequence[date] | None = None,
    change: Change,
    store: Store,
) -> Calendar:
    """HR changes the trust's dates; an academy's own stay, and are held against them again."""
    calendar = store.calendar(academic_year, version)
    after = calendar.with_dates(terms=terms, inset_days=inset_days, bank_holidays=bank_holidays)
    return store.save(after, before=calendar, because=CALENDAR_CHANGED, change=change)


def set_own_dates(academic_year: str, own: OwnDates, *, version: int, change: Change, store: Store) -> Calendar:
    """HR records in what an academy differs from the trust in a year."""
    calendar = store.calendar(academic_year, version)
    if own.organisation not in store.organisations([own.organisation]):
        raise Malformed("organisation", "There is no organisation with this id.")
    return store.save(calendar.with_own_dates(own), before=calendar, because=CALENDAR_CHANGED, change=change)


def drop_own_dates(academic_year: str, organisation: str, *, version: int, change: Change, store: Store) -> Calendar:
    """HR lets an academy follow the trust's dates again."""
    calendar = store.calendar(academic_year, version)
    after = calendar.without_own_dates(organisation)
    return store.save(after, before=calendar, because=CALENDAR_CHANGED, change=change)
