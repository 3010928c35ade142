"""HR's page for a file offers the mappings that are saved, and saves another."""

import io
from typing import Any

import pytest

NEW = "/imports/staff/people/new"
KIND = {
    "name": "people",
    "title": "People",
    "description": "One row is one appointment.",
    "columns": [],
    "one_of": [],
    "options": [],
    "largest_bytes": 20_000_000,
}
LISTED: dict[str, Any] = {
    "items": [
        {"name": "payroll", "kind": "people", "mapping": {}, "by": "sign-in:hr", "by_name": None, "at": "2026-11-23"},
        {"name": "gias", "kind": "academies", "mapping": {}, "by": "sign-in:hr", "by_name": None, "at": "2026-11-23"},
    ],
    "next": None,
    "previous": None,
    "total": None,
}
WAITING = {
    "id": "01938b5e-8e6b-7b4e-9d6b-0c9f4b7d2a10",
    "kind": "people",
    "dry_run": True,
    "applied_by": None,
    "state": "waiting",
}


@pytest.fixture
def hr(browser: Any, staff: Any) -> Any:
    """HR, with one mapping saved for people and one for academies."""
    staff.on("GET", "/v1/import-kinds", {"items": [KIND]})
    staff.on("GET", "/v1/import-mappings", LISTED)
    staff.on("POST", "/v1/imports", WAITING, 202)
    staff.on("PUT", "/v1/import-mappings/another", LISTED["items"])
    return browser.sign_in("hr", name="Priya Raman")


def send(hr: Any, **typed: str) -> Any:
    file = (io.BytesIO(b"employee_number\n1\n"), "people.csv")
    return hr.post(NEW, {"key": "k-1", "file": file, **typed})


def test_the_mappings_of_the_kind_are_offered_and_the_chosen_one_goes_with_the_file(hr: Any, staff: Any) -> None:
    text = hr.get(NEW).text
    assert '<option value="payroll"' in text
    assert '<option value="gias"' not in text

    assert send(hr, mapping_name="payroll").status_code == 302

    body = staff.asked("POST", "/v1/imports")[0].body
    assert b'name="mapping_name"\r\n\r\npayroll\r\n' in body
    assert b'name="mapping"' not in body


def test_a_mapping_is_saved_by_name_before_its_file_is_sent(hr: Any, staff: Any) -> None:
    assert send(hr, mapping='{"dates": "dd/mm/yyyy"}', save_as="another").status_code == 302

    (saved,) = staff.asked("PUT", ".*")
    assert saved.body == {"kind": "people", "mapping": {"dates": "dd/mm/yyyy"}}
    assert len(staff.asked("POST", "/v1/imports")) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"mapping_name": "payroll", "mapping": "{}"}, 'href="#mapping_name">Choose a saved mapping or give another'),
        ({"mapping_name": "gone"}, 'href="#mapping_name">Saved mapping: choose one from the list.'),
        ({"save_as": "another"}, 'href="#save_as">There is no mapping to save'),
        ({"save_as": "Payroll/2", "mapping": "{}"}, 'href="#save_as">Use small letters, digits and hyphens'),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field_and_nothing_is_sent(
    hr: Any, staff: Any, typed: dict[str, str], sentence: str
) -> None:
    page = send(hr, **typed)

    assert page.status_code == 422
    assert sentence in page.text
    assert not staff.asked("POST", ".*")
    assert not staff.asked("PUT", ".*")


@pytest.mark.parametrize(("status", "kind"), [(503, "unavailable"), (404, "not-found")])
def test_without_the_list_the_page_is_there_still(hr: Any, staff: Any, status: int, kind: str) -> None:
    staff.on("GET", "/v1/import-mappings", {"type": f"urn:acorn:problem:{kind}", "status": status}, status)

    assert "Saved mapping" not in hr.get(NEW).text
