"""Work that is due: imports, replays, and what time causes. Any worker claims it, one at a time, by a lease.

A unit of work has a unique key, so adding it twice is adding it once. A worker that dies loses its lease and another
begins anew: a handler must be able to run twice.
"""

import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Event
from typing import Any

from prometheus_client import Counter
from pymongo import IndexModel, ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import PyMongoError

from servicekit import engines
from servicekit.clock import Clock
from servicekit.logs import log
from servicekit.mongo import Document, outage

COLLECTION = "work"
KEPT = timedelta(days=30)
"""How long finished work can be looked at."""

INDEXES = {
    COLLECTION: [
        IndexModel([("state", 1), ("due", 1)]),
        IndexModel("finished", expireAfterSeconds=int(KEPT.total_seconds())),
    ]
}
LEASE = timedelta(seconds=60)
"""A handler that neither ends nor calls `renew` for this long is taken for dead."""

ATTEMPTS = 6
_EVERY = 0.4
_OUTCOMES = Counter("acorn_work_total", "Units of due work by what became of them.", ["kind", "outcome"])
_log = log(__name__)


class LeaseLost(Exception):
    """This unit of work is another worker's now: stop, and write nothing more."""


class CannotBeDone(Exception):
    """This unit of work will never succeed; the message is stored as its reason and shown to people."""


def add(
    database: Database[Document],
    *,
    kind: str,
    key: str,
    due: datetime,
    payload: Mapping[str, Any],
    session: ClientSession | None = None,
) -> None:
    """Add a unit of work, unless one with this kind and key was added before, finished or not."""
    document = {
        "kind": kind,
        "key": key,
        "due": due,
        "payload": dict(payload),
        "state": "waiting",
        "attempts": 0,
        "fence": 0,
        "holder": None,
        "expires": None,
        "reason": None,
        "finished": None,
    }
    database[COLLECTION].update_one({"_id": f"{kind}:{key}"}, {"$setOnInsert": document}, upsert=True, session=session)


class Progress:
    """A claimed unit of work in its handler's hands."""

    def __init__(self, database: Database[Document], document: Document, stop: Event) -> None:
        self._work = database[COLLECTION]
        self._stop = stop
        self._mine = {"_id": document["_id"], "holder": document["holder"], "fence": document["fence"]}
        self.kind: str = document["kind"]
        self.attempt: int = document["attempts"]
        """1 for the first time that this work is tried."""

    def renew(self) -> None:
        """Keep the lease for another `LEASE`; `LeaseLost` when somebody else has it.

        `LeaseLost` too when this worker is to end: the work was given back, and another goes on with it at once.
        """
        if self._stop.is_set():
            self.finish("waiting", attempts=self.attempt - 1)
            raise LeaseLost("this worker ends")
        self._change({"expires": _FROM_NOW})

    def finish(self, state: str, **changes: Any) -> None:
        """Give the unit back in this state; `LeaseLost` when somebody else has it."""
        self._change({"state": state, "holder": None, "expires": None, **changes})

    def _change(self, changes: Mapping[str, Any]) -> None:
        if self._work.update_one(self._mine, [{"$set": changes}]).matched_count == 0:
            raise LeaseLost(self._mine["_id"])


WorkHandler = Callable[[Database[Document], dict[str, Any], Progress], None]
"""Does one unit of work. Raises `CannotBeDone` for what no repetition can help; anything else is tried again."""

# The server's clock decides every lease, so that no two machines need to agree on the time.
_FROM_NOW = {"$add": ["$$NOW", int(LEASE.total_seconds() * 1000)]}


class Schedule:
    """Claims due work and does it, in one thread of a worker."""

    def __init__(
        self, database: Database[Document], handlers: Mapping[str, WorkHandler], *, holder: str, clock: Clock
    ) -> None:
        self._database = database
        self._handlers = dict(handlers)
        self._holder = holder
        self._clock = clock
        for kind in self._handlers:
            # A series that begins at its first failure has no increase: no alert would see that one.
            _OUTCOMES.labels(kind, "failed")

    def run(self, stop: Event) -> None:
        """Do what is due until told to stop; a database that is away is waited for."""
        while not stop.is_set():
            try:
                busy = self.step(stop)
            except PyMongoError as error:
                if not outage(error):
                    raise
                engines.mongodb_failed(error, "due work")
                stop.wait(2)
            else:
                if not busy:
                    stop.wait(_EVERY)

    def step(self, stop: Event | None = None) -> bool:
        """Claim and do one unit of work that is due; answers whether there was one. `stop` interrupts it."""
        claimed = self._claim()
        if claimed is None:
            return False
        self._do(claimed, stop or Event())
        return True

    def _claim(self) -> Document | None:
        if not self._handlers:
            return None
        now = self._clock()
        # A null expiry sorts before every time: it was never claimed, or given back.
        free = {"$lt": ["$expires", "$$NOW"]}
        taken = {
            "state": "running",
            "holder": self._holder,
            "fence": {"$add": ["$fence", 1]},
            "attempts": {"$add": ["$attempts", 1]},
            "expires": _FROM_NOW,
        }
        return self._database[COLLECTION].find_one_and_update(
            {
                "state": {"$in": ["waiting", "running"]},
                "due": {"$lte": now},
                "kind": {"$in": sorted(self._handlers)},
                "$expr": free,
            },
            [{"$set": taken}],
            sort=[("due", 1)],
            return_document=ReturnDocument.AFTER,
        )

    def _do(self, claimed: Document, stop: Event) -> None:
        kind = claimed["kind"]
        progress = Progress(self._database, claimed, stop)
        try:
            self._handlers[kind](self._database, claimed["payload"], progress)
            progress.finish("done", finished=self._clock(), reason=None)
            outcome = "done"
        except LeaseLost:
            outcome = "lost"
        except CannotBeDone as refusal:
            outcome = self._give_back(progress, claimed, str(refusal), final=True)
        except Exception as error:
            if isinstance(error, PyMongoError) and outage(error):
                # The lease runs out by itself, and the attempt does not count against the work.
                raise
            _log.exception("work failed", kind=kind, key=claimed["key"], attempt=progress.attempt)
            reason = f"{type(error).__name__} in attempt {progress.attempt}"
            outcome = self._give_back(progress, claimed, reason, final=progress.attempt >= ATTEMPTS)
        _OUTCOMES.labels(kind, outcome).inc()

    def _give_back(self, progress: Progress, claimed: Document, reason: str, *, final: bool) -> str:
        try:
            if final:
                progress.finish("failed", finished=self._clock(), reason=reason)
                return "failed"
            wait = min(300.0, 2.0**progress.attempt) * random.uniform(0.5, 1)  # noqa: S311 - jitter, no secret
            progress.finish("waiting", due=self._clock() + timedelta(seconds=wait), reason=reason)
        except LeaseLost:
            return "lost"
        return "retried"
