"""What is due to go, and what is still kept."""

from datetime import date

import pytest

from acorn_staff.model.disposal import YEARS, DueChanged, Kept, kept_since, refuse_other_than_agreed


@pytest.mark.parametrize(
    ("kept", "on", "since"),
    [
        (Kept.PEOPLE, date(2026, 11, 23), date(2020, 11, 23)),
        (Kept.TALENT_REVIEWS, date(2026, 11, 23), date(2023, 11, 23)),
        (Kept.PEOPLE, date(2028, 2, 29), date(2022, 3, 1)),
        (Kept.TALENT_REVIEWS, date(2027, 2, 28), date(2024, 2, 28)),
    ],
)
def test_what_is_kept_goes_back_by_whole_years(kept: Kept, on: date, since: date) -> None:
    assert kept_since(kept, on) == since


def test_each_kind_has_its_years() -> None:
    assert YEARS.keys() == set(Kept)


@pytest.mark.parametrize(("agreed", "due"), [(0, 0), (2, 3), (3, 2), (3, 0)])
def test_nothing_goes_that_nobody_looked_at(agreed: int, due: int) -> None:
    with pytest.raises(DueChanged) as refused:
        refuse_other_than_agreed(Kept.PEOPLE, agreed, due)

    assert refused.value.facts == {"due": due}
    refuse_other_than_agreed(Kept.PEOPLE, 3, 3)
