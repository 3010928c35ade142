"""Topics on a real broker: made once, checked ever after, waited for while the broker is away."""

import gc
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import ConfigResource
from kafka.errors import KafkaConfigurationError, KafkaError

from embedded.processes import free_ports
from servicekit import topics
from servicekit.ids import new_id
from servicekit.testing import wait_until
from servicekit.topics import TopicSpec, TopicTooSmall, client, connection, create, ensure, partitions, pause

pytestmark = pytest.mark.engines
OPEN_FILES = Path("/proc/self/fd")
BOOTSTRAP = {"bootstrap": "127.0.0.1:9"}


def fresh(partitions: int = 2, compacted: bool = True) -> TopicSpec:
    return TopicSpec(f"notes.{new_id()}", partitions, compacted)


def configs(kafka: str, topic: str) -> dict[str, str]:
    with KafkaAdminClient(**connection({"bootstrap": kafka})) as admin:
        described: dict[str, Any] = admin.describe_configs([ConfigResource("topic", topic)], config_filter="all")
    return {name: config["value"] for name, config in described["topic"][topic].items()}


def test_a_topic_that_is_missing_is_made_and_one_that_is_there_is_left(kafka: str) -> None:
    first, second = fresh(), fresh(5)
    where = {"bootstrap": kafka}
    create(where, [first], replication=1)

    create(where, [first, second], replication=1)

    assert partitions(where, [first.name, second.name, "notes.absent"]) == {first.name: 2, second.name: 5}


def test_an_entity_topic_is_compacted_and_forgets_older_states_within_a_week(kafka: str) -> None:
    entity, other = fresh(), fresh(compacted=False)
    create({"bootstrap": kafka}, [entity, other], replication=1)

    assert configs(kafka, entity.name)["cleanup.policy"] == "compact"
    assert configs(kafka, entity.name)["max.compaction.lag.ms"] == str(7 * 24 * 3600 * 1000)
    assert configs(kafka, other.name)["cleanup.policy"] == "delete"


def test_a_topic_with_too_few_partitions_is_refused_with_what_to_do(kafka: str) -> None:
    small = fresh(2)
    create({"bootstrap": kafka}, [small], replication=1)

    with pytest.raises(TopicTooSmall, match=r"has 2 partitions and 24 are needed.*make a new topic"):
        create({"bootstrap": kafka}, [TopicSpec(small.name, 24)], replication=1)


def test_more_partitions_than_asked_for_are_fine(kafka: str) -> None:
    large = fresh(4)
    create({"bootstrap": kafka}, [large], replication=1)

    create({"bootstrap": kafka}, [TopicSpec(large.name, 2)], replication=1)


def test_a_topic_that_the_broker_will_not_make_is_an_error(kafka: str) -> None:
    with pytest.raises(KafkaError, match="cannot be created"):
        create({"bootstrap": kafka}, [fresh()], replication=3)


def test_no_topics_need_no_broker() -> None:
    create(BOOTSTRAP, [], replication=1)


def test_a_broker_that_is_away_is_waited_for_until_told_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()
    tries: list[int] = []

    def away(*_: object, **__: object) -> None:
        tries.append(1)
        if len(tries) == 3:
            stop.set()
        raise KafkaError

    monkeypatch.setattr(topics, "create", away)
    monkeypatch.setattr(topics, "pause", lambda _: 0.0)

    ensure(BOOTSTRAP, [fresh()], replication=1, stop=stop)

    assert len(tries) == 3


@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kind", [KafkaAdminClient, KafkaConsumer, KafkaProducer])
def test_a_client_that_finds_no_broker_leaves_nothing_behind(kind: Any) -> None:
    """Each attempt of an outage would otherwise cost a thread and four open files."""
    [port] = free_ports(1)
    threads, files = threading.active_count(), len(list(OPEN_FILES.iterdir()))

    for _ in range(3):
        with pytest.raises(KafkaError):
            client(kind, {"bootstrap": f"127.0.0.1:{port}"}, bootstrap_timeout_ms=200)
    # The library leaves the sockets of refused connections to the collector.
    gc.collect()

    wait_until(lambda: threading.active_count() <= threads, what="their threads have ended")
    wait_until(lambda: len(list(OPEN_FILES.iterdir())) <= files, what="their files are closed")


def test_settings_that_no_client_takes_are_not_waited_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "connection", lambda kafka: {**connection(kafka), "telepathy": True})

    with pytest.raises(KafkaConfigurationError):
        ensure(BOOTSTRAP, [fresh()], replication=1, stop=threading.Event())


class TestConnection:
    def test_after_an_outage_clients_reconnect_within_a_second(self) -> None:
        """By default the pause between attempts grows to 30 s."""
        assert connection(BOOTSTRAP)["reconnect_backoff_max_ms"] == 1_000

    def test_several_brokers_are_separated_by_commas(self) -> None:
        assert connection({"bootstrap": "a:1, b:2"})["bootstrap_servers"] == ["a:1", "b:2"]

    def test_sasl_and_certificates_are_passed_on(self) -> None:
        settings = {
            "bootstrap": "a:1",
            "security": "SASL_SSL",
            "sasl_mechanism": "SCRAM-SHA-512",
            "username": "acorn",
            "password": "secret",
            "ca_file": "/ca.pem",
        }

        arguments = connection(settings)

        assert arguments["security_protocol"] == "SASL_SSL"
        assert arguments["sasl_mechanism"] == "SCRAM-SHA-512"
        assert (arguments["sasl_plain_username"], arguments["sasl_plain_password"]) == ("acorn", "secret")
        assert arguments["ssl_cafile"] == "/ca.pem"

    def test_plain_text_needs_no_password(self) -> None:
        assert "sasl_mechanism" not in connection({**BOOTSTRAP, "security": "PLAINTEXT", "ca_file": ""})

    def test_pauses_double_up_to_the_longest(self) -> None:
        assert 0.2 <= pause(1) <= 0.4
        assert 2.5 <= pause(1_000) <= timedelta(seconds=5).total_seconds()
