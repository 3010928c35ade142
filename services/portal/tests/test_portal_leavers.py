"""HR's page of a list of leavers: who was not in a full extract, and the step that ends their appointments."""

from typing import Any

import pytest

from acorn_portal.importing import Import

ID = "01938b5e-8e6b-7b4e-9d6b-0c9f4b7d2a10"
OTHER = "01938b5e-8e6b-7b4e-9d6b-0c9f4b7d2a11"
PAGE = f"/imports/staff/{ID}"
REMARK = "Of the 12 employees in post at the organisations in the file, 2 are not in it."
ROW = {
    "line": 2,
    "outcome": "changed",
    "reasons": [{"column": "name", "value": "Gil Gone", "reason": "Not in the full extract: teacher ends."}],
}


def told(**changed: Any) -> dict[str, Any]:
    """A list of two people that Acorn made, unless told otherwise."""
    rows = dict.fromkeys(("unchanged", "left_out", "incomplete", "added"), 0)
    return {
        "id": ID,
        "kind": "leavers",
        "dry_run": True,
        "all_or_nothing": False,
        "rehearsing": False,
        "applies": None,
        "applied_by": None,
        "state": "done",
        "filename": "not-in-the-full-extract.csv",
        "options": {"leavers_on": "2026-11-23"},
        "rows": {"total": 3, "judged": 3, **rows, "changed": 2, "rejected": 1},
        "reason": None,
        "remark": REMARK,
        "follows": OTHER,
        "followed_by": None,
        "confirm": 2,
        "encoding": "utf-8",
        "delimiter": "comma",
        "ignored_columns": [],
        "file_until": "2099-11-24T09:00:00.000Z",
        "by": "sign-in:hr",
        "by_name": "Priya Raman",
        "created_at": "2026-11-23T08:00:00.000Z",
        "started_at": None,
        "finished_at": None,
        **changed,
    }


@pytest.fixture
def hr(browser: Any) -> Any:
    """HR, signed in."""
    return browser.sign_in("hr", name="Priya Raman")


def shows(staff: Any, **changed: Any) -> None:
    """Have the staff service tell of a list and its rows."""
    staff.on("GET", f"/v1/imports/{ID}", told(**changed))
    page = {"items": [ROW], "next": None, "previous": None, "total": {"count": 1, "more": False}}
    staff.on("GET", f"/v1/imports/{ID}/rows", page)


def test_the_import_of_a_full_extract_leads_to_who_is_not_in_it(hr: Any, staff: Any) -> None:
    shows(staff, kind="people", filename="people.csv", follows=None, followed_by=OTHER, confirm=None)

    text = hr.get(PAGE).text

    assert REMARK in text
    assert f'href="/imports/staff/{OTHER}">See who is not in it</a>' in text
    assert "Leavers on" in text


def test_the_list_names_everybody_and_leads_to_the_step_that_ends(hr: Any, staff: Any) -> None:
    shows(staff)

    text = hr.get(PAGE).text

    assert "Not in the full extract</h1>" in text
    assert "Gil Gone" in text
    assert "End the appointments of 2 people" in text
    assert 'href="/imports/staff/people/new"' in text
    assert "Mend the rejected" not in text


def test_a_long_list_is_only_gone_by_once_its_number_is_confirmed(hr: Any, staff: Any) -> None:
    shows(staff)
    refusal = {"type": "urn:acorn:problem:conflict", "status": 409, "detail": f"{REMARK} Confirm.", "confirm": 2}
    staff.on("POST", f"/v1/imports/{ID}/apply", refusal, 409)
    assert "End the appointments of 2 people?" in hr.get(f"{PAGE}/apply").text

    page = hr.post(f"{PAGE}/apply", {"key": "k-1", "confirmed": ""})

    assert page.status_code == 422
    assert "Enter how many people are on the list" in page.text
    staff.on("POST", f"/v1/imports/{ID}/apply", told(id=OTHER, dry_run=False, state="waiting"), 202)
    assert hr.post(f"{PAGE}/apply", {"key": "k-2", "confirmed": "2"}).location == f"/imports/staff/{OTHER}"
    assert staff.asked("POST", ".*/apply")[-1].query == "confirmed=2"


def test_what_was_ended_is_said_at_the_top(clock: Any) -> None:
    done = Import("staff", told(dry_run=False, applies=OTHER), clock())

    assert done.title == "The appointments of 2 people have ended"
