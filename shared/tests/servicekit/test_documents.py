"""Aggregates as stored documents."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

from servicekit.documents import from_document, from_plain, to_document, to_plain


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, kw_only=True)
class Term:
    from_: date
    to: date | None = None


@dataclass(frozen=True, kw_only=True)
class Book:
    id: str
    colour: Colour
    at: datetime
    terms: tuple[Term, ...] = ()
    version: int = 1


BOOK = Book(id="b", colour=Colour.RED, at=datetime(2026, 1, 2, 3, tzinfo=UTC), terms=(Term(from_=date(2026, 1, 2)),))
STORED = {
    "_id": "b",
    "colour": "red",
    "at": "2026-01-02T03:00:00.000Z",
    "terms": [{"from": "2026-01-02", "to": None}],
    "version": 1,
}


def test_a_document_has_plain_values_and_the_names_of_the_domain() -> None:
    assert to_document(BOOK) == STORED


def test_a_document_becomes_the_same_aggregate_again() -> None:
    assert from_document(Book, STORED) == BOOK


def test_a_key_of_a_later_release_is_ignored() -> None:
    assert from_document(Book, {**STORED, "later": True}) == BOOK


def test_a_part_has_no_id_of_its_own() -> None:
    term = Term(from_=date(2026, 1, 2), to=date(2026, 2, 1))
    assert from_plain(Term, to_plain(term)) == term
