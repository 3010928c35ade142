"""Merges of two records of one person, in and out; and who may be known twice."""

from marshmallow import fields

from acorn_staff.model.duplicates import Likeness
from acorn_staff.model.merging import Keeps
from acorn_staff.schemas import values
from acorn_staff.schemas.appointments import OverrideNew
from acorn_staff.schemas.people import Person
from servicekit.schemas import Day, Id, Schema

_OTHER = "0197f0a4-8bcd-7a55-8c2e-4d5e6f708192"
_MERGE = "0197f0c1-1122-7b34-9a5b-6c7d8e9f0a1b"
_FIELD = "appointments"


class MergeAsked(Schema):
    """Which record becomes part of this one, and what HR has to say where the two differ."""

    other = Id(required=True, metadata=values.said("The record that becomes part of this one.", _OTHER))
    keeps = values.one_of(
        Keeps,
        "Whose sign-in stays, where both have one: that of this record (`into`) or of the other.",
        Keeps.INTO,
        load_default=None,
        allow_none=True,
    )
    override = fields.Nested(
        OverrideNew,
        load_default=None,
        allow_none=True,
        metadata={"description": "Where both together have more than one full-time job: why that is right."},
    )


class MergeNew(MergeAsked):
    """Two records that become one, and why."""

    why = values.why()


class LeftOut(Schema):
    """Something of the other record that does not go over, for this one has its own."""

    part = fields.String(required=True, metadata=values.said("The field, or the list that it is in.", _FIELD))
    id = Id(required=True, allow_none=True, metadata=values.said("Its id in that list.", values.APPOINTMENT))
    from_ = Day(data_key="from", required=True, allow_none=True, metadata=values.said("Its first day.", "2019-09-01"))
    to = Day(required=True, allow_none=True, metadata=values.said("Its last day.", None))


class MergePreview(Schema):
    """What would become of two records that are made one."""

    person = fields.Nested(Person, required=True, metadata={"description": "The one person."})
    left_out = fields.List(
        fields.Nested(LeftOut),
        required=True,
        metadata={"description": "What does not go over."},
    )
    referring = fields.Integer(
        required=True,
        metadata=values.said("How many others name the other record as line manager or delegate.", 2),
    )


class Undoing(Schema):
    """That a merge was undone."""

    by = fields.String(required=True, metadata=values.said("Who.", f"person:{values.MANAGER}"))
    by_name = values.name_of("`by`", "Priya Raman")
    at = fields.String(required=True, metadata=values.said("When.", values.INSTANT))
    why = fields.String(required=True, allow_none=True, metadata=values.said("Why.", "Father and daughter"))


class Merge(Schema):
    """A merge into a person."""

    id = Id(required=True, metadata=values.said("The merge's id.", _MERGE))
    other = Id(required=True, metadata=values.said("The record that became part of this one.", _OTHER))
    other_name = values.name_of("that record", "Amina Khan")
    by = fields.String(required=True, metadata=values.said("Who made one of two.", f"person:{values.MANAGER}"))
    by_name = values.name_of("`by`", "Priya Raman")
    at = fields.String(required=True, metadata=values.said("When.", values.INSTANT))
    why = fields.String(required=True, allow_none=True, metadata=values.said("Why.", "Imported twice"))
    undone = fields.Nested(Undoing, required=True, allow_none=True, metadata={"description": "Null while it holds."})


class Merges(Schema):
    """The merges into a person, the latest first."""

    items = fields.List(fields.Nested(Merge), required=True, metadata={"description": "Undone ones too."})


class MergeUndoing(Schema):
    """Why a merge is undone."""

    why = values.why()


class OfTwo(Schema):
    """One of two people who may be the same."""

    id = Id(required=True, metadata=values.said("The person.", values.PERSON))
    name = values.name_of("this person", "Amina Yusuf")


class Duplicate(Schema):
    """Two records that may be of one person."""

    people = fields.List(
        fields.Nested(OfTwo), required=True, metadata={"description": "Two, the one known for longer first."}
    )
    because = fields.List(
        values.one_of(Likeness, "A reason.", Likeness.NAME_AND_BIRTH),
        required=True,
        metadata={"description": "Why one may think so, the strongest reason first."},
    )


class Duplicates(Schema):
    """Who may be known twice, the likeliest first."""

    items = fields.List(fields.Nested(Duplicate), required=True, metadata={"description": "At most 100 pairs."})
    count = fields.Integer(required=True, metadata=values.said("How many pairs there are in all.", 3))


class DifferentPeople(Schema):
    """Two records that are of two people."""

    one = Id(required=True, metadata=values.said("One of them.", values.PERSON))
    other = Id(required=True, metadata=values.said("The other.", _OTHER))
    why = values.why()
