"""The data protection officer: a subject access request answered, who looked at what, somebody erased everywhere."""

import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from servicekit.testing import wait_until

Visit = Callable[..., Any]

AMINA = "teacher.elm@oaktrees.example"
WIDTHS = [("telephone", True), ("desktop", False)]


@pytest.mark.parametrize(("width", "javascript"), WIDTHS)
def test_a_request_is_answered_by_one_archive_and_the_look_is_found(visit: Visit, width: str, javascript: bool) -> None:
    officer = visit("data_protection", width=width, javascript=javascript)
    officer.follow("Answer a subject access request")
    officer.press("Show what is held")
    officer.says("Enter the e-mail address, number or id.")
    officer.look("protection-subject-access-wrong")
    reference = f"SAR {uuid.uuid4().hex[:8]}"
    officer.page.get_by_label("The e-mail address, number or id").fill(AMINA)
    officer.page.get_by_label("Why").fill(reference)
    officer.press("Show what is held")
    officer.says("What Acorn holds about Amina Yusuf")
    officer.look("protection-subject-access")
    with officer.page.expect_download() as sent:
        officer.press("Take it away as one archive")

    with zipfile.ZipFile(sent.value.path()) as archive:
        assert {"README.txt", "index.html", "data/cpd/records.json"} <= set(archive.namelist())

    officer.open("/protection/looks")
    officer.page.get_by_label("Whose data was looked at").fill(AMINA)
    officer.press("Search")
    officer.says(f"“{reference}”")
    officer.look("protection-looks")


@pytest.mark.parametrize(("width", "javascript"), WIDTHS)
def test_who_works_here_is_not_erased_and_who_does_not_is_from_both_services(
    visit: Visit, api: Callable[[str], Any], family: str, width: str, javascript: bool
) -> None:
    hr, officer = api("hr"), visit("data_protection", width=width, javascript=javascript)
    nobody = {"given_name": "Ivy", "family_name": family, "kind": "external_consultant"}
    ivy = hr.call("POST", "staff", "/v1/people", json=nobody)["id"]

    def confirm(person: str) -> None:
        officer.open("/")
        officer.follow("Erase somebody")
        officer.page.get_by_label("Their id").fill(person)
        officer.press("Show what there is")
        officer.look("protection-erasure")
        officer.page.get_by_label("Why?").fill("Request 14, article 17")
        officer.press("Continue")
        officer.says("It cannot be undone.")
        officer.look("protection-erasure-check")
        officer.press("Erase everything for good")

    confirm(hr.me())
    officer.says("Somebody who works for the trust cannot be erased")
    officer.look("protection-erasure-refused")

    confirm(ivy)
    officer.says("It was asked for on")
    officer.look("protection-erased")

    def done() -> bool:
        officer.open(f"/protection/erasure/{ivy}")
        return bool(officer.page.locator("h1").inner_text() == "Erased")

    wait_until(done, seconds=60, what="both services have erased her")
    officer.look("protection-erased-done")
    assert family not in officer.page.content()


def test_what_is_due_to_go_is_told(visit: Visit) -> None:
    officer = visit("data_protection")
    officer.follow("How long things are kept")

    officer.says("Kept for 6 years.")
    officer.look("protection-disposal")
