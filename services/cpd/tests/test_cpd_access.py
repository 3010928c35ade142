"""Whom the CPD service lets see and do what; by the appointments and line managers in force today."""

from typing import Any

import pytest

CHANGES = {
    "amend": ("PATCH", "", {"why": "x", "hours": 1.0}),
    "verify": ("POST", "verify", None),
    "query": ("POST", "query", {"question": "x"}),
    "withdraw": ("POST", "withdraw", {"why": "x"}),
}
# Everything that can be done about Amina's CPD, and the status that each gets.
SEEING = dict.fromkeys(("read_record", "read_history", "read_hours"), 200)
MANAGER = {**SEEING, "declare": 404, "amend": 404, "verify": 200, "query": 200, "withdraw": 404}
STRANGER = dict.fromkeys((*SEEING, "declare", *CHANGES), 404)
REFUSED = dict.fromkeys((*SEEING, "declare", *CHANGES), 403)
READER = {**REFUSED, **SEEING}
TABLE = {
    "amina": {**SEEING, "declare": 201, "amend": 200, "verify": 404, "query": 404, "withdraw": 200},
    "ben": MANAGER,
    "head of elm": MANAGER,
    "head of ash": STRANGER,
    "olu": STRANGER,
    "hr": {**SEEING, "declare": 201, **dict.fromkeys(CHANGES, 200)},
    "hr without a person": {**SEEING, "declare": 201, **dict.fromkeys(CHANGES, 200)},
    "sil": READER,
    "ceo": READER,
    "trustee": REFUSED,
    "operations": REFUSED,
    "data protection": REFUSED,
    "nobody": REFUSED,
}


@pytest.mark.parametrize("who", TABLE)
def test_each_access_role_may_do_what_the_table_says(trust: Any, who: str) -> None:
    caller, person = trust.as_(who), f"/people/{trust.amina}"
    for operation, status in TABLE[who].items():
        record = trust.declare()
        paths = {"read_record": trust.at(record), "read_history": f"{person}/history", "read_hours": f"{person}/hours"}
        if operation in CHANGES:
            method, step, json = CHANGES[operation]
            response = caller.change(method, trust.at(record, step), 1, json)
        elif operation == "declare":
            response = caller.post(f"{person}/records", {**trust.phonics})
        else:
            response = caller.get(paths[operation])

        assert response.status_code == status, (operation, response.get_data(as_text=True))
        assert status < 400 or "Phonics" not in response.get_data(as_text=True)


def test_who_may_ask_what_waits(trust: Any) -> None:
    answers = {who: trust.as_(who).get("/records").status_code for who in TABLE}

    assert {who for who, status in answers.items() if status == 403} == {
        "trustee",
        "operations",
        "data protection",
        "nobody",
    }
    assert {status for status in answers.values() if status != 403} == {200}


def test_nothing_is_answered_to_somebody_who_is_not_signed_in(trust: Any) -> None:
    record = trust.declare()
    stranger = trust.as_("amina")
    stranger.token = None

    for path in (trust.at(record), f"/people/{trust.amina}/history", f"/people/{trust.amina}/hours", "/records"):
        assert stranger.get(path).status_code == 401


def test_somebody_who_moves_is_seen_by_the_new_head_from_that_day_and_no_longer_by_the_old_one(trust: Any) -> None:
    record = trust.declare()
    here = {"id": trust.amina[:-2] + "77", "organisation": trust.elm, "post": "teacher", "fte": 1}
    there = {"id": trust.amina[:-2] + "78", "organisation": trust.ash, "post": "teacher", "fte": 1}
    trust.hear_of(
        trust.amina,
        appointments=[
            {**here, "from": "2015-09-01", "to": "2026-12-31"},
            {**there, "from": "2027-01-01", "to": None},
        ],
        line_managers=[],
    )
    assert trust.as_("head of elm").get(trust.at(record)).status_code == 200
    assert trust.as_("head of ash").get(trust.at(record)).status_code == 404

    trust.clock.set("2027-01-01T00:00:00Z")

    assert trust.as_("head of elm").get(trust.at(record)).status_code == 404
    assert trust.as_("head of ash").get(trust.at(record)).status_code == 200
    assert [item["id"] for item in trust.as_("head of ash").get("/records").get_json()["items"]] == [record["id"]]


def test_a_leaver_stays_in_history_for_hr_and_signs_in_no_more(trust: Any) -> None:
    record = trust.declare()
    gone = {"id": trust.amina[:-2] + "77", "organisation": trust.elm, "post": "teacher", "fte": 1}
    trust.hear_of(trust.amina, appointments=[{**gone, "from": "2015-09-01", "to": "2026-11-22"}])

    assert trust.as_("hr").get(trust.at(record)).status_code == 200
    assert trust.as_("ben").get(trust.at(record)).status_code == 404
    assert trust.as_("head of elm").get(trust.at(record)).status_code == 404
    assert trust.as_("head of elm").get("/records").get_json()["items"] == []


def test_the_refusal_for_a_stranger_is_the_one_for_nobody_at_all(trust: Any) -> None:
    record = trust.declare()

    of_amina = trust.as_("olu").get(trust.at(record)).get_json()
    of_nobody = trust.as_("olu").get(f"/people/{trust.somebody_new}/records/{record['id']}").get_json()

    assert {**of_amina, "request_id": ""} == {**of_nobody, "request_id": ""}


def test_the_refusal_for_a_record_of_another_says_no_more_than_for_no_record(trust: Any) -> None:
    of_olu = trust.declare("olu", trust.olu)

    theirs = trust.as_("amina").get(f"/people/{trust.amina}/records/{of_olu['id']}")
    none = trust.as_("amina").get(f"/people/{trust.amina}/records/{trust.somebody_new}")

    assert theirs.status_code == none.status_code == 404
    assert {**theirs.get_json(), "request_id": ""} == {**none.get_json(), "request_id": ""}
