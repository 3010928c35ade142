"""Changes of somebody's staff record in words: what happened, and each field before and after."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from acorn_portal import words
from acorn_portal.clients.staff import Change
from servicekit.ids import PATTERN

_IMPORT = re.compile(f"Import {PATTERN}")

HAPPENED: Mapping[str, str] = MappingProxyType(
    {
        "staff.person-added.v1": "Added",
        "staff.person-joined.v1": "Joined the trust",
        "staff.person-appointed.v1": "Another post",
        "staff.person-returned.v1": "Returned to the trust",
        "staff.person-moved.v1": "Moved",
        "staff.person-left.v1": "Left the trust",
        "staff.person-retained.v1": "Stays after all",
        "staff.person-changed.v1": "Details changed",
        "staff.person-line-manager-changed.v1": "Line manager changed",
        "staff.person-responsibilities-changed.v1": "Responsibilities changed",
        "staff.person-year-groups-changed.v1": "Year groups changed",
        "staff.person-absences-changed.v1": "Absences changed",
        "staff.person-delegates-changed.v1": "Delegates changed",
        "staff.person-merged.v1": "Two records made one",
        "staff.person-merge-undone.v1": "Two records again",
        "staff.person-sign-in-bound.v1": "Sign-in connected",
        "staff.person-sign-in-ended.v1": "Sign-in disconnected",
    }
)
"""What happened, by the type of event that a change was published as."""

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "kind": "What they are to the trust",
        "given_name": "Given name",
        "family_name": "Family name",
        "former_names": "Former names",
        "email": "Work e-mail address",
        "trn": "Teacher reference number (TRN)",
        "employee_numbers": "Employee numbers",
        "date_of_birth": "Date of birth",
        "line_managers": "Line managers",
        "sign_ins": "Sign-ins",
        "appointments": "Post",
        "organisation": "Academy",
        "post": "Post",
        "fte": "Full-time equivalent",
        "from": "First day",
        "to": "Last day",
        "reason": "Why it ended",
        "destination": "Where to",
        "override": "More than one full-time job",
        "follows": "Moved from",
        "working_days": "Working days",
        "responsibilities": "Responsibility",
        "responsibility": "Responsibility",
        "year_groups": "Year group",
        "year_group": "Year group",
        "part": "Taught or led",
        "until": "Last day indeed",
        "absences": "Absence",
        "absences/reason": "Why",
        "delegates": "Delegate",
        "former_ids": "Records that became part of this one",
        "merged_into": "Became part of another record",
    }
)
"""The fields of a person, of an appointment and of other facts with days."""


@dataclass(frozen=True)
class Names:
    """What ids and codes in a change are called, as far as the reader may know it."""

    organisations: Mapping[str, str] = field(default_factory=dict)
    posts: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def term(self, vocabulary: str, code: str) -> str:
        """What a code of a vocabulary is called."""
        return self.terms.get(vocabulary, {}).get(code, code.replace("_", " "))


@dataclass(frozen=True)
class Told:
    """A change as its reader follows it. `first`: before it there was nothing; `themselves`: by signing in."""

    what: str
    by: str
    by_name: str | None
    at: str
    why: str | None
    imported: bool
    steps: tuple[words.Step, ...]
    first: bool
    themselves: bool


def told(change: Change, names: Names) -> Told:
    """A change in words; fields that it does not know by name go by their own."""
    steps = tuple(_step(one["field"], one["before"], one["after"], names) for one in change["fields"])
    # An import writes its id where people write why.
    imported = bool(_IMPORT.fullmatch(change["why"] or ""))
    return Told(
        what=HAPPENED.get(change["because"], "Changed"),
        by=change["by"],
        by_name=change["by_name"],
        at=change["at"],
        why=None if imported else change["why"],
        imported=imported,
        steps=steps,
        first=change["version"] == 1,
        themselves=change["because"] == "staff.person-sign-in-bound.v1",
    )


def _step(path: str, before: Any, after: Any, names: Names) -> words.Step:
    # `appointments/<id>` is a whole appointment, `appointments/<id>/to` one field of it.
    first, _, rest = path.partition("/")
    name = rest.partition("/")[2] or first
    # What a field is called, and how it is said, may depend on whose it is.
    whole = f"{first}/{name}"
    label = FIELDS.get(whole) or FIELDS.get(name, name)
    if rest and name != first and name not in ("post", "organisation"):
        label = f"{FIELDS.get(first, first)}: {label.lower()}"
    said = whole if whole in _SAYINGS else name
    return words.Step(label, _said(said, before, names), _said(said, after, names))


def _said(name: str, value: Any, names: Names) -> str | None:
    if value in (None, "", []):
        return None
    say = _SAYINGS.get(name)
    if say is None:
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return "; ".join(say(one, names) for one in value) if isinstance(value, list) else say(value, names)


def _appointment(held: Any, names: Names) -> str:
    post = names.posts.get(held["post"], held["post"])
    on = words.weekdays(held.get("working_days") or ())
    return (
        f"{post}{_there(held, names)}, {held['fte']:g} full-time equivalent{f' on {on}' if on else ''}, {_dates(held)}"
    )


def _responsibility(held: Any, names: Names) -> str:
    return f"{names.term('responsibilities', held['responsibility'])}{_there(held, names)}, {_dates(held)}"


def _year_group(held: Any, names: Names) -> str:
    return f"{names.term('year_groups', held['year_group'])}, {held['part']}{_there(held, names)}, {_dates(held)}"


def _absence(held: Any, _: Names) -> str:
    return f"{words.ABSENCES.get(held['reason'], 'Away')}, {_dates(held)}"


def _somebody(held: Any, names: Names) -> str:
    return f"{names.people.get(held['person'], 'somebody')} {_dates(held)}"


def _there(held: Any, names: Names) -> str:
    place = names.organisations.get(held["organisation"])
    return f" at {place}" if place else ""


def _dates(held: Any) -> str:
    until = f" to {words.long_date(held['to'])}" if held["to"] else ""
    return f"from {words.long_date(held['from'])}{until}"


def _day(value: Any, _: Names) -> str:
    return words.long_date(str(value))


_SAYINGS: Mapping[str, Callable[[Any, Names], str]] = {
    "kind": lambda code, _: words.PERSON_KINDS.get(code, code),
    "date_of_birth": _day,
    "from": _day,
    "to": _day,
    "organisation": lambda id_, names: names.organisations.get(id_, "an academy that is not listed"),
    "post": lambda code, names: names.posts.get(code, code),
    "fte": lambda number, _: f"{number:g}",
    "reason": lambda code, _: words.REASONS.get(code, code),
    "destination": lambda code, _: words.DESTINATIONS.get(code, code),
    "working_days": lambda code, _: words.WEEKDAYS.get(code, code),
    "override": lambda override, _: f"allowed: {override['why']}",
    "appointments": _appointment,
    "former_names": lambda was, _: f"{was['given_name']} {was['family_name']} until {words.long_date(was['until'])}",
    "line_managers": _somebody,
    "responsibilities": _responsibility,
    "responsibility": lambda code, names: names.term("responsibilities", code),
    "year_groups": _year_group,
    "year_group": lambda code, names: names.term("year_groups", code),
    "until": _day,
    "absences": _absence,
    "absences/reason": lambda code, _: words.ABSENCES.get(code, code),
    "delegates": _somebody,
    "former_ids": lambda _, __: "a record of the same person",
    "merged_into": lambda _, __: "yes",
    "sign_ins": lambda bound, _: f"connected {_dates(bound)}",
}
