"""Questions about people and organisations, answered from the service's own database.

In the staff service the collections are the owned ones; elsewhere they are projections that `DirectoryStore` fills.
Documents have the published shape (`contracts/events/state/`), with `_id` for `id`; staff's own hold more.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database

from servicekit import generations
from servicekit.mongo import Document, projection

_NEVER_ASKED_FOR = {"date_of_birth": 0, "former_names": 0, "words": 0}


class Directory:
    """People and organisations, by id and by what else identifies them.

    `people` and `organisations` name the collections to look in, where the service owns them; else each look is at the
    live generation of the projections.
    """

    def __init__(
        self,
        database: Database[Document],
        *,
        people: str | None = None,
        organisations: str | None = None,
        session: ClientSession | None = None,
    ) -> None:
        """Look in a database, as the transaction of `session` sees it where one is given."""
        self._database = database
        self._session = session
        self._owned = {"people": people, "organisations": organisations}

    @property
    def _people(self) -> Collection[Document]:
        return self._collection("people")

    @property
    def _organisations(self) -> Collection[Document]:
        return self._collection("organisations")

    def _collection(self, name: str) -> Collection[Document]:
        return self._database[self._owned.get(name) or projection(name, generations.recent(self._database))]

    def person(self, person_id: str) -> Document | None:
        """The person with an id, None while the directory has not heard of them, and once they were erased."""
        return self._people.find_one({"_id": person_id, "erased": None}, _NEVER_ASKED_FOR, session=self._session)

    def people_by_identifier(
        self, *, trn: str | None = None, email: str | None = None, employee_number: str | None = None
    ) -> list[Document]:
        """Everybody with the one identifier that is given; several where it is not unique, such as a shared mailbox."""
        asked: dict[str, Any] = {
            field: value
            for field, value in (
                ("trn", trn),
                ("email", email.lower() if email is not None else None),
                ("employee_numbers", employee_number),
            )
            if value is not None
        }
        if len(asked) != 1:
            raise TypeError("people_by_identifier takes exactly one of trn, email and employee_number")
        return list(self._people.find(asked, _NEVER_ASKED_FOR, session=self._session).sort("_id", 1))

    def people_where(self, condition: dict[str, Any], fields: Iterable[str]) -> list[Document]:
        """Chosen fields of everybody who meets a condition in MongoDB's language, in order of id."""
        return list(self._people.find(condition, dict.fromkeys(fields, 1), session=self._session).sort("_id", 1))

    def names(self, person_ids: Iterable[str]) -> dict[str, str]:
        """Given and family name by person id; who is not known (yet) is left out."""
        asked = {"_id": {"$in": list(person_ids)}, "erased": None}
        found = self._people.find(asked, {"given_name": 1, "family_name": 1}, session=self._session)
        return {person["_id"]: f"{person['given_name']} {person['family_name']}" for person in found}

    def identities(self, person_id: str) -> list[str]:
        """A person's id and those of records that have become part of theirs: what is kept under any of them is theirs.

        Nothing is rewritten when two records become one, so there is nothing to write back when that is undone.
        """
        found = self._people.find_one({"_id": person_id}, {"former_ids": 1}, session=self._session) or {}
        return [person_id, *found.get("former_ids", ())]

    def present(self, person_ids: Iterable[str]) -> dict[str, str]:
        """Of these ids those of records that have become part of another one, each with the id that it has now."""
        asked = list(person_ids)
        found = self._people.find({"former_ids": {"$in": asked}}, {"former_ids": 1}, session=self._session)
        return {former: person["_id"] for person in found for former in person["former_ids"] if former in asked}

    def organisation(self, organisation_id: str) -> Document | None:
        """The organisation with an id, None while the directory has not heard of it."""
        return self._organisations.find_one({"_id": organisation_id}, _NEVER_ASKED_FOR, session=self._session)

    def places(self, organisation_ids: Iterable[str]) -> dict[str, str]:
        """The names of organisations by id; what is not known (yet) is left out."""
        found = self._organisations.find({"_id": {"$in": list(organisation_ids)}}, {"name": 1}, session=self._session)
        return {organisation["_id"]: organisation["name"] for organisation in found}

    def organisation_by_urn(self, urn: str) -> Document | None:
        """The academy with a unique reference number (six digits), None if there is none."""
        return self._organisations.find_one({"urn": urn}, _NEVER_ASKED_FOR, session=self._session)

    def heard_until(self) -> datetime | None:
        """The instant up to which all that staff said of people is here; None where nothing ever said so.

        That is so in staff itself, which owns the people, and before the first heartbeat. A partition that stands still
        holds the whole back.
        """
        if self._owned["people"]:
            return None
        earliest = self._collection("heartbeats").find_one({}, {"at": 1}, sort=[("at", 1)], session=self._session)
        return datetime.fromisoformat(earliest["at"]) if earliest else None

    def academies_among(self, organisation_ids: Iterable[str]) -> list[str]:
        """Those of the organisations that are academies, and not the central team or unknown."""
        among = {"_id": {"$in": list(organisation_ids)}, "kind": "academy"}
        found = self._organisations.find(among, {"_id": 1}, session=self._session)
        return sorted(organisation["_id"] for organisation in found)


def indexes(
    *, people: str = projection("people"), organisations: str = projection("organisations")
) -> dict[str, list[IndexModel]]:
    """The indexes that the look-ups and `directory.scope` stand on; each generation is given its own."""
    return {
        people: [
            IndexModel([("sign_ins.subject", 1), ("sign_ins.issuer", 1)]),
            IndexModel([("appointments.organisation", 1)]),
            IndexModel([("line_managers.person", 1)]),
            IndexModel([("former_ids", 1)]),
            IndexModel([("email", 1)]),
            IndexModel([("trn", 1)]),
            IndexModel([("employee_numbers", 1)]),
        ],
        organisations: [IndexModel([("urn", 1)])],
        projection("heartbeats"): [],
    }
