"""The bytes of an uploaded file as a sheet: what encoding, which delimiter, the header, and each row with its line.

Pure. A file that is no readable table raises `FileRefused` with one sentence for the person who sent it; a row that
cannot be read stays a row, with its fault, so that the rows around it still go in.
"""

import csv
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
ENCODINGS = ("utf-8", "windows-1252", "utf-16")
BYTE_ORDER_MARK = "\ufeff"
"""Begins a file of ours: without it spreadsheets read UTF-8 as the machine's old code page."""
_LONGEST_CELL = 10_000
_LONGEST_HEADER = 100_000
_NOT_TEXT = (
    (b"PK\x03\x04", "This is a spreadsheet (.xlsx) or a zip archive, not a CSV file."),
    (b"\xd0\xcf\x11\xe0", "This is an old spreadsheet (.xls), not a CSV file."),
    (b"%PDF", "This is a PDF, not a CSV file."),
    (b"\x1f\x8b", "This is a compressed (gzip) file, not a CSV file."),
)
_ODS = b"mimetypeapplication/vnd.oasis.opendocument"
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml")
"""How a web page or XML begins, which some systems write under the name of a spreadsheet."""
_SEPARATOR = re.compile(r'"?sep=([,;\t])"?(?:\r\n|\r|\n)', re.IGNORECASE)
"""A first line that tells a spreadsheet which delimiter follows; it is no heading."""
_SAVE_AS_CSV = "Open it in the program that made it and save it as “CSV UTF-8”."


class FileRefused(Exception):
    """The file cannot be read as a table; the message is a sentence for whoever sent it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file: the line on which it begins (1 = the first of the file), its cells, what is wrong with them.

    A row with a fault has the cells that were found; where not even cells could be told apart, one with all its text.
    """

    number: int
    cells: tuple[str, ...]
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A decoded file whose header has been read; `lines` gives the rest once, in the order of the file."""

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    lines: Iterator[Line]


def folded(name: str) -> str:
    """A column name as it is compared: without regard to case or to how much white space is around and in it."""
    return " ".join(name.casefold().split())


# What makes a spreadsheet take a cell for a formula, in full-width forms too (OWASP, "CSV injection").
_FORMULA = frozenset("=+-@|%＝＋－＠")


def guarded(cell: str) -> str:
    """The cell as a spreadsheet may see it: behind an apostrophe where it would be taken for a formula."""
    return f"'{cell}" if _like_a_formula(cell) else cell


def unguarded(cell: str) -> str:
    """What `guarded` was given: the apostrophe is taken away where it stands before what looks like a formula."""
    return cell[1:].strip() if cell.startswith("'") and _like_a_formula(cell) else cell


def _like_a_formula(cell: str) -> bool:
    # Apostrophes are skipped, so that a cell which has one of its own gets a second and keeps its own. Spreadsheets
    # differ in what else they skip before a formula, so whatever cannot be seen is skipped here.
    bare = cell.lstrip("'")
    return next((letter for letter in bare if letter.isprintable() and not letter.isspace()), "") in _FORMULA


def read(content: bytes, *, known: Collection[str], encoding: str | None = None, delimiter: str | None = None) -> Sheet:
    """Decode a file and read its header; `known` are the column names that decide between possible delimiters.

    `encoding` (of ENCODINGS) and `delimiter` (of DELIMITERS), when given, are used as they are; but a byte order mark
    of UTF-8 is believed before anything, for Acorn's own files have one. Raises FileRefused.
    """
    text, used = _decoded(content, encoding)
    expected = {folded(name) for name in known}
    announced = _SEPARATOR.match(text)
    delimiter = delimiter or (announced[1] if announced else _delimiter(text, expected))
    rows = _rows(text, delimiter)
    if announced:
        next(rows)
    first = next(rows, None)
    if first is None:
        raise FileRefused("The file is empty: it has no headings and no rows.")
    if first.fault:
        raise FileRefused(f"The headings on line {first.number} cannot be read. {first.fault}")
    header = tuple(" ".join(name.split()) for name in first.cells)
    second = next(rows, None)
    if second is None:
        raise FileRefused("The file has a line of headings, but no rows below it.")
    return Sheet(used, delimiter, header, _checked(chain([second], rows), len(header), DELIMITERS[delimiter]))


def _decoded(content: bytes, encoding: str | None) -> tuple[str, str]:
    if not content.strip():
        raise FileRefused("The file is empty.")
    if _ODS in content[:200]:
        raise FileRefused(f"This is a spreadsheet (.ods), not a CSV file. {_SAVE_AS_CSV}")
    if content.removeprefix(BYTE_ORDER_MARK.encode()).lstrip()[:20].lower().startswith(_MARKUP):
        raise FileRefused(f"This is a web page or XML, whatever its name says, and not a CSV file. {_SAVE_AS_CSV}")
    for signature, sentence in _NOT_TEXT:
        if content.startswith(signature):
            raise FileRefused(f"{sentence} {_SAVE_AS_CSV}")
    text, used = _as(content, encoding) if encoding else _detected(content)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise FileRefused(f"Line {line} has a character that no text has, so this is not a CSV file. {_SAVE_AS_CSV}")
    return text, used


def _as(content: bytes, encoding: str) -> tuple[str, str]:
    if content.startswith(BYTE_ORDER_MARK.encode()):
        encoding = "utf-8"
    try:
        return content.decode("utf-8-sig" if encoding == "utf-8" else encoding), encoding
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise FileRefused(
            f"The mapping says that the file is {encoding}, and line {line} is not. Correct the mapping's encoding, or "
            "leave it out."
        ) from None


def _detected(content: bytes) -> tuple[str, str]:
    """Decode by the byte order mark, else as UTF-8, else as windows-1252; what is a mixture is refused, not guessed."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16"), "utf-16"
        except UnicodeDecodeError:
            raise FileRefused(f"The file begins as UTF-16 text and does not go on as such. {_SAVE_AS_CSV}") from None
    try:
        # With its mark, if it has one: places in the file are then counted from its first byte.
        return content.decode("utf-8").removeprefix(BYTE_ORDER_MARK), "utf-8"
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
    if content.startswith(BYTE_ORDER_MARK.encode()):
        raise FileRefused(f"The file begins as UTF-8 text, but line {line} is not. {_SAVE_AS_CSV}")
    lenient = content.decode("utf-8", "surrogateescape")
    broken = sum("\udc80" <= letter <= "\udcff" for letter in lenient)
    sound = sum(letter > "\x7f" for letter in lenient) - broken
    if sound >= broken:  # windows-1252 text all but never looks like UTF-8 by accident
        raise FileRefused(f"Most of the file is UTF-8 text, but line {line} is not. {_SAVE_AS_CSV}")
    try:
        return content.decode("windows-1252"), "windows-1252"
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise FileRefused(
            f"Line {line} cannot be read: it is neither UTF-8 nor windows-1252 text. {_SAVE_AS_CSV}"
        ) from None


def _delimiter(text: str, expected: set[str]) -> str:
    """The delimiter under which the header holds most known names, then most names at all."""

    def fitness(delimiter: str) -> tuple[int, int]:
        cells = next(_rows(text[:_LONGEST_HEADER], delimiter), Line(1, ())).cells
        return sum(folded(cell) in expected for cell in cells), len(cells)

    return max(DELIMITERS, key=fitness)


def _rows(text: str, delimiter: str) -> Iterator[Line]:
    """The rows that hold anything, each with the line it begins on as an editor counts: cells may span lines."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    while True:
        begins = reader.line_num + 1
        taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            fault_found = _quotes(begins, reader.line_num, str(fault))
            yield Line(begins, ("".join(taken).strip(),), fault_found)
            continue
        if any(cell.strip() for cell in cells):
            yield Line(begins, tuple(unguarded(cell.strip()) for cell in cells))


def _quotes(first: int, last: int, fault: str) -> str:
    """What is wrong with the quotation marks of a row; one that is never closed would swallow rows, so it refuses."""
    if "end of data" in fault or "limit" in fault:
        raise FileRefused(f"The quotation mark that opens on line {first} is never closed. Close it, or take it away.")
    where = f"lines {first} to {last}" if last > first else f"line {first}"
    return f"The quotation marks on {where} do not match: inside a cell that is in quotation marks, write each twice."


def _checked(rows: Iterator[Line], width: int, name: str) -> Iterator[Line]:
    """The rows after the header, refusing those with too many or too few cells; empty cells at the end may be over.

    `name` is that of the delimiter.
    """
    for row in rows:
        count = len(row.cells)
        if row.fault:
            yield row
        elif count < width or any(row.cells[width:]):
            yield Line(row.number, row.cells, _misfit(count, width, name))
        elif any(len(cell) > _LONGEST_CELL for cell in row.cells):
            yield Line(row.number, row.cells, f"A cell of this row is longer than {_LONGEST_CELL:,} characters.")
        else:
            yield Line(row.number, row.cells[:width])


def _misfit(cells: int, headings: int, delimiter: str) -> str:
    """What is wrong with a row that has more cells than there are headings, or fewer."""
    there = f"{cells} cell{'s' if cells > 1 else ''} below {headings} heading{'s' if headings > 1 else ''}"
    if cells < headings:
        return f"This row has {there}: is a {delimiter} missing?"
    return f"This row has {there}: is a {delimiter} too many, or in a cell that is not in quotation marks?"
