"""What is not needed any more: a report first, then it goes, and only what the report said."""

from typing import Any

import pytest

from acorn_staff.operations.disposal import erase_leaver
from acorn_staff.store.disposal import WORK, work
from servicekit.schedule import Schedule

PROTECTS = "data protection"


@pytest.fixture
def trust(trust: Any) -> Any:
    """The small trust, and three who left: one long ago, one six years ago today, one who came back."""
    for who, last_day in (("long gone", "2015-08-31"), ("just kept", "2020-11-23"), ("back", "2014-08-31")):
        trust.add(who, who.title().replace(" ", ""), "Former")
        trust.appoint(who, "elm", "teacher", "2010-09-01")
        trust.end(who, last_day)
    trust.appoint("back", "ash", "teacher", "2026-01-05")
    return trust


def report(trust: Any) -> dict[str, Any]:
    answer = trust.as_(PROTECTS).get("/disposal")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return {one["kept"]: one for one in answer.get_json()["items"]}


def do_the_work(trust: Any) -> None:
    schedule = Schedule(trust.database, work(erase_leaver, clock=trust.clock), holder="worker", clock=trust.clock)
    while schedule.step():
        pass


def test_the_report_names_who_left_too_long_ago_and_changes_nothing(trust: Any) -> None:
    people = report(trust)["people"]

    assert (people["years"], people["before"], people["due"]) == (6, "2020-11-23", 1)
    assert people["items"] == [{"person": trust.ids["long gone"], "since": "2015-08-31"}]
    assert trust.person("long gone")["family_name"] == "Former"
    assert (trust.as_(PROTECTS).get("/disposal").status_code, trust.reads()[-1][1:]) == (
        200,
        ([trust.ids["long gone"]], "read_disposal"),
    )


def test_what_was_agreed_to_goes_and_nothing_else(trust: Any) -> None:
    agreed = trust.as_(PROTECTS).post("/disposal", {"kept": "people", "due": 1})
    assert agreed.status_code == 202, agreed.get_data(as_text=True)
    assert trust.person("long gone")["family_name"] == "Former", "the worker does it"

    do_the_work(trust)

    assert trust.as_("hr").get(trust.at("long gone")).status_code == 404
    assert trust.types("long gone") == ["erased"]
    note = trust.database["erasures"].find_one({"_id": trust.ids["long gone"]})
    assert "6 years" in note["reason"]
    for who in ("just kept", "back", "amina"):
        assert trust.person(who)["id"] == trust.ids[who]
    assert report(trust)["people"]["due"] == 0


def test_who_comes_back_in_between_stays(trust: Any) -> None:
    trust.as_(PROTECTS).post("/disposal", {"kept": "people", "due": 1})
    trust.appoint("long gone", "ash", "teacher", "2026-11-23")

    do_the_work(trust)

    assert trust.person("long gone")["family_name"] == "Former"
    assert [unit["state"] for unit in trust.database["work"].find({"kind": WORK})] == ["done"]


@pytest.mark.parametrize("agreed", [0, 2])
def test_another_number_than_is_due_does_nothing(trust: Any, agreed: int) -> None:
    refused = trust.as_(PROTECTS).post("/disposal", {"kept": "people", "due": agreed})

    assert refused.status_code == 409
    assert (refused.get_json()["type"], refused.get_json()["due"]) == ("urn:acorn:problem:due-changed", 1)
    assert trust.database["work"].count_documents({"kind": WORK}) == 0


def test_talent_reviews_go_after_three_years(trust: Any) -> None:
    review = {"readiness": "now", "risk": "low"}
    trust.clock.set("2023-11-22T09:00:00Z")
    trust.as_("sil").post(f"{trust.at('amina')}/talent-reviews", review)
    trust.clock.set("2026-11-23T09:00:00Z")
    trust.as_("sil").post(f"{trust.at('amina')}/talent-reviews", review)
    assert report(trust)["talent_reviews"]["items"] == [{"person": trust.ids["amina"], "since": "2023-11-22"}]

    assert trust.as_(PROTECTS).post("/disposal", {"kept": "talent_reviews", "due": 1}).status_code == 202
    do_the_work(trust)

    (left,) = trust.as_("sil").get(f"{trust.at('amina')}/talent-reviews").get_json()["items"]
    assert left["on"] == "2026-11-23"


@pytest.mark.parametrize("who", ["hr", "sil", "ceo", "operations", "amina"])
def test_data_protection_alone_decides(trust: Any, who: str) -> None:
    assert trust.as_(who).get("/disposal").status_code == 403
    assert trust.as_(who).post("/disposal", {"kept": "people", "due": 1}).status_code == 403
