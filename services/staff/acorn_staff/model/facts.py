"""Facts about a person beside their appointments, each over an interval of days.

What somebody answers for, which year groups they teach or lead, when they are away, and who decides in their stead.
Source: domain brief, "Responsibilities", "Absences", and the consents that a dated delegate gives.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from acorn_staff.model.days import overlap
from acorn_staff.model.refusals import EndsBeforeStart, FactOverlaps, NoSuchFact


class Part(StrEnum):
    """What somebody does with a year group: they teach it, or lead it."""

    TAUGHT = "taught"
    LED = "led"


class AbsenceReason(StrEnum):
    """Why somebody is away: HR's alone, listeners hear the dates."""

    SICKNESS = "sickness"
    MATERNITY = "maternity"
    PATERNITY = "paternity"
    ADOPTION = "adoption"
    SHARED_PARENTAL = "shared_parental"
    COMPASSIONATE = "compassionate"
    STUDY = "study"
    SABBATICAL = "sabbatical"
    UNPAID = "unpaid"
    SUSPENSION = "suspension"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Responsibility:
    """Something that somebody answers for at an organisation, such as special educational needs.

    `to` is what was recorded; `until` is its last day indeed, which is the last day there if that comes first.
    """

    id: str
    responsibility: str
    organisation: str
    from_: date
    to: date | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class YearGroup:
    """A year group that somebody teaches or leads at an organisation; `until` as for a responsibility."""

    id: str
    year_group: str
    organisation: str
    part: Part
    from_: date
    to: date | None = None
    until: date | None = None


@dataclass(frozen=True, kw_only=True)
class Absence:
    """Days on which somebody is away; no last day while nobody knows it."""

    id: str
    from_: date
    to: date | None = None
    reason: AbsenceReason = AbsenceReason.OTHER


@dataclass(frozen=True, kw_only=True)
class Delegation:
    """Who decides in somebody's stead, such as a deputy for a head who is away."""

    id: str
    person: str
    from_: date
    to: date | None = None


Fact = Responsibility | YearGroup | Absence | Delegation
F = TypeVar("F", bound=Fact)


def of_what(fact: Fact) -> tuple[str, ...]:
    """What cannot be recorded twice for one day.

    The same responsibility at the same organisation, the same part of a year group there, any absence, any delegate.
    """
    if isinstance(fact, Responsibility):
        return (fact.responsibility, fact.organisation)
    if isinstance(fact, YearGroup):
        return (fact.year_group, fact.organisation, fact.part)
    return ()


def with_fact(held: Sequence[F], new: F) -> tuple[F, ...]:
    """The facts with one more, by first day; `EndsBeforeStart`, or `FactOverlaps` if it is there on one of its days."""
    if new.to is not None and new.to < new.from_:
        raise EndsBeforeStart(field="to", from_=new.from_, to=new.to)
    for other in held:
        if of_what(other) == of_what(new) and overlap(other, new):
            raise FactOverlaps(fact=other.id, from_=other.from_, to=other.to)
    return tuple(sorted((*held, new), key=lambda one: (one.from_, one.id)))


def with_fact_changed(held: Sequence[F], fact_id: str, **changes: Any) -> tuple[F, ...]:
    """The facts with one of them changed: other days, another reason; refusals as for `with_fact`, and `NoSuchFact`."""
    old = _one(held, fact_id)
    return with_fact([one for one in held if one is not old], replace(old, **changes))


def without_fact(held: Sequence[F], fact_id: str) -> tuple[F, ...]:
    """The facts without one that was recorded in error; the change history keeps it. `NoSuchFact`."""
    old = _one(held, fact_id)
    return tuple(one for one in held if one is not old)


def _one(held: Sequence[F], fact_id: str) -> F:
    for fact in held:
        if fact.id == fact_id:
            return fact
    raise NoSuchFact
