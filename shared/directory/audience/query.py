"""The people whom a rule means on a day, as a condition of MongoDB: exact, so that a count is the database's."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from directory.audience.rule import (
    ANYWHERE,
    Absent,
    AllOf,
    AnswersFor,
    AnyOf,
    Named,
    Not,
    OfKind,
    OfYearGroup,
    Place,
    Rule,
    Works,
)
from directory.dates import in_force
from servicekit.mongo import Document

Condition = dict[str, Any]


def condition(rule: Rule, day: date, organisations: Mapping[str, Document], *, last: str = "to") -> Condition:
    """The condition over documents of people that holds of those whom a rule means on a day.

    `last` is the field with the last day of what belongs to an organisation: `until` in staff's own documents.
    """
    return {"$and": [here(day), _Compiler(day, organisations, last).condition(rule)]}


def here(day: date) -> Condition:
    """The condition of whoever may belong to an audience on a day: an appointment in force, or never any.

    A record that has become part of another one of the same person belongs to none.
    """
    either = [{"appointments": {"$size": 0}}, {"appointments": {"$elemMatch": in_force(day)}}]
    return {"$or": either, "merged_into": None}


class _Compiler:
    def __init__(self, day: date, organisations: Mapping[str, Document], last: str) -> None:
        self._day = day
        self._organisations = organisations
        self._last = last

    def condition(self, rule: Rule) -> Condition:
        match rule:
            case AnyOf(rules):
                return {"$or": [self.condition(one) for one in rules]}
            case AllOf(rules):
                return {"$and": [self.condition(one) for one in rules]}
            case Not(inner):
                return {"$nor": [self.condition(inner)]}
            case OfKind(kinds):
                return {"kind": {"$in": list(kinds)}}
            case Named(people):
                # Whoever was named by a record that has become part of another one is that one.
                return {"$or": [{"_id": {"$in": list(people)}}, {"former_ids": {"$in": list(people)}}]}
            case Works(posts, at):
                return self._some("appointments", "to", at, post=posts)
            case AnswersFor(responsibilities, at):
                return self._some("responsibilities", self._last, at, responsibility=responsibilities)
            case OfYearGroup(year_groups, part, at):
                return self._some(
                    "year_groups", self._last, at, year_group=year_groups, part=None if part is None else (part,)
                )
            case Absent():
                return {"absences": {"$elemMatch": in_force(self._day)}}

    def _some(self, field: str, last: str, at: Place, **codes: Iterable[str] | None) -> Condition:
        meant = {name: {"$in": list(values)} for name, values in codes.items() if values is not None}
        there = {} if at == ANYWHERE else {"organisation": {"$in": self._at(at)}}
        return {field: {"$elemMatch": {**in_force(self._day, last), **meant, **there}}}

    def _at(self, place: Place) -> list[str]:
        return sorted(id_ for id_, organisation in self._organisations.items() if place.takes(organisation))
