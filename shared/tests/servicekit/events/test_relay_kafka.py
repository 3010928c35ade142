"""The relay through a real broker: every committed row arrives, in order, also after what goes wrong."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from pymongo.database import Database
from pymongo.errors import AutoReconnect, OperationFailure

from servicekit import heartbeat, outbox, relay
from servicekit import lease as leases
from servicekit.events import read_event
from servicekit.ids import new_id
from servicekit.lease import Lease
from servicekit.mongo import Document, transaction
from servicekit.relay import Relay, publish
from servicekit.testing import wait_until
from servicekit.topics import TopicSpec, connection, create

pytestmark = [pytest.mark.engines, pytest.mark.usefixtures("contracts_of_notes")]


@dataclass
class Outbox:
    """An outbox, the topic it is sent to, and the relays that this test started on it."""

    database: Database[Document]
    kafka: dict[str, str]
    topic: str

    def write(self, aggregate: str, version: int) -> None:
        """Commit one event."""
        transaction(
            self.database.client,
            lambda session: outbox.append(
                self.database,
                topic=self.topic,
                type="notes.note-changed.v1",
                source="/acorn/notes",
                aggregate=aggregate,
                version=version,
                state={"id": aggregate, "text": str(version)},
                at=datetime.now(UTC),
                session=session,
            ),
        )

    def relay(self, holder: str = "relay-1", lease: timedelta = timedelta(seconds=2)) -> Relay:
        """A relay that is not running yet."""
        specs = [TopicSpec(self.topic, 2)]
        return Relay(self.database, kafka=self.kafka, holder=holder, topics=specs, lease=lease)

    def sent(self) -> list[tuple[str, int]]:
        """Aggregate and version of every committed message on the topic, each partition in its order."""
        consumer = KafkaConsumer(**connection(self.kafka), isolation_level="read_committed")
        found = []
        try:
            partitions = [TopicPartition(self.topic, number) for number in (0, 1)]
            consumer.assign(partitions)
            consumer.seek_to_beginning()
            ends = consumer.end_offsets(partitions)
            while any(consumer.position(partition) < ends[partition] for partition in partitions):
                for records in consumer.poll(timeout_ms=200).values():
                    events = [read_event(record.value) for record in records]
                    found += [(event.subject, event.version) for event in events]
        finally:
            consumer.close(autocommit=False)
        return found

    def relayed(self) -> bool:
        """Whether everything that was committed before this call was sent."""
        until = leases.read(self.database).get("sent_until")
        rows = self.database["outbox"].find_one({}, sort=[("_id", -1)])
        return bool(until and rows and until.timestamp() > outbox.made_at(rows["_id"]))


@pytest.fixture
def notes(database: Database[Document], kafka: str) -> Outbox:
    """An outbox of its own and a topic of its own."""
    return Outbox(database, {"bootstrap": kafka}, f"notes.{new_id()}")


Run = Callable[[Relay], threading.Event]


@pytest.fixture
def run() -> Iterator[Run]:
    """Runs relays in threads, and stops them at the end."""
    running: list[tuple[threading.Event, threading.Thread]] = []

    def start(relay: Relay) -> threading.Event:
        stop = threading.Event()
        thread = threading.Thread(target=relay.run, args=(stop,))
        thread.start()
        running.append((stop, thread))
        return stop

    yield start
    for stop, _ in running:
        stop.set()
    for _, thread in running:
        thread.join(30)
        assert not thread.is_alive()


def test_every_committed_event_arrives_in_the_order_of_its_versions(
    notes: Outbox, run: Run, counted: Callable[..., float]
) -> None:
    first, second = new_id(), new_id()
    notes.write(first, 1)
    run(notes.relay())
    for version in range(2, 8):
        notes.write(first, version)
        notes.write(second, version)

    wait_until(notes.relayed, what="everything is sent")

    sent = notes.sent()
    assert [version for subject, version in sent if subject == first] == [1, 2, 3, 4, 5, 6, 7]
    assert [version for subject, version in sent if subject == second] == [2, 3, 4, 5, 6, 7]
    assert counted("acorn_relay_events_total", topic=notes.topic) == 13
    assert counted("acorn_relay_publish_seconds_count") == 13


def test_a_successor_goes_on_where_the_relay_stopped(notes: Outbox, run: Run) -> None:
    note = new_id()
    first = run(notes.relay("first"))
    notes.write(note, 1)
    wait_until(notes.relayed, what="the first is sent")
    first.set()
    wait_until(lambda: leases.read(notes.database)["holder"] is None, what="the lease is given back")
    notes.write(note, 2)

    run(notes.relay("second"))
    wait_until(notes.relayed, what="the second is sent")

    assert notes.sent() == [(note, 1), (note, 2)]


def test_when_its_position_is_lost_every_row_still_there_is_sent_by_version(notes: Outbox, run: Run) -> None:
    note, other = new_id(), new_id()
    for version in (1, 2, 3):
        notes.write(note, version)
    notes.write(other, 1)
    # Clocks that differ: by their ids the versions would go out reversed.
    for row, name in zip(notes.database["outbox"].find({"key": note}).sort("_id", -1), "abc", strict=True):
        notes.database["outbox"].delete_one({"_id": row["_id"]})
        notes.database["outbox"].insert_one({**row, "_id": f"00000000-0000-7000-8000-00000000000{name}"})
    stream_of_something_else = {"_data": "00"}
    notes.database["relay"].insert_one({"_id": "relay", "holder": None, "fence": 4, "token": stream_of_something_else})
    original = relay.Stream.open

    def refuse(self: Any, token: Document | None) -> Document:
        if token == stream_of_something_else:
            raise OperationFailure("history lost", 286)
        return original(self, token)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(relay.Stream, "open", refuse)
        patched.setattr(relay, "BATCH", 3)
        run(notes.relay())
        wait_until(lambda: len(notes.sent()) == 4, seconds=20, what="every row is sent")

    sent = notes.sent()
    assert [version for subject, version in sent if subject == note] == [1, 2, 3]
    assert (other, 1) in sent


def test_another_fault_of_the_database_is_waited_for(notes: Outbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    original = relay.Stream.open
    failed: list[int] = []

    def fail_once(self: Any, token: Document | None) -> Document:
        if not failed:
            failed.append(1)
            raise OperationFailure("not primary", 10107)
        return original(self, token)

    monkeypatch.setattr(relay.Stream, "open", fail_once)
    notes.write(new_id(), 1)

    run(notes.relay())

    wait_until(lambda: len(notes.sent()) == 1, seconds=20, what="it is sent")


def test_a_relay_without_the_lease_waits_and_takes_over_when_it_runs_out(notes: Outbox, run: Run) -> None:
    notes.database["relay"].drop()
    dead = Lease(notes.database, "dead", timedelta(seconds=1))
    dead.acquire()
    note = new_id()
    notes.write(note, 1)

    run(notes.relay("living"))

    assert leases.read(notes.database)["holder"] == "dead"
    wait_until(lambda: leases.read(notes.database)["holder"] == "living", what="the lease has run out")
    wait_until(notes.relayed, what="it is sent")
    assert notes.sent() == [(note, 1)]


def test_a_batch_that_could_not_be_sent_is_sent_again(notes: Outbox, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run(notes.relay())
    first, second = new_id(), new_id()
    notes.write(first, 1)
    wait_until(lambda: notes.sent() == [(first, 1)], seconds=20, what="it follows the stream")
    original, failures = relay.publish, iter([KafkaError("not enough replicas")])

    def fail_once(producer: Any, rows: Any) -> None:
        for failure in failures:
            raise failure
        original(producer, rows)

    monkeypatch.setattr(relay, "publish", fail_once)
    notes.write(second, 1)

    wait_until(lambda: (second, 1) in notes.sent(), seconds=20, what="it is sent again")


def test_a_batch_is_on_the_topic_whole_or_not_at_all(notes: Outbox) -> None:
    create(notes.kafka, [TopicSpec(notes.topic, 2)], replication=1)
    producer = relay._producer(notes.kafka, notes.database.name)
    producer.init_transactions()
    rows = [{"_id": new_id(), "topic": notes.topic, "key": new_id(), "value": b"x" * 2_000_000}]

    with pytest.raises(KafkaError):
        publish(producer, [*rows, *rows])
    relay._close(producer)

    assert notes.sent() == []


def test_the_broker_refuses_a_relay_that_was_overtaken(notes: Outbox) -> None:
    create(notes.kafka, [TopicSpec(notes.topic, 2)], replication=1)
    paused = relay._producer(notes.kafka, notes.database.name)
    paused.init_transactions()
    successor = relay._producer(notes.kafka, notes.database.name)
    successor.init_transactions()
    rows = [{"_id": new_id(), "topic": notes.topic, "key": "k", "value": b"{}"}]

    with pytest.raises(relay._FENCED):
        publish(paused, rows)

    relay._close(paused)
    relay._close(successor)
    assert notes.sent() == []


def test_a_paused_twin_that_wakes_sends_nothing_behind_its_successor(
    notes: Outbox, run: Run, counted: Callable[..., float], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It had read a batch when it was paused; its successor sent that batch and newer versions."""
    note = new_id()
    asleep, wake = threading.Event(), threading.Event()
    original = relay.publish

    def publish_when_awake(producer: Any, rows: Any) -> None:
        if threading.current_thread().name == "twin" and not wake.is_set():
            asleep.set()
            wake.wait(30)
        original(producer, rows)

    monkeypatch.setattr(relay, "publish", publish_when_awake)
    stop = threading.Event()
    twin = threading.Thread(target=notes.relay("twin", timedelta(seconds=1)).run, args=(stop,), name="twin")
    notes.write(note, 1)
    twin.start()
    assert asleep.wait(20)

    run(notes.relay("successor", timedelta(seconds=1)))
    wait_until(lambda: notes.sent() == [(note, 1)], seconds=20, what="the successor has taken over")
    notes.write(note, 2)
    wait_until(lambda: (note, 2) in notes.sent(), seconds=20, what="the newer version is sent")
    wake.set()
    wait_until(lambda: counted("acorn_relay_fenced_total") >= 1, seconds=20, what="the twin is fenced")
    time.sleep(0.5)
    stop.set()
    twin.join(30)

    assert not twin.is_alive()
    assert notes.sent() == [(note, 1), (note, 2)]


def test_a_relay_that_loses_its_lease_begins_anew(notes: Outbox, run: Run) -> None:
    run(notes.relay("steady", timedelta(seconds=1)))
    wait_until(lambda: leases.read(notes.database).get("holder") == "steady", what="it holds the lease")
    notes.database["relay"].update_one({"_id": "relay"}, {"$inc": {"fence": 1}})
    note = new_id()
    notes.write(note, 1)

    wait_until(lambda: (note, 1) in notes.sent(), seconds=20, what="it is sent")


def heartbeats(notes: Outbox) -> dict[int, list[datetime]]:
    """The times of the heartbeats that were committed, by partition."""
    found: dict[int, list[datetime]] = {}
    consumer = KafkaConsumer(**connection(notes.kafka), isolation_level="read_committed")
    try:
        partitions = [TopicPartition(notes.topic, number) for number in (0, 1)]
        consumer.assign(partitions)
        consumer.seek_to_beginning()
        ends = consumer.end_offsets(partitions)
        while any(consumer.position(partition) < ends[partition] for partition in partitions):
            for partition, records in consumer.poll(timeout_ms=200).items():
                for event in (read_event(record.value) for record in records):
                    if event.type == "notes.note-heartbeat.v1":
                        assert event.subject == heartbeat.reserved_id(partition.partition)
                        found.setdefault(partition.partition, []).append(event.time)
    finally:
        consumer.close(autocommit=False)
    return found


def test_each_partition_is_told_again_and_again_up_to_when_everything_was_sent(notes: Outbox, run: Run) -> None:
    specs = [TopicSpec(notes.topic, 2, heartbeat="notes.note-heartbeat.v1")]
    often = timedelta(milliseconds=300)
    began = datetime.now(UTC) - timedelta(milliseconds=1)
    run(Relay(notes.database, kafka=notes.kafka, holder="relay-1", topics=specs, heartbeats=often))

    wait_until(lambda: min(map(len, heartbeats(notes).values()), default=0) >= 3, what="three heartbeats each")

    told = heartbeats(notes)
    assert told.keys() == {0, 1}
    for times in told.values():
        assert times == sorted(times)
        assert began < times[0] < times[-1] < datetime.now(UTC)


def test_a_relay_that_cannot_read_the_outbox_says_nothing(notes: Outbox, monkeypatch: pytest.MonkeyPatch) -> None:
    specs = [TopicSpec(notes.topic, 2, heartbeat="notes.note-heartbeat.v1")]
    create(notes.kafka, specs, replication=1)
    stop = threading.Event()

    def fails(_: relay.Stream) -> None:
        stop.set()
        raise AutoReconnect("the database is away")

    monkeypatch.setattr(relay.Stream, "read", fails)
    Relay(notes.database, kafka=notes.kafka, holder="relay-1", topics=specs).run(stop)

    assert heartbeats(notes) == {}
