"""Mutants: the code with one promise taken out. Each must make tests fail that pass without the change.

A guarantee that no test misses is a guarantee that the next refactoring loses.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from servicekit.testing import ENGINES, Engines

pytestmark = [pytest.mark.faults, pytest.mark.engines, pytest.mark.timeout(400)]
ROOT = Path(__file__).resolve().parents[2]
EVENTS = "shared/tests/servicekit/events"


@dataclass(frozen=True)
class Mutant:
    """One change to one file, and the tests that must notice it."""

    name: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...]


MUTANTS = (
    Mutant(
        "relay position saved before the acknowledgement",
        "relay.py",
        """
            if rows:
                publish(producer, rows)
                unsaved = True
""",
        """
            if rows:
                self._lease.renew(position)
                publish(producer, rows)
""",
        (f"{EVENTS}/test_relay_kafka.py::test_a_batch_that_could_not_be_sent_is_sent_again",),
    ),
    Mutant(
        "offset outside the effect's transaction",
        "inbox.py",
        "self._advance(parts, self._session)",
        "self._advance(parts, None)",
        (f"{EVENTS}/test_consumer_inbox.py",),
    ),
    Mutant(
        "position stored without comparing it with where the batch began",
        "inbox.py",
        '{"_id": name, "offset": part.began, "generation": self._generations.get(name)},',
        '{"_id": name, "generation": self._generations.get(name)},',
        (f"{EVENTS}/test_consumer_inbox.py",),
    ),
    Mutant(
        "version condition left out of save_versioned",
        "mongo.py",
        '{"_id": document["_id"], "version": document["version"] - 1}',
        '{"_id": document["_id"]}',
        ("shared/tests/servicekit/test_mongo.py",),
    ),
    Mutant(
        "lease renewed by whoever held it once",
        "lease.py",
        'return {"_id": "relay", "holder": self._holder, "fence": self._fence}',
        'return {"_id": "relay"}',
        (f"{EVENTS}/test_relay_stream.py",),
    ),
    Mutant(
        "generation swapped in before it knows what the live one knows",
        "rebuild/job.py",
        "while self._behind(heard):",
        "while False:",
        (f"{EVENTS}/test_rebuild.py",),
    ),
    Mutant(
        "generation swapped in before the end of the topics",
        "rebuild/job.py",
        "while (behind := self._behind(ends := self._reading.ends())) > 0:",
        "while (behind := self._behind(ends := self._reading.ends())) < 0:",
        (f"{EVENTS}/test_rebuild.py",),
    ),
    Mutant(
        "position that belongs to no generation",
        "inbox.py",
        '{"_id": name, "offset": part.began, "generation": self._generations.get(name)},',
        '{"_id": name, "offset": part.began},',
        (f"{EVENTS}/test_rebuild.py",),
    ),
    Mutant(
        "generation swapped in by an attempt that was overtaken",
        "rebuild/store.py",
        'self._mine = {"_id": rebuild, "active": True, "generation": generation}',
        'self._mine = {"_id": rebuild, "active": True}',
        (f"{EVENTS}/test_rebuild.py",),
    ),
    Mutant(
        "event written outside the transaction of its effect",
        "outbox.py",
        "database[COLLECTION].insert_one(row, session=session)",
        "database[COLLECTION].insert_one(row)",
        (f"{EVENTS}/test_outbox.py",),
    ),
)


def mutated(folder: Path, mutant: Mutant | None) -> Path:
    """A copy of the chassis, with the change if there is one; answers the folder to put first on the path."""
    shutil.copytree(ROOT / "shared" / "servicekit", folder / "shared" / "servicekit")
    (folder / "contracts").symlink_to(ROOT / "contracts")
    if mutant:
        file = folder / "shared" / "servicekit" / mutant.file
        text = file.read_text()
        found = text.count(mutant.before)
        assert found == 1, (
            f"{mutant.file} holds the text to mutate {found} times: write the mutant {mutant.name!r} anew"
        )
        file.write_text(text.replace(mutant.before, mutant.after))
    return folder / "shared"


def run(shared: Path, tests: tuple[str, ...], engines: Engines) -> "subprocess.CompletedProcess[str]":
    """Run tests against a copy of the chassis, on the engines of this run."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(shared),
        ENGINES: f"mongodb={engines.mongodb_uri} kafka={engines.kafka_bootstrap}",
    }
    where = [sys.executable, "-c", "import servicekit; print(servicekit.__file__)"]
    found = subprocess.run(where, env=environment, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert found.startswith(str(shared)), f"the tests would run against {found}"
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_tests_pass_on_an_unchanged_copy(tmp_path: Path, engines: Engines) -> None:
    tests = tuple(sorted({test for mutant in MUTANTS for test in mutant.tests}))

    ended = run(mutated(tmp_path, None), tests, engines)

    assert ended.returncode == 0, ended.stdout[-3_000:]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_makes_its_tests_fail(tmp_path: Path, engines: Engines, mutant: Mutant) -> None:
    ended = run(mutated(tmp_path, mutant), mutant.tests, engines)

    assert ended.returncode == 1, f"nothing noticed: {mutant.name}\n{ended.stdout[-3_000:]}"
