"""A rebuild through a real broker: past aborted transactions and markers, in no group, beside a consumer at work."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from typing import Any

import pytest
from kafka import KafkaProducer
from pymongo.database import Database

from servicekit.consumer import Consumer, Pace, Reading
from servicekit.generations import live
from servicekit.ids import new_id
from servicekit.mongo import Document, projection, transaction
from servicekit.rebuild import store
from servicekit.testing import FixedClock, wait_until
from servicekit.topics import TopicSpec, connection, create

pytestmark = pytest.mark.engines
MakeNote = Callable[..., bytes]
PARTITIONS = 2


@pytest.fixture
def topic(kafka: str) -> str:
    """A topic of its own."""
    name = f"notes.{new_id()}"
    create({"bootstrap": kafka}, [TopicSpec(name, PARTITIONS)], replication=1)
    return name


Send = Callable[..., None]


@pytest.fixture
def send(kafka: str, topic: str) -> Iterator[Send]:
    """Sends messages as one transaction, which leaves a marker behind them."""
    producer = KafkaProducer(**connection({"bootstrap": kafka}), transactional_id=topic, retry_backoff_ms=2)
    producer.init_transactions()

    def sent(*values: bytes, partition: int = 0, commit: bool = True) -> None:
        producer.begin_transaction()
        for value in values:
            producer.send(topic, key=b"k", value=value, partition=partition)
        producer.flush()
        if commit:
            producer.commit_transaction()
        else:
            producer.abort_transaction()

    yield sent
    producer.close(timeout=5)


def test_topics_are_read_to_their_committed_end_past_what_is_no_message(
    kafka: str, topic: str, send: Send, note: MakeNote
) -> None:
    send(note(new_id()), note(new_id()))
    send(note(new_id()), commit=False)
    send(note(new_id()), partition=1)
    with closing(Reading([topic], {"bootstrap": kafka})) as reading:
        assert reading.positions == {(topic, 0): 0, (topic, 1): 0}
        ends = reading.ends()
        assert ends == {(topic, 0): 5, (topic, 1): 2}
        found: list[tuple[int, int]] = []

        def read() -> bool:
            found.extend((partition, message.offset) for _, partition, message in reading.poll())
            return reading.positions == ends

        wait_until(read, seconds=20, what="everything is read")

    assert sorted(found) == [(0, 0), (0, 1), (1, 0)]


def test_a_topic_that_is_not_there_is_named(kafka: str) -> None:
    with pytest.raises(LookupError, match=r"notes\.nowhere"):
        Reading(["notes.nowhere"], {"bootstrap": kafka}, patience=0.5)


def test_a_rebuild_beside_a_consumer_at_work_loses_nothing(
    database: Database[Document],
    kafka: str,
    topic: str,
    send: Send,
    note: MakeNote,
    clock: FixedClock,
    make_listener: Any,
    make_rebuilder: Any,
) -> None:
    stop = threading.Event()
    consumer = Consumer(
        make_listener().inbox,
        group=database.name,
        subscribes=[topic],
        kafka={"bootstrap": kafka},
        pace=Pace(measure=0.2),
    )
    thread = threading.Thread(target=consumer.run, args=(stop,))
    thread.start()
    try:
        ids = [new_id() for _ in range(200)]

        def copies() -> dict[str, str]:
            found = database[projection("copies", live(database))].find()
            return {copy["_id"]: copy["state"]["text"] for copy in found}

        send(*(note(one, 1) for one in ids))
        wait_until(lambda: len(copies()) == len(ids), seconds=30, what="everything is heard")
        worker = make_rebuilder(partial(Reading, [topic], {"bootstrap": kafka}))
        for version in range(2, 5):
            asked = transaction(
                database.client, lambda session: store.ask(database, by="me", at=clock(), session=session)
            )
            working = threading.Thread(target=worker.step)
            working.start()
            for one in ids[::20]:
                send(note(one, version), note(new_id()), partition=version % PARTITIONS)
            working.join(60)
            assert store.show(database, asked["_id"])["state"] == "done"
            assert copies().keys() >= set(ids)

        expected = {one: "version 4" if index % 20 == 0 else "version 1" for index, one in enumerate(ids)}
        wait_until(
            lambda: len(copies()) == len(ids) + 30 and copies() | expected == copies(),
            seconds=30,
            what="the newest of each is in the live generation",
        )
    finally:
        stop.set()
        thread.join(30)
    assert live(database) == 4
