"""The consumer: brings a service the messages of the topics it listens to, in order, from the position it stored.

Positions live in MongoDB beside the effects (`servicekit.inbox`); what is committed to Kafka is for lag tools only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Event
from time import monotonic, time
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaConfigurationError, KafkaError
from kafka.structs import OffsetAndMetadata
from prometheus_client import Counter, Gauge
from pymongo.errors import PyMongoError

from servicekit import engines, topics
from servicekit.inbox import Batch, Inbox, Message, PositionMoved, passing
from servicekit.logs import log
from servicekit.status import Standing

LAG = Gauge("acorn_consumer_lag_messages", "Messages that wait to be handled, of the partitions of this worker.")
LAG_SECONDS = Gauge("acorn_consumer_lag_seconds", "Age of the newest message handled, while others wait; else 0.")
AGE = Gauge(
    "acorn_directory_age_seconds",
    "Time since this worker last had handled all that was published on the topics it listens to.",
)
RETRIES = Counter("acorn_consumer_retries_total", "Batches tried again, by why.", ["reason"])
REBUILT = Counter("acorn_consumer_rebuilt_total", "Times the Kafka client was thrown away and made anew.", ["reason"])
_log = log(__name__)


@dataclass(frozen=True)
class Pace:
    """How often the consumer looks, and how long it puts up with a client that has stopped working, in seconds."""

    poll_ms: int = 1_000
    """Never less: a join that outlasts the poll can leave the client without partitions for ever, and without an
    error."""

    records: int = 2_000
    """At most so many messages a poll. Handling them must stay far below the broker's five minutes between polls."""

    measure: float = 5
    unassigned: float = 10
    stalled: float = 30


class _Unusable(Exception):
    """The Kafka client heartbeats and brings nothing; the message is the reason that is counted."""


class Consumer:
    """Follows topics for an inbox, in one thread of a worker."""

    def __init__(
        self,
        inbox: Inbox,
        *,
        group: str,
        subscribes: Sequence[str],
        kafka: Mapping[str, str],
        pace: Pace = Pace(),
    ) -> None:
        self._inbox = inbox
        self._group = group
        self._subscribes = tuple(subscribes)
        self._kafka = kafka
        self._pace = pace
        self._patience = pace.unassigned
        self._following: _Following | None = None
        self._began = time()
        AGE.set_function(self._age)

    def standing(self) -> list[Standing]:
        """Where each partition of this worker stood when it was last measured; for another thread to ask."""
        following = self._following
        return list(following.standing) if following else []

    def _age(self) -> float:
        """Since when this worker may have missed something, in seconds: its start, if it was never caught up."""
        following = self._following
        if following is not None and following.caught_up:
            self._began = following.caught_up
        return time() - self._began

    def run(self, stop: Event) -> None:
        """Follow until told to stop. Outages of Kafka and MongoDB are waited for; a broken client is made anew."""
        failures = 0
        while not stop.is_set():
            client: Any = None
            following: _Following | None = None
            try:
                client = self._client(stop)
                if client is not None:
                    following = self._following = _Following(client, self._inbox, self._pace, self._patience)
                    following.run(stop)
            except _Unusable as broken:
                # A group with more members than partitions looks the same: do not shake it for ever.
                self._patience = min(300.0, self._patience * 2)
                REBUILT.labels(str(broken)).inc()
                _log.warning("the consumer's client is made anew", reason=str(broken))
            except KafkaConfigurationError:
                raise
            except KafkaError as error:
                failures += 1
                REBUILT.labels("error").inc()
                engines.kafka_failed(error, "the consumer")
                stop.wait(topics.pause(failures))
            else:
                failures = 0
            finally:
                if following is not None and following.assigned:
                    self._patience, failures = self._pace.unassigned, 0
                if client is not None:
                    client.close(autocommit=False, timeout_ms=2_000)

    def _client(self, stop: Event) -> Any:
        client = topics.client(
            KafkaConsumer,
            self._kafka,
            client_id=self._group,
            group_id=self._group,
            metrics_enabled=False,
            # Ours are stored with the effects. Without a stored one, a partition is read from its beginning.
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            # A relay's aborted transactions are not for us.
            isolation_level="read_committed",
            allow_auto_create_topics=False,
            # The lowest that brokers allow by default: how long a killed worker's partitions lie idle.
            session_timeout_ms=6_000,
            heartbeat_interval_ms=2_000,
            max_poll_interval_ms=300_000,
            max_poll_records=self._pace.records,
        )
        try:
            # Subscribing to a topic that is not known yet is one of the ways to end without partitions.
            while not all(client.partitions_for_topic(topic) for topic in self._subscribes):
                _log.info("the consumer waits for its topics", topics=list(self._subscribes))
                if stop.wait(1):
                    client.close(autocommit=False, timeout_ms=2_000)
                    return None
            client.subscribe(list(self._subscribes))
        except BaseException:
            client.close(autocommit=False, timeout_ms=2_000)
            raise
        return client


class _Following:
    """One client's life: from its subscription until it is told to stop, or breaks."""

    def __init__(self, client: Any, inbox: Inbox, pace: Pace, patience: float) -> None:
        self._client = client
        self._inbox = inbox
        self._pace = pace
        self._patience = patience
        self._held: tuple[int, frozenset[Any]] | None = None
        self._stored: dict[Any, int] = {}
        self._newest: dict[Any, float] = {}
        self._began = self._alive = self._brought = monotonic()
        self._measured = 0.0
        self._failures = 0
        self.assigned = False
        self.standing: tuple[Standing, ...] = ()
        self.caught_up = 0.0

    def run(self, stop: Event) -> None:
        """Poll and hand over until told to stop; `_Unusable` or a `KafkaError` when the client is no good."""
        while not stop.is_set():
            polled = self._client.poll(timeout_ms=self._pace.poll_ms)
            try:
                self._step(polled)
            except PositionMoved:
                RETRIES.labels("position_moved").inc()
                self._held = None
            except PyMongoError as error:
                if not passing(error):
                    raise
                RETRIES.labels("database").inc()
                self._held = None
                self._failures += 1
                engines.mongodb_failed(error, "a batch")
                stop.wait(topics.pause(self._failures, first=0.01))
            else:
                self._failures = 0

    def _step(self, polled: Mapping[Any, Sequence[Any]]) -> None:
        if self._takes_over():
            # What was polled may have been read from the position that Kafka remembers: read it again from ours.
            return
        if polled:
            self._brought = monotonic()
        self._apply({partition: self._batch(partition, records) for partition, records in polled.items()})
        for partition, records in polled.items():
            self._newest[partition] = records[-1].timestamp / 1000
        if not polled or monotonic() - self._measured > self._pace.measure:
            self._pass_markers()
        if monotonic() - self._measured > self._pace.measure:
            self._measure()

    def _batch(self, partition: Any, records: Sequence[Any], position: int | None = None) -> Batch:
        messages = [Message(record.offset, record.value) for record in records]
        after = self._client.position(partition) if position is None else position
        return Batch(partition.topic, partition.partition, self._stored[partition], messages, after)

    def _apply(self, batches: Mapping[Any, Batch]) -> None:
        if not batches:
            return
        self._inbox.apply(*batches.values())
        positions = {partition: batch.position for partition, batch in batches.items()}
        self._stored |= positions
        told = {partition: OffsetAndMetadata(position, "", -1) for partition, position in positions.items()}
        self._client.commit_async(told, callback=_nothing)

    def _takes_over(self) -> bool:
        """Whether the partitions changed hands, or the last batch failed: then seek to what is stored."""
        assignment = frozenset(self._client.assignment())
        if not assignment:
            if monotonic() - self._alive > self._patience:
                raise _Unusable("no_assignment")
            self._held = None
            return True
        self._alive = monotonic()
        self.assigned = True
        held = (self._client.group_metadata().generation_id, assignment)
        if held == self._held:
            return False
        for partition in assignment:
            position = self._inbox.take_over(partition.topic, partition.partition)
            self._client.seek(partition, position)
            self._stored[partition] = position
        self._held = held
        self._brought = monotonic()
        return True

    def _pass_markers(self) -> None:
        """Move past what is no message: the ends of transactions, and gaps that compaction left."""
        passed: dict[Any, Batch] = {}
        for partition in self._client.assignment():
            position = self._client.position(partition, timeout_ms=500)
            if position is not None and position != self._stored[partition]:
                passed[partition] = self._batch(partition, (), position)
        self._apply(passed)

    def _measure(self) -> None:
        """Measure the lag; `_Unusable` when messages wait and none comes."""
        assignment = list(self._client.assignment())
        ends = self._client.end_offsets(assignment, timeout_ms=5_000)
        now, self._measured = time(), monotonic()
        standing, behind = [], 0.0
        for partition in assignment:
            position = self._stored[partition]
            lag = max(0, ends[partition] - position)
            standing.append(Standing(partition.topic, partition.partition, position, lag))
            if lag:
                behind = max(behind, now - self._newest.get(partition, now - (self._measured - self._began)))
        self.standing = tuple(standing)
        LAG.set(sum(each.lag for each in standing))
        LAG_SECONDS.set(behind)
        if assignment and not any(each.lag for each in standing):
            self.caught_up = now
        if behind and self._measured - self._brought > self._pace.stalled:
            raise _Unusable("stalled")


class Reading:
    """Reads topics from their beginning for a rebuild: in no group, so that nobody's partitions change hands.

    A partition is named by its topic and number. Whatever Kafka does is raised; the work is then tried again.
    """

    def __init__(self, subscribes: Sequence[str], kafka: Mapping[str, str], *, patience: float = 10) -> None:
        """Connect; `LookupError` names a topic that is not there after `patience` seconds."""
        self._client = topics.client(
            KafkaConsumer,
            kafka,
            group_id=None,
            metrics_enabled=False,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            allow_auto_create_topics=False,
            max_poll_records=2_000,
        )
        try:
            self._partitions = {
                (topic, number): TopicPartition(topic, number)
                for topic in subscribes
                for number in self._numbers(topic, monotonic() + patience)
            }
            self._client.assign(list(self._partitions.values()))
            self._client.seek_to_beginning()
            beginnings = self._client.beginning_offsets(list(self._partitions.values()))
        except BaseException:
            self.close()
            raise
        self.positions: dict[tuple[str, int], int] = {
            name: beginnings[partition] for name, partition in self._partitions.items()
        }
        """Where each partition is read on: everything before was handed over by `poll`."""

    def _numbers(self, topic: str, deadline: float) -> Sequence[int]:
        while not (found := self._client.partitions_for_topic(topic)):
            if monotonic() > deadline:
                raise LookupError(topic)
        return sorted(found)

    def ends(self) -> dict[tuple[str, int], int]:
        """The read-committed end of each partition now."""
        ends = self._client.end_offsets(list(self._partitions.values()), timeout_ms=10_000)
        return {name: ends[partition] for name, partition in self._partitions.items()}

    def poll(self) -> list[tuple[str, int, Message]]:
        """The next messages, each with its partition; `positions` are then behind them."""
        polled = self._client.poll(timeout_ms=500)
        for name, partition in self._partitions.items():
            # Past what is no message, too: the ends of transactions, and gaps that compaction left.
            after = self._client.position(partition, timeout_ms=5_000)
            if after is not None:
                self.positions[name] = after
        return [
            (partition.topic, partition.partition, Message(record.offset, record.value))
            for partition, records in polled.items()
            for record in records
        ]

    def close(self) -> None:
        """Leave the broker."""
        self._client.close(autocommit=False, timeout_ms=2_000)


def _nothing(*_: Any) -> None:
    """A commit to Kafka that fails costs nothing: the next one says more."""
