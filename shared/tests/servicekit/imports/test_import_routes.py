"""The import resource over HTTP: what is taken on, what is refused at once, who may read it."""

import io
import json
from typing import Any

import pytest
from pymongo.database import Database

from servicekit import files
from servicekit.mongo import Document
from servicekit.testing import FixedClock

pytestmark = pytest.mark.engines

GOOD = b"name,height\nOak,4\nAsh,high\n"


def test_a_file_is_taken_on_at_once_and_judged_by_the_worker(sender: Any) -> None:
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
        "all_or_nothing": False,
        "rehearsing": False,
        "applies": None,
        "applied_by": None,
        "state": "done",
        "filename": "trees.csv",
        "options": {},
        "mapping_name": None,
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
        "remark": None,
        "follows": None,
        "followed_by": None,
        "confirm": None,
        "encoding": "utf-8",
        "delimiter": "comma",
        "ignored_columns": [],
        "file_until": "2026-11-24T09:00:00.000Z",
        "by": "person:0191d5a0-0000-7000-8000-000000000001",
        "by_name": "Amina Yusuf",
        "created_at": "2026-11-23T09:00:00.000Z",
        "started_at": "2026-11-23T09:00:00.000Z",
        "finished_at": "2026-11-23T09:00:00.000Z",
    }


def test_rows_are_read_in_the_order_of_the_file_and_by_outcome(sender: Any) -> None:
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


def test_long_lists_come_page_by_page(sender: Any) -> None:
    location = sender.send(b"name\n" + b"Oak\n" * 30).headers["Location"]
    sender.work()

    first = sender.get(f"{location}/rows", limit=20).get_json()
    second = sender.get(f"{location}/rows", limit=20, cursor=first["next"]).get_json()

    assert [row["line"] for row in first["items"] + second["items"]] == list(range(2, 32))
    assert sender.get(f"{location}/rows", cursor=first["next"], outcome="added").status_code == 400


def test_imports_are_listed_newest_first(sender: Any, clock: FixedClock) -> None:
    sender.send(filename="one.csv")
    clock.advance(minutes=1)
    sender.send(filename="folder/two.csv")

    assert [item["filename"] for item in sender.get("/v1/imports").get_json()["items"]] == ["two.csv", "one.csv"]


def test_a_repeated_send_with_the_same_key_is_one_import(sender: Any, database: Database[Document]) -> None:
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
        (b"name,height\nO\x00k,4\n", "Line 2 has a character that no text has"),
        (b"nam,height\nOak,4\n", "The file has no column name (is “nam” meant?)"),
        (b"name,name\nOak,Ash\n", "“name” is a heading 2 times"),
        (b"name,height\n", "The file has a line of headings, but no rows below it."),
    ],
)
def test_a_file_that_can_never_go_in_is_refused_at_once(sender: Any, content: bytes, sentence: str) -> None:
    assert sender.fault(content=content)["/file"].startswith(sentence)


def test_a_mapping_that_cannot_be_used_is_refused_with_a_pointer_into_it(sender: Any) -> None:
    mapping = json.dumps({"columns": {"Tree": "nme"}})

    assert sender.fault(mapping=mapping) == {"/mapping/columns/Tree": "There is no column nme. Is name meant?"}


def test_an_option_of_another_kind_is_refused(sender: Any) -> None:
    assert sender.fault(kind="shrubs", wood="ours", garden="ours") == {
        "/wood": "It is no option of an import of shrubs."
    }
    assert sender.send(wood="ours").get_json()["options"] == {"wood": "ours"}


@pytest.mark.parametrize(
    ("parts", "pointer"),
    [({"kind": "weeds"}, "/kind"), ({"dry_run": "perhaps"}, "/dry_run"), ({"colour": "green"}, "/colour")],
)
def test_what_is_sent_beside_the_file_is_checked(sender: Any, parts: dict[str, str], pointer: str) -> None:
    assert list(sender.fault(**parts)) == [pointer]


def test_a_request_without_a_file_is_refused(sender: Any) -> None:
    response = sender.client.http.post("/v1/imports", data={"kind": "trees"}, headers=sender.hr)

    assert response.status_code == 422
    assert response.get_json()["errors"][0]["pointer"] == "/file"


def test_a_file_that_is_sent_as_text_is_refused(sender: Any) -> None:
    assert list(sender.fault(file="name\nOak")) == ["/file"]


@pytest.mark.parametrize("size", [200_001, 400_000])
def test_a_file_over_the_limit_is_refused_with_the_limit_and_what_to_do(sender: Any, size: int) -> None:
    response = sender.send(b"name\n" + b"O" * size)

    assert response.status_code == 413
    assert response.content_type == "application/problem+json"
    assert response.get_json()["detail"].startswith(
        "The file is larger than 200 kB, the most that can be sent at once."
    )
    assert "Split its rows into several files" in response.get_json()["detail"]
    assert sender.files() == 0


def test_the_usual_limit_is_said_in_megabytes() -> None:
    assert "larger than 20 MB" in files.too_large(20_000_000).detail


def test_a_mapping_over_the_limit_is_not_taken_for_the_file(sender: Any) -> None:
    response = sender.send(mapping="x" * 100_001)

    assert (response.status_code, response.get_json()["detail"].partition(".")[0]) == (413, "The mapping is too long")


def test_a_second_file_is_refused_and_not_dropped(sender: Any) -> None:
    two = [(io.BytesIO(GOOD), "one.csv"), (io.BytesIO(GOOD), "two.csv")]

    assert sender.fault(file=two) == {"/file": "There are several files. Send them one after the other."}
    assert sender.fault(dry_run=["true", "false"]) == {"/dry_run": "It is said twice."}
    assert sender.database["imports"].count_documents({}) == 0


def test_an_option_that_a_kind_needs_must_be_said(sender: Any) -> None:
    assert sender.fault(kind="shrubs") == {"/garden": "An import of shrubs needs it. Whose garden."}


def test_until_its_rows_are_counted_an_import_has_no_total(sender: Any) -> None:
    assert sender.send().get_json()["rows"]["total"] is None


def test_whoever_sent_an_import_is_named_where_they_are_known(sender: Any) -> None:
    location = sender.done()
    sender.hr = sender.client.as_("nobody known", "hr")
    unbound = sender.done()

    assert sender.get(location).get_json()["by_name"] == "Amina Yusuf"
    assert sender.get(unbound).get_json()["by_name"] is None
    assert {one["by_name"] for one in sender.get("/v1/imports").get_json()["items"]} == {"Amina Yusuf", None}


@pytest.mark.parametrize("role", ["", "sil", "ceo", "trustee", "operations", "data_protection"])
def test_only_hr_sends_and_reads_imports(sender: Any, role: str) -> None:
    location = sender.done(dry_run="true")
    other = sender.client.as_("ben", *([role] if role else []))

    everything = ("", "/rows", "/rejected")
    for path in (
        "/v1/imports",
        "/v1/import-kinds",
        "/v1/import-kinds/trees/template",
        *(location + p for p in everything),
    ):
        refused = sender.get(path, headers=other)
        assert refused.status_code == 403
        assert "high" not in refused.get_data(as_text=True)
    body = {"kind": "trees", "file": (io.BytesIO(GOOD), "trees.csv")}
    assert sender.client.http.post("/v1/imports", data=body, headers=other).status_code == 403
    assert sender.apply(location, headers=other).status_code == 403


def test_an_import_that_does_not_exist_is_not_found(sender: Any) -> None:
    nowhere = "/v1/imports/0191d5a0-0000-7000-8000-00000000abcd"

    assert sender.get(nowhere).status_code == 404
    assert sender.get(f"{nowhere}/rows").status_code == 404
    assert sender.get(f"{nowhere}/rejected").status_code == 404
    assert sender.apply(nowhere).status_code == 404
    assert sender.get("/v1/imports/1").status_code == 404


def test_what_the_file_says_is_in_no_log_line(sender: Any, capsys: pytest.CaptureFixture[str]) -> None:
    location = sender.done(b"name,height\nOak,canary-4711\n", dry_run="true")
    sender.get(f"{location}/rows")
    assert b"canary-4711" in sender.get(f"{location}/rejected").data
    sender.apply(location)
    sender.work()

    logged = capsys.readouterr().out
    assert "answered" in logged
    assert "canary-4711" not in logged
    assert "Oak" not in logged
