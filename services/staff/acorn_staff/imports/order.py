"""Which rows of a people file are one person's, and in which order people are judged: managers before their reports."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from servicekit.imports import Row

IDENTIFIERS = ("employee_number", "trn", "email")


def people_of(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows of each person, in the order of the file: rows that share an identifier are one person's."""
    first_of: dict[tuple[str, Any], int] = {}
    parent = list(range(len(rows)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for at, row in enumerate(rows):
        for name in IDENTIFIERS:
            if row.get(name) is not None:
                one, other = root(first_of.setdefault((name, row.get(name)), at)), root(at)
                parent[max(one, other)] = min(one, other)
    people: dict[int, list[Row]] = {}
    for at, row in enumerate(rows):
        people.setdefault(root(at), []).append(row)
    return list(people.values())


def managers_first(people: Sequence[Sequence[Row]]) -> list[Sequence[Row]]:
    """The people so that a line manager who is in the file comes before those they manage.

    Where managers go round in a circle, somebody in the circle comes before their manager. Otherwise in the order of
    the file.
    """
    has_number = {row.get("employee_number"): at for at, rows in enumerate(people) for row in rows}
    has_number.pop(None, None)

    def managers(at: int) -> Iterator[int]:
        numbers = (row.get("line_manager_employee_number") for row in people[at])
        return (has_number[number] for number in numbers if number in has_number and has_number[number] != at)

    return [people[at] for at in _depth_first(range(len(people)), managers)]


def _depth_first(all_of_them: Iterable[int], before: Callable[[int], Iterator[int]]) -> Iterator[int]:
    """Everything once, each behind all that has to come before it; a stack of its own, for chains may be long."""
    seen: set[int] = set()
    for start in all_of_them:
        if start in seen:
            continue
        seen.add(start)
        path = [(start, before(start))]
        while path:
            at, rest = path[-1]
            step = next((one for one in rest if one not in seen), None)
            if step is None:
                yield at
                path.pop()
            else:
                seen.add(step)
                path.append((step, before(step)))
