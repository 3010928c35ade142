"""What HR types when people join, change, move and leave."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from wtforms import HiddenField, RadioField, SelectMultipleField

from acorn_portal.clients.staff import AppointmentNew, EndNew, MergeAsked, MergeNew, MoveNew, PersonNew, RetractionNew
from acorn_portal.forms.fields import Day, Number, Text
from acorn_portal.forms.judged import Choice, JudgedAnswers
from acorn_portal.words import DESTINATIONS, LEAVING_DESTINATIONS, LEAVING_REASONS, PERSON_KINDS, REASONS, WEEKDAYS

_WHY = "Note for the change history (optional)"
_WORKING_DAYS = "Working days (optional)"
_NOT_SAID = "Which days of the week they work. Leave all empty if nobody said."
_FTE_RULES = {"fte-exceeded": "fte", "appointments-overlap": "post"}


class WhoForm(JudgedAnswers):
    """Who somebody is."""

    RULES: Mapping[str, str] = {"email-taken": "email"}

    kind = RadioField("What they are to the trust", choices=dict(PERSON_KINDS), default="employee")
    given_name = Text("Given name", missing="Enter their given name.", description="As they use it at work.")
    family_name = Text("Family name", missing="Enter their family name.")
    email = Text("Work e-mail address (optional)", description="They sign in with it.")
    trn = Text("Teacher reference number (TRN) (optional)", description="Seven digits, leading zeros included.")
    employee_numbers = Text("Employee numbers (optional)", description="One on each line, the current one last.")
    date_of_birth = Day("Date of birth (optional)", description="Only HR and they themselves see it.")

    def details(self) -> dict[str, Any]:
        """All that the form says of them, in the service's words."""
        numbers = [line.strip() for line in (self.employee_numbers.data or "").split("\n")]
        return {
            "kind": self.kind.data,
            "given_name": self.given_name.data,
            "family_name": self.family_name.data,
            "email": self.email.data,
            "trn": self.trn.data,
            "employee_numbers": [number for number in numbers if number],
            "date_of_birth": self.date_of_birth.iso(),
        }

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name.data} {self.family_name.data}"


class DetailsForm(WhoForm):
    """What changes of somebody. `base` is what the page said when it was opened, `asked` the names already checked."""

    why = Text(_WHY, description="Such as: as in the letter of 12 June.")
    version = HiddenField()
    base = HiddenField()
    asked = HiddenField()

    def put(self, name: str, value: Any) -> None:
        """Show a value, in the service's words, in its field."""
        if name == "date_of_birth":
            self.date_of_birth.process(None, value)
        else:
            self[name].data = "\n".join(value) if name == "employee_numbers" else value


class ManagerFields(JudgedAnswers):
    """Who manages somebody: found by what was typed, chosen where several are."""

    manager_name = Text("Line manager (optional)", description="Type their name or their work e-mail address.")
    manager = RadioField("Which of them?", choices={}, validate_choice=False)


class AppointmentForm(ManagerFields):
    """An appointment: the first of a joiner, a returner's, or one more."""

    POINTERS: Mapping[str, str] = {"/from": "starts", "/to": "ends", "/person": "manager_name"}
    RULES: Mapping[str, str] = _FTE_RULES

    organisation = Choice("Academy", missing="Choose where they will work.")
    post = Choice("Post", missing="Choose their post.")
    fte = Number(
        "Full-time equivalent (FTE)",
        missing="Enter how much of a full week they work.",
        default="1",
        description=("1 is full time, 0.6 is three days of five. For governors, trustees and consultants leave 1."),
    )
    starts = Day("First day", missing="Enter their first day.", description="For example, 1 9 2027.")
    ends = Day("Last day (optional)", description="Only if it is fixed already, as for a temporary contract.")
    working_days = SelectMultipleField(_WORKING_DAYS, choices=dict(WEEKDAYS), description=_NOT_SAID)
    override = Text(
        "Why more than one full-time job is right", description="Kept with the appointment, with your name."
    )

    def new(self) -> AppointmentNew:
        """The appointment to make."""
        found: dict[str, Any] = {
            "organisation": self.organisation.data,
            "post": self.post.data,
            "fte": self.fte.number,
            "from": self.starts.iso(),
        }
        if self.ends.data:
            found["to"] = self.ends.iso()
        return cast(AppointmentNew, {**found, **_working_days(self.working_days), **_override(self.override)})


class JoinForm(WhoForm, AppointmentForm):
    """Who joins, and their first appointment. `not_these` are people of whom HR has said that it is none of them."""

    RULES: Mapping[str, str] = {**WhoForm.RULES, **AppointmentForm.RULES}
    WHO = ("kind", "given_name", "family_name", "email", "trn", "employee_numbers", "date_of_birth")
    APPOINTMENT = (
        "organisation",
        "post",
        "fte",
        "starts",
        "ends",
        "working_days",
        "override",
        "manager_name",
        "manager",
    )

    employee_numbers = Text("Employee number (optional)")
    not_these = HiddenField()

    def complete(self, part: Sequence[str]) -> bool:
        """Whether a part of it can be read; what cannot says so beside its field, and the other part says nothing."""
        self.validate()
        for field in self:
            if field.name not in part:
                field.errors = []
        return not any(self[name].errors for name in part)

    def person(self) -> PersonNew:
        """The person to add."""
        return cast(PersonNew, {name: value for name, value in self.details().items() if value})


class MoveForm(JudgedAnswers):
    """A move: another academy, post or FTE from a day on."""

    POINTERS: Mapping[str, str] = {"/on": "on"}
    RULES: Mapping[str, str] = {**_FTE_RULES, "appointment-ended": "on"}

    organisation = Choice("Academy", missing="Choose where they will work.")
    post = Choice("Post", missing="Choose their post.")
    fte = Number(
        "Full-time equivalent (FTE)",
        missing="Enter how much of a full week they will work.",
        description="1 is full time, 0.6 is three days of five.",
    )
    on = Day(
        "First day of the new appointment",
        missing="Enter the first day of the new appointment.",
        description=("The one before ends the day before."),
    )
    working_days = SelectMultipleField(_WORKING_DAYS, choices=dict(WEEKDAYS), description=_NOT_SAID)
    reason = RadioField(
        "Why the appointment before ends",
        choices={code: REASONS[code] for code in ("moved_in_trust", "promoted_in_trust", "other")},
        default="moved_in_trust",
    )
    override = Text(
        "Why more than one full-time job is right", description="Kept with the appointment, with your name."
    )
    why = Text(_WHY)

    def new(self, appointment_id: str) -> MoveNew:
        """The move to make."""
        found: dict[str, Any] = {
            "appointment": appointment_id,
            "organisation": self.organisation.data,
            "post": self.post.data,
            "fte": self.fte.number,
            "on": self.on.iso(),
            "reason": self.reason.data,
        }
        return cast(
            MoveNew, {**found, **_working_days(self.working_days), **_override(self.override), **_why(self.why)}
        )


class EndForm(JudgedAnswers):
    """The end of an appointment."""

    POINTERS: Mapping[str, str] = {"/on": "on"}
    RULES: Mapping[str, str] = {"appointment-ended": "on"}

    on = Day("Last day", missing="Enter their last day in this appointment.", description="For example, 31 8 2027.")
    reason = Choice("Reason", missing="Choose why it ends.", choices={"": "Choose a reason", **REASONS})
    destination = Choice("Where they go (optional)", choices={"": "Not said yet", **DESTINATIONS})
    why = Text(_WHY)

    def new(self) -> EndNew:
        """The end to make."""
        found: dict[str, Any] = {"on": self.on.iso(), "reason": self.reason.data, "destination": self.destination.data}
        return cast(EndNew, {**found, **_why(self.why)})


class LeaveForm(EndForm):
    """The end of all that somebody holds: of the reasons and destinations, those of whoever stays are left out."""

    RULES: Mapping[str, str] = dict.fromkeys(("appointment-ended", "end-recorded", "move-recorded"), "on")

    on = Day(
        "Last day in the trust", missing="Enter their last day in the trust.", description="For example, 31 8 2027."
    )
    reason = Choice("Reason", missing="Choose why they leave.", choices={"": "Choose a reason", **LEAVING_REASONS})
    destination = Choice("Where they go (optional)", choices={"": "Not said yet", **LEAVING_DESTINATIONS})


class RetractionForm(JudgedAnswers):
    """An end that is taken back."""

    POINTERS: Mapping[str, str] = {"/to": "ends"}
    RULES: Mapping[str, str] = {"fte-exceeded": "override", "appointments-overlap": "ends"}

    ends = Day("Last day (optional)", description="Only if one is fixed all the same.")
    override = Text(
        "Why more than one full-time job is right (optional)",
        description="Kept with the appointment, with your name.",
    )
    why = Text(_WHY)

    def new(self) -> RetractionNew:
        """The retraction to make."""
        return cast(RetractionNew, {"to": self.ends.iso(), **_override(self.override), **_why(self.why)})


NOBODY = "nobody"
"""The choice of having no line manager."""


class LineManagerForm(JudgedAnswers):
    """Who manages somebody from a day on; `manager_name` is what was searched for."""

    POINTERS: Mapping[str, str] = {"/person": "manager", "/from": "starts"}
    RULES: Mapping[str, str] = {
        "own-line-manager": "manager",
        "line-management-loop": "manager",
        "line-manager-left": "manager",
        "later-line-manager": "starts",
    }

    manager = Choice("New line manager", missing="Choose their new line manager, or nobody.")
    starts = Day(
        "First day",
        missing="Enter the first day with this line manager.",
        description=("The line manager before ends the day before."),
    )
    why = Text(_WHY)


class MergeForm(JudgedAnswers):
    """Two records that are made one. `keeps` is asked for where both sign in, `override` where the FTE needs a word."""

    RULES: Mapping[str, str] = {"fte-exceeded": "override"}

    keeps = RadioField("Whose sign-in do they use?", choices={}, validate_choice=False)
    override = Text(
        "Why more than one full-time job is right", description="Kept with the appointment, with your name."
    )
    why = Text(_WHY, description="Such as: brought in twice by an import.")
    version = HiddenField()

    def asked(self, other: str) -> MergeAsked:
        """What the service is asked."""
        keeps = self.keeps.data if self.keeps.data in ("into", "other") else None
        return cast(MergeAsked, {"other": other, "keeps": keeps, **_override(self.override)})

    def new(self, other: str) -> MergeNew:
        """The merge to make."""
        return cast(MergeNew, {**self.asked(other), **_why(self.why)})


class UndoMergeForm(JudgedAnswers):
    """A merge that is undone."""

    why = Text(_WHY, description="Such as: mother and daughter.")
    version = HiddenField()


class DifferentForm(JudgedAnswers):
    """Two records that look alike and are of two people."""

    one = HiddenField()
    other = HiddenField()


class ConfirmForm(JudgedAnswers):
    """A question that its button answers."""


def _override(field: Text) -> Mapping[str, Any]:
    return {"override": {"why": field.data}} if field.data else {}


def _working_days(field: SelectMultipleField) -> Mapping[str, Any]:
    return {"working_days": field.data} if field.data else {}


def _why(field: Text) -> Mapping[str, Any]:
    return {"why": field.data} if field.data else {}
