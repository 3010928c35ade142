"""What a kind of import reads from a cell: columns with a meaning, and how their text becomes a value.

A reader takes a cell's text and the date format and returns the value, or raises `Refused` with a sentence. Empty
cells never reach a reader: an empty cell says nothing, so it neither deletes nor is wrong.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any

from servicekit.characters import fault_in_text


class Refused(Exception):
    """A cell that cannot be accepted; the message is a sentence for whoever sent the file."""


@dataclass(frozen=True, slots=True)
class DateFormat:
    """A way of writing a date, as the mapping file names it, and the pattern that reads it."""

    name: str
    pattern: re.Pattern[str]

    def read(self, text: str) -> date | None:
        """The date that a text says, or None when it is not written in this way; ValueError when it does not exist."""
        match = self.pattern.fullmatch(text)
        return date(int(match["y"]), int(match["m"]), int(match["d"])) if match else None


def _format(name: str) -> DateFormat:
    pattern = re.escape(name).replace("dd", r"(?P<d>\d{1,2})").replace("mm", r"(?P<m>\d{1,2})")
    return DateFormat(name, re.compile(pattern.replace("yyyy", r"(?P<y>\d{4})"), re.ASCII))


DATE_FORMATS: Mapping[str, DateFormat] = {
    name: _format(name) for name in ("yyyy-mm-dd", "dd/mm/yyyy", "dd-mm-yyyy", "dd.mm.yyyy", "mm/dd/yyyy")
}
UNLESS_TOLD = ("yyyy-mm-dd", "dd/mm/yyyy")
"""The date formats that are read when nothing is said: neither can be taken for the other."""

Reader = Callable[[str, Collection[str]], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name in a canonical file, what it means (shown to HR), and how its cells are read.

    `required`: the file must have the column and every row must fill it. `example` is what the template shows; it is
    invented, and reads as it stands. `values` are the only ones that it takes, code and title, where that is so.
    """

    name: str
    meaning: str
    read: Reader
    required: bool = False
    example: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


def one_of(name: str, meaning: str, codes: Mapping[str, str], *, required: bool = False, example: str = "") -> Column:
    """A column that takes one of a vocabulary, by code or by title."""
    return Column(name, meaning, choice(codes), required, example, codes)


def text(longest: int = 200) -> Reader:
    """A piece of text on one line, at most `longest` characters."""

    def read(cell: str, _: Collection[str]) -> str:
        value = " ".join(cell.split())
        if len(value) > longest:
            raise Refused(f"It is longer than {longest} characters. Shorten it.")
        if fault := fault_in_text(value, lines=False):
            raise Refused(fault)
        return value

    return read


def day(cell: str, formats: Collection[str]) -> date:
    """A date in one of the formats that the import was told to expect."""
    for name in formats:
        try:
            value = DATE_FORMATS[name].read(cell)
        except ValueError:
            raise Refused("There is no such date.") from None
        if value is not None:
            return value
    raise Refused(f"It is not a date written {' or '.join(formats)}.")


def always(name: str) -> Reader:
    """A date in a format that the kind of file fixes, whatever the mapping says."""
    return lambda cell, _: day(cell, (name,))


def pattern(expression: str, sentence: str) -> Reader:
    """A text that matches a regular expression as a whole; `sentence` says what is wrong with any other."""
    compiled = re.compile(expression, re.ASCII)

    def read(cell: str, _: Collection[str]) -> str:
        if not compiled.fullmatch(cell):
            raise Refused(sentence)
        return cell

    return read


def choice(codes: Mapping[str, str]) -> Reader:
    """One of a vocabulary: its code, or its title in any case."""
    by_name = {" ".join(title.casefold().split()): code for code, title in codes.items()} | {
        code: code for code in codes
    }

    def read(cell: str, _: Collection[str]) -> str:
        asked = " ".join(cell.casefold().split())
        if asked in by_name:
            return by_name[asked]
        near = get_close_matches(asked, by_name, n=1)
        raise Refused(
            f"It is not one of {', '.join(codes.values())}.{f' Is {codes[by_name[near[0]]]} meant?' if near else ''}"
        )

    return read


def number(*, above: str = "0", most: str, places: int) -> Reader:
    """A decimal number above one bound and up to another, with at most `places` decimals; a Decimal."""

    def read(cell: str, _: Collection[str]) -> Decimal:
        try:
            value = Decimal(cell)
        except InvalidOperation:
            raise Refused("It is not a number.") from None
        if not value.is_finite():
            raise Refused("It is not a number.")
        if not Decimal(above) < value <= Decimal(most):
            raise Refused(f"It must be above {above} and at most {most}.")
        if value != round(value, places):
            digits = "1 digit" if places == 1 else f"{places} digits"
            raise Refused(f"It has more than {digits} after the point." if places else "It must be a whole number.")
        return value

    return read


_EMAIL = re.compile(r"[^@\s,;<>\"]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}")


def email(cell: str, _: Collection[str]) -> str:
    """An e-mail address, in lower case: that is how it is compared."""
    if not _EMAIL.fullmatch(cell) or len(cell) > 254:
        raise Refused("It is not an e-mail address.")
    return cell.lower()


def trn(cell: str, _: Collection[str]) -> str:
    """A teacher reference number: seven digits; zeros that a spreadsheet dropped at the front are put back."""
    digits = cell.replace("/", "").replace(" ", "")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 7:
        raise Refused("A TRN has seven digits and nothing else.")
    if len(digits) < 4:
        raise Refused("A TRN has seven digits; this has too few even with zeros lost at the front.")
    return digits.zfill(7)
