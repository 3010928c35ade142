"""What comes in and what goes out, described for the OpenAPI file; answers are the stored documents themselves."""

import re
from typing import Any

from marshmallow import ValidationError, fields, validate

from acorn_cpd.model.record import CONTENTS
from acorn_cpd.model.refusals import LEAST_HOURS, MOST_HOURS
from acorn_cpd.model.vocabulary import Kind, SourceKind, State, Topic
from servicekit.schemas import Day, Id, PageArgs, Schema, Text, page_schema

_PERSON = "0197f0a4-5d2c-7c3e-9b1a-2f6f0d8e4a11"
_RECORD = "0197f0b2-11aa-7e45-8c20-5a4b3c2d1e0f"
_MANAGER = "person:0197f0a4-77aa-7b10-a2c4-90d1e2f3a4b5"
_AT = "2019-11-22T16:30:00.000Z"


def _said(description: str, example: Any, **more: Any) -> dict[str, Any]:
    return {"description": description, "example": example, **more}


class Hours(fields.Float):
    """A number of hours: a JSON number, neither text nor something that is no number. The model says which it takes."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if isinstance(value, str):
            raise ValidationError("Not a valid number.")
        number: float = super()._deserialize(value, attr, data, **kwargs)
        return number


class AcademicYear(fields.String):
    """An academic year, written `2019-20`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}", text) or (int(text[:4]) + 1) % 100 != int(text[5:]):
            raise ValidationError("Write an academic year as 2019-20.")
        return text


def _kind(**how: Any) -> fields.Enum[Kind]:
    return fields.Enum(Kind, by_value=fields.String, metadata=_said("What sort of CPD it was.", "course"), **how)


def _state(description: str, **how: Any) -> fields.Enum[State]:
    return fields.Enum(State, by_value=fields.String, metadata=_said(description, "declared"), **how)


def _name_of(actor: str) -> fields.String:
    description = f"The name of `{actor}`; null where no person is known by it."
    return fields.String(allow_none=True, metadata=_said(description, "Ben Okafor"))


def _may_verify() -> fields.Boolean:
    return fields.Boolean(metadata=_said("Whether the caller may verify it now, as it stands.", True))


class RecordNew(Schema):
    """CPD that a person did, as they declare it."""

    title = Text(required=True, metadata=_said("What it was.", "Phonics in Reception"))
    kind = _kind(required=True)
    topics = fields.List(
        fields.Enum(Topic, by_value=fields.String),
        validate=validate.Length(max=len(Topic)),
        metadata=_said("What it was about: a set, answered in the order of the codes.", ["eyfs", "phonics"]),
    )
    date = Day(
        required=True,
        metadata=_said("The day, or the first day; not in the future. It decides the academic year.", "2019-10-14"),
    )
    ends = Day(
        allow_none=True,
        metadata=_said("The last day when it took several, else null; not in the future.", "2019-10-15"),
    )
    hours = Hours(
        required=True,
        metadata=_said("Hours of CPD, in quarters.", 3.5, minimum=LEAST_HOURS, maximum=MOST_HOURS, multipleOf=0.25),
    )
    provider = Text(allow_none=True, metadata=_said("Who provided it, in the trust or outside.", "Early Excellence"))
    reflection = Text(
        most=5000,
        allow_none=True,
        metadata=_said("What the person took from it. Never leaves this service.", "The blending game works."),
    )
    impact = Text(
        most=5000,
        allow_none=True,
        metadata=_said("What changed for pupils or colleagues. Never leaves this service.", "More children read on."),
    )


class RecordPatch(RecordNew):
    """A correction: the fields that change, and why. A field that is not sent stays as it is."""

    why = Text(required=True, most=500, metadata=_said("Why it is corrected.", "I read the certificate wrong."))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"partial": CONTENTS, **kwargs})


class QueryNew(Schema):
    """A question that a record's person has to answer before it is verified."""

    question = Text(required=True, most=1000, metadata=_said("What is asked.", "Was this the whole day?"))


class WithdrawalNew(Schema):
    """Why a record is taken back."""

    why = Text(required=True, most=500, metadata=_said("Why it is taken back.", "I was ill that day."))


class _Answered(Schema):
    """What we answer with: every field is always there."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        field_obj.required = True


class Source(_Answered):
    """How a record came about."""

    kind = fields.Enum(SourceKind, by_value=fields.String, metadata=_said("Declared by hand, or imported.", "declared"))
    reference = fields.String(allow_none=True, metadata=_said("The imported row's own reference, if it had one.", None))


class Verification(_Answered):
    """Who confirmed a record, and when."""

    by = fields.String(metadata=_said("Who: a person, or a sign-in without one.", _MANAGER))
    by_name = _name_of("by")
    at = fields.String(metadata=_said("When.", _AT))


class Query(Verification):
    """Who asked what about a record, and when."""

    question = fields.String(metadata=_said("What was asked.", "Was this the whole day?"))


class Withdrawal(Verification):
    """Who took a record back, when and why."""

    why = fields.String(metadata=_said("Why.", "I was ill that day."))
    before = _state("The state that it was in.")


class Judgement(Verification):
    """A verification or a query that was ever made."""

    version = fields.Integer(metadata=_said("The version of the record that it made.", 2))
    state = _state("Verified or queried.")
    question = fields.String(allow_none=True, metadata=_said("What was asked, in a query.", None))


class Amendment(Verification):
    """A correction that was made, with what was there before."""

    version = fields.Integer(metadata=_said("The version of the record that it made.", 3))
    why = fields.String(metadata=_said("Why.", "I read the certificate wrong."))
    before = fields.Dict(
        keys=fields.String(),
        metadata=_said(
            "What stood in each field that it changed; `state` too, when the record was not waiting already.",
            {"hours": 3.5, "state": "verified"},
        ),
    )


class RecordLine(_Answered, RecordNew):
    """A CPD record as lists show it."""

    id = Id(metadata=_said("The record's id.", _RECORD))
    person = Id(metadata=_said("Whose CPD it is.", _PERSON))
    academic_year = fields.String(metadata=_said("The academic year of `date`.", "2019-20"))
    source = fields.Nested(Source, metadata={"description": "How the record came about."})
    state = _state("Waiting, verified, queried, or withdrawn and no longer counted.")
    verification = fields.Nested(
        Verification,
        allow_none=True,
        metadata={"description": "The verification in force (or when the record was withdrawn); else null."},
    )
    query = fields.Nested(
        Query,
        allow_none=True,
        metadata={
            "description": "The query that waits for an answer (or did when the record was withdrawn); else null."
        },
    )
    withdrawal = fields.Nested(
        Withdrawal, allow_none=True, metadata={"description": "Set once the record is withdrawn."}
    )
    declared_by = fields.String(metadata=_said("Who made the record.", f"person:{_PERSON}"))
    declared_by_name = _name_of("declared_by")
    declared_at = fields.String(metadata=_said("When.", _AT))
    changed_at = fields.String(metadata=_said("When it last changed.", _AT))
    version = fields.Integer(metadata=_said("Its version, for If-Match.", 1))


class Record(RecordLine):
    """A CPD record with its whole past: every earlier version can be told from it."""

    may_verify = _may_verify()
    judgements = fields.List(
        fields.Nested(Judgement), metadata={"description": "Every verification and query, oldest first."}
    )
    amendments = fields.List(fields.Nested(Amendment), metadata={"description": "Every correction, oldest first."})


class RecordOfSomebody(RecordLine):
    """A CPD record in a list over several people."""

    name = fields.String(
        allow_none=True,
        metadata=_said("The person's name; null until this service has heard of them.", "Amina Yusuf"),
    )
    may_verify = _may_verify()


class _Filters(PageArgs):
    academic_year = AcademicYear(metadata=_said("Only this academic year.", "2019-20", pattern="^[0-9]{4}-[0-9]{2}$"))
    kind = _kind()
    topic = fields.Enum(Topic, by_value=fields.String, metadata=_said("Only what was about this.", "phonics"))


class HistoryQuery(_Filters):
    """Which part of a history is asked for."""

    state = _state("Only records in this state. Not given: all but the withdrawn ones.")


class WaitingQuery(_Filters):
    """Which of the records of several people are asked for."""

    state = _state("Only records in this state.", load_default=State.DECLARED)
    may_verify = fields.Boolean(
        load_default=False,
        truthy={"true"},
        falsy={"false"},
        metadata=_said("Only records of those whose CPD the caller verifies, of all whom they may see.", True),
    )


class _Hours(_Answered):
    verified = fields.Float(metadata=_said("Hours that somebody verified.", 6.0))
    awaiting = fields.Float(metadata=_said("Hours declared or queried, not verified yet.", 3.5))
    total = fields.Float(metadata=_said("Both together.", 9.5))


class HoursOfKind(_Hours):
    """Hours of one kind of CPD in one academic year."""

    kind = _kind()


class HoursOfYear(_Hours):
    """Hours of CPD in one academic year; withdrawn records do not count."""

    academic_year = fields.String(metadata=_said("The academic year.", "2019-20"))
    by_kind = fields.List(fields.Nested(HoursOfKind), metadata={"description": "The same for each kind that occurs."})


class HoursByYear(_Answered):
    """Hours of CPD of one person, year by year."""

    items = fields.List(fields.Nested(HoursOfYear), metadata={"description": "The latest academic year first."})


RecordLinePage = page_schema(RecordLine)
RecordOfSomebodyPage = page_schema(RecordOfSomebody)
