"""Somebody's appointments as a page tells them: what they do on a day, what is agreed for later, what they did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from acorn_portal import words
from acorn_portal.clients.staff import Appointment, LineManagement, Person, Responsibility, YearGroup
from acorn_portal.trust import Trust

Dated = TypeVar("Dated", Appointment, LineManagement)


@dataclass(frozen=True)
class Fact:
    """Something about a person on some days: what it is, where, from when to when; `planned` until it begins."""

    what: str
    where: str | None
    starts: str
    ends: str | None
    planned: bool


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
    end_recorded: bool = False


@dataclass(frozen=True)
class Career:
    """Appointments in force on a day, the longest held first; later ones, the next first; earlier ones, the latest
    first."""

    now: Sequence[Job]
    planned: Sequence[Job]
    earlier: Sequence[Job]


def career(person: Person, day: date, trust: Trust) -> Career:
    """A person's appointments, seen from a day."""
    now, planned, earlier = _sorted_out(person["appointments"], day)
    return Career(*([_job(one, trust) for one in part] for part in (now, planned, earlier)))


def managed(person: Person, day: date) -> tuple[list[LineManagement], list[LineManagement], list[LineManagement]]:
    """Who manages a person on a day, who will, who did."""
    return _sorted_out(person["line_managers"], day)


def facts(person: Person, day: date, trust: Trust) -> list[Fact]:
    """What a person answers for, which year groups they teach and lead, on a day or later, by first day."""
    held = [
        _fact(one, trust.called("responsibilities", one["responsibility"]), trust, day)
        for one in person.get("responsibilities", ())
    ]
    for one in person.get("year_groups", ()):
        does = "Teaches" if one["part"] == "taught" else "Leads"
        held.append(_fact(one, f"{does} {trust.called('year_groups', one['year_group'])}", trust, day))
    return _not_over(held, day)


def absences(person: Person, day: date) -> list[Fact]:
    """When a person is away, on a day or later, with the reason where its reader may see it."""
    iso = day.isoformat()
    return _not_over(
        [
            Fact(words.ABSENCES.get(one.get("reason", ""), "Away"), None, one["from"], one["to"], iso < one["from"])
            for one in person.get("absences", ())
        ],
        day,
    )


def _fact(one: Responsibility | YearGroup, what: str, trust: Trust, day: date) -> Fact:
    return Fact(what, trust.place(one["organisation"]), one["from"], one["until"], day.isoformat() < one["from"])


def _not_over(held: Sequence[Fact], day: date) -> list[Fact]:
    iso = day.isoformat()
    # What was planned for a move that was called off ends before it begins.
    lasting = (one for one in held if one.ends is None or max(iso, one.starts) <= one.ends)
    return sorted(lasting, key=lambda one: one.starts)


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
        end_recorded=why is not None,
    )
