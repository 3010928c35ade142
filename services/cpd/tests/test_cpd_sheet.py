"""A history as CSV: readable by a spreadsheet, harmless in it."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acorn_cpd.sheet import COLUMNS, harmless, lines

RECORD: dict[str, Any] = {
    "_id": "r1",
    "title": "Phonics",
    "kind": "course",
    "topics": ["eyfs", "phonics"],
    "date": "2019-10-14",
    "ends": None,
    "hours": 3.5,
    "provider": None,
    "academic_year": "2019-20",
    "state": "verified",
    "verification": {"by": "person:m", "at": "2019-11-22T16:30:00.000Z"},
    "reflection": "Blending,\nagain; “new”",
    "impact": None,
}


def read(text: str) -> list[dict[str, str]]:
    """Read a file as Python reads what Excel wrote."""
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_a_record_is_one_row_with_every_column() -> None:
    text = "".join(lines([RECORD]))

    assert text.splitlines()[0].removeprefix("\ufeff") == ",".join(COLUMNS)
    [row] = read(text)
    assert row == {
        "date": "2019-10-14",
        "ends": "",
        "academic_year": "2019-20",
        "title": "Phonics",
        "kind": "course",
        "topics": "eyfs; phonics",
        "hours": "3.5",
        "provider": "",
        "state": "verified",
        "verified_at": "2019-11-22T16:30:00.000Z",
        "reflection": "Blending,\nagain; “new”",
        "impact": "",
        "id": "r1",
    }


def test_lines_end_as_the_standard_says() -> None:
    assert next(iter(lines([RECORD]))).endswith("\r\n")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "|calc",
        "%0A",
        "\t=1+1",
        "\n=1+1",
        "  =1+1",
        "\u200b=1+1",
        "\ufeff=1+1",
        "\u00a0=1+1",
        "＝1+1",
        "＠x",
    ],
)
def test_a_cell_that_a_spreadsheet_might_run_is_only_text(text: str) -> None:
    [row] = read("".join(lines([{**RECORD, "title": text}])))

    assert row["title"] == "'" + text


def test_ordinary_text_stays_as_it_is() -> None:
    for text in ("Phonics", "Été", "🌳", "a=b", "1 - 2", "", "\u202eright to left", "“quoted”", "<script>"):
        assert harmless(text) == text


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_whatever_was_typed_comes_back_with_at_most_an_apostrophe(text: str) -> None:
    [row] = read("".join(lines([{**RECORD, "reflection": text}])))

    assert row["reflection"] in (text, "'" + text)
    assert row["reflection"].strip()[:1] not in tuple("=+-@")
