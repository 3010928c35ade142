"""An inspection by Ofsted as HR types it: its day decides which of Ofsted's three forms the rest has."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from wtforms import HiddenField, RadioField

from acorn_portal.clients.staff import InspectionNew
from acorn_portal.forms.fields import Day, Text
from acorn_portal.forms.judged import Choice, JudgedAnswers
from acorn_portal.ofsted import AREAS, FOUR_GRADES, GRADES, NO_OVERALL_FROM, REPORT_CARDS_FROM

_KEY = ("quality_of_education", "behaviour_and_attitudes", "personal_development", "leadership_and_management")
_ALWAYS = ("early_years", "sixth_form")


def _area(code: str) -> Choice:
    return Choice(AREAS[code])


class InspectionForm(JudgedAnswers):
    """What Ofsted judged; `offer` the form of the day before it is read."""

    inspected = Day(
        "Last day of the inspection", missing="Enter the day on which it ended.", description="For example, 15 3 2023."
    )
    overall = Choice("Overall effectiveness")
    quality_of_education = _area("quality_of_education")
    behaviour_and_attitudes = _area("behaviour_and_attitudes")
    personal_development = _area("personal_development")
    leadership_and_management = _area("leadership_and_management")
    inclusion = _area("inclusion")
    curriculum_and_teaching = _area("curriculum_and_teaching")
    achievement = _area("achievement")
    attendance_and_behaviour = _area("attendance_and_behaviour")
    personal_development_and_well_being = _area("personal_development_and_well_being")
    leadership_and_governance = _area("leadership_and_governance")
    early_years = _area("early_years")
    sixth_form = _area("sixth_form")
    safeguarding = RadioField(
        "Safeguarding standards",
        choices={"": "The report does not say", "met": "Met", "not_met": "Not met"},
        default="",
    )
    why = Text("Note for the change history (optional)")
    version = HiddenField()

    def offer(self) -> None:
        """Offer the grades of the day."""
        five = self.inspected.data is not None and self.inspected.data >= REPORT_CARDS_FROM
        grades = {code: said for code, said in GRADES.items() if (code in FOUR_GRADES) is not five}
        for name in ("overall", *AREAS):
            self[name].choices = {"": "Not judged", **grades}

    @property
    def areas(self) -> Sequence[str]:
        """The areas that were judged on the day."""
        if self.inspected.data is None or self.inspected.data < REPORT_CARDS_FROM:
            return (*_KEY, *_ALWAYS)
        return tuple(code for code in AREAS if code not in _KEY)

    @property
    def has_overall(self) -> bool:
        """Whether Ofsted gave an overall grade on the day."""
        return self.inspected.data is not None and self.inspected.data < NO_OVERALL_FROM

    def new(self) -> InspectionNew:
        """The inspection to record: of the form of its day."""
        judged = [{"area": code, "grade": self[code].data} for code in self.areas if self[code].data]
        found: dict[str, Any] = {"inspected": self.inspected.iso(), "areas": judged}
        if self.has_overall and self.overall.data:
            found["overall"] = self.overall.data
        if self.safeguarding.data:
            found["safeguarding_met"] = self.safeguarding.data == "met"
        why: Mapping[str, Any] = {"why": self.why.data} if self.why.data else {}
        return cast(InspectionNew, {**found, **why})
