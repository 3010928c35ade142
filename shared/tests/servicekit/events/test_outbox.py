"""The outbox: an event is there exactly if its effect is, and stays until it is certainly sent."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.client_session import ClientSession
from pymongo.database import Database
from structlog.contextvars import bound_contextvars

from servicekit import outbox
from servicekit.events import BadEvent, read_event
from servicekit.ids import new_id
from servicekit.mongo import Document, transaction
from servicekit.outbox import append, backlog, first_id, made_at, sweep

pytestmark = [pytest.mark.engines, pytest.mark.usefixtures("contracts_of_notes")]
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def add(database: Database[Document], session: ClientSession, state: Mapping[str, Any] | None = None) -> str:
    aggregate = new_id()
    append(
        database,
        topic="notes.notes",
        type="notes.note-added.v1",
        source="/acorn/notes",
        aggregate=aggregate,
        version=1,
        state=state or {"id": aggregate, "text": "new"},
        at=AT,
        session=session,
    )
    return aggregate


def committed(database: Database[Document]) -> str:
    return transaction(database.client, lambda session: add(database, session))


def test_a_committed_event_is_a_row_with_the_bytes_to_send(database: Database[Document]) -> None:
    aggregate = committed(database)

    [row] = database["outbox"].find()
    event = read_event(row.pop("value"))
    assert (event.subject, event.type, event.version, event.state["text"]) == (
        aggregate,
        "notes.note-added.v1",
        1,
        "new",
    )
    assert row == {
        "_id": row["_id"],
        "topic": "notes.notes",
        "key": aggregate,
        "type": "notes.note-added.v1",
        "version": 1,
        "epoch": 1,
        "at": "2026-11-23T09:00:00.000Z",
    }


def test_no_event_outlives_an_effect_that_was_taken_back(database: Database[Document]) -> None:
    def work(session: ClientSession) -> None:
        database["notes"].insert_one({"_id": add(database, session)}, session=session)
        raise KeyError

    with pytest.raises(KeyError):
        transaction(database.client, work)

    assert database["outbox"].count_documents({}) == database["notes"].count_documents({}) == 0


def test_an_event_that_breaks_its_contract_takes_its_effect_back_too(database: Database[Document]) -> None:
    def work(session: ClientSession) -> None:
        database["notes"].insert_one({"_id": 1}, session=session)
        add(database, session, {"id": "wrong"})

    with pytest.raises(BadEvent):
        transaction(database.client, work)

    assert database["notes"].count_documents({}) == 0


def test_events_carry_the_epoch_that_a_restore_raised(database: Database[Document]) -> None:
    database["meta"].insert_one({"_id": "epoch", "value": 4})

    committed(database)

    [row] = database["outbox"].find()
    assert (row["epoch"], read_event(row["value"]).epoch) == (4, 4)


def test_an_event_continues_the_trace_of_its_request(database: Database[Document]) -> None:
    with bound_contextvars(traceparent=TRACE):
        committed(database)

    [row] = database["outbox"].find()
    assert read_event(row["value"]).traceparent == TRACE


@given(st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(3000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_first_id_of_an_instant_sorts_between_what_came_before_and_after(at: datetime) -> None:
    assert abs(made_at(first_id(at)) - at.timestamp()) < 0.0011
    assert first_id(at - timedelta(milliseconds=2)) < first_id(at) < first_id(at + timedelta(milliseconds=2))


def test_a_new_id_says_when_it_was_made() -> None:
    assert abs(made_at(new_id()) - time.time()) < 5


class TestBacklog:
    def test_an_outbox_that_was_never_sent_waits_as_a_whole(self, database: Database[Document]) -> None:
        for _ in range(3):
            committed(database)

        waiting = backlog(database, None)

        assert waiting.depth == 3
        assert 0 < waiting.oldest < 60

    def test_what_was_sent_does_not_wait(self, database: Database[Document]) -> None:
        committed(database)

        assert backlog(database, datetime.now(UTC) + timedelta(seconds=1)) == outbox.Backlog(0, 0.0)


class TestSweeping:
    NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)

    def row(self, database: Database[Document], age: timedelta) -> str:
        row = first_id(self.NOW - age)
        database["outbox"].insert_one({"_id": row})
        return row

    def left(self, database: Database[Document]) -> set[str]:
        return {row["_id"] for row in database["outbox"].find()}

    def test_rows_that_were_sent_and_are_old_go(self, database: Database[Document]) -> None:
        old, young = self.row(database, timedelta(days=8)), self.row(database, timedelta(days=6))

        swept = sweep(database, self.NOW, now=self.NOW)

        assert swept == 1
        assert self.left(database) == {young}
        assert old not in self.left(database)

    def test_a_relay_that_stood_still_for_a_month_loses_nothing(self, database: Database[Document]) -> None:
        rows = {self.row(database, timedelta(days=days)) for days in (9, 20, 29)}
        sent = self.row(database, timedelta(days=40))

        sweep(database, self.NOW - timedelta(days=30), now=self.NOW)

        assert self.left(database) == rows
        assert sent not in rows

    def test_a_row_made_by_a_clock_that_was_hours_behind_is_kept(self, database: Database[Document]) -> None:
        """Its id says that it is older than the position, and it was committed after it."""
        late = self.row(database, timedelta(days=30, hours=12))

        sweep(database, self.NOW - timedelta(days=30), now=self.NOW)

        assert self.left(database) == {late}

    def test_thousands_go_in_slices(self, database: Database[Document], monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(outbox, "_SWEPT_AT_ONCE", 10)
        for minutes in range(25):
            self.row(database, timedelta(days=8, minutes=minutes))

        assert sweep(database, self.NOW, now=self.NOW) == 25
        assert self.left(database) == set()
