"""What the routes have in common: their store, who changes what and why, what an answer says."""

from collections.abc import Iterator, Sequence
from typing import Any

from acorn_staff.model.history import Change
from acorn_staff.model.organisation import Organisation
from acorn_staff.model.person import Person
from acorn_staff.store import Store
from servicekit.answers import Mention, actor_in, tell_names
from servicekit.app import Answer, answer, bound, caller, now, permit, record_read, today
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
    if isinstance(aggregate, Person):
        tell_names(named_in([whole]))
    return whole


def named_in(people: Sequence[dict[str, Any]]) -> Iterator[Mention]:
    """Everybody whom documents of people refer to: line managers, delegates, who overrode the limit of an appointment.

    Line managers and delegates who have left have a name for those alone who may see leavers.
    """
    lines = [line for person in people for line in (*person["line_managers"], *person.get("delegates", ()))]
    managers = {line["person"] for line in lines}
    told = managers if permit().everyone else store().still_here(managers, today())
    for line in lines:
        yield line, "name", line["person"] if line["person"] in told else None
    for held in (held for person in people for held in person["appointments"]):
        if held.get("override"):
            yield actor_in(held["override"])
