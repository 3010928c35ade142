"""What a worker says of itself, for web processes to tell."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from pymongo.database import Database
from pymongo.errors import AutoReconnect

from servicekit import status
from servicekit.lease import Lease, Position
from servicekit.mongo import Document
from servicekit.outbox import first_id
from servicekit.status import Reporter, Standing, latest
from servicekit.testing import wait_until

pytestmark = pytest.mark.engines


def reporter(database: Database[Document], worker: str = "copies-1", standing: tuple[Standing, ...] = ()) -> Reporter:
    return Reporter(database, worker=worker, service="copies", standing=lambda: standing)


def test_a_worker_says_where_it_stands(database: Database[Document]) -> None:
    lease = Lease(database, "copies-1")
    lease.acquire()
    lease.renew(Position({"_data": "82"}, datetime(2026, 11, 23, 9, tzinfo=UTC)))
    database["outbox"].insert_one({"_id": first_id(datetime(2026, 11, 23, 9, 1, tzinfo=UTC))})

    standing = (Standing("staff.people", 1, 7, 0), Standing("staff.people", 0, 9, 3))
    reporter(database, standing=standing).report()

    [said] = latest(database)
    assert said.pop("started") <= said.pop("at")
    assert said["outbox"].pop("oldest_seconds") >= 0
    assert said == {
        "worker": "copies-1",
        "relay": {"holder": "copies-1", "sent_until": "2026-11-23T09:00:00.000Z"},
        "outbox": {"depth": 1},
        "partitions": [
            {"topic": "staff.people", "partition": 0, "position": 9, "lag": 3},
            {"topic": "staff.people", "partition": 1, "position": 7, "lag": 0},
        ],
    }


def test_a_worker_measures_the_outbox(database: Database[Document], counted: Callable[..., float]) -> None:
    database["outbox"].insert_one({"_id": first_id(datetime.now(UTC) - timedelta(seconds=90))})

    reporter(database).report()

    assert counted("acorn_outbox_depth") == 1
    assert 90 <= counted("acorn_outbox_oldest_seconds") < 120


def test_each_worker_has_one_document_that_follows_it(database: Database[Document]) -> None:
    first, second = reporter(database, "copies-1"), reporter(database, "copies-2")
    for each in (first, second, first):
        each.report()

    assert [said["worker"] for said in latest(database)] == ["copies-1", "copies-2"]


def test_a_worker_that_is_gone_is_forgotten(database: Database[Document]) -> None:
    database["worker_status"].create_indexes(status.INDEXES["worker_status"])

    assert database["worker_status"].index_information()["seen_1"]["expireAfterSeconds"] == 300


def test_before_any_relay_ran_it_says_so(database: Database[Document]) -> None:
    reporter(database).report()

    assert latest(database)[0]["relay"] == {"holder": None, "sent_until": None}


def test_it_sweeps_what_was_sent_long_ago(database: Database[Document]) -> None:
    now = datetime.now(UTC)
    old, young = (first_id(now - timedelta(days=days)) for days in (9, 1))
    database["outbox"].insert_many([{"_id": old}, {"_id": young}])
    reporter(database).sweep()
    assert database["outbox"].count_documents({}) == 2

    lease = Lease(database, "copies-1")
    lease.acquire()
    lease.renew(Position({"_data": "82"}, now))
    reporter(database).sweep()

    assert [row["_id"] for row in database["outbox"].find()] == [young]


def test_it_reports_and_sweeps_until_it_is_told_to_stop(
    database: Database[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(status, "EVERY", timedelta(milliseconds=10))
    monkeypatch.setattr(status, "_SWEEPING", timedelta(milliseconds=20))
    swept = threading.Event()
    reporting, stop = reporter(database), threading.Event()
    monkeypatch.setattr(reporting, "sweep", swept.set)
    thread = threading.Thread(target=reporting.run, args=(stop,))
    thread.start()

    wait_until(lambda: swept.is_set() and latest(database), what="it has reported and swept")
    stop.set()
    thread.join(5)
    assert not thread.is_alive()


def test_an_outage_is_waited_for(database: Database[Document], monkeypatch: pytest.MonkeyPatch) -> None:
    reporting, stop = reporter(database), threading.Event()

    def away() -> None:
        stop.set()
        raise AutoReconnect

    monkeypatch.setattr(reporting, "report", away)

    reporting.run(stop)


def test_a_worker_that_is_silent_is_not_counted(database: Database[Document]) -> None:
    for worker in ("copies-1", "copies-2"):
        reporter(database, worker).report()
    silent = {"$set": {"seen": {"$dateSubtract": {"startDate": "$$NOW", "unit": "second", "amount": 20}}}}
    database["worker_status"].update_one({"_id": "copies-1"}, [silent])

    assert [said["worker"] for said in latest(database)] == ["copies-2"]
