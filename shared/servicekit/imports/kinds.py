"""What a service says of a kind of file that it imports: its columns, and how it judges their rows.

A kind is one readable file of its service: columns, a function that groups rows which must be judged together, and a
function that judges. Reading, mapping, progress, batches, reasons and restarts are not its concern.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from servicekit.imports.columns import Column, Reader


class Outcome(StrEnum):
    """What became of a row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    LEFT_OUT = "left_out"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row did not go in, or not wholly: the column by its name in the file, the cell, and a sentence."""

    column: str | None
    value: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row whose cells could be read: `values` holds the cells that are filled, by column of the kind.

    `line` is where it begins in the file (1 = the header, as an editor counts).
    """

    line: int
    values: Mapping[str, Any]
    cells: Mapping[str, tuple[str, str]]

    def get(self, column: str) -> Any:
        """The value of a cell, or None when it is empty or the file has no such column."""
        return self.values.get(column)

    def because(self, column: str | None, sentence: str) -> Reason:
        """A reason that names the column and the cell as the file has them."""
        header, value = self.cells.get(column, (column, None)) if column else (None, None)
        return Reason(header, value, sentence)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one row, and why where that needs saying.

    `complete`: its reasons say what is done, and not that a cell of it is left out. `read` is what could be read of a
    row that is rejected for some of its cells.
    """

    line: int
    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    complete: bool = False
    read: Row | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdicts on a group of rows, and the writing that follows; a dry run leaves the writing out.

    `write` may still refuse, by a `Problem` and before it has written anything: that rejects the group's rows.
    """

    verdicts: tuple[Verdict, ...]
    write: Callable[[], None] | None = None


@dataclass(frozen=True)
class Task:
    """One run of an import: for whom and when it judges, and with which options.

    `notes` is what a kind keeps in mind from batch to batch: what `group` learnt from the whole file and, in a dry run,
    what it would have written. A real run finds what it wrote in the store: batches before this one may be another
    worker's.
    """

    import_id: str
    by: str
    at: datetime
    today: date
    dry_run: bool
    options: Mapping[str, str]
    notes: dict[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Option:
    """Something that may be said beside the file, or must be: what it means, an example, and how it is read."""

    meaning: str
    example: str
    required: bool = False
    read: Reader | None = None


Group = Sequence[Row]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What there is to say of a file as a whole once its rows have been judged, and a list of our own that it led to.

    The list is a file of a kind of ours (`list_of`), shown as a dry run: nothing of it is done until somebody applies
    it. `confirm` is the number that they must name to do so, where it is more than usual. A list that is `about`
    the same things takes the place of an earlier one.
    """

    remark: str
    list_of: str | None = None
    filename: str = ""
    content: bytes = b""
    confirm: int | None = None
    about: tuple[str, ...] = ()


class NotThisFile(Exception):
    """The file as a whole is not what this import can take; the message is a sentence for whoever sent it."""


def each_alone(rows: Sequence[Row], _: Task) -> Iterable[Group]:
    """Group nothing: every row is judged by itself."""
    return ([row] for row in rows)


def _no_fault(*_: Any) -> None:
    """Every file is as it must be."""


def _nothing_follows(*_: Any) -> FollowUp | None:
    """Nothing follows but what became of the rows."""
    return None


@dataclass(frozen=True)
class ImportKind:
    """A kind of file that a service takes.

    `title` and `description` say to HR what it holds. `options`: what may be said beside the file, by name.
    `needs`: sets of columns of which the file must have at least one and every row must fill at least one.
    `group` gets all rows that could be read and returns the groups in the order in which they are to be judged; it
    must give the same answer every time, and may raise `NotThisFile`. `judge` gets some of those groups with the
    service's store inside a transaction that may be repeated, so it has no effect of its own: each `Judged.write` has.
    `check` looks at all rows and at the store before the first is judged, and may raise `NotThisFile`. `follow_up` is
    given the rows that could be read, those that could not, and the store, once all are judged. Files of a kind that
    is `ours` are written by Acorn alone.
    """

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    judge: Callable[[Sequence[Group], Task, Any], Iterable[Judged]]
    group: Callable[[Sequence[Row], Task], Iterable[Group]] = each_alone
    needs: tuple[tuple[str, ...], ...] = ()
    options: Mapping[str, Option] = field(default_factory=dict)
    batch: int = 100
    check: Callable[[Sequence[Row], Task, Any], None] = _no_fault
    follow_up: Callable[[Sequence[Row], Sequence[Verdict], Task, Any], FollowUp | None] = _nothing_follows
    ours: bool = False
