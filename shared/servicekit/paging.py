"""Lists page by page, both ways: by key and never by number, so that a page costs the same however far in it is."""

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from pymongo.collection import Collection

from servicekit.mongo import Document
from servicekit.problems import BadCursor

DEFAULT_LIMIT = 25
MAX_LIMIT = 100
MOST_COUNTED = 1000
"""A list is counted so far and no further: to count a hundred thousand rows takes longer than to show some."""

_ONWARD, _BACK = 1, -1
_INTEGERS = range(-(2**63), 2**63)
Sort = Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Paging:
    """Which page is asked for: how many at most (1–100), a cursor that another page gave, and whether to count."""

    limit: int = DEFAULT_LIMIT
    cursor: str | None = None
    count: bool = False

    @classmethod
    def out_of(cls, query: dict[str, Any]) -> "Paging":
        """The page that a list's query arguments ask for; takes its own arguments out of them."""
        return cls(limit=query.pop("limit"), cursor=query.pop("cursor"), count=query.pop("count"))


@dataclass(frozen=True)
class Total:
    """How many there are in a whole list, at most `MOST_COUNTED`, and whether there are `more`."""

    count: int
    more: bool


@dataclass(frozen=True)
class Page:
    """One page in the list's order, the cursors of its neighbours (None where there is none), the count if asked."""

    items: list[Document]
    next: str | None
    previous: str | None
    total: Total | None = None


def page_of(
    collection: Collection[Document],
    filters: Mapping[str, Any],
    *,
    sort: Sort,
    paging: Paging,
    projection: Mapping[str, Any] | None = None,
    scope_hash: str = "",
) -> Page:
    """One page of a collection.

    `sort` has fields with 1 or -1 and must not hold `_id`, which is added to make the order total; its fields must be
    in the projection and hold text, numbers, booleans or null. `scope_hash` is who may see what: with the filters and
    the sort it is bound into the cursors, and a cursor of another list is a `BadCursor`.
    """
    order = [*sort, ("_id", sort[-1][1] if sort else 1)]
    bound = _fingerprint(filters, order, scope_hash)
    way, edge = _read(paging.cursor, bound, len(order)) if paging.cursor is not None else (_ONWARD, [])

    def look(way: int, edge: Sequence[Any], most: int, fields: Mapping[str, Any] | None) -> list[Document]:
        towards = [(field, direction * way) for field, direction in order]
        query = {"$and": [filters, _after(towards, edge)]} if edge else filters
        return list(collection.find(query, fields).sort(towards).limit(most))

    found = look(way, edge, paging.limit + 1, projection)
    beyond = len(found) > paging.limit
    items = found[: paging.limit]
    # Rows may have gone since the cursor was made, so what lies on the side it came from is looked at, not assumed.
    first = [_value(items[0], field) for field, _ in order] if items else []
    behind = paging.cursor is not None and bool(look(-way, first, 1, {"_id": 1}))
    if way == _BACK:
        items.reverse()
    after, before = (beyond, behind) if way == _ONWARD else (behind, beyond)
    return Page(
        items=items,
        next=_write(_ONWARD, items[-1:], order, bound) if after else None,
        previous=_write(_BACK, items[:1], order, bound) if before else None,
        total=_counted(collection, filters) if paging.count else None,
    )


def _counted(collection: Collection[Document], filters: Mapping[str, Any]) -> Total:
    found = collection.count_documents(filters, limit=MOST_COUNTED + 1)
    return Total(count=min(found, MOST_COUNTED), more=found > MOST_COUNTED)


def _value(document: Document, field: str) -> Any:
    value: Any = document
    for part in field.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _after(order: Sort, values: Sequence[Any]) -> dict[str, Any]:
    """Everything behind `values`: later in the first field, or equal there and later in the second, and so on."""
    choices = []
    for depth, (field, direction) in enumerate(order):
        same = {earlier: values[index] for index, (earlier, _) in enumerate(order[:depth])}
        value = values[depth]
        if value is None:
            # Null sorts before everything; behind it is all that is not null, or nothing when descending.
            if direction == 1:
                choices.append({**same, field: {"$ne": None}})
            continue
        later: dict[str, Any] = {"$gt" if direction == 1 else "$lt": value}
        choices.append({**same, field: later})
        if direction == -1:
            choices.append({**same, field: None})
    return {"$or": choices}


def _fingerprint(filters: Mapping[str, Any], order: Sort, scope_hash: str) -> str:
    raw = orjson.dumps([filters, list(order), scope_hash], option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(raw).hexdigest()[:16]


def _write(way: int, edge: Sequence[Document], order: Sort, bound: str) -> str:
    """A cursor that goes one way from the document at the edge of a page; with none, from the list's own edge."""
    values = [_value(document, field) for document in edge for field, _ in order]
    return base64.urlsafe_b64encode(orjson.dumps([bound, way, *values])).rstrip(b"=").decode()


def _read(cursor: str, bound: str, length: int) -> tuple[int, list[Any]]:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        content = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise BadCursor from error
    if not isinstance(content, list) or len(content) not in (2, length + 2) or content[0] != bound:
        raise BadCursor
    way, values = content[1], content[2:]
    if not isinstance(way, int) or way not in (_ONWARD, _BACK) or not all(map(_written, values)):
        raise BadCursor
    return way, values


def _written(value: Any) -> bool:
    """Tell whether a page can have written a value: an object here would be a query of the sender's making."""
    if isinstance(value, int):
        return value in _INTEGERS
    return value is None or isinstance(value, str | float)
