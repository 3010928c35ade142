"""Where imports and what became of their rows are kept: collections `imports` and `import_rows`, for 90 days.

Reasons quote cells, which are personal data: they are served to HR alone, never logged, and expire with the import.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from servicekit.clock import instant
from servicekit.ids import new_id
from servicekit.imports.kinds import Outcome, Verdict
from servicekit.mongo import Document
from servicekit.paging import Page, Paging, page_of
from servicekit.problems import NotFound
from servicekit.schedule import LeaseLost

KEPT = timedelta(days=90)
COUNTS = ("total", "judged", *Outcome, "incomplete")
SERVED = {
    "kind": 1,
    "dry_run": 1,
    "state": 1,
    "filename": 1,
    "options": 1,
    "rows": 1,
    "reason": 1,
    "encoding": 1,
    "delimiter": 1,
    "ignored_columns": 1,
    "by": 1,
    "created_at": 1,
    "started_at": 1,
    "finished_at": 1,
}
"""What of an import is shown; the rest is the worker's."""

INDEXES = {
    "imports": [IndexModel([("expires", ASCENDING)], expireAfterSeconds=0)],
    "import_rows": [
        IndexModel([("import", ASCENDING), ("line", ASCENDING)]),
        IndexModel([("import", ASCENDING), ("outcome", ASCENDING), ("line", ASCENDING)]),
        IndexModel([("expires", ASCENDING)], expireAfterSeconds=0),
    ],
}


class Overtaken(LeaseLost):
    """Another worker has taken this import over: whoever gets this must stop, having written nothing."""


class ImportStore:
    """Imports and their rows, read and written within the given session if there is one."""

    def __init__(self, database: Database[Document], *, session: ClientSession | None = None) -> None:
        self.database = database
        self._session = session
        self._imports = database["imports"]
        self._rows = database["import_rows"]

    def add(self, new: Document, at: datetime) -> Document:
        """Store an import that waits for a worker."""
        document: Document = {
            "_id": new_id(),
            **new,
            "state": "waiting",
            "rows": dict.fromkeys(COUNTS, 0),
            "reason": None,
            "created_at": instant(at),
            "started_at": None,
            "finished_at": None,
            "position": 0,
            "expires": at + KEPT,
        }
        self._imports.insert_one(document, session=self._session)
        return document

    def served(self, import_id: str) -> Document:
        """An import as it is shown; `NotFound`."""
        found = self._imports.find_one({"_id": import_id}, SERVED, session=self._session)
        if found is None:
            raise NotFound("There is no import with this id. Imports are kept for 90 days.")
        return _named(found)

    def page(self, paging: Paging) -> Page:
        """The imports, newest first."""
        return page_of(self._imports, {}, sort=[("created_at", -1)], projection=SERVED, paging=paging)

    def rows(self, import_id: str, *, outcome: str | None, with_reasons: bool, paging: Paging) -> Page:
        """What became of an import's rows, in the order of the file; `NotFound` when there is no such import."""
        self.served(import_id)
        wanted: Document = {"import": import_id}
        if outcome:
            wanted["outcome"] = outcome
        if with_reasons:
            wanted["reasons.0"] = {"$exists": True}
        found = page_of(self._rows, wanted, sort=[("line", 1)], projection={"import": 0, "expires": 0}, paging=paging)
        return replace(found, items=[{key: row[key] for key in row if key != "_id"} for row in found.items])

    def claim(self, import_id: str, *, at: datetime) -> Document | None:
        """Take an import over, fencing off whoever had it; None when it is finished or gone.

        A dry run begins anew: what it would have written was remembered by the worker that is gone. A transaction that
        a killed worker left open is ended: its locks would stand in everybody's way for up to a minute.
        """
        token = new_id()
        before = self._imports.find_one({"_id": import_id, "state": "running"}, {"transaction": 1})
        if before and before.get("transaction"):
            self.database.client.admin.command({"killSessions": [before["transaction"]]})
        found = self._imports.find_one_and_update(
            {"_id": import_id, "state": {"$in": ["waiting", "running"]}},
            [
                {
                    "$set": {
                        "state": "running",
                        "claim": token,
                        "started_at": {"$ifNull": ["$started_at", instant(at)]},
                        "position": {"$cond": ["$dry_run", 0, "$position"]},
                        "rows": {"$cond": ["$dry_run", dict.fromkeys(COUNTS, 0), "$rows"]},
                    }
                }
            ],
            return_document=True,
        )
        if found and found["dry_run"]:
            self._rows.delete_many({"import": import_id})
        return found

    def count(self, claimed: Document, total: int) -> None:
        """Note how many rows the file has; `Overtaken`."""
        self._update(claimed, {"$set": {"rows.total": total}})

    def begin(self, claimed: Document, transaction: ClientSession) -> None:
        """Note in which session the next batch is written, before anything is; `Overtaken`."""
        self._update(claimed, {"$set": {"transaction": transaction.session_id}})

    def advance(self, claimed: Document, position: int, done: int, verdicts: Sequence[Verdict]) -> None:
        """Record what became of `done` further groups, in the transaction of their effects; `Overtaken`."""
        counts: dict[str, int] = {"rows.judged": len(verdicts)}
        for verdict in verdicts:
            counts[f"rows.{verdict.outcome}"] = counts.get(f"rows.{verdict.outcome}", 0) + 1
            if verdict.reasons and verdict.outcome not in (Outcome.REJECTED, Outcome.LEFT_OUT):
                counts["rows.incomplete"] = counts.get("rows.incomplete", 0) + 1
        self._update(claimed, {"$inc": {**counts, "position": done}}, position=position)
        if verdicts:
            self._rows.insert_many(
                [
                    {
                        "_id": new_id(),
                        "import": claimed["_id"],
                        "line": verdict.line,
                        "outcome": verdict.outcome.value,
                        "reasons": [asdict(reason) for reason in verdict.reasons],
                        "expires": claimed["expires"],
                    }
                    for verdict in verdicts
                ],
                session=self._session,
            )

    def finish(self, claimed: Document, *, at: datetime, failed: str | None = None) -> None:
        """End an import: done, or failed with a sentence; `Overtaken`."""
        state = "failed" if failed else "done"
        self._update(claimed, {"$set": {"state": state, "reason": failed, "finished_at": instant(at)}})

    def _update(self, claimed: Document, change: Document, **also: Any) -> None:
        mine = {"_id": claimed["_id"], "state": "running", "claim": claimed["claim"], **also}
        if self._imports.update_one(mine, change, session=self._session).matched_count == 0:
            raise Overtaken(claimed["_id"])


def _named(document: Document) -> Document:
    return {"id": document["_id"], **{key: value for key, value in document.items() if key != "_id"}}
