"""Instants, London's days and academic years."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicekit.clock import academic_year, instant, london_today


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2027, 1, 1, 0, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_today_is_the_day_in_london_in_summer_and_in_winter(at: datetime, day: date) -> None:
    assert london_today(at) == day


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2019, 9, 1), "2019-20"),
        (date(2020, 8, 31), "2019-20"),
        (date(2020, 9, 1), "2020-21"),
        (date(1999, 12, 31), "1999-00"),
    ],
)
def test_an_academic_year_runs_from_september_to_august(day: date, year: str) -> None:
    assert academic_year(day) == year


@given(st.lists(st.datetimes(timezones=st.just(timezone(timedelta(hours=5)))), min_size=2, max_size=2))
def test_instants_sort_as_text_as_they_do_in_time(pair: list[datetime]) -> None:
    def cut(at: datetime) -> datetime:
        return at.replace(microsecond=at.microsecond // 1000 * 1000)

    one, other = pair
    if min(one.year, other.year) > 1000:
        assert (instant(one) < instant(other)) == (cut(one) < cut(other))
