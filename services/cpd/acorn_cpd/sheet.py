"""A history as a CSV file that a spreadsheet opens as it is meant, and that runs nothing."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from servicekit.mongo import Document

COLUMNS = (
    *("date", "ends", "academic_year", "title", "kind", "topics", "hours", "provider", "state", "verified_at"),
    *("reflection", "impact", "id"),
)
# Without a byte order mark Excel reads UTF-8 as the machine's old code page, and José becomes JosÃ©. What reads CSV as
# UTF-8 by rule (Python's utf-8-sig, LibreOffice, Google Sheets) passes it over.
BYTE_ORDER_MARK = "\ufeff"
# What makes a spreadsheet take a cell for a formula, in full-width forms too (OWASP, "CSV injection").
_FORMULA = frozenset("=+-@|%＝＋－＠")


def lines(records: Iterable[Document]) -> Iterator[str]:
    """The file, line by line (RFC 4180, lines end with CRLF), from records as they are stored."""
    yield BYTE_ORDER_MARK + _line(COLUMNS)
    for record in records:
        yield _line(_cells(record))


def _cells(record: Document) -> Iterator[Any]:
    verification = record["verification"]
    apart = {
        "topics": "; ".join(record["topics"]),
        "verified_at": verification["at"] if verification else None,
        "id": record["_id"],
    }
    for column in COLUMNS:
        value = apart[column] if column in apart else record[column]
        yield harmless(value) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula."""
    # Spreadsheets differ in what they skip before a formula, so whatever cannot be seen is skipped here.
    first = next((letter for letter in text if letter.isprintable() and not letter.isspace()), "")
    return f"'{text}" if first in _FORMULA or text[:1] in ("\t", "\r", "\n") else text


def _line(cells: Iterable[Any]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(cells)
    return line.getvalue()
