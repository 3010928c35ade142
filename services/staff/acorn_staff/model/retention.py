"""Whom the trust keeps: of those in post as an academic year begins, who stays, who moves within it, who leaves.

The day of comparison is the first of the next academic year, so that whoever leaves on 31 August has left in the year
that ends; until it has come, today. Counted are employees in posts that are work: a governor's office is none.
Source: strategy, "retain our best staff"; domain brief, "Appointments" (why somebody left and where to).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from acorn_staff.model.appointments import Appointment, Destination, Reason
from acorn_staff.model.calendar import first_year
from acorn_staff.model.days import ONE_DAY, holds_on
from acorn_staff.model.posts import counts
from acorn_staff.model.refusals import Malformed
from servicekit.clock import academic_year

_EARLIEST = 1950
"""The first year of the earliest academic year that is asked about; nobody who worked then does so now."""

Career = Sequence[Appointment]
"""All appointments of one employee."""


class Service(StrEnum):
    """For how many whole years somebody had worked for the trust without a break as the academic year began."""

    UNDER_1 = "under_1"
    FROM_1_TO_2 = "1_to_2"
    FROM_3_TO_5 = "3_to_5"
    FROM_6_TO_10 = "6_to_10"
    OVER_10 = "over_10"


class Outcome(StrEnum):
    """What became of somebody who was in post."""

    STAYED = "stayed"
    MOVED = "moved"
    WENT_WITH_ACADEMY = "went_with_academy"
    LEFT = "left"


@dataclass(frozen=True)
class Period:
    """From the first day of an academic year to the day of comparison."""

    academic_year: str
    first: date
    until: date
    complete: bool


@dataclass
class Cohort:
    """How many were in post on the first day, and what became of them; each is counted once."""

    in_post: int = 0
    stayed: int = 0
    moved: int = 0
    went_with_academy: int = 0
    left: int = 0

    def add(self, outcome: Outcome) -> None:
        """Count one person."""
        self.in_post += 1
        setattr(self, outcome.value, getattr(self, outcome.value) + 1)

    @property
    def retained_percent(self) -> int | None:
        """The share that works for the trust still, in whole per cent, halves upwards; None where it is of nobody.

        Who went with an academy that left the trust did not choose to go, and is not asked about.
        """
        asked = self.in_post - self.went_with_academy
        return (200 * (self.stayed + self.moved) + asked) // (2 * asked) if asked else None


@dataclass
class Retention:
    """A year's figures: everybody, and by where, as what and for how long they had worked.

    Beside them: why and whereto those who left went, how many joined (and of those, returned after a break), how many
    were promoted, and how many of those who are here are recorded to leave before the next year begins.
    """

    everybody: Cohort = field(default_factory=Cohort)
    by_organisation: dict[str, Cohort] = field(default_factory=dict)
    by_post: dict[str, Cohort] = field(default_factory=dict)
    by_service: dict[Service, Cohort] = field(default_factory=lambda: {service: Cohort() for service in Service})
    reasons: Counter[Reason | None] = field(default_factory=Counter)
    destinations: Counter[Destination | None] = field(default_factory=Counter)
    joined: int = 0
    returned: int = 0
    promoted: int = 0
    leaving: int = 0


def period(year: str, today: date) -> Period:
    """An academic year as far as it has come by today; `Malformed` for one that has not begun, or is none."""
    first = first_year(year)
    if first > _begins(today):
        raise Malformed("academic_year", f"{year} has not begun yet.")
    if first < _EARLIEST:
        raise Malformed("academic_year", f"Say an academic year from {_EARLIEST} on.")
    following = date(first + 1, 9, 1)
    return Period(year, date(first, 9, 1), min(following, today), complete=following <= today)


def retention(careers: Iterable[Career], over: Period, *, organisation: str | None = None) -> Retention:
    """The figures of a period; with an organisation, of those who worked or came to work there.

    Somebody with two posts or academies counts in each of their rows and once in `everybody`. Within an academy's row
    whoever went to another one of the trust has moved; within a post's row, whoever has another post.
    """
    found = Retention()
    for everything in careers:
        career = [held for held in everything if counts(held.post)]
        before, after = _on(career, over.first), _on(career, over.until)
        if organisation is not None and not any(held.organisation == organisation for held in (*before, *after)):
            continue
        there = [held for held in before if organisation in (None, held.organisation)]
        if there:
            _count(found, career, there, after, over)
        elif organisation is None or any(held.organisation == organisation for held in after):
            _count_joiner(found, career, after, over)
    return found


def by_year(
    careers: Sequence[Career], today: date, *, organisation: str | None = None, most: int = 10
) -> list[tuple[Period, Cohort]]:
    """The figures of everybody, year by year, the latest first: from this one to the first with somebody in post."""
    known = [held.from_ for career in careers for held in career if counts(held.post)]
    latest = _begins(today)
    earliest = max(_begins(min(known, default=today)), latest - most + 1)
    years = [period(academic_year(date(first, 9, 1)), today) for first in range(latest, earliest - 1, -1)]
    return [(over, retention(careers, over, organisation=organisation).everybody) for over in years]


def _count(found: Retention, career: Career, before: Career, after: Career, over: Period) -> None:
    gone = _last(career, over)
    places, posts = {held.organisation for held in after}, {held.post for held in after}
    before_places = {held.organisation for held in before}
    if after:
        whole = Outcome.STAYED if before_places & places else Outcome.MOVED
    else:
        with_academy = gone is not None and gone.reason is Reason.ACADEMY_LEFT_TRUST
        whole = Outcome.WENT_WITH_ACADEMY if with_academy else Outcome.LEFT
    found.everybody.add(whole)
    for place in before_places:
        _row(found.by_organisation, place).add(_row_outcome(whole, among=place in places))
    for post in {held.post for held in before}:
        _row(found.by_post, post).add(_row_outcome(whole, among=post in posts))
    found.by_service[service(career, over.first)].add(whole)
    found.promoted += any(
        held.reason is Reason.PROMOTED_IN_TRUST and held.to is not None and over.first <= held.to < over.until
        for held in career
    )
    if whole is Outcome.LEFT:
        found.reasons[gone.reason if gone else None] += 1
        found.destinations[gone.destination if gone else None] += 1
    found.leaving += bool(after) and _leaves(career, over)


def _row_outcome(whole: Outcome, *, among: bool) -> Outcome:
    """What became of somebody in one row: whoever is here, but not in what the row is about, has moved."""
    if whole in {Outcome.STAYED, Outcome.MOVED}:
        return Outcome.STAYED if among else Outcome.MOVED
    return whole


def _count_joiner(found: Retention, career: Career, after: Career, over: Period) -> None:
    if not after:
        return
    found.joined += 1
    found.returned += any(held.to is not None and held.to < over.first for held in career)
    found.leaving += _leaves(career, over)


def _leaves(career: Career, over: Period) -> bool:
    """Tell whether somebody who is here is recorded to be so no more as the next year begins."""
    return not over.complete and not _on(career, date(over.first.year + 1, 9, 1))


def service(career: Career, day: date) -> Service:
    """How long somebody in post on a day had worked without a break of a day, in whole years."""
    began = day
    while earlier := [held.from_ for held in career if held.from_ < began and _reaches(held, began - ONE_DAY)]:
        began = min(earlier)
    years = day.year - began.year - ((day.month, day.day) < (began.month, began.day))
    for longest, band in ((0, Service.UNDER_1), (2, Service.FROM_1_TO_2), (5, Service.FROM_3_TO_5)):
        if years <= longest:
            return band
    return Service.FROM_6_TO_10 if years <= 10 else Service.OVER_10


def _reaches(held: Appointment, day: date) -> bool:
    return held.to is None or held.to >= day


def _on(career: Career, day: date) -> Career:
    return [held for held in career if holds_on(held, day)]


def _last(career: Career, over: Period) -> Appointment | None:
    ended = [held for held in career if held.to is not None and held.to < over.until]
    return max(ended, key=lambda held: (held.to, held.id)) if ended else None


def _row(rows: dict[str, Cohort], key: str) -> Cohort:
    return rows.setdefault(key, Cohort())


def _begins(day: date) -> int:
    return day.year if day.month >= 9 else day.year - 1
