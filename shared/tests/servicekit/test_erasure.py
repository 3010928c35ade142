"""What every service forgets of somebody who is erased, and how the work of it goes."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.client_session import ClientSession
from pymongo.database import Database

from servicekit.erasure import store as erasure
from servicekit.mongo import Document, transaction
from servicekit.schedule import Schedule
from servicekit.testing import FixedClock

pytestmark = pytest.mark.engines
PERSON, OTHER = "0191d5a0-0000-7000-8000-000000000001", "0191d5a0-0000-7000-8000-000000000002"


def begin(database: Database[Document], clock: FixedClock, *words: str) -> None:
    def work(session: ClientSession) -> None:
        erasure.begin(database, PERSON, words=words, at=clock(), session=session, reason="Request 7")

    transaction(database.client, work)


def test_it_is_noted_once_and_done_twice(database: Database[Document], clock: FixedClock) -> None:
    database["things"].insert_many([{"of": PERSON} for _ in range(5)])
    at = clock()

    def erase(database: Database[Document], session: ClientSession, person: str, _: Any) -> int:
        found = [one["_id"] for one in database["things"].find({"of": person}, session=session).limit(2)]
        return database["things"].delete_many({"_id": {"$in": found}}, session=session).deleted_count

    schedule = Schedule(database, erasure.work(erase, clock=clock), holder="worker", clock=clock)
    begin(database, clock)
    clock.advance(seconds=30)
    begin(database, clock)

    assert schedule.step()
    assert database["things"].count_documents({}) == 0
    done = erasure.erased(database, PERSON)
    assert done is not None
    assert (done["at"], done["reason"]) == ("2026-11-23T09:00:00.000Z", "Request 7")
    assert done["done_at"] == "2026-11-23T09:00:30.000Z"
    database["things"].insert_one({"of": PERSON})
    assert not schedule.step(), "not again before it is time"
    clock.set(at + erasure.AGAIN_AFTER)
    assert schedule.step()
    assert database["things"].count_documents({}) == 0
    clock.advance(days=1)
    assert not schedule.step()
    assert erasure.erased(database, PERSON) == done


def test_events_and_dead_letters_of_theirs_go_but_for_the_word_that_they_were_erased(
    database: Database[Document],
) -> None:
    for subject in (PERSON, OTHER):
        for why in ("changed", "erased"):
            database["outbox"].insert_one({"key": subject, "type": f"notes.note-{why}.v1"})
        database["dead_letters"].insert_one({"aggregate": subject})

    transaction(database.client, lambda session: erasure.forget(database, [PERSON], session))

    assert [row["type"] for row in database["outbox"].find({"key": PERSON})] == ["notes.note-erased.v1"]
    assert database["outbox"].count_documents({"key": OTHER}) == 2
    assert [letter["aggregate"] for letter in database["dead_letters"].find()] == [OTHER]


@pytest.mark.parametrize(
    ("value", "reason", "stays"),
    [
        ("1234567", "It is somebody else’s.", False),
        ("a.yusuf@oaktrees.example", "It is taken.", False),
        (None, "Two people are meant: YUSUF and Khan.", False),
        ("12345678", "A TRN has seven digits.", True),
        ("Yusufi", "There is no such post.", True),
        ("31/09/2026", "There is no such date.", True),
    ],
)
def test_what_was_said_of_rows_goes_where_it_quotes_them(
    database: Database[Document], clock: FixedClock, value: str | None, reason: str, stays: bool
) -> None:
    database["import_rows"].insert_one({"reasons": [{"column": "a", "value": value, "reason": reason}]})

    begin(database, clock, "Yusuf", "1234567", "a.yusuf@oaktrees.example", "E(1")

    assert database["import_rows"].count_documents({}) == int(stays)


def test_the_second_turn_comes_after_any_request_has_ended() -> None:
    assert timedelta(minutes=2) < erasure.AGAIN_AFTER
