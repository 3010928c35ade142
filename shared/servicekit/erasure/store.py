"""Where it is noted that somebody is erased, the work that does it, and what every service erases of its own."""

import re
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.database import Database

from servicekit import deadletters, outbox, schedule
from servicekit.clock import Clock, instant
from servicekit.imports.remarks import forget_remarks
from servicekit.mongo import Document, transaction
from servicekit.schedule import Progress, WorkHandler

COLLECTION = "erasures"
WORK = "erasure"
"""The kind of due work under which a worker erases a person."""

AGAIN_AFTER = timedelta(minutes=5)
"""When it is done once more: what was under way as somebody was erased may have written of them after that."""

_ERASED = re.compile(r"-erased\.v[1-9][0-9]*$")

Erase = Callable[[Database[Document], ClientSession, str, datetime], int]
"""Erases some of what a service owns of a person, in a transaction; answers how much that was, 0 for nothing left."""


def begin(
    database: Database[Document],
    person: str,
    *,
    words: Collection[str],
    at: datetime,
    session: ClientSession,
    **kept: str,
) -> None:
    """Note that somebody is erased, and have the worker do so, twice; `kept` is what the note says besides.

    What was said of imported rows goes at once where one of `words` stands in it, that they alone are known by: once
    they are erased, nobody knows these.
    """
    database[COLLECTION].update_one(
        {"_id": person}, {"$setOnInsert": {"at": instant(at), "done_at": None, **kept}}, upsert=True, session=session
    )
    forget_remarks(database, words, session)
    for turn, due in (("first", at), ("again", at + AGAIN_AFTER)):
        schedule.add(database, kind=WORK, key=f"{person}:{turn}", due=due, payload={"person": person}, session=session)


def work(erase: Erase, *, clock: Clock) -> dict[str, WorkHandler]:
    """The due work of a service that erases with `erase`."""

    def handle(database: Database[Document], payload: dict[str, Any], progress: Progress) -> None:
        person = payload["person"]
        while transaction(database.client, lambda session: erase(database, session, person, clock())):
            progress.renew()
        done = [{"$set": {"done_at": {"$ifNull": ["$done_at", instant(clock())]}}}]
        database[COLLECTION].update_one({"_id": person}, done)

    return {WORK: handle}


def forget(database: Database[Document], aggregates: Collection[str], session: ClientSession) -> None:
    """Forget what every service keeps beside its own: events and dead letters about these aggregates."""
    ids = list(aggregates)
    # The word that they were erased stays: it may still have to be sent.
    older = {"key": {"$in": ids}, "type": {"$not": _ERASED}}
    database[outbox.COLLECTION].delete_many(older, session=session)
    database[deadletters.COLLECTION].delete_many({"aggregate": {"$in": ids}}, session=session)


def erased(database: Database[Document], person: str, session: ClientSession | None = None) -> Document | None:
    """What is noted of somebody's erasure: `at` and, once their service has done it, `done_at`."""
    return database[COLLECTION].find_one({"_id": person}, session=session)
