# Over 400 lines: one stage, a topic with consumers in threads, serves all four groups of tests.
"""The consumer through a real broker: from its own stored position, past what is no message, out of what goes wrong."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaConfigurationError, KafkaError, KafkaTimeoutError
from kafka.structs import OffsetAndMetadata
from pymongo.database import Database
from pymongo.errors import AutoReconnect, OperationFailure

from servicekit import consumer as consuming
from servicekit.consumer import Consumer, Pace
from servicekit.ids import new_id
from servicekit.inbox import Batch, Inbox, PositionMoved
from servicekit.mongo import Document, projection
from servicekit.testing import FixedClock, wait_until
from servicekit.topics import TopicSpec, connection, create

pytestmark = pytest.mark.engines
MakeNote = Callable[..., bytes]
PARTITIONS = 2


@dataclass
class Stage:
    """A topic, somebody who sends to it, and a listener's database."""

    database: Database[Document]
    kafka: dict[str, str]
    topic: str
    note: MakeNote

    def send(self, *values: bytes | None, partition: int = 0, commit: bool = True) -> None:
        """Send messages as one transaction, which leaves a marker behind them."""
        producer = KafkaProducer(**connection(self.kafka), transactional_id=f"sender-{self.topic}", retry_backoff_ms=2)
        try:
            producer.init_transactions()
            producer.begin_transaction()
            for value in values:
                producer.send(self.topic, key=b"k", value=value, partition=partition)
            producer.flush()
            if commit:
                producer.commit_transaction()
            else:
                producer.abort_transaction()
        finally:
            producer.close(timeout=5)

    def copies(self) -> set[str]:
        """Which notes have a copy."""
        return {copy["_id"] for copy in self.database[projection("copies")].find()}

    def position(self, partition: int = 0) -> int:
        """The stored position."""
        found = self.database["positions"].find_one({"_id": f"{self.topic}/{partition}"})
        return int(found["offset"]) if found else 0

    def end(self, partition: int = 0) -> int:
        """The read-committed end of the partition."""
        client = KafkaConsumer(**connection(self.kafka), isolation_level="read_committed")
        try:
            ends = client.end_offsets([TopicPartition(self.topic, partition)])
            return int(ends[TopicPartition(self.topic, partition)])
        finally:
            client.close(autocommit=False)

    def committed(self) -> int | None:
        """What a lag tool would see: the position in Kafka."""
        client = KafkaConsumer(**connection(self.kafka), group_id=self.database.name, enable_auto_commit=False)
        try:
            found: int | None = client.committed(TopicPartition(self.topic, 0))
            return found
        finally:
            client.close(autocommit=False)


@pytest.fixture
def stage(database: Database[Document], kafka: str, note: MakeNote) -> Stage:
    """A topic of its own."""
    topic = f"notes.{new_id()}"
    create({"bootstrap": kafka}, [TopicSpec(topic, PARTITIONS)], replication=1)
    return Stage(database, {"bootstrap": kafka}, topic, note)


Start = Callable[..., Consumer]
QUICK = Pace(measure=0.2)


@pytest.fixture
def start(stage: Stage, make_listener: Callable[..., Any], clock: FixedClock) -> Iterator[Start]:
    """Starts consumers of the topic in threads, and stops them at the end."""
    running: list[tuple[threading.Event, threading.Thread, list[Exception]]] = []

    def run(pace: Pace = QUICK, subscribes: tuple[str, ...] = (), inbox: Any = None, **options: Any) -> Consumer:
        stop = threading.Event()
        broken: list[Exception] = []
        consumer = Consumer(
            inbox or make_listener(**options).inbox,
            group=stage.database.name,
            subscribes=subscribes or (stage.topic,),
            kafka=stage.kafka,
            pace=pace,
        )

        def guarded() -> None:
            try:
                consumer.run(stop)
            except Exception as error:
                broken.append(error)

        thread = threading.Thread(target=guarded)
        thread.start()
        running.append((stop, thread, broken))
        consumer.stop = stop  # type: ignore[attr-defined]
        consumer.broken = broken  # type: ignore[attr-defined]
        consumer.thread = thread  # type: ignore[attr-defined]
        return consumer

    yield run
    for stop, _, _ in running:
        stop.set()
    for _, thread, _ in running:
        thread.join(30)
        assert not thread.is_alive()


def stop(consumer: Any) -> None:
    """Stop one consumer and wait for it."""
    consumer.stop.set()
    consumer.thread.join(30)


class TestFollowing:
    def test_messages_have_their_effect_and_the_position_passes_the_transaction_marker(
        self, stage: Stage, start: Start
    ) -> None:
        first, second = new_id(), new_id()
        stage.send(stage.note(first))
        start()
        stage.send(stage.note(second), partition=1)

        wait_until(lambda: stage.copies() == {first, second}, seconds=20, what="both are copied")
        wait_until(lambda: stage.position(0) == stage.end(0) == 2, what="the marker of partition 0 is passed")
        wait_until(lambda: stage.position(1) == stage.end(1) == 2, what="the marker of partition 1 is passed")

    def test_messages_of_an_aborted_transaction_never_have_an_effect(self, stage: Stage, start: Start) -> None:
        kept = new_id()
        stage.send(stage.note(new_id()), commit=False)
        stage.send(stage.note(kept))

        start()

        wait_until(stage.copies, seconds=20, what="something is copied")
        assert stage.copies() == {kept}

    def test_a_successor_goes_on_from_the_stored_position_whatever_kafka_remembers(
        self, stage: Stage, start: Start
    ) -> None:
        first, second = new_id(), new_id()
        stage.send(stage.note(first))
        one = start()
        wait_until(lambda: stage.copies() == {first}, seconds=20, what="the first is copied")
        stop(one)
        client = KafkaConsumer(**connection(stage.kafka), group_id=stage.database.name, enable_auto_commit=False)
        client.assign([TopicPartition(stage.topic, 0)])
        client.commit({TopicPartition(stage.topic, 0): OffsetAndMetadata(1_000, "", -1)})
        client.close(autocommit=False)
        stage.database[projection("copies")].delete_many({})
        stage.send(stage.note(second))

        start()

        wait_until(lambda: stage.copies() == {second}, seconds=20, what="the second is copied, the first not again")

    def test_the_position_is_told_to_kafka_too_for_lag_tools(self, stage: Stage, start: Start) -> None:
        stage.send(stage.note(new_id()))
        start()

        wait_until(lambda: stage.committed() in (1, 2), seconds=20, what="Kafka knows the position")

    def test_partitions_are_shared_and_every_message_has_its_effect_once(self, stage: Stage, start: Start) -> None:
        first = start()
        wait_until(lambda: len(first.standing()) == PARTITIONS, seconds=20, what="the first has all partitions")
        second = start()
        wait_until(
            lambda: len(first.standing()) == len(second.standing()) == 1, seconds=30, what="each has one partition"
        )
        notes = [new_id() for _ in range(20)]
        for at, note in enumerate(notes):
            stage.send(stage.note(note), partition=at % PARTITIONS)

        wait_until(lambda: stage.copies() == set(notes), seconds=20, what="all are copied")
        assert {copy["effects"] for copy in stage.database[projection("copies")].find()} == {1}

    def test_a_topic_that_is_made_later_is_waited_for(self, stage: Stage, start: Start) -> None:
        later = f"notes.{new_id()}"
        start(subscribes=(later,))
        time.sleep(0.3)
        create(stage.kafka, [TopicSpec(later, 1)], replication=1)
        note = new_id()
        replace(stage, topic=later).send(stage.note(note))

        wait_until(lambda: stage.copies() == {note}, seconds=20, what="it is copied")

    def test_a_consumer_that_waits_for_its_topic_can_be_stopped(self, stage: Stage, start: Start) -> None:
        consumer = start(subscribes=("notes.never-made",))
        time.sleep(0.3)

        stop(consumer)

        assert consumer.standing() == []


class TestMeasuring:
    def test_a_consumer_that_has_caught_up_lags_by_nothing(
        self, stage: Stage, start: Start, counted: Callable[..., float]
    ) -> None:
        stage.send(stage.note(new_id()))
        consumer = start()

        wait_until(lambda: len(consumer.standing()) == PARTITIONS, seconds=20, what="it has measured")
        wait_until(lambda: {each.lag for each in consumer.standing()} == {0}, what="it has caught up")
        assert counted("acorn_consumer_lag_messages") == 0
        assert counted("acorn_consumer_lag_seconds") == 0

    def test_a_consumer_that_is_behind_says_by_how_much(
        self, stage: Stage, start: Start, counted: Callable[..., float]
    ) -> None:
        stage.send(*(stage.note(new_id()) for _ in range(30)))

        def slow(event: Any, store: Any) -> None:
            time.sleep(0.1)

        consumer = start(Pace(measure=0.05, records=1), handlers={"notes.note-*.v1": slow})

        wait_until(lambda: any(each.lag > 1 for each in consumer.standing()), seconds=20, what="it measured a lag")
        assert counted("acorn_consumer_lag_messages") > 1
        assert counted("acorn_consumer_lag_seconds") > 0


class TestFaults:
    def test_a_batch_that_meets_an_outage_is_tried_until_it_is_over(
        self, stage: Stage, start: Start, counted: Callable[..., float]
    ) -> None:
        failures = iter([AutoReconnect(), AutoReconnect()])

        def unlucky(event: Any, store: Any) -> None:
            for failure in failures:
                raise failure
            store.put(event)

        note = new_id()
        stage.send(stage.note(note))
        start(handlers={"notes.note-*.v1": unlucky})

        wait_until(lambda: stage.copies() == {note}, seconds=20, what="it is copied")
        assert counted("acorn_consumer_retries_total", reason="database") == 2
        assert stage.database["dead_letters"].count_documents({}) == 0

    def test_a_position_that_another_moved_is_read_again(
        self, stage: Stage, start: Start, make_listener: Callable[..., Any], counted: Callable[..., float]
    ) -> None:
        inbox: Inbox = make_listener().inbox
        original = inbox.apply
        overtaken: list[Batch] = []

        def overtake(*batches: Batch) -> None:
            if not overtaken:
                overtaken.extend(batches)
                raise PositionMoved
            original(*batches)

        inbox.apply = overtake  # type: ignore[method-assign]
        note = new_id()
        stage.send(stage.note(note))
        start(inbox=inbox)

        wait_until(lambda: stage.copies() == {note}, seconds=20, what="it is copied")
        assert counted("acorn_consumer_retries_total", reason="position_moved") == 1

    def test_a_fault_that_no_repetition_mends_ends_the_consumer(
        self, stage: Stage, start: Start, make_listener: Callable[..., Any]
    ) -> None:
        inbox: Inbox = make_listener().inbox

        def forbidden(topic: str, partition: int) -> int:
            raise OperationFailure("a value that no server takes", 2)

        inbox.take_over = forbidden  # type: ignore[method-assign]
        consumer: Any = start(inbox=inbox)

        wait_until(lambda: consumer.broken, seconds=20, what="the thread has ended")
        assert isinstance(consumer.broken[0], OperationFailure)

    def test_a_client_that_breaks_is_made_anew(
        self, stage: Stage, start: Start, counted: Callable[..., float], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        original = KafkaConsumer.poll
        broken: list[Any] = []

        def poll(self: Any, **arguments: Any) -> Any:
            if not broken:
                broken.append(self)
                raise KafkaError("out of order")
            return original(self, **arguments)

        monkeypatch.setattr(KafkaConsumer, "poll", poll)
        note = new_id()
        stage.send(stage.note(note))
        start()

        wait_until(lambda: stage.copies() == {note}, seconds=20, what="it is copied")
        assert counted("acorn_consumer_rebuilt_total", reason="error") == 1

    def test_a_broker_that_is_away_at_the_start_is_waited_for(
        self, stage: Stage, start: Start, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        original, tries = consuming.topics.client, []  # type: ignore[attr-defined]

        def away(*arguments: Any, **options: Any) -> Any:
            tries.append(1)
            if len(tries) < 3:
                raise KafkaTimeoutError
            return original(*arguments, **options)

        monkeypatch.setattr(consuming.topics, "client", away)  # type: ignore[attr-defined]
        note = new_id()
        stage.send(stage.note(note))
        start()

        wait_until(lambda: stage.copies() == {note}, seconds=20, what="it is copied")

    def test_settings_that_no_client_takes_end_the_consumer(
        self, stage: Stage, start: Start, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: Any, **__: Any) -> Any:
            raise KafkaConfigurationError

        monkeypatch.setattr(consuming.topics, "client", refuse)  # type: ignore[attr-defined]
        consumer: Any = start()

        wait_until(lambda: consumer.broken, seconds=20, what="the thread has ended")


class TestWhatKafkaPythonIsKnownFor:
    def test_a_client_that_joined_and_was_given_nothing_is_made_anew(
        self, stage: Stage, start: Start, counted: Callable[..., float], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A poll shorter than the join leaves the client heartbeating without partitions, and without an error."""
        original = KafkaConsumer.poll
        clients: list[Any] = []

        def poll(self: Any, timeout_ms: float, **arguments: Any) -> Any:
            if self not in clients:
                clients.append(self)
            if clients.index(self) == 0:
                # The first client polls as nobody should: in steps shorter than its join, with pauses between.
                time.sleep(0.05)
                return original(self, timeout_ms=0, **arguments)
            return original(self, timeout_ms=timeout_ms, **arguments)

        monkeypatch.setattr(KafkaConsumer, "poll", poll)
        note = new_id()
        stage.send(stage.note(note))

        start(Pace(measure=0.2, unassigned=1.5))

        wait_until(lambda: stage.copies() == {note}, seconds=30, what="it is copied")
        assert counted("acorn_consumer_rebuilt_total", reason="no_assignment") == 1
        assert len(clients) == 2

    def test_a_client_that_brings_nothing_while_messages_wait_is_made_anew(
        self, stage: Stage, start: Start, counted: Callable[..., float], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        original, clients = KafkaConsumer.poll, []

        def poll(self: Any, **arguments: Any) -> Any:
            if self not in clients:
                clients.append(self)
            found = original(self, **arguments)
            if clients.index(self) == 0 and found:
                for partition, records in found.items():
                    self.seek(partition, records[0].offset)
                return {}
            return found

        monkeypatch.setattr(KafkaConsumer, "poll", poll)
        note = new_id()
        stage.send(stage.note(note))

        start(Pace(measure=0.1, stalled=1))

        wait_until(lambda: stage.copies() == {note}, seconds=30, what="it is copied")
        assert counted("acorn_consumer_rebuilt_total", reason="stalled") == 1

    def test_its_dangerous_defaults_are_overridden(self, stage: Stage, start: Start) -> None:
        consumer = Consumer(None, group="g", subscribes=(stage.topic,), kafka=stage.kafka)  # type: ignore[arg-type]

        client = consumer._client(threading.Event())

        try:
            assert client.config["enable_auto_commit"] is False
            assert client.config["auto_offset_reset"] == "earliest"
            assert client.config["isolation_level"] == "read_committed"
            assert client.config["reconnect_backoff_max_ms"] == 1_000
            assert client.config["allow_auto_create_topics"] is False
            assert client.subscription() == {stage.topic}
        finally:
            client.close(autocommit=False)

    def test_it_polls_long_enough_for_a_join_and_takes_no_more_than_it_can_handle_in_time(self) -> None:
        pace = Pace()

        assert pace.poll_ms >= 1_000
        slowest_handler = 0.05
        assert pace.records * slowest_handler < 300
