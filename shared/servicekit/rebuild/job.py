"""The worker's part of a rebuild: read the topics from their beginning, fill a new generation, swap when caught up.

The swap is one transaction. It first takes hold of the positions of the live consumer, so that this cannot go on in the
old generation; then reads on to wherever it was, and moves the positions to where the new generation ends. What the
consumer does next belongs to the new generation, and nothing is in neither.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from time import monotonic
from typing import Any, NamedTuple, Protocol

from prometheus_client import Gauge
from pymongo import IndexModel, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import PyMongoError

from servicekit import deadletters, generations, inbox, outbox, schedule
from servicekit.clock import Clock, instant
from servicekit.events import Event, Unreadable, read_event
from servicekit.faultpoints import reached
from servicekit.inbox import Handler, Handlers, MakeStore, Message, passing, position_id, reason_of
from servicekit.logs import log
from servicekit.mongo import Document, ensure_indexes, outage, transaction
from servicekit.rebuild import store
from servicekit.schedule import ATTEMPTS, CannotBeDone, LeaseLost, Progress, WorkHandler

RUNNING = Gauge("acorn_rebuild_running", "1 while this worker fills a new generation.")
LAST_SECONDS = Gauge("acorn_rebuild_last_seconds", "How long the last rebuild took that this worker swapped in.")

HELD_BYTES = 32_000_000
"""Of the newest message of each aggregate, so much is held in memory before it is written."""

AT_ONCE = 1_000
"""Messages whose effects are one bulk."""

NEAR = 2_000
"""Caught up: so many messages are read within the transaction of the swap, at most, without anybody noticing."""

MOST_DEAD = 100
"""More messages that no handler takes are the handlers' fault: nothing is swapped."""

SWAP_SECONDS = 20.0
_TOLD_EVERY = 1.0
_log = log(__name__)
Partition = tuple[str, int]


class Reads(Protocol):
    """Topics as read from their beginning (`servicekit.consumer.Reading`)."""

    positions: dict[Partition, int]

    def ends(self) -> Mapping[Partition, int]:
        """The read-committed end of each partition now."""

    def poll(self) -> Sequence[tuple[str, int, Message]]:
        """The next messages; `positions` are then behind them."""

    def close(self) -> None:
        """Leave the broker."""


def work(
    read: Callable[[], Reads],
    handlers: Mapping[str, Handler],
    make_store: MakeStore,
    *,
    indexes: Mapping[str, Sequence[IndexModel]],
    clock: Clock,
) -> dict[str, WorkHandler]:
    """The due work of rebuilds, by kind: to rebuild, and to drop a generation after its grace."""
    known = Handlers(handlers)

    def rebuild(database: Database[Document], payload: dict[str, Any], lease: Progress) -> None:
        attempt = store.begin(database, payload["rebuild"], at=clock())
        if attempt is None:
            return
        began = monotonic()
        RUNNING.set(1)
        try:
            store.sweep(database)
            ensure_indexes(database, generations.indexes_of(indexes, attempt.generation, owned=False))
            with closing(_opened(read)) as reading, outbox.closed():
                _Filling(database, reading, known, make_store, clock, attempt, lease).finish()
        except LeaseLost:
            raise
        except Exception as error:
            _give_up(database, attempt, lease, error, clock)
            raise
        else:
            LAST_SECONDS.set(monotonic() - began)
        finally:
            RUNNING.set(0)

    def sweep(database: Database[Document], payload: dict[str, Any], _: Progress) -> None:
        generations.retire(database, payload["generation"])
        store.sweep(database)

    return {store.REBUILD: rebuild, store.SWEEP: sweep}


def _opened(read: Callable[[], Reads]) -> Reads:
    try:
        return read()
    except LookupError as missing:
        raise CannotBeDone(
            f"There is no topic {missing}: start the service that owns it. The data is as it was."
        ) from None


def _give_up(
    database: Database[Document], attempt: store.Attempt, lease: Progress, error: Exception, clock: Clock
) -> None:
    """End the rebuild as failed if no repetition helps; the live generation is as it was."""
    if isinstance(error, PyMongoError) and outage(error):
        return
    if isinstance(error, CannotBeDone):
        reason = str(error)
    elif lease.attempt < ATTEMPTS:
        attempt.say(state="waiting", reason=f"{type(error).__name__} in attempt {lease.attempt}: it is tried again.")
        return
    else:
        reason = (
            f"It failed {ATTEMPTS} times, at last with {type(error).__name__}; the worker's log says where. "
            "The data is as it was."
        )
    attempt.end("failed", at=clock(), reason=reason)
    store.sweep(database)


class _Place(NamedTuple):
    """Where a message stands."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True)
class _Dead:
    """A message that no handler takes, and why."""

    value: bytes
    event: Event | None
    reason: str


class _Filling:
    """One generation on its way from empty to live."""

    def __init__(
        self,
        database: Database[Document],
        reading: Reads,
        handlers: Handlers,
        make_store: MakeStore,
        clock: Clock,
        attempt: store.Attempt,
        lease: Progress,
    ) -> None:
        self._database = database
        self._reading = reading
        self._handlers = handlers
        self._make_store = make_store
        self._clock = clock
        self._attempt = attempt
        self._lease = lease
        self._began = dict(reading.positions)
        self._ours = {"topic": {"$in": sorted({topic for topic, _ in self._began})}}
        self._newest: dict[tuple[str, str], tuple[tuple[int, int], _Place, bytes]] = {}
        self._bytes = 0
        self._dead: dict[_Place, _Dead] = {}
        self._told = 0.0

    def finish(self) -> None:
        """Fill, catch up, swap."""
        self._refuse_lost_topics()
        self._tell(messages_expected=self._behind(self._reading.ends()))
        while (behind := self._behind(ends := self._reading.ends())) > 0:
            self._read_to(ends)
            self._write()
            reached("rebuild: while filling")
            if behind <= NEAR:
                break
        self._tell()
        reached("rebuild: before the swap")
        transaction(self._database.client, self._swap, seconds=SWAP_SECONDS)
        reached("rebuild: after the swap")
        _log.info("a new generation is live", generation=self._attempt.generation)

    def _refuse_lost_topics(self) -> None:
        """A topic that was lost, or made anew, knows less than the live generation: it must not replace it."""
        ends = self._reading.ends()
        for (topic, partition), offset in self._heard().items():
            if offset > ends.get((topic, partition), 0):
                raise CannotBeDone(
                    f"{topic}/{partition} ends before position {offset}, to which this service has listened: the topic "
                    "was lost or made anew, and a rebuild would lose what it held. The data is as it was. Have the "
                    "topic's owner send its state again first."
                )

    def _heard(self, session: ClientSession | None = None) -> dict[Partition, int]:
        """How far the live consumer has listened to the topics."""
        found = self._database[inbox.COLLECTION].find(self._ours, session=session)
        return {(position["topic"], position["partition"]): position["offset"] for position in found}

    def _behind(self, ends: Mapping[Partition, int]) -> int:
        """How many messages are to be read until there."""
        return sum(max(0, end - self._reading.positions[name]) for name, end in ends.items())

    def _read_to(self, ends: Mapping[Partition, int]) -> None:
        while self._behind(ends):
            self._poll()
            if self._bytes > HELD_BYTES:
                self._write()
            self._tell_sometimes()

    def _poll(self) -> None:
        for topic, partition, message in self._reading.poll():
            self._keep(_Place(topic, partition, message.offset), message.value)

    def _keep(self, place: _Place, value: bytes | None) -> None:
        """Hold a message if it is the newest of its aggregate; a tombstone is no state, here as for the consumer."""
        if value is None:
            return
        try:
            event = read_event(value)
        except Unreadable as unreadable:
            self._bury(place, value, None, f"unreadable: {unreadable}")
            return
        if self._handlers.find(event.type) is None:
            return
        aggregate = event.source, event.subject
        held = self._newest.get(aggregate)
        if held is None or event.key >= held[0]:
            self._bytes += len(value) - (len(held[2]) if held else 0)
            self._newest[aggregate] = event.key, place, value

    def _held(self) -> list[tuple[_Place, bytes]]:
        return [(place, value) for _, place, value in self._newest.values()]

    def _write(self) -> None:
        """Give what is held its effects in the new generation, which nobody reads yet."""
        held = self._held()
        with self._database.client.start_session() as session:
            for first in range(0, len(held), AT_ONCE):
                self._effects(held[first : first + AT_ONCE], session)
                self._tell_sometimes()
        self._newest.clear()
        self._bytes = 0

    def _effects(self, held: Sequence[tuple[_Place, bytes]], session: ClientSession) -> None:
        """Handle messages, all in one bulk; where one cannot be taken, halve until it stands alone."""
        try:
            self._handle(held, session)
        except PyMongoError as error:
            if passing(error) or session.in_transaction:
                raise
            self._halve(held, session, error)
        except CannotBeDone:
            raise
        except Exception as error:
            self._halve(held, session, error)

    def _halve(self, held: Sequence[tuple[_Place, bytes]], session: ClientSession, error: Exception) -> None:
        if len(held) == 1:
            ((place, value),) = held
            self._bury(place, value, read_event(value), reason_of(error))
            return
        half = len(held) // 2
        self._effects(held[:half], session)
        self._effects(held[half:], session)

    def _handle(self, held: Sequence[tuple[_Place, bytes]], session: ClientSession) -> None:
        opened = self._make_store(self._database, session, self._attempt.generation)
        for _, value in held:
            event = read_event(value)
            handler = self._handlers.find(event.type)
            try:
                if handler is not None:
                    handler(event, opened)
            except outbox.Closed:
                raise CannotBeDone(
                    f"The handler of {event.type} emits events, which a rebuild must not. The data is as it was."
                ) from None
        opened.flush()

    def _bury(self, place: _Place, value: bytes, event: Event | None, reason: str) -> None:
        self._dead[place] = _Dead(value, event, reason)
        if len(self._dead) > MOST_DEAD:
            raise CannotBeDone(
                f"More than {MOST_DEAD} messages cannot be taken by this release, one of them because: {reason}. "
                "The data is as it was."
            )

    def _swap(self, session: ClientSession) -> None:
        at = self._clock()
        positions = self._database[inbox.COLLECTION]
        # First the positions: from here on the live consumer waits, or is refused and begins anew behind us.
        positions.update_many(self._ours, {"$set": {"generation": self._attempt.generation}}, session=session)
        heard = self._heard(session)
        if heard.keys() - self._began.keys():
            raise LookupError("partitions that were not there when the rebuild began")
        deadline = monotonic() + SWAP_SECONDS
        while self._behind(heard):
            if monotonic() > deadline:
                raise TimeoutError("what the live consumer has heard cannot be read")
            self._poll()
        if self._newest:
            # It stays held: the transaction may have to begin anew.
            self._effects(self._held(), session)
        self._attempt.end(
            "done",
            at=at,
            session=session,
            reason=None,
            messages_read=self._read(),
            dead_letters=len(self._dead),
        )
        positions.bulk_write(
            [
                UpdateOne(
                    {"_id": position_id(topic, partition)},
                    {
                        "$set": {"offset": offset, "generation": self._attempt.generation, "at": instant(at)},
                        "$setOnInsert": {"topic": topic, "partition": partition},
                    },
                    upsert=True,
                )
                for (topic, partition), offset in self._reading.positions.items()
            ],
            session=session,
        )
        before = generations.swap(self._database, self._attempt.generation, session)
        self._put_letters(session)
        schedule.add(
            self._database,
            kind=store.SWEEP,
            key=str(self._attempt.generation),
            due=at + generations.GRACE,
            payload={"generation": before},
            session=session,
        )
        reached("rebuild: in the swap")

    def _put_letters(self, session: ClientSession) -> None:
        letters = self._database[deadletters.COLLECTION]
        for place, dead in self._dead.items():
            known = {"topic": place.topic, "partition": place.partition, "offset": place.offset, "state": "open"}
            # The live consumer may have put it aside already.
            if letters.find_one(known, {"_id": 1}, session=session) is None:
                deadletters.put(
                    self._database,
                    topic=place.topic,
                    partition=place.partition,
                    offset=place.offset,
                    value=dead.value,
                    reason=dead.reason,
                    event=dead.event,
                    at=self._clock(),
                    session=session,
                )

    def _read(self) -> int:
        return sum(position - self._began[name] for name, position in self._reading.positions.items())

    def _tell_sometimes(self) -> None:
        if monotonic() - self._told > _TOLD_EVERY:
            self._tell()

    def _tell(self, **changes: Any) -> None:
        """Say how far it is and keep the work; `LeaseLost` when it is another worker's."""
        self._lease.renew()
        self._attempt.say(messages_read=self._read(), dead_letters=len(self._dead), **changes)
        self._told = monotonic()
