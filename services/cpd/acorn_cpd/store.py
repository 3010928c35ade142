"""The service's documents in MongoDB: the records that it owns, and what it has learnt of people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from acorn_cpd.model.events import RECORD_ERASED, published
from acorn_cpd.model.record import Record
from acorn_cpd.model.vocabulary import SourceKind, State
from directory import Directory, DirectoryStore
from directory import indexes as directory_indexes
from servicekit import generations, outbox
from servicekit.documents import from_document, to_document
from servicekit.erasure.routes import Held
from servicekit.erasure.store import erased, forget
from servicekit.mongo import Document, projection, save_versioned
from servicekit.paging import Page, Paging, page_of
from servicekit.problems import NotFound, StaleVersion
from servicekit.subject_access import Section, Subject

TOPIC = "cpd.records"
SOURCE = "/acorn/cpd"

INDEXES: dict[str, Sequence[IndexModel]] = {
    "records": [
        # A person's history; few have more records than one look can hold, so its filters need no more.
        IndexModel([("person", 1), ("date", -1), ("_id", -1)]),
        # What waits, longest first: for everybody, and for the people of one manager.
        IndexModel([("state", 1), ("declared_at", 1), ("_id", 1)]),
        IndexModel([("person", 1), ("state", 1), ("declared_at", 1), ("_id", 1)]),
        # What somebody recorded for others.
        IndexModel([("declared_by", 1), ("declared_at", -1)]),
        # One record for each row of each person's imports, whatever is imported at the same moment.
        IndexModel(
            [("person", 1), ("imported.key", 1)],
            unique=True,
            partialFilterExpression={"imported.key": {"$type": "string"}},
        ),
    ],
    **directory_indexes(),
}

_PAGE = 500
_LATEST = 10_000
_COUNTED = 100_000
# What a store holds and nobody reads.
_INNER = {"shape": 0, "imported": 0}
_LINE = {**_INNER, "judgements": 0, "amendments": 0}


class Store:
    """What operations and handlers read and write, within the given session if there is one."""

    def __init__(
        self, database: Database[Document], *, session: ClientSession | None = None, generation: int = 1
    ) -> None:
        self.people = Directory(database)
        self.directory = DirectoryStore(database, session, generation=generation)
        self._database = database
        self._records = database["records"]
        self._session = session
        self._kept_under: dict[str, str] = {}

    def record(self, person: str, record: str, version: int | None = None) -> Record:
        """A person's record; `NotFound`, or `StaleVersion` when it is at another version than is expected."""
        found = self._records.find_one({"_id": record, "person": self._of(person)}, session=self._session)
        if found is None:
            raise NotFound("There is no such record of this person.")
        if version is not None and found["version"] != version:
            raise StaleVersion
        return self._read(found, person)

    def imported(self, person: str, key: str) -> Record | None:
        """A person's record that an import knows by `key`."""
        found = self._records.find_one({"person": self._of(person), "imported.key": key}, session=self._session)
        return self._read(found, person) if found else None

    def refuse_erased(self, person: str) -> None:
        """`NotFound` for somebody who was erased."""
        if erased(self._database, person, self._session):
            raise NotFound("There is nobody with this id.")

    def save(self, record: Record, because: str) -> None:
        """Write a record at its new version and the event that says so: both are kept, or neither."""
        if self._session is None:
            raise TypeError("save() needs a session: a record and its event are one transaction")
        record = replace(record, person=self._kept_under.get(record.id, record.person))
        save_versioned(self._records, to_document(record), self._session)
        outbox.append(
            self._database,
            topic=TOPIC,
            type=because,
            source=SOURCE,
            aggregate=record.id,
            version=record.version,
            state=published(record),
            at=record.changed_at,
            session=self._session,
        )

    def _read(self, found: Document, person: str) -> Record:
        """A record as its person's, whichever id of theirs it is kept under; `save` keeps it there."""
        self._kept_under[found["_id"]] = found["person"]
        return from_document(Record, {**found, "person": person})

    def _of(self, person: str) -> Mapping[str, Any]:
        """The condition that a record is a person's, under whichever id it was kept."""
        return {"$in": self.people.identities(person)}

    def flush(self) -> None:
        """Write what a batch of events said of people and organisations."""
        self.directory.flush()

    def served(self, person: str, record: str) -> Document:
        """A person's record as it is answered; `NotFound`."""
        found = self._records.find_one({"_id": record, "person": self._of(person)}, _INNER, session=self._session)
        if found is None:
            raise NotFound("There is no such record of this person.")
        return {**found, "person": person}

    def history(self, filters: Mapping[str, Any], paging: Paging, reader: str) -> Page:
        """A page of a history, newest first; `filters` as `history_filter` makes them."""
        return page_of(self._records, filters, sort=[("date", -1)], projection=_LINE, paging=paging, scope_hash=reader)

    def whole_history(self, filters: Mapping[str, Any]) -> Iterator[Document]:
        """All of a history, newest first, page by page: a slow reader holds nothing open in the database.

        The first page is read at once, so that an outage is still a refusal and not half a file.
        """
        return self._onward(filters, self.history(filters, Paging(limit=_PAGE), ""))

    def _onward(self, filters: Mapping[str, Any], found: Page) -> Iterator[Document]:
        yield from found.items
        while found.next is not None:
            found = self.history(filters, Paging(limit=_PAGE, cursor=found.next), "")
            yield from found.items

    def waiting(self, filters: Mapping[str, Any], paging: Paging, reader: str) -> Page:
        """A page of records of several people, the longest declared first."""
        return page_of(
            self._records, filters, sort=[("declared_at", 1)], projection=_LINE, paging=paging, scope_hash=reader
        )

    def hours(self, person: str) -> list[Document]:
        """A person's hours by academic year, the latest first, and in each by kind; withdrawn records do not count."""
        verified = {"$eq": ["$state", State.VERIFIED.value]}
        both = {"$add": ["$verified", "$awaiting"]}
        return list(
            self._records.aggregate(
                [
                    {"$match": {"person": self._of(person), "state": {"$ne": State.WITHDRAWN.value}}},
                    {
                        "$group": {
                            "_id": {"year": "$academic_year", "kind": "$kind"},
                            "verified": {"$sum": {"$cond": [verified, "$hours", 0.0]}},
                            "awaiting": {"$sum": {"$cond": [verified, 0.0, "$hours"]}},
                        }
                    },
                    {"$sort": {"_id.kind": 1}},
                    {
                        "$group": {
                            "_id": "$_id.year",
                            "verified": {"$sum": "$verified"},
                            "awaiting": {"$sum": "$awaiting"},
                            "by_kind": {
                                "$push": {
                                    "kind": "$_id.kind",
                                    "verified": "$verified",
                                    "awaiting": "$awaiting",
                                    "total": both,
                                }
                            },
                        }
                    },
                    {"$sort": {"_id": -1}},
                    {
                        "$project": {
                            "_id": 0,
                            "academic_year": "$_id",
                            "verified": 1,
                            "awaiting": 1,
                            "total": both,
                            "by_kind": 1,
                        }
                    },
                ]
            )
        )


def count_figures(database: Database[Document], _today: date) -> dict[str, int]:
    """CPD in figures: all records, those that wait for somebody, and those of people whom nobody has told us of.

    Each is bounded: waiting ones are counted to 100,000, unknown people looked for among the latest 10,000 records.
    """
    records = database["records"]
    latest: list[Document] = [
        {"$sort": {"_id": -1}},
        {"$limit": _LATEST},
        {"$group": {"_id": "$person", "n": {"$sum": 1}}},
    ]
    known = {
        "from": projection("people", generations.recent(database)),
        "localField": "_id",
        "foreignField": "_id",
        "as": "known",
    }
    unknown: list[Document] = [
        {"$lookup": known},
        {"$match": {"known": []}},
        {"$group": {"_id": None, "n": {"$sum": "$n"}}},
    ]
    found = next(records.aggregate([*latest, *unknown]), {"n": 0})
    return {
        "records": records.estimated_document_count(),
        "records_declared": records.count_documents({"state": State.DECLARED.value}, limit=_COUNTED),
        "records_queried": records.count_documents({"state": State.QUERIED.value}, limit=_COUNTED),
        "orphan_records": found["n"],
    }


def erase(database: Database[Document], session: ClientSession, person: str, at: datetime) -> int:
    """Erase records of a person, some hundreds at a time, and tell the others; answers how many."""
    records = list(database["records"].find({"person": person}, {"version": 1}, session=session).limit(_PAGE))
    ids = [record["_id"] for record in records]
    forget(database, [person, *ids], session)
    database["records"].delete_many({"_id": {"$in": ids}}, session=session)
    for record in records:
        outbox.append(
            database,
            topic=TOPIC,
            type=RECORD_ERASED,
            source=SOURCE,
            aggregate=record["_id"],
            version=record["version"] + 1,
            state={"id": record["_id"], "erased": True},
            at=at,
            session=session,
        )
    return len(records)


def look(database: Database[Document], person: str) -> Held:
    """What this service has of a person."""
    return Held({"records": database["records"].count_documents({"person": person})})


def holdings(database: Database[Document], subject: Subject) -> Iterable[Section]:
    """What is held about somebody, also where nothing was heard of them yet."""
    ids = list(subject.ids)
    records = database["records"]
    known = map(Directory(database).person, ids)
    declared = {"source.kind": SourceKind.DECLARED.value, "declared_by": {"$in": subject.actors}}
    for_others = {**declared, "person": {"$nin": ids}}
    return (
        Section(
            "records",
            "CPD records",
            "So that you and the trust know what training you did, and what it was good for. Each with its whole past: "
            "who verified it, who asked what, what was corrected and why, your reflections.",
            list(records.find({"person": {"$in": ids}}, _INNER).sort([("date", -1), ("_id", -1)])),
        ),
        Section(
            "recorded",
            "CPD that you recorded for others",
            "So that it is known who recorded what. Whose it is is theirs and is left out.",
            list(records.find(for_others, {"_id": 0, "declared_at": 1}).sort("declared_at", -1)),
        ),
        Section(
            "known",
            "What the staff service told this service",
            "So that this service knows who you are and who may see your records: a copy of the staff service's data.",
            [one for one in known if one is not None],
        ),
    )


def make_store(database: Database[Document], session: ClientSession | None, generation: int = 1) -> Store:
    """The store as the worker opens it: for rows, or for events over a generation of what was learnt of others."""
    return Store(database, session=session, generation=generation)


def history_filter(identities: Sequence[str], asked: Mapping[str, Any]) -> dict[str, Any]:
    """Which records of a person, by all their ids: all but the withdrawn ones unless a state is asked for."""
    filters = {"person": {"$in": list(identities)}, "state": {"$ne": State.WITHDRAWN.value}}
    return filters | _asked(asked)


def waiting_filter(people: Sequence[str] | None, own: Sequence[str], asked: Mapping[str, Any]) -> dict[str, Any]:
    """Which records of these people, None for everybody's; never the reader's `own`, which others judge."""
    # A relation never reaches oneself, so only who may see everybody needs to be left out by name.
    others: dict[str, Any] = {"$nin": list(own)} if people is None else {"$in": people}
    return {"person": others} | _asked(asked)


def _asked(asked: Mapping[str, Any]) -> dict[str, Any]:
    fields = {"academic_year": "academic_year", "kind": "kind", "topic": "topics", "state": "state"}
    return {field: str(asked[name]) for name, field in fields.items() if name in asked}
