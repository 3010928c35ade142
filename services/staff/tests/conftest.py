"""A small trust, made over HTTP by HR as a trust would make it, and its people signed in with real tokens."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from pymongo import MongoClient
from pymongo.database import Database
from werkzeug.test import TestResponse

from acorn_staff.app import create_app
from acorn_staff.store import layout
from directory import Directory
from directory.scope import Scope
from servicekit.mongo import Document
from servicekit.settings import Settings
from servicekit.testing import Engines, FixedClock, Tokens

ROLES: Mapping[str, tuple[str, ...]] = {
    "hr": ("hr",),
    "sil": ("sil",),
    "ceo": ("ceo",),
    "trustee": ("trustee",),
    "operations": ("operations",),
    "data protection": ("data_protection",),
}
"""The access roles of those who sign in with some; everybody else has none."""

ACADEMIES: Mapping[str, Mapping[str, Any]] = {
    "elm": {"kind": "academy", "name": "Elm Primary Academy", "urn": "140001", "membership": "member", "founder": True},
    "ash": {"kind": "academy", "name": "Ash Infant School", "urn": "140002", "membership": "member", "founder": False},
    "central": {"kind": "central_team", "name": "Oak Trees Central Team", "membership": "member", "founder": False},
}
PEOPLE: Mapping[str, tuple[str, str, str, str, str | None]] = {
    # who: given name, family name, organisation, post, line manager; each manager stands above those they manage
    "helen": ("Helen", "Elmhurst", "elm", "headteacher", None),
    "hugo": ("Hugo", "Ashdown", "ash", "headteacher", None),
    "ben": ("Ben", "Okafor", "elm", "deputy_headteacher", "helen"),
    "amina": ("Amina", "Yusuf", "elm", "teacher", "ben"),
    "olu": ("Olu", "Ade", "ash", "teacher", "ben"),
    "harriet": ("Harriet", "Reed", "central", "hr_officer", None),
}


@dataclass
class SignedIn:
    """Somebody with a token, speaking HTTP."""

    app: Flask
    token: str | None

    def send(self, method: str, path: str, json: Any = None, **kwargs: Any) -> TestResponse:
        """Send a request under /v1 and answer what came back, whole."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= kwargs.pop("headers", {})
        with self.app.test_client() as client:
            return client.open(f"/v1{path}", method=method, json=json, headers=headers, **kwargs)

    def get(self, path: str, **query: Any) -> TestResponse:
        """Read."""
        return self.send("GET", path, query_string=query)

    def post(self, path: str, json: Any = None, **headers: str) -> TestResponse:
        """Write."""
        return self.send("POST", path, json, headers=headers)

    def patch(self, path: str, version: int | str, json: Any = None, **headers: str) -> TestResponse:
        """Change a version of something."""
        return self.send("PATCH", path, json, headers={"If-Match": f'"{version}"', **headers})

    def names(self, **query: Any) -> list[str]:
        """The given names of the people whom a search finds, in order."""
        response = self.get("/people", **query)
        assert response.status_code == 200, response.get_data(as_text=True)
        return [person["given_name"] for person in response.get_json()["items"]]


@dataclass
class Trust:
    """Elm, Ash and the central team, with their people."""

    app: Flask
    database: Database[Document]
    tokens: Tokens
    clock: FixedClock
    ids: dict[str, str] = field(default_factory=dict)

    def as_(self, who: str, **claims: Any) -> SignedIn:
        """Sign in as somebody, with their access roles."""
        claims = {"email": f"{who.replace(' ', '.')}@oaktrees.example", **claims}
        return SignedIn(self.app, self.tokens.make(ROLES.get(who, ()), subject=f"subject of {who}", **claims))

    def hr(self, method: str, path: str, json: Any = None, *, expect: int = 200, **headers: str) -> dict[str, Any]:
        """Let HR do something that must work; answers what came back."""
        response = self.as_("hr").send(method, path, json, headers=headers)
        assert response.status_code == expect, response.get_data(as_text=True)
        return dict(response.get_json()) if response.data else {}

    def add(self, who: str, given_name: str, family_name: str, **details: Any) -> dict[str, Any]:
        """Let HR add somebody, and remember them as `who`."""
        new = {"kind": "employee", "given_name": given_name, "family_name": family_name}
        person = self.hr("POST", "/people", {**new, **details}, expect=201)
        self.ids[who] = person["id"]
        return person

    def appoint(self, who: str, organisation: str, post: str, from_: str = "2019-09-01", **more: Any) -> dict[str, Any]:
        """Let HR give somebody a post."""
        new = {"organisation": self.ids[organisation], "post": post, "from": from_, **more}
        return self.hr("POST", f"{self.at(who)}/appointments", new, expect=201)

    def manage(self, who: str, manager: str | None, from_: str = "2019-09-01") -> dict[str, Any]:
        """Let HR name somebody's line manager."""
        new = {"person": self.ids[manager] if manager else None, "from": from_}
        return self.hr("PUT", f"{self.at(who)}/line-manager", new)

    def end(self, who: str, on: str, reason: str = "resigned", **more: Any) -> dict[str, Any]:
        """Let HR end somebody's first appointment."""
        first = self.person(who)["appointments"][0]["id"]
        return self.hr("POST", f"{self.at(who)}/appointments/{first}/end", {"on": on, "reason": reason, **more})

    def move(self, who: str, to: str, on: str, **more: Any) -> dict[str, Any]:
        """Let HR move somebody from their last appointment."""
        last = self.person(who)["appointments"][-1]["id"]
        new = {"appointment": last, "organisation": self.ids[to], "on": on, **more}
        return self.hr("POST", f"{self.at(who)}/moves", new)

    def person(self, who: str) -> dict[str, Any]:
        """Somebody as HR reads them."""
        return self.hr("GET", self.at(who))

    def at(self, who: str) -> str:
        """The address of a person."""
        return f"/people/{self.ids[who]}"

    def events(self, who: str | None = None) -> list[dict[str, Any]]:
        """The events in the outbox, of one person or of all, in the order in which they were written."""
        filters = {"key": self.ids[who]} if who else {}
        return [json.loads(row["value"]) for row in self.database["outbox"].find(filters).sort("_id", 1)]

    def types(self, who: str) -> list[str]:
        """Why the events of one person were sent, in the order in which they were."""
        return [event["type"].removeprefix("staff.person-").removesuffix(".v1") for event in self.events(who)]

    def reads(self) -> list[tuple[str, list[str], str]]:
        """Who read whose data by which operation, in the order in which they did."""
        return [(row["by"], row["people"], row["what"]) for row in self.database["reads"].find().sort("_id", 1)]


@dataclass
class Running:
    """The service, started once a test run: starting it and making its indexes takes longer than most tests."""

    app: Flask
    database: Database[Document]
    # The small trust as HR made it the first time: its documents, by collection, and its ids.
    documents: dict[str, list[Document]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def forget(self) -> None:
        """Leave nothing of the test before: no documents, and nothing that the process remembers of people."""
        for collection in self.database.list_collection_names():
            self.database[collection].delete_many({})
        directory = Directory(self.database, people=layout.PEOPLE, organisations=layout.ORGANISATIONS)
        self.app.extensions["acorn"].scope = Scope(directory)


@pytest.fixture(scope="session")
def running(mongodb: MongoClient[Document]) -> Iterator[list[Running]]:
    """Holds the service once a test has started it, and its database until the end of the run."""
    started: list[Running] = []
    yield started
    for one in started:
        one.app.extensions["acorn"].database.client.close()
        mongodb.drop_database(one.database.name)


@pytest.fixture
def service(
    running: list[Running],
    engines: Engines,
    mongodb: MongoClient[Document],
    contracts: Path,
    tokens: Tokens,
    clock: FixedClock,
) -> Running:
    """The service on an empty database, in the test's time."""
    if not running:
        settings = Settings(
            mongodb_uri=engines.mongodb_uri,
            database=f"test_staff_{uuid4().hex}",
            kafka={},
            oidc_issuer=tokens.issuer,
            oidc_jwks_uri=tokens.jwks_uri,
            contracts=contracts,
            environment="development",
            max_body_bytes=100_000,
        )
        app = create_app(settings)
        running.append(Running(app, mongodb[settings.database]))
        with app.test_client() as client:
            assert client.get("/readyz").status_code == 200
    running[0].app.extensions["acorn"].clock = clock
    running[0].forget()
    return running[0]


@pytest.fixture
def ready(service: Running) -> Database[Document]:
    """The service's database, empty, with its indexes and its collections."""
    for name in {"guards", "outbox"} - set(service.database.list_collection_names()):
        # Made by a first write, they would be what two transactions at one moment have in common.
        service.database.create_collection(name)
    return service.database


@pytest.fixture
def empty(service: Running, tokens: Tokens, clock: FixedClock) -> Trust:
    """A trust that is not known at all yet; the clock stands at 23 November 2026."""
    return Trust(service.app, service.database, tokens, clock)


@pytest.fixture
def trust(empty: Trust, service: Running) -> Trust:
    """A small trust: two academies, a central team, six people, each signed in once."""
    if not service.documents:
        _make(empty)
        service.ids = dict(empty.ids)
        found = {name: list(empty.database[name].find()) for name in empty.database.list_collection_names()}
        service.documents = {name: documents for name, documents in found.items() if documents}
    else:
        for name, documents in service.documents.items():
            empty.database[name].insert_many(documents)
    empty.ids = dict(service.ids)
    return empty


def _make(trust: Trust) -> None:
    for which, facts in ACADEMIES.items():
        trust.ids[which] = trust.hr("POST", "/organisations", dict(facts), expect=201)["id"]
    for who, (given_name, family_name, organisation, post, manager) in PEOPLE.items():
        trust.add(who, given_name, family_name, email=f"{who}@oaktrees.example")
        trust.appoint(who, organisation, post)
        if manager:
            trust.manage(who, manager)
        assert trust.as_(who).post("/sign-ins").status_code == 201
