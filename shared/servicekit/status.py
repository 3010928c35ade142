"""What a worker says of itself every few seconds, in one document, so that web processes can tell without Kafka."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Event
from time import monotonic

from pymongo import IndexModel
from pymongo.database import Database
from pymongo.errors import PyMongoError

from servicekit import audit, engines, lease, outbox
from servicekit.clock import instant, utc_now
from servicekit.figures import Figures
from servicekit.logs import log
from servicekit.mongo import Document, outage
from servicekit.orphans import Orphans

COLLECTION = "worker_status"
EVERY = timedelta(seconds=3)
SILENT = timedelta(seconds=15)
"""A worker that has said nothing for this long is not alive: what it said last is no longer so."""

GONE = timedelta(minutes=5)
"""When its document is deleted."""

INDEXES = {COLLECTION: [IndexModel("seen", expireAfterSeconds=int(GONE.total_seconds()))]}
_SERVED = {"started": 1, "at": 1, "relay": 1, "outbox": 1, "partitions": 1}
_SWEEPING = timedelta(minutes=10)
_log = log(__name__)


@dataclass(frozen=True)
class Standing:
    """Where a partition stands: the stored position, and how many messages wait behind it."""

    topic: str
    partition: int
    position: int
    lag: int


class Reporter:
    """Writes a worker's status, sweeps the outbox and ends orphaned transactions, in one thread of the worker."""

    def __init__(
        self,
        database: Database[Document],
        *,
        worker: str,
        service: str,
        standing: Callable[[], Sequence[Standing]],
        figures: Figures | None = None,
    ) -> None:
        self._database = database
        self._worker = worker
        self._service = service
        self._standing = standing
        self._figures = figures
        # The machine's clock throughout: ids of rows are made by it too.
        self._started = instant(utc_now())
        self._swept = monotonic()
        self._orphans = Orphans(database)

    def run(self, stop: Event) -> None:
        """Report until told to stop; a database that is away is waited for."""
        while not stop.is_set():
            try:
                self.report()
                if self._figures:
                    self._figures.measure()
                self._orphans.end()
                if monotonic() - self._swept > _SWEEPING.total_seconds():
                    self.sweep()
                    self._swept = monotonic()
            except PyMongoError as error:
                if not outage(error):
                    raise
                engines.mongodb_failed(error, "the status")
            stop.wait(EVERY.total_seconds())

    def report(self) -> None:
        """Write the status once."""
        held = lease.read(self._database)
        waiting = outbox.backlog(self._database, held.get("sent_until"))
        outbox.DEPTH.set(waiting.depth)
        outbox.OLDEST.set(waiting.oldest)
        standing = sorted(self._standing(), key=lambda each: (each.topic, each.partition))
        document = {
            "service": self._service,
            "started": self._started,
            "at": instant(utc_now()),
            "partitions": [vars(each) for each in standing],
            "outbox": _shown(waiting),
            "relay": {"holder": held.get("holder"), "sent_until": _instant(held)},
        }
        self._database[COLLECTION].update_one(
            {"_id": self._worker}, {"$set": document, "$currentDate": {"seen": True}}, upsert=True
        )

    def sweep(self) -> None:
        """Delete the outbox's rows that were sent long ago, and who looked at whom years ago."""
        audit.sweep(self._database, now=utc_now())
        sent_until = lease.read(self._database).get("sent_until")
        if sent_until is not None:
            swept = outbox.sweep(self._database, sent_until, now=utc_now())
            _log.info("the outbox was swept", rows=swept)


def backlog(database: Database[Document]) -> Document:
    """The outbox as it stands now: a worker that hangs, or none, cannot say that its events wait."""
    return _shown(outbox.backlog(database, lease.read(database).get("sent_until")))


def latest(database: Database[Document]) -> list[Document]:
    """What each live worker of this database wrote last, in the order in which they started."""
    heard = {"$expr": {"$gt": ["$seen", {"$subtract": ["$$NOW", int(SILENT.total_seconds() * 1000)]}]}}
    found = database[COLLECTION].find(heard, _SERVED).sort([("started", 1), ("_id", 1)])
    return [{"worker": status.pop("_id"), **status} for status in found]


def _shown(waiting: outbox.Backlog) -> Document:
    return {"depth": waiting.depth, "oldest_seconds": round(waiting.oldest, 3)}


def _instant(held: Document) -> str | None:
    return instant(held["sent_until"]) if held.get("sent_until") else None
