"""Dead letters: messages that a handler cannot take, kept beside the position that passed them, until somebody looks.

They hold personal data, so what operations sees of one is its structure: names, types and lengths, no values.
"""

from datetime import datetime, timedelta
from typing import Any

import orjson
from bson import Binary
from prometheus_client import Counter
from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from servicekit import schedule
from servicekit.clock import instant
from servicekit.events import Event
from servicekit.ids import new_id
from servicekit.mongo import Document
from servicekit.problems import Conflict, NotFound

COLLECTION = "dead_letters"
REPLAY = "dead-letter-replay"
"""The kind of work that replays one letter."""

KEPT = timedelta(days=7)
"""How long a letter is kept after it was replayed or dismissed."""

INDEXES = {
    COLLECTION: [
        IndexModel([("state", 1), ("_id", 1)]),
        IndexModel("closed", expireAfterSeconds=int(KEPT.total_seconds())),
    ]
}
DEAD = Counter("acorn_dead_letters_total", "Messages put aside as dead letters.", ["topic"])


def put(
    database: Database[Document],
    *,
    topic: str,
    partition: int,
    offset: int,
    value: bytes,
    reason: str,
    event: Event | None,
    at: datetime,
    session: ClientSession,
) -> None:
    """Put a message aside, in the transaction that moves the position past it; `reason` quotes none of its values."""
    letter = {
        "_id": new_id(),
        "topic": topic,
        "partition": partition,
        "offset": offset,
        "type": event.type if event else None,
        "aggregate": event.subject if event else None,
        "value": Binary(value),
        "reason": reason,
        "at": instant(at),
        "state": "open",
        "closed": None,
        "by": None,
        "because": None,
        "replays": 0,
    }
    database[COLLECTION].insert_one(letter, session=session)


def show(database: Database[Document], letter: str) -> Document:
    """One letter with the structure of its payload; `NotFound`."""
    found = _letter(database, letter)
    payload = masked(found.pop("value"))
    found.pop("closed")
    return {"id": found.pop("_id"), **found, "payload": payload}


def masked(value: bytes) -> Any:
    """The structure of a payload: each value replaced by its type, and by its length where it has one."""
    try:
        return _mask(orjson.loads(value))
    except orjson.JSONDecodeError:
        return f"bytes({len(value)})"


def _mask(part: Any) -> Any:
    match part:
        case dict():
            return {name: _mask(inner) for name, inner in part.items()}
        case list():
            return [_mask(inner) for inner in part]
        case str():
            return f"string({len(part)})"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case _:
            return "null"


def ask_replay(
    database: Database[Document], letter: str, *, by: str, at: datetime, session: ClientSession | None = None
) -> None:
    """Have a worker run this consumer's handler on one letter again; `NotFound`, or `Conflict` when it is closed."""
    found = _open(database, letter, session)
    database[COLLECTION].update_one({"_id": letter}, {"$inc": {"replays": 1}, "$set": {"by": by}}, session=session)
    schedule.add(
        database,
        kind=REPLAY,
        key=f"{letter}:{found['replays'] + 1}",
        due=at,
        payload={"letter": letter},
        session=session,
    )


def dismiss(
    database: Database[Document],
    letter: str,
    *,
    by: str,
    because: str,
    at: datetime,
    session: ClientSession | None = None,
) -> None:
    """Close a letter without replaying it; `NotFound`, or `Conflict` when it is closed already."""
    _open(database, letter, session)
    close(database, letter, "dismissed", at=at, session=session, by=by, because=because)


def close(
    database: Database[Document],
    letter: str,
    state: str,
    *,
    at: datetime,
    session: ClientSession | None,
    **changes: str,
) -> None:
    """Close an open letter as `replayed` or `dismissed`; `Conflict` when somebody closed it meanwhile."""
    closed = database[COLLECTION].update_one(
        {"_id": letter, "state": "open"}, {"$set": {"state": state, "closed": at, **changes}}, session=session
    )
    if closed.matched_count == 0:
        raise Conflict("This dead letter was replayed or dismissed already.")


def _letter(database: Database[Document], letter: str, session: ClientSession | None = None) -> Document:
    found = database[COLLECTION].find_one({"_id": letter}, session=session)
    if found is None:
        raise NotFound("There is no such dead letter.")
    return found


def _open(database: Database[Document], letter: str, session: ClientSession | None) -> Document:
    found = _letter(database, letter, session)
    if found["state"] != "open":
        raise Conflict("This dead letter was replayed or dismissed already.")
    return found
