"""The relay's half on MongoDB: one holder, and the order of commits."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.errors import OperationFailure

from servicekit import lease as leases
from servicekit.ids import new_id
from servicekit.lease import Lease, LeaseLost, Position
from servicekit.mongo import Document
from servicekit.relay import BATCH, Stream

pytestmark = pytest.mark.engines


class TestLease:
    def test_one_holds_it_and_the_other_waits(self, database: Database[Document]) -> None:
        first, second = Lease(database, "first"), Lease(database, "second")

        assert first.acquire() is True
        assert second.acquire() is False
        assert leases.read(database)["holder"] == "first"

    def test_a_lease_that_has_run_out_goes_to_the_next(self, database: Database[Document]) -> None:
        first, second = Lease(database, "first", timedelta(milliseconds=50)), Lease(database, "second")
        first.acquire()
        time.sleep(0.06)

        assert second.acquire() is True

        with pytest.raises(LeaseLost):
            first.renew()

    def test_whoever_was_overtaken_saves_no_position(self, database: Database[Document]) -> None:
        first, second = Lease(database, "first", timedelta(0)), Lease(database, "second")
        first.acquire()
        time.sleep(0.01)
        second.acquire()
        second.renew(Position({"_data": "8200"}, datetime(2026, 11, 23, tzinfo=UTC)))

        with pytest.raises(LeaseLost):
            first.renew(Position({"_data": "8100"}, None))

        assert second.renew()["token"] == {"_data": "8200"}

    def test_saving_the_position_is_renewing_the_lease(self, database: Database[Document]) -> None:
        lease = Lease(database, "first", timedelta(seconds=30))
        lease.acquire()
        before = leases.read(database)["expires"]
        time.sleep(0.005)

        saved = lease.renew(Position({"_data": "$82"}, datetime(2026, 11, 23, tzinfo=UTC)))

        assert saved["expires"] > before
        assert (saved["token"], saved["sent_until"]) == ({"_data": "$82"}, datetime(2026, 11, 23, tzinfo=UTC))

    def test_a_lease_given_back_is_free_at_once(self, database: Database[Document]) -> None:
        first, second = Lease(database, "first"), Lease(database, "second")
        first.acquire()

        first.release()

        assert second.acquire() is True

    def test_a_holder_that_begins_anew_has_a_new_fence(self, database: Database[Document]) -> None:
        before, after = Lease(database, "same"), Lease(database, "same")
        before.acquire()

        assert after.acquire() is True

        with pytest.raises(LeaseLost):
            before.renew()

    def test_giving_back_what_another_holds_does_nothing(self, database: Database[Document]) -> None:
        first, second = Lease(database, "first", timedelta(0)), Lease(database, "second")
        first.acquire()
        time.sleep(0.01)
        second.acquire()

        first.release()

        assert leases.read(database)["holder"] == "second"

    def test_before_any_relay_ran_there_is_nothing_to_read(self, database: Database[Document]) -> None:
        assert leases.read(database) == {}


@pytest.fixture
def stream(database: Database[Document]) -> Iterator[Callable[[], Stream]]:
    """Makes streams of this test's outbox."""
    with database.client.start_session() as session:
        yield lambda: Stream(database, session)


def insert(database: Database[Document], row: str, **options: Any) -> None:
    database["outbox"].insert_one({"_id": row}, **options)


def read_all(stream: Stream) -> list[str]:
    """Every row until the stream is silent."""
    found: list[str] = []
    while True:
        rows, _ = stream.read()
        if not rows:
            return found
        found += [row["_id"] for row in rows]


def drain(stream: Stream, token: Document | None = None) -> None:
    """Read on and on, as the relay does."""
    if token:
        stream.open(token)
    for _ in range(10):
        stream.read()


class TestStream:
    def test_rows_come_in_the_order_of_commits_and_not_of_their_ids(
        self, database: Database[Document], stream: Callable[[], Stream]
    ) -> None:
        following = stream()
        following.open(None)
        client = database.client
        insert(database, "0")
        with client.start_session() as early, client.start_session() as late:
            early.start_transaction()
            insert(database, "1", session=early)
            late.start_transaction()
            insert(database, "2", session=late)
            late.commit_transaction()
            insert(database, "3")
            early.commit_transaction()

        assert read_all(following) == ["0", "2", "3", "1"]

    def test_sweeping_and_other_collections_send_nothing(
        self, database: Database[Document], stream: Callable[[], Stream]
    ) -> None:
        following = stream()
        following.open(None)
        insert(database, "1")
        database["outbox"].update_one({"_id": "1"}, {"$set": {"seen": True}})
        database["outbox"].delete_one({"_id": "1"})
        database["notes"].insert_one({"_id": "2"})

        assert read_all(following) == ["1"]

    def test_reading_goes_on_behind_the_saved_position(
        self, database: Database[Document], stream: Callable[[], Stream]
    ) -> None:
        following = stream()
        following.open(None)
        insert(database, "1")
        rows, position = following.read()
        assert [row["_id"] for row in rows] == ["1"]
        insert(database, "2")
        insert(database, "3")

        successor = stream()
        successor.open(position.token)

        assert read_all(successor) == ["2", "3"]

    def test_a_position_of_a_quiet_hour_is_good_too(
        self, database: Database[Document], stream: Callable[[], Stream]
    ) -> None:
        following = stream()
        following.open(None)
        database["notes"].insert_one({"_id": "elsewhere"})
        rows, quiet = following.read()
        assert rows == []
        insert(database, "1")

        successor = stream()
        successor.open(quiet.token)

        assert read_all(successor) == ["1"]

    def test_thousands_of_rows_come_in_whole_batches(
        self, database: Database[Document], stream: Callable[[], Stream]
    ) -> None:
        following = stream()
        begun = following.open(None)
        ids = [new_id() for _ in range(2 * BATCH + 10)]
        database["outbox"].insert_many([{"_id": row} for row in ids])
        successor = stream()
        successor.open(begun)
        sizes: list[int] = []
        found: list[str] = []
        while len(found) < len(ids):
            rows, _ = successor.read()
            sizes.append(len(rows))
            found += [row["_id"] for row in rows]

        assert found == ids
        assert max(sizes) == BATCH

    def test_the_position_says_until_when_everything_was_read(
        self, database: Database[Document], stream: Callable[[], Stream]
    ) -> None:
        following = stream()
        following.open(None)
        insert(database, "1")
        _, position = following.read()
        assert position.until is not None
        assert abs((position.until - datetime.now(UTC)).total_seconds()) < 5

    def test_a_quiet_stream_answers_soon(self, stream: Callable[[], Stream]) -> None:
        following = stream()
        following.open(None)
        began = time.monotonic()

        rows, _ = following.read()

        assert rows == []
        assert 0.1 < time.monotonic() - began < 3

    def test_a_token_of_another_history_is_refused(
        self, database: Database[Document], stream: Callable[[], Stream]
    ) -> None:
        following = stream()
        following.open(None)
        insert(database, "1")
        _, position = following.read()
        database["outbox"].drop()
        insert(database, "1")

        with pytest.raises(OperationFailure) as refused:
            drain(stream(), position.token)

        assert refused.value.code in (260, 280, 286)

    def test_an_outbox_that_is_dropped_ends_the_stream(
        self, database: Database[Document], stream: Callable[[], Stream]
    ) -> None:
        insert(database, "1")
        following = stream()
        following.open(None)
        database["outbox"].drop()

        with pytest.raises(OperationFailure) as ended:
            drain(following)

        assert ended.value.code == 280
