"""The worker as a process: health, metrics, a clean end, and a prompt one when something breaks."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from pymongo.database import Database

from servicekit.mongo import Document
from servicekit.schedule import add
from servicekit.settings import Settings
from servicekit.status import latest
from servicekit.testing import Engines, wait_until
from servicekit.topics import TopicSpec, create
from servicekit.worker import Worker

pytestmark = pytest.mark.engines
HERE = Path(__file__).parent


@dataclass
class Running:
    """A worker process of this test."""

    process: "subprocess.Popen[bytes]"
    port: int
    output: Path

    def get(self, path: str) -> int:
        """The status of one of its pages; 0 while nothing listens."""
        try:
            return requests.get(f"http://127.0.0.1:{self.port}{path}", timeout=5).status_code
        except requests.ConnectionError:
            return 0

    def log(self) -> list[dict[str, object]]:
        """Its log lines."""
        return [json.loads(line) for line in self.output.read_text().splitlines() if line.startswith("{")]

    def ends(self, seconds: float = 30) -> int:
        """Wait for its end; its exit code."""
        return self.process.wait(seconds)


Start = Callable[..., Running]


@pytest.fixture
def start(engines: Engines, database: Database[Document], contracts_of_notes: Path, tmp_path: Path) -> Iterator[Start]:
    """Starts workers as processes, and kills what is left of them."""
    running: list[Running] = []

    def run(function: str, settings: Mapping[str, str] | None = None) -> Running:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        environment = {
            **os.environ,
            "PYTHONPATH": str(HERE),
            "ACORN_MONGODB_URI": engines.mongodb_uri,
            "ACORN_DATABASE_PREFIX": database.name,
            "ACORN_KAFKA_BOOTSTRAP": engines.kafka_bootstrap,
            "ACORN_OIDC_ISSUER": "https://identity.example",
            "ACORN_CONTRACTS": str(contracts_of_notes),
            "ACORN_WORKER_BIND": f"127.0.0.1:{port}",
            **(settings or {}),
        }
        output = tmp_path / f"{len(running)}.log"
        with output.open("wb") as log:
            command = [sys.executable, "-m", "servicekit.worker", f"workers_under_test:{function}"]
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        running.append(Running(process, port, output))
        return running[-1]

    yield run
    for each in running:
        if each.process.poll() is None:
            each.process.kill()
        each.process.wait()


@pytest.fixture
def notes(database: Database[Document]) -> Iterator[Database[Document]]:
    """The database of the worker processes: named after the test's own."""
    yield database.client[f"{database.name}notes"]
    database.client.drop_database(f"{database.name}notes")


def test_a_worker_is_alive_ready_and_measured_and_ends_cleanly(start: Start, notes: Database[Document]) -> None:
    worker = start("create_notes")

    wait_until(lambda: worker.get("/readyz") == 200, seconds=20, what="it is ready")
    assert worker.get("/livez") == 200
    assert worker.get("/elsewhere") == 404
    metrics = requests.get(f"http://127.0.0.1:{worker.port}/metrics", timeout=5).text
    for name in ("acorn_outbox_depth", "acorn_relay_publish_seconds", "acorn_consumer_handling_seconds"):
        assert name in metrics
    wait_until(lambda: latest(notes), what="it has said how it stands")

    began = time.monotonic()
    worker.process.send_signal(signal.SIGTERM)

    assert worker.ends() == 0
    assert time.monotonic() - began < 5
    assert worker.log()[-1]["event"] == "the worker ends"


def test_a_worker_does_what_is_due(start: Start, notes: Database[Document]) -> None:
    start("create_notes")
    add(notes, kind="reminder", key="1", due=datetime.now(UTC) - timedelta(seconds=1), payload={"_id": "reminded"})

    wait_until(lambda: notes["reminded"].find_one({}), seconds=20, what="it has reminded")


def test_a_thread_that_breaks_ends_the_process_with_a_line_that_quotes_nothing(start: Start) -> None:
    worker = start("create_broken")

    assert worker.ends() == 1

    [line] = [line for line in worker.log() if line["event"] == "a thread of the worker broke"]
    assert (line["thread"], line["error"]) == ("schedule", "ZeroDivisionError")
    assert "Amina" not in worker.output.read_text()


def test_a_topic_with_too_few_partitions_ends_the_process_with_what_to_do(start: Start, kafka: str) -> None:
    create({"bootstrap": kafka}, [TopicSpec("notes.worker-under-test", 1)], replication=1)
    worker = start("create_larger")

    assert worker.ends() == 1

    [line] = [line for line in worker.log() if "partitions" in str(line["event"])]
    assert "has 1 partitions and 3 are needed" in str(line["event"])


def test_a_worker_without_its_database_waits_alive_and_not_ready(start: Start) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        uri = f"mongodb://127.0.0.1:{nobody.getsockname()[1]}/?replicaSet=rs0&serverSelectionTimeoutMS=300"
        worker = start("create_notes", {"ACORN_MONGODB_URI": uri})
        wait_until(lambda: worker.get("/livez") == 200, seconds=20, what="it is alive")

        assert worker.get("/readyz") == 503
        worker.process.send_signal(signal.SIGTERM)
        assert worker.ends() == 0


def test_a_worker_without_kafka_is_ready_and_ends_when_told(start: Start) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        worker = start("create_notes", {"ACORN_KAFKA_BOOTSTRAP": f"127.0.0.1:{nobody.getsockname()[1]}"})
        wait_until(lambda: worker.get("/readyz") == 200, seconds=20, what="it is ready")
        time.sleep(0.5)
        assert worker.process.poll() is None

        worker.process.send_signal(signal.SIGTERM)

        assert worker.ends() == 0


def test_a_missing_setting_is_one_sentence(start: Start) -> None:
    worker = start("create_notes", {"ACORN_KAFKA_REPLICATION": "several"})

    assert worker.ends() == 2
    assert worker.output.read_text() == ("ACORN_KAFKA_REPLICATION is 'several'; it must be a whole number above 0.\n")


def test_an_address_in_use_is_one_line_with_the_remedy(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        worker = start("create_notes", {"ACORN_WORKER_BIND": address})

        assert worker.ends() == 2

    assert worker.log()[-1]["event"] == f"the worker cannot listen at {address}: change ACORN_WORKER_BIND"


def test_without_a_function_to_make_it_there_is_one_sentence() -> None:
    ended = subprocess.run([sys.executable, "-m", "servicekit.worker"], capture_output=True, text=True, check=False)

    assert ended.returncode == 2
    assert ended.stderr == "Usage: python -m servicekit.worker module:function\n"


def test_a_worker_that_listens_needs_handlers_and_a_store(database: Database[Document]) -> None:
    settings = Settings(mongodb_uri="", database="d", kafka={"bootstrap": "127.0.0.1:9"}, oidc_issuer="")

    with pytest.raises(ValueError, match="no handlers"):
        Worker("notes", settings, database, subscribes=["staff.people"])
