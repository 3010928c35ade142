"""The calendar, the vocabularies and an academy's departure over HTTP."""

import json
from pathlib import Path
from typing import Any

import pytest

from acorn_staff.operations.vocabularies import complete_vocabularies
from acorn_staff.store import transact


@pytest.fixture
def year(contracts: Path) -> dict[str, Any]:
    """A year as HR sends it: the dates of the contract's example."""
    example = json.loads((contracts / "events/examples/staff.calendar-changed.v1.json").read_text())["data"]["state"]
    return {name: example[name] for name in ("academic_year", "terms", "inset_days")}


def test_a_year_is_set_read_by_everybody_and_told_to_others(trust: Any, year: dict[str, Any]) -> None:
    added = trust.hr("POST", "/calendars", year, expect=201)
    assert "2026-12-28" in added["bank_holidays"]
    assert added["warnings"] == ["The trust has 4 INSET days in 2026-27, not 5."]
    for who in ("amina", "trustee", "somebody unknown"):
        assert trust.as_(who).get("/calendars/2026-27").get_json() == added, who
        assert trust.as_(who).get("/calendars").get_json()["items"] == [added], who
    (event,) = [one for one in trust.events() if one["type"] == "staff.calendar-changed.v1"]
    assert event["data"]["state"]["inset_days"] == year["inset_days"]
    assert "warnings" not in event["data"]["state"]


def test_an_academy_differs_and_follows_again(trust: Any, year: dict[str, Any]) -> None:
    trust.hr("POST", "/calendars", year, expect=201)
    at = f"/calendars/2026-27/academies/{trust.ids['elm']}"
    own = trust.hr("PUT", at, {"inset_days": ["2026-11-27"]}, **{"If-Match": '"1"'})
    assert own["academies"] == [{"organisation": trust.ids["elm"], "terms": [], "inset_days": ["2026-11-27"]}]
    assert trust.as_("hr").send("PUT", at, {}, headers={"If-Match": '"1"'}).status_code == 412
    assert trust.hr("POST", f"{at}/retraction", {}, **{"If-Match": '"2"'})["academies"] == []
    nobody = "/calendars/2026-27/academies/0197f0a4-0000-7000-8000-000000000000"
    refused = trust.as_("hr").send("PUT", nobody, {}, headers={"If-Match": '"3"'})
    assert refused.status_code == 422


def test_a_year_is_added_once_and_changed_afterwards(trust: Any, year: dict[str, Any]) -> None:
    trust.hr("POST", "/calendars", year, expect=201)
    twice = trust.as_("hr").post("/calendars", year)
    assert (twice.status_code, twice.get_json()["type"].rpartition(":")[2]) == (409, "calendar-there")
    five = [*year["inset_days"], "2027-07-23"]
    assert trust.as_("hr").patch("/calendars/2026-27", 1, {"inset_days": five}).get_json()["warnings"] == []
    assert trust.as_("hr").get("/calendars/2027-28").status_code == 404


def test_a_term_is_added_renamed_and_retired(trust: Any) -> None:
    at = "/vocabularies/responsibilities/terms"
    trust.hr("POST", at, {"title": "Oracy lead"}, expect=201)
    renamed = trust.as_("sil").send("PATCH", f"{at}/oracy_lead", {"title": "Speaking lead"}).get_json()
    (term,) = [one for one in renamed["terms"] if one["code"] == "oracy_lead"]
    assert term["former_titles"] == [{"title": "Oracy lead", "until": "2026-11-22"}]
    trust.hr("PATCH", f"{at}/oracy_lead", {"retired_from": "2026-11-23"})
    body = {"responsibility": "oracy_lead", "organisation": trust.ids["elm"], "from": "2026-11-23"}
    refused = trust.as_("hr").post(f"{trust.at('amina')}/responsibilities", body)
    assert (refused.status_code, refused.get_json()["type"].rpartition(":")[2]) == (409, "code-retired")
    earlier = {**body, "from": "2026-11-22"}
    assert trust.as_("hr").post(f"{trust.at('amina')}/responsibilities", earlier).status_code == 201
    told = [one for one in trust.events() if one["type"] == "staff.vocabulary-changed.v1"]
    assert [one["data"]["version"] for one in told] == [1, 2, 3]


def test_a_post_that_the_trust_adds_is_held_and_a_retired_one_no_more(trust: Any) -> None:
    trust.hr("POST", "/vocabularies/posts/terms", {"title": "Family support worker"}, expect=201)
    assert trust.appoint("olu", "ash", "family_support_worker", "2027-01-04", fte=0.5, override={"why": "Both"})
    trust.hr("PATCH", "/vocabularies/posts/terms/cover_supervisor", {"retired_from": "2026-01-01"})
    codes = [post["code"] for post in trust.hr("GET", "/posts")["items"]]
    assert "family_support_worker" in codes
    assert "cover_supervisor" not in codes
    new = {
        "organisation": trust.ids["ash"],
        "post": "cover_supervisor",
        "from": "2027-01-04",
        "fte": 0.1,
        "override": {"why": "Both"},
    }
    assert trust.as_("hr").post(f"{trust.at('olu')}/appointments", new).status_code == 409
    unknown = trust.as_("hr").post(f"{trust.at('olu')}/appointments", {**new, "post": "wizard"})
    assert [one["pointer"] for one in unknown.get_json()["errors"]] == ["/post"]


def test_a_vocabulary_that_is_not_there_is_a_404_and_only_hr_and_the_sil_change_them(trust: Any) -> None:
    assert trust.as_("amina").get("/vocabularies/spells").status_code == 404
    for who in ("amina", "helen", "ceo", "trustee"):
        assert trust.as_(who).post("/vocabularies/areas/terms", {"title": "X"}).status_code == 403, who


def test_others_hear_the_vocabularies_once_however_often_a_worker_begins(trust: Any) -> None:
    for _ in range(2):
        transact(trust.database, lambda store: complete_vocabularies(at=trust.clock(), store=store))
    told = [one["data"]["state"]["name"] for one in trust.events() if one["type"] == "staff.vocabulary-changed.v1"]
    assert sorted(told) == ["areas", "phases", "posts", "responsibilities", "topics", "year_groups"]


def test_an_academy_leaves_with_its_people_but_who_works_elsewhere_too_stays(trust: Any) -> None:
    trust.appoint("ben", "ash", "cover_supervisor", fte=0.2, override={"why": "One day"})
    at = f"/organisations/{trust.ids['elm']}"
    shown = trust.hr("GET", f"{at}/departure?on=2027-08-31")
    assert {one["name"]: one["stays"] for one in shown["people"]} == {
        "Helen Elmhurst": False,
        "Ben Okafor": True,
        "Amina Yusuf": False,
    }
    assert trust.person("amina")["appointments"][0]["to"] is None

    left = trust.hr("POST", f"{at}/departure", {"on": "2027-08-31"}, **{"If-Match": '"1"'})

    assert left["people"] == shown["people"]
    (job,) = trust.person("amina")["appointments"]
    assert (job["to"], job["reason"]) == ("2027-08-31", "academy_left_trust")
    assert {one["to"] for one in trust.person("ben")["appointments"]} == {"2027-08-31", None}
    gone = trust.hr("GET", at)
    assert (gone["membership"], gone["left"]) == ("left", "2027-08-31")
    assert trust.types("amina")[-1] == "left"
    late = {"organisation": trust.ids["elm"], "post": "governor", "from": "2027-09-01"}
    refused = trust.as_("hr").post(f"{trust.at('olu')}/appointments", late)
    assert refused.get_json()["type"].rpartition(":")[2] == "organisation-gone"


def test_an_academy_does_not_leave_while_later_ends_are_recorded(trust: Any) -> None:
    trust.move("amina", "ash", "2027-09-01")
    at = f"/organisations/{trust.ids['elm']}/departure"
    refused = trust.as_("hr").send("POST", at, {"on": "2027-07-31"}, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.get_json()["people"]) == (409, [trust.ids["amina"]])
    assert trust.person("helen")["appointments"][0]["to"] is None
    assert trust.hr("POST", at, {"on": "2027-08-31"}, **{"If-Match": '"1"'})["people"]


def test_an_inspection_is_recorded_and_taken_back(trust: Any) -> None:
    at = f"/organisations/{trust.ids['elm']}/inspections"
    new = {"inspected": "2019-11-13", "overall": "good", "areas": [{"area": "early_years", "grade": "outstanding"}]}
    recorded = trust.as_("sil").send("POST", at, new, headers={"If-Match": '"1"'})
    assert recorded.status_code == 201
    (held,) = recorded.get_json()["inspections"]
    assert held == {**new, "id": held["id"], "safeguarding_met": None}
    assert trust.as_("helen").send("POST", at, new, headers={"If-Match": '"2"'}).status_code == 403
    taken = trust.hr("POST", f"{at}/{held['id']}/retraction", {}, **{"If-Match": '"2"'})
    assert taken["inspections"] == []
