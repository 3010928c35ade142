"""One MongoDB client a process, with the guarantees pinned in code, and the way to run a transaction."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from pymongo import IndexModel, MongoClient, ReadPreference, WriteConcern
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import ConnectionFailure, DuplicateKeyError, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern

from servicekit.faultpoints import reached
from servicekit.problems import StaleVersion

Document = dict[str, Any]
T = TypeVar("T")

MAJORITY = WriteConcern("majority", j=True)


def connect(uri: str) -> MongoClient[Document]:
    """Make the process's client. It connects at the first use, and gives up on an unreachable server after 5 s.

    Write concern majority with journal and read concern majority are pinned here, whatever the address says:
    weaker defaults have lost acknowledged writes.
    """
    return MongoClient(
        uri,
        w="majority",
        journal=True,
        readConcernLevel="majority",
        readPreference="primary",
        serverSelectionTimeoutMS=2_000,
        connectTimeoutMS=2_000,
        timeoutMS=5_000,
        maxPoolSize=50,
        connect=False,
        tz_aware=True,
        appname="acorn",
    )


def transaction(client: MongoClient[Document], work: Callable[[ClientSession], T], *, seconds: float = 5.0) -> T:
    """Run `work` in one transaction and commit it; on a conflict or a lost primary, again, for up to `seconds`.

    `work` may run several times, so it must have no effect but through its session. The driver's own helper
    repeats for two minutes, longer than anybody waits for an answer.
    """
    deadline = time.monotonic() + seconds
    with client.start_session() as session:
        attempt = 0
        while True:
            attempt += 1
            session.start_transaction(
                read_concern=ReadConcern("snapshot"), write_concern=MAJORITY, read_preference=ReadPreference.PRIMARY
            )
            try:
                result = work(session)
                reached("transaction: before commit")
                _commit(session, deadline)
            except PyMongoError as error:
                _abort(session)
                if not _passing(error, attempt) or time.monotonic() >= deadline:
                    raise
                time.sleep(random.uniform(0, min(0.2, 0.002 * 2**attempt)))  # noqa: S311 - jitter, no secret
            except BaseException:
                _abort(session)
                raise
            else:
                reached("transaction: after commit")
                return result


def _commit(session: ClientSession, deadline: float) -> None:
    while True:
        try:
            session.commit_transaction()
        except PyMongoError as error:
            # The commit may have happened: repeating it is safe, repeating the work is not.
            if not error.has_error_label("UnknownTransactionCommitResult") or time.monotonic() >= deadline:
                raise
        else:
            return


def _abort(session: ClientSession) -> None:
    if session.in_transaction:
        try:
            session.abort_transaction()
        except PyMongoError:
            # The server drops it by itself; what matters is the error that brought us here.
            return


def _passing(error: PyMongoError, attempt: int) -> bool:
    # Two writers of the same new key: one of them commits first, and the other must then see it.
    if isinstance(error, DuplicateKeyError):
        return attempt < 4
    return error.has_error_label("TransientTransactionError")


def outage(error: PyMongoError) -> bool:
    """Tell whether an error says that the database is away or too slow, rather than that a request was wrong.

    One that refuses us counts as away: a password that is put right there, or in our Secret, is all that it takes.
    """
    if isinstance(error, ConnectionFailure) or error.timeout or refuses_us(error):
        return True
    return error.has_error_label("TransientTransactionError") or error.has_error_label("RetryableWriteError")


def refuses_us(error: PyMongoError) -> bool:
    """Tell whether the database is there and does not accept our user, password or rights."""
    return isinstance(error, OperationFailure) and error.code in _REFUSES


_REFUSES = frozenset({13, 18})
"""Unauthorized, AuthenticationFailed."""


def projection(name: str, generation: int = 1) -> str:
    """The collection that holds a projection: data whose owner is another service, rebuilt generation by generation."""
    return f"{name}.g{generation}"


def epoch(database: Database[Document]) -> int:
    """The database's epoch: the higher half of every version, raised by a restore. 1 until then."""
    stored = database["meta"].find_one({"_id": "epoch"})
    return int(stored["value"]) if stored else 1


def ensure_indexes(database: Database[Document], indexes: Mapping[str, Sequence[IndexModel]]) -> None:
    """Create the indexes that are not there yet."""
    for collection, models in indexes.items():
        if models:
            database[collection].create_indexes(list(models))


def save_versioned(collection: Collection[Document], document: Document, session: ClientSession) -> None:
    """Write an aggregate's document at its `version`: version 1 is inserted, a later one replaces the one before it.

    `StaleVersion` when the one before is no longer there: somebody else wrote in between.
    """
    if document["version"] == 1:
        collection.insert_one(document, session=session)
        return
    written = collection.replace_one(
        {"_id": document["_id"], "version": document["version"] - 1}, document, session=session
    )
    if written.matched_count == 0:
        raise StaleVersion


__all__ = [
    "MAJORITY",
    "Document",
    "connect",
    "ensure_indexes",
    "epoch",
    "outage",
    "projection",
    "refuses_us",
    "save_versioned",
    "transaction",
]
