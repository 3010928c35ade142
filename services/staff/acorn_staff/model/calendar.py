"""The trust's calendar, an academic year each: terms, INSET days, bank holidays, and an academy's own dates.

Source: domain brief, "Academic year"; five INSET days are what teachers' pay and conditions leave of 195 working days
after 190 with pupils (School Teachers' Pay and Conditions Document, section 51), so other than five is a warning.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from acorn_staff.model.bank_holidays import of_england
from acorn_staff.model.person import NOT_YET
from acorn_staff.model.refusals import EndsBeforeStart, Malformed, NoDatesOfItsOwn
from servicekit.clock import academic_year

USUAL_INSET_DAYS = 5
_SATURDAY = 5
_YEAR = re.compile(r"(\d{4})-(\d{2})")


class TermName(StrEnum):
    """The three terms of an academic year, in order."""

    AUTUMN = "autumn"
    SPRING = "spring"
    SUMMER = "summer"


@dataclass(frozen=True, kw_only=True)
class HalfTerm:
    """Half a term: its first and last day with pupils or INSET."""

    from_: date
    to: date


@dataclass(frozen=True, kw_only=True)
class Term:
    """A term, made of its two halves with the half-term holiday between."""

    term: TermName
    half_terms: tuple[HalfTerm, ...]


@dataclass(frozen=True, kw_only=True)
class OwnDates:
    """What an academy has of its own: terms in place of the trust's (none: those hold), INSET days beside them."""

    organisation: str
    terms: tuple[Term, ...] = ()
    inset_days: tuple[date, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """One academic year of the trust."""

    id: str
    academic_year: str
    terms: tuple[Term, ...]
    inset_days: tuple[date, ...] = ()
    bank_holidays: tuple[date, ...] = ()
    academies: tuple[OwnDates, ...] = ()
    version: int = 1
    shape: int = 1
    changed_at: datetime = NOT_YET

    def with_dates(
        self,
        *,
        terms: Sequence[Term] | None = None,
        inset_days: Iterable[date] | None = None,
        bank_holidays: Iterable[date] | None = None,
    ) -> "Calendar":
        """The calendar with other dates of the trust (None: as they are); `Malformed`, `EndsBeforeStart`."""
        changed = _judged(
            replace(
                self,
                terms=self.terms if terms is None else tuple(terms),
                inset_days=self.inset_days if inset_days is None else _once(inset_days),
                bank_holidays=self.bank_holidays if bank_holidays is None else _once(bank_holidays),
            )
        )
        return self if changed == self else changed

    def with_own_dates(self, own: OwnDates) -> "Calendar":
        """The calendar with an academy's own dates, in place of those that it had; refusals as for `with_dates`."""
        tidy = replace(own, inset_days=_once(own.inset_days))
        others = (one for one in self.academies if one.organisation != own.organisation)
        changed = _judged(replace(self, academies=tuple(sorted((*others, tidy), key=lambda one: one.organisation))))
        return self if changed == self else changed

    def without_own_dates(self, organisation: str) -> "Calendar":
        """The calendar with the trust's dates for an academy again; `NoDatesOfItsOwn`."""
        left = tuple(one for one in self.academies if one.organisation != organisation)
        if len(left) == len(self.academies):
            raise NoDatesOfItsOwn
        return replace(self, academies=left)

    def inset_days_of(self, organisation: str) -> tuple[date, ...]:
        """The INSET days of an academy: the trust's and its own."""
        own = next((one.inset_days for one in self.academies if one.organisation == organisation), ())
        return _once((*self.inset_days, *own))

    def warnings(self) -> tuple[str, ...]:
        """What is unusual, a sentence each: other than five INSET days. Nothing is refused for it."""
        said = []
        if len(self.inset_days) != USUAL_INSET_DAYS and not self.academies:
            said.append(f"The trust has {_days(len(self.inset_days))} in {self.academic_year}, not {USUAL_INSET_DAYS}.")
        elif len(self.inset_days) != USUAL_INSET_DAYS:
            said.append(
                f"Academies without days of their own have {_days(len(self.inset_days))} in {self.academic_year}, not "
                f"{USUAL_INSET_DAYS}."
            )
        for own in self.academies:
            count = len(self.inset_days_of(own.organisation))
            if count != USUAL_INSET_DAYS:
                said.append(f"The academy {own.organisation} has {_days(count)}, not {USUAL_INSET_DAYS}.")
        return tuple(said)


def new_calendar(
    *,
    id: str,
    academic_year: str,
    terms: Sequence[Term],
    inset_days: Iterable[date] = (),
    bank_holidays: Iterable[date] | None = None,
) -> Calendar:
    """The calendar of a year, with England's bank holidays unless others are given; `Malformed` says what cannot be."""
    first = first_year(academic_year)
    usual = [day for year in (first, first + 1) for day in of_england(year) if _in_year(day, academic_year)]
    return _judged(
        Calendar(
            id=id,
            academic_year=academic_year,
            terms=tuple(terms),
            inset_days=_once(inset_days),
            bank_holidays=_once(usual if bank_holidays is None else bank_holidays),
        )
    )


def first_year(year: str) -> int:
    """The year in which an academic year begins: 2019 of `2019-20`; `Malformed` for anything else."""
    found = _YEAR.fullmatch(year)
    if not found or (int(found[1]) + 1) % 100 != int(found[2]):
        raise Malformed("academic_year", "An academic year is written like 2019-20.")
    return int(found[1])


def _judged(calendar: Calendar) -> Calendar:
    """The calendar, if its dates can be: terms of two halves, in order and in the year, INSET days on working days."""
    _judge_terms(calendar.terms, calendar.academic_year)
    _judge_inset_days(calendar.inset_days, calendar)
    for day in calendar.bank_holidays:
        if not _in_year(day, calendar.academic_year):
            raise Malformed("bank_holidays", f"{day} is not in {calendar.academic_year}.")
    for own in calendar.academies:
        if own.terms:
            _judge_terms(own.terms, calendar.academic_year)
        _judge_inset_days(own.inset_days, calendar)
    return calendar


def _judge_terms(terms: Sequence[Term], year: str) -> None:
    if [one.term for one in terms] != list(TermName):
        raise Malformed("terms", "A year has an autumn, a spring and a summer term, in this order.")
    before: date | None = None
    for term in terms:
        if len(term.half_terms) != 2:
            raise Malformed("terms", f"The {term.term} term has two halves.")
        for half in term.half_terms:
            if half.to < half.from_:
                raise EndsBeforeStart(field="terms", from_=half.from_, to=half.to)
            if not (_in_year(half.from_, year) and _in_year(half.to, year)):
                raise Malformed("terms", f"{half.from_} to {half.to} is not within {year}, 1 September to 31 August.")
            if before is not None and half.from_ <= before:
                raise Malformed(
                    "terms", f"A half of the {term.term} term begins on {half.from_}, before {before} ends."
                )
            before = half.to


def _judge_inset_days(days: Iterable[date], calendar: Calendar) -> None:
    for day in days:
        if not _in_year(day, calendar.academic_year):
            raise Malformed("inset_days", f"{day} is not in {calendar.academic_year}.")
        if day.weekday() >= _SATURDAY or day in calendar.bank_holidays:
            raise Malformed("inset_days", f"{day} is a weekend or a bank holiday: no INSET day.")


def _in_year(day: date, year: str) -> bool:
    return academic_year(day) == year


def _once(days: Iterable[date]) -> tuple[date, ...]:
    return tuple(sorted(set(days)))


def _days(count: int) -> str:
    return "no INSET day" if count == 0 else "1 INSET day" if count == 1 else f"{count} INSET days"
