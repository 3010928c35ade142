"""What the routes have in common: their store, who changes what and why, what a write answers."""

from typing import Any

from acorn_staff.model.history import Change
from acorn_staff.model.organisation import Organisation
from acorn_staff.model.person import Person
from acorn_staff.store import Store
from servicekit.app import Answer, answer, bound, caller, now, record_read
from servicekit.documents import to_document

store = bound(Store)
"""Opens the store, in the request's transaction if it has one."""


def change(body: dict[str, Any]) -> Change:
    """Who changes something now, and why; takes `why` out of the request's body."""
    return Change(by=caller().actor, at=now(), why=body.pop("why", None))


def changed(person: Person, operation: str) -> Answer:
    """Answer a write with the whole person as they are now: that is a read too, so it is recorded like any."""
    record_read([person.id], operation)
    return answer(document(person), etag=person.version)


def document(aggregate: Person | Organisation) -> dict[str, Any]:
    """What a write answers to HR: the same fields as a read."""
    whole = to_document(aggregate)
    del whole["shape"]
    return whole
