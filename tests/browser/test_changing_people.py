"""HR: somebody joins, moves, takes a second post, leaves, is called otherwise, has another line manager."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from servicekit.clock import london_today, utc_now

Visit = Callable[..., Any]
Apis = Callable[[str], Any]

ELM = "Elm Primary Academy"
ASH = "Ash Infant and Nursery Academy"
WAYS = [pytest.param("telephone", True, id="telephone-scripts"), pytest.param("desktop", False, id="desktop-plain")]


def long_date(day: Any) -> str:
    """A day as pages write it."""
    return f"{day.day} {day:%B %Y}"


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_somebody_joins_after_a_check(visit: Visit, api: Apis, family: str, width: str, javascript: bool) -> None:
    visitor = visit("hr", width=width, javascript=javascript)
    visitor.open("/people")
    visitor.look("people-hr")
    visitor.follow("Add a person")
    visitor.look("join-who")
    visitor.press("Continue")
    visitor.says("Enter their given name.")
    visitor.look("join-who-refused")
    visitor.page.get_by_label("Given name").fill("Zoë")
    visitor.page.get_by_label("Family name").fill(family)
    visitor.page.get_by_label("Work e-mail address").fill(f"{family}@oaktrees.example")
    visitor.day("Date of birth", "1990-02-03")
    visitor.press("Continue")

    visitor.page.get_by_label("Academy").select_option(ELM)
    visitor.page.get_by_label("Post", exact=True).select_option("teacher")
    visitor.page.get_by_label("Full-time equivalent").fill("0.8")
    visitor.day("First day", "2027-01-04")
    visitor.page.get_by_label("Line manager").fill("Ben Okafor")
    visitor.look("join-appointment")
    visitor.press("Continue")

    visitor.says(f"Zoë {family} starts at {ELM} on 4 January 2027.")
    visitor.says(f"From 4 January 2027 the head of {ELM} sees their record.")
    visitor.says("Ben Okafor")
    visitor.look("join-check")
    # an answer is changed, all others stay
    visitor.page.get_by_role("button", name="Change full-time equivalent").click()
    expect(visitor.page.get_by_label("Line manager")).to_have_value("Ben Okafor")
    visitor.page.get_by_label("Full-time equivalent").fill("0,6")
    visitor.press("Continue")
    visitor.says("0.6")
    visitor.press("Confirm and add them")
    visitor.says(f"Zoë {family} starts at {ELM}")
    visitor.says("Ben Okafor manages them.")
    visitor.look("joined")
    found = api("hr").call("GET", "staff", f"/v1/people?name={family}")["items"]
    assert [(one["family_name"], len(one["appointments"])) for one in found] == [(family, 1)]


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_somebody_moves_and_the_new_head_sees_them_from_that_day(
    visit: Visit, api: Apis, family: str, width: str, javascript: bool
) -> None:
    today = london_today(utc_now())
    person = api("hr").person("Mona", family)
    here = f"/people/{person['id']}"
    visitor = visit("hr", width=width, javascript=javascript)
    visitor.open(here)
    visitor.look("person-hr")
    visitor.follow("Move")
    visitor.page.get_by_label("Academy").select_option(ASH)
    visitor.day("First day of the new appointment", today.isoformat())
    visitor.look("move")
    visitor.press("Continue")

    left = long_date(today - timedelta(days=1))
    visitor.says(f"Mona {family} leaves {ELM} on {left} and starts at {ASH} on {long_date(today)}.")
    visitor.says(f"At once the head of {ASH} sees their record, the head of {ELM} no longer does.")
    visitor.look("move-check")
    before = visit("head")
    before.open(here)
    after = visit("other_head")
    after.open(here, 404)
    visitor.press("Confirm the move")
    expect(visitor.page.locator(".govuk-notification-banner--success")).to_contain_text(ASH)
    visitor.look("moved")

    after.open(here)
    after.says(ASH)
    after.open(f"{here}/history")
    before.open(here, 404)


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_second_post_above_full_time_needs_a_reason(
    visit: Visit, api: Apis, family: str, width: str, javascript: bool
) -> None:
    person = api("hr").person("Noah", family)
    visitor = visit("hr", width=width, javascript=javascript)
    visitor.open(f"/people/{person['id']}")
    visitor.follow("Add an appointment")
    visitor.page.get_by_label("Academy").select_option(ASH)
    visitor.page.get_by_label("Post", exact=True).select_option("teacher")
    visitor.page.get_by_label("Full-time equivalent").fill("0.5")
    visitor.day("First day", "2027-01-04")
    visitor.press("Continue")
    visitor.press("Confirm the appointment")

    visitor.says("From 4 January 2027 the appointments would add up to 1.5 full-time equivalent (FTE).")
    visitor.look("second-post-refused")
    visitor.page.get_by_label("Why more than one full-time job is right").fill("Cover until Easter.")
    visitor.press("Continue")
    visitor.says("Cover until Easter.")
    visitor.press("Confirm the appointment")
    visitor.says("More than one full-time job was allowed: “Cover until Easter.”")
    visitor.look("second-post")


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_somebody_leaves_and_is_found_among_leavers_only(
    visit: Visit, api: Apis, family: str, width: str, javascript: bool
) -> None:
    person = api("hr").person("Lena", family)
    visitor = visit("hr", width=width, javascript=javascript)
    visitor.open(f"/people/{person['id']}")
    visitor.follow("End")
    visitor.look("end")
    visitor.press("Continue")
    visitor.says("Enter their last day in this appointment.")
    visitor.day("Last day", "2026-10-31")
    visitor.page.get_by_label("Reason").select_option("Resigned")
    visitor.press("Continue")
    visitor.says("They have no other appointment after that day, so they leave the trust on 31 October 2026.")
    visitor.look("end-check")
    visitor.press("Confirm the end")
    visitor.says(f"Lena {family} left the trust on 31 October 2026.")
    visitor.look("left")

    visitor.open(f"/people?name={family}")
    visitor.says("Nobody is found.")
    visitor.follow("Look among those who have left too")
    visitor.says("1 person found")
    visitor.look("leavers")
    visit("head").open(f"/people/{person['id']}", 404)


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_somebody_with_two_posts_leaves_in_one_go(
    visit: Visit, api: Apis, family: str, width: str, javascript: bool
) -> None:
    hr, person = api("hr"), api("hr").person("Lars", family, fte=0.5)
    second = {"organisation": hr.organisation(ASH), "post": "teacher", "fte": 0.5, "from": "2025-09-01"}
    hr.call("POST", "staff", f"/v1/people/{person['id']}/appointments", json=second)
    visitor = visit("hr", width=width, javascript=javascript)
    visitor.open(f"/people/{person['id']}")
    visitor.follow("Record that they leave the trust")
    visitor.day("Last day in the trust", "2027-07-31")
    visitor.page.get_by_label("Reason").select_option("Retired")
    visitor.page.get_by_label("Where they go").select_option("Retirement")
    visitor.look("leave")
    visitor.press("Continue")
    visitor.says(f"Their last day as Teacher at {ASH} is then.")
    visitor.look("leave-check")
    visitor.press("Confirm that they leave")
    visitor.says(f"Lars {family} leaves the trust on 31 July 2027.")
    ends = hr.call("GET", "staff", f"/v1/people/{person['id']}")["appointments"]
    assert [(one["to"], one["reason"]) for one in ends] == [("2027-07-31", "retired")] * 2


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_the_second_of_two_tabs_on_one_person_sees_what_changed_and_its_second_press_saves(
    visit: Visit, api: Apis, family: str, width: str, javascript: bool
) -> None:
    person = api("hr").person("Otto", family)
    visitor = visit("hr", width=width, javascript=javascript)
    visitor.open(f"/people/{person['id']}/change")
    visitor.look("details")
    first = visitor.page.context.new_page()
    first.goto(visitor.page.url)
    first.get_by_label("Family name").fill(f"{family}-Marsh")
    first.get_by_label("Work e-mail address").fill(f"{family}@oaktrees.example")
    first.get_by_role("button", name="Save").click()
    first.get_by_role("button", name="Confirm and save").click()
    expect(first.get_by_role("heading", level=1)).to_have_text(f"Otto {family}-Marsh")

    visitor.page.get_by_label("Family name").fill(f"{family}-Brook")
    visitor.page.get_by_label("Given name").fill("Otis")
    visitor.press("Save")
    visitor.says(f"Everybody who sees Otto {family} now sees Otis {family}-Brook instead.")
    visitor.look("details-check")
    visitor.press("Confirm and save")

    clash = visitor.page.get_by_role("row", name="Family name").locator("td")
    expect(clash).to_have_text([f"{family}-Brook", f"{family}-Marsh"])
    visitor.look("details-overtaken")
    expect(visitor.page.get_by_label("Family name")).to_have_value(f"{family}-Brook")
    expect(visitor.page.get_by_label("Given name")).to_have_value("Otis")
    expect(visitor.page.get_by_label("Work e-mail address")).to_have_value(f"{family}@oaktrees.example".lower())
    visitor.press("Save")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(f"Otis {family}-Brook")
    visitor.look("details-saved")
    now = api("hr").call("GET", "staff", f"/v1/people/{person['id']}")
    assert (now["email"], now["family_name"]) == (f"{family}@oaktrees.example".lower(), f"{family}-Brook")


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_line_manager_is_found_named_and_checked(
    visit: Visit, api: Apis, family: str, width: str, javascript: bool
) -> None:
    person = api("hr").person("Petra", family)
    visitor = visit("hr", width=width, javascript=javascript)
    visitor.open(f"/people/{person['id']}/line-manager")
    visitor.page.get_by_label("Find the new line manager").fill("okafor")
    visitor.press("Find")
    visitor.page.get_by_label("Ben Okafor").check()
    visitor.day("First day", "2026-11-02")
    visitor.look("line-manager")
    visitor.press("Continue")
    visitor.says(f"Ben Okafor manages Petra {family} from 2 November 2026, and sees and verifies their CPD")
    visitor.look("line-manager-check")
    visitor.press("Confirm the line manager")
    visitor.says("Ben Okafor, since 2 November 2026")
    visitor.look("line-managed")


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_joiner_whom_the_trust_knows_is_asked_about_first(
    visit: Visit, api: Apis, family: str, width: str, javascript: bool
) -> None:
    api("hr").person("Quentin", family)
    visitor = visit("hr", width=width, javascript=javascript)
    visitor.open("/people/new")
    visitor.page.get_by_label("Given name").fill("Quentin")
    visitor.page.get_by_label("Family name").fill(family)
    visitor.press("Continue")

    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("Is it one of these people?")
    visitor.says("Nobody has been added yet.")
    visitor.says(ELM)
    visitor.look("join-alike")
    visitor.press("It is none of them: continue")
    expect(visitor.page.get_by_label("Academy")).to_be_visible()


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_a_planned_move_is_called_off(visit: Visit, api: Apis, family: str, width: str, javascript: bool) -> None:
    soon = london_today(utc_now()) + timedelta(days=60)
    hr, person = api("hr"), api("hr").person("Olga", family)
    (held,) = person["appointments"]
    move = {"appointment": held["id"], "organisation": hr.organisation(ASH), "on": soon.isoformat()}
    hr.call("POST", "staff", f"/v1/people/{person['id']}/moves", json=move)
    visitor = visit("hr", width=width, javascript=javascript)
    visitor.open(f"/people/{person['id']}")
    visitor.look("person-moving")

    visitor.follow("Take back the end")
    visitor.says(f"Olga {family} stays in this post: {long_date(soon - timedelta(days=1))} is no longer their last day")
    visitor.says(f"Their move is called off: Teacher at {ASH}, 1 FTE, from {long_date(soon)}.")
    visitor.look("retract-end")
    visitor.page.get_by_label("Note for the change history").fill("Her new head asked to wait.")
    visitor.press("Take back the end")

    visitor.says(f"Olga {family} stays: Teacher at {ELM}, 1 FTE. Their move is called off.")
    visitor.look("retracted")
    assert ASH not in visitor.page.locator("main").inner_text()


@pytest.mark.parametrize("role", ["teacher", "manager", "head", "sil", "ceo"])
def test_nobody_but_hr_changes_people(visit: Visit, api: Apis, role: str) -> None:
    visitor = visit(role)
    person = api("teacher").me()
    for path in ("/people/new", f"/people/{person}/change", f"/people/{person}/appointments/new"):
        answer = visitor.page.request.get(visitor.portal + path)
        assert answer.status == 403, path
