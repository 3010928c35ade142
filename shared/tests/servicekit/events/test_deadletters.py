"""Dead letters: looked at without seeing anybody's data, replayed once their handler is mended, or dismissed."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from pymongo.database import Database
from pymongo.errors import AutoReconnect

from servicekit import deadletters
from servicekit.deadletters import REPLAY, ask_replay, dismiss, masked, show
from servicekit.mongo import Document, transaction
from servicekit.problems import Conflict, NotFound
from servicekit.replaying import replays
from servicekit.schedule import Schedule
from servicekit.testing import FixedClock

pytestmark = pytest.mark.engines
MakeNote = Callable[..., bytes]
A = "0191d5a0-0000-7000-8000-000000000001"
ABSENT = "0191d5a0-0000-7000-8000-00000000ffff"


@pytest.fixture
def letter(listener: Any, note: MakeNote) -> str:
    """A dead letter about note A."""
    listener.hear(note(A, 1, "poison"))
    return str(listener.letters()[0]["_id"])


@pytest.fixture
def worker(database: Database[Document], clock: FixedClock) -> Callable[..., Schedule]:
    """A worker that replays, with handlers that may have been mended."""

    def make(handlers: dict[str, Any], make_store: Any) -> Schedule:
        return Schedule(database, {REPLAY: replays(handlers, make_store, clock)}, holder="w", clock=clock)

    return make


class Store:
    """Notes down what a mended handler does."""

    def __init__(self, database: Database[Document], session: Any, _: int) -> None:
        self.database, self.session = database, session
        self.taken: list[Document] = []

    def put(self, event: Any) -> None:
        self.taken.append({"_id": event.subject, "text": event.state["text"]})

    def flush(self) -> None:
        self.database["mended"].insert_many(self.taken, session=self.session)


MENDED = {"notes.note-*.v1": lambda event, store: store.put(event)}


class TestShowing:
    def test_a_payload_is_shown_as_types_and_lengths(self) -> None:
        value = {"name": "Amina", "age": 41, "head": True, "left": None, "posts": [{"at": "Elm"}, 1.5]}

        assert masked(orjson.dumps(value)) == {
            "name": "string(5)",
            "age": "number",
            "head": "boolean",
            "left": "null",
            "posts": [{"at": "string(3)"}, "number"],
        }

    def test_bytes_that_are_no_json_are_shown_as_their_length(self) -> None:
        assert masked(b"\xffAmina") == "bytes(6)"

    def test_a_letter_is_shown_with_its_place_and_its_masked_payload(
        self, database: Database[Document], letter: str
    ) -> None:
        shown = show(database, letter)

        assert shown["id"] == letter
        assert (shown["topic"], shown["partition"], shown["offset"], shown["state"]) == ("notes.notes", 0, 0, "open")
        assert shown["payload"]["data"]["state"] == {"id": "string(36)", "text": "string(6)"}
        assert "value" not in shown
        assert b"poison" not in orjson.dumps(shown)

    def test_a_letter_that_is_not_there_is_not_found(self, database: Database[Document], clock: FixedClock) -> None:
        with pytest.raises(NotFound):
            show(database, ABSENT)
        with pytest.raises(NotFound):
            ask_replay(database, ABSENT, by="sign-in:ops", at=clock())


class TestReplaying:
    def test_a_replayed_letter_has_its_effect_and_is_closed(
        self, database: Database[Document], letter: str, worker: Callable[..., Schedule], clock: FixedClock
    ) -> None:
        transaction(
            database.client,
            lambda session: ask_replay(database, letter, by="sign-in:ops", at=clock(), session=session),
        )

        assert worker(MENDED, Store).step() is True

        assert database["mended"].find_one({"_id": A}) == {"_id": A, "text": "poison"}
        assert (show(database, letter)["state"], show(database, letter)["by"]) == ("replayed", "sign-in:ops")

    def test_a_letter_whose_handler_fails_again_stays_open_and_can_be_asked_for_again(
        self, database: Database[Document], letter: str, worker: Callable[..., Schedule], clock: FixedClock
    ) -> None:
        def still_broken(event: Any, store: Any) -> None:
            raise KeyError(event.state["text"])

        ask_replay(database, letter, by="sign-in:ops", at=clock())
        worker({"notes.note-*.v1": still_broken}, Store).step()

        assert show(database, letter)["state"] == "open"
        assert show(database, letter)["reason"].startswith("KeyError at test_deadletters.py")
        failed = database["work"].find_one({"kind": REPLAY})
        assert failed is not None
        assert failed["state"] == "failed"
        assert "poison" not in failed["reason"]

        ask_replay(database, letter, by="sign-in:ops", at=clock())
        worker(MENDED, Store).step()
        assert (show(database, letter)["state"], show(database, letter)["replays"]) == ("replayed", 2)

    def test_an_outage_leaves_the_replay_to_be_tried_again(
        self, database: Database[Document], letter: str, worker: Callable[..., Schedule], clock: FixedClock
    ) -> None:
        def away(event: Any, store: Any) -> None:
            raise AutoReconnect

        ask_replay(database, letter, by="sign-in:ops", at=clock())

        with pytest.raises(AutoReconnect):
            worker({"notes.note-*.v1": away}, Store).step()

        assert show(database, letter)["state"] == "open"

    def test_a_letter_that_no_handler_takes_stays_open(
        self, database: Database[Document], letter: str, worker: Callable[..., Schedule], clock: FixedClock
    ) -> None:
        ask_replay(database, letter, by="sign-in:ops", at=clock())

        worker({"notes.memo-*.v1": lambda *_: None}, Store).step()

        assert show(database, letter)["state"] == "open"

    def test_a_letter_that_nobody_can_read_stays_open(
        self, database: Database[Document], listener: Any, worker: Callable[..., Schedule], clock: FixedClock
    ) -> None:
        listener.hear(b"{")
        letter = listener.letters()[0]["_id"]
        ask_replay(database, letter, by="sign-in:ops", at=clock())

        worker(MENDED, Store).step()

        assert show(database, letter)["state"] == "open"

    def test_a_letter_dismissed_meanwhile_is_not_replayed(
        self, database: Database[Document], letter: str, worker: Callable[..., Schedule], clock: FixedClock
    ) -> None:
        ask_replay(database, letter, by="sign-in:ops", at=clock())
        dismiss(database, letter, by="sign-in:ops", because="corrected by hand", at=clock())

        worker(MENDED, Store).step()

        assert database["mended"].count_documents({}) == 0
        assert show(database, letter)["state"] == "dismissed"


class TestDismissing:
    def test_a_dismissed_letter_says_who_and_why_and_will_expire(
        self, database: Database[Document], letter: str, clock: FixedClock
    ) -> None:
        dismiss(database, letter, by="sign-in:ops", because="corrected by hand", at=clock())

        shown = show(database, letter)
        assert (shown["state"], shown["by"], shown["because"]) == ("dismissed", "sign-in:ops", "corrected by hand")
        stored = database["dead_letters"].find_one({"_id": letter})
        assert stored is not None
        assert stored["closed"] == clock()
        database["dead_letters"].create_indexes(deadletters.INDEXES["dead_letters"])
        assert "expireAfterSeconds" in database["dead_letters"].index_information()["closed_1"]

    def test_a_closed_letter_is_neither_dismissed_nor_replayed_again(
        self, database: Database[Document], letter: str, clock: FixedClock
    ) -> None:
        dismiss(database, letter, by="sign-in:ops", because="once", at=clock())

        with pytest.raises(Conflict):
            dismiss(database, letter, by="sign-in:ops", because="twice", at=clock())
        with pytest.raises(Conflict):
            ask_replay(database, letter, by="sign-in:ops", at=clock())
        with pytest.raises(Conflict):
            deadletters.close(database, letter, "replayed", at=clock(), session=None)
