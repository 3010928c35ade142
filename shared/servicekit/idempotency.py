"""Idempotency keys: a client that got no answer asks again with the same key, and the effect happens once.

A key is stored in the transaction of its effect with the caller, the route, a hash of the body, the answer's status
and where to read what it made; not its body, which is read again under today's rights. After 24 hours it is forgotten.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from servicekit.mongo import Document
from servicekit.problems import BadRequest, KeyReused

COLLECTION = "idempotency"
KEPT = timedelta(hours=24)
INDEXES = {COLLECTION: [IndexModel("expires", expireAfterSeconds=0)]}


def key_of(caller: str, route: str, header: str) -> str:
    """The document id of a caller's key for a route; `BadRequest` when the header is empty or over 200 characters."""
    if not 1 <= len(header) <= 200:
        raise BadRequest("An Idempotency-Key has 1 to 200 characters.")
    return hashlib.sha256("\0".join((caller, route, header)).encode()).hexdigest()


def fingerprint(path: str, body: bytes) -> str:
    """What makes two requests the same request."""
    return hashlib.sha256(path.encode() + b"\0" + body).hexdigest()


def recall(database: Database[Document], key: str, request: str, session: ClientSession) -> dict[str, Any] | None:
    """The status and location that the same request was answered with, or None; `KeyReused` for another request."""
    stored = database[COLLECTION].find_one({"_id": key}, session=session)
    if stored is None:
        return None
    if stored["request"] != request:
        raise KeyReused
    return stored


def remember(
    database: Database[Document],
    key: str,
    request: str,
    *,
    status: int,
    location: str,
    at: datetime,
    session: ClientSession,
) -> None:
    """Keep the answer's status and location beside its effect. A twin in flight makes one of the two begin again."""
    database[COLLECTION].insert_one(
        {"_id": key, "request": request, "status": status, "location": location, "expires": at + KEPT}, session=session
    )
