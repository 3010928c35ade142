"""Workers and writers killed with SIGKILL at every named point, and at many that nobody named."""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from servicekit.testing import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
RELAY = ("relay: before send", "relay: after the acknowledgement", "relay: before the position is saved")
CONSUMER = ("consumer: before commit", "consumer: after commit")
WRITER = ("transaction: before commit", "transaction: after commit")
KILLED = -9
Kill = Callable[[Any], None]


@pytest.mark.parametrize("point", RELAY)
@pytest.mark.parametrize("begun", [False, True], ids=["at its first start", "in its stride"])
def test_a_relay_killed_at_a_named_point_loses_nothing(
    pair: Any, point: str, begun: bool, chance: random.Random
) -> None:
    pair.start("copies")
    if begun:
        pair.write_some(5, chance)
        first = pair.start("notes")
        pair.settle()
        assert pair.stop(first) == 0
    dying = pair.start("notes", point)
    pair.write_some(20, chance)
    assert dying.wait(60) == KILLED, f"it never came to {point}"

    pair.write_some(20, chance)
    pair.start("notes")

    pair.settle()


@pytest.mark.parametrize("point", CONSUMER)
def test_a_listener_killed_at_a_named_point_has_each_effect_once(pair: Any, point: str, chance: random.Random) -> None:
    pair.start("notes")
    dying = pair.start("copies", point)
    pair.write_some(20, chance)
    assert dying.wait(60) == KILLED, f"it never came to {point}"

    pair.write_some(20, chance)
    pair.start("copies")

    pair.settle()
    assert len(pair.effects()) == len(set(pair.effects()))


@pytest.mark.parametrize("point", WRITER)
def test_a_writer_killed_at_a_named_point_leaves_effect_and_event_or_neither(
    pair: Any, point: str, tmp_path: Path
) -> None:
    pair.start("notes")
    pair.start("copies")
    writer = [sys.executable, str(Path(__file__).with_name("notes_and_copies.py")), "5"]

    ended = subprocess.run(writer, env=pair.environment(point), capture_output=True, text=True, check=False, timeout=60)

    assert ended.returncode == KILLED
    assert ended.stdout == "", "it was killed at its first write, before anybody was told"
    stored = {note["_id"] for note in pair.notes["notes"].find()}
    assert {row["key"] for row in pair.notes["outbox"].find()} == stored
    assert len(stored) == (0 if point.endswith("before commit") else 1)
    began = time.monotonic()
    pair.write()
    assert time.monotonic() - began < 5, "the killed writer's locks stopped the next"
    wait_until(lambda: set(pair.copied()) == stored | set(pair.acknowledged), seconds=60, what="all arrived")


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_killed_and_whenever_everything_acknowledged_arrives_once(
    pair: Any, seed: int, killer: Kill, chance: random.Random
) -> None:
    chance.seed(f"{seed}")
    workers = {name: pair.start(name) for name in ("notes", "copies")}
    for _ in range(8):
        pair.write_some(chance.randrange(1, 30), chance)
        time.sleep(chance.uniform(0, 2))
        name = chance.choice(["notes", "copies"])
        killer(workers[name])
        pair.write_some(chance.randrange(0, 10), chance)
        workers[name] = pair.start(name)

    pair.settle()
    deliveries = [event for _, _, event in pair.on_topic()]
    for event in set(pair.effects()):
        assert pair.effects().count(event) <= deliveries.count(event)
