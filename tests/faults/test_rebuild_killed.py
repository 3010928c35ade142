"""A rebuild whose worker is killed at each named point: its successor ends it, and nothing acknowledged is lost."""

import random
from functools import partial
from typing import Any

import pytest

from servicekit.clock import utc_now
from servicekit.generations import live
from servicekit.mongo import ensure_indexes, projection, transaction
from servicekit.rebuild import store
from servicekit.testing import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
KILLED = -9
POINTS = (
    "rebuild: while filling",
    "rebuild: before the swap",
    "rebuild: in the swap",
    "transaction: after commit",
    "rebuild: after the swap",
)


def ask(pair: Any) -> str:
    """Ask the listener for a rebuild; its id."""
    ensure_indexes(pair.copies, store.INDEXES)
    work = lambda session: store.ask(pair.copies, by="me", at=utc_now(), session=session)  # noqa: E731
    return str(transaction(pair.copies.client, work)["_id"])


def state(pair: Any, rebuild: str) -> str:
    return str(store.show(pair.copies, rebuild)["state"])


def done(pair: Any, rebuild: str) -> bool:
    """Whether a rebuild is done."""
    return state(pair, rebuild) == "done"


def forget_one(pair: Any) -> None:
    """Break the live generation by hand: what a rebuild is there to mend."""
    note = sorted(pair.acknowledged)[0]
    pair.copies[projection("copies", live(pair.copies))].delete_one({"_id": note})


@pytest.mark.parametrize("point", POINTS)
def test_a_rebuild_killed_at_a_named_point_is_ended_by_a_successor(
    pair: Any, point: str, chance: random.Random
) -> None:
    pair.start("notes")
    first = pair.start("copies")
    pair.write_some(30, chance)
    pair.settle()
    assert pair.stop(first) == 0
    forget_one(pair)
    dying = pair.start("copies", point)
    rebuild = ask(pair)
    pair.write_some(20, chance)
    assert dying.wait(60) == KILLED, f"it never came to {point}"
    before = live(pair.copies)
    assert before == (2 if point in POINTS[3:] else 1), "the swap is one moment: before it nothing, after it all"

    pair.write_some(20, chance)
    # Waiting for the dead worker's lease to run out proves nothing more.
    pair.copies["work"].update_many({"state": "running"}, [{"$set": {"expires": "$$NOW"}}])
    pair.start("copies")

    wait_until(partial(done, pair, rebuild), seconds=90, what="the rebuild is done")
    pair.settle()
    assert live(pair.copies) == (2 if point in POINTS[3:] else 3)


@pytest.mark.parametrize("seed", range(2))
def test_rebuilds_among_writers_and_workers_that_are_killed_lose_nothing(
    pair: Any, seed: int, killer: Any, chance: random.Random
) -> None:
    """Two listeners share the partitions: each death and each start is a rebalance."""
    chance.seed(f"{seed}")
    pair.start("notes")
    listeners = [pair.start("copies"), pair.start("copies")]
    pair.write_some(30, chance)
    pair.settle()
    for _ in range(3):
        forget_one(pair)
        rebuild = ask(pair)
        pair.write_some(chance.randrange(1, 60), chance)
        killer(listeners.pop(chance.randrange(2)))
        listeners.append(pair.start("copies"))
        pair.write_some(chance.randrange(1, 30), chance)
        pair.copies["work"].update_many({"state": "running"}, [{"$set": {"expires": "$$NOW"}}])
        wait_until(partial(done, pair, rebuild), seconds=90, what="the rebuild is done")

    pair.settle()
