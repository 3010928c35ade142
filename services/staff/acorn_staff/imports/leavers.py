"""Leavers by absence: employees in post who are not in a full extract, listed first and ended when HR applies the list.

Whoever is somehow in the file is not listed: by any number, TRN or address of theirs, in a row that was rejected too.
An extract speaks of the organisations that its rows name, and says nothing of others.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from acorn_staff.imports.order import IDENTIFIERS
from acorn_staff.model import words
from acorn_staff.model.appointments import Appointment, Destination, Reason
from acorn_staff.model.days import holds_on
from acorn_staff.model.events import why_ended
from acorn_staff.model.history import Change
from acorn_staff.model.person import Kind, Person
from acorn_staff.operations.keeping import keep_person
from acorn_staff.store import Store
from servicekit.imports import FollowUp, Group, ImportKind, Judged, NotThisFile, Option, Outcome, Row, Task, Verdict
from servicekit.imports import Reason as Remark
from servicekit.imports.columns import Column, day, text
from servicekit.imports.writing import listed
from servicekit.problems import Problem

USUAL_SHARE = 0.1
"""Of those in post, how many may be missing before HR must confirm the number: more looks like a short file."""
LINES_SHOWN = 10
LEAVERS_ON = Option(
    "The file is a full extract: list who is in post where it speaks of and not in it, with this as their last day. "
    "Nobody's appointment ends before the list is applied.",
    example="2026-08-31",
    read=day,
)


def check(rows: Sequence[Row], _: Task, store: Store) -> None:
    """Refuse a list of which somebody has changed: what was shown is not what would be ended."""
    people = store.people({row.get("person") for row in rows})
    changed = [row.line for row in rows if not _as_listed(row, people.get(row.get("person")))]
    if changed:
        raise NotThisFile(
            f"Who would be ended has changed in Acorn since the list was made ({_lines(changed)} of it), so nothing "
            "was done. Import the full extract again for a new list."
        )


def judge(groups: Sequence[Group], task: Task, store: Store) -> Iterator[Judged]:
    """End the listed appointments of each person, if the person is still as they were listed."""
    people = store.people({row.get("person") for (row,) in groups})
    for (row,) in groups:
        yield _judged(row, people.get(row.get("person")), task, store)


LEAVERS = ImportKind(
    "leavers",
    title="Leavers",
    description="Who is in post and was not in a full extract; Acorn makes the list, and HR applies it.",
    columns=(
        Column("person", "The person's id in Acorn.", text(40), required=True, example="nobody"),
        Column("version", "What their record was when the list was made.", text(20), required=True, example="1"),
        Column("name", "Their name.", text(500), required=True, example="Amina Yusuf"),
        Column("employee_number", "Payroll's number for them.", text(40), required=True, example="10042"),
        Column("appointments", "The ids of what ends.", text(5000), required=True, example="none"),
        Column("what", "The same in words.", text(5000), required=True, example="Teacher at Elm Primary Academy"),
        Column("last_day", "Their last day.", day, required=True, example="2026-08-31"),
    ),
    check=check,
    judge=judge,
    batch=50,
    ours=True,
)


def absent(rows: Sequence[Row], refused: Sequence[Verdict], task: Task, store: Store) -> FollowUp | None:
    """Who is in post and not in a full extract, if that was asked: the list, or why there is none."""
    if "leavers_on" not in task.options:
        return None
    on: date = day(task.options["leavers_on"], ("yyyy-mm-dd", "dd/mm/yyyy"))
    read = [*rows, *(verdict.read for verdict in refused if verdict.read is not None)]
    nameless = [verdict.line for verdict in refused if verdict.read is None or not _identifiers_in(verdict.read)]
    if nameless:
        return FollowUp(
            f"Who is not in the file cannot be told: on {_lines(nameless)} it could not be read who is meant. Put that "
            "right and import the whole file again."
        )
    places = _spoken_of(rows, store)
    if not places:
        return FollowUp("The file names no organisation that Acorn knows, so nobody can be missing from it.")
    there = {identifier for row in read for identifier in _identifiers_in(row)}
    in_post = [one for one in _in_post(places, on, task.today, store) if one.ends]
    missing = [one for one in in_post if there.isdisjoint(_identifiers_of(one.person))]
    if not missing:
        return FollowUp(f"All {len(in_post):,} employees in post at the organisations in the file are in it.")
    names = {id: organisation.name for id, organisation in store.organisations(places).items()}
    return FollowUp(
        f"Of the {len(in_post):,} employees in post at the organisations in the file, {len(missing):,} "
        f"{'is' if len(missing) == 1 else 'are'} not in it.",
        list_of=LEAVERS.name,
        filename="not-in-the-full-extract.csv",
        content=listed(LEAVERS, [_cells(one, names, on) for one in sorted(missing, key=_by_name)]),
        confirm=len(missing) if len(missing) > USUAL_SHARE * len(in_post) else None,
        about=tuple(sorted(places)),
    )


@dataclass(frozen=True)
class _InPost:
    """An employee, and their appointments that a full extract should know."""

    person: Person
    ends: tuple[Appointment, ...]


def _in_post(places: Collection[str], on: date, today: date, store: Store) -> Iterator[_InPost]:
    people = {person.id: person for place in sorted(places) for person in store.people_at(place)}
    for person in people.values():
        if person.kind is Kind.EMPLOYEE and person.employee_numbers and person.merged_into is None:
            yield _InPost(person, tuple(_known_to_payroll(person, places, on, today)))


def _known_to_payroll(person: Person, places: Collection[str], on: date, today: date) -> Iterator[Appointment]:
    """What a person holds there on the day and behind it; who is yet to begin may not be in payroll yet."""
    for held in person.appointments:
        if held.organisation in places and held.from_ <= today and holds_on(held, on) and held.to != on:
            yield held


def _spoken_of(rows: Sequence[Row], store: Store) -> set[str]:
    """The organisations that some row names by URN or, where only one has it, by name."""
    urns = {row.get("academy_urn") for row in rows} - {None}
    names = {row.get("organisation") for row in rows if row.get("academy_urn") is None} - {None}
    found = {one.id for one in store.organisations_by_urn(urns).values()}
    by_name: dict[str, list[str]] = {}
    for one in store.organisations_named(names) if names else ():
        by_name.setdefault(words.sort_name(one.name), []).append(one.id)
    return found | {ids[0] for ids in by_name.values() if len(ids) == 1}


def _identifiers_in(row: Row) -> list[tuple[str, Any]]:
    return [(name, row.get(name)) for name in IDENTIFIERS if row.get(name) is not None]


def _identifiers_of(person: Person) -> list[tuple[str, Any]]:
    numbers = [("employee_number", number) for number in person.employee_numbers]
    return [*numbers, ("trn", person.trn), ("email", person.email)]


def _by_name(one: _InPost) -> tuple[str, str, str]:
    return words.sort_name(one.person.family_name), words.sort_name(one.person.given_name), one.person.id


def _cells(one: _InPost, names: dict[str, str], on: date) -> dict[str, str]:
    person = one.person
    what = [f"{held.post.replace('_', ' ')} at {names[held.organisation]} since {held.from_}" for held in one.ends]
    return {
        "person": person.id,
        "version": str(person.version),
        "name": f"{person.given_name} {person.family_name}",
        "employee_number": person.employee_numbers[-1],
        "appointments": " ".join(held.id for held in one.ends),
        "what": ", ".join(what),
        "last_day": on.isoformat(),
    }


def _as_listed(row: Row, person: Person | None) -> bool:
    return person is not None and str(person.version) == row.get("version")


def _judged(row: Row, person: Person | None, task: Task, store: Store) -> Judged:
    if person is None or not _as_listed(row, person):
        return Judged(
            (Verdict(row.line, Outcome.REJECTED, (_said(row, "has changed in Acorn since the list was made"),)),)
        )
    on, after = row.get("last_day"), person
    try:
        for appointment in row.get("appointments").split():
            after = after.ended(appointment, on=on, reason=Reason.OTHER, destination=Destination.NOT_KNOWN)
    except Problem as refusal:
        why = _said(row, f"is not in the full extract, and {row.get('what')} cannot be ended. {refusal.detail}")
        return Judged((Verdict(row.line, Outcome.REJECTED, (why,)),))
    ends = _said(row, f"is not in the full extract: {row.get('what')} ends on {on}")

    def save() -> None:
        change = Change(by=task.by, at=task.at, why=f"Not in the full extract: import {task.import_id}")
        keep_person(after, before=person, because=why_ended(after), change=change, store=store)

    return Judged((Verdict(row.line, Outcome.CHANGED, (ends,), complete=True),), save)


def _said(row: Row, what: str) -> Remark:
    """What there is to say of somebody, beside an identifier: by that it is found when they ask what is kept."""
    return row.because("employee_number", f"{row.get('name')} {what.removesuffix('.')}.")


def _lines(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, sorted(numbers)[:LINES_SHOWN])) + (" and others" if len(numbers) > LINES_SHOWN else "")
    return f"line{'s' if len(numbers) > 1 else ''} {shown}"
