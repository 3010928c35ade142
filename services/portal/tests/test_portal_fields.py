"""What people type into fields, and what becomes of it."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms import Form

from acorn_portal.forms import Day, Number, Text
from acorn_portal.forms.fields import Days, OneDay, typed_day


class Sheet(Form):
    """A form of one of each."""

    title = Text("Title", missing="Enter a title.")
    hours = Number("Hours")
    on = Day("Start date")


def filled(**values: str) -> Sheet:
    sheet = Sheet(MultiDict({name.replace("_", "-"): value for name, value in values.items()}))
    sheet.validate()
    return sheet


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_that_there_is_can_be_typed(day: date) -> None:
    sheet = filled(title="x", on_day=str(day.day), on_month=str(day.month), on_year=f"{day.year}")

    assert (sheet.on.data, list(sheet.on.errors)) == (day, [])


@given(st.text(max_size=6), st.text(max_size=6), st.text(max_size=6))
def test_whatever_is_typed_is_a_day_or_a_sentence_and_stays_in_its_box(day: str, month: str, year: str) -> None:
    sheet = filled(title="x", on_day=day, on_month=month, on_year=year)

    assert sheet.on.parts == (day.strip(), month.strip(), year.strip())
    assert (sheet.on.data is None) == (bool(sheet.on.errors) or not (day + month + year).strip())


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (("31", "2", "2026"), "Start date must be a real day, such as 27 3 2026."),
        (("1", "3", ""), "Start date must include a year."),
        (("", "", "2026"), "Start date must include a day and a month."),
        (("1", "3", "26"), "Start date must be a real day, such as 27 3 2026."),
        (("١", "3", "2026"), "Start date must be a real day, such as 27 3 2026."),
    ],
)
def test_a_day_that_is_none_says_what_is_wrong(parts: tuple[str, str, str], sentence: str) -> None:
    sheet = filled(title="x", on_day=parts[0], on_month=parts[1], on_year=parts[2])

    assert list(sheet.on.errors) == [sentence]


@pytest.mark.parametrize("month", ["march", "Mar", "MARCH", "3", "03"])
def test_a_month_may_be_a_word(month: str) -> None:
    assert filled(title="x", on_day="1", on_month=month, on_year="2026").on.data == date(2026, 3, 1)


def test_the_link_to_a_faulty_day_leads_to_the_box_that_is_empty() -> None:
    assert filled(title="x", on_day="1", on_month="", on_year="2026").on.first_id == "on-month"


@pytest.mark.parametrize(("typed", "number"), [("3", 3.0), ("3.5", 3.5), ("3,5", 3.5), (" 2 ", 2.0)])
def test_a_number_is_read_as_people_write_it(typed: str, number: float) -> None:
    assert filled(title="x", hours=typed).hours.number == number


@pytest.mark.parametrize("typed", ["three", "1e5", "-1", "inf", "nan", "1.2.3", "٣", "1 000"])
def test_what_is_no_number_says_so(typed: str) -> None:
    assert list(filled(title="x", hours=typed).hours.errors) == ["Hours must be a number, such as 1.5."]


@pytest.mark.parametrize("typed", ["", "   ", "\r\n"])
def test_spaces_are_nothing(typed: str) -> None:
    sheet = filled(title=typed)

    assert (sheet.title.data, list(sheet.title.errors)) == (None, ["Enter a title."])


def test_a_field_takes_one_value_of_the_many_that_a_request_may_bring() -> None:
    sheet: Any = Sheet(MultiDict([("title", "a"), ("title", "b"), ("on-day", "1"), ("on-day", "2")]))
    sheet.validate()

    assert (sheet.title.data, sheet.on.parts) == ("a", ("1", "", ""))


class Letter(Form):
    """Days as they stand in letters and spreadsheets."""

    first = OneDay("First day", missing="Enter the first day.")
    others = Days("INSET days")


@given(
    st.dates(min_value=date(1000, 1, 1)),
    st.sampled_from(
        [
            "{0.day} {0.month} {0.year}",
            "{0:%A} {0.day} {0:%B} {0.year}",
            "{0.day}/{0.month:02}/{0.year}",
            "{0.day:02}.{0.month}.{0.year}",
            "{0.day}th {0:%b} {0.year}",
            "{0.year}-{0.month:02}-{0.day:02}",
        ]
    ),
)
def test_every_day_can_be_written_as_people_write_it(day: date, how: str) -> None:
    assert typed_day(how.format(day)) == day
    assert typed_day(f"  {how.format(day)} ") == day


@given(st.text(max_size=30))
def test_whatever_is_written_is_days_or_a_sentence(text: str) -> None:
    letter = Letter(MultiDict({"first": text, "others": text}))
    letter.validate()

    assert (letter.first.iso() is None) == bool(letter.first.errors)
    assert bool(letter.others.iso() or letter.others.errors) == bool(text.strip())


def test_the_line_that_is_no_day_is_named_and_a_day_counts_once() -> None:
    wrong = Letter(MultiDict({"first": "1 9 2026", "others": "1 9 2026\r\n31 2 2027"}))
    right = Letter(MultiDict({"first": "1 9 2026", "others": "2 11 2026\r\n\r\n1 9 2026\r\n1/9/2026"}))
    wrong.validate(), right.validate()

    assert list(wrong.others.errors) == ["INSET days: “31 2 2027” is no real day. Write it like 27 3 2026."]
    assert right.others.iso() == ["2026-09-01", "2026-11-02"]
