"""Academies from an extract of GIAS, the national register of schools ("Get Information About Schools").

The extract is CSV in windows-1252 with some 140 columns, of which these few are read, by name. It holds schools of
every status and, unless it was filtered, of every trust: those of others are left out.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from acorn_staff.model.events import ORGANISATION_ADDED, ORGANISATION_CHANGED
from acorn_staff.model.history import Change
from acorn_staff.model.organisation import (
    Address,
    Establishment,
    EstablishmentStatus,
    Membership,
    Organisation,
    OrganisationKind,
    new_organisation,
)
from acorn_staff.store import Store
from servicekit.ids import new_id
from servicekit.imports import Group, ImportKind, Judged, NotThisFile, Option, Outcome, Reason, Row, Task, Verdict
from servicekit.imports.columns import Column, always, one_of, pattern, text
from servicekit.problems import Problem

URN = "URN"
NAME = "EstablishmentName"
TYPE = "TypeOfEstablishment (name)"
STATUS = "EstablishmentStatus (name)"
TRUST_CODE, TRUST_NAME = "Trusts (code)", "Trusts (name)"

STATUSES = {
    EstablishmentStatus.OPEN.value: "Open",
    EstablishmentStatus.CLOSED.value: "Closed",
    EstablishmentStatus.OPEN_PROPOSED_TO_CLOSE.value: "Open, but proposed to close",
    EstablishmentStatus.PROPOSED_TO_OPEN.value: "Proposed to open",
}
# The examples are of a closed school: a row of the template that is left in a file is left out.
COLUMNS = (
    Column(
        URN,
        "Unique reference number, six digits.",
        pattern(r"\d{6}", "A URN has six digits."),
        required=True,
        example="999999",
    ),
    Column(NAME, "Name in use.", text(), required=True, example="Example Primary Academy"),
    Column(TYPE, "Type of establishment, as GIAS names it.", text(), required=True, example="Academy converter"),
    one_of(STATUS, "Open, closed, or proposed.", STATUSES, required=True, example="Closed"),
    Column("OpenDate", "Day it opened.", always("dd-mm-yyyy"), example="01-09-2017"),
    Column("CloseDate", "Day it closed.", always("dd-mm-yyyy"), example="31-08-2020"),
    Column("PhaseOfEducation (name)", "Phase, such as Primary.", text(60), example="Primary"),
    Column(TRUST_CODE, "Code of its trust.", text(), example="99999"),
    Column(TRUST_NAME, "Name of its trust.", text(), example="EXAMPLE MULTI ACADEMY TRUST"),
    Column(
        "UKPRN",
        "UK provider reference number, eight digits.",
        pattern(r"\d{8}", "A UKPRN has eight digits."),
        example="19999999",
    ),
    Column("Street", "Street.", text(), example="1 Example Lane"),
    Column("Town", "Town.", text(), example="Exampleton"),
    Column("Postcode", "Postcode.", text(10), example="EX1 1EX"),
)
_NO_PHASE = "Not applicable"


def group(rows: Sequence[Row], task: Task) -> Iterable[Group]:
    """Find out which trust is ours, from the option `trust` or because the file has only one; one school a group.

    Lines with the URN of an earlier line go with it.
    """
    task.notes["trust"] = _ours(rows, task.options.get("trust"))
    by_urn: dict[str, list[Row]] = {}
    for row in rows:
        by_urn.setdefault(row.get(URN), []).append(row)
    return by_urn.values()


def judge(groups: Sequence[Group], task: Task, store: Store) -> Iterator[Judged]:
    """Compare each school of our trust with what is known of it."""
    known = store.organisations_by_urn([rows[0].get(URN) for rows in groups])
    for row, *again in groups:
        verdict, before, after = _judged(row, known.get(row.get(URN)), task)
        repeated = row.because(URN, f"The same URN is on line {row.line}.")
        verdicts = (verdict, *(Verdict(other.line, Outcome.REJECTED, (repeated,)) for other in again))
        yield Judged(verdicts, _saving(before, after, task, store) if after is not before else None)


ACADEMIES = ImportKind(
    "academies",
    title="Academies",
    description="Academies of the trust, from an extract of the national register of schools (GIAS).",
    columns=COLUMNS,
    group=group,
    judge=judge,
    options={
        "trust": Option(
            "Whose schools to take from a GIAS extract: the trust's code or name there.",
            example="Oak Trees Multi Academy Trust",
        )
    },
)


def _ours(rows: Sequence[Row], asked: str | None) -> str:
    """The code (or, without codes, the name) of our trust in this file."""
    trusts = Counter((row.get(TRUST_CODE) or row.get(TRUST_NAME), row.get(TRUST_NAME) or "") for row in rows)
    there = [(key, name) for (key, name), _ in trusts.most_common() if key]
    shown = ", ".join(f"{name} ({key})" if name and name != key else key for key, name in there[:5])
    if not there:
        raise NotThisFile(f"No school in the file belongs to a trust: {TRUST_CODE} and {TRUST_NAME} are empty.")
    if asked is None and len(there) == 1:
        return str(there[0][0])
    if asked is None:
        raise NotThisFile(f"The file has schools of {len(there)} trusts: {shown}. Say which trust is yours.")
    meant = _folded(asked)
    for key, name in there:
        if meant in (_folded(key), _folded(name)):
            return str(key)
    raise NotThisFile(f"No school in the file belongs to the trust “{asked}”. The file has: {shown}.")


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _judged(
    row: Row, before: Organisation | None, task: Task
) -> tuple[Verdict, Organisation | None, Organisation | None]:
    left_out = _why_left_out(row, before, task)
    if left_out:
        return Verdict(row.line, Outcome.LEFT_OUT, (left_out,)), before, before
    try:
        after = _as_the_register_says(row, before)
    except Problem as refusal:
        reasons = [row.because(None, error.detail) for error in refusal.errors] or [row.because(None, refusal.detail)]
        return Verdict(row.line, Outcome.REJECTED, tuple(reasons)), before, before
    outcome = Outcome.ADDED if before is None else Outcome.UNCHANGED if after is before else Outcome.CHANGED
    return Verdict(row.line, outcome), before, after


def _why_left_out(row: Row, before: Organisation | None, task: Task) -> Reason | None:
    if (row.get(TRUST_CODE) or row.get(TRUST_NAME)) != task.notes["trust"]:
        whose = (
            "It belongs to another trust" if row.get(TRUST_CODE) or row.get(TRUST_NAME) else "It belongs to no trust"
        )
        known = (
            f", but Acorn has it as {before.membership.value}: change that in Acorn if it is wrong" if before else ""
        )
        return row.because(TRUST_NAME, f"{whose}{known}.")
    if row.get(STATUS) == EstablishmentStatus.CLOSED and before is None:
        return row.because(STATUS, "It is closed, and was never known to Acorn.")
    return None


def _as_the_register_says(row: Row, before: Organisation | None) -> Organisation:
    """The organisation with the register's facts; what the register leaves empty stays as it is."""
    facts = _facts(row, before)
    if before is None:
        return new_organisation(id=new_id(), kind=OrganisationKind.ACADEMY, **facts)
    return before.with_details(**facts)


def _facts(row: Row, before: Organisation | None) -> Any:
    phase = row.get("PhaseOfEducation (name)")
    found = {
        "urn": row.get(URN),
        "name": row.get(NAME),
        "ukprn": row.get("UKPRN"),
        "phase": None if phase == _NO_PHASE else phase,
        "establishment": _establishment(row, before),
        "membership": _membership(row, before),
        "address": _address(row, before),
    }
    return {name: fact for name, fact in found.items() if fact is not None}


def _establishment(row: Row, before: Organisation | None) -> Establishment:
    status = EstablishmentStatus(row.get(STATUS))
    known = (
        before.establishment if before and before.establishment else Establishment(type=row.get(TYPE), status=status)
    )
    dates = {"opened": row.get("OpenDate"), "closed": row.get("CloseDate")}
    return replace(known, type=row.get(TYPE), status=status, **{name: day for name, day in dates.items() if day})


def _membership(row: Row, before: Organisation | None) -> Membership | None:
    """A school that is yet to open is prospective; one that is open is a member, unless Acorn knows that it left."""
    if row.get(STATUS) == EstablishmentStatus.PROPOSED_TO_OPEN:
        return Membership.PROSPECTIVE if before is None else None
    if row.get(STATUS) == EstablishmentStatus.CLOSED or (before and before.membership is Membership.LEFT):
        return None
    return Membership.MEMBER


def _address(row: Row, before: Organisation | None) -> Address | None:
    known = before.address if before and before.address else Address()
    lines = {"street": row.get("Street"), "town": row.get("Town"), "postcode": row.get("Postcode")}
    address = replace(known, **{name: line for name, line in lines.items() if line})
    return None if address == Address() else address


def _saving(before: Organisation | None, after: Organisation | None, task: Task, store: Store) -> Any:
    def save() -> None:
        if after is not None:
            change = Change(by=task.by, at=task.at, why=f"Import {task.import_id}")
            store.save(
                after, before=before, because=ORGANISATION_CHANGED if before else ORGANISATION_ADDED, change=change
            )

    return save
