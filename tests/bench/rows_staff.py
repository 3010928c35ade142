"""The staff service, measured: five thousand people in an audience, in a search by name, and in an import."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from pymongo.database import Database
from tests.bench.stage import Measure, Row, Stage, in_turns

from acorn_staff import search
from acorn_staff.imports.people import PEOPLE as PEOPLE_FILE
from acorn_staff.model.appointments import Appointment
from acorn_staff.model.facts import Part, YearGroup
from acorn_staff.model.organisation import Organisation, OrganisationKind, new_organisation
from acorn_staff.model.person import Kind, Person, new_person
from acorn_staff.store import Store
from acorn_staff.store.layout import CHANGES, INDEXES, ORGANISATIONS, PEOPLE
from directory import audience
from servicekit import files, imports
from servicekit.app import chassis_indexes
from servicekit.documents import to_document
from servicekit.ids import new_id
from servicekit.imports import job
from servicekit.imports.store import ImportStore
from servicekit.mongo import Document, ensure_indexes
from servicekit.paging import Paging

MANY = 5_000
ROUNDS = 9
MADE_BY_IMPORT = (PEOPLE, CHANGES, "outbox", "import_rows")
"""The collections in which an import of people writes a document for each."""
TODAY = date(2026, 11, 23)
RULE = {
    "all": [
        {"year_group": ["year_2", "year_6"], "part": "taught", "at": {"phase": ["Primary"]}},
        {"not": {"absent": True}},
    ]
}


def preview(of: Stage) -> Sequence[Row]:
    """A page, the count and the words of an audience, beside a bare find of the same people."""
    database = _trust(of)
    store, rule = Store(database), audience.parsed(RULE)
    meant = [one["_id"] for one in database[PEOPLE].find(audience.condition(rule, TODAY, store.places(), last="until"))]
    names = {"given_name": 1, "family_name": 1}

    def ours() -> None:
        places = store.places()
        found, count, _ = store.read_meant({}, rule, TODAY, places, Paging(limit=100))
        if (len(found.items), count) != (100, len(meant)):
            raise SystemExit("the preview does not mean whom the condition means")
        audience.sentence(rule, {}, places)

    def plain() -> None:
        list(database[PEOPLE].find({"_id": {"$in": meant}}, names))

    us, them = in_turns(ROUNDS, _milliseconds(ours), _milliseconds(plain))
    note = f"{len(meant):,} of {MANY:,} people meant: a page, the count, the words; plain: found by id, names alone"
    return [Row("Preview of an audience", us, them, "ms", note)]


def by_name(of: Stage) -> Sequence[Row]:
    """A page of a search by two beginnings of names, beside the bare find with the same condition."""
    database = _trust(of)
    store = Store(database)
    fields = {"given_name": 1, "family_name": 1, "appointments": 1}

    def ours() -> None:
        store.read_people({}, fields, paging=Paging(), on=TODAY, today=TODAY, name="ami yus1")

    def plain() -> None:
        words = [{"words": {"$regex": f"^{word}"}} for word in ("ami", "yus1")]
        list(database[PEOPLE].find({"$and": words}, fields).sort([("sort_name", 1), ("_id", 1)]).limit(51))

    us, them = in_turns(ROUNDS, _milliseconds(ours), _milliseconds(plain))
    return [Row("Search by name", us, them, "ms", f"a page among {MANY:,} people; plain: the same find")]


def importing(of: Stage) -> Sequence[Row]:
    """A file of new people through the worker, beside a bare insert of the documents that this makes."""
    known: list[dict[str, list[Document]]] = []

    def ours() -> float:
        database = of.database("staff_import")
        document = _sent(database)
        began = time.perf_counter()
        imports.work((PEOPLE_FILE,), lambda database, session: Store(database, session=session))(
            database, {"import": document["_id"]}, _Alone()
        )
        took = time.perf_counter() - began
        if database[PEOPLE].count_documents({}) != MANY:
            raise SystemExit("the import has not put everybody in")
        known[:] = [{name: list(database[name].find()) for name in MADE_BY_IMPORT}]
        return MANY / took

    def plain() -> float:
        database = _emptied(of.database("staff_import_plain"))
        documents = known[0]
        began = time.perf_counter()
        for name in MADE_BY_IMPORT:
            database[name].insert_many(documents[name])
        return MANY / (time.perf_counter() - began)

    us, them = in_turns(3, ours, plain)
    stood = MANY / PEOPLE_FILE.batch * job.STANDS_ASIDE_SECONDS
    note = (
        f"{MANY:,} new people of a file, read, judged and written with history, events and what is said of each row, "
        f"batch by batch, {stood:g} s of it standing aside for edits; plain: insert_many of the same documents, indexed"
    )
    return [Row("Import of people", us, them, "people/s", note)]


class _Alone:
    """A hold on the work that nobody contests."""

    attempt = 1

    def renew(self) -> None:
        """Nobody else takes it."""


def _sent(database: Database[Document]) -> Document:
    """The import of a file of people at a known academy, as it waits for a worker."""
    _emptied(database)
    academy = new_organisation(id=new_id(), kind=OrganisationKind.ACADEMY, name="Academy", urn="990101")
    database[ORGANISATIONS].insert_one(_stored(academy))
    rows = (
        f"P{number},Amina,Yusuf{number},a{number}@trust.example,990101,teacher,1,2019-09-01" for number in range(MANY)
    )
    header = "employee_number,given_name,family_name,email,academy_urn,post,fte,start_date"
    new = {
        "kind": PEOPLE_FILE.name,
        "dry_run": False,
        "options": {},
        "mapping": None,
        "upload": files.keep(database, "\n".join([header, *rows]).encode()),
        "by": "person:hr",
    }
    return ImportStore(database).add(new, datetime.now(UTC))


def _emptied(database: Database[Document]) -> Database[Document]:
    database.client.drop_database(database.name)
    ensure_indexes(database, chassis_indexes({**INDEXES, **imports.INDEXES}))
    return database


def _trust(of: Stage) -> Database[Document]:
    """Thirty academies with five thousand people, a third of whom teach one of the year groups meant; made once."""
    database = of.database("staff_rows")
    if database[PEOPLE].estimated_document_count() == MANY:
        return database
    ensure_indexes(database, INDEXES)
    academies = [
        new_organisation(
            id=new_id(),
            kind=OrganisationKind.ACADEMY,
            name=f"Academy {number}",
            phase="Primary" if number % 3 else "Secondary",
        )
        for number in range(30)
    ]
    database[ORGANISATIONS].insert_many([_stored(one) for one in academies])
    people = (_teacher(number, academies[number % len(academies)].id) for number in range(MANY))
    database[PEOPLE].insert_many([_stored(one) for one in people])
    return database


def _teacher(number: int, academy: str) -> Person:
    first = date(2019, 9, 1)
    person = new_person(
        id=new_id(), on=first, kind=Kind.EMPLOYEE, given_name="Amina", family_name=f"Yusuf{number}", trn=f"{number:07}"
    )
    job = Appointment(id=new_id(), organisation=academy, post="teacher", fte=1.0, from_=first)
    taught = YearGroup(
        id=new_id(), year_group=f"year_{number % 6 + 1}", organisation=academy, part=Part.TAUGHT, from_=first
    )
    return person.joined(job).with_fact(taught)


def _stored(one: Person | Organisation) -> Document:
    kept = replace(one, changed_at=datetime(2026, 9, 1, tzinfo=UTC))
    return to_document(kept) | search.found_by(kept)


def _milliseconds(act: Callable[[], None]) -> Callable[[], float]:
    def measure() -> float:
        began = time.perf_counter()
        act()
        return (time.perf_counter() - began) * 1000

    return measure


ROWS: Sequence[Measure] = (preview, by_name, importing)
