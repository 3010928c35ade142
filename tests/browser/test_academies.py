"""HR keeps the academies: Ofsted's inspections, and an academy that leaves the trust with its people."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

Visit = Callable[..., Any]
Apis = Callable[[str], Any]

ELM = "Elm Primary Academy"
WAYS = [pytest.param("telephone", True, id="telephone-scripts"), pytest.param("desktop", False, id="desktop-plain")]


def academy(hr: Any, name: str) -> str:
    """An academy that no other test uses."""
    new = {"kind": "academy", "name": name, "phase": "Primary", "membership": "member", "joined": "2020-09-01"}
    return str(hr.call("POST", "staff", "/v1/organisations", json=new)["id"])


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_inspections_are_recorded_in_the_form_of_their_day(
    visit: Visit, api: Apis, family: str, width: str, javascript: bool
) -> None:
    here = f"/academies/{academy(api('hr'), family)}"
    visitor = visit("sil", width=width, javascript=javascript)
    visitor.open(here)
    visitor.says("No inspection is recorded.")
    visitor.follow("Record an inspection")
    visitor.look("inspection-day")
    visitor.day("Last day of the inspection", "2026-09-31")
    visitor.press("Continue")
    visitor.says("must be a real day")
    visitor.look("inspection-day-refused")
    visitor.day("Last day of the inspection", "2023-03-15")
    visitor.press("Continue")
    visitor.page.get_by_label("Overall effectiveness").select_option("Good")
    visitor.page.get_by_label("Quality of education").select_option("Outstanding")
    visitor.look("inspection")
    visitor.press("Record it")
    visitor.says("Overall effectiveness: Good")
    visitor.look("academy-inspected")

    visitor.follow("Record an inspection")
    visitor.day("Last day of the inspection", "2026-03-18")
    visitor.press("Continue")
    visitor.press("Record it")
    visitor.says("An inspection has an overall grade or the grades of areas.")
    visitor.look("inspection-refused")
    visitor.page.get_by_label("Inclusion").select_option("Strong standard")
    visitor.page.get_by_role("group", name="Safeguarding standards").get_by_label("Met", exact=True).check()
    visitor.press("Record it")
    visitor.says("Inclusion: Strong standard")
    visitor.follow("Take back the inspection until 18 March 2026")
    visitor.look("inspection-take-back")
    visitor.press("Take it back")
    expect(visitor.page.locator("main")).not_to_contain_text("Strong standard")


@pytest.mark.parametrize(("width", "javascript"), WAYS)
def test_an_academy_leaves_with_its_people(visit: Visit, api: Apis, family: str, width: str, javascript: bool) -> None:
    hr = api("hr")
    here = f"/academies/{academy(hr, family)}"
    leaves, stays = hr.person("Lotte", family, at=family), hr.person("Stan", family, at=family, fte=0.5)
    elsewhere = {"organisation": hr.organisation(ELM), "post": "teacher", "fte": 0.5, "from": "2025-09-01"}
    hr.call("POST", "staff", f"/v1/people/{stays['id']}/appointments", json=elsewhere)
    later = {"appointment": leaves["appointments"][0]["id"], "organisation": hr.organisation(ELM), "on": "2028-01-04"}
    hr.call("POST", "staff", f"/v1/people/{leaves['id']}/moves", json=later)
    visitor = visit("hr", width=width, javascript=javascript)
    visitor.open(here)
    visitor.look("academy")
    visitor.follow("Record that it leaves the trust")
    visitor.look("departure")
    visitor.day("Last day in the trust", "2027-08-31")
    visitor.press("Show who leaves with it")
    visitor.says("Whose ends and moves come first")
    visitor.look("departure-refused")
    end = f"/v1/people/{leaves['id']}/appointments/{later['appointment']}/end/retraction"
    hr.call("POST", "staff", end, json={})
    visitor.press("Show who leaves with it")
    visitor.says("1 person leaves the trust with it")
    visitor.says("1 person stays elsewhere in the trust")
    visitor.look("departure-check")
    visitor.press("Confirm that it leaves")
    visitor.says(f"{family} leaves the trust on 31 August 2027 with its people.")
    visitor.look("academy-leaving")
    gone = hr.call("GET", "staff", f"/v1/people/{leaves['id']}")["appointments"][0]
    assert (gone["to"], gone["reason"]) == ("2027-08-31", "academy_left_trust")
