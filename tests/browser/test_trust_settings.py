"""HR and the School Improvement Lead: the trust's calendar, its vocabularies, its audiences."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

Visit = Callable[..., Any]
Apis = Callable[[str], Any]

ELM = "Elm Primary Academy"
ASH = "Ash Infant and Nursery Academy"
WAYS = [pytest.param("telephone", True, id="telephone-scripts"), pytest.param("desktop", False, id="desktop-plain")]


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_year_is_set_read_by_everybody_and_changed(visit: Visit, width: str, javascript: bool) -> None:
    first = 2028 if javascript else 2029
    year = f"{first}-{first - 1999}"
    visitor = visit("hr", width=width, javascript=javascript)
    visitor.open("/")
    visitor.follow("Term dates and INSET days")
    visitor.follow("Add an academic year")
    visitor.look("calendar-new")
    visitor.page.get_by_label("Academic year").select_option(year)
    days = [
        *((f"Monday {day} {month} {first}") for day, month in ((4, "September"), (20, "October"), (30, "October"))),
        f"20 12 {first}",
        *((f"{day}/{month}/{first + 1}") for day, month in ((8, 1), (9, 2), (19, 2), (23, 3))),
        *((f"{day}.{month}.{first + 1}") for day, month in ((9, 4), (25, 5), (4, 6), (20, 7))),
    ]
    for box, typed in zip(visitor.page.locator(".acorn-half input").all(), days, strict=True):
        box.fill(typed)
    visitor.page.get_by_label("INSET days").fill(f"Tuesday 31 October {first}\nno day")
    visitor.press("Add the year")
    visitor.says("“no day” is no real day.")
    visitor.look("calendar-new-refused")
    inset = "\n".join(f"{day} {month} {first}" for day, month in ((4, 9), (5, 9)))
    visitor.page.get_by_label("INSET days").fill(inset)
    visitor.press("Add the year")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(f"Calendar {year}")
    visitor.says(f"2 INSET days in {year}, not 5.")
    visitor.says(f"4 September {first} to 20 October {first}")
    visitor.says(f"25 December {first}")
    visitor.look("calendar")

    visitor.press("Change these dates")
    visitor.look("calendar-change")
    visitor.page.get_by_label("INSET days").fill(f"1 1 {first}")
    visitor.press("Save")
    visitor.says(f"1 January {first} is not in {year}.")
    visitor.page.get_by_label("INSET days").fill(inset + f"\n6 9 {first}")
    visitor.press("Save")
    visitor.says(f"3 INSET days in {year}, not 5.")

    visitor.page.get_by_text("Give an academy dates of its own").click()
    visitor.follow(ASH)
    visitor.page.get_by_label("INSET days of its own").fill(f"28 6 {first + 1}")
    visitor.look("calendar-own")
    visitor.press("Save")
    visitor.says(f"{ASH} has 4 INSET days, not 5.")
    visitor.look("calendar-with-own-dates")
    reader = visit("operations", width=width, javascript=javascript)
    reader.open(f"/calendar/{year}")
    reader.says("An academy")
    reader.look("calendar-read")
    visitor.follow("Follow the trust again")
    visitor.look("calendar-follow")
    visitor.press("Follow the trust’s dates")
    visitor.says("None: the trust’s dates hold everywhere.")


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_term_is_added_renamed_and_retired(visit: Visit, api: Apis, title: str, width: str, javascript: bool) -> None:
    visitor = visit("sil", width=width, javascript=javascript)
    visitor.open("/")
    visitor.follow("Posts, responsibilities and other terms")
    visitor.look("vocabularies")
    visitor.follow("Responsibilities")
    visitor.page.get_by_label("What people call it").fill("english LEAD")
    visitor.press("Add it")
    visitor.says("“English lead” is called so already.")
    visitor.look("vocabulary-refused")
    visitor.page.get_by_label("What people call it").fill(title)
    visitor.press("Add it")
    visitor.says(f"{title} is among the responsibilities now.")
    visitor.look("vocabulary")

    visitor.follow(f"Change or retire {title}")
    visitor.look("term")
    visitor.page.get_by_label("What people call it").fill(f"{title} lead")
    visitor.day("Retired from", "2026-09-01")
    visitor.press("Save")
    visitor.says(f"{title} is called {title} lead from today on.")
    visitor.look("vocabulary-changed")
    kept = api("teacher").call("GET", "staff", "/v1/vocabularies/responsibilities")["terms"]
    assert [one["retired_from"] for one in kept if one["title"] == f"{title} lead"] == ["2026-09-01"]


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_an_audience_is_ticked_counted_and_explained(
    visit: Visit, api: Apis, family: str, width: str, javascript: bool
) -> None:
    hr, person = api("hr"), api("hr").person("Nils", family)
    lead = {"responsibility": "science_lead", "organisation": hr.organisation(ELM), "from": "2026-09-01"}
    hr.call("POST", "staff", f"/v1/people/{person['id']}/responsibilities", json=lead)
    visitor = visit("sil", width=width, javascript=javascript)
    visitor.open("/")
    visitor.follow("Audiences")
    visitor.look("audiences")
    visitor.press("Show who is meant")
    visitor.says("Tick whom you mean")
    visitor.look("audiences-refused")
    visitor.page.get_by_text("Responsibilities", exact=True).first.click()
    visitor.page.get_by_label("Science lead").check()
    visitor.page.get_by_label("Why is somebody meant or not?").first.fill(f"Nils {family}")
    visitor.press("Show who is meant")
    visitor.says("People whose responsibility is Science lead.")
    visitor.says(f"Nils {family} belongs to this audience")
    visitor.look("audiences-shown")

    visitor.page.get_by_text("The rule, as programs write it").first.click()
    visitor.page.get_by_label("The rule, as programs write it").fill('{"not": {"post": []}}')
    visitor.press("Show whom it means")
    visitor.says("At /not/post: This is a list with something in it.")
    visitor.look("audiences-rule-refused")
    visitor.page.get_by_label("The rule, as programs write it").fill('{"post": ["chief_executive"]}')
    visitor.press("Show whom it means")
    visitor.says("Margaret Oyelaran")
    visitor.look("audiences-rule")
