"""A rebuild fills a generation of its own and swaps it in when it knows as much as the live one; nothing is lost."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest
from pymongo.database import Database

from servicekit import deadletters, generations, outbox
from servicekit.inbox import Message, PositionMoved
from servicekit.mongo import Document, projection, transaction
from servicekit.problems import Conflict
from servicekit.rebuild import store
from servicekit.schedule import LeaseLost, Schedule
from servicekit.testing import FixedClock

pytestmark = pytest.mark.engines
TOPIC = "notes.notes"
A, B, C = (f"0191d5a0-0000-7000-8000-00000000000{number}" for number in range(1, 4))
MakeNote = Callable[..., bytes]


class Topic:
    """A topic of one partition, as bytes; `happens` is called before each look at its end, `begun` at its first."""

    def __init__(self) -> None:
        self.values: list[bytes | None] = []
        self.first = 0
        self.at_most = 1_000
        self.happens: list[Callable[[], object]] = []

    def read(self) -> "Topic":
        """Begin at the beginning, as `servicekit.consumer.Reading` does."""
        self.positions = {(TOPIC, 0): self.first}
        return self

    def ends(self) -> Mapping[tuple[str, int], int]:
        if self.happens:
            self.happens.pop(0)()
        return {(TOPIC, 0): self.first + len(self.values)}

    def poll(self) -> list[tuple[str, int, Message]]:
        at = self.positions[TOPIC, 0]
        found = self.values[at - self.first :][: self.at_most]
        self.positions[TOPIC, 0] = at + len(found)
        return [(TOPIC, 0, Message(at + number, value)) for number, value in enumerate(found)]

    def close(self) -> None:
        pass


class Stage:
    """A listener, the topic that it listens to, and a worker that rebuilds."""

    def __init__(
        self, database: Database[Document], clock: FixedClock, make_listener: Any, make_rebuilder: Any
    ) -> None:
        self.database, self.clock = database, clock
        self.listener = make_listener()
        self.topic = Topic()
        self.worker: Callable[..., Schedule] = partial(make_rebuilder, self.topic.read)

    def send(self, *values: bytes | None, heard: bool = True) -> None:
        """Send messages; the listener hears them unless it is behind."""
        self.topic.values += values
        if heard:
            self.hear()

    def hear(self) -> None:
        """Have the listener hear what it has not, from the position that is stored."""
        self.listener.position = self.listener.inbox.take_over(TOPIC, 0)
        self.listener.hear(*self.topic.values[self.listener.position - self.topic.first :])

    def ask(self) -> str:
        """Ask for a rebuild; its id."""
        asked = transaction(
            self.database.client, lambda session: store.ask(self.database, by="me", at=self.clock(), session=session)
        )
        return str(asked["_id"])

    def rebuild(self, **options: Any) -> Document:
        """Ask for a rebuild, have it done, and see what became of it."""
        asked = self.ask()
        self.worker(**options).step()
        return store.show(self.database, asked)

    def copies(self, generation: int | None = None) -> dict[str, str]:
        """Note and text, in the live generation or another."""
        of = generation or generations.live(self.database)
        return {copy["_id"]: copy["state"]["text"] for copy in self.database[projection("copies", of)].find()}

    def collections(self) -> set[str]:
        """The generations of the copies that there are."""
        return {name for name in self.database.list_collection_names() if name.startswith("copies")}


@pytest.fixture
def stage(database: Database[Document], clock: FixedClock, make_listener: Any, make_rebuilder: Any) -> Stage:
    return Stage(database, clock, make_listener, make_rebuilder)


def test_the_new_generation_holds_the_newest_state_of_what_is_on_the_topic_and_nothing_else(
    stage: Stage, note: MakeNote
) -> None:
    stage.send(note(A, 1), note(B, 1), note(C, 1), note(A, 2))
    # The broker's cleaner has removed C, and A at version 1.
    stage.topic.values, stage.topic.first = [note(B, 1), note(A, 3), note(A, 2), None], 3
    stage.hear()
    assert set(stage.copies()) == {A, B, C}

    rebuilt = stage.rebuild()

    assert (rebuilt["state"], rebuilt["generation"], rebuilt["reason"]) == ("done", 2, None)
    assert (rebuilt["messages_read"], rebuilt["messages_expected"], rebuilt["dead_letters"]) == (4, 4, 0)
    assert stage.copies() == {A: "version 3", B: "version 1"}


def test_the_new_generation_has_the_indexes_of_its_projection_and_what_the_service_owns_is_not_touched(
    stage: Stage, note: MakeNote
) -> None:
    stage.send(note(A))
    owned = [*stage.database["owned"].list_indexes()]

    stage.rebuild()

    assert "state.text_1" in stage.database["copies.g2"].index_information()
    assert [*stage.database["owned"].list_indexes()] == owned


def test_what_comes_after_the_rebuild_goes_to_the_new_generation(stage: Stage, note: MakeNote) -> None:
    stage.send(note(A))
    stage.rebuild()

    stage.topic.values.append(note(B))
    with pytest.raises(PositionMoved):
        stage.listener.hear(note(B))
    stage.hear()

    assert stage.copies() == {A: "version 1", B: "version 1"}
    assert stage.copies(1) == {A: "version 1"}


def test_what_is_sent_while_the_generation_is_filled_is_in_it(
    stage: Stage, note: MakeNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers are never sent back: the swap waits until the new generation knows what the live one knows."""
    monkeypatch.setattr("servicekit.rebuild.job.NEAR", 0)
    stage.topic.at_most = 1
    stage.send(note(A, 1))
    stage.topic.happens = [lambda: None, lambda: None, lambda: stage.send(note(B, 1)), lambda: stage.send(note(A, 2))]

    stage.rebuild()

    assert stage.copies() == {A: "version 2", B: "version 1"}
    assert stage.listener.stored_position() == 3


def test_what_the_listener_hears_after_the_last_look_at_the_end_is_read_within_the_swap(
    stage: Stage, note: MakeNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.send(note(A, 1))
    heard_late = [note(A, 2), note(B, 1)]

    def late(point: str) -> None:
        if point == "rebuild: before the swap":
            stage.send(*heard_late)

    monkeypatch.setattr("servicekit.rebuild.job.reached", late)

    stage.rebuild()

    assert stage.copies() == {A: "version 2", B: "version 1"}


def test_a_listener_that_was_behind_goes_on_behind_what_the_rebuild_has_read(stage: Stage, note: MakeNote) -> None:
    stage.send(note(A, 1))
    stage.send(note(A, 2), note(B, 1), heard=False)

    stage.rebuild()

    assert stage.copies() == {A: "version 2", B: "version 1"}
    assert stage.listener.stored_position() == 3


def test_a_listener_whose_batch_is_overtaken_by_the_swap_writes_nothing_and_loses_nothing(
    stage: Stage, note: MakeNote, make_listener: Any
) -> None:
    """Its position may stand where it stood: what moved is the generation that it belongs to."""
    stage.send(note(A, 1))
    stage.topic.values.append(note(B, 1))
    overtaken = make_listener()
    overtaken.position = 1
    stage.topic.values.pop()
    stage.rebuild()
    assert stage.listener.stored_position() == 1
    stage.topic.values.append(note(B, 1))

    with pytest.raises(PositionMoved):
        overtaken.hear(note(B, 1))

    assert stage.copies(1) == {A: "version 1"}
    stage.hear()
    assert stage.copies() == {A: "version 1", B: "version 1"}


def test_nobody_reads_a_generation_before_it_is_caught_up(
    stage: Stage, note: MakeNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.send(*(note(one) for one in (A, B, C)))
    stage.topic.at_most = 1
    seen = []
    monkeypatch.setattr("servicekit.rebuild.job.reached", lambda _: seen.append(len(stage.copies())))

    stage.rebuild()

    assert set(seen) == {3}


def test_a_rebuild_that_emits_is_refused_and_its_generation_is_gone(stage: Stage, note: MakeNote) -> None:
    stage.send(note(A))

    def emits(event: Any, opened: Any) -> None:
        outbox.append(
            stage.database,
            topic=TOPIC,
            type="notes.note-changed.v1",
            source="/acorn/notes",
            aggregate=A,
            version=1,
            state={"id": A, "text": ""},
            at=stage.clock(),
            session=opened._session,
        )

    rebuilt = stage.rebuild(handlers={"notes.note-*.v1": emits})

    assert rebuilt["state"] == "failed"
    assert "emits events" in rebuilt["reason"]
    assert stage.database["outbox"].count_documents({}) == 0
    assert (stage.copies(), stage.collections()) == ({A: "version 1"}, {"copies.g1"})
    assert stage.rebuild()["state"] == "done", "another may be asked for"


def test_a_topic_that_was_made_anew_does_not_replace_what_was_learnt_from_the_lost_one(
    stage: Stage, note: MakeNote
) -> None:
    stage.send(note(A), note(B))
    stage.topic.values = [note(C)]

    rebuilt = stage.rebuild()

    assert rebuilt["state"] == "failed"
    assert "notes.notes/0 ends before position 2" in rebuilt["reason"]
    assert set(stage.copies()) == {A, B}


def test_a_message_that_cannot_be_taken_is_one_dead_letter_and_the_rest_goes_in(stage: Stage, note: MakeNote) -> None:
    stage.send(note(A), note(B, 1, "poison"))
    stage.send(note(C, 1, "poison"), b"no event", heard=False)

    rebuilt = stage.rebuild()

    assert (rebuilt["state"], rebuilt["dead_letters"]) == ("done", 3)
    assert stage.copies() == {A: "version 1"}
    letters = [letter["offset"] for letter in stage.database[deadletters.COLLECTION].find().sort("offset", 1)]
    assert letters == [1, 2, 3], "the one that was put aside before is not put aside twice"


def test_handlers_that_take_next_to_nothing_change_nothing(
    stage: Stage, note: MakeNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("servicekit.rebuild.job.MOST_DEAD", 1)
    stage.send(note(A), note(B))

    def broken(*_: Any) -> None:
        raise KeyError

    rebuilt = stage.rebuild(handlers={"notes.note-*.v1": broken})

    assert rebuilt["state"] == "failed"
    assert "cannot be taken by this release" in rebuilt["reason"]
    assert stage.database[deadletters.COLLECTION].count_documents({}) == 0
    assert set(stage.copies()) == {A, B}


def test_memory_is_bounded_and_an_older_state_that_comes_later_does_not_win(
    stage: Stage, note: MakeNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("servicekit.rebuild.job.HELD_BYTES", 10)
    stage.topic.at_most = 1
    stage.send(note(A, 2), note(A, 1), note(B, 1))

    stage.rebuild()

    assert stage.copies() == {A: "version 2", B: "version 1"}


def test_one_rebuild_at_a_time_is_taken_on(stage: Stage) -> None:
    stage.ask()

    with pytest.raises(Conflict, match="under way"):
        stage.ask()


def test_an_attempt_that_was_overtaken_swaps_nothing(stage: Stage, note: MakeNote, clock: FixedClock) -> None:
    stage.send(note(A))
    asked = stage.ask()
    paused = store.begin(stage.database, asked, at=clock())
    successor = store.begin(stage.database, asked, at=clock())
    assert paused is not None
    assert successor is not None

    with pytest.raises(LeaseLost):
        paused.end("done", at=clock())

    assert successor.generation > paused.generation
    successor.end("done", at=clock())
    assert store.begin(stage.database, asked, at=clock()) is None, "it has ended"


def test_the_generation_before_stays_for_its_grace(stage: Stage, note: MakeNote, clock: FixedClock) -> None:
    stage.send(note(A))
    stage.rebuild()
    worker = stage.worker()
    assert not worker.step()
    assert stage.collections() == {"copies.g1", "copies.g2"}

    clock.advance(seconds=generations.GRACE.total_seconds())

    assert worker.step()
    assert stage.collections() == {"copies.g2"}


def test_what_a_killed_attempt_left_behind_is_cleaned_up_by_the_next(stage: Stage, note: MakeNote) -> None:
    stage.send(note(A))
    stage.database["copies.g2"].insert_one({"_id": B})
    generations.allocate(stage.database)

    rebuilt = stage.rebuild()

    assert rebuilt["generation"] == 3
    assert stage.collections() == {"copies.g1", "copies.g3"}


def test_a_failure_that_may_pass_is_tried_again_and_says_so(stage: Stage, note: MakeNote, clock: FixedClock) -> None:
    stage.send(note(A))

    def away() -> None:
        raise TimeoutError

    stage.topic.happens = [away]
    rebuilt = stage.rebuild()
    assert (rebuilt["state"], rebuilt["reason"]) == ("waiting", "TimeoutError in attempt 1: it is tried again.")

    clock.advance(minutes=5)
    stage.worker().step()

    assert store.show(stage.database, rebuilt["_id"])["state"] == "done"


def test_readers_learn_of_the_swap_within_a_second(
    stage: Stage, note: MakeNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = 100.0
    monkeypatch.setattr(generations, "monotonic", lambda: seconds)
    stage.send(note(A))
    assert generations.recent(stage.database) == 1

    stage.rebuild()

    assert generations.recent(stage.database) == 1
    seconds += generations.FRESH_SECONDS
    assert generations.recent(stage.database) == 2
