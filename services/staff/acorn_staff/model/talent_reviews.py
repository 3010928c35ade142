"""Talent reviews: how ready somebody is for the next post and how likely to go, for the SIL and the CEO alone.

A review is a fact of its day: it is never edited, a later one counts. Source: domain brief, "Talent review".
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from acorn_staff.model.days import holds_on
from acorn_staff.model.person import Person


class Readiness(StrEnum):
    """When somebody is ready for the next post."""

    NOW = "now"
    ONE_TO_TWO_YEARS = "one_to_two_years"
    THREE_OR_MORE_YEARS = "three_or_more_years"


class Risk(StrEnum):
    """How likely it is that somebody leaves."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, kw_only=True)
class TalentReview:
    """What the SIL or the CEO thought of somebody's next step on a day."""

    id: str
    person: str
    on: date
    readiness: Readiness
    risk: Risk
    by: str
    at: datetime
    next_post: str | None = None
    notes: str | None = None


@dataclass(frozen=True)
class Cell:
    """How many people are as ready, and as likely to leave."""

    readiness: Readiness
    risk: Risk
    count: int


def reviewed(
    reviews: Iterable[TalentReview], people: Iterable[Person], on: date, *, organisation: str | None = None
) -> dict[str, TalentReview]:
    """The review that counts of each of these people who is here on a day, or works at an organisation on it.

    Of several it is that of the latest day, and of one day the one that was written last, which its id tells. Reviews
    that are kept under an id which a person had before are theirs.
    """
    present = {
        id_: person.id
        for person in people
        if not person.left_before(on) and (organisation is None or _works_at(person, organisation, on))
        for id_ in (person.id, *person.former_ids)
    }
    found: dict[str, TalentReview] = {}
    for review in sorted(reviews, key=lambda one: (one.on, one.id)):
        if review.person in present:
            found[present[review.person]] = replace(review, person=present[review.person])
    return found


def _works_at(person: Person, organisation: str, on: date) -> bool:
    return any(held.organisation == organisation and holds_on(held, on) for held in person.appointments)


def counted(reviews: Iterable[TalentReview]) -> list[Cell]:
    """How many there are of each readiness and risk, in order; none is a count too."""
    found = Counter((review.readiness, review.risk) for review in reviews)
    return [Cell(readiness, risk, found[readiness, risk]) for readiness in Readiness for risk in Risk]
