"""FTE and overlaps, held against a count day by day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acorn_staff.model.appointments import Appointment, Override, Weekday, checked, with_added
from acorn_staff.model.posts import POSTS
from acorn_staff.model.refusals import AppointmentsOverlap, EndsBeforeStart, FteExceeded, Malformed

FIRST = date(2019, 9, 1)
DAYS = 12
OFFICES = {"governor", "trustee", "consultant"}
OVERRIDE = Override(by="person:hr", at=datetime(2019, 8, 1, tzinfo=UTC), why="Covers an absence.")


def day(number: int) -> date:
    """A day of the tests' little calendar."""
    return FIRST + timedelta(days=number)


def appointment(
    number: int = 0,
    *,
    organisation: str = "elm",
    post: str = "teacher",
    fte: float = 1.0,
    from_: int = 0,
    to: int | None = None,
    override: Override | None = None,
) -> Appointment:
    """An appointment in the little calendar."""
    return Appointment(
        id=f"a{number}",
        organisation=organisation,
        post=post,
        fte=fte,
        from_=day(from_),
        to=None if to is None else day(to),
        override=override,
    )


def worked_on(appointments: Sequence[Appointment], number: int) -> Fraction:
    """The oracle: what is worked on one day, in exact fractions of a job."""
    here = day(number)
    return sum(
        (
            Fraction(str(one.fte))
            for one in appointments
            if one.post not in OFFICES and one.from_ <= here and (one.to is None or one.to >= here)
        ),
        Fraction(0),
    )


def test_a_full_time_teacher_cannot_take_a_tenth_of_a_job_more() -> None:
    with pytest.raises(FteExceeded) as refused:
        with_added([appointment(1)], appointment(2, organisation="ash", fte=0.1, from_=3))
    assert refused.value.facts == {"day": "2019-09-04", "fte": 1.1}


def test_three_jobs_of_tenths_make_exactly_one() -> None:
    held: tuple[Appointment, ...] = ()
    for number, fte in enumerate((0.1, 0.2, 0.7)):
        held = with_added(held, appointment(number, organisation=f"academy {number}", fte=fte))
    assert len(held) == 3


def test_two_halves_meet_only_where_both_hold() -> None:
    held = (appointment(1, fte=0.6, to=4), appointment(2, organisation="ash", fte=0.6, from_=5))
    with_added(held, appointment(3, organisation="oak", fte=0.4))
    with pytest.raises(FteExceeded) as refused:
        with_added(held, appointment(3, organisation="oak", fte=0.5, from_=5))
    assert refused.value.facts["day"] == day(5).isoformat()


def test_the_override_lets_it_be_and_is_recorded() -> None:
    held = with_added([appointment(1)], appointment(2, organisation="ash", fte=0.2, override=OVERRIDE))
    assert held[1].override == OVERRIDE


def test_an_override_that_is_not_needed_is_not_recorded() -> None:
    held = with_added([], appointment(1, override=OVERRIDE))
    assert held[0].override is None


def test_a_full_time_teacher_can_be_a_governor_too() -> None:
    held = with_added([appointment(1)], appointment(2, post="governor"))
    assert [one.post for one in held] == ["teacher", "governor"]


def test_the_same_post_at_the_same_academy_is_held_once_a_day() -> None:
    with pytest.raises(AppointmentsOverlap) as refused:
        with_added([appointment(1, fte=0.5, to=5)], appointment(2, fte=0.5, from_=5))
    assert refused.value.facts["appointment"] == "a1"
    assert len(with_added([appointment(1, fte=0.5, to=5)], appointment(2, fte=0.5, from_=6))) == 2


@pytest.mark.parametrize("fte", [0.0, -0.5, 1.0001, 2.0, 0.00001, 0.33333, float("inf"), float("nan")])
def test_fte_is_above_nought_and_at_most_one_to_four_decimals(fte: float) -> None:
    with pytest.raises(Malformed) as refused:
        checked(appointment(fte=fte))
    assert refused.value.field == "fte"


@pytest.mark.parametrize("fte", [0.0001, 0.3333, 0.6, 0.8667, 1.0, 1])
def test_four_decimals_are_enough_for_any_timetable(fte: float) -> None:
    assert checked(appointment(fte=fte)).fte == fte


def test_an_appointment_does_not_end_before_it_starts() -> None:
    assert checked(appointment(from_=3, to=3))
    with pytest.raises(EndsBeforeStart):
        checked(appointment(from_=3, to=2))


def test_working_days_are_kept_in_the_order_of_the_week() -> None:
    given = (Weekday.FRIDAY, Weekday.MONDAY, Weekday.FRIDAY)
    assert checked(replace(appointment(), working_days=given)).working_days == (Weekday.MONDAY, Weekday.FRIDAY)
    with pytest.raises(Malformed):
        checked(replace(appointment(), working_days=()))


def test_offices_do_not_count_as_working_time() -> None:
    assert {code for code, post in POSTS.items() if not post.counts} == OFFICES


@st.composite
def some_appointment(draw: st.DrawFn, number: int) -> Appointment:
    """Any appointment in the little calendar, some with an override."""
    from_ = draw(st.integers(0, DAYS - 1))
    return appointment(
        number,
        organisation=draw(st.sampled_from(("elm", "ash", "oak"))),
        post=draw(st.sampled_from(("teacher", "senco", "governor"))),
        fte=draw(st.sampled_from((0.1, 0.2, 0.3, 0.3333, 0.5, 0.6667, 0.7, 1.0))),
        from_=from_,
        to=draw(st.none() | st.integers(from_, DAYS)),
        override=draw(st.sampled_from((None, None, None, OVERRIDE))),
    )


@given(st.data())
def test_fte_stays_within_one_on_every_day_and_nothing_else_is_refused(data: st.DataObject) -> None:
    held: tuple[Appointment, ...] = ()
    for number in range(data.draw(st.integers(1, 8))):
        new = data.draw(some_appointment(number))
        its_days = [one for one in range(DAYS + 2) if day(one) >= new.from_ and (new.to is None or day(one) <= new.to)]
        twice = any(
            (one.organisation, one.post) == (new.organisation, new.post)
            and any(one.from_ <= day(each) and (one.to is None or day(each) <= one.to) for each in its_days)
            for one in held
        )
        too_much = new.post not in OFFICES and any(worked_on([*held, new], each) > 1 for each in its_days)
        before = held
        try:
            held = with_added(held, new)
        except AppointmentsOverlap:
            assert twice
            continue
        except FteExceeded:
            assert too_much
            assert new.override is None
            continue
        assert not twice
        assert (new.override is not None) if too_much else all(one.override is None for one in held if one.id == new.id)
        assert set(before) <= set(held)
        assert [one.from_ for one in held] == sorted(one.from_ for one in held)
    for each in range(DAYS + 2):
        overridden = any(
            one.override and one.from_ <= day(each) and (one.to is None or day(each) <= one.to) for one in held
        )
        assert overridden or worked_on(held, each) <= 1
