"""Transactions whose process was killed: ended, so that their locks stop nobody.

The server drops one only after a minute or more, and until then everybody who wants the same documents is refused: a
client that repeats the request which the killed process had in hand, above all.
"""

from datetime import timedelta
from time import monotonic
from typing import Any

from prometheus_client import Counter
from pymongo.database import Database
from pymongo.errors import OperationFailure
from pymongo.read_concern import ReadConcern

from servicekit.logs import log
from servicekit.mongo import Document

IDLE = timedelta(seconds=10)
"""Far more than any of our transactions rests between two operations. A process that was paused for longer finds its
transaction gone, and begins it again."""

ENDED = Counter("acorn_orphaned_transactions_total", "Transactions ended because their process was gone.")
_RESTING = {"type": "idleSession", "active": False, "transaction": {"$exists": True}}
_log = log(__name__)


class Orphans:
    """Watches Acorn's open transactions, in every database of the server, and ends those in which nothing happens.

    It looks at what the server shows to everybody of their own: no privilege is needed. A server that shows nothing
    is left alone: then orphans live for their minute.
    """

    def __init__(self, database: Database[Document], idle: timedelta = IDLE) -> None:
        # The server answers this question at no other read concern.
        self._admin = database.client.get_database("admin", read_concern=ReadConcern("local"))
        self._pipeline: list[dict[str, Any]] = [
            {"$currentOp": {"allUsers": False, "idleSessions": True}},
            {"$match": {**_RESTING, "appName": database.client.options.pool_options.appname}},
            {"$project": {"session": "$lsid.id", "worked": "$transaction.timeActiveMicros"}},
        ]
        self._idle = idle.total_seconds()
        self._seen: dict[bytes, tuple[int, float]] = {}
        self._shown = True

    def end(self) -> int:
        """Look, and end those in which nothing has happened since they were first seen so, `idle` ago."""
        if not self._shown:
            return 0
        try:
            resting = list(self._admin.aggregate(self._pipeline))
        except OperationFailure as refusal:
            if refusal.timeout or refusal.has_error_label("RetryableReadError"):
                raise
            self._shown = False
            _log.warning("this MongoDB does not show open transactions", code=refusal.code)
            return 0
        now = monotonic()
        before, self._seen = self._seen, {}
        abandoned = []
        for each in resting:
            worked, since = before.get(each["session"], (None, now))
            since = since if worked == each["worked"] else now
            self._seen[each["session"]] = each["worked"], since
            if now - since >= self._idle:
                abandoned.append({"id": each["session"]})
        if abandoned:
            self._admin.command({"killSessions": abandoned})
            ENDED.inc(len(abandoned))
            _log.warning("transactions of processes that are gone were ended", transactions=len(abandoned))
        return len(abandoned)
