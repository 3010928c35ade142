"""What is due to be disposed of, and the word to do so."""

from marshmallow import fields, validate

from acorn_staff.model.disposal import Kept
from acorn_staff.schemas import values
from servicekit.schemas import Day, Id, Schema


class DueSchema(Schema):
    """Something that is due."""

    person = Id(required=True, metadata=values.said("Of whom.", values.PERSON))
    since = Day(required=True, metadata=values.said("Their last day, or the review's.", "2019-08-31"))


class DisposalClass(Schema):
    """One kind of what is kept, and what of it is due."""

    kept = values.one_of(Kept, "What.", Kept.PEOPLE, required=True)
    years = fields.Integer(
        required=True, metadata=values.said("For how many years it is kept: after leaving, or after the review.", 6)
    )
    before = Day(required=True, metadata=values.said("What is from before this day is due.", "2020-11-23"))
    due = fields.Integer(required=True, metadata=values.said("How much is due.", 3))
    items = fields.List(
        fields.Nested(DueSchema), required=True, metadata={"description": "What is due, the oldest first: at most 100."}
    )


class DisposalReport(Schema):
    """What is due to be disposed of today."""

    items = fields.List(
        fields.Nested(DisposalClass), required=True, metadata={"description": "Each kind of what is kept."}
    )


class DisposalNew(Schema):
    """Of what to dispose, and how much of it somebody looked at."""

    kept = values.one_of(Kept, "What.", Kept.PEOPLE, required=True)
    due = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=0, max=1_000_000),
        metadata=values.said("How much was due when you looked: if it is not as much now, nothing happens.", 3),
    )
