"""Whom may this caller see, on a date: relations between people, judged by the intervals that staff published.

Every interval is inclusive at both ends. Nothing is computed ahead and no event marks a date: a move recorded in June
for 1 September changes who sees whom at midnight in London. Source: domain brief, "Who uses it" and rule 12.

What was last heard of staff long ago may no longer be so: then nobody sees anybody by what they are to them, and each
still sees themselves (`ScopeUnknown`).
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from directory.dates import holds, in_force
from directory.lookups import Directory
from servicekit.clock import Clock, utc_now
from servicekit.mongo import Document
from servicekit.problems import ScopeUnknown
from servicekit.roles import Relation

LEADING_POSTS = frozenset({"headteacher", "acting_headteacher", "executive_headteacher"})
"""The posts whose holder leads the academy where they hold them; a test holds staff's vocabulary of posts to it."""

FRESH_SECONDS = 5.0
"""How long what is known of a caller may be used again: a revoked sign-in or headship works no longer than this."""

SILENCE = timedelta(minutes=15)
"""How long staff may have said nothing before what it said last is no longer relied on; it says so each minute."""

_FIELDS = ("appointments", "line_managers", "sign_ins")
_NOBODY: dict[str, Any] = {"_id": {"$in": []}}


@dataclass(frozen=True)
class _Known:
    """What was read of a caller: their document's intervals, which of their organisations are academies, until when."""

    person: Document
    academies: frozenset[str]
    until: float


class Scope:
    """The dated facts behind `servicekit.access.Scope`: who a sign-in is, and how one person stands to another.

    Only the caller's side is cached, for `fresh` seconds; the other person is read each time, so that a move shows at
    once. Somebody not found is never cached: they may sign in a moment after staff adds them.
    """

    def __init__(
        self,
        directory: Directory,
        *,
        fresh: float = FRESH_SECONDS,
        seconds: Callable[[], float] = time.monotonic,
        most: int = 10_000,
        clock: Clock = utc_now,
    ) -> None:
        """Judge by a directory; `most` callers are remembered at once, each for `fresh` of the clock's `seconds`.

        `clock` tells how long ago staff was last heard.
        """
        self._directory = directory
        self._clock = clock
        self._silent: tuple[timedelta, float] = (timedelta(), float("-inf"))
        self._fresh = fresh
        self._seconds = seconds
        self._most = most
        self._signed_in: dict[tuple[str, str], _Known] = {}
        self._callers: dict[str, _Known] = {}
        self._lock = threading.Lock()

    def person_of(self, issuer: str, subject: str, today: date) -> str | None:
        """The person to whom a sign-in is bound today; None for nobody, for a leaver, and for two people at once."""
        known = self._signed_in.get((issuer, subject))
        if known is None or known.until <= self._seconds():
            binding = {"issuer": issuer, "subject": subject}
            found = [
                person
                for person in self._directory.people_where({"sign_ins": {"$elemMatch": binding}}, _FIELDS)
                if _bound(person, issuer, subject, today)
            ]
            if len(found) != 1:
                return None
            known = self._keep(found[0])
            with self._lock:
                self._make_room(self._signed_in)
                self._signed_in[issuer, subject] = known
        if not _bound(known.person, issuer, subject, today) or _left(known.person, today):
            return None
        return str(known.person["_id"])

    def relations(self, caller_person: str, person: str, today: date) -> frozenset[Relation]:
        """How one person stands to another today. A leaver stands to nobody, and nobody but HR, SIL and CEO to them.

        `ScopeUnknown` where it is somebody else to whom they stood when staff was last heard, too long ago.
        """
        caller = self._caller(caller_person, today)
        if caller is None:
            return frozenset()
        if caller_person == person:
            return frozenset({Relation.OWN})
        other = self._directory.people_where({"_id": person}, _FIELDS)
        if not other or _left(other[0], today):
            return frozenset()
        held = set()
        if any(manager["person"] == caller_person and holds(manager, today) for manager in other[0]["line_managers"]):
            held.add(Relation.DIRECT_REPORT)
        if _led(caller, today) & _works_at(other[0], today):
            held.add(Relation.LEADS_ACADEMY)
        if held:
            self._heard()
        return frozenset(held)

    def people_filter(self, caller_person: str, relations: frozenset[Relation], today: date) -> dict[str, Any]:
        """A filter over documents of people: those to whom the caller stands in one of `relations` today.

        `ScopeUnknown` as for `relations`: whoever leads or manages nobody is still answered.
        """
        caller = self._caller(caller_person, today)
        if caller is None:
            return _NOBODY
        others = {"_id": {"$ne": caller_person}}
        choices: list[dict[str, Any]] = []
        if Relation.DIRECT_REPORT in relations:
            managed = {"$elemMatch": {"person": caller_person, **in_force(today)}}
            choices.append({**others, "line_managers": managed, **not_left(today)})
        led = _led(caller, today)
        if Relation.LEADS_ACADEMY in relations and led:
            works = {"$elemMatch": {"organisation": {"$in": sorted(led)}, **in_force(today)}}
            choices.append({**others, "appointments": works})
        if choices and self._silence() > SILENCE and self._directory.people_where({"$or": choices}, ("_id",)):
            self._heard()
        if Relation.OWN in relations:
            choices.append({"_id": caller_person})
        return {"$or": choices} if choices else _NOBODY

    def person_ids(self, caller_person: str, relations: frozenset[Relation], today: date) -> list[str]:
        """The ids of the same people, in order; for collections that hold only a person's id.

        With the ids of records that have become part of theirs: what is kept under those is theirs too.
        """
        condition = self.people_filter(caller_person, relations, today)
        if condition is _NOBODY:
            return []
        found = self._directory.people_where(condition, ("_id", "former_ids"))
        return [id_ for person in found for id_ in (person["_id"], *person.get("former_ids", ()))]

    def _heard(self) -> None:
        """Refuse where staff was last heard too long ago."""
        silence = self._silence()
        if silence > SILENCE:
            minutes = int(silence.total_seconds() // 60)
            raise ScopeUnknown(
                f"Nothing was heard of the staff service for {minutes} minutes, so whom you may see today is not "
                "certain. What is your own is there. Please try again in some minutes.",
                retry_after=60,
            )

    def _silence(self) -> timedelta:
        """How long ago everything that staff said was here; nothing where no heartbeat tells it."""
        silence, until = self._silent
        if until <= self._seconds():
            heard = self._directory.heard_until()
            silence = self._clock() - heard if heard else timedelta()
            self._silent = silence, self._seconds() + self._fresh
        return silence

    def _caller(self, person_id: str, today: date) -> _Known | None:
        known = self._callers.get(person_id)
        if known is None or known.until <= self._seconds():
            found = self._directory.people_where({"_id": person_id}, _FIELDS)
            if not found:
                return None
            known = self._keep(found[0])
        return None if _left(known.person, today) else known

    def _keep(self, person: Document) -> _Known:
        places = {one["organisation"] for one in person["appointments"] if one["post"] in LEADING_POSTS}
        academies = frozenset(self._directory.academies_among(places)) if places else frozenset()
        known = _Known(person, academies, self._seconds() + self._fresh)
        with self._lock:
            self._make_room(self._callers)
            self._callers[person["_id"]] = known
        return known

    def _make_room(self, cache: dict[Any, _Known]) -> None:
        """Forget everybody rather than grow without end; they are read again."""
        if len(cache) >= self._most:
            cache.clear()


def _left(person: Document, today: date) -> bool:
    """Tell whether every appointment has ended before today; who never had one has not left."""
    day = today.isoformat()
    ends = [one["to"] for one in person["appointments"]]
    return bool(ends) and all(end is not None and end < day for end in ends)


def not_left(today: date) -> dict[str, Any]:
    """A filter over documents of people: all but those whose every appointment has ended before today."""
    current = {"$elemMatch": {"$or": [{"to": None}, {"to": {"$gte": today.isoformat()}}]}}
    return {"$or": [{"appointments": {"$size": 0}}, {"appointments": current}]}


def _bound(person: Document, issuer: str, subject: str, today: date) -> bool:
    return any(
        one["issuer"] == issuer and one["subject"] == subject and holds(one, today) for one in person["sign_ins"]
    )


def _led(caller: _Known, today: date) -> set[str]:
    """The academies at which the caller holds a leading post today: several for an executive head."""
    return {
        one["organisation"]
        for one in caller.person["appointments"]
        if one["post"] in LEADING_POSTS and one["organisation"] in caller.academies and holds(one, today)
    }


def _works_at(person: Document, today: date) -> set[str]:
    return {one["organisation"] for one in person["appointments"] if holds(one, today)}
