"""Rows that were rejected are written into a file, put right in it, and imported from it."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.engines

HEADER = "employee_number,given_name,family_name,trn\n"


@pytest.fixture
def hr(acorn: Any) -> Any:
    """A terminal at which HR sits, in the demo trust."""
    acorn.run("demo", "load", "--quiet")
    acorn.run("sign-in", "--as", "hr@oaktrees.example")
    return acorn


def test_rejected_rows_are_put_right_in_a_file_of_their_own(hr: Any, tmp_path: Path) -> None:
    file, errors = tmp_path / "people.csv", tmp_path / "errors.csv"
    file.write_text(f"{HEADER}M1,Mo,Mended,12X4567\nM2,May,Good,7234567\n")

    told = hr.run("import", "people", str(file), "--errors", str(errors), expect=1).stdout.splitlines()

    assert told[-1] == f"The rejected row is in {errors}, with its reasons. Put it right there and import that file."
    assert errors.read_text(encoding="utf-8-sig").splitlines() == [
        f"{HEADER.strip()},Reason",
        "M1,Mo,Mended,12X4567,trn: A TRN has seven digits and nothing else.",
    ]
    errors.write_text(errors.read_text().replace("12X4567", "1274567"))
    told = hr.says("import", "people", str(errors), "--errors", str(tmp_path / "more.csv"))
    assert told == [
        "errors.csv: 1 row, 1 added.",
        f"There are no rejected rows to put right: {tmp_path / 'more.csv'} was not written.",
    ]
    assert not (tmp_path / "more.csv").exists()


def test_the_file_of_rejected_rows_never_takes_the_place_of_the_one_that_is_sent(hr: Any, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(f"{HEADER}M3,Mo,Kept,12X4567\n")

    assert "another file" in hr.refuses("import", "people", str(file), "--errors", str(file), expect=2)
    assert "cannot be written" in hr.refuses(
        "import", "people", str(file), "--errors", str(tmp_path / "nowhere" / "errors.csv"), expect=2
    )
    assert file.read_text() == f"{HEADER}M3,Mo,Kept,12X4567\n"


def test_cells_that_did_not_go_in_with_their_rows_are_named(hr: Any, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    rows = "".join(f"L{number},Lee,Line{number},{404 + number}\n" for number in range(12))
    file.write_text(f"employee_number,given_name,family_name,line_manager_employee_number\n{rows}")

    told = hr.run("import", "people", str(file), expect=1).stdout.splitlines()

    assert told[-2:] == [
        "people.csv: 12 rows, 12 added.",
        "Of the rows that go in, these cells do not: line_manager_employee_number "
        "(lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and others).",
    ]


def test_a_file_that_is_refused_as_a_whole_is_not_imported_and_gives_no_rows_to_put_right(
    hr: Any, tmp_path: Path
) -> None:
    file, errors = tmp_path / "people.csv", tmp_path / "errors.csv"
    file.write_text(f'{HEADER}M4,Mo,First,\nM5,"Mo,Second,\n')

    refused = hr.run("import", "people", str(file), "--errors", str(errors), expect=2)

    assert refused.stderr == (
        "acorn: people.csv was not imported. The quotation mark that opens on line 3 is never closed. Close it, or "
        "take it away.\n"
    )
    assert not errors.exists()
