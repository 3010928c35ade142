"""Engines killed under the services: people go on writing without Kafka, and everything recovers by itself."""

import random
import signal
import subprocess
import time
from typing import Any

import pytest
import requests
from pymongo.errors import PyMongoError

from embedded.processes import free_ports
from servicekit.testing import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


def alive(*processes: "subprocess.Popen[bytes]") -> bool:
    return all(process.poll() is None for process in processes)


def test_without_kafka_writes_are_accepted_and_delivered_later(pair: Any, chance: random.Random) -> None:
    workers = pair.start("notes"), pair.start("copies")
    pair.write_some(10, chance)
    pair.settle()

    pair.engines.kill_kafka()
    try:
        began = time.monotonic()
        pair.write_some(30, chance)
        assert time.monotonic() - began < 10, "writing waited for Kafka"
        time.sleep(3)
        assert alive(*workers)
    finally:
        pair.engines.start_kafka()

    pair.settle()
    assert alive(*workers)


def test_workers_that_start_without_kafka_deliver_once_it_is_there(pair: Any, chance: random.Random) -> None:
    pair.engines.kill_kafka()
    try:
        workers = pair.start("notes"), pair.start("copies")
        pair.write_some(10, chance)
        time.sleep(2)
        assert alive(*workers)
    finally:
        pair.engines.start_kafka()

    pair.settle()


def test_without_mongodb_nothing_is_acknowledged_and_the_workers_recover_by_themselves(
    pair: Any, chance: random.Random
) -> None:
    workers = pair.start("notes"), pair.start("copies")
    pair.write_some(10, chance)
    pair.settle()

    pair.engines.kill_mongodb()
    try:
        with pytest.raises(PyMongoError):
            pair.write()
        time.sleep(3)
        assert alive(*workers)
    finally:
        pair.engines.start_mongodb()
    wait_until(lambda: writes(pair), seconds=30, what="writing works again")

    pair.settle()
    assert alive(*workers)


def test_mongodb_killed_in_the_middle_of_much_work_loses_nothing(pair: Any, chance: random.Random) -> None:
    for service in ("notes", "copies"):
        pair.start(service)
    pair.write_some(150, chance)

    pair.engines.kill_mongodb()
    pair.engines.start_mongodb()
    wait_until(lambda: writes(pair), seconds=30, what="writing works again")
    pair.write_some(20, chance)

    pair.settle()


def writes(pair: Any) -> bool:
    try:
        pair.write()
    except PyMongoError:
        return False
    return True


class TestPausedTwins:
    """A process that was stopped for a while, and wakes when another has taken its place."""

    def test_a_relay_that_was_paused_sends_nothing_behind_its_successor(self, pair: Any, chance: random.Random) -> None:
        pair.start("copies")
        paused = pair.start("notes")
        pair.write_some(20, chance)
        pair.settle()

        pair.write_some(20, chance)
        paused.send_signal(signal.SIGSTOP)
        pair.start("notes")
        pair.write_some(20, chance)
        pair.settle()
        paused.send_signal(signal.SIGCONT)
        pair.write_some(20, chance)
        time.sleep(3)

        pair.settle()

    def test_a_listener_that_was_paused_has_no_effect_of_what_its_successor_did(
        self, pair: Any, chance: random.Random
    ) -> None:
        pair.start("notes")
        paused = pair.start("copies")
        pair.write_some(20, chance)
        pair.settle()

        pair.write_some(20, chance)
        paused.send_signal(signal.SIGSTOP)
        pair.start("copies")
        pair.write_some(20, chance)
        pair.settle()
        paused.send_signal(signal.SIGCONT)
        pair.write_some(20, chance)
        time.sleep(3)

        pair.settle()
        assert len(pair.effects()) == len(set(pair.effects()))


def test_a_stopped_worker_finishes_what_it_holds(pair: Any, chance: random.Random) -> None:
    notes, copies = pair.start("notes"), pair.start("copies")
    pair.write_some(5, chance)
    pair.settle()
    pair.write_some(100, chance)

    assert pair.stop(copies) == pair.stop(notes) == 0

    for service in ("notes", "copies"):
        pair.start(service)
    pair.settle()
    assert len(pair.effects()) == len(set(pair.effects()))


def test_the_workers_metrics_tell_what_happened(pair: Any, chance: random.Random) -> None:
    [port] = free_ports(1)
    pair.start("notes", ACORN_WORKER_BIND=f"127.0.0.1:{port}")
    pair.write_some(5, chance)

    def sent() -> bool:
        try:
            text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5).text
        except requests.ConnectionError:
            return False
        return f'acorn_relay_events_total{{topic="{pair.topic}"}} 5.0' in text and "acorn_relay_holds 1.0" in text

    wait_until(sent, seconds=30, what="the metrics tell that five were sent")
