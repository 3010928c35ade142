"""Notes and their copies: an aggregate as small as can be, and a listener that keeps the newest state of each."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pymongo import IndexModel, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from servicekit import schedule
from servicekit.events import Event, make_event, use_contracts
from servicekit.generations import live
from servicekit.ids import new_id
from servicekit.inbox import Batch, Inbox, Message
from servicekit.mongo import Document, ensure_indexes, projection
from servicekit.rebuild import job
from servicekit.rebuild import store as rebuilds
from servicekit.schedule import Schedule
from servicekit.testing import FixedClock

TOPIC = "notes.notes"
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
_ENTITY = {
    "type": "object",
    "additionalProperties": False,
    "required": ["specversion", "id", "source", "type", "subject", "time", "data"],
    "properties": {
        **{name: {"type": "string"} for name in ("specversion", "id", "source", "type", "subject", "time")},
        "datacontenttype": {"const": "application/json"},
        "traceparent": {"type": "string"},
        "data": {"$ref": "state/data.json"},
    },
}
_DATA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["epoch", "version", "state"],
    "properties": {
        "epoch": {"type": "integer", "minimum": 1},
        "version": {"type": "integer", "minimum": 1},
        "state": {
            "type": "object",
            "additionalProperties": False,
            "required": ["id", "text"],
            "properties": {
                "id": {"type": "string"},
                "text": {"type": "string", "maxLength": 2_000_000},
                "day": {"type": "string", "format": "date"},
                "weight": {"type": "number"},
            },
        },
    },
}


@pytest.fixture
def contracts_of_notes(tmp_path: Path) -> Iterator[Path]:
    """A contracts folder with the events of notes, by which this process publishes during the test."""
    folder = tmp_path / "contracts"
    (folder / "events" / "state").mkdir(parents=True)
    base = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    place = "https://notes.example/events"
    for type_ in ("notes.note-added.v1", "notes.note-changed.v1"):
        schema = {**base, "$id": f"{place}/{type_}.json", **_ENTITY}
        (folder / "events" / f"{type_}.json").write_text(json.dumps(schema))
    heartbeat = {**base, "$id": f"{place}/notes.note-heartbeat.v1.json", "type": "object"}
    (folder / "events" / "notes.note-heartbeat.v1.json").write_text(json.dumps(heartbeat))
    state = {**base, "$id": f"{place}/state/data.json", **_DATA}
    (folder / "events" / "state" / "data.json").write_text(json.dumps(state))
    use_contracts(folder)
    yield folder
    use_contracts(Path("contracts"))


MakeNote = Callable[..., bytes]


@pytest.fixture
def note(contracts_of_notes: Path) -> MakeNote:
    """Makes the bytes of one event about a note."""

    def make(subject: str, version: int = 1, text: str = "", *, epoch: int = 1, **changes: Any) -> bytes:
        state = {"id": subject, "text": text or f"version {version}"}
        defaults: dict[str, Any] = {"type": "notes.note-changed.v1", "source": "/acorn/notes", "at": AT}
        return make_event(subject=subject, epoch=epoch, version=version, state=state, **{**defaults, **changes})

    return make


class Copies:
    """The listener's store: one copy a note, the newest state; and how often each effect took place."""

    def __init__(self, database: Database[Document], session: ClientSession, generation: int) -> None:
        self._copies = database[projection("copies", generation)]
        self._session = session
        self._writes: list[UpdateOne] = []

    def put(self, event: Event) -> None:
        """Collect one state; an older one than is there changes nothing when it is written."""
        document = {"_id": event.subject, "key": list(event.key), "state": dict(event.state)}
        newer = {"$lt": [{"$ifNull": ["$key", [0, 0]]}, {"$literal": list(event.key)}]}
        counted = {"effects": {"$add": [{"$ifNull": ["$effects", 0]}, 1]}}
        taken = {"$mergeObjects": [{"$literal": document}, counted]}
        self._writes.append(
            UpdateOne({"_id": event.subject}, [{"$replaceWith": {"$cond": [newer, taken, "$$ROOT"]}}], upsert=True)
        )

    def flush(self) -> None:
        """Write what was collected as one bulk."""
        if self._writes:
            self._copies.bulk_write(self._writes, session=self._session)


def note_changed(event: Event, store: Copies) -> None:
    """Keep the newest state of a note; a note that says `poison` cannot be taken."""
    if event.state["text"] == "poison":
        raise ValueError(event.state["text"])
    store.put(event)


HANDLERS = {"notes.note-*.v1": note_changed}


@dataclass
class Listener:
    """A listening service without Kafka: hand it the bytes of a partition, see what is in its database."""

    database: Database[Document]
    inbox: Inbox
    position: int = 0

    def hear(self, *values: bytes | None, position: int | None = None) -> None:
        """Hand over the next messages of partition 0 as one batch."""
        messages = [Message(self.position + index, value) for index, value in enumerate(values)]
        after = self.position + len(values) if position is None else position
        self.inbox.apply(Batch(TOPIC, 0, self.position, messages, after))
        self.position = after

    def copy(self, subject: str) -> Document:
        """The copy of one note."""
        found = self.database[projection("copies", live(self.database))].find_one({"_id": subject})
        assert found is not None, f"there is no copy of {subject}"
        return found

    def stored_position(self) -> int:
        """Where partition 0 would be read on."""
        return self.inbox.position(TOPIC, 0)

    def letters(self) -> Sequence[Document]:
        """The dead letters, in the order they came."""
        return list(self.database["dead_letters"].find().sort("_id", 1))


MakeListener = Callable[..., Listener]


@pytest.fixture
def make_listener(database: Database[Document], clock: FixedClock) -> Iterator[MakeListener]:
    """Makes listeners on this test's database; two of them are twins."""
    made: list[Listener] = []

    def make(handlers: Mapping[str, Any] = HANDLERS, make_store: Any = Copies) -> Listener:
        inbox = Inbox(database, handlers=handlers, make_store=make_store, clock=clock, holder=new_id())
        made.append(Listener(database, inbox, inbox.take_over(TOPIC, 0)))
        return made[-1]

    yield make
    for listener in made:
        listener.inbox.close()


@pytest.fixture
def listener(make_listener: MakeListener) -> Listener:
    """One listener at the beginning of its partition."""
    return make_listener()


@pytest.fixture
def counted() -> Callable[..., float]:
    """Reads a metric: of a counter its change since the test began, of a gauge its value."""
    begun: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}
    for family in REGISTRY.collect():
        for sample in family.samples:
            begun[sample.name, tuple(sorted(sample.labels.items()))] = sample.value

    def read(name: str, **labels: str) -> float:
        value = REGISTRY.get_sample_value(name, labels) or 0.0
        if name.endswith(("_total", "_count")):
            return value - begun.get((name, tuple(sorted(labels.items()))), 0.0)
        return value

    return read


REBUILT = {projection("copies"): [IndexModel("state.text")], "owned": [IndexModel("text")]}
MakeRebuilder = Callable[..., Schedule]


@pytest.fixture
def make_rebuilder(database: Database[Document], clock: FixedClock) -> MakeRebuilder:
    """Makes workers that rebuild the copies from what `read` brings."""
    ensure_indexes(database, {**rebuilds.INDEXES, **schedule.INDEXES, **REBUILT})

    def make(read: Any, handlers: Mapping[str, Any] = HANDLERS, make_store: Any = Copies) -> Schedule:
        work = job.work(read, handlers, make_store, indexes=REBUILT, clock=clock)
        return Schedule(database, work, holder=new_id(), clock=clock)

    return make
