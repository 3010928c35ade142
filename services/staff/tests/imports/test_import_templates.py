"""The templates of this service's kinds: read back as they are, and harmless when sent with their example row."""

from typing import Any

import pytest

from acorn_staff.imports import KINDS
from servicekit.imports.kinds import ImportKind, Row
from servicekit.imports.mapping import opened
from servicekit.imports.writing import template

pytestmark = pytest.mark.engines


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_templates_example_row_is_read_without_a_fault(kind: ImportKind) -> None:
    table = opened(template(kind).encode(), kind, None)

    (row,) = table.rows
    assert isinstance(row, Row), row
    assert table.ignored == ()
    assert set(row.values) == {column.name for column in kind.columns if column.example}
    assert {column.name for column in kind.columns if column.required} <= set(row.values)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_column_and_kind_is_explained_by_a_sentence(kind: ImportKind) -> None:
    for sentence in (kind.description, *(column.meaning for column in kind.columns)):
        assert sentence[0].isupper()
        assert sentence.endswith(".")


def test_an_example_row_that_is_left_in_a_people_file_joins_nobody(trust_office: Any) -> None:
    done = trust_office.send("people", template(KINDS[1]).encode())

    assert done.counts == {"rejected": 1}
    assert done.sentences == ["Acorn has no academy with this URN. Import the academies first."]


def test_an_example_row_that_is_left_in_a_file_of_academies_is_left_out(office: Any) -> None:
    done = office.send("academies", template(KINDS[0]).encode())

    assert done.counts == {"left_out": 1}
    assert done.sentences == ["It is closed, and was never known to Acorn."]
