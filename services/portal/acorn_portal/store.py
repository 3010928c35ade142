"""Sessions in MongoDB, which is all that the portal keeps: sealed, so that only the bearer's own cookie opens one.

The one file of the portal that talks to the database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import IndexModel
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError

from servicekit.mongo import Document

StoreFailed = PyMongoError
"""Whatever the database answers with when it cannot do what it is asked."""

SESSIONS = "sessions"
INDEXES: Mapping[str, Sequence[IndexModel]] = {SESSIONS: (IndexModel("expires", expireAfterSeconds=0),)}


@dataclass(frozen=True)
class Kept:
    """A session as it is stored: its sealed contents, and when its bearer was last here."""

    box: bytes
    seen: datetime


class Store:
    """The sessions, by the hash of their cookie."""

    def __init__(self, database: Database[Document]) -> None:
        self._database = database

    def find(self, name: str, now: datetime) -> Kept | None:
        """A session that has not expired."""
        found = self._database[SESSIONS].find_one({"_id": name, "expires": {"$gt": now}})
        return Kept(box=bytes(found["box"]), seen=found["seen"]) if found else None

    def add(self, name: str, box: bytes, *, now: datetime, life: timedelta) -> None:
        """Keep a new session; it is gone after its life, whatever happens."""
        document = {"_id": name, "box": box, "seen": now, "expires": now + life, "shape": 1}
        self._database[SESSIONS].insert_one(document)

    def save(self, name: str, box: bytes, *, now: datetime) -> None:
        """Keep what a session holds now. One that was ended meanwhile, in another tab, stays ended."""
        self._database[SESSIONS].update_one({"_id": name}, {"$set": {"box": box, "seen": now}})

    def touch(self, name: str, *, now: datetime) -> None:
        """Its bearer was here."""
        self._database[SESSIONS].update_one({"_id": name}, {"$max": {"seen": now}})

    def end(self, name: str) -> None:
        """Forget a session."""
        self._database[SESSIONS].delete_one({"_id": name})

    def secret(self, candidate: str) -> str:
        """The secret that all replicas sign forms' tokens with: the first candidate ever offered."""
        secrets = self._database["meta"]
        found = secrets.find_one({"_id": "secret"})
        if found is None:
            try:
                secrets.insert_one({"_id": "secret", "value": candidate})
            except DuplicateKeyError:  # another replica was first
                found = secrets.find_one({"_id": "secret"})
        return str(found["value"]) if found else candidate
