"""Kafka topics: what every client needs to reach the broker, and that the topics of a service are there."""

import logging
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from time import monotonic
from typing import Any

from kafka import KafkaAdminClient
from kafka.errors import (
    KafkaConfigurationError,
    KafkaError,
    SaslAuthenticationFailedError,
    TopicAlreadyExistsError,
    UnsupportedSaslMechanismError,
)

from servicekit import engines

MAX_COMPACTION_LAG = timedelta(days=7)
"""An erased person's older states are gone from the topic after this long: compaction alone promises no date."""

# The client reports each failed connection; what matters is said once, by us.
logging.getLogger("kafka").setLevel(logging.CRITICAL)


class _Refusals(logging.Filter):
    """Remembers the last time that a broker refused our user, which the client logs and then tells as a time-out."""

    def __init__(self) -> None:
        super().__init__()
        self._last: tuple[float, KafkaError] | None = None

    def filter(self, record: logging.LogRecord) -> bool:
        """Look at what the client was about to log, and let nothing through."""
        for argument in record.args or ():
            if isinstance(argument, SaslAuthenticationFailedError | UnsupportedSaslMechanismError):
                self._last = monotonic(), argument
        return False

    def recent(self) -> KafkaError | None:
        """The last refusal of this minute: most of those that follow it reach the client as lost connections."""
        return self._last[1] if self._last and monotonic() - self._last[0] < 60 else None


_refusals = _Refusals()
_connections = logging.getLogger("kafka.net.manager")
_connections.setLevel(logging.WARNING)
_connections.addFilter(_refusals)


@dataclass(frozen=True)
class TopicSpec:
    """A topic that a service owns. The partitions are fixed when it is made: they decide where a key lives.

    `heartbeat` is the type of the event that says in each partition, once a minute, that nothing is held back.
    """

    name: str
    partitions: int
    compacted: bool = True
    heartbeat: str | None = None


class TopicTooSmall(Exception):
    """A topic has fewer partitions than its service is made for; the message says what to do."""


def connection(kafka: Mapping[str, str]) -> dict[str, Any]:
    """The arguments that every Kafka client of ours has in common, from `Settings.kafka`."""
    arguments: dict[str, Any] = {
        "bootstrap_servers": [server.strip() for server in kafka["bootstrap"].split(",")],
        "security_protocol": kafka.get("security") or "PLAINTEXT",
        # By default the pause between attempts grows to 30 s during an outage, and stays there after it.
        "reconnect_backoff_max_ms": 1_000,
        "bootstrap_timeout_ms": 5_000,
        "request_timeout_ms": 10_000,
    }
    if kafka.get("ca_file"):
        arguments["ssl_cafile"] = kafka["ca_file"]
    if arguments["security_protocol"].startswith("SASL"):
        arguments["sasl_mechanism"] = kafka["sasl_mechanism"]
        arguments["sasl_plain_username"] = kafka["username"]
        arguments["sasl_plain_password"] = kafka["password"]
    return arguments


def client(kind: Any, kafka: Mapping[str, str], **arguments: Any) -> Any:
    """Make a client of this class; one that finds no broker is taken down again before its error is raised.

    By itself it would leave a thread and four open files behind at each attempt of an outage. A broker that refuses our
    user is told as that (`SaslAuthenticationFailedError`), and not as the time-out that the client makes of it.
    """
    made: list[Any] = []

    def remember(*args: Any, **configs: Any) -> Any:
        made.append(kind.DEFAULT_CONFIG["kafka_client"](*args, **configs))
        return made[-1]

    try:
        return kind(**{**connection(kafka), **arguments, "kafka_client": remember})
    except BaseException as error:
        for half_made in made:
            half_made.close()
        refusal = _refusals.recent()
        if refusal is not None and isinstance(error, KafkaError):
            # Made anew: an exception keeps what it passed through.
            raise type(refusal)("the broker refuses our user") from error
        raise


def ensure(kafka: Mapping[str, str], topics: Sequence[TopicSpec], *, replication: int, stop: Event) -> None:
    """Create the topics that are not there, waiting for a broker that is away until told to stop.

    `TopicTooSmall` when one is there with too few partitions.
    """
    failures = 0
    while not stop.is_set():
        try:
            create(kafka, topics, replication=replication)
        except KafkaConfigurationError:
            raise
        except KafkaError as error:
            failures += 1
            engines.kafka_failed(error, "making topics")
            stop.wait(pause(failures))
        else:
            return


def pause(failures: int, *, first: float = 0.2, longest: float = 5.0) -> float:
    """How long to wait after so many failures in a row, in seconds: doubling, and never two workers in step."""
    return min(longest, first * 2.0 ** min(failures, 20)) * random.uniform(0.5, 1)  # noqa: S311 - jitter, no secret


def create(kafka: Mapping[str, str], topics: Sequence[TopicSpec], *, replication: int) -> None:
    """Create the topics that are not there and check those that are; `KafkaError` when the broker is away."""
    if not topics:
        return
    with client(KafkaAdminClient, kafka) as admin:
        there = _partitions(admin, [topic.name for topic in topics])
        missing = {topic.name: _arguments(topic, replication) for topic in topics if topic.name not in there}
        if missing:
            # Another worker may be as quick: then it is there, and is checked below.
            answer = admin.create_topics(missing, raise_errors=False)
            for created in answer["topics"]:
                if created["error_code"] not in (0, TopicAlreadyExistsError.errno):
                    raise KafkaError(f"{created['name']} cannot be created: error {created['error_code']}")
            admin.wait_for_topics(list(missing))
            there |= _partitions(admin, missing)
    for topic in topics:
        if there[topic.name] < topic.partitions:
            raise TopicTooSmall(
                f"Topic {topic.name} has {there[topic.name]} partitions and {topic.partitions} are needed. Adding some "
                "would part old events of a key from its new ones: make a new topic, rebuild, and switch to it."
            )


def partitions(kafka: Mapping[str, str], names: Iterable[str]) -> dict[str, int]:
    """How many partitions each of these topics has; those that do not exist are left out."""
    with client(KafkaAdminClient, kafka) as admin:
        return _partitions(admin, names)


def _partitions(admin: Any, names: Iterable[str]) -> dict[str, int]:
    described = admin.describe_topics(list(names))
    return {topic["name"]: len(topic["partitions"]) for topic in described if topic["error_code"] == 0}


def _arguments(topic: TopicSpec, replication: int) -> dict[str, Any]:
    configs = {"min.insync.replicas": str(max(1, replication - 1))}
    if topic.compacted:
        configs["cleanup.policy"] = "compact"
        configs["max.compaction.lag.ms"] = str(int(MAX_COMPACTION_LAG.total_seconds() * 1000))
    return {"num_partitions": topic.partitions, "replication_factor": replication, "configs": configs}
