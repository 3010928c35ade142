"""CPD records from a CSV file, such as another system's export or a provider's register of attendance.

A row is one record of one person, who is named by employee number, TRN or e-mail address. It is known again by its
reference or, without one, by all that it says. Whoever imports vouches for what the file says.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from acorn_cpd.model.events import RECORD_IMPORTED
from acorn_cpd.model.record import Record, import_key
from acorn_cpd.model.vocabulary import Kind, Topic
from acorn_cpd.operations import judge_import
from acorn_cpd.store import Store
from servicekit.imports import Group, ImportKind, Judged, Outcome, Reason, Row, Task, Verdict
from servicekit.imports.columns import Column, choice, day, email, number, text, trn
from servicekit.problems import Problem

_KINDS = {kind.value: kind.value.replace("_", " ") for kind in Kind}
_TOPICS = {topic.value: topic.value.replace("_", " ") for topic in Topic}
_KIND, _TOPIC = choice(_KINDS), choice(_TOPICS)


def _kind(cell: str, formats: Collection[str]) -> Kind:
    return Kind(_KIND(cell, formats))


def _topics(cell: str, formats: Collection[str]) -> tuple[Topic, ...]:
    return tuple(Topic(_TOPIC(part, formats)) for part in cell.split(";") if part.strip())


def _hours(cell: str, formats: Collection[str]) -> float:
    return float(number(most="400", places=2)(cell, formats))


IDENTIFIERS = {"employee_number": "employee number", "trn": "TRN", "email": "e-mail address"}
COLUMNS = (
    Column("employee_number", "Payroll's number for the person.", text(40), example="10042"),
    Column("trn", "Teacher reference number of the person, seven digits.", trn, example="0123456"),
    Column("email", "E-mail address of the person.", email, example="amina.yusuf@trust.example"),
    Column("title", "What it was called.", text(), required=True, example="Phonics in Reception"),
    Column("kind", "What sort of CPD it was.", _kind, required=True, example="course", values=_KINDS),
    Column("topics", "What it was about; several with semicolons between.", _topics, example="phonics", values=_TOPICS),
    Column("date", "The day, or the first of several.", day, required=True, example="14/10/2026"),
    Column("ends", "The last day of several.", day, example="15/10/2026"),
    Column("hours", "Hours, in quarters, from 0.25 to 400.", _hours, required=True, example="10.5"),
    Column("provider", "Who provided it.", text(), example="Example Training"),
    Column(
        "reference",
        "What the other system knows it by; with it, a corrected row corrects its record.",
        text(100),
        example="EX-0001",
    ),
)
_CONTENTS = ("title", "kind", "topics", "date", "ends", "hours", "provider")


class RowRefused(Exception):
    """A row that names nobody, or two people: the column and a sentence."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(sentence)
        self.column = column


def group(rows: Sequence[Row], _: Task) -> Iterable[Group]:
    """Rows that give one person the same reference are judged together; any other row is by itself."""
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        reference = row.get("reference")
        who = tuple(row.get(name) for name in IDENTIFIERS)
        groups.setdefault((reference, who) if reference is not None else row.line, []).append(row)
    return groups.values()


def judge(groups: Sequence[Group], task: Task, store: Store) -> Iterator[Judged]:
    """Find each row's person, and put the row to the record that it made before, if it did."""
    for rows in groups:
        for row in rows:
            try:
                yield _judged(row, task, store)
            except (RowRefused, Problem) as refusal:
                yield Judged((Verdict(row.line, Outcome.REJECTED, _reasons(refusal, row)),))


RECORDS = ImportKind(
    "records",
    title="CPD records",
    description="CPD that people have done, from another system or a provider's register; one row is one record.",
    columns=COLUMNS,
    group=group,
    judge=judge,
    needs=(tuple(IDENTIFIERS),),
)
KINDS = (RECORDS,)


def _judged(row: Row, task: Task, store: Store) -> Judged:
    person = _person(row, store)
    contents = {name: row.get(name) for name in _CONTENTS if row.get(name) is not None}
    reference = row.get("reference")
    key = import_key(contents, reference)
    first, _ = task.notes.setdefault((person, key), (row, None))
    if first is not row and reference is not None and _said(first) != _said(row):
        raise RowRefused(
            "reference", f"Line {first.line} gives the same person this reference and says something else."
        )
    known: Record | None = task.notes[person, key][1] if task.dry_run and first is not row else None
    known = known or store.imported(person, key)
    record = judge_import(known, person, contents, reference, by=task.by, at=task.at)
    task.notes[person, key] = (first, record or known)
    if record is None:
        return Judged((Verdict(row.line, Outcome.UNCHANGED),))
    outcome = Outcome.ADDED if known is None else Outcome.CHANGED
    return Judged((Verdict(row.line, outcome),), lambda: store.save(record, because=RECORD_IMPORTED))


def _said(row: Row) -> list[Any]:
    return [row.get(name) for name in _CONTENTS]


def _person(row: Row, store: Store) -> str:
    """The id of the one person whom every filled identifier of a row names."""
    meant: str | None = None
    for column, name in IDENTIFIERS.items():
        if row.get(column) is None:
            continue
        found = store.people.people_by_identifier(**{column: row.get(column)})
        if len(found) > 1:
            raise RowRefused(column, f"Several people have this {name}. Use another identifier.")
        if found and meant is not None and meant != found[0]["_id"]:
            raise RowRefused(column, f"This {name} belongs to somebody else than the identifiers before it in the row.")
        meant = meant or (found[0]["_id"] if found else None)
    if meant is None:
        column = next(column for column in IDENTIFIERS if row.get(column) is not None)
        raise RowRefused(
            column,
            f"Acorn knows nobody with this {IDENTIFIERS[column]}. If you added them just now, send the file again in a "
            "minute.",
        )
    return meant


def _reasons(refusal: RowRefused | Problem, row: Row) -> tuple[Reason, ...]:
    if isinstance(refusal, RowRefused):
        return (row.because(refusal.column, str(refusal)),)
    if refusal.errors:
        return tuple(row.because(error.pointer.removeprefix("/"), f"{error.detail}.") for error in refusal.errors)
    return (row.because(None, refusal.detail),)
