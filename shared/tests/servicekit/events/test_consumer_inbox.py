"""Batches become effects, each exactly once: on the real database, with bytes as Kafka would bring them."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from pymongo.errors import AutoReconnect, PyMongoError
from structlog.contextvars import get_contextvars

from servicekit.events import Event
from servicekit.ids import new_id
from servicekit.inbox import Batch, Handlers, Message, PositionMoved, passing
from servicekit.mongo import projection

pytestmark = pytest.mark.engines
MakeNote = Callable[..., bytes]
MakeListener = Callable[..., Any]
A, B, C = (f"0191d5a0-0000-7000-8000-00000000000{number}" for number in range(1, 4))


class TestOneTransaction:
    def test_a_batch_has_its_effects_and_moves_the_position(self, listener: Any, note: MakeNote) -> None:
        listener.hear(note(A), note(B))

        assert listener.copy(A)["state"]["text"] == "version 1"
        assert listener.copy(B)["effects"] == 1
        assert listener.stored_position() == 2

    def test_a_batch_that_was_handled_before_changes_nothing(self, make_listener: MakeListener, note: MakeNote) -> None:
        first, twin = make_listener(), make_listener()
        first.hear(note(A), note(B))
        first.hear(note(A, 2))

        with pytest.raises(PositionMoved):
            twin.hear(note(A), note(B), note(C))

        assert first.copy(A)["state"]["text"] == "version 2"
        assert first.database[projection("copies")].count_documents({"_id": C}) == 0
        assert first.stored_position() == 3

    def test_when_the_effect_fails_for_now_the_position_stays(
        self, make_listener: MakeListener, note: MakeNote
    ) -> None:
        def away(event: Event, store: Any) -> None:
            store.put(event)
            store.flush()
            raise AutoReconnect("the primary is gone")

        listener = make_listener({"notes.note-changed.v1": away})

        with pytest.raises(AutoReconnect):
            listener.hear(note(A))

        assert listener.stored_position() == 0
        assert listener.database[projection("copies")].count_documents({}) == 0
        assert listener.letters() == []

    def test_whoever_dies_before_the_commit_leaves_neither_effect_nor_position(
        self, listener: Any, note: MakeNote, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def die(point: str) -> None:
            raise KeyboardInterrupt(point)

        monkeypatch.setattr("servicekit.inbox.reached", die)

        with pytest.raises(KeyboardInterrupt, match="consumer: before commit"):
            listener.hear(note(A), b"{")

        assert listener.stored_position() == 0
        assert listener.database[projection("copies")].count_documents({}) == 0
        assert listener.letters() == []

    def test_two_twins_with_the_same_messages_have_each_effect_once(
        self, make_listener: MakeListener, note: MakeNote
    ) -> None:
        twins = [make_listener() for _ in range(2)]
        batches = [[note(A, version), note(B, version)] for version in range(1, 31)]
        overtaken = [0, 0]

        def follow(which: int) -> None:
            listener = twins[which]
            while listener.position < 60:
                try:
                    listener.hear(*batches[listener.position // 2])
                except PositionMoved:
                    overtaken[which] += 1
                    listener.position = listener.stored_position()
                except PyMongoError as error:
                    if not passing(error):
                        raise
                    listener.position = listener.stored_position()

        threads = [threading.Thread(target=follow, args=(which,)) for which in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

        assert [twins[0].copy(aggregate)["effects"] for aggregate in (A, B)] == [30, 30]
        assert twins[0].stored_position() == 60

    def test_an_empty_poll_moves_the_position_past_markers(self, listener: Any) -> None:
        listener.hear(position=7)

        assert listener.stored_position() == 7

    def test_a_gap_between_messages_is_no_loss(self, listener: Any, note: MakeNote) -> None:
        listener.inbox.apply(Batch("notes.notes", 0, 0, [Message(4, note(A)), Message(9, note(B))], 12))

        assert listener.stored_position() == 12
        assert listener.copy(B)


class TestNewestState:
    def test_of_several_states_in_a_batch_only_the_newest_is_handled(
        self, listener: Any, note: MakeNote, counted: Callable[..., float]
    ) -> None:
        listener.hear(note(A, 1), note(A, 3), note(B, 1), note(A, 2))

        assert listener.copy(A)["effects"] == 1
        assert listener.copy(A)["state"]["text"] == "version 3"
        assert counted("acorn_consumer_skipped_total", reason="superseded") == 2
        assert counted("acorn_consumer_events_total", topic="notes.notes") == 2

    def test_an_older_state_in_a_later_batch_changes_nothing(self, listener: Any, note: MakeNote) -> None:
        listener.hear(note(A, 5))
        listener.hear(note(A, 4))

        assert listener.copy(A)["state"]["text"] == "version 5"

    def test_after_a_restore_a_lower_version_of_the_next_epoch_is_newer(self, listener: Any, note: MakeNote) -> None:
        listener.hear(note(A, 9, epoch=1))
        listener.hear(note(A, 2, epoch=2), note(A, 10, epoch=1))

        assert listener.copy(A)["key"] == [2, 2]

    def test_replaying_a_whole_topic_ends_where_it_was(self, listener: Any, note: MakeNote) -> None:
        history = [note(A, 1), note(B, 1), note(A, 2), note(B, 2), note(A, 3)]
        listener.hear(*history)
        before = list(listener.database[projection("copies")].find())

        listener.hear(*history)

        assert list(listener.database[projection("copies")].find()) == before


class TestTypes:
    def test_an_unknown_type_is_counted_and_passed_over(
        self, make_listener: MakeListener, note: MakeNote, counted: Callable[..., float]
    ) -> None:
        listener = make_listener({"notes.note-added.v1": lambda event, store: store.put(event)})

        listener.hear(note(A), note(B, type="notes.note-added.v1"))

        assert listener.database[projection("copies")].distinct("_id") == [B]
        assert listener.stored_position() == 2
        assert counted("acorn_consumer_skipped_total", reason="unknown_type") == 1

    def test_a_tombstone_is_passed_over(self, listener: Any, note: MakeNote, counted: Callable[..., float]) -> None:
        listener.hear(note(A), None)

        assert listener.stored_position() == 2
        assert counted("acorn_consumer_skipped_total", reason="tombstone") == 1

    def test_an_entity_pattern_takes_a_reason_that_is_newer_than_the_listener(self) -> None:
        def handler(event: Event, store: Any) -> None: ...

        handlers = Handlers({"staff.person-*.v1": handler})

        assert handlers.find("staff.person-line-manager-changed.v1") is handler
        assert handlers.find("staff.person-knighted.v1") is handler
        assert handlers.find("staff.person-moved.v2") is None
        assert handlers.find("staff.organisation-added.v1") is None

    def test_an_exact_type_comes_before_a_pattern(self) -> None:
        def exact(event: Event, store: Any) -> None: ...
        def pattern(event: Event, store: Any) -> None: ...

        handlers = Handlers({"staff.person-*.v1": pattern, "staff.person-erased.v1": exact})

        assert handlers.find("staff.person-erased.v1") is exact
        assert handlers.find("staff.person-moved.v1") is pattern

    def test_a_handler_works_in_the_trace_of_its_event(self, make_listener: MakeListener, note: MakeNote) -> None:
        traces: list[object] = []
        listener = make_listener({"notes.note-*.v1": lambda *_: traces.append(get_contextvars().get("traceparent"))})
        trace = f"00-{'a' * 32}-{'b' * 16}-01"

        listener.hear(note(A, traceparent=trace), note(B))

        assert traces == [trace, None]


class TestPoison:
    def test_a_message_that_cannot_be_taken_becomes_a_dead_letter_and_the_rest_goes_on(
        self, listener: Any, note: MakeNote, counted: Callable[..., float]
    ) -> None:
        poison = note(B, 1, "poison")

        listener.hear(note(A), poison, note(C))

        assert {copy["_id"] for copy in listener.database[projection("copies")].find()} == {A, C}
        assert listener.stored_position() == 3
        [letter] = listener.letters()
        assert letter["value"] == poison
        assert (letter["topic"], letter["partition"], letter["offset"]) == ("notes.notes", 0, 1)
        assert (letter["type"], letter["aggregate"], letter["state"]) == ("notes.note-changed.v1", B, "open")
        assert counted("acorn_dead_letters_total", topic="notes.notes") == 1

    def test_the_reason_says_where_and_quotes_nothing(self, listener: Any, note: MakeNote) -> None:
        listener.hear(note(A, 1, "poison"))

        [letter] = listener.letters()
        assert letter["reason"].startswith("ValueError at conftest.py:")
        assert letter["reason"].endswith("in note_changed")
        assert "poison" not in letter["reason"]

    def test_bytes_that_are_no_event_become_a_dead_letter(self, listener: Any, note: MakeNote) -> None:
        listener.hear(b"{", note(A), b"\xff\x00")

        assert listener.copy(A)
        assert [letter["reason"] for letter in listener.letters()] == ["unreadable: not JSON"] * 2
        assert listener.stored_position() == 3

    def test_the_state_before_a_poisonous_one_is_kept(self, listener: Any, note: MakeNote) -> None:
        listener.hear(note(A, 1), note(A, 2), note(A, 3, "poison"))

        assert listener.copy(A)["state"]["text"] == "version 2"

    @pytest.mark.parametrize("poisonous", [{0}, {7}, {39}, {3, 4}, set(range(0, 40, 2)), set(range(40))])
    def test_however_many_are_poisonous_exactly_those_are_put_aside(
        self, listener: Any, note: MakeNote, poisonous: set[int]
    ) -> None:
        subjects = [new_id() for _ in range(40)]

        listener.hear(*(note(subject, 1, "poison" if at in poisonous else "") for at, subject in enumerate(subjects)))

        assert {letter["offset"] for letter in listener.letters()} == poisonous
        taken = {copy["_id"]: copy["effects"] for copy in listener.database[projection("copies")].find()}
        assert taken == {subject: 1 for at, subject in enumerate(subjects) if at not in poisonous}
        assert listener.stored_position() == 40

    def test_an_outage_is_not_poison(self, make_listener: MakeListener, note: MakeNote) -> None:
        def handler(event: Event, store: Any) -> None:
            if event.subject == B:
                raise AutoReconnect
            store.put(event)

        listener = make_listener({"notes.note-*.v1": handler})

        with pytest.raises(AutoReconnect):
            listener.hear(note(A), note(B))

        assert listener.letters() == []
        assert listener.stored_position() == 0

    def test_a_fault_of_our_own_is_nobodys_dead_letter(self, listener: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        def broken(**_: object) -> None:
            raise RuntimeError

        monkeypatch.setattr("servicekit.deadletters.put", lambda *_, **__: broken())

        with pytest.raises(RuntimeError):
            listener.hear(b"{")

        assert listener.stored_position() == 0
