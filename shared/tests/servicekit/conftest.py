"""A tiny service on the chassis, with the real database and real tokens: what the chassis promises is tried on it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import fields, validate
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import OperationFailure

from servicekit.access import DIRECT_REPORT, HR, OWN, SIGNED_IN, TRUSTEE
from servicekit.app import (
    Answer,
    Day,
    PageArgs,
    Schema,
    Text,
    allows,
    answer,
    blueprint,
    bound,
    caller,
    create,
    created,
    if_match,
    no_content,
    page,
    page_schema,
    permit,
    record_read,
    versioned,
    writes,
)
from servicekit.ids import new_id
from servicekit.mongo import Document, save_versioned
from servicekit.paging import Paging, page_of
from servicekit.problems import NotFound, ScopeUnknown
from servicekit.roles import Relation
from servicekit.settings import Settings
from servicekit.subject_access import Holds, nothing
from servicekit.testing import FixedClock, Tokens

AMINA, BEN, CARA = (f"0191d5a0-0000-7000-8000-00000000000{number}" for number in range(1, 4))


class Known:
    """Names by id; everybody has one id alone."""

    named: Mapping[str, str] = MappingProxyType({AMINA: "Amina Yusuf", BEN: "Ben Okafor"})
    everybody: Sequence[Document] = (
        {"_id": AMINA, "email": "amina@trust.example", "trn": "0123456", "employee_numbers": ["E1"]},
        {"_id": BEN, "email": "office@trust.example", "trn": None, "employee_numbers": ["E2"]},
        {"_id": CARA, "email": "office@trust.example", "trn": None, "employee_numbers": ["E3"]},
    )

    def names(self, person_ids: Iterable[str]) -> Mapping[str, str]:
        return {person: self.named[person] for person in person_ids if person in self.named}

    def identities(self, person_id: str) -> Sequence[str]:
        return [person_id]

    def present(self, person_ids: Iterable[str]) -> Mapping[str, str]:
        return {}

    def person(self, person_id: str) -> Document | None:
        return next((one for one in self.everybody if one["_id"] == person_id), None)

    def people_by_identifier(
        self, *, trn: str | None = None, email: str | None = None, employee_number: str | None = None
    ) -> Sequence[Document]:
        given = {"trn": trn, "email": email, "employee_numbers": employee_number and [employee_number]}
        asked = {name: value for name, value in given.items() if value is not None}
        return [one for one in self.everybody if asked.items() <= one.items()]

    def places(self, organisation_ids: Iterable[str]) -> Mapping[str, str]:
        return {}


class Facts:
    """Who is bound to which sign-in, and who manages whom: Ben manages Amina, Cara nobody; `silent`: not known now."""

    silent = False

    people: Mapping[str, str] = MappingProxyType({"amina": AMINA, "ben": BEN, "cara": CARA})

    def person_of(self, issuer: str, subject: str, today: date) -> str | None:
        return self.people.get(subject)

    def relations(self, caller_person: str, person: str, today: date) -> frozenset[Relation]:
        if caller_person == person:
            return frozenset({OWN})
        if self.silent:
            raise ScopeUnknown("Whom you may see is not known.", retry_after=60)
        return frozenset({DIRECT_REPORT}) if (caller_person, person) == (BEN, AMINA) else frozenset()

    def people_filter(self, caller_person: str, relations: frozenset[Relation], today: date) -> dict[str, Any]:
        return {"_id": {"$in": self.person_ids(caller_person, relations, today)}}

    def person_ids(self, caller_person: str, relations: frozenset[Relation], today: date) -> list[str]:
        return [person for person in self.people.values() if relations & self.relations(caller_person, person, today)]


class Store:
    """Notes about people."""

    def __init__(self, database: Database[Document], *, session: ClientSession | None = None) -> None:
        self.notes = database["notes"]
        self.session = session

    def save(self, note: Document) -> None:
        assert self.session
        save_versioned(self.notes, note, self.session)

    def note(self, note_id: str) -> Document:
        found = self.notes.find_one({"_id": note_id}, session=self.session)
        if found is None:
            raise NotFound("There is no such note.")
        return found


class NoteNew(Schema):
    text = Text(required=True, most=50, metadata={"description": "What it says.", "example": "Well done"})
    on = Day(load_default=None, allow_none=True, metadata={"description": "The day.", "example": "2026-11-23"})
    stars = fields.Integer(load_default=0, strict=True, validate=validate.Range(0, 5))


class Note(Schema):
    id = fields.String(required=True)
    person = fields.String(required=True)
    text = fields.String(required=True)
    version = fields.Integer(required=True)


def notes_blueprint() -> Any:
    """The routes, made anew for each application."""
    notes = blueprint("notes", __name__, description="Notes about people.")
    store = bound(Store)

    @notes.post("/people/<id:person_id>/notes")
    @allows(OWN, DIRECT_REPORT, HR)
    @notes.arguments(NoteNew)
    @notes.response(201, Note)
    @writes
    def add_note(new: dict[str, Any], person_id: str) -> Answer:
        """Note something."""
        note = {"_id": new_id(), "person": person_id, "text": new["text"], "by": caller().actor, "version": 1}
        store().save(note)
        return created(note, f"/v1/people/{person_id}/notes/{note['_id']}")

    @notes.get("/people/<id:person_id>/notes/<id:note_id>")
    @allows(OWN, DIRECT_REPORT, HR)
    @notes.response(200, Note)
    def read_note(person_id: str, note_id: str) -> Answer:
        """Read a note."""
        note = store().note(note_id)
        record_read([person_id], "read_note")
        return answer(note, etag=note["version"])

    @notes.patch("/people/<id:person_id>/notes/<id:note_id>")
    @allows(OWN, HR)
    @notes.arguments(NoteNew)
    @notes.response(200, Note)
    @versioned
    @writes
    def change_note(new: dict[str, Any], person_id: str, note_id: str) -> Answer:
        """Change a note."""
        note = {**store().note(note_id), "text": new["text"], "version": if_match() + 1}
        store().save(note)
        return answer(note, etag=note["version"])

    @notes.post("/people/<id:person_id>/notes/<id:note_id>/stamp")
    @allows(HR)
    @notes.response(204)
    @writes
    def stamp_note(person_id: str, note_id: str) -> Answer:
        """Do something that answers with nothing."""
        store().notes.update_one({"_id": note_id}, {"$inc": {"stamps": 1}}, session=store().session)
        return no_content()

    @notes.get("/notes")
    @allows(DIRECT_REPORT, HR)
    @notes.arguments(PageArgs, location="query")
    @notes.response(200, page_schema(Note))
    def list_notes(query: dict[str, Any]) -> Answer:
        """List notes."""
        visible = permit().person_ids()
        narrowed = {} if visible is None else {"person": {"$in": visible}}
        return page(page_of(store().notes, narrowed, sort=[("text", 1)], paging=Paging.out_of(query)))

    @notes.get("/whoami")
    @allows(SIGNED_IN)
    @notes.response(200, Note)
    def whoami() -> Answer:
        """Tell who I am."""
        return answer({"actor": caller().actor, "roles": sorted(caller().roles)})

    @notes.get("/figures")
    @allows(TRUSTEE)
    @notes.response(200, Note)
    def figures() -> Answer:
        """Something for trustees alone."""
        return answer({"figures": 1})

    attempts: list[int] = []

    @notes.post("/fragile")
    @allows(SIGNED_IN)
    @notes.arguments(NoteNew)
    @notes.response(200, Note)
    @writes
    def fragile(new: dict[str, Any]) -> Answer:
        """Collide once with another writer."""
        stars = new.pop("stars")
        attempts.append(1)
        if len(attempts) == 1:
            collision = OperationFailure("another writer was here")
            collision._add_error_label("TransientTransactionError")
            raise collision
        return answer({"stars": stars, "attempts": len(attempts)})

    @notes.get("/broken")
    @allows(SIGNED_IN)
    @notes.response(200, Note)
    def broken() -> Answer:
        """Fail in a way that nobody foresaw."""
        raise RuntimeError("a secret of Amina Yusuf")

    return notes


@dataclass(frozen=True)
class Client:
    """An HTTP client of the tiny service, as somebody."""

    http: FlaskClient
    tokens: Tokens

    def as_(self, subject: str, *roles: str) -> dict[str, str]:
        """The headers with which this sign-in calls."""
        return {"Authorization": f"Bearer {self.tokens.make(roles, subject=subject)}"}


def make_settings(tokens: Tokens, **changes: Any) -> Settings:
    return Settings(
        mongodb_uri="mongodb://unused",
        database="unused",
        kafka=MappingProxyType({}),
        oidc_issuer=tokens.issuer,
        contracts=Path("contracts"),
        environment="development",
        **changes,
    )


def make_app(
    database: Database[Document],
    tokens: Tokens,
    clock: FixedClock,
    blueprints: Sequence[Any] | None = None,
    holds: Holds = nothing,
    **changes: Any,
) -> Flask:
    return create(
        name="notes",
        title="Notes",
        description="A service of the tests.",
        settings=make_settings(tokens, **changes),
        database=database,
        scope=Facts(),
        people=Known(),
        blueprints=[notes_blueprint()] if blueprints is None else blueprints,
        indexes={},
        holds=holds,
        clock=clock,
    )


@pytest.fixture
def app(database: Database[Document], tokens: Tokens, clock: FixedClock) -> Flask:
    return make_app(database, tokens, clock)


@pytest.fixture
def client(app: Flask, tokens: Tokens) -> Iterator[Client]:
    with app.test_client() as http:
        yield Client(http, tokens)


@pytest.fixture
def make(database: Database[Document], tokens: Tokens, clock: FixedClock) -> Callable[..., Client]:
    """Make the tiny service with other settings, another database or other routes."""

    def client(**changes: Any) -> Client:
        used = changes.pop("database", database)
        return Client(make_app(used, tokens, clock, **changes).test_client(), tokens)

    return client
