"""Which generation of a service's projections is live: one document of `meta`, changed by one swap.

A projection is data whose owner is another service; its collections are named by `projection(name, generation)`.
Readers ask at most a second behind the swap. Writers are told by the position that they read on from, which belongs to
a generation too (`servicekit.inbox`).
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from time import monotonic
from typing import Any

from pymongo import IndexModel, ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database

from servicekit.mongo import Document, projection

FRESH_SECONDS = 1.0
"""How long a reader may go on with the generation that it knows."""

GRACE = timedelta(minutes=10)
"""How long a generation stays after the swap: far longer than a reader knows of it and than any answer takes."""

_ID = {"_id": "generations"}
_FIRST = 1
_NAME = re.compile(r"(?P<name>.+)\.g(?P<generation>[1-9][0-9]*)")
_known: dict[tuple[int, str], tuple[int, float]] = {}


def live(database: Database[Document], session: ClientSession | None = None) -> int:
    """The live generation, as the database says it now."""
    return _of(database["meta"].find_one(_ID, session=session))


def recent(database: Database[Document]) -> int:
    """The live generation as this process heard of it at most `FRESH_SECONDS` ago."""
    key = id(database.client), database.name
    known, until = _known.get(key, (0, 0.0))
    if until <= monotonic():
        known = live(database)
        _known[key] = known, monotonic() + FRESH_SECONDS
    return known


def hold(database: Database[Document], session: ClientSession) -> int:
    """The live generation, for a writer other than the inbox: no swap happens beside this transaction."""
    held = database["meta"].find_one_and_update(
        _ID, {"$inc": {"held": 1}}, upsert=True, return_document=ReturnDocument.AFTER, session=session
    )
    return _of(held)


def allocate(database: Database[Document]) -> int:
    """A number that no generation of this database ever had: whoever was overtaken never shares one."""
    next_one = {"$add": [{"$ifNull": ["$last", "$live", _FIRST]}, 1]}
    taken = database["meta"].find_one_and_update(
        _ID, [{"$set": {"last": next_one}}], upsert=True, return_document=ReturnDocument.AFTER
    )
    return int((taken or {})["last"])


def swap(database: Database[Document], generation: int, session: ClientSession) -> int:
    """Make a generation the live one, and answer the one that was; within the transaction of the positions."""
    before = live(database, session)
    database["meta"].update_one(_ID, {"$set": {"live": generation, "previous": before}}, upsert=True, session=session)
    return before


def retire(database: Database[Document], generation: int) -> None:
    """Let the generation before the swap be swept: its grace is over."""
    database["meta"].update_one({**_ID, "previous": generation}, {"$unset": {"previous": ""}})


def projections(indexes: Mapping[str, Sequence[IndexModel]]) -> list[str]:
    """The names of the projections among a service's collections; each is there, if only with no indexes."""
    matches = (_NAME.fullmatch(name) for name in indexes)
    return [match["name"] for match in matches if match]


def indexes_of(
    indexes: Mapping[str, Sequence[IndexModel]], generation: int, *, owned: bool = True
) -> dict[str, Sequence[IndexModel]]:
    """A service's indexes with those of its projections at a generation, with or without the collections it owns."""
    named: dict[str, Sequence[IndexModel]] = {}
    for collection, models in indexes.items():
        match = _NAME.fullmatch(collection)
        if match:
            named[projection(match["name"], generation)] = models
        elif owned:
            named[collection] = models
    return named


def sweep(database: Database[Document], filled: Callable[[], Collection[int]]) -> int:
    """Drop the generations that are neither live, nor in their grace, nor being `filled`; answers how many collections.

    That is read after the collections are listed: a number is written down before its first collection is made.
    """
    matches = [_NAME.fullmatch(name) for name in database.list_collection_names()]
    held = database["meta"].find_one(_ID) or {}
    kept = {*filled(), _of(held), held.get("previous")}
    gone = [match[0] for match in matches if match and int(match["generation"]) not in kept]
    for name in gone:
        database.drop_collection(name)
    return len(gone)


def _of(document: Mapping[str, Any] | None) -> int:
    return int(document.get("live", _FIRST)) if document else _FIRST
