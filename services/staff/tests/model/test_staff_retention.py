"""Retention: what became of those who were in post as an academic year began, against an oracle that counts days."""

from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acorn_staff.model import retention as model
from acorn_staff.model.appointments import Appointment, Destination, Reason
from acorn_staff.model.refusals import Malformed
from acorn_staff.model.retention import Career, Cohort, Outcome, Service, by_year, period, retention, service

TODAY = date(2026, 11, 26)
LAST_YEAR = period("2025-26", TODAY)
_ids = count(1)


def _held(
    from_: str,
    to: str | None = None,
    *,
    at: str = "elm",
    post: str = "teacher",
    reason: Reason | None = None,
    destination: Destination | None = None,
) -> Appointment:
    return Appointment(
        id=f"{next(_ids):04}",
        organisation=at,
        post=post,
        fte=1.0,
        from_=date.fromisoformat(from_),
        to=date.fromisoformat(to) if to else None,
        reason=reason,
        destination=destination,
    )


def _one(*career: Appointment, organisation: str | None = None) -> model.Retention:
    return retention([career], LAST_YEAR, organisation=organisation)


def test_whoever_leaves_on_the_last_of_august_left_in_the_year_that_ends() -> None:
    left = _one(_held("2020-09-01", "2026-08-31", reason=Reason.RESIGNED, destination=Destination.ANOTHER_SCHOOL))
    stayed = _one(_held("2020-09-01", "2026-09-01", reason=Reason.RESIGNED))

    assert left.everybody == Cohort(in_post=1, left=1)
    assert left.reasons == {Reason.RESIGNED: 1}
    assert left.destinations == {Destination.ANOTHER_SCHOOL: 1}
    assert stayed.everybody == Cohort(in_post=1, stayed=1)
    assert not stayed.reasons


def test_a_move_to_another_academy_is_retained_by_the_trust_and_moved_in_each_row_that_was_left() -> None:
    found = _one(
        _held("2020-09-01", "2026-03-31", reason=Reason.PROMOTED_IN_TRUST),
        _held("2026-04-01", at="ash", post="deputy_headteacher"),
    )

    assert found.everybody == Cohort(in_post=1, moved=1)
    assert found.everybody.retained_percent == 100
    assert found.by_organisation == {"elm": Cohort(in_post=1, moved=1)}
    assert found.by_post == {"teacher": Cohort(in_post=1, moved=1)}
    assert found.promoted == 1
    assert not found.reasons


def test_somebody_of_two_academies_counts_once_in_the_trust_and_in_each_row() -> None:
    found = _one(_held("2020-09-01"), _held("2020-09-01", "2026-07-01", at="ash", post="senco"))

    assert found.everybody == Cohort(in_post=1, stayed=1)
    assert found.by_organisation == {"elm": Cohort(in_post=1, stayed=1), "ash": Cohort(in_post=1, moved=1)}
    assert found.by_post == {"teacher": Cohort(in_post=1, stayed=1), "senco": Cohort(in_post=1, moved=1)}


def test_who_goes_with_an_academy_is_no_part_of_the_percentage() -> None:
    gone = [_held("2020-09-01", "2026-01-31", reason=Reason.ACADEMY_LEFT_TRUST)]
    found = retention([gone, [_held("2020-09-01")], [_held("2020-09-01", "2026-02-01")]], LAST_YEAR)

    assert found.everybody == Cohort(in_post=3, stayed=1, went_with_academy=1, left=1)
    assert found.everybody.retained_percent == 50
    assert found.reasons == {None: 1}
    assert _one(*gone).everybody.retained_percent is None


def test_joiners_are_told_from_those_who_returned_after_a_break() -> None:
    joined = [_held("2026-01-01")]
    returned = [_held("2010-09-01", "2015-08-31"), _held("2026-01-01")]
    came_and_went = [_held("2026-01-01", "2026-05-31")]
    found = retention([joined, returned, came_and_went], LAST_YEAR)

    assert (found.joined, found.returned) == (2, 1)
    assert found.everybody == Cohort()


def test_a_governors_office_is_no_work() -> None:
    found = _one(_held("2020-09-01", post="governor"), _held("2020-09-01", "2026-01-31"))

    assert found.everybody == Cohort(in_post=1, left=1)
    assert "governor" not in found.by_post


def test_a_year_that_runs_is_compared_with_today_and_knows_who_is_to_leave() -> None:
    over = period("2026-27", TODAY)
    leaving = [_held("2020-09-01", "2027-08-31", reason=Reason.RETIRED)]
    found = retention([leaving, [_held("2020-09-01")], [_held("2026-10-01", "2026-12-31")]], over)

    assert (over.until, over.complete) == (TODAY, False)
    assert found.everybody == Cohort(in_post=2, stayed=2)
    assert found.leaving == 2
    assert retention([leaving], LAST_YEAR).leaving == 0


def test_an_academys_own_figures_are_of_those_who_worked_there() -> None:
    careers = [
        [_held("2020-09-01", "2025-12-31"), _held("2026-01-01", at="ash")],
        [_held("2020-09-01")],
        [_held("2020-09-01", at="ash")],
        [_held("2020-09-01", "2025-12-31", at="ash"), _held("2026-01-01")],
        [_held("2026-01-01")],
    ]
    found = retention(careers, LAST_YEAR, organisation="elm")

    assert found.everybody == Cohort(in_post=2, stayed=1, moved=1)
    assert found.joined == 2


@pytest.mark.parametrize(
    ("from_", "band"),
    [
        ("2026-11-26", Service.UNDER_1),
        ("2025-11-27", Service.UNDER_1),
        ("2025-11-26", Service.FROM_1_TO_2),
        ("2023-11-27", Service.FROM_1_TO_2),
        ("2023-11-26", Service.FROM_3_TO_5),
        ("2020-11-26", Service.FROM_6_TO_10),
        ("2015-11-27", Service.FROM_6_TO_10),
        ("2015-11-26", Service.OVER_10),
    ],
)
def test_length_of_service_is_in_whole_years(from_: str, band: Service) -> None:
    assert service([_held(from_)], TODAY) is band


def test_length_of_service_goes_back_over_appointments_that_meet_and_ends_at_a_break() -> None:
    unbroken = [_held("2010-09-01", "2020-08-31"), _held("2020-09-01", at="ash")]
    broken = [_held("2010-09-01", "2020-08-30"), _held("2020-09-01", at="ash")]

    assert service(unbroken, TODAY) is Service.OVER_10
    assert service(broken, TODAY) is Service.FROM_6_TO_10


@pytest.mark.parametrize("year", ["2027-28", "9999-00", "1949-50", "0000-01", "2025-27", "next"])
def test_a_year_that_has_not_begun_or_is_none_is_refused(year: str) -> None:
    with pytest.raises(Malformed, match=r"begun|1950|2019-20"):
        period(year, TODAY)


def test_years_go_from_this_one_to_the_first_with_somebody_in_post() -> None:
    years = by_year([[_held("2024-01-15")]], TODAY)

    assert [over.academic_year for over, _ in years] == ["2026-27", "2025-26", "2024-25", "2023-24"]
    assert [cohort.in_post for _, cohort in years] == [1, 1, 1, 0]
    assert len(by_year([[_held("1990-01-15")]], TODAY)) == 10
    assert [over.academic_year for over, _ in by_year([], TODAY)] == ["2026-27"]


_days = st.dates(min_value=date(2025, 1, 1), max_value=date(2027, 6, 1))
_appointments = st.builds(
    lambda from_, length, at, post, reason: _held(
        from_.isoformat(),
        (from_ + timedelta(days=length)).isoformat() if length is not None else None,
        at=at,
        post=post,
        reason=reason if length is not None else None,
    ),
    _days,
    st.none() | st.integers(min_value=0, max_value=600),
    st.sampled_from(["elm", "ash"]),
    st.sampled_from(["teacher", "senco", "governor"]),
    st.sampled_from([Reason.RESIGNED, Reason.ACADEMY_LEFT_TRUST]),
)


@given(st.lists(st.lists(_appointments, max_size=4), max_size=5))
def test_everybody_has_one_outcome_and_it_is_the_one_that_counting_days_finds(careers: list[Career]) -> None:
    found = retention(careers, LAST_YEAR)
    expected = Cohort()
    for career in careers:
        outcome = _by_days(career)
        if outcome is not None:
            expected.add(outcome)

    assert found.everybody == expected
    assert sum(row.in_post for row in found.by_service.values()) == expected.in_post
    assert sum(found.reasons.values()) == expected.left


def _by_days(career: Career) -> Outcome | None:
    """The outcome, found by asking of each day where somebody worked."""

    def places(day: date) -> set[str]:
        return {
            held.organisation
            for held in career
            if held.post != "governor" and held.from_ <= day and (held.to is None or held.to >= day)
        }

    before, after = places(date(2025, 9, 1)), places(date(2026, 9, 1))
    if not before:
        return None
    if after:
        return Outcome.STAYED if before & after else Outcome.MOVED
    day = date(2026, 8, 31)
    while not places(day):
        day -= timedelta(days=1)
    ends = [held for held in career if held.post != "governor" and held.to == day]
    last = max(ends, key=lambda held: held.id)
    return Outcome.WENT_WITH_ACADEMY if last.reason is Reason.ACADEMY_LEFT_TRUST else Outcome.LEFT
