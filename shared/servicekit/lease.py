"""The lease of a relay: the one document that says which worker sends the outbox, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ReturnDocument
from pymongo.database import Database

from servicekit.mongo import Document

COLLECTION = "relay"
LEASE = timedelta(seconds=5)


class LeaseLost(Exception):
    """Another worker's relay has taken over: send nothing more."""


@dataclass(frozen=True)
class Position:
    """How far everything was sent: the stream's resume token (None: nobody knows), and the instant of it."""

    token: Document | None
    until: datetime | None


class Lease:
    """The one document that says who sends and from where: saving the position is renewing the lease."""

    def __init__(self, database: Database[Document], holder: str, length: timedelta = LEASE) -> None:
        self._relay = database[COLLECTION]
        self._holder = holder
        # The server's clock decides, so that no two machines need to agree on the time.
        self._expires = {"$add": ["$$NOW", int(length.total_seconds() * 1000)]}
        self._fence = 0

    def acquire(self) -> bool:
        """Take the lease if it is free, has run out or was ours; answers whether we hold it."""
        self._relay.update_one({"_id": "relay"}, {"$setOnInsert": {"holder": None, "fence": 0}}, upsert=True)
        free = [{"holder": {"$in": [None, self._holder]}}, {"$expr": {"$lt": ["$expires", "$$NOW"]}}]
        taken = {"holder": self._holder, "fence": {"$add": ["$fence", 1]}, "expires": self._expires}
        document = self._relay.find_one_and_update(
            {"_id": "relay", "$or": free}, [{"$set": taken}], return_document=ReturnDocument.AFTER
        )
        self._fence = document["fence"] if document else 0
        return document is not None

    def renew(self, position: Position | None = None) -> Document:
        """Keep the lease, saving the position where one is given; answers the document. `LeaseLost`."""
        changes: Document = {"expires": self._expires}
        if position is not None:
            changes["token"] = {"$literal": position.token}
            changes["sent_until"] = position.until
        document = self._relay.find_one_and_update(
            self._mine(), [{"$set": changes}], return_document=ReturnDocument.AFTER
        )
        if document is None:
            raise LeaseLost(f"{self._holder} no longer holds fence {self._fence}")
        return document

    def release(self) -> None:
        """Give the lease back, so that a successor need not wait for it to run out."""
        self._relay.update_one(self._mine(), {"$set": {"holder": None}, "$unset": {"expires": ""}})

    def _mine(self) -> Document:
        return {"_id": "relay", "holder": self._holder, "fence": self._fence}


def read(database: Database[Document]) -> Document:
    """The lease as it stands: `holder`, `sent_until` and more; empty when no relay ever ran."""
    return database[COLLECTION].find_one({"_id": "relay"}, {"token": 0}) or {}
