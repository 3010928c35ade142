"""Academic years: terms and their halves, INSET days, an academy's own dates."""

from datetime import date

import pytest

from acorn_staff.model.calendar import Calendar, HalfTerm, OwnDates, Term, TermName, new_calendar
from acorn_staff.model.refusals import EndsBeforeStart, Malformed, NoDatesOfItsOwn

AUTUMN = (("2026-09-02", "2026-10-23"), ("2026-11-02", "2026-12-18"))
SPRING = (("2027-01-05", "2027-02-12"), ("2027-02-22", "2027-03-25"))
SUMMER = (("2027-04-12", "2027-05-28"), ("2027-06-07", "2027-07-21"))
FIVE = tuple(map(date.fromisoformat, ("2026-09-01", "2026-11-27", "2027-01-04", "2027-07-22", "2027-07-23")))


def term(name: TermName, halves: tuple[tuple[str, str], ...]) -> Term:
    """A term of these halves."""
    days = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in halves]
    return Term(term=name, half_terms=tuple(HalfTerm(from_=first, to=last) for first, last in days))


TERMS = (term(TermName.AUTUMN, AUTUMN), term(TermName.SPRING, SPRING), term(TermName.SUMMER, SUMMER))


def calendar(**more: object) -> Calendar:
    """The year 2026-27 with five INSET days."""
    return new_calendar(**{"id": "c", "academic_year": "2026-27", "terms": TERMS, "inset_days": FIVE, **more})  # type: ignore[arg-type]


def test_a_year_begins_with_its_bank_holidays_and_nothing_to_warn_of() -> None:
    new = calendar()
    assert [day.isoformat() for day in new.bank_holidays] == [
        *("2026-12-25", "2026-12-28", "2027-01-01", "2027-03-26"),
        *("2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30"),
    ]
    assert new.warnings() == ()


def test_other_than_five_inset_days_is_a_warning_and_no_refusal() -> None:
    assert calendar(inset_days=FIVE[:4]).warnings() == ("The trust has 4 INSET days in 2026-27, not 5.",)


def test_an_academy_adds_inset_days_of_its_own_to_the_trusts() -> None:
    own = OwnDates(organisation="elm", inset_days=(FIVE[4],))
    with_own = calendar(inset_days=FIVE[:4]).with_own_dates(own)
    assert with_own.inset_days_of("elm") == FIVE
    assert with_own.inset_days_of("ash") == FIVE[:4]
    assert with_own.warnings() == ("Academies without days of their own have 4 INSET days in 2026-27, not 5.",)
    assert with_own.without_own_dates("elm") == calendar(inset_days=FIVE[:4])
    with pytest.raises(NoDatesOfItsOwn):
        with_own.without_own_dates("ash")


def test_an_academy_without_a_day_of_its_own_that_is_needed_is_named() -> None:
    warned = calendar(inset_days=FIVE[:3]).with_own_dates(OwnDates(organisation="elm", inset_days=(FIVE[3],)))
    assert "The academy elm has 4 INSET days, not 5." in warned.warnings()


@pytest.mark.parametrize("day", ["2026-08-31", "2027-09-01", "2026-09-05", "2026-12-25"])
def test_an_inset_day_is_a_working_day_of_the_year(day: str) -> None:
    with pytest.raises(Malformed) as refused:
        calendar().with_dates(inset_days=[date.fromisoformat(day)])
    assert refused.value.field == "inset_days"


def test_terms_come_in_order_with_two_halves_inside_the_year() -> None:
    wrong = (
        TERMS[:2],
        (TERMS[1], TERMS[0], TERMS[2]),
        (TERMS[0], TERMS[1], term(TermName.SUMMER, SUMMER[:1])),
        (TERMS[0], term(TermName.SPRING, (AUTUMN[1], SPRING[1])), TERMS[2]),
        (TERMS[0], TERMS[1], term(TermName.SUMMER, (SUMMER[0], ("2027-06-07", "2027-09-01")))),
    )
    for terms in wrong:
        with pytest.raises(Malformed):
            calendar(terms=terms)
    with pytest.raises(EndsBeforeStart):
        calendar(terms=(TERMS[0], TERMS[1], term(TermName.SUMMER, (SUMMER[0], ("2027-07-21", "2027-06-07")))))


@pytest.mark.parametrize("year", ["2026", "2026-28", "2026/27", "26-27"])
def test_a_year_is_written_as_everywhere(year: str) -> None:
    with pytest.raises(Malformed):
        calendar(academic_year=year)


def test_changing_nothing_gives_the_same_object() -> None:
    year = calendar()
    assert year.with_dates(inset_days=reversed(FIVE)) is year
    with_own = year.with_own_dates(OwnDates(organisation="elm"))
    assert with_own.with_own_dates(OwnDates(organisation="elm")) is with_own
