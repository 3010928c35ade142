"""Two records of one human being become one, and two again where that was a mistake.

`into` is who stays. The other record keeps its id and its names, for what was done under them, and nothing else; what
cannot go over beside what is there stays with the merge, and comes back when it is undone.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from acorn_staff.model.appointments import Appointment, Override, with_added
from acorn_staff.model.days import ONE_DAY
from acorn_staff.model.facts import Fact
from acorn_staff.model.line_management import LineManagement
from acorn_staff.model.merge_refusals import (
    BothSignIn,
    MergedSince,
    MergeUndone,
    PersonMerged,
    SamePerson,
    TrnsDiffer,
)
from acorn_staff.model.person import HELD_IN, NOT_YET, FormerName, Person
from acorn_staff.model.refusals import (
    AppointmentsOverlap,
    FactOverlaps,
    NotAppointedThere,
    NothingToDelegate,
    OwnDelegate,
)
from acorn_staff.model.sign_ins import SignIn

_LISTS = ("appointments", *HELD_IN.values())
"""What of a person is a list of things with ids, which go over one by one."""

_WHOLE = ("trn", "email", "date_of_birth", "line_managers", "sign_ins")
"""What goes over whole or not at all."""


_MANY = ("employee_numbers", "former_names", "former_ids")
"""What of both is kept side by side."""

_EMPTY: Mapping[str, Any] = {
    **dict.fromkeys((*_LISTS, *_MANY, "line_managers", "sign_ins"), ()),
    **dict.fromkeys(("trn", "email", "date_of_birth")),
}
"""What is left of a record that has become part of another one: nothing but its id, kind and names."""


class Keeps(StrEnum):
    """Whose sign-in stays, where both have one."""

    INTO = "into"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True)
class Undoing:
    """Who undid a merge, when and why."""

    by: str
    at: datetime
    why: str | None = None


@dataclass(frozen=True, kw_only=True, order=True)
class Reference:
    """Where somebody's record named the other one: the line management from a day on, or a delegate by its id."""

    person: str
    place: str


@dataclass(frozen=True, kw_only=True)
class Merge:
    """One merge: who became part of whom, by whose word, both as they were, and what one person they became.

    `referred` is where others named the one that is no more.
    """

    id: str
    into: str
    other: str
    by: str
    at: datetime
    into_was: Person
    other_was: Person
    into_became: Person
    referred: tuple[Reference, ...] = ()
    why: str | None = None
    undone: Undoing | None = None
    version: int = 1
    shape: int = 1
    changed_at: datetime = NOT_YET


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """What of the other one does not go over: a field, or one thing of a list by its id and days."""

    part: str
    id: str | None = None
    from_: date | None = None
    to: date | None = None


@dataclass(frozen=True)
class Merged:
    """Both people after a merge, and what of the other one stays behind."""

    into: Person
    other: Person
    left_out: tuple[LeftOut, ...]


def merged(
    into: Person, other: Person, *, on: date, keeps: Keeps | None = None, override: Override | None = None
) -> Merged:
    """One person from two records, on a day.

    Refusals: `SamePerson`; `PersonMerged` where one of them is part of somebody already; `TrnsDiffer`, since a TRN is
    one teacher's; `BothSignIn` where both do and nobody said whose sign-in stays; `FteExceeded` as for an appointment.
    """
    if into.id == other.id:
        raise SamePerson
    for person in (into, other):
        if person.merged_into is not None:
            raise PersonMerged(into=person.merged_into)
    if into.trn is not None and other.trn is not None and into.trn != other.trn:
        raise TrnsDiffer
    whole = replace(
        into,
        trn=into.trn or other.trn,
        email=into.email or other.email,
        date_of_birth=into.date_of_birth or other.date_of_birth,
        # The current number is the last one, and that is the one of who stays.
        employee_numbers=(*other.employee_numbers, *into.employee_numbers),
        former_names=(*into.former_names, *_names_of(other, on, beside=into)),
        line_managers=_but(into.line_managers or other.line_managers, {into.id, other.id}),
        sign_ins=_sign_ins(into, other, on, keeps),
        former_ids=(*into.former_ids, other.id, *other.former_ids),
        delegates=tuple(held for held in into.delegates if held.person != other.id),
    )
    fields = [name for name in ("email", "date_of_birth") if getattr(other, name) not in {None, getattr(whole, name)}]
    if into.line_managers and other.line_managers:
        fields.append("line_managers")
    left_out = [LeftOut(part=name) for name in fields]
    for appointment in other.appointments:
        taken = replace(appointment, override=override or appointment.override)
        try:
            whole = replace(whole, appointments=with_added(whole.appointments, taken))
        except AppointmentsOverlap:
            left_out.append(_left_out("appointments", appointment))
    for name in HELD_IN.values():
        for fact in getattr(other, name):
            try:
                whole = whole.with_fact(fact)
            except (FactOverlaps, NotAppointedThere, NothingToDelegate, OwnDelegate):
                left_out.append(_left_out(name, fact))
    return Merged(whole.settled(), replace(other, merged_into=into.id, **_EMPTY), tuple(left_out))


def parted(merge: Merge, into: Person, other: Person, *, on: date) -> tuple[Person, Person]:
    """Both people again, who stayed and the other; what happened to something meanwhile goes with it.

    What was recorded of the one person after the merge stays with who stayed, but for moves from an appointment that
    goes back. Refusals: `MergeUndone`; `MergedSince` where who stayed has become part of somebody else.
    """
    if merge.undone is not None:
        raise MergeUndone
    if into.merged_into is not None:
        raise MergedSince(into=into.merged_into)
    was, before, became = merge.other_was, merge.into_was, merge.into_became
    went = {one.id for name in _LISTS for one in _without(getattr(became, name), getattr(before, name))}
    for held in into.appointments:
        if held.follows in went:
            went.add(held.id)
    rest: dict[str, Any] = {
        name: getattr(before, name) if getattr(into, name) == getattr(became, name) else getattr(into, name)
        for name in _WHOLE
    }
    for name in _MANY:
        added = set(getattr(became, name)) - set(getattr(before, name))
        rest[name] = tuple(one for one in getattr(into, name) if one not in added)
    again: dict[str, Any] = {}
    for name in _LISTS:
        now = getattr(into, name)
        dropped = _without(getattr(before, name), getattr(became, name))
        rest[name] = _by_first_day([one for one in now if one.id not in went] + dropped)
        theirs, unchanged = {one.id: one for one in getattr(was, name)}, set(getattr(became, name))
        back = [theirs[one.id] if one in unchanged else one for one in now if one.id in went]
        again[name] = _by_first_day([one for one in theirs.values() if one.id not in went] + back)
    if into.sign_ins != became.sign_ins:
        # Somebody changed the sign-in since: it stays where it is, and HR binds the other one anew.
        again["sign_ins"] = was.unbound(on).sign_ins
    parted_other = replace(was, version=other.version, changed_at=other.changed_at, **again)
    return replace(into, **rest).settled(), parted_other.settled()


def references(person: Person, to: str) -> list[Reference]:
    """Where a person's record names somebody."""
    lines = [line.from_.isoformat() for line in person.line_managers if line.person == to]
    delegates = [held.id for held in person.delegates if held.person == to]
    return [Reference(person=person.id, place=place) for place in (*lines, *delegates)]


def redirected(person: Person, from_: str, to: str, places: Collection[Reference]) -> Person:
    """The person with what named one in some places naming another; the same object where nothing changes."""
    at = {reference.place for reference in places if reference.person == person.id}
    lines = tuple(
        replace(line, person=to) if line.person == from_ and line.from_.isoformat() in at else line
        for line in person.line_managers
    )
    delegates = tuple(
        replace(held, person=to) if held.person == from_ and held.id in at else held for held in person.delegates
    )
    if (lines, delegates) == (person.line_managers, person.delegates):
        return person
    return replace(person, line_managers=lines, delegates=delegates)


def _sign_ins(into: Person, other: Person, on: date, keeps: Keeps | None) -> tuple[SignIn, ...]:
    """The sign-ins of who stays: their own, or the other's, bound to them from this day on; a leaver's is nobody's."""
    own, others = _in_use(into, on), _in_use(other, on)
    if own is not None and others is not None and keeps is None:
        raise BothSignIn
    if others is None or (own is not None and keeps is Keeps.INTO):
        return into.sign_ins
    lapsed = into.last_day + ONE_DAY if own is None and into.last_day is not None else on
    return into.unbound(min(lapsed, on)).bound(others.issuer, others.subject, on).sign_ins


def _left_out(part: str, thing: Appointment | Fact) -> LeftOut:
    return LeftOut(part=part, id=thing.id, from_=thing.from_, to=thing.to)


def _in_use(person: Person, on: date) -> SignIn | None:
    return None if person.left_before(on) else next((one for one in person.sign_ins if one.to is None), None)


def _names_of(other: Person, on: date, *, beside: Person) -> list[FormerName]:
    """The names by which the other was known, as former ones of who stays."""
    called = FormerName(given_name=other.given_name, family_name=other.family_name, until=on)
    names = [*other.former_names, called]
    known = {(had.given_name, had.family_name) for had in beside.former_names}
    known.add((beside.given_name, beside.family_name))
    return [had for had in names if (had.given_name, had.family_name) not in known]


def _but(lines: Sequence[LineManagement], people: set[str]) -> tuple[LineManagement, ...]:
    """Line managers without those who are this person: nobody manages themselves."""
    return tuple(line for line in lines if line.person not in people)


def _without(things: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """Those whose ids are not among others'."""
    ids = {one.id for one in others}
    return [one for one in things if one.id not in ids]


def _by_first_day(things: Sequence[Any]) -> tuple[Any, ...]:
    return tuple(sorted(things, key=lambda one: (one.from_, one.id)))
