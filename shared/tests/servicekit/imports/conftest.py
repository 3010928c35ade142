"""HR at work: a service that reads lists of trees and shrubs, files sent to it over HTTP, and its worker's turn."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from pymongo.client_session import ClientSession
from pymongo.database import Database
from werkzeug.test import TestResponse

from servicekit import imports
from servicekit.imports import ImportKind, Judged, Option, Outcome, Row, Task, Verdict
from servicekit.imports.columns import Column, number, one_of, text
from servicekit.mongo import Document
from servicekit.schedule import Schedule
from servicekit.testing import FixedClock


class Grove:
    """The store of the service: the names of what grows in it."""

    def __init__(self, database: Database[Document], session: ClientSession | None) -> None:
        self._growing = database["growing"]
        self._session = session

    def has(self, name: str) -> bool:
        return self._growing.find_one({"_id": name}, session=self._session) is not None

    def plant(self, name: str) -> None:
        self._growing.replace_one({"_id": name}, {}, upsert=True, session=self._session)


def judge(groups: Any, _: Task, grove: Grove) -> list[Judged]:
    return [_judged(row, grove) for (row,) in groups]


def _judged(row: Row, grove: Grove) -> Judged:
    if grove.has(row.get("name")):
        return Judged((Verdict(row.line, Outcome.UNCHANGED),))
    return Judged((Verdict(row.line, Outcome.ADDED),), lambda: grove.plant(row.get("name")))


COLUMNS = (
    Column("name", "Its name.", text(), required=True, example="Oak"),
    Column("height", "Metres.", number(most="9", places=0), example="4"),
)
TREES = ImportKind(
    "trees",
    title="Trees",
    description="Trees and how high they are.",
    columns=COLUMNS,
    judge=judge,
    options={"wood": Option("Whose trees.", "Sherwood")},
)
SHRUBS = ImportKind(
    "shrubs",
    title="Shrubs",
    description="Shrubs.",
    columns=(*COLUMNS, one_of("leaf", "Its leaves.", {"needle": "Needle", "broad": "Broad leaf"}, example="Needle")),
    judge=judge,
    needs=(("height", "leaf"),),
    options={"garden": Option("Whose garden.", "Kew", required=True)},
)
KINDS = (TREES, SHRUBS)
GOOD = b"name,height\nOak,4\nAsh,high\n"
"""Two trees, of which the second is rejected for its height."""


class Sender:
    """HR, sending files to a service that takes trees and shrubs."""

    def __init__(self, make: Callable[..., Any], database: Database[Document], clock: FixedClock) -> None:
        self.client = make(blueprints=[imports.blueprint(KINDS)], max_upload_bytes=200_000, max_body_bytes=100_000)
        self.hr = self.client.as_("amina", "hr")
        self.database = database
        self._clock = clock

    def send(self, content: bytes = GOOD, *, key: str = "", filename: str = "trees.csv", **parts: Any) -> TestResponse:
        """Send a file of trees."""
        body = {"kind": "trees", "file": (io.BytesIO(content), filename), **parts}
        headers = {**self.hr, **({"Idempotency-Key": key} if key else {})}
        response: TestResponse = self.client.http.post("/v1/imports", data=body, headers=headers)
        return response

    def done(self, content: bytes = GOOD, **parts: Any) -> str:
        """Send a file and let the worker judge it; answers where the import is."""
        sent = self.send(content, **parts)
        assert sent.status_code == 202, sent.get_data(as_text=True)
        self.work()
        return str(sent.headers["Location"])

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> TestResponse:
        """Read something."""
        response: TestResponse = self.client.http.get(path, headers=headers or self.hr, query_string=query)
        return response

    def apply(self, location: str, headers: dict[str, str] | None = None) -> TestResponse:
        """Take a dry run for real."""
        response: TestResponse = self.client.http.post(f"{location}/apply", headers=headers or self.hr)
        return response

    def counts(self, location: str) -> dict[str, int]:
        """The rows of an import by outcome, without what is zero."""
        rows = self.get(location).get_json()["rows"]
        return {name: count for name, count in rows.items() if count and name not in ("total", "judged")}

    def growing(self) -> set[str]:
        """What has gone in."""
        return {one["_id"] for one in self.database["growing"].find()}

    def files(self) -> int:
        """How many files are kept."""
        return self.database["uploads.files"].count_documents({})

    def work(self) -> None:
        """Let the worker do what is due."""
        handlers = {"import": imports.work(KINDS, Grove, clock=self._clock)}
        schedule = Schedule(self.database, handlers, holder="worker", clock=self._clock)
        while schedule.step():
            pass

    def fault(self, **parts: Any) -> dict[str, str]:
        """What is said of a request that cannot be accepted, by pointer."""
        response = self.send(**parts)
        assert response.status_code == 422, response.get_data(as_text=True)
        assert response.content_type == "application/problem+json"
        return {error["pointer"]: error["detail"] for error in response.get_json()["errors"]}


@pytest.fixture
def sender(make: Callable[..., Any], database: Database[Document], clock: FixedClock) -> Sender:
    """HR at work."""
    return Sender(make, database, clock)
