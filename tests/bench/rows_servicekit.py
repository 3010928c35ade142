"""The way of an event, measured: the hop between two services, the relay's and the listener's backlog, the write."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from pymongo import UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from tests.bench.stage import Measure, Row, Stage, in_turns, paced, percentiles, plain_consumer, wait_for

from servicekit import generations, outbox
from servicekit.clock import utc_now
from servicekit.consumer import Reading
from servicekit.events import Event
from servicekit.ids import new_id
from servicekit.inbox import Batch, Inbox, Message
from servicekit.mongo import Document, ensure_indexes, projection, transaction
from servicekit.rebuild import job
from servicekit.rebuild import store as rebuilds
from servicekit.relay import Stream, _producer, publish
from servicekit.schedule import Schedule
from servicekit.topics import TopicSpec, connection, create

EXAMPLE = Path(__file__).resolve().parents[2] / "contracts/events/examples/staff.person-joined.v1.json"
PEOPLE = "staff.people"
RATE = 100
SECONDS = 8
ROUNDS = 3
WARMING = 2
BACKLOG = 10_000


def person() -> tuple[str, Document]:
    """A new person's id and published state, as large as a real one."""
    state = orjson.loads(EXAMPLE.read_bytes())["data"]["state"]
    state["id"] = new_id()
    return state["id"], state


def joined(database: Database[Document], session: ClientSession) -> str:
    """Write a person's event in a transaction."""
    aggregate, state = person()
    outbox.append(
        database,
        topic=PEOPLE,
        type="staff.person-joined.v1",
        source="/acorn/staff",
        aggregate=aggregate,
        version=1,
        state=state,
        at=utc_now(),
        session=session,
    )
    return aggregate


class Seen:
    """When each key was seen, filled by a thread that reads whatever tells of it."""

    def __init__(self, keys: Iterator[tuple[str, float]]) -> None:
        self.at: dict[str, float] = {}
        self._thread = threading.Thread(target=self._read, args=(keys,), daemon=True)
        self._thread.start()

    def _read(self, keys: Iterator[tuple[str, float]]) -> None:
        for key, at in keys:
            self.at[key] = at

    def end(self) -> None:
        """Wait for the thread, which was told to end."""
        self._thread.join()

    def delays(self, sent: dict[str, float]) -> list[float]:
        """Seconds from sending to seeing, of every key; waits for the last."""
        wait_for(lambda: sent.keys() <= self.at.keys(), 60, "not every event was seen")
        return [max(0.0, self.at[key] - at) for key, at in sent.items()]


def hop(stage: Stage) -> Sequence[Row]:
    """From the commit in staff until cpd's directory knows it, beside a bare producer and consumer."""
    create(stage.brokers, [TopicSpec("bench.hop", 24)], replication=1)
    staff, cpd = stage.database("staff"), stage.database("cpd")
    producer = KafkaProducer(bootstrap_servers=stage.kafka.bootstrap, acks="all")
    consumer = plain_consumer(stage, "bench.hop")
    seen_plain = Seen(_printed(consumer.stdout))
    ours: list[float] = []
    plain: list[float] = []
    with stage.workers("acorn_staff.app:create_worker", "acorn_cpd.app:create_worker"), _watching(cpd) as seen_ours:
        for number in range(WARMING + ROUNDS):
            sent: dict[str, float] = {}

            def write(_: int, sent: dict[str, float] = sent) -> None:
                key = transaction(staff.client, lambda session: joined(staff, session))
                sent[key] = time.time()

            paced(RATE * SECONDS, RATE, write)
            ours_now = seen_ours.delays(sent)
            sent_plain: dict[str, float] = {}

            def send(_: int, sent: dict[str, float] = sent_plain) -> None:
                key, state = person()
                sent[key] = time.time()
                producer.send("bench.hop", key=key.encode(), value=orjson.dumps(state))

            paced(RATE * SECONDS, RATE, send)
            plain_now = seen_plain.delays(sent_plain)
            # The broker's virtual machine compiles as it goes: at first both sides measure that.
            if number >= WARMING:
                ours += ours_now
                plain += plain_now
    consumer.kill()
    consumer.wait()
    producer.close()
    note = (
        f"{RATE} events a second for {SECONDS * ROUNDS} s; staff and cpd as processes, seen by a change stream of "
        "cpd's directory; plain: produced until consumed by a bare kafka-python, no database"
    )
    measured = zip(("p50", "p99"), percentiles(ours), percentiles(plain), strict=True)
    return [Row(f"Commit → seen in the other service, {which}", us, them, "ms", note) for which, us, them in measured]


def _printed(lines: Any) -> Iterator[tuple[str, float]]:
    for line in lines:
        key, at = line.split()
        yield key, float(at)


@contextmanager
def _watching(database: Database[Document]) -> Iterator[Seen]:
    collection = projection("people")
    database[collection].delete_many({})
    pipeline: list[Document] = [{"$match": {"ns.coll": collection}}, {"$project": {"documentKey": 1}}]
    over = threading.Event()
    with database.watch(pipeline, batch_size=1_000, max_await_time_ms=200) as stream:

        def keys() -> Iterator[tuple[str, float]]:
            while not over.is_set():
                change = stream.try_next()
                if change:
                    yield change["documentKey"]["_id"], time.time()

        seen = Seen(keys())
        yield seen
        over.set()
        seen.end()


def drain(stage: Stage) -> Sequence[Row]:
    """Sending a full outbox, beside a bare producer with the same rows in memory."""
    create(stage.brokers, [TopicSpec("bench.drain", 24)], replication=1)
    rows = _rows("bench.drain")
    database = stage.database("drain")
    producer = _producer(stage.brokers, "drain")
    producer.init_transactions()
    bare = KafkaProducer(
        bootstrap_servers=stage.kafka.bootstrap, compression_type="gzip", linger_ms=50, batch_size=262_144
    )

    def ours() -> float:
        with database.client.start_session() as session:
            stream = Stream(database, session)
            stream.open(None)
            database["outbox"].delete_many({})
            database["outbox"].insert_many(rows)
            began, sent = time.perf_counter(), 0
            while sent < len(rows):
                batch, _ = stream.read()
                if batch:
                    publish(producer, batch)
                    sent += len(batch)
            return len(rows) / (time.perf_counter() - began)

    def plain() -> float:
        began = time.perf_counter()
        for row in rows:
            bare.send("bench.drain", key=row["key"].encode(), value=row["value"])
        bare.flush()
        return len(rows) / (time.perf_counter() - began)

    us, them = in_turns(ROUNDS, ours, plain)
    bare.close()
    producer.close()
    note = (
        f"{BACKLOG:,} rows of {len(rows[0]['value'])} bytes, transactional and in the order of commits; plain: the "
        "same bytes from memory, gzip"
    )
    return [Row("Relay drains the outbox", us, them, "events/s", note)]


def _rows(topic: str) -> list[Document]:
    rows = []
    for _ in range(BACKLOG):
        key, state = person()
        rows.append({"_id": new_id(), "topic": topic, "key": key, "value": _published(key, state, 1)})
    return rows


def _published(key: str, state: Document, version: int) -> bytes:
    return orjson.dumps(
        {
            "specversion": "1.0",
            "id": new_id(),
            "source": "/acorn/staff",
            "type": "staff.person-joined.v1",
            "subject": key,
            "time": datetime.now(UTC).isoformat(),
            "datacontenttype": "application/json",
            "data": {"epoch": 1, "version": version, "state": state},
        }
    )


class Copies:
    """A store that keeps the newest state of each aggregate, as a directory does."""

    def __init__(self, database: Database[Document], session: ClientSession, generation: int) -> None:
        self._copies, self._session = database[projection("copies", generation)], session
        self._writes: list[UpdateOne] = []

    def put(self, event: Event) -> None:
        """Collect one state."""
        document = {**event.state, "_id": event.subject, "key": list(event.key)}
        newer = {"$lt": [{"$ifNull": ["$key", [0, 0]]}, {"$literal": list(event.key)}]}
        taken = {"$replaceWith": {"$cond": [newer, {"$literal": document}, "$$ROOT"]}}
        self._writes.append(UpdateOne({"_id": event.subject}, [taken], upsert=True))

    def flush(self) -> None:
        """Write what was collected as one bulk."""
        self._copies.bulk_write(self._writes, session=self._session, ordered=False)


def backlog(stage: Stage) -> Sequence[Row]:
    """Working off a topic: effects and positions in transactions, beside consuming and parsing it."""
    create(stage.brokers, [TopicSpec("bench.backlog", 4)], replication=1)
    producer = KafkaProducer(bootstrap_servers=stage.kafka.bootstrap, compression_type="gzip", linger_ms=50)
    for row in _rows("bench.backlog"):
        producer.send("bench.backlog", key=row["key"].encode(), value=row["value"])
    producer.flush()
    producer.close()
    partitions = [TopicPartition("bench.backlog", number) for number in range(4)]
    database = stage.database("backlog")

    def consumed(take: Callable[[Any, TopicPartition, list[Any]], None]) -> float:
        consumer = KafkaConsumer(**connection(stage.brokers), enable_auto_commit=False, max_poll_records=2_000)
        consumer.assign(partitions)
        consumer.seek_to_beginning()
        began, count = time.perf_counter(), 0
        while count < BACKLOG:
            for partition, records in consumer.poll(timeout_ms=1_000).items():
                take(consumer, partition, records)
                count += len(records)
        seconds = time.perf_counter() - began
        consumer.close(autocommit=False)
        return BACKLOG / seconds

    def ours() -> float:
        for collection in (projection("copies"), "positions"):
            database[collection].delete_many({})
        handlers = {"staff.person-*.v1": lambda event, store: store.put(event)}
        inbox = Inbox(database, handlers=handlers, make_store=Copies, clock=utc_now)
        at = {partition: inbox.take_over(partition.topic, partition.partition) for partition in partitions}

        def take(consumer: Any, partition: TopicPartition, records: list[Any]) -> None:
            after = consumer.position(partition)
            messages = [Message(record.offset, record.value) for record in records]
            inbox.apply(Batch(partition.topic, partition.partition, at[partition], messages, after))
            at[partition] = after

        rate = consumed(take)
        inbox.close()
        return rate

    def parse(_: Any, __: TopicPartition, records: list[Any]) -> None:
        for record in records:
            orjson.loads(record.value)

    def plain() -> float:
        return consumed(parse)

    us, them = in_turns(ROUNDS, ours, plain)
    note = (
        f"{BACKLOG:,} new people, each an upsert on its version, up to 2,000 a transaction; plain: consumed and "
        "parsed, no database"
    )
    return [Row("Listener works off a backlog", us, them, "events/s", note)]


REBUILT = 4_000
VERSIONS = 5


def rebuild(stage: Stage) -> Sequence[Row]:
    """Learning a topic anew, beside consuming it, keeping the newest of each key and inserting that."""
    create(stage.brokers, [TopicSpec("bench.rebuild", 4)], replication=1)
    producer = KafkaProducer(bootstrap_servers=stage.kafka.bootstrap, compression_type="gzip", linger_ms=50)
    people = [person() for _ in range(REBUILT)]
    for version in range(1, VERSIONS + 1):
        for key, state in people:
            producer.send("bench.rebuild", key=key.encode(), value=_published(key, state, version))
    producer.flush()
    producer.close()
    messages = REBUILT * VERSIONS
    database = stage.database("rebuild")
    handlers = {"staff.person-*.v1": lambda event, store: store.put(event)}
    read = partial(Reading, ["bench.rebuild"], stage.brokers)
    work = job.work(read, handlers, Copies, indexes={projection("copies"): ()}, clock=utc_now)
    worker = Schedule(database, work, holder="bench", clock=utc_now)
    ensure_indexes(database, rebuilds.INDEXES)

    def ours() -> float:
        transaction(database.client, lambda session: rebuilds.ask(database, by="bench", at=utc_now(), session=session))
        began = time.perf_counter()
        worker.step()
        seconds = time.perf_counter() - began
        if database[projection("copies", generations.live(database))].count_documents({}) != REBUILT:
            raise SystemExit("the rebuild did not bring back everybody")
        return messages / seconds

    def plain() -> float:
        database.drop_collection("plain")
        consumer = KafkaConsumer(**connection(stage.brokers), enable_auto_commit=False, max_poll_records=2_000)
        consumer.assign([TopicPartition("bench.rebuild", number) for number in range(4)])
        consumer.seek_to_beginning()
        newest: dict[str, bytes] = {}
        began, count = time.perf_counter(), 0
        while count < messages:
            for records in consumer.poll(timeout_ms=1_000).values():
                count += len(records)
                newest |= {record.key.decode(): record.value for record in records}
        database["plain"].insert_many(
            [{"_id": key, **orjson.loads(value)["data"]["state"]} for key, value in newest.items()]
        )
        seconds = time.perf_counter() - began
        consumer.close(autocommit=False)
        return messages / seconds

    us, them = in_turns(ROUNDS, ours, plain)
    note = (
        f"{REBUILT:,} documents from {messages:,} messages, each read as an event and the newest written through "
        "the service's handlers, with the swap; plain: consumed by a bare kafka-python, the last of each key inserted "
        "with one insert_many"
    )
    return [Row("Rebuild of a projection", us, them, "messages/s", note)]


def write(stage: Stage) -> Sequence[Row]:
    """One write with its event, beside the bare insert of a document with the same promises of the database."""
    database = stage.database("write")
    rows = []
    for writers in (1, 8):

        def ours() -> None:
            transaction(database.client, _person_and_event)

        def _person_and_event(session: ClientSession) -> None:
            key = joined(database, session)
            database["people"].insert_one({"_id": key}, session=session)

        def plain() -> None:
            database["plain"].insert_one({"_id": new_id()})

        us, them = in_turns(ROUNDS, _rate(ours, writers), _rate(plain, writers))
        note = (
            "transaction of a document and its event, held against its schema; plain: one insert, majority and journal"
        )
        rows.append(Row(f"Writes with an event, {writers} at once", us, them, "writes/s", note))
    return rows


def _rate(act: Callable[[], None], writers: int, each: int = 150) -> Callable[[], float]:
    def measure() -> float:
        def many() -> None:
            for _ in range(each):
                act()

        threads = [threading.Thread(target=many) for _ in range(writers)]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return writers * each / (time.perf_counter() - began)

    return measure


ROWS: Sequence[Measure] = (hop, write, drain, backlog, rebuild)
