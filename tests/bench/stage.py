"""What the measurements stand on: engines of their own, workers as processes, and rows that are ratios."""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

from pymongo import MongoClient
from pymongo.database import Database

from embedded.kafka import Kafka
from embedded.mongo import MongoDB
from embedded.processes import Process, free_ports, start
from servicekit.mongo import Document, connect

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Row:
    """One line of the table: ours beside the plain way, measured in turns in the same run."""

    what: str
    ours: float
    plain: float
    unit: str
    note: str

    @property
    def ratio(self) -> float:
        """Ours over plain."""
        return self.ours / self.plain


@dataclass(frozen=True)
class Stage:
    """The engines, and a folder for what the measured processes write."""

    mongodb: MongoDB
    kafka: Kafka
    folder: Path
    client: MongoClient[Document]

    @property
    def brokers(self) -> dict[str, str]:
        """Settings of a Kafka client."""
        return {"bootstrap": self.kafka.bootstrap}

    def database(self, name: str) -> Database[Document]:
        """A database of this run."""
        return self.client[f"bench_{name}"]

    @contextmanager
    def workers(self, *functions: str) -> Iterator[None]:
        """Run workers as processes while something is measured; they end before the next thing is."""
        running = [self._worker(function) for function in functions]
        try:
            yield
        finally:
            for process in running:
                process.stop(seconds=30)

    def _worker(self, function: str) -> Process:
        environment = {
            "ACORN_MONGODB_URI": self.mongodb.uri,
            "ACORN_DATABASE_PREFIX": "bench_",
            "ACORN_KAFKA_BOOTSTRAP": self.kafka.bootstrap,
            "ACORN_OIDC_ISSUER": "https://identity.example",
            "ACORN_CONTRACTS": str(ROOT / "contracts"),
            "ACORN_WORKER_BIND": f"127.0.0.1:{free_ports(1)[0]}",
            "ACORN_ENVIRONMENT": "development",
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-m", "servicekit.worker", function]
        return start(function, command, log=self.folder / f"{function}.log", environment=environment, directory=ROOT)


Measure = Callable[[Stage], Sequence[Row]]


@contextmanager
def stage(mongodb: MongoDB, kafka: Kafka, folder: Path) -> Iterator[Stage]:
    """Everything that a measurement needs."""
    with connect(mongodb.uri) as client:
        yield Stage(mongodb, kafka, folder, client)


def in_turns(rounds: int, ours: Callable[[], float], plain: Callable[[], float]) -> tuple[float, float]:
    """Measure both sides in turns and answer the median of each: whatever else the machine does hits both."""
    measured: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        for side in (0, 1) if number % 2 == 0 else (1, 0):
            measured[side].append((ours, plain)[side]())
    return median(measured[0]), median(measured[1])


def percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """The median and the 99th percentile, in milliseconds."""
    return median(seconds) * 1000, quantiles(seconds, n=100)[98] * 1000


def paced(count: int, per_second: float, act: Callable[[int], None]) -> None:
    """Do something so many times at an even pace, catching up after a delay."""
    began = time.perf_counter()
    for number in range(count):
        time.sleep(max(0.0, began + number / per_second - time.perf_counter()))
        act(number)


def wait_for(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for something to be measured at all; a benchmark that never ends says nothing."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise SystemExit(f"after {seconds:g} s: {what}")
        time.sleep(0.002)


def machine(of: Stage) -> dict[str, str]:
    """What the figures were measured on."""
    cpu = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return {
        "Processor": f"{cpu}, {os.cpu_count()} cores",
        "Memory": f"{memory / 2**20:.0f} GiB",
        "System": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "MongoDB": str(of.client.server_info()["version"]),
        "Kafka": "4.4.0, one broker",
    }


def _lines(path: str) -> list[str]:
    file = Path(path)
    return file.read_text().splitlines() if file.exists() else []


def plain_consumer(of: Stage, topic: str) -> "subprocess.Popen[str]":
    """A process with a bare kafka-python consumer that says when it saw each key."""
    arguments = json.dumps({"bootstrap": of.kafka.bootstrap, "topic": topic})
    command = [sys.executable, str(Path(__file__).with_name("plain_consumer.py")), arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
    if process.stdout is None or process.stdout.readline() != "ready\n":
        raise SystemExit("the plain consumer did not start")
    return process
