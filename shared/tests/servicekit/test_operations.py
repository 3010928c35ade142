"""What whoever is on call can see and do."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from servicekit import deadletters, schedule
from servicekit.mongo import Document, projection, transaction
from servicekit.outbox import first_id

pytestmark = pytest.mark.engines
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def letter(database: Database[Document]) -> str:
    def put(session: Any) -> None:
        deadletters.put(
            database,
            topic="staff.people",
            partition=3,
            offset=7,
            value=b'{"data": {"name": "Amina Yusuf"}}',
            reason="it is no event",
            event=None,
            at=AT,
            session=session,
        )

    transaction(database.client, put)
    found = database[deadletters.COLLECTION].find_one()
    assert found
    return str(found["_id"])


def test_only_operations_sees_how_the_service_stands(client: Any) -> None:
    statuses = {
        role: client.http.get("/v1/operations/status", headers=client.as_("x", role)).status_code
        for role in ("operations", "hr", "sil", "ceo", "trustee", "data_protection")
    }
    assert statuses == {"operations": 200} | dict.fromkeys(("hr", "sil", "ceo", "trustee", "data_protection"), 403)


def test_what_waits_to_be_sent_is_measured_where_no_worker_lives(client: Any, database: Database[Document]) -> None:
    database["outbox"].insert_one({"_id": first_id(datetime.now(UTC) - timedelta(seconds=90))})

    told = client.http.get("/v1/operations/status", headers=client.as_("x", "operations")).json

    assert told["workers"] == []
    assert told["outbox"]["depth"] == 1
    assert 90 <= told["outbox"]["oldest_seconds"] < 120


def test_a_dead_letter_is_shown_without_a_value_of_it(client: Any, letter: str) -> None:
    headers = client.as_("x", "operations")
    listed = client.http.get("/v1/operations/dead-letters", headers=headers)
    shown = client.http.get(f"/v1/operations/dead-letters/{letter}", headers=headers)
    assert [one["id"] for one in listed.json["items"]] == [letter]
    assert shown.json["payload"] == {"data": {"name": "string(11)"}}
    assert "Amina" not in listed.text + shown.text


def test_a_replay_is_left_to_a_worker_and_asked_for_once(
    client: Any, letter: str, database: Database[Document]
) -> None:
    headers = {**client.as_("x", "operations"), "Idempotency-Key": "k"}
    answers = [client.http.post(f"/v1/operations/dead-letters/{letter}/replay", headers=headers) for _ in range(2)]
    assert [answered.status_code for answered in answers] == [202, 202]
    assert database[schedule.COLLECTION].count_documents({"kind": deadletters.REPLAY}) == 1


def test_a_dismissed_letter_says_who_and_why_and_is_closed(client: Any, letter: str) -> None:
    headers = client.as_("x", "operations")
    path = f"/v1/operations/dead-letters/{letter}"
    assert client.http.post(f"{path}/dismiss", json={"because": "mended"}, headers=headers).status_code == 204
    shown = client.http.get(path, headers=headers).json
    assert (shown["state"], shown["because"], shown["by"]) == ("dismissed", "mended", "sign-in:x")
    assert client.http.post(f"{path}/replay", headers=headers).status_code == 409


def test_a_letter_that_is_not_there_is_not_found(client: Any) -> None:
    headers = client.as_("x", "operations")
    path = "/v1/operations/dead-letters/0191d5a0-0000-7000-8000-0000000000ff"
    assert client.http.get(path, headers=headers).status_code == 404
    assert client.http.post(f"{path}/replay", headers=headers).status_code == 404


@pytest.fixture
def listens(make: Any) -> Any:
    """The tiny service, as one that has learnt something of others."""
    client = make()
    client.http.application.extensions["acorn"].indexes |= {projection("people"): ()}
    return client


def test_a_rebuild_is_left_to_a_worker_and_can_be_followed(listens: Any, database: Database[Document]) -> None:
    headers = listens.as_("x", "operations")

    asked = listens.http.post("/v1/operations/rebuilds", headers=headers)

    assert asked.status_code == 202
    assert (asked.json["state"], asked.json["by"]) == ("waiting", "sign-in:x")
    assert database[schedule.COLLECTION].count_documents({"kind": "rebuild"}) == 1
    assert listens.http.get(asked.headers["Location"], headers=headers).json == asked.json
    assert listens.http.get("/v1/operations/rebuilds", headers=headers).json["items"] == [asked.json]
    assert listens.http.get("/v1/operations/status", headers=headers).json["rebuild"] == asked.json


def test_a_second_rebuild_is_refused_while_the_first_is_under_way(listens: Any) -> None:
    headers = listens.as_("x", "operations")
    listens.http.post("/v1/operations/rebuilds", headers=headers)

    refused = listens.http.post("/v1/operations/rebuilds", headers=headers)

    assert refused.status_code == 409
    assert "under way" in refused.json["detail"]


def test_a_service_that_listens_to_nobody_has_nothing_to_rebuild(client: Any) -> None:
    refused = client.http.post("/v1/operations/rebuilds", headers=client.as_("x", "operations"))

    assert (refused.status_code, refused.json["type"]) == (409, "urn:acorn:problem:nothing-to-rebuild")


def test_only_operations_rebuilds(listens: Any) -> None:
    for role in ("hr", "sil", "ceo", "trustee", "data_protection"):
        assert listens.http.post("/v1/operations/rebuilds", headers=listens.as_("x", role)).status_code == 403
        assert listens.http.get("/v1/operations/rebuilds", headers=listens.as_("x", role)).status_code == 403
