"""Engines that may be killed, and two tiny services on them: what is acknowledged must arrive, whatever is killed."""

import importlib
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from embedded import kafka as embedded_kafka
from embedded import mongo as embedded_mongo
from embedded.processes import free_ports
from servicekit.events import read_event, use_contracts
from servicekit.generations import live
from servicekit.ids import new_id
from servicekit.mongo import Document, connect, projection
from servicekit.testing import wait_until

HERE = Path(__file__).parent
CAUGHT_UP = 60
"""Seconds within which everything that was acknowledged has arrived after the last fault."""


@dataclass
class OwnEngines:
    """A MongoDB and a Kafka of these tests alone, which they may kill and start again."""

    folder: Path
    ports: list[int] = field(default_factory=lambda: free_ports(3))
    mongodb: embedded_mongo.MongoDB | None = None
    kafka: embedded_kafka.Kafka | None = None

    def start_mongodb(self) -> None:
        """Start MongoDB, with the data it had."""
        self.mongodb = embedded_mongo.run(self.folder / "mongodb", self.folder / "mongodb.log", self.ports[0])

    def start_kafka(self) -> None:
        """Start Kafka, with the data it had."""
        self.kafka = embedded_kafka.run(self.folder / "kafka", self.folder / "kafka.log", *self.ports[1:])

    def kill_mongodb(self) -> None:
        """Kill MongoDB as a power cut would."""
        assert self.mongodb is not None
        self.mongodb.process.kill()

    def kill_kafka(self) -> None:
        """Kill Kafka as a power cut would."""
        assert self.kafka is not None
        self.kafka.process.kill()

    @property
    def uri(self) -> str:
        """The address of MongoDB."""
        assert self.mongodb is not None
        return self.mongodb.uri

    @property
    def bootstrap(self) -> str:
        """The address of Kafka."""
        return f"127.0.0.1:{self.ports[1]}"


@pytest.fixture(scope="session")
def own_engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnEngines]:
    """Engines that are started once and belong to the fault tests."""
    engines = OwnEngines(tmp_path_factory.mktemp("engines"))
    engines.start_mongodb()
    engines.start_kafka()
    yield engines
    engines.kill_kafka()
    engines.kill_mongodb()


@dataclass
class Pair:
    """The two services of one test, what was acknowledged to whoever wrote, and the means to look at the outcome."""

    engines: OwnEngines
    client: MongoClient[Document]
    prefix: str
    folder: Path
    topic: str
    tiny: Any
    acknowledged: dict[str, tuple[int, str]] = field(default_factory=dict)
    running: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    every_version: set[tuple[str, int]] = field(default_factory=set)

    @property
    def notes(self) -> Database[Document]:
        """The database of the service that owns the notes."""
        return self.client[f"{self.prefix}notes"]

    @property
    def copies(self) -> Database[Document]:
        """The database of the listener."""
        return self.client[f"{self.prefix}copies"]

    def environment(self, fault: str = "") -> dict[str, str]:
        """What a process of this test needs to know."""
        return {
            **os.environ,
            "PYTHONPATH": str(HERE),
            "ACORN_MONGODB_URI": self.engines.uri,
            "ACORN_DATABASE_PREFIX": self.prefix,
            "ACORN_KAFKA_BOOTSTRAP": self.engines.bootstrap,
            "ACORN_OIDC_ISSUER": "https://identity.example",
            "ACORN_CONTRACTS": str(self.folder),
            "ACORN_WORKER_BIND": f"127.0.0.1:{free_ports(1)[0]}",
            "ACORN_ENVIRONMENT": "development",
            "ACORN_FAULT_POINT": fault,
        }

    def start(self, service: str, fault: str = "", **settings: str) -> "subprocess.Popen[bytes]":
        """Start a service's worker; with a fault point it kills itself when it gets there."""
        with (self.folder / f"{service}.log").open("ab") as log:
            command = [sys.executable, "-m", "servicekit.worker", f"notes_and_copies:create_{service}"]
            process = subprocess.Popen(command, env={**self.environment(fault), **settings}, stdout=log, stderr=log)
        self.running.append(process)
        return process

    def write(self, note: str | None = None, text: str = "") -> str:
        """Write a new note, or the next version of one; it counts as acknowledged once this returns."""
        note = note or new_id()
        version = self.acknowledged.get(note, (0, ""))[0] + 1
        text = text or f"version {version}"
        self.tiny.save(self.notes, note, version, text)
        self.acknowledged[note] = (version, text)
        self.every_version.add((note, version))
        return note

    def write_some(self, count: int, chance: random.Random) -> None:
        """Write new notes and new versions of old ones."""
        for _ in range(count):
            old = sorted(self.acknowledged)
            self.write(chance.choice(old) if old and chance.random() < 0.5 else None)

    def copied(self) -> dict[str, tuple[int, str]]:
        """What the listener knows: version and text of each note."""
        return {
            copy["_id"]: (copy["key"][1], copy["text"])
            for copy in self.copies[projection("copies", live(self.copies))].find()
        }

    def on_topic(self) -> list[tuple[str, int, str]]:
        """Note, version and event id of every committed message, each partition in its order."""
        from kafka import KafkaConsumer, TopicPartition

        from servicekit.topics import connection

        consumer = KafkaConsumer(**connection({"bootstrap": self.engines.bootstrap}), isolation_level="read_committed")
        found = []
        try:
            partitions = [TopicPartition(self.topic, number) for number in range(self.tiny.PARTITIONS)]
            consumer.assign(partitions)
            consumer.seek_to_beginning()
            ends = consumer.end_offsets(partitions)
            while any(consumer.position(partition) < ends[partition] for partition in partitions):
                for records in consumer.poll(timeout_ms=200).values():
                    events = [read_event(record.value) for record in records]
                    found += [(event.subject, event.version, event.id) for event in events]
        finally:
            consumer.close(autocommit=False)
        return found

    def settle(self, seconds: float = CAUGHT_UP) -> None:
        """Wait until the listener knows everything that was acknowledged, then hold all three against each other."""
        wait_until(lambda: self.copied() == self.acknowledged, seconds=seconds, what="everything acknowledged arrived")
        messages = self.on_topic()
        assert {(note, version) for note, version, _ in messages} >= self.every_version
        newest = {note: version for note, version, _ in messages}
        assert newest == {note: version for note, (version, _) in self.acknowledged.items()}, "an older one came last"
        assert self.copies["dead_letters"].count_documents({}) == 0

    def effects(self) -> list[str]:
        """The event of each effect that the listener committed."""
        return [effect["event"] for effect in self.copies["effects"].find()]

    def stop(self, process: "subprocess.Popen[bytes]") -> int:
        """Stop a worker as its supervisor would; its exit code."""
        process.send_signal(signal.SIGTERM)
        return process.wait(40)

    def end(self) -> None:
        """Kill what is left, and drop both databases."""
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
            process.wait()
        # What was killed in mid-transaction holds its locks for up to a minute.
        self.client.admin.command({"killAllSessions": []})
        for database in (self.notes, self.copies):
            self.client.drop_database(database.name)


@pytest.fixture
def pair(own_engines: OwnEngines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pair]:
    """The two services, not running yet; the topic is there."""
    # Not at the top: pytest reads this file before the filter for a warning of kafka-python's is there.
    from servicekit.topics import TopicSpec, create

    monkeypatch.syspath_prepend(HERE)
    notes_and_copies = importlib.import_module("notes_and_copies")
    (tmp_path / "events").mkdir()
    schema = {"$id": "https://notes.example/notes.note-changed.v1.json", "type": "object"}
    (tmp_path / "events" / "notes.note-changed.v1.json").write_text(json.dumps(schema))
    use_contracts(tmp_path)
    topic = f"notes.{new_id()}"
    monkeypatch.setenv("NOTES_TOPIC", topic)
    spec = TopicSpec(topic, notes_and_copies.PARTITIONS)
    create({"bootstrap": own_engines.bootstrap}, [spec], replication=1)
    with connect(own_engines.uri) as client:
        made = Pair(own_engines, client, f"f{new_id()[-12:]}_", tmp_path, topic, notes_and_copies)
        yield made
        made.end()
    use_contracts(Path("contracts"))


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process of ours as a power cut would."""
    process.send_signal(signal.SIGKILL)
    process.wait()


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Chance with a seed that the test's name gives, so that a failure can be repeated."""
    return random.Random(request.node.nodeid)


@pytest.fixture
def killer() -> Callable[["subprocess.Popen[bytes]"], None]:
    """Kills a process of this test."""
    return kill
