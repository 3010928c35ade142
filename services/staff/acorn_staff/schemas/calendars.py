"""The trust's calendar, in and out."""

from typing import Any

from marshmallow import fields, post_load, validate

from acorn_staff.model import calendar
from acorn_staff.model.calendar import TermName
from acorn_staff.schemas import values
from servicekit.schemas import Day, Id, Schema, page_schema

_MOST_DAYS = 60
_INSET = "Days on which staff train and pupils stay at home; other than five in a year is a warning."


_TERMS = [
    {
        "term": "autumn",
        "half_terms": [{"from": "2026-09-02", "to": "2026-10-23"}, {"from": "2026-11-02", "to": "2026-12-18"}],
    },
    {
        "term": "spring",
        "half_terms": [{"from": "2027-01-04", "to": "2027-02-12"}, {"from": "2027-02-22", "to": "2027-03-25"}],
    },
    {
        "term": "summer",
        "half_terms": [{"from": "2027-04-12", "to": "2027-05-28"}, {"from": "2027-06-07", "to": "2027-07-21"}],
    },
]


def _days(description: str, example: list[str], **how: Any) -> "fields.List[Any]":
    return fields.List(
        Day(metadata=values.said("A day.", example[0])),
        validate=validate.Length(max=_MOST_DAYS),
        metadata=values.said(description, example),
        **how,
    )


class HalfTerm(Schema):
    """Half a term."""

    from_ = Day(data_key="from", required=True, metadata=values.said("The first day.", "2026-09-02"))
    to = Day(required=True, metadata=values.said("The last day.", "2026-10-23"))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> calendar.HalfTerm:
        """The model's own form."""
        return calendar.HalfTerm(**data)


class SchoolTerm(Schema):
    """A term of two halves."""

    term = values.one_of(TermName, "Which of the three.", TermName.AUTUMN, required=True)
    half_terms = fields.List(
        fields.Nested(HalfTerm),
        required=True,
        validate=validate.Length(equal=2),
        metadata={"description": "Its two halves, in order."},
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> calendar.Term:
        """The model's own form."""
        return calendar.Term(term=data["term"], half_terms=tuple(data["half_terms"]))


class CalendarPatch(Schema):
    """What changes of a year: a field that is not sent stays as it is."""

    terms = fields.List(
        fields.Nested(SchoolTerm),
        validate=validate.Length(equal=3),
        metadata=values.said("Autumn, spring and summer, in order.", _TERMS),
    )
    inset_days = _days(_INSET, ["2026-09-01"])
    bank_holidays = _days("England's bank holidays in the year.", ["2026-12-25"])
    why = values.why()


class CalendarNew(CalendarPatch):
    """A year that has no calendar yet; England's bank holidays are there unless others are sent."""

    academic_year = values.academic_year(required=True)
    terms = fields.List(
        fields.Nested(SchoolTerm),
        required=True,
        validate=validate.Length(equal=3),
        metadata=values.said("Autumn, spring and summer, in order.", _TERMS),
    )


class OwnDatesNew(Schema):
    """What an academy has of its own in a year."""

    terms = fields.List(
        fields.Nested(SchoolTerm),
        load_default=list,
        validate=validate.Length(max=3),
        metadata={"description": "In place of the trust's; empty: the trust's hold."},
    )
    inset_days = _days("Its own INSET days, beside the trust's.", ["2027-06-28"], load_default=list)
    why = values.why()


class OwnDates(OwnDatesNew):
    """What an academy has of its own in a year."""

    organisation = Id(required=True, metadata=values.said("The academy.", values.ACADEMY))

    class Meta(Schema.Meta):
        exclude = ("why",)


class Calendar(CalendarNew):
    """One academic year of the trust."""

    id = Id(required=True, metadata=values.said("Its id.", "0197f0a9-3d4e-7f50-8162-7c8d9e0f1a2b"))
    academies = fields.List(
        fields.Nested(OwnDates), required=True, metadata={"description": "Academies with dates of their own."}
    )
    warnings = fields.List(
        fields.String(),
        required=True,
        metadata=values.said("What is unusual, a sentence each.", ["The trust has 4 INSET days in 2026-27, not 5."]),
    )
    version = fields.Integer(required=True, metadata=values.said("Its version, also the ETag.", 3))
    changed_at = fields.String(required=True, metadata=values.said("When it last changed.", values.INSTANT))

    class Meta(Schema.Meta):
        exclude = ("why",)


CalendarPage = page_schema(Calendar)
