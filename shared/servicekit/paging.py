"""Lists page by page: by key and never by number, so that a page costs the same however far in it is."""

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
Sort = Sequence[tuple[str, int]]


@dataclass(frozen=True)
class Paging:
    """Which page is asked for: how many at most (1–100), and the cursor that the page before gave."""

    limit: int = DEFAULT_LIMIT
    cursor: str | None = None


def page_of(
    collection: Collection[Document],
    filters: Mapping[str, Any],
    *,
    sort: Sort,
    paging: Paging,
    projection: Mapping[str, Any] | None = None,
    scope_hash: str = "",
) -> tuple[list[Document], str | None]:
    """One page of a collection and the cursor of the next one, None on the last.

    `sort` has fields with 1 or -1 and must not hold `_id`, which is added to make the order total; its fields must be
    in the projection and hold text, numbers, booleans or null. `scope_hash` is who may see what: with the filters and
    the sort it is bound into the cursor, and a cursor of another list is a `BadCursor`.
    """
    order = [*sort, ("_id", sort[-1][1] if sort else 1)]
    bound = _fingerprint(filters, order, scope_hash)
    query: dict[str, Any] = dict(filters)
    if paging.cursor is not None:
        query = {"$and": [query, _after(order, _read(paging.cursor, bound, len(order)))]}
    found = list(collection.find(query, projection).sort(order).limit(paging.limit + 1))
    if len(found) <= paging.limit:
        return found, None
    last = found[paging.limit - 1]
    return found[: paging.limit], _write([_value(last, field) for field, _ in order], bound)


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


def _write(values: Sequence[Any], bound: str) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([bound, *values])).rstrip(b"=").decode()


def _read(cursor: str, bound: str, length: int) -> list[Any]:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        content = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as error:
        raise BadCursor from error
    if not isinstance(content, list) or len(content) != length + 1 or content[0] != bound:
        raise BadCursor
    values = content[1:]
    # Only what a page wrote: an object in here would be a query of the sender's making.
    if not all(value is None or isinstance(value, str | int | float | bool) for value in values):
        raise BadCursor
    return values
