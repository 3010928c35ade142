"""Where rebuilds are kept: collection `rebuilds`, for 30 days; at most one of a service is under way."""

from datetime import datetime
from typing import Any

from pymongo import DESCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from servicekit import generations, schedule
from servicekit.clock import instant
from servicekit.ids import new_id
from servicekit.mongo import Document
from servicekit.paging import Page, Paging, page_of
from servicekit.problems import Conflict, NotFound
from servicekit.schedule import LeaseLost

COLLECTION = "rebuilds"
REBUILD = "rebuild"
"""The kind of due work that fills a new generation."""

SWEEP = "generation-sweep"
"""The kind of due work that drops the generation before, after its grace."""

INDEXES = {
    COLLECTION: [
        IndexModel([("asked_at", DESCENDING), ("_id", DESCENDING)]),
        IndexModel("active", unique=True, partialFilterExpression={"active": True}),
        IndexModel("ended", expireAfterSeconds=int(schedule.KEPT.total_seconds())),
    ]
}
_SERVED = {"active": 0, "ended": 0}


def ask(database: Database[Document], *, by: str, at: datetime, session: ClientSession) -> Document:
    """Have a worker rebuild this service's projections; `Conflict` while another rebuild is under way."""
    if database[COLLECTION].find_one({"active": True}, session=session):
        raise Conflict(
            "A rebuild of this service is under way, and one at a time is enough. See how far it is with: "
            "GET /v1/operations/rebuilds."
        )
    rebuild: Document = {
        "_id": new_id(),
        "state": "waiting",
        "generation": None,
        "messages_read": 0,
        "messages_expected": None,
        "dead_letters": 0,
        "reason": None,
        "by": by,
        "asked_at": instant(at),
        "started_at": None,
        "finished_at": None,
        "active": True,
    }
    # Two that ask at once both write it: the index lets one of them commit, the other then sees it.
    database[COLLECTION].insert_one(rebuild, session=session)
    schedule.add(
        database, kind=REBUILD, key=rebuild["_id"], due=at, payload={"rebuild": rebuild["_id"]}, session=session
    )
    return {name: value for name, value in rebuild.items() if name not in _SERVED}


def show(database: Database[Document], rebuild: str) -> Document:
    """One rebuild; `NotFound`."""
    found = database[COLLECTION].find_one({"_id": rebuild}, _SERVED)
    if found is None:
        raise NotFound("There is no such rebuild.")
    return found


def under_way(database: Database[Document]) -> Document | None:
    """The rebuild that waits or runs, None while there is none."""
    found = database[COLLECTION].find_one({"active": True}, _SERVED)
    return {"id": found.pop("_id"), **found} if found else None


def rebuilds(database: Database[Document], paging: Paging) -> Page:
    """The rebuilds of the last 30 days, newest first."""
    return page_of(database[COLLECTION], {}, sort=[("asked_at", DESCENDING)], projection=_SERVED, paging=paging)


class Attempt:
    """One worker's go at a rebuild: it fills a generation of its own, and can say no more once another begins."""

    def __init__(self, database: Database[Document], rebuild: str, generation: int) -> None:
        self._rebuilds = database[COLLECTION]
        self._mine = {"_id": rebuild, "active": True, "generation": generation}
        self.generation = generation

    def say(self, session: ClientSession | None = None, **changes: Any) -> None:
        """Write down how far it is; `LeaseLost` when another attempt has begun."""
        if self._rebuilds.update_one(self._mine, {"$set": changes}, session=session).matched_count == 0:
            raise LeaseLost("another worker rebuilds")

    def end(self, state: str, *, at: datetime, session: ClientSession | None = None, **changes: Any) -> None:
        """End the rebuild as `done` or `failed`; `LeaseLost` when another attempt has begun."""
        finished: Document = {"state": state, "finished_at": instant(at), "ended": at, "active": False}
        self.say(session, **finished, **changes)


def begin(database: Database[Document], rebuild: str, *, at: datetime) -> Attempt | None:
    """Begin an attempt with a generation of its own; None when the rebuild has ended already."""
    generation = generations.allocate(database)
    began = {
        "state": "running",
        "generation": generation,
        "started_at": instant(at),
        "messages_read": 0,
        "messages_expected": None,
        "dead_letters": 0,
        "reason": None,
    }
    changed = database[COLLECTION].update_one({"_id": rebuild, "active": True}, {"$set": began})
    return Attempt(database, rebuild, generation) if changed.matched_count else None


def sweep(database: Database[Document]) -> int:
    """Drop the generations that nobody reads or fills; answers how many collections went."""
    return generations.sweep(database, lambda: _filled(database))


def _filled(database: Database[Document]) -> set[int]:
    found = database[COLLECTION].find({"active": True, "generation": {"$ne": None}}, {"generation": 1})
    return {rebuild["generation"] for rebuild in found}
