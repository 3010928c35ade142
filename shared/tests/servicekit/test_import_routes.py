"""The import resource over HTTP: what is taken on, what is refused at once, who may read it."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from pymongo.database import Database
from werkzeug.test import TestResponse

from servicekit import imports
from servicekit.imports import ImportKind, Judged, Outcome, Task, Verdict
from servicekit.imports.columns import Column, number, text
from servicekit.mongo import Document
from servicekit.schedule import Schedule
from servicekit.testing import FixedClock

pytestmark = pytest.mark.engines


def judge(groups: Any, task: Task, _: Any) -> list[Judged]:
    return [Judged((Verdict(row.line, Outcome.ADDED),)) for (row,) in groups]


COLUMNS = (Column("name", "Its name.", text(), required=True), Column("height", "Metres.", number(most="9", places=0)))
TREES = ImportKind("trees", title="Trees", columns=COLUMNS, judge=judge, options={"wood": ("Whose trees.", "Sherwood")})
SHRUBS = ImportKind("shrubs", title="Shrubs", columns=COLUMNS, judge=judge)
KINDS = (TREES, SHRUBS)
GOOD = b"name,height\nOak,4\nAsh,high\n"


class Sender:
    """HR, sending files to a service that takes trees and shrubs."""

    def __init__(self, make: Callable[..., Any], database: Database[Document], clock: FixedClock) -> None:
        self.client = make(blueprints=[imports.blueprint(KINDS)], max_upload_bytes=100_000, max_body_bytes=100_000)
        self.hr = self.client.as_("amina", "hr")
        self._database = database
        self._clock = clock

    def send(self, content: bytes = GOOD, *, key: str = "", filename: str = "trees.csv", **parts: Any) -> TestResponse:
        body = {"kind": "trees", "file": (io.BytesIO(content), filename), **parts}
        headers = {**self.hr, **({"Idempotency-Key": key} if key else {})}
        response: TestResponse = self.client.http.post("/v1/imports", data=body, headers=headers)
        return response

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> TestResponse:
        response: TestResponse = self.client.http.get(path, headers=headers or self.hr, query_string=query)
        return response

    def work(self) -> None:
        handlers = {"import": imports.work(KINDS, lambda *_: None, clock=self._clock)}
        schedule = Schedule(self._database, handlers, holder="worker", clock=self._clock)
        while schedule.step():
            pass

    def fault(self, **parts: Any) -> dict[str, str]:
        response = self.send(**parts)
        assert response.status_code == 422, response.get_data(as_text=True)
        assert response.content_type == "application/problem+json"
        return {error["pointer"]: error["detail"] for error in response.get_json()["errors"]}


@pytest.fixture
def sender(make: Callable[..., Any], database: Database[Document], clock: FixedClock) -> Sender:
    return Sender(make, database, clock)


def test_a_file_is_taken_on_at_once_and_judged_by_the_worker(sender: Sender) -> None:
    taken = sender.send()

    assert taken.status_code == 202
    location = taken.headers["Location"]
    assert taken.get_json() == sender.get(location).get_json()
    assert taken.get_json()["state"] == "waiting"

    sender.work()

    done = sender.get(location).get_json()
    assert location == f"/v1/imports/{done['id']}"
    assert done == {
        "id": done["id"],
        "kind": "trees",
        "dry_run": False,
        "state": "done",
        "filename": "trees.csv",
        "options": {},
        "rows": {
            "total": 2,
            "judged": 2,
            "added": 1,
            "changed": 0,
            "unchanged": 0,
            "left_out": 0,
            "rejected": 1,
            "incomplete": 0,
        },
        "reason": None,
        "encoding": "utf-8",
        "delimiter": "comma",
        "ignored_columns": [],
        "by": "person:0191d5a0-0000-7000-8000-000000000001",
        "created_at": "2026-11-23T09:00:00.000Z",
        "started_at": "2026-11-23T09:00:00.000Z",
        "finished_at": "2026-11-23T09:00:00.000Z",
    }


def test_rows_are_read_in_the_order_of_the_file_and_by_outcome(sender: Sender) -> None:
    location = sender.send().headers["Location"]
    sender.work()

    everything = sender.get(f"{location}/rows").get_json()
    assert [row["line"] for row in everything["items"]] == [2, 3]
    assert everything["next"] is None
    rejected = {
        "line": 3,
        "outcome": "rejected",
        "reasons": [{"column": "height", "value": "high", "reason": "It is not a number."}],
    }
    assert sender.get(f"{location}/rows", outcome="rejected").get_json()["items"] == [rejected]
    assert sender.get(f"{location}/rows", with_reasons="true").get_json()["items"] == [rejected]


def test_long_lists_come_page_by_page(sender: Sender) -> None:
    location = sender.send(b"name\n" + b"Oak\n" * 30).headers["Location"]
    sender.work()

    first = sender.get(f"{location}/rows", limit=20).get_json()
    second = sender.get(f"{location}/rows", limit=20, cursor=first["next"]).get_json()

    assert [row["line"] for row in first["items"] + second["items"]] == list(range(2, 32))
    assert sender.get(f"{location}/rows", cursor=first["next"], outcome="added").status_code == 400


def test_imports_are_listed_newest_first(sender: Sender, clock: FixedClock) -> None:
    sender.send(filename="one.csv")
    clock.advance(minutes=1)
    sender.send(filename="folder/two.csv")

    assert [item["filename"] for item in sender.get("/v1/imports").get_json()["items"]] == ["two.csv", "one.csv"]


def test_a_repeated_send_with_the_same_key_is_one_import(sender: Sender, database: Database[Document]) -> None:
    first = sender.send(key="a key")
    again = sender.send(key="a key")

    assert again.status_code == 202
    assert again.headers["Location"] == first.headers["Location"]
    assert database["imports"].count_documents({}) == 1
    assert database["work"].count_documents({}) == 1
    assert sender.send(b"name\nElm\n", key="a key").status_code == 422


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"PK\x03\x04 a workbook", "This is a spreadsheet (.xlsx)"),
        (b"name,height\nO\x00k,4\n", "Line 2 holds a NUL character"),
        (b"nam,height\nOak,4\n", "The header has no column name (is “nam” meant?)"),
        (b"name,name\nOak,Ash\n", "The header has “name” 2 times"),
        (b"name,height\n", "The file has a header but no rows."),
    ],
)
def test_a_file_that_can_never_go_in_is_refused_at_once(sender: Sender, content: bytes, sentence: str) -> None:
    assert sender.fault(content=content)["/file"].startswith(sentence)


def test_a_mapping_that_cannot_be_used_is_refused_with_a_pointer_into_it(sender: Sender) -> None:
    mapping = json.dumps({"columns": {"Tree": "nme"}})

    assert sender.fault(mapping=mapping) == {"/mapping/columns/Tree": "There is no column nme. Is name meant?"}


def test_an_option_of_another_kind_is_refused(sender: Sender) -> None:
    assert sender.fault(kind="shrubs", wood="ours") == {"/wood": "It is no option of an import of shrubs."}
    assert sender.send(wood="ours").get_json()["options"] == {"wood": "ours"}


@pytest.mark.parametrize(
    ("parts", "pointer"),
    [({"kind": "weeds"}, "/kind"), ({"dry_run": "perhaps"}, "/dry_run"), ({"colour": "green"}, "/colour")],
)
def test_what_is_sent_beside_the_file_is_checked(sender: Sender, parts: dict[str, str], pointer: str) -> None:
    assert list(sender.fault(**parts)) == [pointer]


def test_a_request_without_a_file_is_refused(sender: Sender) -> None:
    response = sender.client.http.post("/v1/imports", data={"kind": "trees"}, headers=sender.hr)

    assert response.status_code == 422
    assert response.get_json()["errors"][0]["pointer"] == "/file"


def test_a_file_that_is_sent_as_text_is_refused(sender: Sender) -> None:
    assert list(sender.fault(file="name\nOak")) == ["/file"]


@pytest.mark.parametrize("size", [100_001, 400_000])
def test_a_file_over_the_limit_is_too_large(sender: Sender, database: Database[Document], size: int) -> None:
    response = sender.send(b"name\n" + b"O" * size)

    assert response.status_code == 413
    assert response.content_type == "application/problem+json"
    assert database["uploads.files"].count_documents({}) == 0


@pytest.mark.parametrize("role", ["", "sil", "ceo", "trustee", "operations", "data_protection"])
def test_only_hr_sends_and_reads_imports(sender: Sender, role: str) -> None:
    location = sender.send().headers["Location"]
    sender.work()
    other = sender.client.as_("ben", *([role] if role else []))

    for path in ("/v1/imports", location, f"{location}/rows"):
        refused = sender.get(path, headers=other)
        assert refused.status_code == 403
        assert "high" not in refused.get_data(as_text=True)
    body = {"kind": "trees", "file": (io.BytesIO(GOOD), "trees.csv")}
    assert sender.client.http.post("/v1/imports", data=body, headers=other).status_code == 403


def test_an_import_that_does_not_exist_is_not_found(sender: Sender) -> None:
    nowhere = "/v1/imports/0191d5a0-0000-7000-8000-00000000abcd"

    assert sender.get(nowhere).status_code == 404
    assert sender.get(f"{nowhere}/rows").status_code == 404
    assert sender.get("/v1/imports/1").status_code == 404


def test_what_the_file_says_is_in_no_log_line(sender: Sender, capsys: pytest.CaptureFixture[str]) -> None:
    location = sender.send(b"name,height\nOak,canary-4711\n").headers["Location"]
    sender.work()
    sender.get(f"{location}/rows")

    logged = capsys.readouterr().out
    assert "answered" in logged
    assert "canary-4711" not in logged
    assert "Oak" not in logged
