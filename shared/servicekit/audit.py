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
INDEXES = {
    COLLECTION: [
        IndexModel([("people", 1), ("at", -1), ("_id", -1)]),
        IndexModel([("by", 1), ("at", -1), ("_id", -1)]),
        IndexModel("at"),
    ]
}
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
    reason: str | None = None,
) -> None:
    """Record one read of people's data before it is answered: `by` an actor, `what` an operation, `at` an instant.

    `reason` is for data protection alone, as a confidential read is.
    """
    row: Document = {"_id": new_id(), "people": list(people), "by": by, "what": what, "at": at, "request": request_id}
    if confidential:
        row["confidential"] = True
    if reason is not None:
        row["reason"] = reason
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


def search(
    database: Database[Document],
    *,
    of: Sequence[str],
    by: Sequence[str],
    what: str | None,
    since: str | None,
    until: str | None,
    paging: Paging,
) -> Page:
    """Reads of somebody's data, by all their ids, and by somebody, as actors; newest first, confidential ones too.

    At least one of both. `since` and `until` are instants, the latter left out. Of whose data a read showed it tells
    those of `of` alone where somebody is asked for.
    """
    times = {name: value for name, value in (("$gte", since), ("$lt", until)) if value is not None}
    asked: Document = {
        **({"people": {"$in": list(of)}} if of else {}),
        **({"by": {"$in": list(by)}} if by else {}),
        **({"what": what} if what else {}),
        **({"at": times} if times else {}),
    }
    fields = dict.fromkeys(("by", "what", "at", "people", "confidential", "reason"), 1)
    found = page_of(database[COLLECTION], asked, sort=[("at", -1)], projection=fields, paging=paging)
    for row in found.items:
        row["people"] = [one for one in row["people"] if not of or one in of]
        row["confidential"] = row.get("confidential", False)
        row["reason"] = row.get("reason")
    return found


def sweep(database: Database[Document], *, now: datetime) -> int:
    """Delete what is older than `KEPT`; answers how much that was."""
    return database[COLLECTION].delete_many({"at": {"$lt": instant(now - KEPT)}}).deleted_count


def person_in(actor: str) -> str | None:
    """The person id in an actor such as `person:<id>`."""
    kind, _, reference = actor.partition(":")
    return reference if kind == "person" else None
