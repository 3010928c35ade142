"""A trust for tests: people, academies and their dates put into a directory with as few words as a test needs."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from pymongo.database import Database

from directory.lookups import Directory, indexes
from directory.scope import Scope
from directory.store import DirectoryStore
from servicekit.heartbeat import reserved_id
from servicekit.ids import new_id
from servicekit.mongo import Document, ensure_indexes, projection
from servicekit.testing import FixedClock

ISSUER = "https://identity.example"
LONG_AGO = "2019-09-01"


def holds(organisation: str, post: str = "teacher", from_: str = LONG_AGO, to: str | None = None) -> dict[str, Any]:
    """An appointment, as published."""
    return {
        "id": new_id(),
        "organisation": organisation,
        "post": post,
        "fte": 1.0,
        "from": from_,
        "to": to,
        "working_days": None,
    }


def managed_by(person: str, from_: str = LONG_AGO, to: str | None = None) -> dict[str, Any]:
    """A line manager, as published."""
    return {"person": person, "from": from_, "to": to}


def signs_in_as(subject: str, from_: str = LONG_AGO, to: str | None = None, *, issuer: str = ISSUER) -> dict[str, Any]:
    """A sign-in, as published."""
    return {"issuer": issuer, "subject": subject, "from": from_, "to": to}


def person_state(person_id: str | None = None, **said: Any) -> dict[str, Any]:
    """A person's published state; whatever is not said is empty."""
    return {
        "id": person_id or new_id(),
        "kind": "employee",
        "given_name": "Amina",
        "family_name": "Yusuf",
        "email": None,
        "trn": None,
        "employee_numbers": [],
        "appointments": [],
        "line_managers": [],
        "sign_ins": [],
        "responsibilities": [],
        "year_groups": [],
        "absences": [],
        "delegates": [],
        "former_ids": [],
        "merged_into": None,
        **said,
    }


def organisation_state(organisation_id: str | None = None, **said: Any) -> dict[str, Any]:
    """An organisation's published state: a member academy unless something else is said."""
    return {
        "id": organisation_id or new_id(),
        "kind": "academy",
        "name": "Elm Academy",
        "urn": None,
        "ukprn": None,
        "phase": None,
        "establishment": None,
        "membership": "member",
        "founder": True,
        "joined": None,
        "left": None,
        "inspections": [],
        **said,
    }


class Trust:
    """A directory in an empty database, and the words to fill it with."""

    def __init__(self, database: Database[Document]) -> None:
        ensure_indexes(database, indexes())
        self._database = database
        self.directory = Directory(database)
        self.seconds = 0.0
        self.clock = FixedClock(datetime(2026, 11, 23, 9, tzinfo=UTC))

    def scope(self, *, fresh: float = 0.0, most: int = 100) -> Scope:
        """A scope that uses what it knows of callers again for `fresh` of this trust's `seconds`."""
        return Scope(self.directory, fresh=fresh, seconds=lambda: self.seconds, most=most, clock=self.clock)

    def person(self, person_id: str | None = None, **said: Any) -> str:
        """Put a person in, in place of whoever has the id, and answer the id."""
        return self._put("people", person_state(person_id, **said))

    def academy(self, organisation_id: str | None = None, **said: Any) -> str:
        """Put an academy in and answer its id."""
        return self._put("organisations", organisation_state(organisation_id, **said))

    def central_team(self) -> str:
        """Put the central team in and answer its id."""
        return self._put("organisations", organisation_state(kind="central_team", name="Central team"))

    def heard(self, *ago: float) -> None:
        """Staff was last heard so many minutes ago, in one partition for each figure."""
        store = DirectoryStore(self._database)
        for partition, minutes in enumerate(ago):
            at = self.clock() - timedelta(minutes=minutes)
            state = {"id": reserved_id(partition), "partition": partition}
            store.put_heartbeat(state, epoch=1, version=int(at.timestamp()), at=at)
        store.flush()

    def clear(self) -> None:
        """Forget everybody and every organisation."""
        for name in ("people", "organisations"):
            self._database[projection(name)].delete_many({})

    def seen(self, scope: Scope, caller: str, day: date, *relations: Any) -> set[str]:
        """The people whom `people_filter` leaves, asked of the database itself."""
        condition = scope.people_filter(caller, frozenset(relations), day)
        return {found["_id"] for found in self._database[projection("people")].find(condition, {"_id": 1})}

    def _put(self, what: str, state: dict[str, Any]) -> str:
        document = {"_id": state["id"], **state, "epoch": 1, "version": 1}
        del document["id"]
        self._database[projection(what)].replace_one({"_id": document["_id"]}, document, upsert=True)
        return str(document["_id"])
