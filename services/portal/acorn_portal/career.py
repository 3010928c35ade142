"""Somebody's appointments as a page tells them: what they do on a day, what is agreed for later, what they did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from acorn_portal import words
from acorn_portal.clients.staff import (
    Absence,
    Appointment,
    Delegation,
    LineManagement,
    Person,
    Responsibility,
    YearGroup,
)
from acorn_portal.trust import Trust

Dated = TypeVar("Dated", Appointment, LineManagement)


@dataclass(frozen=True)
class Fact:
    """Something about a person on some days: what it is, where, from when to when; `planned` until it begins.

    `path` leads on to where it is changed. One whose days never came, as its move was called off, is `void`.
    """

    path: str
    what: str
    where: str | None
    starts: str
    ends: str | None
    planned: bool = False

    @property
    def void(self) -> bool:
        """Whether it ends before it begins."""
        return self.ends is not None and self.ends < self.starts


@dataclass(frozen=True)
class Facts:
    """Facts on a day or later, by first day; earlier ones, the latest first."""

    now: Sequence[Fact]
    earlier: Sequence[Fact]


@dataclass(frozen=True)
class Job:
    """An appointment in words. What its reader may not see, and what is not so, is None alike."""

    id: str
    title: str
    place: str
    fte: str
    starts: str
    ends: str | None
    why: str | None = None
    destination: str | None = None
    override: str | None = None
    working_days: str | None = None
    end_recorded: bool = False


@dataclass(frozen=True)
class Career:
    """Appointments in force on a day, the longest held first; later ones, the next first; earlier ones, the latest
    first."""

    now: Sequence[Job]
    planned: Sequence[Job]
    earlier: Sequence[Job]

    @property
    def goes_on(self) -> bool:
        """Whether there is an appointment of which no end is recorded."""
        return any(not one.end_recorded for one in (*self.now, *self.planned))


def career(person: Person, day: date, trust: Trust) -> Career:
    """A person's appointments, seen from a day."""
    now, planned, earlier = _sorted_out(person["appointments"], day)
    return Career(*([_job(one, trust) for one in part] for part in (now, planned, earlier)))


def managed(person: Person, day: date) -> tuple[list[LineManagement], list[LineManagement], list[LineManagement]]:
    """Who manages a person on a day, who will, who did."""
    return _sorted_out(person["line_managers"], day)


def facts(person: Person, day: date, trust: Trust) -> Facts:
    """What a person answers for, which year groups they teach and lead, seen from a day."""
    held = [
        _there(one, "responsibilities", trust.called("responsibilities", one["responsibility"]), trust, day)
        for one in person.get("responsibilities", ())
    ]
    for one in person.get("year_groups", ()):
        does = "Teaches" if one["part"] == "taught" else "Leads"
        held.append(_there(one, "year-groups", f"{does} {trust.called('year_groups', one['year_group'])}", trust, day))
    return _divided(held, day)


def absences(person: Person, day: date) -> Facts:
    """When a person is away, seen from a day, with the reason where its reader may see it."""
    held = [
        _fact(one, "absences", words.ABSENCES.get(one.get("reason", ""), "Away"), None, one["to"], day)
        for one in person.get("absences", ())
    ]
    return _divided(held, day)


def delegates(person: Person, day: date) -> Facts:
    """Who decides in a person's stead, seen from a day."""
    held = [
        _fact(one, "delegates", one["name"] or "Somebody who is not listed", None, one["to"], day)
        for one in person.get("delegates", ())
    ]
    return _divided(held, day)


def _there(one: Responsibility | YearGroup, path: str, what: str, trust: Trust, day: date) -> Fact:
    return _fact(one, path, what, trust.place(one["organisation"]), one["until"], day)


def _fact(
    one: Responsibility | YearGroup | Absence | Delegation,
    path: str,
    what: str,
    where: str | None,
    ends: str | None,
    day: date,
) -> Fact:
    return Fact(f"{path}/{one['id']}", what, where, one["from"], ends, planned=day.isoformat() < one["from"])


def _divided(held: Sequence[Fact], day: date) -> Facts:
    iso = day.isoformat()
    by_start = sorted(held, key=lambda one: one.starts)
    now = [one for one in by_start if one.ends is None or max(iso, one.starts) <= one.ends]
    return Facts(now, [one for one in reversed(by_start) if one not in now])


def left_on(person: Person, day: date) -> str | None:
    """The last day of somebody who has left before a day; None for whoever has not, or never had an appointment."""
    ends = [one["to"] or "" for one in person["appointments"]]
    return max(ends) if ends and all(end and end < day.isoformat() for end in ends) else None


def _sorted_out(dated: Sequence[Dated], day: date) -> tuple[list[Dated], list[Dated], list[Dated]]:
    iso = day.isoformat()
    by_start = sorted(dated, key=lambda one: one["from"])
    planned = [one for one in by_start if one["from"] > iso]
    begun = [one for one in by_start if one["from"] <= iso]
    now = [one for one in begun if one["to"] is None or iso <= one["to"]]
    earlier = [one for one in begun if one not in now]
    return now, planned, sorted(earlier, key=lambda one: one["to"] or "", reverse=True)


def _job(one: Appointment, trust: Trust) -> Job:
    why, destination, override = one.get("reason"), one.get("destination"), one.get("override")
    return Job(
        id=one["id"],
        title=trust.title(one["post"]),
        place=trust.place(one["organisation"]),
        fte="full time" if one["fte"] == 1 else f"{one['fte']:g} FTE",
        starts=one["from"],
        ends=one["to"],
        why=words.REASONS.get(why, why) if why else None,
        destination=words.DESTINATIONS.get(destination, destination) if destination else None,
        override=override["why"] if override else None,
        working_days=words.weekdays(one.get("working_days") or ()) or None,
        end_recorded=why is not None,
    )
