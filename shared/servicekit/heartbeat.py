"""Heartbeats: what a relay says in every partition once a minute, so that a listener can tell silence from an outage.

Each is the state of an aggregate with a reserved id, one a partition. Its time is the instant up to which everything
was sent, and it stands behind all of that in its partition. It is in no outbox: a row a minute and partition would be
kept there for days to say nothing, and the relay alone knows up to when it has sent.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from pymongo.database import Database

from servicekit.events import make_event
from servicekit.mongo import Document, epoch

if TYPE_CHECKING:
    from servicekit.topics import TopicSpec

EVERY = timedelta(minutes=1)

_RESERVED = (7 << 76) | (2 << 62)


def rows(
    database: Database[Document],
    topics: Iterable["TopicSpec"],
    partitions: Callable[[str], Iterable[int]],
    *,
    until: datetime,
) -> list[Document]:
    """One message for each partition of the topics with a heartbeat, shaped as rows of the outbox are."""
    at = until.astimezone(UTC)
    return [
        {
            "topic": topic.name,
            "partition": partition,
            "key": (key := reserved_id(partition)),
            "value": make_event(
                type=topic.heartbeat,
                source=f"/acorn/{topic.heartbeat.partition('.')[0]}",
                subject=key,
                epoch=epoch(database),
                # It rises with time: the newest wins, whichever worker's relay said it.
                version=int(at.timestamp()),
                state={"id": key, "partition": partition},
                at=at,
            ),
        }
        for topic in topics
        if topic.heartbeat
        for partition in partitions(topic.name)
    ]


def reserved_id(partition: int) -> str:
    """The id under which a partition's heartbeat is said: a UUIDv7 of 1970, which nothing else will ever have."""
    return str(UUID(int=_RESERVED | partition))
