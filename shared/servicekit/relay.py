"""The relay: sends what the outbox holds to Kafka, in the order of commits, whatever is killed, never losing a row.

It follows the change stream of the outbox, the only order that is the order of commits. One worker holds the lease;
the broker fences the producer of a holder that was paused and overtaken. Once a minute it says in each partition of a
topic with a heartbeat up to when everything was sent, behind all of it: silence is how listeners know of an outage.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from threading import Event
from time import monotonic, time
from typing import Any

import pymongo
from kafka import KafkaProducer
from kafka.errors import InvalidProducerEpochError, KafkaConfigurationError, KafkaError, ProducerFencedError
from prometheus_client import Counter, Gauge, Histogram
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import InvalidOperation, OperationFailure, PyMongoError

from servicekit import engines, heartbeat, outbox, topics
from servicekit.faultpoints import reached
from servicekit.lease import LEASE, Lease, LeaseLost, Position
from servicekit.logs import log
from servicekit.mongo import Document
from servicekit.topics import TopicSpec

BATCH = 500
"""Rows of one Kafka transaction."""

_SAVING = 0.1
"""Seconds after which the position is saved when it has moved."""

_WAIT_MS = 400
"""How long the server waits for new rows before it answers that there are none."""

PUBLISHING = Histogram(
    "acorn_relay_publish_seconds",
    "Time from writing an event to its commit in Kafka.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
SENT = Counter("acorn_relay_events_total", "Events committed to Kafka.", ["topic"])
FENCED = Counter("acorn_relay_fenced_total", "Times the broker refused this relay because another had taken over.")
HOLDS = Gauge("acorn_relay_holds", "1 while this worker's relay holds the lease.")
_log = log(__name__)

# The history before the token is gone, or the token belongs to another history (a restore).
_TOKEN_LOST = frozenset({260, 280, 286})
_FENCED = (ProducerFencedError, InvalidProducerEpochError)


class Stream:
    """The change stream of the outbox, read as whole batches: the raw commands give them, the driver's cursor not."""

    def __init__(self, database: Database[Document], session: ClientSession) -> None:
        self._database = database
        self._session = session
        self._cursor = 0
        self._first: Document | None = None

    def open(self, token: Document | None) -> Document:
        """Begin after `token`, or now; answers the token to resume from. An `OperationFailure` when it is lost."""
        stage: Document = {"resumeAfter": token} if token else {}
        pipeline = [
            {"$changeStream": stage},
            # Sweeping deletes rows: that is nothing to send.
            {"$match": {"operationType": "insert"}},
            {"$project": {"fullDocument": 1, "wallTime": 1}},
        ]
        self._first = self._run(
            {"aggregate": outbox.COLLECTION, "pipeline": pipeline, "cursor": {"batchSize": BATCH if token else 0}}
        )
        found: Document = self._first["postBatchResumeToken"]
        if token is None:
            self._first = None
        return found

    def read(self) -> tuple[list[Document], Position]:
        """The next rows, none after a short wait, and the position after them."""
        asked = datetime.now(UTC)
        batch = self._first or self._run(
            {"getMore": self._cursor, "collection": outbox.COLLECTION, "batchSize": BATCH, "maxTimeMS": _WAIT_MS}
        )
        self._first = None
        changes = batch.get("firstBatch") or batch.get("nextBatch") or []
        until = changes[-1]["wallTime"] if changes else asked
        return [change["fullDocument"] for change in changes], Position(batch["postBatchResumeToken"], until)

    def _run(self, command: Document) -> Document:
        # The client's own time limit would replace `maxTimeMS`, and an idle stream would wait for all of it.
        with pymongo.timeout(0):
            answer = self._database.command(command, session=self._session, codec_options=self._database.codec_options)
        cursor: Document = answer["cursor"]
        self._cursor = cursor["id"]
        if not self._cursor:
            raise OperationFailure("the outbox was dropped or renamed: its stream ended", 280)
        return cursor


class Relay:
    """Sends a service's outbox, in one thread of its worker."""

    def __init__(
        self,
        database: Database[Document],
        *,
        kafka: Mapping[str, str],
        holder: str,
        topics: Sequence[TopicSpec] = (),
        replication: int = 1,
        lease: timedelta = LEASE,
        heartbeats: timedelta = heartbeat.EVERY,
    ) -> None:
        self._database = database
        self._kafka = kafka
        self._topics = topics
        self._heartbeats = heartbeats.total_seconds()
        self._replication = replication
        self._lease = Lease(database, holder, lease)
        self._every = lease.total_seconds() / 4

    def run(self, stop: Event) -> None:
        """Send until told to stop. Outages of Kafka and MongoDB are waited for; a relay that is fenced begins anew."""
        topics.ensure(self._kafka, self._topics, replication=self._replication, stop=stop)
        failures = 0
        while not stop.is_set():
            try:
                if not self._lease.acquire():
                    failures = 0
                    stop.wait(self._every)
                    continue
                self._hold(stop)
                failures = 0
            except LeaseLost:
                _log.warning("the relay's lease went to another worker")
            except _FENCED:
                FENCED.inc()
                _log.warning("the broker fenced this relay: another has taken over")
            except (KafkaConfigurationError, InvalidOperation):
                raise
            except KafkaError as error:
                failures += 1
                engines.kafka_failed(error, "the relay")
                stop.wait(topics.pause(failures))
            except PyMongoError as error:
                failures += 1
                engines.mongodb_failed(error, "the relay")
                stop.wait(topics.pause(failures))
            finally:
                HOLDS.set(0)

    def _hold(self, stop: Event) -> None:
        producer = _producer(self._kafka, self._database.name)
        try:
            # From here on the broker refuses every older producer of this name ...
            producer.init_transactions()
            # ... so what they sent last is known, and this position is behind nothing that they may still send.
            token = self._lease.renew().get("token")
            HOLDS.set(1)
            with self._database.client.start_session() as session:
                self._follow(producer, Stream(self._database, session), token, stop)
            self._lease.release()
        except OperationFailure as error:
            if error.code not in _TOKEN_LOST:
                raise
            _log.warning("the relay's position is lost: sending again every row that is still there")
            self._lease.renew(Position(None, None))
        finally:
            _close(producer)

    def _follow(self, producer: Any, stream: Stream, token: Document | None, stop: Event) -> None:
        begun = stream.open(token)
        if token is None:
            self._send_everything(producer)
            self._lease.renew(Position(begun, None))
        saved, unsaved, told = monotonic(), False, -self._heartbeats
        while not stop.is_set():
            rows, position = stream.read()
            if rows:
                publish(producer, rows)
                unsaved = True
            if position.until and monotonic() - told > self._heartbeats:
                self._tell(producer, position.until)
                told = monotonic()
            # What a killed relay had sent and not saved is sent again: that is cheaper than saving each batch.
            if monotonic() - saved > (_SAVING if unsaved else self._every):
                self._lease.renew(position)
                saved, unsaved = monotonic(), False
        if unsaved:
            self._lease.renew(position)

    def _tell(self, producer: Any, until: datetime) -> None:
        """Say up to when everything was sent, where a topic of ours has a heartbeat."""
        rows = heartbeat.rows(self._database, self._topics, producer.partitions_for, until=until)
        if rows:
            _send(producer, rows)
            producer.commit_transaction()

    def _send_everything(self, producer: Any) -> None:
        """Send every row, those of an aggregate in the order of its versions: the stream's order is not known."""
        for rows in _slices(self._database):
            publish(producer, rows)
            self._lease.renew()


def publish(producer: Any, rows: Sequence[Document]) -> None:
    """Send rows as one transaction and return when the broker has committed it; an error when any row failed."""
    reached("relay: before send")
    _send(producer, rows)
    reached("relay: after the acknowledgement")
    producer.commit_transaction()
    now = time()
    for row in rows:
        SENT.labels(row["topic"]).inc()
        PUBLISHING.observe(max(0.0, now - outbox.made_at(row["_id"])))
    reached("relay: before the position is saved")


def _send(producer: Any, rows: Sequence[Document]) -> None:
    """Begin a transaction and send rows in it: to the partition that a row names, else to that of its key."""
    producer.begin_transaction()
    sent = [
        producer.send(row["topic"], key=row["key"].encode(), value=bytes(row["value"]), partition=row.get("partition"))
        for row in rows
    ]
    producer.flush(timeout=30)
    for future in sent:
        future.get(timeout=0)


def _slices(database: Database[Document]) -> Iterator[list[Document]]:
    rows: list[Document] = []
    order = [("key", 1), ("epoch", 1), ("version", 1)]
    for row in database[outbox.COLLECTION].find({}, sort=order, allow_disk_use=True, batch_size=BATCH):
        rows.append(row)
        if len(rows) == BATCH:
            yield rows
            rows = []
    if rows:
        yield rows


def _producer(kafka: Mapping[str, str], service: str) -> Any:
    return topics.client(
        KafkaProducer,
        kafka,
        client_id=f"relay-{service}",
        metrics_enabled=False,
        transactional_id=f"relay-{service}",
        acks="all",
        allow_auto_create_topics=False,
        compression_type="gzip",
        # A batch is flushed as soon as it is complete: lingering only lets it become one request a partition.
        linger_ms=5,
        batch_size=262_144,
        max_block_ms=10_000,
        delivery_timeout_ms=20_000,
        transaction_timeout_ms=30_000,
        # The default of 100 ms is paid by every hundredth transaction, which finds the one before not yet closed.
        retry_backoff_ms=2,
    )


def _close(producer: Any) -> None:
    try:
        producer.close(timeout=1)
    except KafkaError as error:
        # What it still held was not committed: the next holder ends its transaction and sends the rows again.
        _log.info("a producer was closed with rows unsent", error=type(error).__name__)
