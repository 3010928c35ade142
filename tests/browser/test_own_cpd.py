"""A teacher and her own CPD: declared in one page and one button, seen everywhere at once, changed, withdrawn."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from servicekit.clock import academic_year, london_today, utc_now

Visit = Callable[..., Any]

EVERY_WAY = [
    pytest.param(width, javascript, id=f"{width}-{'scripts' if javascript else 'plain'}")
    for width in ("telephone", "desktop")
    for javascript in (True, False)
]

# What scripts and width change little is tried in both extremes.
BOTH_WAYS = [EVERY_WAY[0], EVERY_WAY[3]]


def hours_shown(visitor: Any, year: str) -> float:
    """The hours of a year in the table beside the history; none where it has no row yet."""
    visitor.page.locator("summary", has_text="The same as a table").click()
    row = visitor.page.locator(".acorn-figures tbody tr", has_text=year)
    return float(row.locator("td").last.inner_text()) if row.count() else 0.0


@pytest.mark.parametrize(("width", "javascript"), EVERY_WAY)
def test_a_teacher_declares_cpd_from_home_in_one_page_and_one_button(
    visit: Visit, title: str, width: str, javascript: bool
) -> None:
    visitor = visit("teacher", width=width, javascript=javascript)
    # Today's come first among the latest, whatever other tests have recorded.
    today = london_today(utc_now())
    year = academic_year(today)
    visitor.open("/history")
    before = hours_shown(visitor, year)
    visitor.open("/")
    visitor.look("home")
    sent: list[str] = []
    visitor.page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)

    visitor.press("Record CPD")
    visitor.page.get_by_label("Title").fill(title)
    visitor.page.get_by_label("Kind of CPD").select_option("Course")
    visitor.day("Date", today.isoformat())
    visitor.page.get_by_label("Hours").fill("1,5")
    visitor.look("declare")
    visitor.press("Record")

    # then it was one form, sent once, and what she wrote is there at once: on its page, in her history, hours and home
    assert sent == [visitor.portal + "/records/new"]
    visitor.says(f"Recorded: {title}, 1.5 hours in {year}. It waits for somebody to verify it.")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(title)
    visitor.look("record")
    visitor.open("/history")
    visitor.says(title)
    assert hours_shown(visitor, year) == before + 1.5
    visitor.look("history")
    visitor.open("/")
    visitor.says(f"{year}: {before + 1.5:g} hours")
    visitor.says(title)


@pytest.mark.parametrize(("width", "javascript"), BOTH_WAYS)
def test_a_teacher_changes_and_withdraws_what_she_declared(
    visit: Visit, api: Any, title: str, width: str, javascript: bool
) -> None:
    record = api("teacher").declare(title)
    visitor = visit("teacher", width=width, javascript=javascript)
    visitor.open(f"/people/{record['person']}/records/{record['id']}")

    visitor.press("Change")
    visitor.page.get_by_label("Hours").fill("3")
    visitor.page.locator("summary", has_text="Add topics").click()
    visitor.page.get_by_label("Phonics").check()
    visitor.page.get_by_label("Why are you changing it?").fill("It went on into the evening.")
    visitor.look("change")
    visitor.press("Save the change")
    visitor.says(f"Changed: {title}. It waits for somebody to verify it.")
    visitor.says("It went on into the evening.")
    visitor.says("Hours: 2 became 3")

    visitor.press("Withdraw")
    visitor.look("withdraw")
    visitor.press("Withdraw this record")
    visitor.says("Enter why you are withdrawing it.")
    visitor.look("withdraw-refused")
    visitor.page.get_by_label("Why are you withdrawing it?").fill("I was ill that day.")
    visitor.press("Withdraw this record")
    visitor.says(f"Withdrawn: {title}. It no longer counts.")
    visitor.look("withdrawn")
    expect(visitor.page.get_by_role("button", name="Change", exact=True)).to_have_count(0)
    visitor.open("/history")
    expect(visitor.page.locator("main")).not_to_contain_text(title)
    visitor.open("/history?state=withdrawn")
    visitor.says(title)


@pytest.mark.parametrize(("width", "javascript"), BOTH_WAYS)
def test_what_is_missing_is_said_beside_its_field_and_above_the_form(
    visit: Visit, width: str, javascript: bool
) -> None:
    visitor = visit("teacher", width=width, javascript=javascript)
    visitor.open("/records/new")
    visitor.day("Date", "2026-02-31")
    visitor.page.get_by_label("Hours").fill("all day")
    visitor.press("Record")

    visitor.look("declare-refused")
    summary = visitor.page.locator(".govuk-error-summary")
    for sentence in (
        "Enter a title.",
        "Choose a kind of CPD.",
        "Date must be a real day, such as 27 3 2026.",
        "Hours must be a number, such as 1.5.",
    ):
        expect(summary.get_by_role("link", name=sentence)).to_be_visible()
        link = summary.get_by_role("link", name=sentence).get_attribute("href")
        assert link is not None
        expect(visitor.page.locator(link)).to_be_visible()
    summary.get_by_role("link", name="Date must be").click()
    if javascript:
        expect(visitor.page.get_by_role("group", name="Date").get_by_label("Day")).to_be_focused()
    expect(visitor.page.get_by_label("Hours")).to_have_value("all day")


@pytest.mark.parametrize(("width", "javascript"), BOTH_WAYS)
def test_a_teacher_filters_her_history_and_takes_a_filter_off(
    visit: Visit, api: Any, title: str, width: str, javascript: bool
) -> None:
    api("teacher").declare(title, date="2026-10-20")
    visitor = visit("teacher", width=width, javascript=javascript)
    visitor.open("/history")
    year = visitor.page.get_by_label("Academic year", exact=True)
    if not year.is_visible():
        visitor.page.locator("summary", has_text="Filter").click()
    year.select_option("2026-27")
    visitor.page.get_by_label("Kind of CPD").select_option("Course")
    visitor.press("Show")

    chosen = visitor.page.get_by_role("list", name="Filters in use")
    expect(chosen.get_by_role("listitem")).to_have_count(2)
    visitor.says(title)
    visitor.look("history-filtered")
    chosen.get_by_role("link", name="Remove the filter 2026-27").click()
    expect(chosen.get_by_role("listitem")).to_have_count(1)
    expect(chosen).to_contain_text("Course")
    assert "academic_year" not in visitor.page.url
    chosen.get_by_role("link", name="Remove the filter Course").click()
    expect(chosen).to_have_count(0)
    assert re.fullmatch(re.escape(visitor.portal) + r"/history\??", visitor.page.url)


def test_filters_that_nothing_fits_say_what_to_do(visit: Visit) -> None:
    visitor = visit("teacher", width="telephone")
    visitor.open("/history?kind=peer_review&academic_year=2022-23")
    visitor.says("Nothing fits these filters. Remove one above to see more.")
    visitor.look("history-empty")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_teacher_downloads_what_she_sees_as_csv(visit: Visit, api: Any, title: str, javascript: bool) -> None:
    api("teacher").declare(title, date="2026-10-21")
    visitor = visit("teacher", javascript=javascript)
    visitor.open("/history?academic_year=2026-27")
    with visitor.page.expect_download() as begun:
        visitor.follow("Download as CSV")
    rows = list(csv.DictReader(io.StringIO(begun.value.path().read_text("utf-8-sig"))))

    assert title in [row["title"] for row in rows]
    assert {row["academic_year"] for row in rows} == {"2026-27"}
    assert begun.value.suggested_filename.endswith(".csv")


@pytest.mark.parametrize(("width", "javascript"), BOTH_WAYS)
def test_a_teacher_sees_who_looked_at_her_record_and_who_changed_it(
    visit: Visit, api: Any, title: str, width: str, javascript: bool
) -> None:
    record = api("teacher").declare(title)
    here = f"/v1/people/{record['person']}"
    api("head").call("GET", "cpd", f"{here}/history")
    verified = {"If-Match": f'"{record["version"]}"'}
    api("manager").call("POST", "cpd", f"{here}/records/{record['id']}/verify", headers=verified)
    api("hr").call("GET", "staff", here)

    visitor = visit("teacher", width=width, javascript=javascript)
    visitor.open("/history")
    visitor.follow("Who looked at my record")
    visitor.says("When you look yourself, nothing is noted.")
    visitor.says("Helen Fletcher looked at the CPD history")
    visitor.says("Ben Okafor verified a CPD record")
    visitor.says("Priya Raman looked at the staff record")
    visitor.look("who-looked")
    visitor.open(f"/people/{record['person']}/records/{record['id']}")
    visitor.says("Verified by Ben Okafor")
    visitor.look("record-verified")


@pytest.mark.parametrize(("width", "javascript"), BOTH_WAYS)
def test_the_second_of_two_tabs_sees_what_the_first_saved_and_keeps_its_own_text(
    visit: Visit, api: Any, title: str, width: str, javascript: bool
) -> None:
    record = api("teacher").declare(title)
    visitor = visit("teacher", width=width, javascript=javascript)
    visitor.open(f"/people/{record['person']}/records/{record['id']}/change")
    first = visitor.page.context.new_page()
    first.goto(visitor.page.url)
    # given that the first tab saved hours and another provider
    first.get_by_label("Hours").fill("5")
    first.locator("summary", has_text="Add more").click()
    first.get_by_label("Who provided it").fill("Early Excellence")
    first.get_by_label("Why are you changing it?").fill("The first tab.")
    first.get_by_role("button", name="Save the change").click()
    expect(first.locator("main")).to_contain_text("Changed:")

    # when the second saves other hours and a title
    visitor.page.get_by_label("Hours").fill("4")
    visitor.page.get_by_label("Title").fill(f"{title} again")
    visitor.page.get_by_label("Why are you changing it?").fill("The second tab.")
    visitor.press("Save the change")

    # then it is told, nothing is lost, and what was only changed elsewhere is taken over
    visitor.says("This record changed while you were changing it, so nothing was saved yet.")
    visitor.says("The first tab.")
    clash = visitor.page.get_by_role("row", name="Hours").locator("td")
    expect(clash).to_have_text(["4", "5"])
    visitor.look("change-overtaken")
    expect(visitor.page.get_by_label("Hours")).to_have_value("4")
    expect(visitor.page.get_by_label("Title")).to_have_value(f"{title} again")
    expect(visitor.page.get_by_label("Who provided it")).to_have_value("Early Excellence")
    visitor.press("Save the change")
    visitor.says(f"Changed: {title} again.")
    now = api("teacher").call("GET", "cpd", f"/v1/people/{record['person']}/records/{record['id']}")
    assert (now["hours"], now["provider"], now["title"]) == (4, "Early Excellence", f"{title} again")


def test_a_long_history_has_pages_and_says_how_many_records_there_are(visit: Visit, api: Any) -> None:
    person = api("sil").me()
    for number in range(30):
        api("sil").declare(f"Reading circle {number}", date="2025-11-03", hours=1)
    visitor = visit("sil", width="telephone")
    visitor.open("/history")
    visitor.says("records, newest first")
    first = visitor.page.locator(".acorn-records a").all_inner_texts()
    visitor.look("history-long")
    visitor.page.get_by_role("link", name="Next").click()
    second = visitor.page.locator(".acorn-records a").all_inner_texts()
    visitor.page.get_by_role("link", name="Previous").click()

    assert visitor.page.locator(".acorn-records a").all_inner_texts() == first
    assert not {*first} & {*second}
    assert person
