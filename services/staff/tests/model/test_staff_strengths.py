"""Strengths: who may stand by them, and that they fade by the calendar alone."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acorn_staff.model.aspirations import Aspiration, Mobility
from acorn_staff.model.strengths import Level, Standing, Strength, first_day_within, months_after
from acorn_staff.model.talent_refusals import AspirationWithdrawn, EndorsedToday, OwnEndorsement, StrengthWithdrawn

DAY = date(2024, 11, 26)


def _strength(refreshed: date = DAY) -> Strength:
    return Strength(
        id="s",
        person="amina",
        area="phonics",
        level=Level.SECURE,
        declared=DAY,
        refreshed=refreshed,
        evidence="A lesson",
    )


@pytest.mark.parametrize(
    ("on", "standing"),
    [
        (date(2024, 11, 26), Standing.CURRENT),
        (date(2026, 8, 26), Standing.CURRENT),
        (date(2026, 8, 27), Standing.FADING),
        (date(2026, 11, 26), Standing.FADING),
        (date(2026, 11, 27), Standing.FADED),
    ],
)
def test_a_strength_fades_in_its_last_three_months_and_is_gone_after_two_years(on: date, standing: Standing) -> None:
    assert _strength().standing(on) is standing


def test_renewal_and_endorsement_refresh_it_and_withdrawal_ends_it() -> None:
    later = date(2026, 11, 1)
    renewed = _strength().renewed(on=later, level=Level.LEADS_OTHERS)
    assert (renewed.level, renewed.evidence, renewed.standing(date(2028, 8, 1))) == (
        Level.LEADS_OTHERS,
        "A lesson",
        Standing.CURRENT,
    )
    endorsed = _strength().endorsed_by("person:ben", on=later, evidence="Seen in Year 1")
    assert (endorsed.refreshed, endorsed.endorsed) == (later, 1)
    withdrawn = endorsed.taken_back(on=later)
    assert withdrawn.standing(later) is Standing.WITHDRAWN
    assert withdrawn.taken_back(on=DAY) is withdrawn
    with pytest.raises(StrengthWithdrawn):
        withdrawn.renewed(on=later)
    with pytest.raises(StrengthWithdrawn):
        withdrawn.endorsed_by("person:olu", on=later, evidence="Too late")


def test_nobody_endorses_themselves_or_twice_on_one_day() -> None:
    with pytest.raises(OwnEndorsement):
        _strength().endorsed_by("person:amina", on=DAY, evidence="I say so")
    once = _strength().endorsed_by("person:ben", on=DAY, evidence="Seen")
    with pytest.raises(EndorsedToday):
        once.endorsed_by("person:ben", on=DAY, evidence="Again")
    assert once.endorsed_by("person:ben", on=DAY + timedelta(days=1), evidence="Again").endorsed == 2


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 1, 1)), st.integers(1, 60))
def test_months_are_counted_by_the_calendar(day: date, months: int) -> None:
    after = months_after(day, months)
    assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == months
    assert after.day == day.day or (after.day < day.day and (after + timedelta(days=1)).day == 1)


@pytest.mark.parametrize("months", [21, 24])
def test_the_days_that_the_database_asks_for_are_those_of_the_rule(months: int) -> None:
    first = date(2023, 1, 1)
    for on in (first + timedelta(days=number) for number in range(6 * 366)):
        within = first_day_within(on, months)
        assert months_after(within - timedelta(days=1), months) < on <= months_after(within, months), on


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 1, 1)), st.integers(0, 900))
def test_a_strength_is_found_by_the_standing_that_it_has(refreshed: date, later: int) -> None:
    on = refreshed + timedelta(days=later)
    standing = _strength(refreshed).standing(on)
    assert (standing is Standing.CURRENT) == (refreshed >= first_day_within(on, 21))
    assert (standing is Standing.FADED) == (refreshed < first_day_within(on, 24))


def test_a_wish_is_said_otherwise_until_it_is_withdrawn() -> None:
    wish = Aspiration(id="a", person="amina", post="headteacher", mobility=Mobility.NEARBY, added=DAY)
    assert wish.changed(when=None, mobility=Mobility.NEARBY, note=None) is wish
    assert wish.changed(when="2028-29", mobility=Mobility.NEARBY, note=None).when == "2028-29"
    withdrawn = wish.taken_back(on=DAY)
    assert withdrawn.taken_back(on=DAY) is withdrawn
    with pytest.raises(AspirationWithdrawn):
        withdrawn.changed(when=None, mobility=Mobility.NEARBY, note=None)
