"""Ofsted's judgements over time, in the three forms that followed one another."""

from datetime import date
from typing import Any

import pytest

from acorn_staff.model.inspections import Grade, InspectedArea, Inspection, Judged
from acorn_staff.model.organisation import Organisation, OrganisationKind, new_organisation
from acorn_staff.model.refusals import Malformed, NoSuchInspection, OrganisationGone

TODAY = date(2026, 11, 23)
GOOD = Judged(area=InspectedArea.QUALITY_OF_EDUCATION, grade=Grade.GOOD)
STRONG = Judged(area=InspectedArea.INCLUSION, grade=Grade.STRONG_STANDARD)


def academy(**facts: Any) -> Organisation:
    """Elm, a member."""
    return new_organisation(id="elm", kind=OrganisationKind.ACADEMY, name="Elm", **facts)


def inspection(day: str, **found: Any) -> Inspection:
    """An inspection that ended on a day."""
    return Inspection(id=day, inspected=date.fromisoformat(day), **found)


def test_each_form_is_taken_on_its_days() -> None:
    elm = academy()
    for one in (
        inspection("2026-03-04", areas=(STRONG,), safeguarding_met=True),
        inspection("2019-11-13", overall=Grade.GOOD, areas=(GOOD,)),
        inspection("2025-02-05", areas=(GOOD,)),
        inspection("2013-05-01", overall=Grade.INADEQUATE),
    ):
        elm = elm.inspected(one, today=TODAY)
    assert [one.id for one in elm.inspections] == ["2013-05-01", "2019-11-13", "2025-02-05", "2026-03-04"]


@pytest.mark.parametrize(
    ("day", "found", "field"),
    [
        ("2026-11-24", {"areas": (STRONG,)}, "inspected"),
        ("2024-09-02", {"overall": Grade.GOOD}, "overall"),
        ("2019-11-13", {"overall": Grade.EXCEPTIONAL}, "overall"),
        ("2019-11-13", {}, "areas"),
        ("2019-11-13", {"areas": (GOOD, GOOD)}, "areas"),
        ("2025-11-09", {"areas": (STRONG,)}, "areas"),
        ("2025-11-10", {"areas": (GOOD,)}, "areas"),
    ],
)
def test_what_ofsted_did_not_give_on_that_day_is_refused(day: str, found: dict[str, Any], field: str) -> None:
    with pytest.raises(Malformed) as refused:
        academy().inspected(inspection(day, **found), today=TODAY)
    assert refused.value.field == field


def test_one_inspection_a_day_and_none_of_the_central_team() -> None:
    once = academy().inspected(inspection("2019-11-13", overall=Grade.GOOD), today=TODAY)
    with pytest.raises(Malformed):
        once.inspected(inspection("2019-11-13", overall=Grade.INADEQUATE), today=TODAY)
    central = new_organisation(id="c", kind=OrganisationKind.CENTRAL_TEAM, name="Central")
    with pytest.raises(Malformed):
        central.inspected(inspection("2019-11-13", overall=Grade.GOOD), today=TODAY)


def test_one_that_was_recorded_in_error_goes() -> None:
    once = academy().inspected(inspection("2019-11-13", overall=Grade.GOOD), today=TODAY)
    assert once.without_inspection("2019-11-13") == academy()
    with pytest.raises(NoSuchInspection):
        academy().without_inspection("2019-11-13")


def test_nothing_begins_at_an_academy_after_its_last_day() -> None:
    left = academy().departed(date(2027, 8, 31))
    left.refuse_what_begins_after_its_end(date(2027, 8, 31))
    with pytest.raises(OrganisationGone):
        left.refuse_what_begins_after_its_end(date(2027, 9, 1))
    with pytest.raises(Malformed):
        new_organisation(id="c", kind=OrganisationKind.CENTRAL_TEAM, name="Central").departed(date(2027, 8, 31))
