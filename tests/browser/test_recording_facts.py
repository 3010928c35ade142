"""HR records what somebody answers for and when they are away; a head says who decides in her stead."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

Visit = Callable[..., Any]
Apis = Callable[[str], Any]

ELM = "Elm Primary Academy"
WAYS = [pytest.param("telephone", True, id="telephone-scripts"), pytest.param("desktop", False, id="desktop-plain")]


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_responsibility_is_recorded_put_right_and_taken_back(
    visit: Visit, api: Apis, family: str, width: str, javascript: bool
) -> None:
    person = api("hr").person("Rosa", family)
    visitor = visit("hr", width=width, javascript=javascript)
    visitor.open(f"/people/{person['id']}")
    visitor.follow("Record a responsibility")
    visitor.look("responsibility")
    visitor.press("Continue")
    visitor.says("Choose what they answer for.")
    visitor.look("responsibility-refused")
    visitor.page.get_by_label("Responsibility").select_option("English lead")
    expect(visitor.page.get_by_label("Academy")).to_have_value(api("hr").organisation(ELM))
    visitor.day("First day", "2026-09-01")
    visitor.press("Continue")
    visitor.says(f"Rosa {family} is English lead at {ELM} from 1 September 2026.")
    visitor.look("responsibility-check")
    visitor.press("Confirm the responsibility")
    expect(visitor.page.locator(".govuk-notification-banner--success")).to_contain_text("English lead")
    visitor.says("Since 1 September 2026")
    visitor.look("person-with-responsibility")

    visitor.follow("Change English lead")
    visitor.look("responsibility-change")
    visitor.day("Last day", "2027-07-31")
    visitor.press("Continue")
    visitor.says("Until now it was recorded from 1 September 2026.")
    visitor.press("Confirm the responsibility")
    visitor.says("Since 1 September 2026, until 31 July 2027")

    visitor.follow("Take back English lead")
    visitor.look("responsibility-take-back")
    visitor.press("Take it back")
    visitor.says("None today.")
    now = api("hr").call("GET", "staff", f"/v1/people/{person['id']}")
    assert now["responsibilities"] == []


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_an_absence_is_recorded_and_its_reason_is_no_heads(
    visit: Visit, api: Apis, family: str, width: str, javascript: bool
) -> None:
    person = api("hr").person("Ida", family)
    visitor = visit("hr", width=width, javascript=javascript)
    visitor.open(f"/people/{person['id']}")
    visitor.follow("Record an absence")
    visitor.page.get_by_label("Reason").select_option("Maternity leave")
    visitor.day("First day away", "2026-11-02")
    visitor.look("absence")
    visitor.press("Continue")
    visitor.says("Their line manager and their head see that they are away on these days, and not why.")
    visitor.look("absence-check")
    visitor.press("Confirm the absence")
    visitor.says("Away: maternity leave")
    visitor.look("person-away")

    head = visit("head")
    head.open(f"/people/{person['id']}")
    head.says("Away")
    assert "aternity" not in head.page.locator("main").inner_text()

    visitor.follow("Change Away: maternity leave")
    visitor.day("First day away", "2026-11-02")
    visitor.day("Last day away", "2026-11-01")
    visitor.press("Continue")
    visitor.press("Confirm the absence")
    visitor.says("before the first day, 2 November 2026.")
    visitor.look("absence-refused")


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_head_names_her_delegate_herself(visit: Visit, api: Apis, width: str, javascript: bool) -> None:
    head = api("head")
    here = f"/people/{head.me()}"
    visitor = visit("head", width=width, javascript=javascript)
    visitor.open(here)
    visitor.follow("Name a delegate")
    visitor.page.get_by_label("Find the delegate").fill("okafor")
    visitor.press("Find")
    visitor.page.get_by_label("Ben Okafor").check()
    visitor.day("First day", "2027-02-01")
    visitor.day("Last day", "2027-02-12")
    visitor.look("delegate")
    visitor.press("Continue")
    visitor.says("Ben Okafor decides in Helen Fletcher’s stead from 1 February 2027 to 12 February 2027.")
    visitor.look("delegate-check")
    visitor.press("Confirm the delegate")
    visitor.says("Planned From 1 February 2027 to 12 February 2027")
    visitor.look("delegated")
    (held,) = head.call("GET", "staff", f"/v1{here}")["delegates"]

    visitor.follow("Take back Ben Okafor")
    visitor.press("Take it back")
    visitor.says("Nobody decides in your stead.")
    assert held["name"] == "Ben Okafor"
