"""What HR types of an academic year: terms and their halves, INSET days, bank holidays, an academy's own dates."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import HiddenField, RadioField

from acorn_portal.clients.staff import SchoolTerm
from acorn_portal.forms.fields import Days, OneDay, Text
from acorn_portal.forms.judged import Choice, JudgedAnswers
from acorn_portal.words import TERMS

_LINES = "One on each line, such as 1 9 2026 or Tuesday 1 September 2026."


def _half(term: str, which: str, end: str) -> OneDay:
    label = f"{TERMS[term]}, {which} half: {end} day"
    return OneDay(label, missing=f"Enter the {end} day of the {which} half of the {term} term.")


class TermsForm(JudgedAnswers):
    """Three terms of two halves."""

    autumn_1_from = _half("autumn", "first", "first")
    autumn_1_to = _half("autumn", "first", "last")
    autumn_2_from = _half("autumn", "second", "first")
    autumn_2_to = _half("autumn", "second", "last")
    spring_1_from = _half("spring", "first", "first")
    spring_1_to = _half("spring", "first", "last")
    spring_2_from = _half("spring", "second", "first")
    spring_2_to = _half("spring", "second", "last")
    summer_1_from = _half("summer", "first", "first")
    summer_1_to = _half("summer", "first", "last")
    summer_2_from = _half("summer", "second", "first")
    summer_2_to = _half("summer", "second", "last")

    def terms_typed(self) -> list[Any]:
        """The terms as the service takes them; a day that cannot be read is None."""
        return [
            {
                "term": term,
                "half_terms": [{end: self[f"{term}_{half}_{end}"].iso() for end in ("from", "to")} for half in (1, 2)],
            }
            for term in TERMS
        ]

    def put_terms(self, terms: Sequence[SchoolTerm]) -> None:
        """Show terms in their fields."""
        for name, day in term_days(terms).items():
            self[name].process_data(day)

    def term_fields(self) -> list[tuple[str, list[tuple[OneDay, OneDay]]]]:
        """The fields by term, each half with its first and last day."""
        return [
            (said, [(self[f"{term}_{half}_from"], self[f"{term}_{half}_to"]) for half in (1, 2)])
            for term, said in TERMS.items()
        ]


class CalendarForm(TermsForm):
    """The trust's dates of a year. `base` is what the page said when it was opened."""

    inset_days = Days("INSET days", description=f"Five in a year are usual. {_LINES}")
    bank_holidays = Days("Bank holidays", description=f"England’s are here already. {_LINES}")
    why = Text("Note for the change history (optional)")
    version = HiddenField()
    base = HiddenField()

    def details(self) -> dict[str, Any]:
        """All that the form says, in the service's words."""
        return {
            "terms": self.terms_typed(),
            "inset_days": self.inset_days.iso(),
            "bank_holidays": self.bank_holidays.iso(),
        }

    def put(self, name: str, value: Any) -> None:
        """Show a value, in the service's words, in its fields."""
        if name == "terms":
            self.put_terms(value)
        else:
            self[name].process_data(value)


class NewCalendarForm(TermsForm):
    """A year that has no calendar yet; its bank holidays come by themselves."""

    RULES: Mapping[str, str] = {"calendar-there": "academic_year"}

    academic_year = Choice("Academic year", missing="Choose an academic year.")
    inset_days = Days("INSET days", description=f"Five in a year are usual; they can be added later. {_LINES}")
    why = Text("Note for the change history (optional)")


class OwnDatesForm(TermsForm):
    """In what an academy differs from the trust: its INSET days beside the trust's, its terms in place of them."""

    inset_days = Days("INSET days of its own", description=f"Beside the trust’s. {_LINES}")
    terms = RadioField(
        "Terms", choices={"trust": "The trust’s terms hold", "own": "It has terms of its own"}, default="trust"
    )
    why = Text("Note for the change history (optional)")
    version = HiddenField()

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Whether it can be read; its terms only where it has some of its own."""
        super().validate(*args, **kwargs)
        for field in self:
            if self.terms.data != "own" and isinstance(field, OneDay):
                field.errors = []
        return not any(field.errors for field in self)

    def new(self) -> dict[str, Any]:
        """What the academy has of its own."""
        why = {"why": self.why.data} if self.why.data else {}
        terms = self.terms_typed() if self.terms.data == "own" else []
        return {"terms": terms, "inset_days": self.inset_days.iso(), **why}


class FollowForm(JudgedAnswers):
    """An academy follows the trust's dates again."""

    why = Text("Note for the change history (optional)")
    version = HiddenField()


def term_days(terms: Sequence[SchoolTerm]) -> dict[str, str]:
    """The days of terms by the names of their fields."""
    return {
        f"{term['term']}_{number}_{end}": half[end]
        for term in terms
        for number, half in enumerate(term["half_terms"], start=1)
        for end in ("from", "to")
    }
