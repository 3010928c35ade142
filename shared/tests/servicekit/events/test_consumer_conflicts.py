"""Several listeners, several partitions and passing faults at once: each effect still happens exactly once."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import PyMongoError

from servicekit.events import Event
from servicekit.ids import new_id
from servicekit.inbox import Batch, Message, PositionMoved, passing
from servicekit.mongo import Document, projection

pytestmark = pytest.mark.engines
MakeNote = Callable[..., bytes]
MakeListener = Callable[..., Any]
A, B, C = (f"0191d5a0-0000-7000-8000-00000000000{number}" for number in range(1, 4))


class TestConflicts:
    def test_a_document_that_another_made_meanwhile_makes_the_batch_begin_again(
        self, database: Database[Document], make_listener: MakeListener, note: MakeNote
    ) -> None:
        """A duplicate key aborts the whole transaction; the second time the document is there to be seen."""
        tries = []

        class Inserts:
            def __init__(self, database: Database[Document], session: ClientSession, _: int) -> None:
                self.database, self.session = database, session

            def flush(self) -> None:
                tries.append(1)
                if len(tries) == 1:
                    self.database["other"].insert_one({"_id": A})
                    self.database["other"].insert_one({"_id": A}, session=self.session)

        listener = make_listener({"notes.note-*.v1": lambda *_: None}, Inserts)

        listener.hear(note(A))

        assert len(tries) == 2
        assert listener.letters() == []

    def test_a_duplicate_that_stays_is_poison(
        self, database: Database[Document], make_listener: MakeListener, note: MakeNote
    ) -> None:
        database["other"].insert_one({"_id": A})

        class Inserts:
            def __init__(self, database: Database[Document], session: ClientSession, _: int) -> None:
                self.database, self.session = database, session

            def flush(self) -> None:
                self.database["other"].insert_many([{"_id": A}], session=self.session)

        listener = make_listener({"notes.note-*.v1": lambda *_: None}, Inserts)

        listener.hear(note(A))

        assert len(listener.letters()) == 1

    def test_a_killed_predecessors_open_transaction_does_not_stop_its_successor(
        self, database: Database[Document], make_listener: MakeListener, note: MakeNote
    ) -> None:
        dead = make_listener()
        dead.hear(note(A))
        session = dead.inbox._session
        session.start_transaction()
        database[projection("copies")].update_one({"_id": A}, {"$set": {"held": True}}, session=session)
        database["positions"].update_one({"_id": "notes.notes/0"}, {"$set": {"held": True}}, session=session)

        began = time.monotonic()
        successor = make_listener()
        successor.hear(note(A, 2))

        assert time.monotonic() - began < 3
        assert successor.copy(A)["state"]["text"] == "version 2"
        assert "held" not in successor.copy(A)

    def test_a_holder_whose_session_a_successor_ended_tries_again_and_is_overtaken(
        self, database: Database[Document], make_listener: MakeListener, note: MakeNote
    ) -> None:
        twins: list[Any] = []

        def handler(event: Event, store: Any) -> None:
            store.put(event)
            if len(twins) == 1:
                store.flush()
                twins.append(make_listener())
                twins[1].hear(note(A, 7))

        twins.append(make_listener({"notes.note-*.v1": handler}))

        with pytest.raises(PyMongoError) as interrupted:
            twins[0].hear(note(B))

        assert passing(interrupted.value)
        assert twins[1].copy(A)["key"] == [1, 7]
        assert database[projection("copies")].count_documents({"_id": B}) == 0
        with pytest.raises(PositionMoved):
            twins[0].hear(note(B))


class TestSeveralPartitions:
    """What one poll brought of several partitions is one transaction."""

    def batch(self, note: MakeNote, partition: int, *texts: str) -> tuple[list[str], Batch]:
        subjects = [new_id() for _ in texts]
        values = [note(subject, 1, text) for subject, text in zip(subjects, texts, strict=True)]
        messages = [Message(offset, value) for offset, value in enumerate(values)]
        return subjects, Batch("notes.notes", partition, 0, messages, len(values))

    def test_all_have_their_effects_and_positions(self, listener: Any, note: MakeNote) -> None:
        listener.inbox.take_over("notes.notes", 1)
        (first,), one = self.batch(note, 0, "one")
        (second,), other = self.batch(note, 1, "other")

        listener.inbox.apply(one, other)

        assert listener.copy(first)["state"]["text"] == "one"
        assert listener.copy(second)["state"]["text"] == "other"
        assert [listener.inbox.position("notes.notes", partition) for partition in (0, 1)] == [1, 1]

    def test_when_one_was_moved_by_another_nothing_of_either_is_written(self, listener: Any, note: MakeNote) -> None:
        listener.inbox.take_over("notes.notes", 1)
        listener.inbox.apply(Batch("notes.notes", 1, 0, [], 5))
        _, one = self.batch(note, 0, "one")
        _, other = self.batch(note, 1, "other")

        with pytest.raises(PositionMoved):
            listener.inbox.apply(one, other)

        assert listener.database[projection("copies")].count_documents({}) == 0
        assert [listener.inbox.position("notes.notes", partition) for partition in (0, 1)] == [0, 5]

    def test_poison_of_one_partition_is_put_aside_and_the_others_go_on(self, listener: Any, note: MakeNote) -> None:
        for partition in (1, 2):
            listener.inbox.take_over("notes.notes", partition)
        fine, one = self.batch(note, 0, "a", "b")
        mixed, other = self.batch(note, 1, "c", "poison", "d")
        also, third = self.batch(note, 2, "e")

        listener.inbox.apply(one, other, third)

        assert {copy["_id"] for copy in listener.database[projection("copies")].find()} == {
            *fine,
            mixed[0],
            mixed[2],
            *also,
        }
        assert [(letter["partition"], letter["offset"]) for letter in listener.letters()] == [(1, 1)]
        assert [listener.inbox.position("notes.notes", partition) for partition in (0, 1, 2)] == [2, 3, 1]

    def test_a_partition_without_messages_is_moved_along(self, listener: Any, note: MakeNote) -> None:
        listener.inbox.take_over("notes.notes", 1)
        _, one = self.batch(note, 0, "poison")

        listener.inbox.apply(Batch("notes.notes", 1, 0, [], 3), one)

        assert [listener.inbox.position("notes.notes", partition) for partition in (0, 1)] == [1, 3]
