"""Scope against an oracle that shares no code with it: days as numbers, intervals as sets of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some
from pymongo.database import Database

from directory.testing import Trust, holds, managed_by, signs_in_as
from servicekit.mongo import Document
from servicekit.roles import Relation

pytestmark = pytest.mark.engines

FIRST = date(2026, 8, 27)
DAYS = range(9)
PLACES = [f"019712c0-0000-7000-8000-0000000000a{number}" for number in range(3)]
PEOPLE = [f"019712c0-0000-7000-8000-0000000000b{number}" for number in range(4)]
LEAD = ["headteacher", "acting_headteacher", "executive_headteacher"]
FOLLOW = ["teacher", "deputy_headteacher", "chief_executive"]


@dataclass(frozen=True)
class Stretch:
    """A stretch of days by number; an end of None has none."""

    first: int
    last: int | None

    def days(self) -> set[int]:
        return {day for day in DAYS if day >= self.first and (self.last is None or day <= self.last)}

    def ended_before(self, day: int) -> bool:
        return self.last is not None and self.last < day

    def dates(self) -> tuple[str, str | None]:
        return text(self.first), None if self.last is None else text(self.last)


def text(day: int) -> str:
    return str(FIRST + timedelta(days=day))


@dataclass(frozen=True)
class Job:
    place: int
    post: str
    when: Stretch


@dataclass(frozen=True)
class Someone:
    jobs: list[Job] = field(default_factory=list)
    managers: list[tuple[int, Stretch]] = field(default_factory=list)
    logins: list[Stretch] = field(default_factory=list)


stretches = some.builds(
    lambda first, length: Stretch(first, None if length is None else first + length),
    some.integers(-1, 9),
    some.none() | some.integers(0, 6),
)
jobs = some.builds(Job, some.integers(0, len(PLACES) - 1), some.sampled_from(LEAD + FOLLOW), stretches)
someones = some.builds(
    Someone,
    some.lists(jobs, max_size=3),
    some.lists(some.tuples(some.integers(0, len(PEOPLE) - 1), stretches), max_size=2),
    some.lists(stretches, max_size=1),
)


class Oracle:
    """What the domain brief says, done the slowest way."""

    def __init__(self, people: list[Someone], academies: set[int]) -> None:
        self.people = people
        self.academies = academies

    def gone(self, one: int, day: int) -> bool:
        jobs = self.people[one].jobs
        return len(jobs) > 0 and len([job for job in jobs if job.when.ended_before(day)]) == len(jobs)

    def places(self, one: int, day: int, posts: Iterable[str]) -> set[int]:
        return {job.place for job in self.people[one].jobs if day in job.when.days() and job.post in posts}

    def relations(self, caller: int, other: int, day: int) -> set[str]:
        if self.gone(caller, day):
            return set()
        if caller == other:
            return {"own"}
        if self.gone(other, day):
            return set()
        found = set()
        for manager, when in self.people[other].managers:
            if manager == caller and day in when.days():
                found.add("direct_report")
        for place in self.places(caller, day, LEAD):
            if place in self.academies and place in self.places(other, day, LEAD + FOLLOW):
                found.add("leads_academy")
        return found

    def signed_in(self, one: int, day: int) -> bool:
        return not self.gone(one, day) and any(day in login.days() for login in self.people[one].logins)


def stored(number: int, one: Someone) -> dict[str, Any]:
    return {
        "person_id": PEOPLE[number],
        "appointments": [holds(PLACES[job.place], job.post, *job.when.dates()) for job in one.jobs],
        "line_managers": [managed_by(PEOPLE[manager], *when.dates()) for manager, when in one.managers],
        "sign_ins": [signs_in_as(f"login-{number}", *when.dates()) for when in one.logins],
    }


@pytest.fixture
def trust(database: Database[Document]) -> Trust:
    return Trust(database)


HEAD_AND_CLASS = [
    Someone([Job(0, "headteacher", Stretch(0, 4)), Job(1, "headteacher", Stretch(5, None))], [], [Stretch(0, None)]),
    Someone([Job(0, "teacher", Stretch(-1, 4)), Job(1, "teacher", Stretch(5, 7))], [(0, Stretch(3, None))]),
    Someone([Job(0, "teacher", Stretch(-1, None)), Job(1, "teacher", Stretch(2, 6))]),
    Someone([Job(2, "executive_headteacher", Stretch(0, None)), Job(0, "executive_headteacher", Stretch(4, 4))]),
]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=some.lists(someones, min_size=len(PEOPLE), max_size=len(PEOPLE)),
    academies=some.sets(some.integers(0, len(PLACES) - 1), min_size=1),
)
@example(people=HEAD_AND_CLASS, academies={0, 1, 2})
@example(people=HEAD_AND_CLASS, academies={1})
def test_scope_agrees_with_the_oracle_for_every_caller_person_and_day(
    trust: Trust, people: list[Someone], academies: set[int]
) -> None:
    trust.clear()
    for number, place in enumerate(PLACES):
        trust.academy(place, kind="academy" if number in academies else "central_team")
    for number, one in enumerate(people):
        trust.person(**stored(number, one))
    oracle, scope = Oracle(people, academies), trust.scope(fresh=1000)

    for day in DAYS:
        today = FIRST + timedelta(days=day)
        for caller in range(len(PEOPLE)):
            expected = {PEOPLE[other]: oracle.relations(caller, other, day) for other in range(len(PEOPLE))}
            for other, relations in expected.items():
                assert {str(found) for found in scope.relations(PEOPLE[caller], other, today)} == relations
            for asked in ([], ["own"], ["direct_report"], ["leads_academy"], ["own", "direct_report", "leads_academy"]):
                those = sorted(other for other, relations in expected.items() if relations & set(asked))
                wanted = frozenset(Relation(name) for name in asked)
                assert scope.person_ids(PEOPLE[caller], wanted, today) == those
                assert sorted(trust.seen(scope, PEOPLE[caller], today, *wanted)) == those
            found = scope.person_of("https://identity.example", f"login-{caller}", today)
            # A person whose only sign-in begins later is not found, and not remembered as nobody either.
            assert found == (PEOPLE[caller] if oracle.signed_in(caller, day) else None)
