"""What a change changed: every field before and after, so that nothing of a person's history is ever lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_NOT_HISTORY = frozenset({"id", "version", "shape", "changed_at"})


@dataclass(frozen=True, kw_only=True)
class Change:
    """Who changes something, when, and why in their own words, if they said."""

    by: str
    at: datetime
    why: str | None = None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One field before and after; a field of one appointment is `appointments/<its id>/<field>`."""

    field: str
    before: Any
    after: Any


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """The fields in which two plain forms differ; `before` is None for something new: its empty fields are left out."""
    known: Mapping[str, Any] = before if before is not None else {}
    found: list[Difference] = []
    for field in sorted((after.keys() | known.keys()) - _NOT_HISTORY):
        was, is_ = known.get(field), after.get(field)
        if _same(was, is_):
            continue
        if _of_things_with_ids(was) and _of_things_with_ids(is_):
            found.extend(_of_list(field, was or [], is_ or []))
        else:
            found.append(Difference(field=field, before=was, after=is_))
    return tuple(found)


def _same(was: Any, is_: Any) -> bool:
    # A list that is not there yet and an empty one say the same.
    return bool(was == is_ or (was in (None, []) and is_ in (None, [])))


def _of_things_with_ids(value: Any) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(one, dict) and "id" in one for one in value))


def _of_list(field: str, was: list[dict[str, Any]], is_: list[dict[str, Any]]) -> list[Difference]:
    had = {one["id"]: one for one in was}
    has = {one["id"]: one for one in is_}
    found: list[Difference] = []
    for id_ in [*had, *(new for new in has if new not in had)]:
        if id_ in had and id_ in has:
            found.extend(
                Difference(field=f"{field}/{id_}/{name}", before=had[id_].get(name), after=has[id_].get(name))
                for name in sorted(had[id_].keys() | has[id_].keys())
                if had[id_].get(name) != has[id_].get(name)
            )
        else:
            found.append(Difference(field=f"{field}/{id_}", before=had.get(id_), after=has.get(id_)))
    return found
