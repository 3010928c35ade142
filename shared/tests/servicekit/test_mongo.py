"""Transactions and versions on the real database."""

import threading

import pytest
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import (
    AutoReconnect,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    ServerSelectionTimeoutError,
)

from servicekit.mongo import Document, epoch, outage, projection, save_versioned, transaction
from servicekit.problems import StaleVersion

pytestmark = pytest.mark.engines


def test_a_transaction_that_fails_leaves_nothing(database: Database[Document]) -> None:
    def work(session: ClientSession) -> None:
        database["things"].insert_one({"_id": 1}, session=session)
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        transaction(database.client, work)
    assert database["things"].count_documents({}) == 0


def test_twenty_writers_of_one_document_lose_no_update(database: Database[Document]) -> None:
    database["things"].insert_one({"_id": 1, "count": 0})

    def add(session: ClientSession) -> None:
        found = database["things"].find_one({"_id": 1}, session=session)
        assert found
        database["things"].update_one({"_id": 1}, {"$set": {"count": found["count"] + 1}}, session=session)

    threads = [
        threading.Thread(target=transaction, args=(database.client, add), kwargs={"seconds": 60}) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert database["things"].find_one() == {"_id": 1, "count": 20}


def test_a_conflict_that_does_not_pass_ends_at_the_deadline(database: Database[Document]) -> None:
    database["things"].insert_one({"_id": 1})

    def collide(session: ClientSession) -> None:
        database["things"].update_one({"_id": 1}, {"$set": {"by": "us"}}, session=session)

    with database.client.start_session() as other, other.start_transaction():
        database["things"].update_one({"_id": 1}, {"$set": {"by": "them"}}, session=other)
        with pytest.raises(OperationFailure):
            transaction(database.client, collide, seconds=0.2)


def test_a_key_that_is_taken_is_refused_soon(database: Database[Document]) -> None:
    database["things"].insert_one({"_id": 1})
    with pytest.raises(DuplicateKeyError):
        transaction(database.client, lambda session: database["things"].insert_one({"_id": 1}, session=session))


def test_a_version_is_written_once(database: Database[Document]) -> None:
    def save(version: int) -> None:
        document = {"_id": "a", "version": version}
        transaction(database.client, lambda session: save_versioned(database["things"], document, session))

    save(1)
    save(2)
    for stale in (2, 4):
        with pytest.raises(StaleVersion):
            save(stale)
    assert database["things"].find_one() == {"_id": "a", "version": 2}


def test_a_database_that_is_too_slow_is_an_outage_and_a_wrong_request_is_none(database: Database[Document]) -> None:
    with pytest.raises(OperationFailure) as wrong:
        database.command("no such command")

    assert not outage(wrong.value)
    assert outage(ExecutionTimeout("operation exceeded time limit", 50))
    assert all(outage(kind("x")) for kind in (AutoReconnect, NetworkTimeout, ServerSelectionTimeoutError))
    assert not outage(DuplicateKeyError("x"))


def test_the_epoch_is_one_until_a_restore_raises_it(database: Database[Document]) -> None:
    assert epoch(database) == 1
    database["meta"].insert_one({"_id": "epoch", "value": 7})
    assert epoch(database) == 7


def test_a_projection_has_a_collection_a_generation() -> None:
    assert [projection("people"), projection("people", 2)] == ["people.g1", "people.g2"]
