"""What an import's page says of it, and what it offers next."""

from datetime import UTC, datetime
from typing import Any

import pytest

from acorn_portal.importing import ALL, REMARKS, Import, megabytes, needs, newest_first, within

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
COUNTS = {"added": 0, "changed": 0, "unchanged": 0, "left_out": 0, "rejected": 0, "incomplete": 0}


def imported(*, rows: dict[str, int | None] | None = None, **changed: Any) -> Import:
    """A finished dry run of one added row, unless told otherwise."""
    counts: dict[str, int | None] = {**COUNTS, **({"added": 1} if rows is None else rows)}
    judged = sum(number or 0 for name, number in counts.items() if name in COUNTS and name != "incomplete")
    told = {
        "id": "01938b5e-8e6b-7b4e-9d6b-0c9f4b7d2a10",
        "kind": "people",
        "dry_run": True,
        "applied_by": None,
        "state": "done",
        "filename": "people.csv",
        "rows": {"total": judged, "judged": judged, **counts},
        "file_until": "2026-11-24T09:00:00.000Z",
        "created_at": "2026-11-23T08:00:00.000Z",
        **changed,
    }
    return Import("staff", told, NOW)


@pytest.mark.parametrize(
    ("changed", "title", "tag"),
    [
        ({"state": "waiting"}, "Checking people.csv", "Waiting"),
        ({"state": "running", "dry_run": False}, "Importing people.csv", "Running"),
        ({"state": "failed"}, "people.csv was refused", "Refused"),
        ({}, "people.csv is checked", "Checked only"),
        ({"applied_by": "01938b5e-8e6b-7b4e-9d6b-0c9f4b7d2a11"}, "people.csv is checked", "Checked"),
        ({"dry_run": False}, "people.csv is imported", "Imported"),
        ({"dry_run": False, "rows": {"unchanged": 3}}, "people.csv changed nothing", "Imported"),
    ],
)
def test_an_import_is_called_by_what_became_of_it(changed: dict[str, Any], title: str, tag: str) -> None:
    found = imported(**changed)

    assert (found.title, found.tag[0]) == (title, tag)


def test_a_file_is_named_without_what_turns_letters_round() -> None:
    assert imported(filename="\u202egpj.exe 🙂.csv").title == "gpj.exe 🙂.csv is checked"
    assert imported(filename="\u202e").title == "A file without a name is checked"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"state": "waiting"}, "It waits for its turn."),
        ({"state": "running", "rows": {"total": None}}, "The file is being read."),
        ({"state": "running", "rows": {"total": 5_000, "added": 1_200}}, "1,200 of 5,000 rows checked so far."),
        ({"state": "running", "dry_run": False, "rows": {"total": 1}}, "0 of 1 row gone through so far."),
        ({}, "It has ended."),
    ],
)
def test_progress_is_a_sentence(changed: dict[str, Any], sentence: str) -> None:
    assert imported(**changed).progress == sentence


def test_a_checked_file_that_would_do_something_can_be_imported() -> None:
    assert imported(rows={"added": 2, "changed": 1, "rejected": 4}).may_apply
    assert imported(rows={"added": 2, "changed": 1, "rejected": 4}).to_import == 3


@pytest.mark.parametrize(
    "changed",
    [
        {"rows": {"unchanged": 3, "rejected": 1}},
        {"dry_run": False},
        {"state": "running"},
        {"state": "failed"},
        {"applied_by": "01938b5e-8e6b-7b4e-9d6b-0c9f4b7d2a11"},
        {"file_until": None},
        {"file_until": "2026-11-23T08:59:59.000Z"},
    ],
    ids=["nothing to do", "a real run", "still running", "refused", "imported already", "no file", "file expired"],
)
def test_nothing_else_can_be_imported(changed: dict[str, Any]) -> None:
    assert not imported(**changed).may_apply


def test_rejected_rows_are_offered_while_the_file_is_kept() -> None:
    assert imported(rows={"rejected": 1}).to_mend
    assert not imported(rows={"rejected": 1}, file_until=None).to_mend
    assert not imported(rows={"added": 1}).to_mend


def test_what_became_of_the_rows_is_one_line() -> None:
    assert imported(rows={"added": 2, "rejected": 1}).summary == "3 rows, 2 added, 1 rejected"
    assert imported(state="running").summary == ""


def test_only_outcomes_that_happened_are_offered_as_filters() -> None:
    assert imported(rows={"added": 2, "rejected": 1}).filters() == [
        (REMARKS, "Rows with a remark"),
        (ALL, "All rows (3)"),
        ("added", "Added (2)"),
        ("rejected", "Rejected (1)"),
    ]


def test_imports_of_several_services_are_one_list_newest_first() -> None:
    early, late = imported(), imported(created_at="2026-11-23T08:30:00.000Z")

    assert newest_first([early, late]) == [late, early]


def test_columns_of_which_one_is_needed_are_named_as_people_list_them() -> None:
    assert needs([["employee_number", "trn", "email"], ["urn"]]) == [
        "Every row needs employee_number, trn or email.",
        "Every row needs urn.",
    ]


def test_a_title_within_a_sentence_keeps_its_acronym() -> None:
    assert (within("People"), within("CPD records"), within("")) == ("people", "CPD records", "")


def test_a_size_is_said_in_megabytes() -> None:
    assert (megabytes(20_000_000), megabytes(2_500_000)) == ("20 MB", "2.5 MB")
