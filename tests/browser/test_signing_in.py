"""Signing in and out, and what becomes of what somebody was typing when their session ended."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from servicekit.mongo import connect

Visit = Callable[..., Any]


def away_for(visitor: Any, minutes: int) -> None:
    """Let a session be idle for some minutes, without waiting for them."""
    cookie = next(one["value"] for one in visitor.page.context.cookies() if one["name"] == "acorn")
    name = hashlib.sha256(b"name:" + cookie.encode()).hexdigest()
    with connect(visitor.run.mongodb_uri) as client:
        seen = {"$set": {"seen": datetime.now(UTC) - timedelta(minutes=minutes)}}
        assert client["acorn_portal"]["sessions"].update_one({"_id": name}, seen).matched_count == 1


@pytest.mark.parametrize("width", ["telephone", "desktop"])
@pytest.mark.parametrize("javascript", [True, False])
def test_somebody_signs_in_and_out(visit: Visit, width: str, javascript: bool) -> None:
    visitor = visit(None, width=width, javascript=javascript)
    visitor.open("/")
    visitor.look("start")
    visitor.press("Sign in")
    visitor.pick("teacher")
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("Amina")
    visitor.press("Sign out")
    visitor.says("You have signed out")
    visitor.look("signed-out")
    visitor.page.goto(visitor.portal + "/history")
    expect(visitor.page).not_to_have_url(visitor.portal + "/history")


def test_a_page_asked_for_before_signing_in_is_where_one_arrives(visit: Visit) -> None:
    visitor = visit(None)
    visitor.page.goto(visitor.portal + "/records/new?from=home")
    visitor.pick("teacher")
    expect(visitor.page).to_have_url(visitor.portal + "/records/new?from=home")


@pytest.mark.parametrize("javascript", [True, False])
def test_what_was_typed_survives_the_end_of_a_session(visit: Visit, title: str, javascript: bool) -> None:
    visitor = visit("teacher", javascript=javascript)
    visitor.open("/records/new")
    visitor.page.get_by_label("Title").fill(title)
    away_for(visitor, 31)
    visitor.press("Record")
    # given that she signs in again as herself, then her words are there, unsaved
    visitor.pick("teacher")
    visitor.says("nothing was saved yet")
    expect(visitor.page.get_by_label("Title")).to_have_value(title)


@pytest.mark.parametrize(("width", "javascript"), [("telephone", True), ("desktop", False)])
def test_every_kind_of_field_survives_the_end_of_a_session_and_is_then_saved_once(
    visit: Visit, title: str, width: str, javascript: bool
) -> None:
    visitor = visit("teacher", width=width, javascript=javascript)
    visitor.open("/records/new")
    page = visitor.page
    for summary in ("It took several days", "Add topics", "Add more"):
        page.locator("summary", has_text=summary).click()
    page.get_by_label("Title").fill(title)
    page.get_by_label("Kind of CPD").select_option("Leading a session")
    visitor.day("Date", "2026-11-09")
    visitor.day("Last day", "2026-11-10")
    page.get_by_label("Hours").fill("7,5")
    for topic in ("Phonics", "SEND"):
        page.get_by_label(topic, exact=True).check()
    page.get_by_label("What you took from it").fill("One line\nand “another”.")
    away_for(visitor, 31)
    visitor.press("Record")
    visitor.pick("teacher")

    visitor.says("nothing was saved yet")
    visitor.look("declare-signed-in-again")
    expect(page.get_by_label("Kind of CPD")).to_have_value("facilitation")
    days = [page.get_by_role("group", name=group).get_by_label("Day") for group in ("Date", "Last day")]
    assert [day.input_value() for day in days] == ["9", "10"]
    expect(page.get_by_label("Hours")).to_have_value("7,5")
    page.locator("summary", has_text="Topics: SEND, Phonics").click()
    chosen = page.get_by_role("checkbox", checked=True)
    expect(chosen).to_have_count(2)
    expect(page.get_by_label("What you took from it")).to_have_value("One line\nand “another”.")
    visitor.press("Record")
    visitor.says(f"Recorded: {title}, 7.5 hours in 2026-27.")


@pytest.mark.parametrize(("width", "javascript"), [("telephone", True), ("desktop", True), ("desktop", False)])
def test_the_development_sign_in_can_be_used_by_everybody(
    visit: Visit, acorn: Any, width: str, javascript: bool
) -> None:
    visitor = visit(None, width=width, javascript=javascript)
    visitor.page.goto(visitor.portal + "/sign-in")
    visitor.look("picker", titled=False)
    expect(visitor.page.get_by_role("link", name="Amina Yusuf", exact=True)).to_be_visible()


def test_what_was_typed_is_shown_to_nobody_else(visit: Visit, title: str) -> None:
    visitor = visit("teacher")
    visitor.open("/records/new")
    visitor.page.get_by_label("Title").fill(title)
    away_for(visitor, 31)
    visitor.press("Record")
    visitor.pick("manager")
    visitor.open("/records/new")
    expect(visitor.page.get_by_label("Title")).to_have_value("")


def test_a_session_that_is_used_goes_on(visit: Visit) -> None:
    visitor = visit("teacher")
    away_for(visitor, 29)
    visitor.open("/")
    away_for(visitor, 29)
    visitor.open("/")
    expect(visitor.page.get_by_role("button", name="Sign out")).to_be_visible()


def test_the_cookie_of_before_a_sign_in_opens_nothing_afterwards(visit: Visit) -> None:
    visitor = visit(None)
    visitor.page.goto(visitor.portal + "/sign-in")
    before = visitor.page.context.cookies()
    visitor.pick("teacher")
    expect(visitor.page.get_by_role("button", name="Sign out")).to_be_visible()
    thief = visit(None)
    thief.page.context.add_cookies(before)
    thief.open("/")
    expect(thief.page.get_by_role("button", name="Sign out")).to_have_count(0)


def test_the_cookie_is_for_the_server_alone(visit: Visit) -> None:
    cookie = next(one for one in visit("teacher").page.context.cookies() if one["name"] == "acorn")

    assert (cookie["httpOnly"], cookie["sameSite"], cookie["expires"]) == (True, "Lax", -1)


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_to_no_other_site(visit: Visit, elsewhere: str) -> None:
    visitor = visit(None)
    visitor.page.goto(f"{visitor.portal}/sign-in?next={elsewhere}")
    visitor.pick("teacher")
    expect(visitor.page).to_have_url(visitor.portal + "/")
