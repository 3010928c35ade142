"""Orphaned transactions: ended once nothing happens in them any more, and only then."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import AutoReconnect, ExecutionTimeout, OperationFailure

from servicekit.ids import new_id
from servicekit.mongo import Document, transaction
from servicekit.orphans import Orphans
from servicekit.testing import Engines

pytestmark = pytest.mark.engines


@pytest.fixture
def database(engines: Engines, database: Database[Document]) -> Iterator[Database[Document]]:
    """The test's database through a client of another name: other tests' transactions are not ours to end."""
    with MongoClient[Document](engines.mongodb_uri, appname=f"acorn-{new_id()}") as client:
        yield client[database.name]


@pytest.fixture
def open_transaction(database: Database[Document]) -> Iterator[ClientSession]:
    """A transaction that holds a document and does no more."""
    database["notes"].insert_one({"_id": 1})
    with database.client.start_session() as session:
        session.start_transaction()
        database["notes"].update_one({"_id": 1}, {"$set": {"by": "the dead"}}, session=session)
        yield session


def write(database: Database[Document]) -> None:
    transaction(
        database.client,
        lambda session: database["notes"].update_one({"_id": 1}, {"$set": {"by": "the living"}}, session=session),
        seconds=0.3,
    )


def test_what_a_killed_process_held_is_free_once_nothing_has_happened_for_a_while(
    database: Database[Document], open_transaction: ClientSession, counted: Callable[..., float]
) -> None:
    orphans = Orphans(database, timedelta(seconds=0.2))
    assert orphans.end() == 0
    with pytest.raises(OperationFailure):
        write(database)
    time.sleep(0.2)

    assert orphans.end() >= 1

    write(database)
    assert database["notes"].find_one() == {"_id": 1, "by": "the living"}
    assert counted("acorn_orphaned_transactions_total") >= 1


def test_a_transaction_in_which_something_happens_is_left_however_long_it_takes(
    database: Database[Document], open_transaction: ClientSession
) -> None:
    orphans = Orphans(database, timedelta(seconds=0.2))
    for at in range(4):
        orphans.end()
        time.sleep(0.15)
        database["notes"].update_one({"_id": 1}, {"$set": {"at": at}}, session=open_transaction)

    open_transaction.commit_transaction()

    assert database["notes"].find_one() == {"_id": 1, "by": "the dead", "at": 3}


def test_a_server_that_shows_no_transactions_is_asked_once(
    database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def refuse(*_: object) -> None:
        asked.append(1)
        raise OperationFailure("not allowed", 13)

    orphans = Orphans(database)
    monkeypatch.setattr(orphans._admin, "aggregate", refuse)

    assert [orphans.end(), orphans.end()] == [0, 0]
    assert asked == [1]


@pytest.mark.parametrize("outage", [AutoReconnect("gone"), ExecutionTimeout("slow", 50)])
def test_an_outage_is_no_refusal(
    database: Database[Document], monkeypatch: pytest.MonkeyPatch, outage: Exception
) -> None:
    def away(*_: object) -> Collection[Document]:
        raise outage

    orphans = Orphans(database)
    monkeypatch.setattr(orphans._admin, "aggregate", away)

    with pytest.raises(type(outage)):
        orphans.end()
