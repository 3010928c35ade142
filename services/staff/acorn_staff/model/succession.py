"""Who could follow each head and senior leader, who is being developed for it, and where nobody is.

Key posts are the headship and the deputy headship of the trust's academies, and at the central team the chief executive
and the School Improvement Lead. Acting and executive heads hold the headship. Source: strategy, "make them our future
senior leaders"; domain brief, "Talent review" (succession).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from acorn_staff.model.days import holds_on, unbroken
from acorn_staff.model.organisation import Membership, Organisation, OrganisationKind
from acorn_staff.model.person import NOT_YET, Person
from acorn_staff.model.posts import LEADING

HEADSHIP = "headteacher"
_KEY: Mapping[OrganisationKind, tuple[str, ...]] = {
    OrganisationKind.ACADEMY: (HEADSHIP, "deputy_headteacher"),
    OrganisationKind.CENTRAL_TEAM: ("chief_executive", "school_improvement_lead"),
}
_ALWAYS_THERE = frozenset({HEADSHIP, "chief_executive", "school_improvement_lead"})
"""What every organisation of its kind has, vacant or not. A small school may have no deputy."""


class Ready(StrEnum):
    """When a candidate could take a post."""

    NOW = "ready_now"
    SOON = "soon"
    LATER = "later"


class Gap(StrEnum):
    """What is at risk."""

    VACANT = "vacant"
    LEAVING = "leaving"
    NO_SUCCESSOR = "no_successor"
    ONE_SUCCESSOR = "one_successor"


@dataclass(frozen=True, kw_only=True)
class Said:
    """What was said of a candidate once, by whom and when."""

    ready: Ready
    developing: str | None
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who could follow in a key post; `developing` is what they are given to grow into it."""

    id: str
    organisation: str
    post: str
    person: str
    ready: Ready
    by: str
    at: datetime
    developing: str | None = None
    withdrawn: bool = False
    earlier: tuple[Said, ...] = ()
    version: int = 1
    shape: int = 1
    changed_at: datetime = NOT_YET

    def said(self, ready: Ready, developing: str | None, *, by: str, at: datetime) -> "Candidate":
        """The candidate as somebody says now; what was said before is kept. The same object where nothing changes."""
        if (self.ready, self.developing, self.withdrawn) == (ready, developing, False):
            return self
        before = Said(ready=self.ready, developing=self.developing, by=self.by, at=self.at)
        earlier = (*self.earlier, before)
        return replace(self, ready=ready, developing=developing, by=by, at=at, withdrawn=False, earlier=earlier)

    def taken_back(self, *, by: str, at: datetime) -> "Candidate":
        """The candidate no longer one; the same object if so already."""
        return self if self.withdrawn else replace(self, withdrawn=True, by=by, at=at)


@dataclass(frozen=True)
class Holder:
    """Who holds a key post, and their last day in it where one is recorded."""

    person: str
    post: str
    until: date | None


@dataclass(frozen=True)
class Position:
    """A key post at an organisation: who holds it, who could follow, what is at risk."""

    organisation: str
    post: str
    holders: tuple[Holder, ...]
    candidates: tuple[Candidate, ...]
    gaps: tuple[Gap, ...]

    @property
    def successors(self) -> tuple[Candidate, ...]:
        """Candidates who could follow now or soon."""
        return tuple(one for one in self.candidates if one.ready is not Ready.LATER)


def key_post(organisation: Organisation, post: str) -> bool:
    """Tell whether succession is planned for a post at an organisation: at those that are of the trust today."""
    return organisation.membership is Membership.MEMBER and post in _KEY[organisation.kind]


def known_as(candidates: Iterable[Candidate], present: Mapping[str, str]) -> list[Candidate]:
    """The candidates by the ids that they have now, each once for a post: what was said last counts."""
    found: dict[tuple[str, str, str], Candidate] = {}
    for candidate in sorted(candidates, key=lambda one: one.at):
        person = present.get(candidate.person, candidate.person)
        found[candidate.organisation, candidate.post, person] = replace(candidate, person=person)
    return list(found.values())


def positions(
    organisations: Iterable[Organisation], people: Sequence[Person], candidates: Iterable[Candidate], on: date
) -> list[Position]:
    """The key posts of some organisations on a day, by organisation's name; `people` are those whom they may concern.

    A candidate who has left, or who holds the post already, is none.
    """
    here = {person.id: person for person in people if not person.left_before(on)}
    by_place: defaultdict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if not candidate.withdrawn and candidate.person in here:
            by_place[candidate.organisation, candidate.post].append(candidate)
    found = []
    for organisation in sorted(organisations, key=lambda one: (one.name, one.id)):
        for post in _KEY[organisation.kind]:
            holders = _holders(here.values(), organisation.id, post, on)
            held = {holder.person for holder in holders}
            able = sorted(
                (one for one in by_place[organisation.id, post] if one.person not in held),
                key=lambda one: (list(Ready).index(one.ready), one.person),
            )
            if key_post(organisation, post) and (holders or able or post in _ALWAYS_THERE):
                found.append(Position(organisation.id, post, holders, tuple(able), _gaps(holders, able)))
    return found


def relied_on(found: Iterable[Position]) -> dict[str, list[Position]]:
    """People who are the only successor of more than one key post: if one of those falls vacant, so do the others."""
    only: defaultdict[str, list[Position]] = defaultdict(list)
    for position in found:
        if len(position.successors) == 1:
            only[position.successors[0].person].append(position)
    return {person: places for person, places in only.items() if len(places) > 1}


def _holders(people: Iterable[Person], organisation: str, post: str, on: date) -> tuple[Holder, ...]:
    """Who holds a key post, each until no job there holds it on: an acting head may become the head the day after."""
    posts = LEADING if post == HEADSHIP else {post}
    found = []
    for person in people:
        jobs = [job for job in person.appointments if job.organisation == organisation and job.post in posts]
        days = unbroken(jobs, on)
        if days is not None:
            found += [Holder(person.id, job.post, days[1]) for job in jobs if holds_on(job, on)]
    return tuple(sorted(found, key=lambda one: one.person))


def _gaps(holders: Sequence[Holder], able: Sequence[Candidate]) -> tuple[Gap, ...]:
    gaps = []
    if not holders:
        gaps.append(Gap.VACANT)
    elif all(holder.until is not None for holder in holders):
        gaps.append(Gap.LEAVING)
    successors = sum(one.ready is not Ready.LATER for one in able)
    if successors < 2:
        gaps.append(Gap.ONE_SUCCESSOR if successors else Gap.NO_SUCCESSOR)
    return tuple(gaps)
