"""Who looked at whose record, and when; the person looked at can read the list (domain brief, "Data protection")."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from servicekit.clock import instant
from servicekit.ids import new_id
from servicekit.mongo import Document
from servicekit.paging import Page, Paging, page_of

COLLECTION = "reads"
INDEXES = {COLLECTION: [IndexModel([("people", 1), ("at", -1), ("_id", -1)]), IndexModel("at")]}
KEPT = timedelta(days=6 * 366)
"""How long it is known who looked at whom: as long as somebody could complain of it (Limitation Act 1980)."""


def store_read(
    database: Database[Document],
    *,
    people: Sequence[str],
    by: str,
    what: str,
    at: str,
    request_id: str,
    session: ClientSession | None,
    confidential: bool = False,
) -> None:
    """Record one read of people's data before it is answered: `by` an actor, `what` an operation, `at` an instant."""
    row: Document = {"_id": new_id(), "people": list(people), "by": by, "what": what, "at": at, "request": request_id}
    if confidential:
        row["confidential"] = True
    database[COLLECTION].insert_one(row, session=session)


def reads_of(database: Database[Document], identities: Sequence[str], paging: Paging) -> Page:
    """Who read a person's data, under whichever of their ids, newest first; never whom else the same read showed."""
    return page_of(
        database[COLLECTION],
        {"people": {"$in": list(identities)}, "confidential": None},
        sort=[("at", -1)],
        projection={"by": 1, "what": 1, "at": 1},
        paging=paging,
        scope_hash=identities[0],
    )


def sweep(database: Database[Document], *, now: datetime) -> int:
    """Delete what is older than `KEPT`; answers how much that was."""
    return database[COLLECTION].delete_many({"at": {"$lt": instant(now - KEPT)}}).deleted_count


def person_in(actor: str) -> str | None:
    """The person id in an actor such as `person:<id>`."""
    kind, _, reference = actor.partition(":")
    return reference if kind == "person" else None
