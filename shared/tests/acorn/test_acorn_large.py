"""HR imports a file that is larger than a service takes at once; here that is a few hundred bytes."""

import json
from pathlib import Path
from typing import Any

import pytest

from acorn import large

pytestmark = pytest.mark.engines

COLUMNS = "employee_number,given_name,family_name,trn,line_manager_employee_number\n"


@pytest.fixture
def hr(acorn: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A terminal at which HR sits, in the demo trust."""
    acorn.run("demo", "load", "--quiet")
    acorn.run("sign-in", "--as", "hr@oaktrees.example")
    monkeypatch.setattr(large, "LARGEST", 300)
    return acorn


def people(tag: str, *, bad: int | None = None) -> str:
    """Twenty people, all managed by the last of them, one perhaps with a TRN that cannot be."""
    rows = [f"{tag}{at},Given,{tag}{at},{'12X' if at == bad else ''},{tag}19" for at in range(19)]
    return COLUMNS + "\n".join([*rows, f'{tag}19,"Given\nName",{tag}19,,']) + "\n"


def test_a_large_file_goes_in_by_parts_and_a_line_manager_of_a_later_part_is_set(
    hr: Any, running: Any, tmp_path: Path
) -> None:
    file = tmp_path / "large.csv"
    file.write_text(people("LA"))

    done = hr.run("import", "people", str(file))

    assert done.stdout.splitlines()[-1] == "large.csv: 20 rows, 20 added."
    assert "large.csv, part 1 of 2 (lines 2 to" in done.stderr
    assert "once more:" in done.stderr
    manager = running.staff["people"].find_one({"employee_numbers": "LA19"})["_id"]
    assert running.staff["people"].count_documents({"line_managers.person": manager}) == 19
    assert hr.says("import", "people", str(file)) == ["large.csv: 20 rows, 20 unchanged."]


def test_rejected_rows_of_all_parts_are_told_by_the_lines_of_the_whole_and_come_back_in_one_file(
    hr: Any, tmp_path: Path
) -> None:
    file, errors = tmp_path / "large.csv", tmp_path / "errors.csv"
    file.write_text(people("LB", bad=2).replace("LB17,,LB19", "LB17,13X,LB19"))

    told = hr.run("import", "people", str(file), "--errors", str(errors), expect=1).stdout

    assert "4     rejected  trn     12X" in told
    assert "19    rejected  trn     13X" in told
    assert "large.csv: 20 rows, 18 added, 2 rejected." in told
    assert [line.split(",")[0] for line in errors.read_text(encoding="utf-8-sig").splitlines()] == [
        "employee_number",
        "LB2",
        "LB17",
    ]


def test_all_or_nothing_of_a_large_file_judges_every_part_before_the_first_goes_in(
    hr: Any, running: Any, tmp_path: Path
) -> None:
    file = tmp_path / "large.csv"
    file.write_text(people("LC", bad=17))

    refused = hr.run("import", "people", str(file), "--all-or-nothing", "--json", expect=2)

    told = json.loads(refused.stdout)
    assert told["reason"].startswith("One row would be rejected, and all was to go in or nothing")
    assert told["rows"]["rejected"] == 1
    assert running.staff["people"].count_documents({"employee_numbers": {"$regex": "^LC"}}) == 0
    file.write_text(people("LC"))
    assert hr.says("import", "people", str(file), "--all-or-nothing")[-1] == "large.csv: 20 rows, 20 added."


def test_a_part_that_is_refused_as_a_whole_stops_the_import_and_says_where(hr: Any, tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    content = people("LD").encode()
    file.write_bytes(content.replace(b"LD15,Given,", b"LD15,Si\xe2n \xc3\xa9\xc3\xa9,"))

    refused = hr.run("import", "people", str(file), expect=2)

    assert "large.csv was only in part imported. It stopped at part 2 of 2 (lines 13 to 21)" in refused.stderr
    assert "Most of the file is UTF-8 text, but line 6 is not." in refused.stderr
    assert "large.csv: 11 rows, 11 added." in refused.stdout


def test_what_must_be_whole_is_not_parted(hr: Any, tmp_path: Path) -> None:
    file = tmp_path / "large.csv"
    file.write_text(people("LE"))

    assert "A full extract is taken whole" in hr.refuses("import", "people", str(file), "--full-extract", expect=2)
    assert "A register's extract is taken whole" in hr.refuses("import", "academies", str(file), expect=2)
