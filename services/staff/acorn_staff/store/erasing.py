"""Everything that this service keeps of a person, to be erased: where it stands, and how it goes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.database import Database

from acorn_staff.store.layout import CHANGES, DIFFERENT, GUARDS, MERGES, PEOPLE, guard_of_email
from acorn_staff.store.talent import ASPIRATIONS, CANDIDATES, REVIEWS, STRENGTHS
from servicekit.erasure.routes import Held
from servicekit.erasure.store import forget
from servicekit.mongo import Document
from servicekit.problems import NotFound

_KEPT: Mapping[str, tuple[str, ...]] = {
    PEOPLE: ("_id",),
    CHANGES: ("of",),
    MERGES: ("into", "other"),
    DIFFERENT: ("one", "other"),
    STRENGTHS: ("person",),
    ASPIRATIONS: ("person",),
    REVIEWS: ("person",),
    CANDIDATES: ("person",),
}
"""Each collection with something of a person, and the fields that say whose it is."""


def erase(database: Database[Document], session: ClientSession, person: str, _at: datetime) -> int:
    """Erase everything of a person; answers how many documents went."""
    emails = _emails(database, session, person)
    gone = sum(
        database[name].delete_many(_of(person, fields), session=session).deleted_count for name, fields in _KEPT.items()
    )
    database[GUARDS].delete_many({"_id": {"$in": [guard_of_email(email) for email in emails]}}, session=session)
    forget(database, [person], session)
    return gone


def look(database: Database[Document], person: str) -> Held:
    """What this service has of a person; `NotFound`."""
    found = database[PEOPLE].find_one({"_id": person}, {"given_name": 1, "family_name": 1, "version": 1})
    if found is None:
        raise NotFound("There is nobody with this id.")
    counts = {name: database[name].count_documents(_of(person, fields)) for name, fields in _KEPT.items()}
    return Held(counts, f"{found['given_name']} {found['family_name']}", found["version"])


def _of(person: str, fields: tuple[str, ...]) -> dict[str, Any]:
    return {"$or": [{field: person} for field in fields]}


def _emails(database: Database[Document], session: ClientSession, person: str) -> set[str]:
    """Every e-mail address that they had: its hash names a guard."""
    emails = set()
    for change in database[CHANGES].find({"of": person}, {"fields": 1}, session=session):
        for field in change["fields"]:
            if field["field"] == "email":
                emails |= {field["before"], field["after"]}
    return {email for email in emails if email}
