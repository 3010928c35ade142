"""What this service tells the others: every event type it publishes, and which part of its state goes with it.

The type only says why; the state is whole each time. What is not listed in `published` stays in this service: dates of
birth, former names, why somebody left and whither, which move an appointment came from, HR's overrides, addresses.
"""

from datetime import date, timedelta
from typing import Any

from acorn_staff.model.days import holds_on
from acorn_staff.model.organisation import Organisation
from acorn_staff.model.person import Person
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
PERSON_SIGN_IN_BOUND = "staff.person-sign-in-bound.v1"
PERSON_SIGN_IN_ENDED = "staff.person-sign-in-ended.v1"
ORGANISATION_ADDED = "staff.organisation-added.v1"
ORGANISATION_CHANGED = "staff.organisation-changed.v1"

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
    PERSON_SIGN_IN_BOUND,
    PERSON_SIGN_IN_ENDED,
    ORGANISATION_ADDED,
    ORGANISATION_CHANGED,
)
"""Every event type that the service publishes; each has a schema and an example in `contracts/events`."""

_PERSON = ("id", "kind", "given_name", "family_name", "email", "trn", "employee_numbers")
_APPOINTMENT = ("id", "organisation", "post", "fte", "from", "to")
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
)


def published(aggregate: Person | Organisation) -> dict[str, Any]:
    """The state that an event carries: all that other services may know."""
    plain: dict[str, Any] = to_plain(aggregate)
    if isinstance(aggregate, Organisation):
        return {field: plain[field] for field in _ORGANISATION}
    return {field: plain[field] for field in _PERSON} | {
        "appointments": [{field: one[field] for field in _APPOINTMENT} for one in plain["appointments"]],
        "line_managers": plain["line_managers"],
        "sign_ins": plain["sign_ins"],
    }


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
