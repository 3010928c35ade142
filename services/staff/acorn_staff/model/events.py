"""What this service tells the others: every event type it publishes, and which part of its state goes with it.

The type only says why; the state is whole each time. What is not listed in `published` stays in this service: dates of
birth, former names, why somebody left and whither, which move an appointment came from, why somebody is away, HR's
overrides, addresses.
"""

from datetime import date, timedelta
from typing import Any

from acorn_staff.model.calendar import Calendar
from acorn_staff.model.days import holds_on
from acorn_staff.model.organisation import Organisation
from acorn_staff.model.person import Person
from acorn_staff.model.vocabularies import Vocabulary
from servicekit.documents import to_plain

PERSON_ADDED = "staff.person-added.v1"
PERSON_JOINED = "staff.person-joined.v1"
PERSON_APPOINTED = "staff.person-appointed.v1"
PERSON_RETURNED = "staff.person-returned.v1"
PERSON_MOVED = "staff.person-moved.v1"
PERSON_LEFT = "staff.person-left.v1"
PERSON_RETAINED = "staff.person-retained.v1"
PERSON_CHANGED = "staff.person-changed.v1"
PERSON_LINE_MANAGER_CHANGED = "staff.person-line-manager-changed.v1"
PERSON_RESPONSIBILITIES_CHANGED = "staff.person-responsibilities-changed.v1"
PERSON_YEAR_GROUPS_CHANGED = "staff.person-year-groups-changed.v1"
PERSON_ABSENCES_CHANGED = "staff.person-absences-changed.v1"
PERSON_DELEGATES_CHANGED = "staff.person-delegates-changed.v1"
PERSON_MERGED = "staff.person-merged.v1"
PERSON_MERGE_UNDONE = "staff.person-merge-undone.v1"
PERSON_ERASED = "staff.person-erased.v1"
PERSON_SIGN_IN_BOUND = "staff.person-sign-in-bound.v1"
PERSON_SIGN_IN_ENDED = "staff.person-sign-in-ended.v1"
PEOPLE_HEARTBEAT = "staff.people-heartbeat.v1"
ORGANISATION_ADDED = "staff.organisation-added.v1"
ORGANISATION_CHANGED = "staff.organisation-changed.v1"
ORGANISATION_INSPECTED = "staff.organisation-inspected.v1"
ORGANISATION_LEFT = "staff.organisation-left.v1"
CALENDAR_CHANGED = "staff.calendar-changed.v1"
VOCABULARY_CHANGED = "staff.vocabulary-changed.v1"

EVENTS: tuple[str, ...] = (
    PERSON_ADDED,
    PERSON_JOINED,
    PERSON_APPOINTED,
    PERSON_RETURNED,
    PERSON_MOVED,
    PERSON_LEFT,
    PERSON_RETAINED,
    PERSON_CHANGED,
    PERSON_LINE_MANAGER_CHANGED,
    PERSON_RESPONSIBILITIES_CHANGED,
    PERSON_YEAR_GROUPS_CHANGED,
    PERSON_ABSENCES_CHANGED,
    PERSON_DELEGATES_CHANGED,
    PERSON_MERGED,
    PERSON_MERGE_UNDONE,
    PERSON_ERASED,
    PERSON_SIGN_IN_BOUND,
    PERSON_SIGN_IN_ENDED,
    PEOPLE_HEARTBEAT,
    ORGANISATION_ADDED,
    ORGANISATION_CHANGED,
    ORGANISATION_INSPECTED,
    ORGANISATION_LEFT,
    CALENDAR_CHANGED,
    VOCABULARY_CHANGED,
)
"""Every event type that the service publishes; each has a schema and an example in `contracts/events`."""

_PERSON = ("id", "kind", "given_name", "family_name", "email", "trn", "employee_numbers")
_APPOINTMENT = ("id", "organisation", "post", "fte", "from", "to", "working_days")
_RESPONSIBILITY = ("id", "responsibility", "organisation", "from")
_YEAR_GROUP = ("id", "year_group", "organisation", "part", "from")
_ABSENCE = ("id", "from", "to")
_ORGANISATION = (
    "id",
    "kind",
    "name",
    "urn",
    "ukprn",
    "phase",
    "establishment",
    "membership",
    "founder",
    "joined",
    "left",
    "inspections",
)


def published(aggregate: Person | Organisation | Calendar | Vocabulary) -> dict[str, Any]:
    """The state that an event carries: all that other services may know."""
    plain: dict[str, Any] = to_plain(aggregate)
    if isinstance(aggregate, Calendar | Vocabulary):
        return {field: value for field, value in plain.items() if field not in {"version", "shape", "changed_at"}}
    if isinstance(aggregate, Organisation):
        return {field: plain[field] for field in _ORGANISATION}
    return {field: plain[field] for field in _PERSON} | {
        "appointments": [{field: one[field] for field in _APPOINTMENT} for one in plain["appointments"]],
        "line_managers": plain["line_managers"],
        "sign_ins": plain["sign_ins"],
        "responsibilities": _as_they_hold(plain["responsibilities"], _RESPONSIBILITY),
        "year_groups": _as_they_hold(plain["year_groups"], _YEAR_GROUP),
        "absences": [{field: one[field] for field in _ABSENCE} for one in plain["absences"]],
        "delegates": plain["delegates"],
        "former_ids": plain["former_ids"],
        "merged_into": plain["merged_into"],
    }


def _as_they_hold(facts: list[dict[str, Any]], fields: tuple[str, ...]) -> list[dict[str, Any]]:
    """Facts that belong to an organisation, up to their last day indeed; without those that never come to hold."""
    return [
        {field: one[field] for field in fields} | {"to": one["until"]}
        for one in facts
        if one["until"] is None or one["from"] <= one["until"]
    ]


def why_appointed(before: Person, from_: date) -> str:
    """Whether an appointment from a day on makes somebody a joiner, a returner, or holder of one more post."""
    earlier = [held for held in before.appointments if held.from_ <= from_]
    if not earlier:
        return PERSON_JOINED
    # Somebody whose last appointment ended the day before was not away.
    if any(holds_on(held, from_) or holds_on(held, from_ - timedelta(days=1)) for held in earlier):
        return PERSON_APPOINTED
    return PERSON_RETURNED


def why_ended(after: Person) -> str:
    """Whether the end of an appointment makes somebody a leaver; who holds another one without an end stays."""
    return PERSON_LEFT if after.last_day is not None else PERSON_CHANGED
