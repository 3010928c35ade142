"""A table that is too large to be sent at once, as files that each have its headings: row by row, never held whole.

Rows are told apart as the services do it, with the delimiter and the quotation marks; what their cells say is of no
concern here, so bytes are read as the letters of the same number, whatever encoding they are in.
"""

import codecs
import csv
import io
import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, Self

from acorn.trouble import Trouble

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}
_BYTES = "latin-1"
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SPREADSHEETS = (b"PK", b"\xd0\xcf")
_SEPARATOR = re.compile(r'"?sep=[,;\t]"?\s*', re.IGNORECASE)
_BLOCK = 1_000_000
_AS_UTF_8 = "Open it in the program that made it and save it as “CSV UTF-8”."


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands: its bytes, the line on which it begins (1 = the first of the file), how many it takes."""

    text: str
    line: int
    lines: int


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a table below its headings, and where each begins in the part and in the whole."""

    content: bytes
    begins: "array[int]"
    lines: "array[int]"

    def line(self, line: int) -> int:
        """The line of the whole table that a line of the part is."""
        at = bisect_right(self.begins, line) - 1
        return self.lines[at] + line - self.begins[at] if at >= 0 else line

    @property
    def first(self) -> int:
        """The line of the whole table on which its first row begins."""
        return self.lines[0]

    @property
    def last(self) -> int:
        """The line on which its last row begins."""
        return self.lines[-1]


def opener(path: Path) -> Callable[[], IO[bytes]]:
    """What opens a file anew each time."""
    return lambda: path.open("rb")


class Table:
    """A large table; `opened` opens its file anew, for each time that it is read.

    `delimiter` is a sign, and found out by the headings where it is not said; `known` are names that are likely
    headings, folded. `Trouble` for what is no table.
    """

    def __init__(
        self, opened: Callable[[], IO[bytes]], *, known: Collection[str] = (), delimiter: str | None = None
    ) -> None:
        self._opened = opened
        with opened() as file:
            start = file.read(len(codecs.BOM_UTF8))
        if start[:2] in _SPREADSHEETS:
            raise Trouble(f"This is a spreadsheet, not a CSV file. {_AS_UTF_8}")
        self._mark = codecs.BOM_UTF8 if start == codecs.BOM_UTF8 or start[:2] in _UTF_16 else b""
        self._begin = len(self._mark) if self._mark == start else 0
        self._copy = None
        if start[:2] in _UTF_16:
            self._copy = _in_utf_8(opened)
            self._opened = opener(Path(self._copy.name))
        self._delimiter = delimiter or self._found_out(known)
        rows = self._all()
        heading = next(rows, None)
        if heading is not None and _SEPARATOR.match(heading.text):
            # It tells a spreadsheet the delimiter, and goes with the headings.
            below = next(rows, None)
            heading = below and Row(heading.text + below.text, 1, heading.lines + below.lines)
        if heading is None:
            raise Trouble("The file has no headings.")
        self._heading = heading

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._copy is not None:
            self._copy.close()

    def rows(self) -> Iterator[Row]:
        """The rows below the headings, each as often as this is called."""
        return (row for row in self._all() if row.line > self._heading.lines)

    def chosen(self, lines: Iterable[int]) -> Iterator[Row]:
        """The rows that begin on some lines, which are given in their order."""
        waiting = iter(lines)
        line = next(waiting, None)
        for row in self.rows():
            if row.line == line:
                yield row
                line = next(waiting, None)
            if line is None:
                return

    def parts(self, rows: Iterable[Row], most: int) -> Iterator[Part]:
        """The rows in parts of at most so many bytes, headings included."""
        room = most - len(self._mark) - len(self._heading.text)
        held: list[Row] = []
        size = 0
        for row in rows:
            if len(row.text) > room:
                raise Trouble(f"The row on line {row.line} alone is larger than {most / 1_000_000:g} MB.")
            if size + len(row.text) > room:
                yield self._part(held)
                held, size = [], 0
            held.append(row)
            size += len(row.text)
        if held:
            yield self._part(held)

    def _part(self, rows: list[Row]) -> Part:
        begins, lines = array("Q"), array("Q")
        at = self._heading.lines + 1
        for row in rows:
            begins.append(at)
            lines.append(row.line)
            at += row.lines
        text = self._heading.text + "".join(row.text for row in rows)
        return Part(self._mark + text.encode(_BYTES), begins, lines)

    def _all(self) -> Iterator[Row]:
        with self._opened() as file:
            file.seek(self._begin)
            with io.TextIOWrapper(file, encoding=_BYTES, newline="") as text:
                yield from _rows(text, self._delimiter)

    def _found_out(self, known: Collection[str]) -> str:
        """The delimiter under which the headings have most known names, then most names at all."""
        with self._opened() as file:
            file.seek(self._begin)
            start = file.read(_BLOCK).decode("utf-8", "replace")

        def fitness(delimiter: str) -> tuple[int, int]:
            cells = next(csv.reader(io.StringIO(start, newline=""), delimiter=delimiter), [])
            return sum(folded(cell) in known for cell in cells), len(cells)

        return max(DELIMITERS.values(), key=fitness)


def folded(name: str) -> str:
    """A heading as it is compared: without regard to case or white space."""
    return " ".join(name.casefold().split())


def _rows(text: Iterable[str], delimiter: str) -> Iterator[Row]:
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in text:
            taken.append(line)
            yield line

    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    while True:
        begins = reader.line_num + 1
        taken.clear()
        try:
            next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            if "end of data" in str(fault) or "limit" in str(fault):
                raise Trouble(
                    f"The quotation mark that opens on line {begins} is never closed. Close it, or take it away."
                ) from None
        yield Row("".join(taken), begins, len(taken))


def _in_utf_8(opened: Callable[[], IO[bytes]]) -> Any:
    """The same table in UTF-8, in a file with a name, which is gone once it is closed."""
    copy = NamedTemporaryFile("w", encoding="utf-8", newline="")  # noqa: SIM115 - it is read as long as it lives
    try:
        with io.TextIOWrapper(opened(), encoding="utf-16", newline="") as text:
            while block := text.read(_BLOCK):
                copy.write(block)
    except UnicodeDecodeError:
        copy.close()
        raise Trouble(f"The file begins as UTF-16 text and does not go on as such. {_AS_UTF_8}") from None
    copy.flush()
    return copy
