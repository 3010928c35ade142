"""HR and a file: a template, what would become of its rows, the import, the rejected rows mended and sent again."""

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from embedded.places import ROOT

Visit = Callable[..., Any]
Apis = Callable[[str], Any]

DEMO = ROOT / "shared" / "acorn" / "demo"
WAYS = [pytest.param("telephone", True, id="telephone-scripts"), pytest.param("desktop", False, id="desktop-plain")]


def ended(visitor: Any, heading: str) -> None:
    """Wait until an import has ended; without scripts by loading its page again."""
    for _ in range(40):
        if visitor.page.get_by_role("heading", level=1).inner_text().strip() == heading:
            return
        if visitor.javascript:
            visitor.page.wait_for_timeout(500)
        else:
            visitor.page.reload()
    raise AssertionError(f"never {heading!r}, but {visitor.page.get_by_role('heading', level=1).inner_text()!r}")


def downloaded(visitor: Any, link: str) -> str:
    """The file behind a link."""
    with visitor.page.expect_download() as begun:
        visitor.page.get_by_role("link", name=link).first.click()
    return Path(begun.value.path()).read_text("utf-8-sig")


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    """A CSV file of rows."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_file_is_checked_imported_and_its_rejected_row_mended_and_sent_again(
    visit: Visit, api: Apis, family: str, tmp_path: Path, width: str, javascript: bool
) -> None:
    visitor = visit("hr", width=width, javascript=javascript)
    visitor.open("/imports")
    visitor.look("imports")
    visitor.page.get_by_role("button", name="Start with People").click()
    visitor.look("import-new")
    header = next(csv.reader(io.StringIO(downloaded(visitor, "Download a template"))))
    assert {"given_name", "family_name", "start_date"} <= {*header}

    # given two joiners, one of whom starts on a day that is none
    number = f"T{abs(hash(family)) % 10**8}"
    row = {"family_name": family, "academy_urn": "990101", "post": "teacher", "fte": "1", "start_date": "2026-11-02"}
    rows = [
        {"employee_number": f"{number}1", "given_name": "Uma", **row},
        {"employee_number": f"{number}2", "given_name": "Vic", **row, "start_date": "2026-11-31"},
    ]
    file = write(tmp_path / "joiners.csv", rows)
    visitor.press("Check the file")
    visitor.says("Choose the file to check.")
    visitor.look("import-refused")
    visitor.page.get_by_label("Your file").set_input_files(file)
    visitor.press("Check the file")

    ended(visitor, "joiners.csv is checked")
    visitor.says("2 rows, 1 added, 1 rejected. Nothing has changed yet.")
    visitor.says("There is no such date.")
    visitor.says("2026-11-31")
    visitor.look("import-checked")
    assert api("hr").call("GET", "staff", f"/v1/people?name={family}")["items"] == []

    visitor.press("Import 1 row now")
    ended(visitor, "joiners.csv is imported")
    visitor.look("imported")
    rejected = list(csv.DictReader(io.StringIO(downloaded(visitor, "Download the rejected rows"))))
    assert [one["given_name"] for one in rejected] == ["Vic"]
    assert "There is no such date." in list(rejected[0].values())[-1]

    mended = write(tmp_path / "mended.csv", [{**rejected[0], "start_date": "2026-11-30"}])
    visitor.follow("Check the mended file")
    visitor.page.get_by_label("Your file").set_input_files(mended)
    visitor.press("Check the file")
    ended(visitor, "mended.csv is checked")
    visitor.says("1 row, 1 added.")
    visitor.press("Import 1 row now")
    ended(visitor, "mended.csv is imported")
    found = api("hr").call("GET", "staff", f"/v1/people?name={family}")["items"]
    assert sorted(one["given_name"] for one in found) == ["Uma", "Vic"]
    visitor.open("/imports")
    visitor.says("mended.csv")
    visitor.look("imports-recent")


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_the_payroll_export_goes_in_with_its_mapping_and_says_row_by_row_what_is_wrong(
    visit: Visit, width: str, javascript: bool
) -> None:
    visitor = visit("hr", width=width, javascript=javascript)
    visitor.open("/imports/staff/people/new")
    visitor.page.get_by_label("Your file").set_input_files(DEMO / "joiners.csv")
    visitor.page.locator("summary", has_text="Your file has other column names").click()
    visitor.page.get_by_label("Mapping file", exact=True).set_input_files(DEMO / "mapping.json")
    visitor.press("Check the file")

    ended(visitor, "joiners.csv is checked")
    visitor.says("A TRN has seven digits and nothing else.")
    visitor.says("There is no such date.")
    visitor.says("Title, Contract")
    visitor.look("import-mapped")


def test_a_file_that_is_none_of_ours_is_refused_as_a_whole(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "holiday.csv").write_text("a,b\n1,2\n")
    visitor = visit("hr", width="telephone")
    visitor.open("/imports/staff/people/new")
    visitor.page.get_by_label("Your file").set_input_files(tmp_path / "holiday.csv")
    visitor.press("Check the file")
    visitor.page.wait_for_load_state()

    expect(visitor.page.locator("main")).to_contain_text("column")
    visitor.look("import-misread")
