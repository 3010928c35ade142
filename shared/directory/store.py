"""Writes the directory's copies of people and organisations: the newest version of each wins, however it arrives."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from servicekit.clock import instant
from servicekit.erasure.store import begin
from servicekit.mongo import Document, projection

_PERSON = {
    "given_name": (),
    "family_name": (),
    "appointments": ("organisation", "post", "from", "to"),
    "line_managers": ("person", "from", "to"),
    "sign_ins": ("issuer", "subject", "from", "to"),
}
_NOTHING = {field: [] if parts else "" for field, parts in _PERSON.items()}
"""What is left of somebody who was erased."""

_ORGANISATION: dict[str, tuple[str, ...]] = {"kind": (), "name": ()}
_KINDS = ("people", "organisations", "heartbeats")


class Unusable(Exception):
    """A state lacks what look-ups and scope stand on; the message says what is missing, never what was sent."""


class DirectoryStore:
    """Collects what a batch of events says and writes it in one bulk a collection, in the batch's transaction."""

    def __init__(
        self,
        database: Database[Document],
        session: ClientSession | None = None,
        *,
        generation: int = 1,
    ) -> None:
        """Write to a generation of the projections: the one that the batch's position belongs to."""
        self._people, self._organisations, self._heartbeats = (projection(kind, generation) for kind in _KINDS)
        self._session = session
        self._pending: dict[str, dict[str, Document]] = {projection(kind, generation): {} for kind in _KINDS}
        self._database = database

    def put_person(self, state: Mapping[str, Any], *, epoch: int, version: int) -> None:
        """Keep a person's published state, unless a newer one is held already; written by `flush`.

        `Unusable` for a state without names or intervals: stored, it would break every look at everybody's scope.
        """
        _check(state, _PERSON)
        self._collect(self._people, state, epoch, version)

    def put_erased(self, person: str, *, epoch: int, version: int, at: datetime) -> None:
        """Keep of a person that they were erased, and have what this service owns of theirs erased too."""
        if self._session is None:
            raise TypeError("an erasure belongs to a transaction: open the store with its session")
        known = self._database[self._people].find_one({"_id": person}, session=self._session) or {}
        begin(self._database, person, words=identifying(known), at=at, session=self._session)
        self._collect(self._people, {"id": person, "erased": True, **_NOTHING}, epoch, version)

    def put_organisation(self, state: Mapping[str, Any], *, epoch: int, version: int) -> None:
        """Keep an organisation's published state, unless a newer one is held already; written by `flush`.

        `Unusable` for a state without kind and name.
        """
        _check(state, _ORGANISATION)
        self._collect(self._organisations, state, epoch, version)

    def put_heartbeat(self, state: Mapping[str, Any], *, epoch: int, version: int, at: datetime) -> None:
        """Keep up to when everything of a partition was said, unless a later instant is held; written by `flush`."""
        self._collect(self._heartbeats, {"id": state["id"], "at": instant(at)}, epoch, version)

    def flush(self) -> None:
        """Write what was collected."""
        for collection, documents in self._pending.items():
            if documents:
                self._database[collection].bulk_write(
                    [_if_newer(document) for document in documents.values()], ordered=False, session=self._session
                )
                documents.clear()

    def _collect(self, collection: str, state: Mapping[str, Any], epoch: int, version: int) -> None:
        document = {"_id": state["id"], **{name: value for name, value in state.items() if name != "id"}}
        document |= {"epoch": epoch, "version": version}
        pending = self._pending[collection]
        held = pending.get(document["_id"])
        if held is None or (held["epoch"], held["version"]) < (epoch, version):
            pending[document["_id"]] = document


def identifying(person: Mapping[str, Any]) -> list[str]:
    """The words by which somebody is known outside: family names, e-mail address, TRN, employee numbers."""
    former = [had["family_name"] for had in person.get("former_names", ())]
    found = [person.get("family_name"), *former, person.get("email"), person.get("trn")]
    return [word for word in (*found, *person.get("employee_numbers", ())) if word]


def _check(state: Mapping[str, Any], needed: Mapping[str, tuple[str, ...]]) -> None:
    """Raise `Unusable` unless the state has the needed fields, and each item of its lists has its own."""
    for field, parts in needed.items():
        value = state.get(field)
        if not parts:
            if not isinstance(value, str):
                raise Unusable(f"no {field} in the state")
        elif not isinstance(value, list) or not all(isinstance(one, dict) and one.keys() >= {*parts} for one in value):
            raise Unusable(f"no {field} with {', '.join(parts)} in the state")


def _if_newer(document: Document) -> UpdateOne:
    """Upsert a document unless the stored one has the same (epoch, version) or a higher one.

    A pipeline, and not a condition in the query: an upsert whose query does not match inserts, and in a transaction the
    duplicate key would abort the whole batch. `$literal`, for a name may begin with a dollar sign.
    """
    held = [{"$ifNull": ["$epoch", 0]}, {"$ifNull": ["$version", 0]}]
    newer = {"$lt": [held, [document["epoch"], document["version"]]]}
    return UpdateOne(
        {"_id": document["_id"]},
        [{"$replaceWith": {"$cond": [newer, {"$literal": document}, "$$ROOT"]}}],
        upsert=True,
    )
