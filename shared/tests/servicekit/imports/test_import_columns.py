"""Cells as values, and cells refused with a sentence."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from servicekit.imports.columns import UNLESS_TOLD, Reader, Refused, always, choice, day, email, number, text, trn

POST = choice({"teacher": "Teacher", "head_of_year": "Head of year"})
FTE = number(most="1", places=4)


@pytest.mark.parametrize(
    ("reader", "cell", "value"),
    [
        (day, "2019-09-01", date(2019, 9, 1)),
        (day, "01/09/2019", date(2019, 9, 1)),
        (day, "1/9/2019", date(2019, 9, 1)),
        (always("dd-mm-yyyy"), "01-09-2019", date(2019, 9, 1)),
        (trn, "1234567", "1234567"),
        (trn, "34567", "0034567"),
        (trn, "12/34567", "1234567"),
        (email, "Amina.Yusuf@OakTrees.example", "amina.yusuf@oaktrees.example"),
        (POST, "teacher", "teacher"),
        (POST, "Head of Year", "head_of_year"),
        (FTE, "0.6", Decimal("0.6")),
        (FTE, "1.0", Decimal("1.0")),
        (text(), "Elm  Road", "Elm Road"),
    ],
)
def test_a_cell_is_read_as_what_it_means(reader: Reader, cell: str, value: Any) -> None:
    assert reader(cell, UNLESS_TOLD) == value


@pytest.mark.parametrize(
    ("reader", "cell", "sentence"),
    [
        (day, "31/02/2019", "There is no such date."),
        (day, "2019-13-01", "There is no such date."),
        (day, "1 September", "It is not a date written yyyy-mm-dd or dd/mm/yyyy."),
        (day, "01/09/19", "It is not a date written yyyy-mm-dd or dd/mm/yyyy."),
        (trn, "12A4567", "A TRN has seven digits and nothing else."),
        (trn, "12345678", "A TRN has seven digits and nothing else."),
        (trn, "١٢٣٤٥٦٧", "A TRN has seven digits and nothing else."),
        (trn, "12", "A TRN has seven digits; this has too few even with zeros lost at the front."),
        (email, "amina at oaktrees", "It is not an e-mail address."),
        (email, "a@b.example, c@d.example", "It is not an e-mail address."),
        (POST, "Teechur", "It is not one of Teacher, Head of year. Is Teacher meant?"),
        (POST, "wizard", "It is not one of Teacher, Head of year."),
        (FTE, "1.2", "It must be above 0 and at most 1."),
        (FTE, "0", "It must be above 0 and at most 1."),
        (FTE, "NaN", "It is not a number."),
        (FTE, "full", "It is not a number."),
        (FTE, "0.33333", "It has more than 4 digits after the point."),
        (text(5), "too long", "It is longer than 5 characters. Shorten it."),
        (text(), "tab\x07bell", "It has a control character (U+0007). Type it again without it."),
    ],
)
def test_a_cell_that_cannot_be_is_refused_with_a_sentence(reader: Reader, cell: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        reader(cell, UNLESS_TOLD)

    assert str(refused.value) == sentence


def test_a_date_format_that_the_mapping_names_is_the_only_one_read() -> None:
    assert day("09/01/2019", ["mm/dd/yyyy"]) == date(2019, 9, 1)

    with pytest.raises(Refused):
        day("2019-09-01", ["mm/dd/yyyy"])
