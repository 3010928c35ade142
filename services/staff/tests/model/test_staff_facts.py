"""Responsibilities, year groups, absences and delegates, with their days."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acorn_staff.model.appointments import Appointment, Reason
from acorn_staff.model.facts import Absence, AbsenceReason, Delegation, Part, Responsibility, YearGroup
from acorn_staff.model.person import Kind, Person, new_person
from acorn_staff.model.refusals import (
    EndsBeforeStart,
    FactOverlaps,
    NoSuchFact,
    NotAppointedThere,
    NothingToDelegate,
    OwnDelegate,
)

FIRST = date(2019, 9, 1)
LAST = date(2020, 8, 31)


def teacher(*jobs: Appointment, post: str = "teacher") -> Person:
    """Amina, who works at Elm since September 2019 unless other appointments are given."""
    person = new_person(id="amina", on=FIRST, kind=Kind.EMPLOYEE, given_name="Amina", family_name="Yusuf")
    for one in jobs or (job(post=post),):
        person = person.joined(one)
    return person


def job(id_: str = "first", organisation: str = "elm", **more: Any) -> Appointment:
    """An appointment from 1 September 2019."""
    return Appointment(
        **{"id": id_, "organisation": organisation, "post": "teacher", "fte": 1.0, "from_": FIRST, **more}
    )


def leads(id_: str = "r1", responsibility: str = "english_lead", organisation: str = "elm", **more: Any) -> Any:
    """A responsibility from 1 September 2019."""
    return Responsibility(
        **{"id": id_, "responsibility": responsibility, "organisation": organisation, "from_": FIRST, **more}
    )


def test_a_responsibility_lasts_as_long_as_was_said() -> None:
    (held,) = teacher().with_fact(leads(to=LAST)).responsibilities
    assert (held.from_, held.to, held.until) == (FIRST, LAST, LAST)


def test_who_leaves_answers_for_nothing_there_any_more() -> None:
    person = teacher().with_fact(leads())
    left = person.ended("first", on=LAST, reason=Reason.RESIGNED).settled()
    assert [(one.to, one.until) for one in left.responsibilities] == [(None, LAST)]


def test_who_stays_after_all_answers_for_it_again() -> None:
    left = teacher().with_fact(leads()).ended("first", on=LAST, reason=Reason.RESIGNED).settled()
    stays = left.retained("first", today=FIRST).settled()
    assert stays.responsibilities == teacher().with_fact(leads()).responsibilities


def test_a_new_post_at_the_same_organisation_ends_no_responsibility() -> None:
    promoted = teacher().with_fact(leads()).moved("first", id="second", on=LAST, organisation="elm", post="senco")
    assert [one.until for one in promoted.settled().responsibilities] == [None]


def test_a_responsibility_does_not_come_back_with_somebody_who_returns_years_later() -> None:
    left = teacher().with_fact(leads()).ended("first", on=LAST, reason=Reason.RESIGNED)
    returned = left.joined(job("again", from_=date(2024, 9, 1))).settled()
    assert [one.until for one in returned.responsibilities] == [LAST]


def test_a_responsibility_planned_for_a_move_that_is_called_off_never_holds() -> None:
    moves = teacher().moved("first", id="next", on=date(2020, 9, 1), organisation="ash")
    planned = moves.with_fact(leads(organisation="ash", from_=date(2020, 9, 1)))
    (held,) = planned.retained("first", today=FIRST).settled().responsibilities
    assert held.until == date(2020, 8, 31)
    assert held.until < held.from_


def test_where_somebody_does_not_work_they_answer_for_nothing() -> None:
    for fact in (leads(organisation="ash"), leads(from_=date(2019, 8, 31))):
        with pytest.raises(NotAppointedThere):
            teacher().with_fact(fact)


def test_the_same_twice_on_one_day_is_refused_and_names_the_first() -> None:
    person = teacher().with_fact(leads(to=LAST))
    with pytest.raises(FactOverlaps) as refused:
        person.with_fact(leads("r2", from_=LAST))
    assert refused.value.facts["fact"] == "r1"
    person.with_fact(leads("r2", from_=LAST + timedelta(days=1)))
    person.with_fact(leads("r2", "maths_lead"))


def test_a_year_group_may_be_taught_and_led() -> None:
    taught = YearGroup(id="y1", year_group="year_6", organisation="elm", part=Part.TAUGHT, from_=FIRST)
    person = teacher().with_fact(taught).with_fact(replace(taught, id="y2", part=Part.LED))
    assert [(one.part, one.until) for one in person.year_groups] == [(Part.TAUGHT, None), (Part.LED, None)]
    with pytest.raises(FactOverlaps):
        person.with_fact(replace(taught, id="y3"))


def test_an_absence_goes_over_the_years_end_and_overlaps_no_other() -> None:
    away = Absence(id="a1", from_=date(2019, 12, 9), to=date(2020, 1, 17), reason=AbsenceReason.SICKNESS)
    person = teacher().with_fact(away)
    with pytest.raises(FactOverlaps):
        person.with_fact(Absence(id="a2", from_=date(2020, 1, 17)))
    open_ended = person.with_fact(Absence(id="a2", from_=date(2020, 1, 18)))
    back = open_ended.with_fact_changed(Absence, "a2", to=date(2020, 3, 1), reason=AbsenceReason.STUDY)
    assert [(one.to, one.reason) for one in back.absences] == [
        (date(2020, 1, 17), AbsenceReason.SICKNESS),
        (date(2020, 3, 1), AbsenceReason.STUDY),
    ]


def test_a_head_has_a_delegate_and_a_teacher_has_none() -> None:
    deputy = Delegation(id="d1", person="ben", from_=FIRST, to=LAST)
    assert teacher(post="headteacher").with_fact(deputy).delegates == (deputy,)
    with pytest.raises(NothingToDelegate):
        teacher().with_fact(deputy)
    with pytest.raises(OwnDelegate):
        teacher(post="headteacher").with_fact(replace(deputy, person="amina"))


def test_days_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(EndsBeforeStart):
        teacher().with_fact(leads(to=FIRST - timedelta(days=1)))
    with pytest.raises(EndsBeforeStart):
        teacher().with_fact(leads()).with_fact_changed(Responsibility, "r1", to=FIRST - timedelta(days=1))


def test_what_was_recorded_in_error_goes_and_nothing_else() -> None:
    person = teacher().with_fact(leads()).with_fact(leads("r2", "maths_lead"))
    assert [one.id for one in person.without_fact(Responsibility, "r1").responsibilities] == ["r2"]
    with pytest.raises(NoSuchFact):
        person.without_fact(Responsibility, "r3")
    with pytest.raises(NoSuchFact):
        person.with_fact_changed(Absence, "r1", to=LAST)


def test_changing_nothing_gives_the_same_object() -> None:
    person = teacher().with_fact(leads(to=LAST))
    assert person.with_fact_changed(Responsibility, "r1", to=LAST) is person
    assert person.settled() is person


DAYS = st.dates(min_value=date(2019, 9, 1), max_value=date(2019, 10, 15))


@given(
    jobs=st.lists(st.tuples(DAYS, st.integers(0, 20)), max_size=4),
    from_=DAYS,
    length=st.none() | st.integers(0, 30),
)
def test_a_responsibility_holds_on_just_the_unbroken_days_there_from_its_first_on(
    jobs: list[tuple[date, int]], from_: date, length: int | None
) -> None:
    # given appointments of different posts at one organisation, which may meet, overlap or leave gaps
    appointments = tuple(
        job(f"j{number}", post=f"post_{number}", fte=0.1, from_=first, to=first + timedelta(days=days))
        for number, (first, days) in enumerate(jobs)
    )
    to = None if length is None else from_ + timedelta(days=length)
    person = replace(teacher(), appointments=appointments, responsibilities=(leads(from_=from_, to=to),)).settled()

    # when each day is looked at by itself
    there = {day for one in appointments for day in _days(one.from_, one.to or one.from_)}
    expected = []
    day = from_
    while day in there and (to is None or day <= to):
        expected.append(day)
        day += timedelta(days=1)

    # then the fact holds on these days and no other
    (held,) = person.responsibilities
    assert held.until is not None
    assert _days(held.from_, held.until) == expected


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
