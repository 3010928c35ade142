"""Files that Acorn gives HR to fill in or to mend: a kind's template, and the rows of a file that were rejected.

They are UTF-8 with a byte order mark, so that a spreadsheet reads them as they are meant; a cell that it would take for
a formula stands behind an apostrophe, which `reading` takes away again.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from servicekit.imports.kinds import ImportKind, Reason
from servicekit.imports.mapping import DELIMITERS_BY_NAME, PUT_RIGHT, REASONS, Table
from servicekit.imports.reading import BYTE_ORDER_MARK, Line, folded, guarded


def template(kind: ImportKind) -> str:
    """A kind's own columns and a row that shows how they are filled; the row is invented."""
    return (
        BYTE_ORDER_MARK
        + _written([column.name for column in kind.columns], ",")
        + _written([column.example for column in kind.columns], ",")
    )


def listed(kind: ImportKind, rows: Iterable[Mapping[str, str]]) -> bytes:
    """A file of a kind that Acorn fills itself: cells by column, row by row."""
    names = [column.name for column in kind.columns]
    lines = [names, *([row.get(name, "") for name in names] for row in rows)]
    return "".join(_written(cells, ",") for cells in lines).encode()


def rejected(table: Table, reasons: Iterable[tuple[int, Sequence[Reason]]]) -> Iterator[str]:
    """The error file, line by line: the rows that have reasons, as they were sent, with those at the end of each.

    `reasons` come by line of the file, in its order, as the table's lines do. A cell too many stands behind the
    reasons, where it keeps the row from going in; a row that no cells could be made of stands in its first cell.
    """
    delimiter = DELIMITERS_BY_NAME[table.delimiter]
    kept = len(table.header) if table.reasons_at is None else table.reasons_at
    header = table.header[:kept]
    taken = folded(REASONS[0]) in map(folded, header)
    yield BYTE_ORDER_MARK + _written([*header, REASONS[taken]], delimiter)
    waiting = iter(reasons)
    number, why = next(waiting, (0, ()))
    for line in table.lines:
        if line.number == number:
            cells, beyond = _parted(line, kept, table.reasons_at)
            yield _written([*cells, _told(why, line), *beyond], delimiter)
            number, why = next(waiting, (0, ()))


def _parted(line: Line, kept: int, reasons_at: int | None) -> tuple[list[str], list[str]]:
    """The cells below the header, as many as it has, and those that are too many."""
    cells = [cell for at, cell in enumerate(line.cells) if at != reasons_at]
    return cells[:kept] + [""] * (kept - len(cells)), cells[kept:]


def _told(why: Sequence[Reason], line: Line) -> str:
    sentences = [f"{reason.column}: {reason.reason}" if reason.column else reason.reason for reason in why]
    return " ".join([*sentences, PUT_RIGHT] if line.fault else sentences)


def _written(cells: Iterable[str], delimiter: str) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerow([guarded(cell) for cell in cells])
    return text.getvalue()
