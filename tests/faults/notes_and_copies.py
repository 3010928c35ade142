"""Two services as small as can be, run as real processes: `notes` owns notes, `copies` keeps what it hears of them.

`python -m servicekit.worker notes_and_copies:create_notes` (or `create_copies`), and
`python notes_and_copies.py COUNT` for somebody who writes notes until killed, saying which were acknowledged.
"""

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pymongo import InsertOne, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from servicekit import events, outbox
from servicekit.ids import new_id
from servicekit.mongo import Document, connect, projection, save_versioned, transaction
from servicekit.settings import Settings
from servicekit.topics import TopicSpec
from servicekit.worker import Worker

PARTITIONS = 3


def topic() -> str:
    """The topic of this test alone."""
    return os.environ["NOTES_TOPIC"]


def save(database: Database[Document], note: str, version: int, text: str) -> None:
    """Write a note at its next version, with its event, in one transaction: what returns is acknowledged."""

    def work(session: ClientSession) -> None:
        document = {"_id": note, "version": version, "text": text}
        save_versioned(database["notes"], document, session)
        outbox.append(
            database,
            topic=topic(),
            type="notes.note-changed.v1",
            source="/acorn/notes",
            aggregate=note,
            version=version,
            state={"id": note, "text": text},
            at=datetime.now(UTC),
            session=session,
        )

    transaction(database.client, work)


class Copies:
    """The listener's store: the newest state of each note, and a line for each effect that was committed."""

    def __init__(self, database: Database[Document], session: ClientSession, generation: int) -> None:
        self._database = database
        self._session = session
        self._collection = projection("copies", generation)
        self._copies: list[UpdateOne] = []
        self._effects: list[InsertOne[Document]] = []

    def put(self, event: events.Event) -> None:
        """Keep a state if it is the newest; count the effect whatever it is."""
        state = {"$literal": {"_id": event.subject, "key": list(event.key), "text": event.state["text"]}}
        newer = {"$lt": [{"$ifNull": ["$key", [0, 0]]}, {"$literal": list(event.key)}]}
        self._copies.append(
            UpdateOne({"_id": event.subject}, [{"$replaceWith": {"$cond": [newer, state, "$$ROOT"]}}], upsert=True)
        )
        self._effects.append(InsertOne({"_id": new_id(), "event": event.id}))

    def flush(self) -> None:
        """Write what was collected."""
        if self._copies:
            self._database[self._collection].bulk_write(self._copies, session=self._session)
            self._database["effects"].bulk_write(self._effects, session=self._session)


def _note_changed(event: events.Event, store: Copies) -> None:
    store.put(event)


def _worker(name: str, **wiring: Any) -> Worker:
    settings = Settings.from_environment(name)
    return Worker(name, settings, connect(settings.mongodb_uri)[settings.database], **wiring)


def create_notes() -> Worker:
    """The worker of the service that owns the notes."""
    return _worker("notes", topics=[TopicSpec(topic(), PARTITIONS)])


def create_copies() -> Worker:
    """The worker of the service that listens."""
    return _worker(
        "copies",
        subscribes=[topic()],
        handlers={"notes.note-*.v1": _note_changed},
        make_store=Copies,
        indexes={projection("copies"): ()},
    )


def _write(count: int, say: Callable[[str], object]) -> None:
    """Write notes one by one, as a web process would, saying each that was acknowledged."""
    settings = Settings.from_environment("notes")
    events.use_contracts(settings.contracts)
    database = connect(settings.mongodb_uri)[settings.database]
    for _ in range(count):
        note = new_id()
        save(database, note, 1, "written")
        say(f"{note}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _write(int(sys.argv[1]), sys.stdout.write)
