"""The outbox: events written in the transaction of their effect, so that neither is ever there without the other.

The relay sends them to Kafka. Rows stay for some days after that, in case the broker loses what it acknowledged.
"""

import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bson import Binary
from prometheus_client import Gauge
from pymongo.client_session import ClientSession
from pymongo.database import Database
from structlog.contextvars import get_contextvars

from servicekit.clock import instant
from servicekit.events import make_event
from servicekit.ids import new_id
from servicekit.mongo import Document, epoch

COLLECTION = "outbox"
KEPT = timedelta(days=7)
"""How long a row stays after it was sent."""

SKEW = timedelta(days=1)
"""More than any two machines' clocks differ, and than any transaction lasts: what makes the ids' times comparable with
the server's."""

DEPTH = Gauge("acorn_outbox_depth", "Rows of the outbox that were not sent yet (counted up to 100,000).")
OLDEST = Gauge("acorn_outbox_oldest_seconds", "Age of the oldest row of the outbox that was not sent yet.")
_COUNTED = 100_000
_SWEPT_AT_ONCE = 1_000
_closed = ContextVar("outbox_closed", default=False)


class Closed(Exception):
    """An event was to be written where none may be: in a rebuild, whose events were all sent long ago."""


@contextmanager
def closed() -> Iterator[None]:
    """Refuse every event that this thread would write."""
    token = _closed.set(True)
    try:
        yield
    finally:
        _closed.reset(token)


def append(
    database: Database[Document],
    *,
    topic: str,
    type: str,
    source: str,
    aggregate: str,
    version: int,
    state: Mapping[str, Any],
    at: datetime,
    session: ClientSession,
) -> None:
    """Add an event to the caller's transaction; it is sent if, and only if, that transaction commits.

    `state` is the whole published state of the aggregate at `version`. `BadEvent` when it breaks its schema: then
    nothing of the transaction may be kept.
    """
    if _closed.get():
        raise Closed(f"{type} was to be written while nothing may be sent")
    generation = epoch(database)
    value = make_event(
        type=type,
        source=source,
        subject=aggregate,
        epoch=generation,
        version=version,
        state=state,
        at=at,
        traceparent=get_contextvars().get("traceparent"),
    )
    row = {
        "_id": new_id(),
        "topic": topic,
        "key": aggregate,
        "value": Binary(value),
        "type": type,
        "version": version,
        "epoch": generation,
        "at": instant(at),
    }
    database[COLLECTION].insert_one(row, session=session)


@dataclass(frozen=True)
class Backlog:
    """What waits to be sent: how many rows, and how old the oldest is, in seconds."""

    depth: int
    oldest: float


def backlog(database: Database[Document], sent_until: datetime | None) -> Backlog:
    """Measure what waits, given the instant up to which the relay has sent everything (None: it never began).

    Rows are told apart by the time in their ids, so the figure is out by what clocks differ: right for an alert.
    """
    waiting = {"_id": {"$gt": first_id(sent_until)}} if sent_until else {}
    rows = database[COLLECTION]
    oldest = rows.find_one(waiting, {"_id": 1}, sort=[("_id", 1)])
    if oldest is None:
        return Backlog(0, 0.0)
    depth = rows.count_documents(waiting, limit=_COUNTED)
    return Backlog(depth, max(0.0, time.time() - made_at(oldest["_id"])))


def sweep(database: Database[Document], sent_until: datetime, *, now: datetime, kept: timedelta = KEPT) -> int:
    """Delete rows that are older than `kept` and certainly sent; answers how many went.

    Never by age alone: a relay that stood still for a week would lose them.
    """
    before = first_id(min(now - kept, sent_until - SKEW))
    swept = 0
    while True:
        rows = database[COLLECTION].find({"_id": {"$lt": before}}, {"_id": 1}).limit(_SWEPT_AT_ONCE)
        ids = [row["_id"] for row in rows]
        if not ids:
            return swept
        swept += database[COLLECTION].delete_many({"_id": {"$in": ids}}).deleted_count


def first_id(at: datetime) -> str:
    """The lowest UUIDv7 of an instant: every id made before it sorts below, every later one above."""
    milliseconds = int(at.astimezone(UTC).timestamp() * 1000)
    return str(uuid.UUID(int=(milliseconds << 80) | (7 << 76) | (2 << 62)))


def made_at(row: str) -> float:
    """When a row's id was made, in seconds since 1970."""
    return (uuid.UUID(row).int >> 80) / 1000
