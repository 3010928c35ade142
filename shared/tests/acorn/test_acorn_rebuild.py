"""A rebuild at a terminal: asked for, followed, refused, failed; a worker beside it does the work."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from acorn_cpd.handlers import HANDLERS
from acorn_cpd.store import INDEXES, make_store
from servicekit.rebuild import job, store
from servicekit.schedule import Schedule

pytestmark = pytest.mark.engines


class Nothing:
    """Topics that hold nothing."""

    positions: dict[tuple[str, int], int]

    def __init__(self) -> None:
        self.positions = {("staff.people", 0): 0}

    def ends(self) -> dict[tuple[str, int], int]:
        return {("staff.people", 0): 0}

    def poll(self) -> list[Any]:
        return []

    def close(self) -> None:
        pass


@pytest.fixture
def operations(acorn: Any, running: Any) -> Any:
    """Somebody on call, signed in; nothing was rebuilt yet."""
    for collection in (store.COLLECTION, "work"):
        running.cpd[collection].delete_many({})
    acorn.run("sign-in", "--as", "operations@oaktrees.example")
    return acorn


@pytest.fixture
def rebuilder(running: Any) -> Iterator[Callable[[Callable[[], Any]], None]]:
    """Has a worker of cpd rebuild from what `read` brings, as soon as it is asked to."""
    threads = []
    stop = threading.Event()

    def start(read: Callable[[], Any]) -> None:
        work = job.work(read, HANDLERS, make_store, indexes=INDEXES, clock=running.clock)
        schedule = Schedule(running.cpd, work, holder="rebuilder", clock=running.clock)
        threads.append(threading.Thread(target=schedule.run, args=(stop,)))
        threads[-1].start()

    yield start
    stop.set()
    for thread in threads:
        thread.join(10)


def test_a_rebuild_is_waited_for_and_its_generation_told(operations: Any, rebuilder: Any) -> None:
    rebuilder(Nothing)

    (said,) = operations.says("rebuild", "cpd")

    assert said.startswith("Rebuilt from 0 messages: generation ")
    assert json.loads(operations.run("rebuild", "cpd", "--json").stdout)["state"] == "done"


def test_a_rebuild_that_fails_says_why_and_ends_with_1(operations: Any, rebuilder: Any, running: Any) -> None:
    def lost() -> Any:
        running.cpd["positions"].update_one(
            {"_id": "staff.people/0"}, {"$set": {"topic": "staff.people", "partition": 0, "offset": 9}}, upsert=True
        )
        return Nothing()

    rebuilder(lost)
    try:
        said = operations.run("rebuild", "cpd", expect=1).stdout
    finally:
        running.cpd["positions"].delete_many({})

    assert said.startswith("The rebuild failed. staff.people/0 ends before position 9")


def test_one_that_is_only_asked_for_is_in_the_status_and_a_second_is_refused(operations: Any, running: Any) -> None:
    assert operations.says("rebuild", "cpd", "--no-wait") == ["Asked for. See how far it is with: acorn status"]

    assert "A rebuild waits for a worker." in operations.run("status", expect=1).stdout
    running.cpd[store.COLLECTION].update_many({}, {"$set": {"state": "running", "messages_expected": 200_000}})
    assert "A rebuild runs: 0 of about 200,000 messages read." in operations.run("status", expect=1).stdout
    assert "A rebuild of this service is under way" in operations.refuses("rebuild", "cpd")


def test_a_service_that_learns_of_nobody_says_so(operations: Any) -> None:
    assert "The staff service keeps nothing that it learnt of other services" in operations.refuses("rebuild", "staff")


def test_only_operations_may(acorn: Any) -> None:
    acorn.run("sign-in", "--as", "hr@oaktrees.example")

    assert "Your access does not cover this" in acorn.refuses("rebuild", "cpd")


def test_waiting_has_an_end(operations: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acorn.commands.rebuild.WAIT_SECONDS", 0.0)

    assert "it goes on by itself" in operations.refuses("rebuild", "cpd")
