"""Several records verified at once: side by side, each judged by itself, and none of them lost silently."""

import hashlib
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeGuard, TypeVar

from acorn_portal import words
from acorn_portal.calls import Later, later, services
from acorn_portal.clients.calling import Away, NotSignedIn, Refused
from acorn_portal.clients.cpd import Record
from acorn_portal.forms.waiting import Choice

T = TypeVar("T")

_AT_ONCE = 8
"""Calls at the same moment: as many as a service has threads."""


@dataclass(frozen=True)
class Left:
    """A record that was chosen and not verified, and why; its title and its person's name, as far as they are known."""

    page: str
    title: str | None
    name: str | None
    why: str


Outcome = Record | Refused | Away | NotSignedIn | None
"""What came of verifying a record; None: it was not tried, because the service went away before."""


def verify(chosen: Sequence[Choice], key: str) -> list[tuple[Choice, Outcome]]:
    """Verify records; each has a key of its own, so that the same form sent again verifies nothing twice."""
    cpd = services().cpd
    gone = threading.Event()

    def one_of_them(one: Choice) -> Outcome:
        if gone.is_set():
            return None
        try:
            return cpd.verify_record(one.person, one.record, version=one.version, key=key_for(key, one))
        except (Away, NotSignedIn) as lost:
            # It would be the same for the others, after as long a wait.
            gone.set()
            return lost
        except Refused as refusal:
            return refusal

    with ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix="verify") as threads:
        outcomes = list(threads.map(one_of_them, chosen))
    for outcome in outcomes:
        if isinstance(outcome, NotSignedIn):
            raise outcome
    return list(zip(chosen, outcomes, strict=True))


def key_for(key: str, one: Choice) -> str:
    """The key of one record's verification: the form's, the record's and its version's, whatever the form's is."""
    return hashlib.sha256(f"{key}/{one.text}".encode()).hexdigest()


def still_verified(outcome: Outcome) -> TypeGuard[Record]:
    """Whether a record is verified: a form that is sent again later is answered with the record as it is by then."""
    return isinstance(outcome, dict) and outcome["state"] == "verified"


@dataclass(frozen=True)
class Seen:
    """A chosen record as it is now, None where it cannot be read; `gone`: it is no longer there for its reader."""

    one: Choice
    record: Record | None
    gone: bool
    name: str | None

    @property
    def unchanged(self) -> bool:
        """Whether it can be verified as it was seen."""
        return self.record is not None and self.record["may_verify"] and self.record["version"] == self.one.version


def look_again(chosen: Sequence[Choice]) -> list[Seen]:
    """Read records, and whose they are, as they are now."""
    cpd, staff = services().cpd, services().staff
    records = [later(cpd.read_record, one.person, one.record) for one in chosen]
    people = {person: later(staff.read_person, person) for person in {one.person for one in chosen}}
    names = {}
    for id_, asked in people.items():
        person = _or_refused(asked)
        names[id_] = f"{person['given_name']} {person['family_name']}" if isinstance(person, dict) else None
    seen = []
    for one, answer in zip(chosen, records, strict=True):
        record = _or_refused(answer)
        gone = isinstance(record, Refused)
        seen.append(Seen(one, None if isinstance(record, Refused) else record, gone, names[one.person]))
    return seen


def explain(seen: Sequence[Seen], outcomes: Sequence[Outcome], reader: str | None) -> list[Left]:
    """Why records were not verified, or cannot be, after what came of trying each."""
    return [
        Left(now.one.page, now.record["title"] if now.record else None, now.name, _why(now, outcome, reader))
        for now, outcome in zip(seen, outcomes, strict=True)
    ]


def _or_refused(asked: Later[T]) -> T | Refused | None:
    try:
        return asked.or_away()
    except Refused as refusal:
        if refusal.status not in (403, 404):
            raise
        return refusal


def _why(now: Seen, outcome: Outcome, reader: str | None) -> str:
    if isinstance(outcome, Away):
        said = "CPD records did not answer in time"
        return f"{said}, so we do not know whether it was verified. Look at it." if outcome.unsure else f"{said}."
    if now.gone:
        return "It is not there any more, or no longer yours to verify."
    if now.record is None:
        return "It changed after you had seen it." if isinstance(outcome, Refused) else "CPD records did not answer."
    if now.record["version"] != now.one.version or isinstance(outcome, dict):
        return _changed(now.record, reader)
    if isinstance(outcome, Refused):
        return outcome.detail
    return "It cannot be verified as it is now." if outcome is None and not now.unchanged else "It was not reached."


def _changed(record: Record, reader: str | None) -> str:
    taken, verified, query = record["withdrawal"], record["verification"], record["query"]
    if record["state"] == "withdrawn" and taken:
        return f"{_named(taken['by'], taken['by_name'], reader)} withdrew it on {words.moment(taken['at'])}."
    if record["state"] == "verified" and verified:
        return f"{_named(verified['by'], verified['by_name'], reader)} verified it on {words.moment(verified['at'])}."
    if record["state"] == "queried" and query:
        return (
            f"{_named(query['by'], query['by_name'], reader)} asked a question about it on "
            f"{words.moment(query['at'])}, which is not answered yet."
        )
    return f"It changed on {words.moment(record['changed_at'])}, after you had seen it. Read it as it is now."


def _named(by: str, name: str | None, reader: str | None) -> str:
    said = words.who(by, name, reader)
    return said[:1].upper() + said[1:]
