"""What is due to be disposed of, and the work of disposing of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.database import Database

from acorn_staff.model.disposal import Kept
from acorn_staff.store import Store, transact
from acorn_staff.store.layout import PEOPLE
from acorn_staff.store.talent import REVIEWS
from servicekit import schedule
from servicekit.clock import Clock
from servicekit.ids import new_id
from servicekit.mongo import Document
from servicekit.problems import NotFound
from servicekit.schedule import Progress, WorkHandler

WORK = "disposal"
"""The kind of due work under which a worker disposes of what somebody agreed to."""


@dataclass(frozen=True)
class Due:
    """Something that is due: of whom, and the day from which its time counts."""

    person: str
    since: str


class Disposal:
    """What is due in a database; with a `session`, as its transaction sees it."""

    def __init__(self, database: Database[Document], *, session: ClientSession | None = None) -> None:
        self._database = database
        self._session = session

    def due(self, kept: Kept, before: date) -> list[Due]:
        """Everything of a kind whose time began before a day, the oldest first."""
        if kept is Kept.TALENT_REVIEWS:
            found = self._database[REVIEWS].find(_old(before), {"person": 1, "on": 1}, session=self._session)
            return [Due(one["person"], one["on"]) for one in found.sort([("on", 1), ("_id", 1)])]
        still = {"$elemMatch": {"$or": [{"to": None}, {"to": {"$gte": before.isoformat()}}]}}
        ended = {"appointments.0": {"$exists": True}, "appointments": {"$not": still}}
        left: dict[str, Any] = {"merged_into": None, **ended}
        people = self._database[PEOPLE].find(left, {"appointments.to": 1}, session=self._session)
        return sorted(
            (Due(one["_id"], max(held["to"] for held in one["appointments"])) for one in people),
            key=lambda one: (one.since, one.person),
        )

    def agree(self, kept: Kept, before: date, *, by: str, at: datetime) -> None:
        """Have the worker dispose of it."""
        payload = {"kept": kept.value, "before": before.isoformat(), "by": by}
        schedule.add(self._database, kind=WORK, key=new_id(), due=at, payload=payload, session=self._session)


def work(erase: Callable[[str, str, datetime, Store], None], *, clock: Clock) -> dict[str, WorkHandler]:
    """The work of disposing, which erases somebody with `erase`: their id, by whose word, when."""

    def handle(database: Database[Document], payload: dict[str, Any], progress: Progress) -> None:
        before = date.fromisoformat(payload["before"])
        if payload["kept"] == Kept.TALENT_REVIEWS.value:
            database[REVIEWS].delete_many(_old(before))
            return
        for one in Disposal(database).due(Kept.PEOPLE, before):
            try:
                transact(database, lambda store, one=one: erase(one.person, payload["by"], clock(), store))  # type: ignore[misc]
            except NotFound:
                continue  # somebody erased them meanwhile
            progress.renew()

    return {WORK: handle}


def _old(before: date) -> dict[str, Any]:
    return {"on": {"$lt": before.isoformat()}}
