"""A small trust as the CPD service knows it, and its people signed in with real tokens."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from pymongo import MongoClient
from pymongo.database import Database
from werkzeug.test import TestResponse

from acorn_cpd.app import create_app
from directory import Directory, DirectoryStore
from directory.scope import Scope
from servicekit.heartbeat import reserved_id
from servicekit.mongo import Document
from servicekit.settings import Settings
from servicekit.testing import Engines, FixedClock, Tokens


def some_id(number: int) -> str:
    """An id that a test can know beforehand."""
    return f"0197f0a4-0000-7000-8000-{number:012d}"


ELM, ASH, CENTRAL = some_id(1), some_id(2), some_id(3)
AMINA, BEN, HEAD_OF_ELM, HEAD_OF_ASH, OLU, HARRIET = (some_id(number) for number in range(11, 17))
PEOPLE = {
    # id: name, academy, post, line manager
    AMINA: ("Amina", "Yusuf", ELM, "teacher", BEN),
    BEN: ("Ben", "Okafor", ELM, "deputy_headteacher", HEAD_OF_ELM),
    HEAD_OF_ELM: ("Helen", "Elm", ELM, "headteacher", None),
    HEAD_OF_ASH: ("Hugo", "Ash", ASH, "headteacher", None),
    OLU: ("Olu", "Ade", ASH, "teacher", HEAD_OF_ASH),
    HARRIET: ("Harriet", "Reed", CENTRAL, "hr_officer", None),
}
# Who signs in: the person they are, if any, and the access roles of their token.
SIGN_INS: Mapping[str, tuple[str | None, tuple[str, ...]]] = {
    "amina": (AMINA, ()),
    "ben": (BEN, ()),
    "head of elm": (HEAD_OF_ELM, ()),
    "head of ash": (HEAD_OF_ASH, ()),
    "olu": (OLU, ()),
    "hr": (HARRIET, ("hr",)),
    "hr without a person": (None, ("hr",)),
    "sil": (None, ("sil",)),
    "ceo": (None, ("ceo",)),
    "trustee": (None, ("trustee",)),
    "operations": (None, ("operations",)),
    "data protection": (None, ("data_protection",)),
    "nobody": (None, ()),
}


def published_person(person: str, issuer: str, **changes: Any) -> dict[str, Any]:
    """A person's state as the staff service publishes it."""
    given, family, organisation, post, manager = PEOPLE[person]
    subjects = [subject for subject, (bound, _) in SIGN_INS.items() if bound == person]
    state = {
        "id": person,
        "kind": "employee",
        "given_name": given,
        "family_name": family,
        "email": f"{given.lower()}@oaktrees.example",
        "trn": None,
        "employee_numbers": [],
        "appointments": [
            {
                "id": person[:-2] + "77",
                "organisation": organisation,
                "post": post,
                "fte": 1,
                "from": "2015-09-01",
                "to": None,
            }
        ],
        "line_managers": [{"person": manager, "from": "2015-09-01", "to": None}] if manager else [],
        "sign_ins": [{"issuer": issuer, "subject": each, "from": "2015-09-01", "to": None} for each in subjects],
    }
    return {**state, **changes}


def published_organisation(organisation: str, name: str, kind: str = "academy") -> dict[str, Any]:
    """An organisation's state as the staff service publishes it."""
    nothing = dict.fromkeys(("urn", "ukprn", "phase", "establishment", "joined", "left"))
    return {"id": organisation, "kind": kind, "name": name, "membership": "member", "founder": True, **nothing}


@dataclass
class SignedIn:
    """Somebody with a token, speaking HTTP."""

    app: Flask
    token: str | None

    def send(self, method: str, path: str, *, json: Any = None, **kwargs: Any) -> TestResponse:
        """Send a request under /v1 and answer what came back, whole."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= kwargs.pop("headers", {})
        with self.app.test_client() as client:
            return client.open(f"/v1{path}", method=method, json=json, headers=headers, **kwargs)

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        """Read."""
        return self.send("GET", path, **kwargs)

    def post(self, path: str, json: Any = None, **kwargs: Any) -> TestResponse:
        """Write."""
        return self.send("POST", path, json=json, **kwargs)

    def change(self, method: str, path: str, version: int | str, json: Any = None, **headers: str) -> TestResponse:
        """Change a version of something."""
        return self.send(method, path, json=json, headers={"If-Match": f'"{version}"', **headers})


PHONICS: Mapping[str, Any] = {
    "title": "Phonics in Reception",
    "kind": "course",
    "topics": ["phonics", "eyfs"],
    "date": "2026-10-14",
    "hours": 3.5,
    "provider": "Early Excellence",
    "reflection": "The blending game works.",
}


@dataclass
class Trust:
    """Elm and Ash, with their people, as the staff service's events left them in this service."""

    app: Flask
    database: Database[Document]
    tokens: Tokens
    clock: FixedClock

    elm, ash = ELM, ASH
    amina, ben, head_of_elm, head_of_ash, olu, harriet = AMINA, BEN, HEAD_OF_ELM, HEAD_OF_ASH, OLU, HARRIET
    somebody_new = some_id(99)
    phonics = PHONICS

    def as_(self, who: str) -> SignedIn:
        """Sign in as one of `SIGN_INS`."""
        return SignedIn(self.app, self.tokens.make(SIGN_INS[who][1], subject=who))

    def declare(self, who: str = "amina", person: str = AMINA, **changes: Any) -> dict[str, Any]:
        """Declare CPD, Amina's own unless told; answers the record."""
        response = self.as_(who).post(f"/people/{person}/records", {**PHONICS, **changes})
        assert response.status_code == 201, response.get_data(as_text=True)
        return dict(response.get_json())

    def at(self, record: Mapping[str, Any], step: str = "") -> str:
        """The address of a record, or of a step in its life."""
        return f"/people/{record['person']}/records/{record['id']}{step and '/' + step}"

    def step(self, who: str, record: Mapping[str, Any], step: str, json: Any = None) -> dict[str, Any]:
        """Take a step in a record's life; answers the record."""
        response = self.as_(who).change("POST", self.at(record, step), record["version"], json)
        assert response.status_code == 200, response.get_data(as_text=True)
        return dict(response.get_json())

    def amend(self, who: str, record: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
        """Correct a record; answers it."""
        response = self.as_(who).change("PATCH", self.at(record), record["version"], {"why": "A slip.", **changes})
        assert response.status_code == 200, response.get_data(as_text=True)
        return dict(response.get_json())

    def events(self) -> list[dict[str, Any]]:
        """The events in the outbox, in the order in which they were written."""
        return [json.loads(row["value"]) for row in self.database["outbox"].find().sort("_id", 1)]

    def reads(self) -> list[tuple[str, list[str], str]]:
        """Who read whose data by which operation, in the order in which they did."""
        return [(row["by"], row["people"], row["what"]) for row in self.database["reads"].find().sort("_id", 1)]

    def published_person(self, person: str) -> dict[str, Any]:
        """A person's state as the staff service publishes it."""
        return published_person(person, self.tokens.issuer)

    def hear_a_heartbeat(self, minutes_ago: int) -> None:
        """Learn that staff had said everything so many minutes ago."""
        at = self.clock() - timedelta(minutes=minutes_ago)
        directory = DirectoryStore(self.database)
        state = {"id": reserved_id(0), "partition": 0}
        directory.put_heartbeat(state, epoch=1, version=int(at.timestamp()), at=at)
        directory.flush()

    def hear_of(self, person: str, version: int = 2, **changes: Any) -> None:
        """Learn the newest state of a person, as from an event."""
        directory = DirectoryStore(self.database)
        directory.put_person(published_person(person, self.tokens.issuer, **changes), epoch=1, version=version)
        directory.flush()


@pytest.fixture(scope="session")
def running(mongodb: MongoClient[Document]) -> Iterator[list[Flask]]:
    """Holds the service once a test has started it: that and its indexes take longer than most tests."""
    started: list[Flask] = []
    yield started
    for one in started:
        database = one.extensions["acorn"].database
        database.client.close()
        mongodb.drop_database(database.name)


@pytest.fixture
def app(running: list[Flask], engines: Engines, contracts: Path, tokens: Tokens, clock: FixedClock) -> Flask:
    """The service on an empty database, in the test's time, and with no memory of the test before."""
    if not running:
        settings = Settings(
            mongodb_uri=engines.mongodb_uri,
            database=f"test_cpd_{uuid4().hex}",
            kafka={},
            oidc_issuer=tokens.issuer,
            oidc_jwks_uri=tokens.jwks_uri,
            contracts=contracts,
            environment="development",
            max_body_bytes=100_000,
        )
        running.append(create_app(settings))
        with running[0].test_client() as client:
            assert client.get("/readyz").status_code == 200
    state = running[0].extensions["acorn"]
    for collection in state.database.list_collection_names():
        state.database[collection].delete_many({})
    state.clock, state.scope = clock, Scope(Directory(state.database), clock=clock)
    return running[0]


@pytest.fixture
def trust(app: Flask, tokens: Tokens, clock: FixedClock) -> Trust:
    """A small trust and its people; the clock stands at 23 November 2026."""
    database = app.extensions["acorn"].database
    directory = DirectoryStore(database)
    directory.put_organisation(published_organisation(ELM, "Elm Primary"), epoch=1, version=1)
    directory.put_organisation(published_organisation(ASH, "Ash Primary"), epoch=1, version=1)
    directory.put_organisation(published_organisation(CENTRAL, "Central team", "central_team"), epoch=1, version=1)
    for person in PEOPLE:
        directory.put_person(published_person(person, tokens.issuer), epoch=1, version=1)
    directory.flush()
    return Trust(app, database, tokens, clock)
