"""Engines that want a password over TLS: used with the right one, told and waited for with a wrong one."""

import datetime as dt
import gc
import ipaddress
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from prometheus_client import REGISTRY
from pymongo import MongoClient
from pymongo.errors import ConnectionFailure, OperationFailure

from embedded import kafka as embedded_kafka
from embedded import mongo as embedded_mongo
from embedded.processes import free_ports, start
from servicekit import engines, topics
from servicekit.mongo import Document, connect, outage
from servicekit.testing import wait_until
from servicekit.topics import TopicSpec

pytestmark = pytest.mark.engines

PASSWORD = "correct horse"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, and its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return pem


@pytest.fixture(scope="module")
def guarded_kafka(certificate: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A broker that takes SASL over TLS only, and what a client needs for it."""
    data = tmp_path_factory.mktemp("kafka")
    port, inner, controller = free_ports(3)
    settings = {
        **embedded_kafka.properties(data, inner, controller),
        "listeners": f"PLAINTEXT://127.0.0.1:{inner},CONTROLLER://127.0.0.1:{controller},SASL_SSL://127.0.0.1:{port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{inner},SASL_SSL://127.0.0.1:{port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL",
        "inter.broker.listener.name": "PLAINTEXT",
        "sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": (
            "org.apache.kafka.common.security.scram.ScramLoginModule required;"
        ),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": str(certificate),
    }
    file = data / "server.properties"
    file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
    java = [str(embedded_kafka.java()), "-XX:TieredStopAtLevel=1", "-cp", f"{embedded_kafka.library()}/*"]
    user = f"SCRAM-SHA-512=[name=acorn,password={PASSWORD}]"
    formatting = ["kafka.tools.StorageTool", "format", "-t", embedded_kafka.CLUSTER, "-c", str(file)]
    subprocess.run([*java, *formatting, "--add-scram", user], check=True, capture_output=True)
    log = data / "log.txt"
    chatter = "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info"
    broker = start("Kafka", [java[0], "-Xmx256m", chatter, *java[1:], "kafka.Kafka", file], log=log)
    embedded_kafka.make_ready(embedded_kafka.Kafka(broker, port))
    yield {
        "bootstrap": f"127.0.0.1:{port}",
        "security": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "username": "acorn",
        "password": PASSWORD,
        "ca_file": str(certificate),
    }
    broker.kill()


@pytest.fixture(scope="module")
def guarded_mongodb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A replica set that asks for a password; its address lacks user and password."""
    data = tmp_path_factory.mktemp("mongodb")
    [port] = free_ports(1)
    open_ = embedded_mongo.run(data / "data", data / "open.log", port)
    with MongoClient[Document](open_.uri) as client:
        client.admin.command(
            "createUser", "acorn", pwd=PASSWORD, roles=["readWriteAnyDatabase", "userAdminAnyDatabase"]
        )
    open_.stop()
    key = data / "key"
    key.write_text("c2VjcmV0IG9mIHRoZSBtZW1iZXJz")
    key.chmod(0o400)
    command: list[str | Path] = [
        embedded_mongo.mongod(),
        "--dbpath",
        data / "data",
        "--port",
        str(port),
        "--bind_ip",
        "127.0.0.1",
    ]
    command += ["--replSet", embedded_mongo.REPLICA_SET, "--keyFile", key, "--nounixsocket"]
    guarded = start("MongoDB", command, log=data / "log", environment=embedded_mongo.libraries())

    guarded.wait_until(lambda: takes_writes(port), seconds=30, what="ready for writes")
    yield f"127.0.0.1:{port}/?replicaSet={embedded_mongo.REPLICA_SET}"
    guarded.kill()


def takes_writes(port: int) -> bool:
    """Whether the MongoDB at this port is up, and primary."""
    try:
        with MongoClient[Document]("127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=500) as client:
            return bool(client.admin.command("hello")["isWritablePrimary"])
    except ConnectionFailure:
        return False


def ready(port: int) -> bool:
    """Whether the worker with this port says that it is ready."""
    return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=5).status_code == 200


def failures(engine: str, reason: str) -> float:
    """The counter as it stands."""
    return REGISTRY.get_sample_value("acorn_engine_failures_total", {"engine": engine, "reason": reason}) or 0.0


def test_kafka_with_sasl_over_tls_is_used_with_the_right_password(guarded_kafka: dict[str, str]) -> None:
    topics.create(guarded_kafka, [TopicSpec("guarded", 3)], replication=1)
    assert topics.partitions(guarded_kafka, ["guarded"]) == {"guarded": 3}


def test_a_kafka_that_refuses_us_is_told_as_such_and_waited_for(
    guarded_kafka: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    stop, before = Event(), failures("kafka", "refused")
    wrong = {**guarded_kafka, "password": "wrong"}
    waiting = Thread(
        target=topics.ensure, args=(wrong, [TopicSpec("refused", 1)]), kwargs={"replication": 1, "stop": stop}
    )
    waiting.start()
    try:
        wait_until(lambda: failures("kafka", "refused") > before + 1, seconds=60, what="it was refused twice")
        assert waiting.is_alive()
    finally:
        stop.set()
        waiting.join(30)
    said = capsys.readouterr().out
    assert "Kafka refuses us, so making topics waits: check ACORN_KAFKA_USERNAME" in said
    assert PASSWORD not in said


# The client leaves the socket of a handshake that failed to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")
def test_a_kafka_whose_certificate_nobody_knows_is_not_spoken_to(
    guarded_kafka: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topics._refusals, "_last", None)
    stop, before = Event(), failures("kafka", "unreachable")
    stranger = {name: value for name, value in guarded_kafka.items() if name != "ca_file"}
    waiting = Thread(
        target=topics.ensure, args=(stranger, [TopicSpec("strange", 1)]), kwargs={"replication": 1, "stop": stop}
    )
    waiting.start()
    try:
        wait_until(lambda: failures("kafka", "unreachable") > before, seconds=30, what="it was not reached")
    finally:
        stop.set()
        waiting.join(30)
    gc.collect()
    assert topics.partitions(guarded_kafka, ["strange"]) == {}


def test_mongodb_is_used_with_the_right_password(guarded_mongodb: str) -> None:
    with connect(f"mongodb://acorn:correct%20horse@{guarded_mongodb}") as client:
        client["guarded"]["things"].insert_one({"_id": 1})
        assert client["guarded"]["things"].find_one() == {"_id": 1}


@pytest.mark.parametrize("login", ["acorn:wrong@", "nobody:at-all@", ""], ids=str)
def test_a_mongodb_that_refuses_us_counts_as_away_and_is_told_as_such(
    guarded_mongodb: str, login: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = failures("mongodb", "refused")
    with connect(f"mongodb://{login}{guarded_mongodb}") as client, pytest.raises(OperationFailure) as refusal:
        client["guarded"]["things"].insert_one({"_id": 2})
    assert outage(refusal.value)
    engines.mongodb_failed(refusal.value, "this test")
    assert failures("mongodb", "refused") == before + 1
    assert "MongoDB refuses us, so this test waits" in capsys.readouterr().out


def test_a_worker_that_is_refused_waits_and_goes_on_once_it_is_let_in(guarded_mongodb: str, tmp_path: Path) -> None:
    # given a user that is not there yet
    [port] = free_ports(1)
    environment = {
        **os.environ,
        "ACORN_SERVICE": "staff",
        "ACORN_MONGODB_URI": f"mongodb://later:{PASSWORD.replace(' ', '%20')}@{guarded_mongodb}",
        "ACORN_KAFKA_BOOTSTRAP": "127.0.0.1:9",
        "ACORN_OIDC_ISSUER": "https://login.example",
        "ACORN_WORKER_BIND": f"127.0.0.1:{port}",
    }
    log = tmp_path / "log"
    worker = start("worker", [sys.executable, "-m", "servicekit.start", "worker"], log=log, environment=environment)
    try:
        wait_until(
            lambda: "MongoDB refuses us, so the worker waits" in log.read_text(), seconds=30, what="it was refused"
        )
        # when the user is made
        with MongoClient[Document](f"mongodb://acorn:correct%20horse@{guarded_mongodb}") as client:
            client.admin.command("createUser", "later", pwd=PASSWORD, roles=["readWriteAnyDatabase"])
        wait_until(lambda: ready(port), seconds=30, what="the worker is ready")
        lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
        assert {line["level"] for line in lines if "refuses us" in line["event"]} == {"error"}
    finally:
        worker.stop()
