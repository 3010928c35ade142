"""Due work: added once, done by one worker at a time, taken over from the dead, given up with a reason."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database
from pymongo.errors import AutoReconnect

from servicekit import schedule
from servicekit.mongo import Document, transaction
from servicekit.schedule import ATTEMPTS, CannotBeDone, LeaseLost, Progress, Schedule, WorkHandler, add
from servicekit.testing import FixedClock, wait_until

pytestmark = pytest.mark.engines
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
MakeSchedule = Callable[..., Schedule]


class Done:
    """A handler that notes what it was given."""

    def __init__(self) -> None:
        self.payloads: list[dict[str, Any]] = []

    def __call__(self, database: Database[Document], payload: dict[str, Any], progress: Progress) -> None:
        self.payloads.append(payload)


@pytest.fixture
def make_schedule(database: Database[Document], clock: FixedClock) -> MakeSchedule:
    def make(handler: WorkHandler, holder: str = "worker-1", kind: str = "reminder") -> Schedule:
        return Schedule(database, {kind: handler}, holder=holder, clock=clock)

    return make


def add_one(database: Database[Document], clock: FixedClock, key: str = "k", **changes: Any) -> None:
    add(database, **{"kind": "reminder", "key": key, "due": clock(), "payload": {"about": key}, **changes})


def unit(database: Database[Document], key: str = "k") -> Document:
    found = database["work"].find_one({"_id": f"reminder:{key}"})
    assert found is not None
    return found


def test_what_is_due_is_done_with_its_payload(
    database: Database[Document], clock: FixedClock, make_schedule: MakeSchedule
) -> None:
    done = Done()
    add_one(database, clock)

    assert make_schedule(done).step() is True

    assert done.payloads == [{"about": "k"}]
    assert (unit(database)["state"], unit(database)["finished"]) == ("done", clock())


def test_work_added_twice_is_done_once(
    database: Database[Document], clock: FixedClock, make_schedule: MakeSchedule
) -> None:
    done = Done()
    add_one(database, clock)
    add_one(database, clock, payload={"about": "other"})
    worker = make_schedule(done)

    assert [worker.step(), worker.step()] == [True, False]
    add_one(database, clock)
    assert worker.step() is False

    assert done.payloads == [{"about": "k"}]


def test_work_of_an_effect_that_was_taken_back_is_not_there(database: Database[Document], clock: FixedClock) -> None:
    def work(session: Any) -> None:
        add_one(database, clock, session=session)
        raise KeyError

    with pytest.raises(KeyError):
        transaction(database.client, work)

    assert database["work"].count_documents({}) == 0


def test_nothing_is_done_before_it_is_due(
    database: Database[Document], clock: FixedClock, make_schedule: MakeSchedule
) -> None:
    done = Done()
    add_one(database, clock, due=clock() + timedelta(hours=1))
    worker = make_schedule(done)

    assert worker.step() is False
    clock.advance(hours=1)
    assert worker.step() is True


def test_what_was_due_first_is_done_first(
    database: Database[Document], clock: FixedClock, make_schedule: MakeSchedule
) -> None:
    done = Done()
    for key, minutes in (("later", 1), ("first", 3), ("then", 2)):
        add_one(database, clock, key, due=clock() - timedelta(minutes=minutes))
    worker = make_schedule(done)

    while worker.step():
        pass

    assert [payload["about"] for payload in done.payloads] == ["first", "then", "later"]


def test_a_worker_takes_only_the_kinds_that_it_knows(
    database: Database[Document], clock: FixedClock, make_schedule: MakeSchedule
) -> None:
    add_one(database, clock)

    assert make_schedule(Done(), kind="import").step() is False
    assert Schedule(database, {}, holder="idle", clock=clock).step() is False


def test_ten_workers_do_each_unit_once(
    database: Database[Document], clock: FixedClock, make_schedule: MakeSchedule
) -> None:
    done = Done()
    for number in range(60):
        add_one(database, clock, str(number))

    def work(name: str) -> None:
        worker = make_schedule(done, name)
        while worker.step():
            pass

    threads = [threading.Thread(target=work, args=(f"worker-{number}",)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(int(payload["about"]) for payload in done.payloads) == list(range(60))


class TestTakingOver:
    def test_work_in_hand_is_left_alone(
        self, database: Database[Document], clock: FixedClock, make_schedule: MakeSchedule
    ) -> None:
        others: list[bool] = []

        def handler(*_: Any) -> None:
            others.append(make_schedule(Done(), "worker-2").step())

        add_one(database, clock)
        make_schedule(handler).step()

        assert others == [False]

    def test_the_work_of_a_dead_worker_is_begun_anew(
        self, database: Database[Document], clock: FixedClock, make_schedule: MakeSchedule
    ) -> None:
        add_one(database, clock)
        killed = make_schedule(Done())._claim()
        assert killed is not None
        database["work"].update_one({}, {"$set": {"expires": LONG_AGO}})
        done = Done()

        assert make_schedule(done, "worker-2").step() is True

        assert done.payloads == [{"about": "k"}]
        assert unit(database)["attempts"] == 2

    def test_a_worker_that_was_taken_for_dead_changes_nothing_more(
        self, database: Database[Document], clock: FixedClock, make_schedule: MakeSchedule
    ) -> None:
        lost: list[str] = []

        def slow(database: Database[Document], payload: dict[str, Any], progress: Progress) -> None:
            database["work"].update_one({}, {"$set": {"expires": LONG_AGO}})
            make_schedule(Done(), "worker-2").step()
            try:
                progress.renew()
            except LeaseLost:
                lost.append("renew")
                raise

        add_one(database, clock)
        make_schedule(slow).step()

        assert lost == ["renew"]
        assert (unit(database)["state"], unit(database)["fence"]) == ("done", 2)

    def test_a_late_end_does_not_overwrite_its_successors(
        self, database: Database[Document], clock: FixedClock, make_schedule: MakeSchedule
    ) -> None:
        def slow(database: Database[Document], payload: dict[str, Any], progress: Progress) -> None:
            database["work"].update_one({}, {"$set": {"expires": LONG_AGO}})
            make_schedule(Done(), "worker-2").step()
            raise ValueError

        add_one(database, clock)
        make_schedule(slow).step()

        assert unit(database)["state"] == "done"

    def test_renewing_keeps_the_lease(
        self, database: Database[Document], clock: FixedClock, make_schedule: MakeSchedule
    ) -> None:
        expiries: list[datetime] = []

        def handler(database: Database[Document], payload: dict[str, Any], progress: Progress) -> None:
            database["work"].update_one({}, {"$set": {"expires": LONG_AGO}})
            progress.renew()
            expiries.append(unit(database)["expires"])

        add_one(database, clock)
        make_schedule(handler).step()

        assert expiries[0] > datetime.now(UTC) + timedelta(seconds=30)
        assert unit(database)["state"] == "done"

    def test_a_worker_that_is_to_end_gives_its_work_back_for_another_to_go_on_at_once(
        self, database: Database[Document], clock: FixedClock, make_schedule: MakeSchedule
    ) -> None:
        stop = threading.Event()
        done = Done()

        def long_work(database: Database[Document], payload: dict[str, Any], progress: Progress) -> None:
            progress.renew()
            stop.set()
            progress.renew()
            done(database, {"about": "too much"}, progress)

        add_one(database, clock)
        make_schedule(long_work).run(stop)

        assert done.payloads == []
        assert (unit(database)["state"], unit(database)["attempts"]) == ("waiting", 0)
        assert make_schedule(done, "worker-2").step() is True
        assert done.payloads == [{"about": "k"}]


class TestFailing:
    def test_a_failure_is_tried_again_later_and_then_forgotten(
        self, database: Database[Document], clock: FixedClock, make_schedule: MakeSchedule
    ) -> None:
        tries: list[int] = []

        def handler(database: Database[Document], payload: dict[str, Any], progress: Progress) -> None:
            tries.append(progress.attempt)
            if progress.attempt == 1:
                raise ValueError("Amina Yusuf")

        add_one(database, clock)
        worker = make_schedule(handler)
        worker.step()

        waiting = unit(database)
        assert (waiting["state"], waiting["reason"]) == ("waiting", "ValueError in attempt 1")
        assert waiting["due"] > clock()
        assert worker.step() is False
        clock.advance(minutes=5)
        worker.step()
        assert tries == [1, 2]
        assert (unit(database)["state"], unit(database)["reason"]) == ("done", None)

    def test_after_so_many_attempts_it_is_given_up_with_the_reason(
        self, database: Database[Document], clock: FixedClock, make_schedule: MakeSchedule
    ) -> None:
        def handler(*_: Any) -> None:
            raise ValueError

        add_one(database, clock)
        worker = make_schedule(handler)
        steps = 0
        while worker.step():
            steps += 1
            clock.advance(minutes=10)

        assert steps == ATTEMPTS
        assert (unit(database)["state"], unit(database)["reason"]) == ("failed", f"ValueError in attempt {ATTEMPTS}")

    def test_what_cannot_be_done_is_given_up_at_once_in_its_own_words(
        self, database: Database[Document], clock: FixedClock, make_schedule: MakeSchedule
    ) -> None:
        def handler(*_: Any) -> None:
            raise CannotBeDone("The file is empty.")

        add_one(database, clock)
        make_schedule(handler).step()

        assert (unit(database)["state"], unit(database)["reason"]) == ("failed", "The file is empty.")

    def test_an_outage_does_not_count_against_the_work(
        self, database: Database[Document], clock: FixedClock, make_schedule: MakeSchedule
    ) -> None:
        def handler(*_: Any) -> None:
            raise AutoReconnect

        add_one(database, clock)

        with pytest.raises(AutoReconnect):
            make_schedule(handler).step()

        assert unit(database)["state"] == "running"


class TestRunning:
    def test_new_work_is_begun_within_half_a_second(
        self, database: Database[Document], clock: FixedClock, make_schedule: MakeSchedule
    ) -> None:
        done, stop = Done(), threading.Event()
        thread = threading.Thread(target=make_schedule(done).run, args=(stop,))
        thread.start()
        add_one(database, clock)

        wait_until(lambda: done.payloads, seconds=2, what="the work is done")
        stop.set()
        thread.join(5)
        assert not thread.is_alive()

    def test_an_outage_is_waited_for(
        self, database: Database[Document], clock: FixedClock, make_schedule: MakeSchedule
    ) -> None:
        stop = threading.Event()

        def away(*_: Any) -> None:
            stop.set()
            raise AutoReconnect

        add_one(database, clock)

        make_schedule(away).run(stop)

        assert unit(database)["state"] == "running"

    def test_indexes_let_finished_work_expire(self, database: Database[Document]) -> None:
        database["work"].create_indexes(schedule.INDEXES["work"])

        indexes = database["work"].index_information()
        assert indexes["finished_1"]["expireAfterSeconds"] == 30 * 24 * 3600
