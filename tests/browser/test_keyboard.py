"""Everything with a keyboard alone: reached, seen where one is, and told what is wrong."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

Visit = Callable[..., Any]

MOST_STEPS = 80
HERE = "document.activeElement.textContent.trim().replace(/\\s+/g, ' ')"
STYLE = """() => {
  const style = getComputedStyle(document.activeElement);
  return [style.outlineStyle, style.backgroundColor, style.boxShadow];
}"""


def step_to(visitor: Any, text: str, by: str = HERE) -> None:
    """Press the tab key until the element with this text (or what else it is known by) has the focus."""
    met = []
    for _ in range(MOST_STEPS):
        visitor.page.keyboard.press("Tab")
        met.append(visitor.page.evaluate(by))
        if met[-1] == text:
            return
    raise AssertionError(f"the tab key never came to {text!r}, but to {met}")


@pytest.mark.parametrize("javascript", [True, False])
def test_the_first_thing_that_the_tab_key_reaches_skips_to_the_content(visit: Visit, javascript: bool) -> None:
    visitor = visit("teacher", javascript=javascript)
    visitor.open("/history")
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate(HERE) == "Skip to main content"
    expect(visitor.page.get_by_role("link", name="Skip to main content")).to_be_in_viewport()
    visitor.page.keyboard.press("Enter")
    # then the next step is within the page's own part
    visitor.page.keyboard.press("Tab")
    assert visitor.page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_a_teacher_declares_cpd_without_a_mouse(visit: Visit, title: str) -> None:
    visitor = visit("teacher")
    visitor.open("/")
    step_to(visitor, "Record CPD")
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/records/new")
    keys = visitor.page.keyboard
    typed = {"title": title, "kind": "Co", "date-day": "3", "date-month": "11", "date-year": "2026", "hours": "2"}
    for name, text in typed.items():
        step_to(visitor, name, by="document.activeElement.name")
        keys.type(text)
    step_to(visitor, "Record")
    keys.press("Enter")

    visitor.says(f"Recorded: {title}, 2 hours in 2026-27.")


def test_after_a_refusal_the_summary_has_the_focus_and_leads_to_the_field(visit: Visit) -> None:
    visitor = visit("teacher")
    visitor.open("/records/new")
    visitor.press("Record")
    expect(visitor.page.locator(".govuk-error-summary")).to_be_focused()
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")

    expect(visitor.page.get_by_label("Title")).to_be_focused()


@pytest.mark.parametrize("role", ["teacher", "hr", "operations"])
def test_where_the_focus_is_can_be_seen_on_everything_that_takes_it(visit: Visit, role: str) -> None:
    visitor = visit(role)
    visitor.open({"teacher": "/history", "hr": "/imports", "operations": "/operations"}[role])
    unseen = []
    for _ in range(25):
        visitor.page.keyboard.press("Tab")
        if visitor.page.evaluate("document.activeElement === document.body"):
            continue  # past the last, the browser's own bar has it
        outline, background, shadow = visitor.page.evaluate(STYLE)
        if outline == "none" and shadow == "none" and background != "rgb(255, 221, 0)":
            unseen.append(visitor.page.evaluate(HERE))

    assert unseen == []
