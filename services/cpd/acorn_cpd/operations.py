"""What can be done with CPD records, each a sentence of the trust's business; one call is one transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from acorn_cpd.model.events import (
    RECORD_AMENDED,
    RECORD_DECLARED,
    RECORD_IMPORTED,
    RECORD_QUERIED,
    RECORD_VERIFIED,
    RECORD_WITHDRAWN,
)
from acorn_cpd.model.record import Contents, Record, declare, import_key, import_new
from acorn_cpd.store import Store
from servicekit.ids import new_id
from servicekit.problems import NotFound


def declare_record(person: str, new: Mapping[str, Any], *, by: str, at: datetime, store: Store) -> Record:
    """Somebody declares CPD that they did, or HR does it for them; `new` holds fields of `Contents`.

    The person need not be known here yet: they may have joined a second ago, and the staff service's event is on its
    way (docs/adr/0008). An id that no person can have is `NotFound`.
    """
    if UUID(person).version != 7:
        raise NotFound("There is nobody with this id.")
    store.refuse_erased(person)
    record = declare(Contents(**new), record=new_id(), person=person, by=by, at=at)
    store.save(record, because=RECORD_DECLARED)
    return record


def amend_record(
    person: str,
    record: str,
    changes: Mapping[str, Any],
    *,
    why: str,
    version: int,
    by: str,
    at: datetime,
    store: Store,
) -> Record:
    """What a record says is corrected; what it said before is kept. A correction that changes nothing is no event."""
    before = store.record(person, record, version)
    amended = before.amend(changes, why=why, by=by, at=at)
    if amended is not before:
        store.save(amended, because=RECORD_AMENDED)
    return amended


def verify_record(person: str, record: str, *, version: int, by: str, at: datetime, store: Store) -> Record:
    """A line manager, headteacher or HR confirms CPD that somebody declared themselves."""
    verified = store.record(person, record, version).verify(by=by, at=at)
    store.save(verified, because=RECORD_VERIFIED)
    return verified


def query_record(
    person: str, record: str, question: str, *, version: int, by: str, at: datetime, store: Store
) -> Record:
    """Somebody who would verify a record asks its person a question first."""
    queried = store.record(person, record, version).ask(question, by=by, at=at)
    store.save(queried, because=RECORD_QUERIED)
    return queried


def withdraw_record(person: str, record: str, why: str, *, version: int, by: str, at: datetime, store: Store) -> Record:
    """A record is taken back for good; it stays in the history and no longer counts."""
    withdrawn = store.record(person, record, version).withdraw(why, by=by, at=at)
    store.save(withdrawn, because=RECORD_WITHDRAWN)
    return withdrawn


def import_record(
    person: str, row: Mapping[str, Any], reference: str | None, *, by: str, at: datetime, store: Store
) -> Record | None:
    """HR imports CPD of somebody, and with that vouches for it: the record as saved, or None when nothing changed."""
    record = judge_import(store.imported(person, import_key(row, reference)), person, row, reference, by=by, at=at)
    if record is not None:
        store.save(record, because=RECORD_IMPORTED)
    return record


def judge_import(
    known: Record | None, person: str, row: Mapping[str, Any], reference: str | None, *, by: str, at: datetime
) -> Record | None:
    """The record that a row would make of the one known by its `import_key`, if any; None when nothing would change.

    `row` holds fields of `Contents`, only those that the row fills: an empty cell never deletes. Nothing is saved.
    """
    if known is None:
        return import_new(row, reference, record=new_id(), person=person, by=by, at=at)
    record = known.import_again(row, by=by, at=at)
    return None if record is known else record
