"""What Acorn writes for HR is read back by Acorn as it was, whatever the cells hold."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from servicekit.imports.columns import Column, text
from servicekit.imports.kinds import ImportKind, Judged, Reason
from servicekit.imports.mapping import opened
from servicekit.imports.reading import guarded, unguarded
from servicekit.imports.writing import rejected


def judge(*_: Any) -> Iterable[Judged]:
    return ()


KIND = ImportKind(
    "trees",
    title="Trees",
    description="Trees.",
    columns=(Column("name", "Its name.", text()), Column("height", "Metres.", text())),
    judge=judge,
)
FORMULA = "=+-@|%＝＋－＠"
# Letters, what spreadsheets run, what files are parted with, and what cannot be seen.
LETTERS = st.sampled_from("aé😀٣'\"" + FORMULA + ",;\t\r\n \u00a0\u200b\x1f\ufeff") | st.characters(
    exclude_categories=["Cs"], exclude_characters="\0"
)
CELL = st.text(LETTERS, max_size=12).map(str.strip)
Row = tuple[str, str, str]
ROW = st.tuples(CELL, CELL, CELL).filter(any)


@given(CELL)
@example("'=1")
@example("''=1")
@example("' =1")
@example("\u200b=1")
def test_what_is_guarded_is_read_as_it_was(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


@given(CELL)
def test_no_guarded_cell_begins_like_a_formula(cell: str) -> None:
    first = next((letter for letter in guarded(cell) if letter.isprintable() and not letter.isspace()), "")

    assert first not in FORMULA or not first


def sent(rows: Iterable[Iterable[str]], delimiter: str) -> bytes:
    quoted = [delimiter.join('"{}"'.format(cell.replace('"', '""')) for cell in row) for row in rows]
    return "\n".join(quoted).encode()


@given(
    rows=st.lists(st.tuples(ROW, st.booleans()), max_size=5),
    last=ROW,
    delimiter=st.sampled_from([(",", "comma"), (";", "semicolon"), ("\t", "tab")]),
    third=st.text(LETTERS, min_size=1, max_size=8).map(lambda name: " ".join(f"other {name}".split())),
    why=st.text(LETTERS, min_size=1, max_size=8),
)
def test_rejected_rows_come_back_cell_by_cell_and_again_the_second_time(
    rows: list[tuple[Row, bool]], last: Row, delimiter: tuple[str, str], third: str, why: str
) -> None:
    sign, name = delimiter
    mapping = f'{{"delimiter": "{name}"}}'
    rejections = [*(keep for _, keep in rows), True]
    content = sent([("name", "height", third), *(row for row, _ in rows), last], sign)
    # What a cell says is what is read from it: an apostrophe that guards is no part of it.
    lines = opened(content, KIND, mapping).lines
    kept = [line for line, keep in zip(lines, rejections, strict=True) if keep]
    reasons = [(line.number, [Reason("name", None, why)]) for line in kept]

    once = "".join(rejected(opened(content, KIND, mapping), reasons)).encode()

    table = opened(once, KIND, mapping)
    again = list(table.lines)
    assert [line.cells[:-1] for line in again] == [line.cells for line in kept]
    assert {line.cells[-1] for line in again} == {f"name: {why}".strip()}
    assert table.ignored == (third,)
    second = [(line.number, [Reason("name", None, why)]) for line in again]
    assert "".join(rejected(opened(once, KIND, mapping), second)).encode() == once


@pytest.mark.parametrize("name", ["Reason", "reason", " REASON "])
def test_the_column_of_reasons_is_known_in_any_case(name: str) -> None:
    table = opened(f"name,height,{name}\nOak,1,why\n".encode(), KIND, None)

    assert (table.reasons_at, table.ignored) == (2, ())


def test_a_column_called_reason_that_is_not_the_last_is_the_files_own() -> None:
    table = opened(b"Reason,name,height\nwhy,Oak,1\n", KIND, None)

    assert (table.reasons_at, table.ignored) == (None, ("Reason",))
