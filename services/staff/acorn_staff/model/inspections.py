"""Ofsted's judgements of an academy over time: what was judged, on which scale, when.

Three forms follow one another. Until September 2024 a school had one overall effectiveness on four grades; then its key
judgements alone; since November 2025 a report card has evaluation areas on five grades, and says of safeguarding only
whether it is met. Sources: Ofsted, "School inspection handbook" (2 September 2024) and "State-funded school inspection
toolkit" (in use from 10 November 2025).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from acorn_staff.model.refusals import Malformed, NoSuchInspection

NO_OVERALL_FROM = date(2024, 9, 2)
REPORT_CARDS_FROM = date(2025, 11, 10)


class Grade(StrEnum):
    """What Ofsted judges with: four grades until November 2025, then five others."""

    OUTSTANDING = "outstanding"
    GOOD = "good"
    REQUIRES_IMPROVEMENT = "requires_improvement"
    INADEQUATE = "inadequate"
    EXCEPTIONAL = "exceptional"
    STRONG_STANDARD = "strong_standard"
    EXPECTED_STANDARD = "expected_standard"
    NEEDS_ATTENTION = "needs_attention"
    URGENT_IMPROVEMENT = "urgent_improvement"


_FOUR_GRADES = (Grade.OUTSTANDING, Grade.GOOD, Grade.REQUIRES_IMPROVEMENT, Grade.INADEQUATE)


class InspectedArea(StrEnum):
    """What a judgement is about."""

    QUALITY_OF_EDUCATION = "quality_of_education"
    BEHAVIOUR_AND_ATTITUDES = "behaviour_and_attitudes"
    PERSONAL_DEVELOPMENT = "personal_development"
    LEADERSHIP_AND_MANAGEMENT = "leadership_and_management"
    INCLUSION = "inclusion"
    CURRICULUM_AND_TEACHING = "curriculum_and_teaching"
    ACHIEVEMENT = "achievement"
    ATTENDANCE_AND_BEHAVIOUR = "attendance_and_behaviour"
    PERSONAL_DEVELOPMENT_AND_WELL_BEING = "personal_development_and_well_being"
    LEADERSHIP_AND_GOVERNANCE = "leadership_and_governance"
    EARLY_YEARS = "early_years"
    SIXTH_FORM = "sixth_form"


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One area and its grade."""

    area: InspectedArea
    grade: Grade


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """One inspection: the day on which it ended, the overall grade while there was one, and the areas' grades."""

    id: str
    inspected: date
    overall: Grade | None = None
    areas: tuple[Judged, ...] = ()
    safeguarding_met: bool | None = None


def with_inspection(held: Sequence[Inspection], new: Inspection, *, today: date) -> tuple[Inspection, ...]:
    """The inspections with one more, by day; `Malformed` names what cannot be on that day."""
    if new.inspected > today:
        raise Malformed("inspected", "An inspection is recorded once it has ended, so not for a day to come.")
    if any(other.inspected == new.inspected for other in held):
        raise Malformed("inspected", "An inspection that ended on that day is recorded already.")
    if new.overall is not None and new.inspected >= NO_OVERALL_FROM:
        raise Malformed("overall", f"Ofsted gives no overall grade since {NO_OVERALL_FROM}.")
    if new.overall is not None and new.overall not in _FOUR_GRADES:
        raise Malformed("overall", "Overall effectiveness was outstanding, good, requires_improvement or inadequate.")
    if new.overall is None and not new.areas:
        raise Malformed("areas", "An inspection has an overall grade or the grades of areas.")
    if len({one.area for one in new.areas}) < len(new.areas):
        raise Malformed("areas", "One area has one grade.")
    five = new.inspected >= REPORT_CARDS_FROM
    if any((one.grade in _FOUR_GRADES) is five for one in new.areas):
        scale = "the five grades of report cards" if five else "outstanding, good, requires_improvement or inadequate"
        raise Malformed("areas", f"On that day areas were graded with {scale}.")
    return tuple(sorted((*held, new), key=lambda one: one.inspected))


def without_inspection(held: Sequence[Inspection], inspection_id: str) -> tuple[Inspection, ...]:
    """The inspections without one that was recorded in error; `NoSuchInspection`."""
    left = tuple(one for one in held if one.id != inspection_id)
    if len(left) == len(held):
        raise NoSuchInspection
    return left
