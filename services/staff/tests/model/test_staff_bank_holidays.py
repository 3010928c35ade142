"""England's bank holidays, held against the government's own lists."""

from datetime import date

import pytest

from acorn_staff.model.bank_holidays import of_england

# As published at https://www.gov.uk/bank-holidays, month and day.
PUBLISHED = {
    2019: "0101 0419 0422 0506 0527 0826 1225 1226",
    2020: "0101 0410 0413 0508 0525 0831 1225 1228",
    2021: "0101 0402 0405 0503 0531 0830 1227 1228",
    2022: "0103 0415 0418 0502 0602 0603 0829 0919 1226 1227",
    2023: "0102 0407 0410 0501 0508 0529 0828 1225 1226",
    2024: "0101 0329 0401 0506 0527 0826 1225 1226",
    2025: "0101 0418 0421 0505 0526 0825 1225 1226",
    2026: "0101 0403 0406 0504 0525 0831 1225 1228",
    2027: "0101 0326 0329 0503 0531 0830 1227 1228",
}


@pytest.mark.parametrize("year", PUBLISHED)
def test_the_days_are_those_that_the_government_published(year: int) -> None:
    published = tuple(date(year, int(day[:2]), int(day[2:])) for day in PUBLISHED[year].split())
    assert of_england(year) == published
