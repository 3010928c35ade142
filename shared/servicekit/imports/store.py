"""Where imports and what became of their rows are kept: collections `imports` and `import_rows`, for 90 days.

The file itself is kept for a day where something can still be done with it: a dry run applied, rejected rows fetched.
Reasons quote cells, which are personal data: they are served to HR alone, never logged, and expire with the import.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from servicekit import schedule
from servicekit.clock import instant
from servicekit.ids import new_id
from servicekit.imports.kinds import Outcome, Reason, Verdict
from servicekit.mongo import Document
from servicekit.paging import Page, Paging, page_of
from servicekit.problems import Conflict, NotFound
from servicekit.schedule import LeaseLost

WORK = "import"
"""The kind of due work under which the worker finds an import."""
KEPT = timedelta(days=90)
FILE_KEPT = timedelta(hours=24)
"""How long after its import has ended a file is kept."""
_UNFINISHED = ("waiting", "running")
_NOT_COUNTED = {"total": None, **dict.fromkeys(("judged", *Outcome, "incomplete"), 0)}
_LATER = {
    "applies": None,
    "applied_by": None,
    "all_or_nothing": False,
    "rehearsing": False,
    "mapping_name": None,
    "remark": None,
    "follows": None,
    "followed_by": None,
    "confirm": None,
}
"""What imports of earlier releases lack."""
_COPIED = (
    "kind",
    "all_or_nothing",
    "filename",
    "options",
    "mapping",
    "mapping_name",
    "upload",
    "encoding",
    "delimiter",
    "ignored_columns",
    "follows",
    "remark",
)
"""What an import that does a dry run for real has from it."""
SERVED = {
    "kind": 1,
    "dry_run": 1,
    "all_or_nothing": 1,
    "rehearsing": 1,
    "applies": 1,
    "applied_by": 1,
    "state": 1,
    "filename": 1,
    "options": 1,
    "mapping_name": 1,
    "rows": 1,
    "reason": 1,
    "remark": 1,
    "follows": 1,
    "followed_by": 1,
    "confirm": 1,
    "encoding": 1,
    "delimiter": 1,
    "ignored_columns": 1,
    "file_until": 1,
    "by": 1,
    "created_at": 1,
    "started_at": 1,
    "finished_at": 1,
}
"""What of an import is shown; the rest is the worker's."""

REMARKED = {"reasons.0": {"$exists": True}}

INDEXES = {
    "imports": [
        IndexModel([("expires", ASCENDING)], expireAfterSeconds=0),
        IndexModel([("created_at", DESCENDING), ("_id", DESCENDING)]),
        IndexModel("upload"),
    ],
    "import_rows": [
        IndexModel([("import", ASCENDING), ("line", ASCENDING)]),
        IndexModel([("import", ASCENDING), ("outcome", ASCENDING), ("line", ASCENDING)]),
        # A handful of rows to remark on among a hundred thousand.
        IndexModel([("import", ASCENDING), ("line", ASCENDING)], name="remarks", partialFilterExpression=REMARKED),
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
            **_LATER,
            **new,
            "rehearsing": bool(new.get("all_or_nothing")) and not new["dry_run"],
            "state": "waiting",
            "rows": _NOT_COUNTED,
            "reason": None,
            "created_at": instant(at),
            "started_at": None,
            "finished_at": None,
            "file_until": None,
            "position": 0,
            "expires": at + KEPT,
        }
        self._imports.insert_one(document, session=self._session)
        return document

    def apply(self, import_id: str, *, confirmed: int | None = None, by: str, at: datetime) -> Document:
        """Store an import that does for real what a dry run tried; `Conflict` where it cannot, or was done already."""
        dry_run = self._found(import_id)
        if not dry_run["dry_run"]:
            raise Conflict("This was no dry run: its rows have gone in already.")
        if dry_run["state"] in _UNFINISHED:
            raise Conflict("This dry run is still being judged. Import the file once it has ended.")
        if dry_run["state"] == "failed":
            raise Conflict(f"The file as a whole was refused. {dry_run['reason']}")
        if dry_run.get("applied_by"):
            raise Conflict("The file of this dry run was imported already.", applied_by=dry_run["applied_by"])
        if not _kept(dry_run, at):
            raise Conflict("The file of this dry run is no longer kept. Send it again.")
        if dry_run.get("replaced_by"):
            raise Conflict(
                "A later file has made this list anew. Use the later one.", replaced_by=dry_run["replaced_by"]
            )
        if dry_run.get("confirm") not in (None, confirmed):
            raise Conflict(f"{dry_run['remark']} To go on, confirm the number.", confirm=dry_run["confirm"])
        new = {name: dry_run[name] for name in _COPIED if name in dry_run}
        document = self.add({**new, "dry_run": False, "applies": import_id, "by": by}, at)
        # The write that two at once have in common: the later one fails, begins again, and finds what the other made.
        self._imports.update_one({"_id": import_id}, {"$set": {"applied_by": document["_id"]}}, session=self._session)
        return document

    def replace_lists(self, document: Document) -> None:
        """Have a list that was made stand in the place of earlier ones that are about nothing else."""
        earlier = {
            "kind": document["kind"],
            "follows": {"$ne": None},
            "dry_run": True,
            "applied_by": None,
            "_id": {"$ne": document["_id"]},
            "about": {"$not": {"$elemMatch": {"$nin": document["about"]}}},
        }
        self._imports.update_many(earlier, {"$set": {"replaced_by": document["_id"]}}, session=self._session)

    def served(self, import_id: str) -> Document:
        """An import as it is shown; `NotFound`."""
        return _shown(self._found(import_id, SERVED))

    def page(self, paging: Paging) -> Page:
        """The imports, newest first."""
        found = page_of(self._imports, {}, sort=[("created_at", -1)], projection=SERVED, paging=paging)
        return replace(found, items=[_shown(document) for document in found.items])

    def rows(self, import_id: str, *, outcome: str | None, with_reasons: bool, paging: Paging) -> Page:
        """What became of an import's rows, in the order of the file; `NotFound` when there is no such import."""
        self.served(import_id)
        wanted: Document = {"import": import_id}
        if outcome:
            wanted["outcome"] = outcome
        if with_reasons:
            wanted |= REMARKED
        found = page_of(self._rows, wanted, sort=[("line", 1)], projection={"import": 0, "expires": 0}, paging=paging)
        return replace(found, items=[{key: row[key] for key in row if key != "_id"} for row in found.items])

    def with_rejected_rows(self, import_id: str, *, at: datetime) -> Document:
        """The import whose rejected rows are asked for; `NotFound` says why there are none to be had."""
        found = self._found(import_id)
        if found["state"] in _UNFINISHED:
            raise NotFound("This import is still being judged. Ask for its rejected rows once it has ended.")
        if found["state"] == "failed":
            raise NotFound(f"The file as a whole was refused, so it is the file to mend. {found['reason']}")
        if not found["rows"]["rejected"]:
            raise NotFound("No row of this import was rejected: there is nothing to mend.")
        if not _kept(found, at):
            raise NotFound("The file of this import is no longer kept. Send it again.")
        return found

    def rejected_rows(self, import_id: str) -> Iterator[tuple[int, list[Reason]]]:
        """The line of each rejected row and its reasons, in the order of the file."""
        found = self._rows.find({"import": import_id, "outcome": Outcome.REJECTED.value}).sort("line", 1)
        for row in found:
            yield row["line"], [Reason(**reason) for reason in row["reasons"]]

    def _found(self, import_id: str, projection: Document | None = None) -> Document:
        found = self._imports.find_one({"_id": import_id}, projection, session=self._session)
        if found is None:
            raise NotFound("There is no import with this id. Imports are kept for 90 days.")
        return found

    def claim(self, import_id: str, *, at: datetime) -> Document | None:
        """Take an import over, fencing off whoever had it; None when it is finished or gone.

        A dry run begins anew, and so does the rehearsal of an import of all or nothing: what it would have written was
        remembered by the worker that is gone. A transaction that a killed worker left open is ended: its locks would
        stand in everybody's way for up to a minute.
        """
        anew = {"$or": ["$dry_run", "$rehearsing"]}
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
                        "position": {"$cond": [anew, 0, "$position"]},
                        "rows": {"$cond": [anew, _NOT_COUNTED, "$rows"]},
                    }
                }
            ],
            return_document=True,
        )
        if found and (found["dry_run"] or found.get("rehearsing")):
            self._rows.delete_many({"import": import_id})
        return found

    def rehearsed(self, claimed: Document) -> int:
        """How many of the rows that a rehearsal has judged would be rejected."""
        return int(self.served(claimed["_id"])["rows"]["rejected"])

    def begin_writing(self, claimed: Document) -> None:
        """Go from the rehearsal of an import of all or nothing to its first row; `Overtaken`."""
        anew = {"rehearsing": False, "position": 0, "rows": _NOT_COUNTED}
        self._update(claimed, {"$set": anew})
        self._rows.delete_many({"import": claimed["_id"]}, session=self._session)
        claimed.update(anew)

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
            if verdict.reasons and not verdict.complete and verdict.outcome not in (Outcome.REJECTED, Outcome.LEFT_OUT):
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

    def finish(
        self,
        claimed: Document,
        *,
        at: datetime,
        failed: str | None = None,
        remark: str | None = None,
        followed_by: str | None = None,
    ) -> datetime | None:
        """End an import: done, or failed with a sentence; `Overtaken`.

        Answers until when its file is to be kept, None where nothing can be done with it any more.
        """
        state = "failed" if failed else "done"
        useful = not failed and (claimed["dry_run"] or self.served(claimed["_id"])["rows"]["rejected"])
        until = at + FILE_KEPT if useful else None
        ended: Document = {"state": state, "reason": failed, "finished_at": instant(at), "followed_by": followed_by}
        if remark is not None:
            ended["remark"] = remark
        self._update(claimed, {"$set": {**ended, "file_until": instant(until) if until else None}})
        return until

    def forget_file(self, upload: str, *, at: datetime) -> bool:
        """Note that a file is kept no more, unless an import still needs it; tell whether it can go.

        In a transaction: a dry run that is applied at the same moment is written by both, so one sees the other.
        """
        if self._imports.find_one({"upload": upload, **_needed(at)}, {"_id": 1}, session=self._session):
            return False
        self._imports.update_many({"upload": upload}, {"$set": {"file_until": None}}, session=self._session)
        return True

    def files_needed(self, at: datetime) -> list[str]:
        """The uploads with which something is still to be done."""
        return self._imports.distinct("upload", _needed(at), session=self._session)

    def _update(self, claimed: Document, change: Document, **also: Any) -> None:
        mine = {"_id": claimed["_id"], "state": "running", "claim": claimed["claim"], **also}
        if self._imports.update_one(mine, change, session=self._session).matched_count == 0:
            raise Overtaken(claimed["_id"])


def hand_over(database: Database[Document], import_id: str, due: datetime, session: ClientSession | None) -> None:
    """Give a stored import to the workers, in the same transaction."""
    schedule.add(
        database, kind=WORK, key=f"{WORK}:{import_id}", due=due, payload={"import": import_id}, session=session
    )


def _needed(at: datetime) -> Document:
    return {"$or": [{"state": {"$in": list(_UNFINISHED)}}, {"file_until": {"$gt": instant(at)}}]}


def _kept(document: Document, at: datetime) -> bool:
    return (document.get("file_until") or "") > instant(at)


def _shown(document: Document) -> Document:
    """An import as it is served; those of earlier releases lack what came later."""
    return {
        "id": document["_id"],
        **_LATER,
        "file_until": None,
        **{key: value for key, value in document.items() if key != "_id"},
    }
