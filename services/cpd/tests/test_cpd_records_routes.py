"""A record's life over HTTP: declared, verified, queried, amended, withdrawn."""

from typing import Any

import pytest


def test_a_declared_record_is_answered_as_it_is_stored_and_can_be_read_back(trust: Any) -> None:
    response = trust.as_("amina").post(f"/people/{trust.amina}/records", {**trust.phonics})

    assert response.status_code == 201
    record = response.get_json()
    assert response.headers["Location"] == f"/v1{trust.at(record)}"
    assert response.headers["ETag"] == '"1"'
    assert record == {
        **trust.phonics,
        "id": record["id"],
        "person": trust.amina,
        "topics": ["eyfs", "phonics"],
        "ends": None,
        "impact": None,
        "academic_year": "2026-27",
        "source": {"kind": "declared", "reference": None},
        "state": "declared",
        "verification": None,
        "query": None,
        "withdrawal": None,
        "judgements": [],
        "amendments": [],
        "declared_by": f"person:{trust.amina}",
        "declared_by_name": "Amina Yusuf",
        "declared_at": "2026-11-23T09:00:00.000Z",
        "changed_at": "2026-11-23T09:00:00.000Z",
        "version": 1,
        "may_verify": False,
    }
    read = trust.as_("amina").get(trust.at(record))
    assert (read.status_code, read.get_json(), read.headers["ETag"]) == (200, record, '"1"')
    assert read.headers["Cache-Control"] == "no-store"


def test_a_line_manager_verifies_what_somebody_declared(trust: Any) -> None:
    record = trust.declare()

    verified = trust.step("ben", record, "verify")

    assert verified["state"] == "verified"
    assert verified["verification"] == {
        "by": f"person:{trust.ben}",
        "by_name": "Ben Okafor",
        "at": "2026-11-23T09:00:00.000Z",
    }
    assert verified["version"] == 2


@pytest.mark.parametrize("who", ["ben", "head of elm", "hr", "hr without a person"])
def test_managers_heads_and_hr_verify(trust: Any, who: str) -> None:
    assert trust.step(who, trust.declare(), "verify")["state"] == "verified"


def test_each_step_is_one_event_with_the_whole_published_state_and_nothing_confidential(trust: Any) -> None:
    record = trust.declare(reflection="CANARY-1", impact="CANARY-2")
    record = trust.step("ben", record, "query", {"question": "CANARY-3"})
    record = trust.amend("amina", record, hours=4.0, why="CANARY-4")
    record = trust.step("ben", record, "verify")
    trust.step("amina", record, "withdraw", {"why": "CANARY-5"})

    events = trust.events()

    assert [(event["type"], event["data"]["version"]) for event in events] == [
        ("cpd.record-declared.v1", 1),
        ("cpd.record-queried.v1", 2),
        ("cpd.record-amended.v1", 3),
        ("cpd.record-verified.v1", 4),
        ("cpd.record-withdrawn.v1", 5),
    ]
    assert {event["subject"] for event in events} == {record["id"]}
    assert [event["data"]["state"]["state"] for event in events] == [
        "declared",
        "queried",
        "declared",
        "verified",
        "withdrawn",
    ]
    assert events[2]["data"]["state"]["hours"] == 4.0
    assert "CANARY" not in str(events)


def test_a_query_asks_and_an_amendment_answers_with_what_was_there_before(trust: Any) -> None:
    record = trust.step("ben", trust.declare(), "verify")
    queried = trust.step("head of elm", record, "query", {"question": "Was it the whole day?"})
    assert (queried["state"], queried["verification"]) == ("queried", None)
    assert queried["query"]["question"] == "Was it the whole day?"

    amended = trust.amend("amina", queried, hours=6.0, provider=None, why="It was.")

    assert (amended["state"], amended["query"], amended["hours"], amended["provider"]) == ("declared", None, 6.0, None)
    assert amended["amendments"] == [
        {
            "version": 4,
            "by": f"person:{trust.amina}",
            "by_name": "Amina Yusuf",
            "at": "2026-11-23T09:00:00.000Z",
            "why": "It was.",
            "before": {"hours": 3.5, "provider": "Early Excellence", "state": "queried"},
        }
    ]
    assert [judgement["state"] for judgement in amended["judgements"]] == ["verified", "queried"]


def test_an_amendment_that_changes_nothing_emits_nothing(trust: Any) -> None:
    record = trust.step("ben", trust.declare(), "verify")
    before = trust.events()

    same = trust.amend("amina", record, title=record["title"], topics=["eyfs", "phonics"])

    assert same == record
    assert trust.events() == before


def test_a_withdrawn_record_stays_readable_and_is_final(trust: Any) -> None:
    record = trust.step("amina", trust.declare(), "withdraw", {"why": "I was ill."})
    assert record["withdrawal"]["before"] == "declared"

    again = trust.as_("ben").change("POST", trust.at(record, "verify"), record["version"])

    assert again.status_code == 409
    assert again.get_json()["type"] == "urn:acorn:problem:wrong-state"
    assert trust.as_("amina").get(trust.at(record)).get_json() == record


def test_hr_does_not_verify_or_query_their_own_record(trust: Any) -> None:
    record = trust.declare("hr", trust.harriet)

    for step, json in (("verify", None), ("query", {"question": "Me?"})):
        response = trust.as_("hr").change("POST", trust.at(record, step), 1, json)
        assert response.status_code == 409
        assert response.get_json()["type"] == "urn:acorn:problem:own-record"
    assert trust.step("hr without a person", record, "verify")["state"] == "verified"


def test_a_head_does_not_verify_their_own_record(trust: Any) -> None:
    record = trust.declare("head of elm", trust.head_of_elm)

    assert trust.as_("head of elm").change("POST", trust.at(record, "verify"), 1).status_code == 404


def test_hr_records_cpd_of_somebody_whom_this_service_has_not_heard_of_yet(trust: Any) -> None:
    record = trust.declare("hr", trust.somebody_new)

    assert (record["person"], record["declared_by"]) == (trust.somebody_new, f"person:{trust.harriet}")
    assert trust.as_("hr").get(f"/people/{trust.somebody_new}/history").get_json()["items"][0]["id"] == record["id"]


def test_an_id_that_no_person_can_have_is_nobody(trust: Any) -> None:
    not_made_by_staff = "0197f0a4-0000-4000-8000-000000000001"

    response = trust.as_("hr").post(f"/people/{not_made_by_staff}/records", {**trust.phonics})

    assert response.status_code == 404
    assert trust.events() == []


def test_a_record_is_found_only_under_its_own_person(trust: Any) -> None:
    record = trust.declare()

    assert trust.as_("hr").get(f"/people/{trust.olu}/records/{record['id']}").status_code == 404
    wrong = trust.as_("hr").change("PATCH", f"/people/{trust.olu}/records/{record['id']}", 1, {"why": "x", "hours": 1})
    assert wrong.status_code == 404


# Two at once


def test_a_change_of_an_older_version_is_refused_and_changes_nothing(trust: Any) -> None:
    record = trust.declare()
    trust.amend("amina", record, hours=4.0)

    stale = trust.as_("amina").change("PATCH", trust.at(record), 1, {"why": "Again.", "hours": 5.0})

    assert stale.status_code == 412
    assert trust.as_("amina").get(trust.at(record)).get_json()["hours"] == 4.0
    assert len(trust.events()) == 2


def test_a_change_must_say_which_version_it_changes(trust: Any) -> None:
    record = trust.declare()

    assert trust.as_("ben").post(trust.at(record, "verify")).status_code == 428
    assert trust.as_("ben").change("POST", trust.at(record, "verify"), "one").status_code == 400


def test_the_same_declaration_sent_twice_with_its_key_is_one_record(trust: Any) -> None:
    path, key = f"/people/{trust.amina}/records", {"Idempotency-Key": "k1"}

    first = trust.as_("amina").post(path, {**trust.phonics}, headers=key)
    again = trust.as_("amina").post(path, {**trust.phonics}, headers=key)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json() == again.get_json()
    assert first.headers["Location"] == again.headers["Location"]
    assert len(trust.events()) == 1


def test_a_verification_sent_twice_with_its_key_is_one_verification(trust: Any) -> None:
    record = trust.declare()
    send = [trust.as_("ben").change("POST", trust.at(record, "verify"), 1, **{"Idempotency-Key": "k"}) for _ in "12"]

    assert [response.status_code for response in send] == [200, 200]
    assert send[0].get_json() == send[1].get_json()
    assert len(trust.events()) == 2


def test_a_key_with_another_body_is_refused(trust: Any) -> None:
    path, key = f"/people/{trust.amina}/records", {"Idempotency-Key": "k1"}
    trust.as_("amina").post(path, {**trust.phonics}, headers=key)

    other = trust.as_("amina").post(path, {**trust.phonics, "hours": 1.0}, headers=key)

    assert other.status_code == 422
    assert other.get_json()["type"] == "urn:acorn:problem:idempotency-key-reused"
    assert len(trust.events()) == 1
