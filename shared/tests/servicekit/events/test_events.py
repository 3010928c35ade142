"""What an event is: strict when it is made, tolerant when it is read."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.events import MAX_BYTES, BadEvent, Event, Schemas, Unreadable, make_event, read_event, use_contracts
from servicekit.ids import new_id, valid_id

MakeNote = Callable[..., bytes]
SUBJECT = "0191d5a0-0000-7000-8000-000000000001"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def made(**changes: Any) -> bytes:
    arguments: dict[str, Any] = {
        "type": "notes.note-added.v1",
        "source": "/acorn/notes",
        "subject": SUBJECT,
        "epoch": 1,
        "version": 3,
        "state": {"id": SUBJECT, "text": "Zoë’s note"},
        "at": datetime(2026, 11, 23, 9, 30, 15, 123_000, tzinfo=UTC),
        "traceparent": TRACE,
    }
    return make_event(**{**arguments, **changes})


@pytest.mark.usefixtures("contracts_of_notes")
class TestWhatWeSend:
    def test_an_event_is_a_cloudevent_in_structured_json_with_the_state_inside(self) -> None:
        document = json.loads(made())

        assert valid_id(document.pop("id"))
        assert document == {
            "specversion": "1.0",
            "source": "/acorn/notes",
            "type": "notes.note-added.v1",
            "subject": SUBJECT,
            "time": "2026-11-23T09:30:15.123000Z",
            "datacontenttype": "application/json",
            "traceparent": TRACE,
            "data": {"epoch": 1, "version": 3, "state": {"id": SUBJECT, "text": "Zoë’s note"}},
        }

    def test_what_was_made_is_read_back(self) -> None:
        value = made()

        event = read_event(value)

        assert event == Event(
            id=json.loads(value)["id"],
            type="notes.note-added.v1",
            source="/acorn/notes",
            subject=SUBJECT,
            time=datetime(2026, 11, 23, 9, 30, 15, 123_000, tzinfo=UTC),
            epoch=1,
            version=3,
            state={"id": SUBJECT, "text": "Zoë’s note"},
            traceparent=TRACE,
        )

    @pytest.mark.parametrize(
        "wrong",
        [
            {"state": {"id": SUBJECT}},
            {"state": {"id": SUBJECT, "text": "Amina", "shoe_size": 38}},
            {"state": {"id": SUBJECT, "text": 5}},
            {"state": {"id": SUBJECT, "text": "Amina", "day": "2019-02-29"}},
            {"state": {"id": SUBJECT, "text": "Amina", "weight": float("nan")}},
            {"state": {"id": SUBJECT, "text": {1, 2}}},
            {"version": 0},
            {"epoch": "1"},
            {"subject": new_id()},
            {"subject": ""},
            {"source": ""},
            {"type": "notes.note-sung.v1"},
            {"state": {"id": SUBJECT, "text": "x" * MAX_BYTES}},
        ],
        ids=[
            "a field is missing",
            "a field too many",
            "a wrong type",
            "a day that does not exist",
            "not a number",
            "no JSON",
            "version 0",
            "an epoch in words",
            "another aggregate's state",
            "no subject",
            "no source",
            "a type without a schema",
            "too large for a broker",
        ],
    )
    def test_an_event_that_breaks_its_contract_is_never_made(self, wrong: dict[str, Any]) -> None:
        with pytest.raises(BadEvent):
            made(**wrong)

    def test_the_refusal_says_where_and_quotes_nothing(self) -> None:
        with pytest.raises(BadEvent) as refusal:
            made(state={"id": SUBJECT, "text": ["Amina Yusuf"]})

        assert "$.data.state.text" in str(refusal.value)
        assert "Amina" not in str(refusal.value)


class TestContracts:
    def test_a_folder_without_schemas_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError, match="ACORN_CONTRACTS"):
            Schemas(tmp_path)

    def test_a_file_that_is_no_schema_is_named(self, contracts_of_notes: Path) -> None:
        broken = contracts_of_notes / "events" / "notes.note-lost.v1.json"
        broken.write_text('{"$id": "https://notes.example/lost", "type": "strings"}')

        with pytest.raises(ValueError, match=r"notes\.note-lost\.v1\.json"):
            Schemas(contracts_of_notes)

    def test_a_reference_that_leads_nowhere_is_named(self, contracts_of_notes: Path) -> None:
        dangling = contracts_of_notes / "events" / "notes.note-lost.v1.json"
        dangling.write_text('{"$id": "https://notes.example/lost", "$ref": "state/nowhere.json"}')

        with pytest.raises(BadEvent, match="state/nowhere"):
            Schemas(contracts_of_notes).validate("notes.note-lost.v1", {})

    def test_it_knows_the_types_that_have_a_schema(self, contracts_of_notes: Path) -> None:
        types = {f"notes.note-{reason}.v1" for reason in ("added", "changed", "heartbeat")}
        assert Schemas(contracts_of_notes).types == types

    def test_naming_the_same_folder_again_reads_nothing_again(self, contracts_of_notes: Path, note: MakeNote) -> None:
        note(SUBJECT)
        for schema in (contracts_of_notes / "events").glob("*.json"):
            schema.unlink()

        use_contracts(contracts_of_notes)

        assert note(SUBJECT)


class TestWhatWeRead:
    def test_what_a_newer_producer_added_is_passed_over(self, note: MakeNote) -> None:
        document = json.loads(note(SUBJECT, text="kept"))
        document |= {"dataschema": "https://notes.example", "Nóvelty": {"a": 1}, "partitionkey": "x"}
        document["data"] |= {"reason": "because"}
        document["data"]["state"] |= {"colour": "green"}

        event = read_event(json.dumps(document).encode())

        assert event.state == {"id": SUBJECT, "text": "kept", "colour": "green"}

    @pytest.mark.parametrize(
        "broken",
        [
            {"specversion": "0.3"},
            {"specversion": None},
            {"id": None},
            {"id": 7},
            {"source": None},
            {"type": None},
            {"type": ""},
            {"subject": None},
            {"time": None},
            {"time": "yesterday"},
            {"time": 5},
            {"time": "2026-11-23T09:00:00"},
            {"data": None},
            {"data": "text"},
            {"data": {"epoch": 1, "version": 1}},
            {"data": {"epoch": 1, "version": 1, "state": []}},
            {"data": {"epoch": 1, "version": 0, "state": {"id": SUBJECT}}},
            {"data": {"epoch": True, "version": 1, "state": {"id": SUBJECT}}},
            {"data": {"epoch": 1, "version": 1.5, "state": {"id": SUBJECT}}},
            {"data": {"epoch": 1, "version": 1, "state": {"id": "another"}}},
        ],
    )
    def test_what_is_no_event_of_ours_is_unreadable(self, note: MakeNote, broken: dict[str, Any]) -> None:
        document = {**json.loads(note(SUBJECT)), **broken}

        with pytest.raises(Unreadable):
            read_event(json.dumps(document).encode())

    @given(
        st.one_of(
            st.binary(), st.recursive(st.none() | st.booleans() | st.text(), st.lists).map(json.dumps).map(str.encode)
        )
    )
    def test_whatever_comes_is_read_or_unreadable_and_nothing_else(self, value: bytes) -> None:
        with pytest.raises(Unreadable):
            read_event(value)

    def test_the_epoch_comes_before_the_version(self, note: MakeNote) -> None:
        restored, lost = read_event(note(SUBJECT, 2, epoch=2)), read_event(note(SUBJECT, 9, epoch=1))

        assert restored.key > lost.key
