"""What is typed of somebody's facts with days: responsibilities, year groups, absences, delegates."""

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField, RadioField

from acorn_portal.forms.fields import Day, Text
from acorn_portal.forms.judged import Choice, JudgedAnswers
from acorn_portal.trust import Trust
from acorn_portal.words import ABSENCE_REASONS, PARTS

_WHY = "Note for the change history (optional)"


class DaysForm(JudgedAnswers):
    """The days of a fact, as they are recorded and as they are put right; `body` is what the service is sent.

    `base` is what the page said when it was opened.
    """

    POINTERS: Mapping[str, str] = {"/from": "starts", "/to": "ends"}
    RULES: Mapping[str, str] = {
        "fact-overlaps": "starts",
        "not-appointed-there": "starts",
        "nothing-to-delegate": "starts",
        "own-delegate": "person",
        "delegate-left": "person",
    }

    starts = Day("First day", missing="Enter the first day.", description="For example, 1 9 2027.")
    ends = Day("Last day (optional)", description="Leave it empty while nobody knows it.")
    why = Text(_WHY)
    base = HiddenField()

    def offer(self, places: Mapping[str, str], trust: Trust) -> None:
        """Offer what can be chosen: these places, and the terms that are in use."""

    def body(self) -> dict[str, Any]:
        """The days, and why."""
        return {"from": self.starts.iso(), "to": self.ends.iso(), **self.noted()}

    def noted(self) -> dict[str, str]:
        """Why, where somebody says it."""
        return {"why": self.why.data} if self.why.data else {}


class _PlacedForm(DaysForm):
    """A fact that belongs to somewhere where somebody works."""

    organisation = Choice("Academy", missing="Choose where.")

    def offer(self, places: Mapping[str, str], trust: Trust) -> None:
        """Offer the places where they work; the only one is chosen already."""
        self.organisation.choices = dict(places) if len(places) == 1 else {"": "Choose an academy", **places}
        if not self.organisation.data and len(places) == 1:
            self.organisation.data = next(iter(places))


class ResponsibilityForm(_PlacedForm):
    """What somebody answers for."""

    responsibility = Choice("Responsibility", missing="Choose what they answer for.")

    def offer(self, places: Mapping[str, str], trust: Trust) -> None:
        """Offer the places and the responsibilities."""
        super().offer(places, trust)
        self.responsibility.choices = trust.terms_to_choose("responsibilities", "Choose a responsibility")

    def body(self) -> dict[str, Any]:
        """The responsibility to record."""
        return {
            "responsibility": self.responsibility.data,
            "organisation": self.organisation.data,
            **super().body(),
        }


class YearGroupForm(_PlacedForm):
    """Which year group somebody teaches or leads."""

    year_group = Choice("Year group", missing="Choose a year group.")
    part = RadioField("What do they do with it?", choices=dict(PARTS), default="taught")

    def offer(self, places: Mapping[str, str], trust: Trust) -> None:
        """Offer the places and the year groups."""
        super().offer(places, trust)
        self.year_group.choices = trust.terms_to_choose("year_groups", "Choose a year group")

    def body(self) -> dict[str, Any]:
        """The year group to record."""
        return {
            "year_group": self.year_group.data,
            "part": self.part.data,
            "organisation": self.organisation.data,
            **super().body(),
        }


class AbsenceForm(DaysForm):
    """When somebody is away, and why."""

    starts = Day("First day away", missing="Enter the first day away.", description="For example, 1 9 2027.")
    ends = Day("Last day away (optional)", description="Leave it empty while nobody knows it, and add it later.")
    reason = Choice(
        "Reason",
        missing="Choose a reason.",
        choices={"": "Choose a reason", **ABSENCE_REASONS},
        description="Only HR and they themselves see it.",
    )

    def body(self) -> dict[str, Any]:
        """The absence to record."""
        return {"reason": self.reason.data, **super().body()}


class DelegateForm(DaysForm):
    """Who decides in somebody's stead; whom one can choose is what a search found."""

    person = Choice("Delegate", missing="Choose who decides.")
    ends = Day("Last day (optional)", description="Leave it empty only while nobody knows it.")

    def body(self) -> dict[str, Any]:
        """The delegate to name."""
        return {"person": self.person.data, **super().body()}


class TakeBackForm(JudgedAnswers):
    """Something that was recorded in error; `version` is of what it belongs to, where that is asked for."""

    why = Text(_WHY, description="Such as: meant for a colleague of the same name.")

    version = HiddenField()

    def body(self) -> dict[str, str]:
        """Why it is taken back, where somebody says it."""
        return {"why": self.why.data} if self.why.data else {}
