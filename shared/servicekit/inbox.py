"""The inbox: batches of messages become effects in this service's database, each exactly once.

What one poll brought is one transaction: its effects and the new position of each partition, by compare-and-set.
Whoever was overtaken writes nothing. No Kafka in here: tests hand over bytes.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, Protocol

from prometheus_client import Counter, Histogram
from pymongo import ReadPreference, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern
from structlog.contextvars import bound_contextvars

from servicekit import deadletters, generations
from servicekit.clock import Clock, instant
from servicekit.events import Event, Unreadable, read_event
from servicekit.faultpoints import reached
from servicekit.logs import log
from servicekit.mongo import MAJORITY, Document, outage

COLLECTION = "positions"
HANDLING = Histogram(
    "acorn_consumer_handling_seconds",
    "Time of one transaction: its events' effects and the position.",
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
HANDLED = Counter("acorn_consumer_events_total", "Events whose handler ran and whose effect was committed.", ["topic"])
SKIPPED = Counter("acorn_consumer_skipped_total", "Messages passed over, by why.", ["reason"])
_REPEATS = 3
_DUPLICATE_KEY = 11000
_log = log(__name__)


class PositionMoved(Exception):
    """Somebody else moved this partition's position: they handled what we hold, and nothing of ours was written."""


class CollectsWrites(Protocol):
    """What a handler writes through."""

    def flush(self) -> None:
        """Write what was collected."""


Handler = Callable[[Event, Any], None]
"""Turns one event into effects on the store. It runs in a transaction, may run again, and knows nothing of Kafka."""

MakeStore = Callable[[Database[Document], ClientSession, int], CollectsWrites]
"""Opens the store of handlers over a generation of the service's projections, in a transaction."""


@dataclass(frozen=True)
class Message:
    """One record of a partition; `value` is None for a tombstone."""

    offset: int
    value: bytes | None


@dataclass(frozen=True)
class Batch:
    """Messages of one partition: the position they were read from, and where to read on."""

    topic: str
    partition: int
    began: int
    messages: Sequence[Message]
    position: int


@dataclass(frozen=True)
class _Item:
    topic: str
    partition: int
    message: Message
    event: Event | None = None
    handler: Handler | None = None
    fault: str | None = None


@dataclass(frozen=True)
class _Part:
    """A batch, or a piece of one: its items, and the position before and after it."""

    batch: Batch
    items: Sequence[_Item]
    began: int
    position: int

    def halves(self) -> "tuple[_Part, _Part]":
        """Two parts with half of the handled items each."""
        handled = [index for index, item in enumerate(self.items) if item.handler]
        cut = handled[len(handled) // 2]
        between = self.items[cut].message.offset
        before = replace(self, items=self.items[:cut], position=between)
        return before, replace(self, items=self.items[cut:], began=between)


class Handlers:
    """Finds the handler of an event type: the type itself, else the first entity pattern that it matches.

    A pattern such as `staff.person-*.v1` takes every reason, since the type only says why: a reason that is newer than
    this release must not cost the listener a state.
    """

    def __init__(self, handlers: Mapping[str, Handler]) -> None:
        self._exact = {type_: handler for type_, handler in handlers.items() if "*" not in type_}
        self._patterns = [(pattern, handler) for pattern, handler in handlers.items() if "*" in pattern]
        self.find = lru_cache(maxsize=1_000)(self._find)

    def _find(self, type_: str) -> Handler | None:
        if type_ in self._exact:
            return self._exact[type_]
        return next((handler for pattern, handler in self._patterns if fnmatchcase(type_, pattern)), None)


class Inbox:
    """Where one consumer's messages take effect. Used by one thread."""

    def __init__(
        self,
        database: Database[Document],
        *,
        handlers: Mapping[str, Handler],
        make_store: MakeStore,
        clock: Clock,
        holder: str = "",
    ) -> None:
        self._database = database
        self._handlers = Handlers(handlers)
        self._make_store = make_store
        self._clock = clock
        self._holder = holder
        # One session for life, so that a successor knows which transaction to end if this process is killed.
        self._session = database.client.start_session()
        self._generations: dict[str, int | None] = {}

    def close(self) -> None:
        """Give the session back."""
        self._session.end_session()

    def take_over(self, topic: str, partition: int) -> int:
        """The position to read on from; a transaction that the partition's last holder left open is ended.

        Killed processes leave theirs open for up to a minute, and its locks would stop us for as long.
        """
        positions = self._database[COLLECTION]
        mine = self._session.session_id["id"]
        found = positions.find_one({"_id": position_id(topic, partition)}) or {}
        before = found.get("session")
        if before is not None and before != mine:
            self._database.client.admin.command({"killSessions": [{"id": before}]})
        positions.update_one(
            {"_id": position_id(topic, partition)},
            {
                "$set": {"session": mine, "holder": self._holder},
                "$setOnInsert": {
                    "topic": topic,
                    "partition": partition,
                    "offset": 0,
                    "generation": generations.live(self._database),
                    "at": instant(self._clock()),
                },
            },
            upsert=True,
        )
        held = positions.find_one({"_id": position_id(topic, partition)}) or {}
        self._generations[position_id(topic, partition)] = held.get("generation")
        return int(held.get("offset", 0))

    def position(self, topic: str, partition: int) -> int:
        """The stored position of a partition."""
        found = self._database[COLLECTION].find_one({"_id": position_id(topic, partition)}, {"offset": 1})
        return int(found["offset"]) if found else 0

    def apply(self, *batches: Batch) -> None:
        """Give batches of different partitions their effects and store the positions after them, all or nothing.

        `PositionMoved` when somebody was faster; a `PyMongoError` for which `passing` holds when it should be tried
        again. A message that its handler cannot take becomes a dead letter; to find it, the whole is halved.
        """
        self._apply(
            [
                _Part(batch, [self._judge(batch, message) for message in batch.messages], batch.began, batch.position)
                for batch in batches
            ]
        )

    def _judge(self, batch: Batch, message: Message) -> _Item:
        item = _Item(batch.topic, batch.partition, message)
        if message.value is None:
            return item
        try:
            event = read_event(message.value)
        except Unreadable as unreadable:
            return replace(item, fault=f"unreadable: {unreadable}")
        return replace(item, event=event, handler=self._handlers.find(event.type))

    def _apply(self, parts: Sequence[_Part]) -> None:
        try:
            self._commit_again(parts)
        except PositionMoved:
            raise
        except Exception as error:
            handled = [item for part in parts for item in part.items if item.handler]
            if not handled or (isinstance(error, PyMongoError) and passing(error)):
                raise
            if len(handled) == 1:
                self._bury(parts, handled[0], error)
            elif len(parts) > 1:
                half = len(parts) // 2
                self._apply(parts[:half])
                self._apply(parts[half:])
            else:
                for part in parts[0].halves():
                    self._apply([part])

    def _bury(self, parts: Sequence[_Part], poison: _Item, error: Exception) -> None:
        reason = reason_of(error)
        _log.error(
            "a handler failed: dead letter",
            topic=poison.topic,
            partition=poison.partition,
            offset=poison.message.offset,
            type=poison.event.type if poison.event else None,
            reason=reason,
        )
        dead = replace(poison, handler=None, fault=reason)
        self._commit([replace(part, items=[dead if item is poison else item for item in part.items]) for part in parts])

    def _commit_again(self, parts: Sequence[_Part]) -> None:
        # Two listeners may both make the same new document: one of them commits first, the other must then see it.
        for _ in range(_REPEATS):
            try:
                return self._commit(parts)
            except PyMongoError as error:
                if not _duplicate(error):
                    raise
        return self._commit(parts)

    def _commit(self, parts: Sequence[_Part]) -> None:
        items = [item for part in parts for item in part.items]
        chosen = _newest(items)
        faults = [item for item in items if item.fault is not None]
        if chosen or faults:
            self._transact(parts, chosen, faults)
        else:
            self._advance(parts, None)
        for item in chosen:
            HANDLED.labels(item.topic).inc()
        for item in faults:
            deadletters.DEAD.labels(item.topic).inc()
        SKIPPED.labels("superseded").inc(sum(item.handler is not None for item in items) - len(chosen))
        SKIPPED.labels("unknown_type").inc(sum(_unknown(item) for item in items))
        SKIPPED.labels("tombstone").inc(sum(item.message.value is None for item in items))

    def _transact(self, parts: Sequence[_Part], chosen: Sequence[_Item], faults: Sequence[_Item]) -> None:
        with HANDLING.time():
            with self._session.start_transaction(
                read_concern=ReadConcern("snapshot"), write_concern=MAJORITY, read_preference=ReadPreference.PRIMARY
            ):
                if chosen:
                    self._effects(chosen)
                for item in faults:
                    self._put_aside(item)
                self._advance(parts, self._session)
                reached("consumer: before commit")
            reached("consumer: after commit")

    def _generation(self, chosen: Sequence[_Item]) -> int:
        """The generation that the positions belong to; those of before a rebuild's swap are taken over anew."""
        found = {self._generations.get(position_id(item.topic, item.partition)) or 1 for item in chosen}
        if len(found) > 1:
            raise PositionMoved("a rebuild has swapped generations")
        return found.pop()

    def _effects(self, chosen: Sequence[_Item]) -> None:
        store = self._make_store(self._database, self._session, self._generation(chosen))
        for item in chosen:
            if item.event and item.handler:
                with bound_contextvars(traceparent=item.event.traceparent):
                    item.handler(item.event, store)
        store.flush()

    def _put_aside(self, item: _Item) -> None:
        deadletters.put(
            self._database,
            topic=item.topic,
            partition=item.partition,
            offset=item.message.offset,
            value=item.message.value or b"",
            reason=item.fault or "",
            event=item.event,
            at=self._clock(),
            session=self._session,
        )

    def _advance(self, parts: Sequence[_Part], session: ClientSession | None) -> None:
        at = instant(self._clock())
        moves = [
            UpdateOne(
                {"_id": name, "offset": part.began, "generation": self._generations.get(name)},
                {"$set": {"offset": part.position, "at": at}},
            )
            for part in parts
            for name in [position_id(part.batch.topic, part.batch.partition)]
        ]
        if self._database[COLLECTION].bulk_write(moves, session=session).matched_count < len(moves):
            raise PositionMoved("a partition is no longer where its batch began")


def passing(error: PyMongoError) -> bool:
    """Tell whether an error goes away when the same is tried again: an outage, a conflict, a successor's takeover."""
    if outage(error) or any(error.has_error_label(label) for label in _PASSING_LABELS):
        return True
    if isinstance(error, BulkWriteError):
        return any(wrong.get("code") in _PASSING_CODES for wrong in error.details.get("writeErrors", ()))
    return isinstance(error, OperationFailure) and error.code in _PASSING_CODES


_PASSING_LABELS = ("TransientTransactionError", "UnknownTransactionCommitResult")
_PASSING_CODES = frozenset({112, 225, 251, 11601})
"""WriteConflict, TransactionTooOld, NoSuchTransaction, Interrupted (by a successor's killSessions)."""


def _duplicate(error: PyMongoError) -> bool:
    if isinstance(error, BulkWriteError):
        return any(wrong.get("code") == _DUPLICATE_KEY for wrong in error.details.get("writeErrors", ()))
    return isinstance(error, DuplicateKeyError)


def _unknown(item: _Item) -> bool:
    return item.event is not None and item.handler is None and item.fault is None


def reason_of(error: Exception) -> str:
    """What went wrong and where, without the message: that may quote the event."""
    step = error.__traceback__
    place = ""
    while step:
        code = step.tb_frame.f_code
        place = f" at {code.co_filename.rsplit('/', 1)[-1]}:{step.tb_lineno} in {code.co_name}"
        step = step.tb_next
    return f"{type(error).__name__}{place}"


def _newest(items: Iterable[_Item]) -> list[_Item]:
    """The item with the newest event of each aggregate, in the order in which they stand in their partitions."""
    newest: dict[tuple[str, str], _Item] = {}
    for item in items:
        if item.event is None or item.handler is None:
            continue
        aggregate = (item.event.source, item.event.subject)
        kept = newest.get(aggregate)
        if kept is None or kept.event is None or item.event.key >= kept.event.key:
            # Put in again at the end: among the chosen ones, the order of the messages stays.
            newest.pop(aggregate, None)
            newest[aggregate] = item
    return list(newest.values())


def position_id(topic: str, partition: int) -> str:
    """The id of a partition's position."""
    return f"{topic}/{partition}"
