"""HR sends files to the staff service, and a worker judges them: over HTTP, on the real database."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pymongo.database import Database

from acorn_staff.imports import KINDS
from acorn_staff.store import Store
from servicekit import imports
from servicekit.mongo import Document
from servicekit.schedule import Schedule
from servicekit.testing import FixedClock, Tokens

DEMO = Path(__file__).resolve().parents[4] / "shared" / "acorn" / "demo"


@dataclass
class Office:
    """HR's desk: files go out, and what became of them comes back."""

    app: Flask
    database: Database[Document]
    tokens: Tokens
    clock: FixedClock

    def request(self, method: str, path: str, **kwargs: Any) -> Any:
        """Ask the service for something that must work; answers its JSON."""
        headers = {"Authorization": f"Bearer {self.tokens.make(('hr',), subject='hr')}", **kwargs.pop("headers", {})}
        with self.app.test_client() as client:
            response = client.open(f"/v1{path}", method=method, headers=headers, **kwargs)
            assert response.status_code < 300, response.get_data(as_text=True)
            return response.get_json()

    def send(self, kind: str, content: bytes, **parts: Any) -> "Outcome":
        """Send a file and let the worker do it."""
        body = {"kind": kind, "file": (io.BytesIO(content), f"{kind}.csv"), **parts}
        return self.done(self.request("POST", "/imports", data=body))

    def apply(self, import_id: str, **query: Any) -> "Outcome":
        """Take a dry run for real and let the worker do it."""
        return self.done(self.request("POST", f"/imports/{import_id}/apply", query_string=query))

    def done(self, sent: Mapping[str, Any]) -> "Outcome":
        """What became of an import once the worker has done all that there is to do."""
        work = imports.work(KINDS, lambda database, session: Store(database, session=session), clock=self.clock)
        schedule = Schedule(self.database, {"import": work}, holder="worker", clock=self.clock)
        while schedule.step():
            pass
        rows: list[dict[str, Any]] = []
        query: dict[str, Any] | None = {"limit": 100}
        while query:
            page = self.request("GET", f"/imports/{sent['id']}/rows", query_string=query)
            rows += page["items"]
            query = {"limit": 100, "cursor": page["next"]} if page["next"] else None
        return Outcome(self.request("GET", f"/imports/{sent['id']}"), rows)

    def academies(self, *schools: Mapping[str, str], **parts: Any) -> "Outcome":
        """Send an extract of the register with these schools; what is not said of one is as of an open academy."""
        return self.send("academies", extract(schools), **parts)

    def people(self, *rows: Mapping[str, Any], **parts: Any) -> "Outcome":
        """Send a people file with our own column names."""
        return self.send("people", sheet(rows), **parts)

    def organisation(self, urn: str) -> dict[str, Any]:
        """The academy with a URN, as stored."""
        found = self.database["organisations"].find_one({"urn": urn})
        assert found is not None
        return found

    def person(self, family_name: str) -> dict[str, Any]:
        """The one person with a family name, as stored."""
        (found,) = self.database["people"].find({"family_name": family_name})
        return found

    def events(self) -> list[dict[str, Any]]:
        """All events in the outbox, in order."""
        return [json.loads(row["value"]) for row in self.database["outbox"].find().sort("_id", 1)]

    def types(self) -> list[str]:
        """Why the events were sent, in order."""
        return [event["type"].removeprefix("staff.").removesuffix(".v1") for event in self.events()]


@dataclass
class Outcome:
    """What became of a file."""

    document: dict[str, Any]
    rows: list[dict[str, Any]]

    @property
    def counts(self) -> dict[str, int]:
        """The rows by outcome, without what is zero."""
        counts = self.document["rows"]
        return {name: count for name, count in counts.items() if count and name not in ("total", "judged")}

    @property
    def reasons(self) -> dict[int, list[tuple[str | None, str | None, str]]]:
        """Column, value and sentence of each reason, by line."""
        return {
            row["line"]: [(one["column"], one["value"], one["reason"]) for one in row["reasons"]]
            for row in self.rows
            if row["reasons"]
        }

    @property
    def sentences(self) -> list[str]:
        """Every sentence, in the order of the file."""
        return [sentence for line in sorted(self.reasons) for _, _, sentence in self.reasons[line]]


def register_header() -> list[str]:
    """The 139 columns of the register's extract."""
    with (DEMO / "gias-extract.csv").open(encoding="windows-1252", newline="") as file:
        return next(csv.reader(file))


def extract(schools: Sequence[Mapping[str, str]]) -> bytes:
    """An extract of the register in windows-1252, all cells quoted."""
    usual = {
        "TypeOfEstablishment (name)": "Academy converter",
        "EstablishmentStatus (name)": "Open",
        "Trusts (code)": "9901",
        "Trusts (name)": "OAK TREES MULTI ACADEMY TRUST",
    }
    header = register_header()
    rows = [{**dict.fromkeys(header, ""), **usual, **school} for school in schools]
    return sheet(rows, encoding="windows-1252", quoting=csv.QUOTE_ALL)


def sheet(rows: Sequence[Mapping[str, Any]], *, encoding: str = "utf-8", **how: Any) -> bytes:
    """A CSV file with a column for each name that any row has."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, names, restval="", **how)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


@pytest.fixture
def office(empty: Any) -> Office:
    """HR's desk in a trust that is not known at all yet; the clock stands at 23 November 2026."""
    return Office(empty.app, empty.database, empty.tokens, empty.clock)


@pytest.fixture
def trust_office(office: Office) -> Office:
    """HR's desk where Elm, Ash and the central team are known."""
    office.academies(
        {"URN": "990101", "EstablishmentName": "Elm Primary Academy"},
        {"URN": "990102", "EstablishmentName": "Ash Infant Academy"},
    )
    new = {"kind": "central_team", "name": "Oak Trees Central Team", "membership": "member"}
    office.request("POST", "/organisations", json=new)
    office.database["outbox"].delete_many({})
    return office
