"""Appointments, moves and their ends, in and out; the vocabulary of posts."""

from typing import Any

from marshmallow import fields, post_load

from acorn_staff.model.appointments import Destination, Reason, Weekday
from acorn_staff.schemas import values
from servicekit.schemas import Day, Id, Schema, Text

FTE = "Full-time equivalent: above 0, at most 1, at most four decimals."
_FTE_LIMITS = {"exclusiveMinimum": 0, "maximum": 1}


def _working_days(description: str, **how: Any) -> "fields.List[Any]":
    return fields.List(
        values.one_of(Weekday, "A day of the week.", Weekday.MONDAY),
        allow_none=True,
        metadata=values.said(description, ["mon", "tue", "wed"]),
        **how,
    )


class OverrideNew(Schema):
    """HR's explicit word that more than one full-time job is right."""

    why = Text(required=True, most=500, metadata=values.said("Why.", "Covers an absence for the half-term."))

    @post_load
    def make(self, data: dict[str, str], **_: Any) -> str:
        """Why, and nothing around it."""
        return data["why"]


class AppointmentNew(Schema):
    """A post given to somebody: a joiner's, a returner's, or one more."""

    organisation = Id(required=True, metadata=values.said("The academy or the central team.", values.ACADEMY))
    post = values.post(required=True)
    fte = values.Fte(load_default=1.0, metadata=values.said(FTE, 0.8, **_FTE_LIMITS))
    from_ = Day(
        data_key="from", required=True, metadata=values.said("The first day; may be in the future.", "2019-09-01")
    )
    to = Day(load_default=None, allow_none=True, metadata=values.said("The last day, if it is fixed.", None))
    working_days = _working_days("On which days of the week they work; null while nobody said.", load_default=None)
    override = fields.Nested(
        OverrideNew, metadata={"description": "Only where all appointments together may exceed 1.0 FTE."}
    )
    why = values.why()


class MoveNew(Schema):
    """A move: one appointment ends the day before `on`, the next starts on `on`."""

    appointment = Id(required=True, metadata=values.said("The appointment that ends.", values.APPOINTMENT))
    organisation = Id(
        required=True, metadata=values.said("Where to; the same one for a new post or FTE.", values.ACADEMY)
    )
    on = Day(required=True, metadata=values.said("The first day of the new appointment.", "2020-09-01"))
    post = values.post("The new job; as before unless it is given.")
    fte = values.Fte(metadata=values.said(FTE + " As before unless it is given.", 1.0, **_FTE_LIMITS))
    working_days = _working_days("On which days of the week they work; as before unless it is given.")
    reason = values.one_of(Reason, "Why the appointment before ends.", Reason.MOVED_IN_TRUST)
    override = fields.Nested(
        OverrideNew, metadata={"description": "Only where all appointments together may exceed 1.0 FTE."}
    )
    why = values.why()


class EndNew(Schema):
    """The end of an appointment, or of all that somebody holds."""

    on = Day(required=True, metadata=values.said("The last day.", "2020-08-31"))
    reason = values.one_of(Reason, "Why it ends.", Reason.RESIGNED, required=True)
    destination = values.one_of(
        Destination, "Where the person goes, if known.", Destination.ANOTHER_SCHOOL, load_default=None, allow_none=True
    )
    why = values.why()


class RetractionNew(Schema):
    """An end taken back."""

    to = Day(
        load_default=None,
        allow_none=True,
        metadata=values.said("The last day, if one is fixed all the same; of a move, what was fixed stays.", None),
    )
    override = fields.Nested(
        OverrideNew, metadata={"description": "Only where all appointments together may exceed 1.0 FTE."}
    )
    why = values.why()


class Override(Schema):
    """HR's word that more than one full-time job is right."""

    by = fields.String(required=True, metadata=values.said("Who.", f"person:{values.MANAGER}"))
    by_name = values.name_of("`by`", "Priya Raman")
    at = fields.String(required=True, metadata=values.said("When.", values.INSTANT))
    why = fields.String(required=True, metadata=values.said("Why.", "Covers an absence for the half-term."))


class Appointment(Schema):
    """One post at one organisation over one interval of days."""

    id = Id(required=True, metadata=values.said("The appointment's id.", values.APPOINTMENT))
    organisation = Id(required=True, metadata=values.said("The academy or the central team.", values.ACADEMY))
    post = fields.String(required=True, metadata=values.said("The job: a code of the vocabulary `posts`.", "teacher"))
    fte = fields.Float(required=True, metadata=values.said(FTE, 0.8))
    from_ = Day(data_key="from", required=True, metadata=values.said("The first day.", "2019-09-01"))
    to = Day(
        required=True, allow_none=True, metadata=values.said("The last day, null while none is known.", "2020-08-31")
    )
    working_days = _working_days("On which days of the week they work; null while nobody said.", required=True)
    follows = Id(
        allow_none=True, metadata=values.said("The appointment that a move ended for this one, if a move did.", None)
    )
    reason = values.one_of(Reason, "Why it ended (HR, SIL, CEO and the person).", Reason.RESIGNED, allow_none=True)
    destination = values.one_of(
        Destination,
        "Where the person went (HR, SIL, CEO and the person).",
        Destination.ANOTHER_SCHOOL,
        allow_none=True,
    )
    override = fields.Nested(
        Override, allow_none=True, metadata={"description": "HR's override (HR, SIL, CEO and the person)."}
    )


class Post(Schema):
    """A job of the trust's vocabulary that is in use today."""

    code = fields.String(required=True, metadata=values.said("Its code.", "headteacher"))
    title = fields.String(required=True, metadata=values.said("Its title.", "Headteacher"))
    leads = fields.Boolean(required=True, metadata=values.said("Whether its holder leads the academy.", True))
    counts = fields.Boolean(
        required=True, metadata=values.said("Whether it counts towards 1.0 FTE; offices such as governor do not.", True)
    )


class PostList(Schema):
    """All posts."""

    items = fields.List(fields.Nested(Post), required=True, metadata={"description": "In order of seniority."})
