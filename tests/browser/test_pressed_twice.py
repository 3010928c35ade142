"""A form that is sent twice, by impatience, by going back or by loading again, is one change."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

Visit = Callable[..., Any]
Apis = Callable[[str], Any]


def filled(visitor: Any, title: str, *, again: bool = False) -> None:
    """A declaration, ready to be sent; `again`: on the page that is open."""
    if not again:
        visitor.open("/records/new")
    visitor.page.get_by_label("Title").fill(title)
    visitor.page.get_by_label("Kind of CPD").select_option("Course")
    visitor.day("Date", "2026-11-06")
    visitor.page.get_by_label("Hours").fill("1")


def made(api: Apis, title: str) -> int:
    """How many records bear a title."""
    teacher = api("teacher")
    page = teacher.call("GET", "cpd", f"/v1/people/{teacher.me()}/history?academic_year=2026-27&limit=100")
    return len([one for one in page["items"] if one["title"] == title])


def of_the_form(visitor: Any) -> dict[str, str]:
    """What the page's own form would send."""
    read = "form => Object.fromEntries(new FormData(form))"
    fields: dict[str, str] = visitor.page.locator("main form").first.evaluate(read)
    return fields


def send_together(visitor: Any, path: str, fields: dict[str, str], times: int = 2) -> list[requests.Response]:
    """Send a form several times at the same moment, as the visitor's browser would."""
    cookies = {one["name"]: one["value"] for one in visitor.page.context.cookies(visitor.portal)}
    address = visitor.portal + path

    def send(_: int) -> requests.Response:
        return requests.post(address, data=fields, cookies=cookies, timeout=30, allow_redirects=False)

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(send, range(times)))


def test_a_form_that_arrives_twice_at_the_same_moment_makes_one_record(visit: Visit, api: Apis, title: str) -> None:
    visitor = visit("teacher")
    filled(visitor, title)
    fields = of_the_form(visitor)
    answers = send_together(visitor, "/records/new", fields, 4)

    assert made(api, title) == 1
    # whoever is not shown the record is told what happened and keeps what they typed
    shown = {answer.headers["Location"] for answer in answers if answer.status_code == 302}
    assert len(shown) == 1
    assert all(answer.status_code == 302 or title in answer.text for answer in answers)


@pytest.mark.parametrize("javascript", [True, False])
def test_two_quick_presses_make_one_record(visit: Visit, api: Apis, title: str, javascript: bool) -> None:
    visitor = visit("teacher", javascript=javascript)
    filled(visitor, title)
    visitor.page.get_by_role("button", name="Record", exact=True).dblclick()
    visitor.says("Recorded:")

    assert made(api, title) == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_going_back_and_sending_again_makes_no_second_record(
    visit: Visit, api: Apis, title: str, javascript: bool
) -> None:
    visitor = visit("teacher", javascript=javascript)
    filled(visitor, title)
    visitor.press("Record")
    visitor.says("Recorded:")
    visitor.page.go_back()
    filled(visitor, title, again=True)
    visitor.press("Record")

    # then it says so, and whoever did the same twice presses again
    visitor.says("You have just recorded exactly this, so it was not recorded a second time.")
    visitor.look("declare-again")
    assert made(api, title) == 1
    visitor.press("Record")
    visitor.says("Recorded:")
    assert made(api, title) == 2


def test_loading_the_page_of_a_result_again_repeats_nothing(visit: Visit, api: Apis, title: str) -> None:
    visitor = visit("teacher", width="telephone")
    filled(visitor, title)
    visitor.press("Record")
    visitor.says("Recorded:")
    visitor.page.reload()

    assert "Recorded:" not in visitor.page.locator("main").inner_text()
    assert made(api, title) == 1


def test_a_joiner_sent_twice_at_the_same_moment_is_one_person_with_one_appointment(
    visit: Visit, api: Apis, family: str
) -> None:
    visitor = visit("hr")
    visitor.open("/people/new")
    visitor.page.get_by_label("Given name").fill("Rosa")
    visitor.page.get_by_label("Family name").fill(family)
    visitor.press("Continue")
    visitor.page.get_by_label("Academy").select_option("Elm Primary Academy")
    visitor.page.get_by_label("Post", exact=True).select_option("teacher")
    visitor.day("First day", "2027-01-04")
    visitor.press("Continue")
    fields = {**of_the_form(visitor), "step": "confirm"}
    send_together(visitor, "/people/new", fields)

    found = api("hr").call("GET", "staff", f"/v1/people?name={family}")["items"]
    assert [len(one["appointments"]) for one in found] == [1]


def test_a_record_is_verified_once_however_often_it_is_pressed(visit: Visit, api: Apis, title: str) -> None:
    record = api("teacher").declare(title)
    here = f"/people/{record['person']}/records/{record['id']}"
    visitor = visit("manager")
    visitor.open(here)
    fields = of_the_form(visitor)
    answers = send_together(visitor, f"{here}/verify", fields)

    assert [answer.status_code for answer in answers] == [302, 302]
    now = api("teacher").call("GET", "cpd", f"/v1{here}")
    assert len(now["judgements"]) == 1
    visitor.open(here)
    visitor.says("Verified by you")


def test_a_form_without_its_token_is_refused(visit: Visit, api: Apis, title: str) -> None:
    visitor = visit("teacher")
    filled(visitor, title)
    fields = of_the_form(visitor)
    for token in ("", re.sub("^.", "x", fields["csrf_token"])):
        (answer,) = send_together(visitor, "/records/new", {**fields, "csrf_token": token}, 1)
        assert answer.status_code == 400

    assert made(api, title) == 0
