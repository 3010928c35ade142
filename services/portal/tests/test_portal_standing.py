"""What a service says of itself, and the sentence that whoever is on call reads."""

from typing import Any

import pytest

from acorn_portal.standing import Health, Standing, away, duration, standing, together


def worker(name: str = "cpd-a", *, at: str = "2026-11-23T09:00:00.000Z", **partitions: int) -> dict[str, Any]:
    """A worker that reads `staff.people`: p0=5 is a lag of five in its partition 0."""
    return {
        "worker": name,
        "started": "2026-11-23T08:00:00.000Z",
        "at": at,
        "partitions": [
            {"topic": "staff.people", "partition": int(place[1:]), "position": 40, "lag": lag}
            for place, lag in partitions.items()
        ],
        "outbox": {"depth": 0, "oldest_seconds": 0.0},
        "relay": {"holder": name, "sent_until": None},
    }


def stands(
    *, workers: list[dict[str, Any]] | None = None, depth: int = 0, oldest: float = 0.0, letters: int = 0
) -> Standing:
    """A service as it stands, healthy unless told otherwise."""
    status = {
        "service": "cpd",
        "at": "2026-11-23T09:00:01.000Z",
        "outbox": {"depth": depth, "oldest_seconds": oldest},
        "dead_letters": letters,
        "workers": [worker(p0=0)] if workers is None else workers,
    }
    return standing("cpd", status)


def test_a_service_with_a_worker_and_nothing_waiting_is_healthy() -> None:
    found = stands()

    assert (found.health, list(found.faults)) == (Health.WELL, [])
    assert found.outbox == "Empty: every event has been sent"


def test_a_service_without_a_worker_is_not_healthy_and_says_what_stands_still() -> None:
    found = stands(workers=[])

    assert found.health is Health.UNWELL
    assert list(found.faults) == ["No worker is alive: nothing is sent, received or imported."]
    assert found.behind == "Not known without a worker"


def test_a_service_that_does_not_answer_is_not_healthy() -> None:
    assert away("staff").health is Health.UNWELL


def test_events_that_wait_their_turn_are_no_fault() -> None:
    found = stands(depth=3, oldest=12)

    assert found.health is Health.WELL
    assert found.outbox == "3 events wait, the oldest for 12 seconds"


def test_an_event_that_has_waited_for_long_is_a_fault() -> None:
    found = stands(depth=1, oldest=301)

    assert found.health is Health.UNWELL
    assert list(found.faults) == ["An event has waited for 5 minutes to be sent."]
    assert found.outbox == "1 event waits, the oldest for 5 minutes"


def test_an_outbox_that_was_not_counted_to_its_end_says_more_than() -> None:
    assert stands(depth=100_000, oldest=1).outbox.startswith("More than 100,000 events wait")


def test_open_dead_letters_need_attention() -> None:
    found = stands(letters=1)

    assert found.health is Health.ATTENTION
    assert list(found.faults) == ["1 dead letter waits for somebody to look at it."]
    assert list(stands(letters=2).faults) == ["2 dead letters wait for somebody to look at them."]


def test_a_service_far_behind_needs_attention() -> None:
    found = stands(workers=[worker(p0=900, p1=400)])

    assert found.health is Health.ATTENTION
    assert list(found.faults) == ["It is 1,300 messages behind the other services."]


def test_a_partition_that_changed_hands_counts_once_by_the_later_word() -> None:
    before = worker("cpd-a", at="2026-11-23T09:00:00.000Z", p0=70)
    after = worker("cpd-b", at="2026-11-23T09:00:03.000Z", p0=2, p1=0)

    found = stands(workers=[after, before])

    assert (found.lag, found.behind) == (2, "2 wait")
    assert [one.number for one in found.partitions] == [0, 1]


def test_the_worst_of_several_services_is_named_first() -> None:
    ill = stands(letters=1)
    gone = away("staff")

    assert together([ill, gone]) == (Health.UNWELL, "Look at Staff records and CPD records below.")
    assert together([ill]) == (Health.ATTENTION, "Look at CPD records below.")
    assert together([stands()]) == (Health.WELL, "Every service is healthy.")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (61, "61 seconds"),
        (120, "2 minutes"),
        (3_600, "1 hour"),
        (5_400, "90 minutes"),
        (7_300, "2 hours"),
        (200_000, "2 days"),
    ],
)
def test_a_length_of_time_is_said_as_people_say_it(seconds: float, said: str) -> None:
    assert duration(seconds) == said
