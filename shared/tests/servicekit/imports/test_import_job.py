"""The worker's part of an import, with a kind of the tests: trees, which grow in one collection of the real MongoDB."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pymongo.client_session import ClientSession
from pymongo.database import Database

from servicekit import files
from servicekit.imports import INDEXES, Group, ImportKind, Judged, NotThisFile, Outcome, Row, Task, Verdict, job, work
from servicekit.imports.columns import Column, number, text
from servicekit.imports.store import ImportStore, Overtaken
from servicekit.mongo import Document, ensure_indexes
from servicekit.paging import Paging
from servicekit.problems import Conflict
from servicekit.schedule import ATTEMPTS
from servicekit.testing import FixedClock

pytestmark = pytest.mark.engines


class Grove:
    """The store of a service that keeps trees."""

    def __init__(self, database: Database[Document], session: ClientSession | None) -> None:
        self._trees = database["trees"]
        self._events = database["events"]
        self._session = session

    def heights(self, names: Sequence[str]) -> dict[str, str]:
        found = self._trees.find({"_id": {"$in": list(names)}}, session=self._session)
        return {tree["_id"]: tree["height"] for tree in found}

    def plant(self, name: str, height: str) -> None:
        if height == "13":
            raise Conflict("No tree is 13 high.")
        self._trees.replace_one({"_id": name}, {"height": height}, upsert=True, session=self._session)
        self._events.insert_one({"tree": name}, session=self._session)


def by_name(rows: Sequence[Row], _: Task) -> Iterator[Group]:
    names = dict.fromkeys(row.get("name") for row in rows)
    if "Triffid" in names:
        raise NotThisFile("A triffid is no tree.")
    return iter([[row for row in rows if row.get("name") == name] for name in names])


def judge(groups: Sequence[Group], _: Task, grove: Grove) -> Iterator[Judged]:
    known = grove.heights([rows[0].get("name") for rows in groups])
    for rows in groups:
        first = rows[0]
        name, height = first.get("name"), str(first.get("height"))
        if name == "Upas":
            raise RuntimeError(f"{name} is poison")
        again = tuple(
            Verdict(row.line, Outcome.LEFT_OUT, (row.because("name", "Once is enough."),)) for row in rows[1:]
        )
        if known.get(name) == height:
            yield Judged((Verdict(first.line, Outcome.UNCHANGED), *again))
        else:
            outcome = Outcome.CHANGED if name in known else Outcome.ADDED
            yield Judged((Verdict(first.line, outcome), *again), partial(grove.plant, name, height))


TREES = ImportKind(
    "trees",
    title="Trees",
    description="Trees that were planted.",
    columns=(
        Column("name", "Its name.", text(), required=True),
        Column("height", "Metres.", number(most="100", places=1), required=True),
    ),
    judge=judge,
    group=by_name,
    batch=10,
)


@dataclass
class Lease:
    """A hold on the work that can be lost."""

    attempt: int = 1
    before_renewal: Callable[[], None] = lambda: None

    def renew(self) -> None:
        self.before_renewal()


@dataclass
class Nursery:
    """Imports of trees, sent and worked on."""

    database: Database[Document]
    clock: FixedClock
    lease: Lease = field(default_factory=Lease)

    def send(self, content: str, *, dry_run: bool = False, all_or_nothing: bool = False) -> str:
        new = {
            "kind": "trees",
            "dry_run": dry_run,
            "all_or_nothing": all_or_nothing,
            "options": {},
            "mapping": None,
            "upload": files.keep(self.database, content.encode()),
            "by": "person:hr",
        }
        return str(ImportStore(self.database).add(new, self.clock())["_id"])

    def run(self, import_id: str, lease: Lease | None = None) -> Document:
        work([TREES], Grove, clock=self.clock)(self.database, {"import": import_id}, lease or self.lease)
        return ImportStore(self.database).served(import_id)

    def imported(self, content: str, *, dry_run: bool = False) -> Document:
        return self.run(self.send(content, dry_run=dry_run))

    def rows(self, import_id: str) -> list[tuple[int, str]]:
        found = ImportStore(self.database).rows(import_id, outcome=None, with_reasons=False, paging=Paging(limit=100))
        return [(row["line"], row["outcome"]) for row in found.items]

    def reasons(self, import_id: str) -> dict[int, list[dict[str, Any]]]:
        found = ImportStore(self.database).rows(import_id, outcome=None, with_reasons=True, paging=Paging(limit=100))
        return {row["line"]: row["reasons"] for row in found.items}

    def trees(self) -> dict[str, str]:
        return {tree["_id"]: tree["height"] for tree in self.database["trees"].find()}


@pytest.fixture(autouse=True)
def nobody_edits(monkeypatch: pytest.MonkeyPatch) -> None:
    """No edits to stand aside for."""
    monkeypatch.setattr(job, "STANDS_ASIDE_SECONDS", 0)


@pytest.fixture
def nursery(database: Database[Document], clock: FixedClock) -> Nursery:
    return Nursery(database, clock)


def many(count: int) -> str:
    return "name,height\n" + "".join(f"tree {number},{number % 12 + 1}\n" for number in range(count))


def counts(**expected: int) -> dict[str, int]:
    return dict.fromkeys(("total", "judged", *Outcome, "incomplete"), 0) | expected


def test_good_rows_go_in_and_each_bad_one_has_its_line_column_value_and_reason(nursery: Nursery) -> None:
    sent = "name,height\nOak,20\nAsh,tall\n\nElm,30\nOak,21\n"

    done = nursery.imported(sent)

    assert (done["state"], done["reason"]) == ("done", None)
    assert done["rows"] == counts(total=4, judged=4, added=2, left_out=1, rejected=1)
    assert nursery.trees() == {"Oak": "20", "Elm": "30"}
    assert nursery.rows(done["id"]) == [(2, "added"), (3, "rejected"), (5, "added"), (6, "left_out")]
    assert nursery.reasons(done["id"]) == {
        3: [{"column": "height", "value": "tall", "reason": "It is not a number."}],
        6: [{"column": "name", "value": "Oak", "reason": "Once is enough."}],
    }


def test_the_same_file_twice_changes_nothing(nursery: Nursery, database: Database[Document]) -> None:
    nursery.imported(many(25))

    again = nursery.imported(many(25))

    assert again["rows"] == counts(total=25, judged=25, unchanged=25)
    assert database["events"].count_documents({}) == 25


def test_a_dry_run_judges_every_row_and_writes_nothing(nursery: Nursery, database: Database[Document]) -> None:
    done = nursery.imported("name,height\nOak,20\nAsh,tall\n", dry_run=True)

    assert done["rows"] == counts(total=2, judged=2, added=1, rejected=1)
    assert nursery.trees() == {}
    assert database["events"].count_documents({}) == 0


def test_a_rule_that_only_the_writing_can_judge_rejects_the_row(nursery: Nursery) -> None:
    done = nursery.imported("name,height\nOak,13\nElm,30\n")

    assert done["rows"] == counts(total=2, judged=2, added=1, rejected=1)
    assert nursery.reasons(done["id"])[2] == [{"column": None, "value": None, "reason": "No tree is 13 high."}]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("name,height\nTriffid,3\n", "A triffid is no tree."),
        ("name\nOak\n", "The file has no column height."),
        ('name,height\nOak,20\n"Elm,30\n', "The quotation mark that opens on line 3 is never closed."),
    ],
)
def test_a_file_that_cannot_be_taken_fails_with_a_sentence_and_nothing_goes_in(
    nursery: Nursery, content: str, reason: str
) -> None:
    done = nursery.imported(content)

    assert done["state"] == "failed"
    assert done["reason"].startswith(reason)
    assert done["finished_at"] == "2026-11-23T09:00:00.000Z"
    assert nursery.trees() == {}


def test_the_file_is_gone_once_its_import_has_ended(nursery: Nursery, database: Database[Document]) -> None:
    nursery.imported(many(3))

    assert database["uploads.files"].count_documents({}) == 0
    assert database["uploads.chunks"].count_documents({}) == 0


def test_an_upload_that_nothing_came_of_is_swept_away(nursery: Nursery, database: Database[Document]) -> None:
    files.keep(database, b"abandoned")

    # The server's own time dates an upload.
    files.sweep(database, before=nursery.clock() + timedelta(days=100_000))

    assert database["uploads.chunks"].count_documents({}) == 0


def test_an_import_whose_file_is_gone_says_so(nursery: Nursery, database: Database[Document]) -> None:
    sent = nursery.send(many(3))
    database["uploads.files"].delete_many({})

    assert nursery.run(sent)["reason"] == "The file that was sent is no longer kept. Send it again."


def test_finished_work_that_comes_again_does_nothing(nursery: Nursery) -> None:
    done = nursery.imported(many(3))

    assert nursery.run(done["id"]) == done


def test_a_fault_of_ours_is_tried_again_and_then_said_without_what_the_file_holds(nursery: Nursery) -> None:
    sent = nursery.send(many(15) + "Upas,3\n")

    with pytest.raises(RuntimeError):
        nursery.run(sent)
    done = nursery.run(sent, Lease(attempt=ATTEMPTS))

    assert done["state"] == "failed"
    assert done["reason"].startswith("Something went wrong on our side")
    assert "Upas" not in done["reason"]
    assert done["rows"]["judged"] == 10


class Killed(BaseException):
    """Stands for a worker that is killed between two batches."""


def killed_after(renewals: int) -> Lease:
    left = iter([*range(renewals)])

    def die() -> None:
        if next(left, None) is None:
            raise Killed

    return Lease(before_renewal=die)


@pytest.mark.parametrize("batches", [1, 2, 3])
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_successor_finishes_the_import_of_a_killed_worker_with_the_right_counts(
    nursery: Nursery, database: Database[Document], batches: int, dry_run: bool
) -> None:
    sent = nursery.send(many(35) + "Ash,tall\n", dry_run=dry_run)
    with pytest.raises(Killed):
        nursery.run(sent, killed_after(batches))
    assert ImportStore(database).served(sent)["state"] == "running"

    done = nursery.run(sent)

    assert done["state"] == "done"
    assert done["rows"] == counts(total=36, judged=36, added=35, rejected=1)
    assert [line for line, _ in nursery.rows(sent)] == list(range(2, 38))
    assert database["events"].count_documents({}) == (0 if dry_run else 35)


@pytest.mark.parametrize("batches", [1, 2, 4, 5, 6, 7])
def test_a_successor_finishes_what_is_all_or_nothing_from_wherever_its_worker_was_killed(
    nursery: Nursery, database: Database[Document], batches: int
) -> None:
    sent = nursery.send(many(25), all_or_nothing=True)
    with pytest.raises(Killed):
        nursery.run(sent, killed_after(batches))
    written = database["trees"].count_documents({})

    done = nursery.run(sent)

    # Three batches are judged and then written; the work is renewed once before each three, and behind each.
    assert written == min(25, max(0, batches - 4) * 10)
    assert done["rows"] == counts(total=25, judged=25, added=25)
    assert [line for line, _ in nursery.rows(sent)] == list(range(2, 27))
    assert database["events"].count_documents({}) == 25


def test_a_worker_that_was_only_asleep_stops_without_writing_once_it_is_overtaken(
    nursery: Nursery, database: Database[Document]
) -> None:
    sent = nursery.send(many(35))
    asleep = iter([False, True])

    def overtaken() -> None:
        if next(asleep, False):
            nursery.run(sent)

    with pytest.raises(Overtaken):
        nursery.run(sent, Lease(before_renewal=overtaken))

    assert ImportStore(database).served(sent)["rows"] == counts(total=35, judged=35, added=35)
    assert database["events"].count_documents({}) == 35


def test_progress_shows_while_the_import_runs(nursery: Nursery, database: Database[Document]) -> None:
    sent = nursery.send(many(35))
    seen: list[tuple[int, int]] = []

    def look() -> None:
        rows = ImportStore(database).served(sent)["rows"]
        seen.append((rows["judged"], rows["total"]))

    nursery.run(sent, Lease(before_renewal=look))

    assert seen == [(0, 35), (10, 35), (20, 35), (30, 35), (35, 35)]


def test_the_rows_to_remark_on_are_found_without_looking_at_the_others(
    nursery: Nursery, database: Database[Document]
) -> None:
    ensure_indexes(database, INDEXES)
    done = nursery.imported(many(35) + "Ash,tall\n")

    found = database["import_rows"].find({"import": done["id"], "reasons.0": {"$exists": True}}).sort("line", 1)

    assert found.explain()["executionStats"]["totalDocsExamined"] == 1


def test_rows_and_imports_expire_after_ninety_days(nursery: Nursery, database: Database[Document]) -> None:
    nursery.imported("name,height\nAsh,tall\n")

    for collection in ("imports", "import_rows"):
        kept = database[collection].find_one()
        assert kept is not None
        assert kept["expires"] == nursery.clock() + timedelta(days=90)


KILLED_WORKER = """
import sys
from servicekit.mongo import connect
sys.path.insert(0, {folder!r})
from test_import_job import TREES, Grove, Lease
from servicekit.imports import work
work([TREES], Grove)(connect({uri!r})[{database!r}], {{"import": {import_id!r}}}, Lease())
"""


@pytest.mark.faults
@pytest.mark.parametrize("point", ["transaction: before commit", "transaction: after commit", "import: after a batch"])
def test_a_worker_that_is_really_killed_leaves_nothing_half_done(
    nursery: Nursery, engines: Any, database: Database[Document], point: str
) -> None:
    sent = nursery.send(many(35))
    program = KILLED_WORKER.format(
        folder=str(Path(__file__).parent), uri=engines.mongodb_uri, database=database.name, import_id=sent
    )

    killed = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "ACORN_FAULT_POINT": point},
        check=False,
        capture_output=True,
    )

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    done = nursery.run(sent)
    assert done["rows"] == counts(total=35, judged=35, added=35)
    assert database["events"].count_documents({}) == 35
