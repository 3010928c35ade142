"""Where everything of the staff service is stored: collections and their indexes, and the topics that tell of it."""

import hashlib
from collections.abc import Mapping, Sequence

from pymongo import ASCENDING, DESCENDING, IndexModel

from acorn_staff.model.calendar import Calendar
from acorn_staff.model.organisation import Organisation
from acorn_staff.model.person import Person
from acorn_staff.model.vocabularies import Vocabulary

SOURCE = "/acorn/staff"
PEOPLE, ORGANISATIONS, CHANGES, GUARDS = "people", "organisations", "changes", "guards"
CALENDARS, VOCABULARIES, MERGES, DIFFERENT = "calendars", "vocabularies", "merges", "different"
PEOPLE_TOPIC, ORGANISATIONS_TOPIC, CALENDAR_TOPIC, VOCABULARIES_TOPIC = (
    "staff.people",
    "staff.organisations",
    "staff.calendar",
    "staff.vocabularies",
)
LINE_MANAGEMENT = "line-management"
"""The guard that every change of a line manager writes: a circle is made of several people's documents."""


def guard_of_email(email: str) -> str:
    """The name of an e-mail address's guard, its hash: an address is nobody's to find there."""
    return "email:" + hashlib.sha256(email.encode()).hexdigest()


# "$gt" an empty string: unique among those who have one, and an index that look-ups by value can use.
_HAS_ONE = {"$gt": ""}
INDEXES: Mapping[str, Sequence[IndexModel]] = {
    PEOPLE: (
        IndexModel("trn", name="trn", unique=True, partialFilterExpression={"trn": _HAS_ONE}),
        IndexModel(
            "employee_numbers",
            name="employee_numbers",
            unique=True,
            partialFilterExpression={"employee_numbers": _HAS_ONE},
        ),
        IndexModel(
            [("signs_in_as.subject", ASCENDING), ("signs_in_as.issuer", ASCENDING)],
            name="signs_in_as",
            unique=True,
            partialFilterExpression={"signs_in_as.subject": _HAS_ONE},
        ),
        IndexModel("email", partialFilterExpression={"email": _HAS_ONE}),
        IndexModel("words"),
        IndexModel("words_ever"),
        IndexModel([("sort_name", ASCENDING), ("_id", ASCENDING)]),
        IndexModel("line_managers.person"),
        IndexModel("delegates.person"),
        IndexModel("former_ids"),
        IndexModel([("sign_ins.subject", ASCENDING), ("sign_ins.issuer", ASCENDING)]),
        IndexModel([("appointments.organisation", ASCENDING), ("appointments.post", ASCENDING)]),
        IndexModel("responsibilities.responsibility"),
        IndexModel("year_groups.year_group"),
    ),
    ORGANISATIONS: (
        IndexModel("urn", name="urn", unique=True, partialFilterExpression={"urn": _HAS_ONE}),
        IndexModel("words"),
        IndexModel([("sort_name", ASCENDING), ("_id", ASCENDING)]),
    ),
    CALENDARS: (IndexModel("academic_year", name="academic_year", unique=True),),
    VOCABULARIES: (IndexModel("name", name="name", unique=True),),
    MERGES: (IndexModel([("into", ASCENDING), ("_id", DESCENDING)]),),
    CHANGES: (
        IndexModel([("of", ASCENDING), ("version", DESCENDING), ("_id", DESCENDING)]),
        IndexModel([("by", ASCENDING), ("at", DESCENDING)]),
    ),
}

KEPT_IN: Mapping[type, tuple[str, str]] = {
    Person: (PEOPLE, PEOPLE_TOPIC),
    Organisation: (ORGANISATIONS, ORGANISATIONS_TOPIC),
    Calendar: (CALENDARS, CALENDAR_TOPIC),
    Vocabulary: (VOCABULARIES, VOCABULARIES_TOPIC),
}
"""Where an aggregate is stored, and to which topic its events go."""
