"""Audiences: a rule, whom it means on a day, and why somebody is in or out."""

from marshmallow import fields, validate

from acorn_staff.schemas import values
from servicekit.schemas import Day, Id, Schema, page_schema

_RULE = {"year_group": ["year_2", "year_6"], "part": "taught", "at": {"phase": ["Primary"]}}
_MEANING = "People who teach Year 2 or Year 6 at primary academies."


class AudienceQuestion(Schema):
    """A rule and a day."""

    rule = fields.Dict(
        required=True,
        validate=validate.Length(min=1, max=20),
        metadata=values.said("Who is meant, in the form of `contracts/audience.v1.json`.", _RULE, minProperties=1),
    )
    on = Day(load_default=None, metadata=values.said("The day; today unless it is given.", "2026-11-23"))


class Meant(Schema):
    """Somebody whom a rule means."""

    id = Id(required=True, metadata=values.said("The person.", values.PERSON))
    given_name = fields.String(required=True, metadata=values.said("Given name, as used.", "Amina"))
    family_name = fields.String(required=True, metadata=values.said("Family name, as used.", "Yusuf"))


class Audience(page_schema(Meant)):  # type: ignore[misc]
    """Whom a rule means on a day, of those whom the reader may see, by family name."""

    count = fields.Integer(required=True, metadata=values.said("How many are meant, exactly.", 12))
    on = Day(required=True, metadata=values.said("The day.", "2026-11-23"))
    sentence = fields.String(required=True, metadata=values.said("What the rule means.", _MEANING))
    remark = fields.String(
        required=True, allow_none=True, metadata=values.said("Said where nobody or everybody is meant.", None)
    )


class Condition(Schema):
    """One condition of a rule, for one person."""

    holds = fields.Boolean(required=True, metadata=values.said("Whether it holds on the day.", True))
    sentence = fields.String(
        required=True,
        metadata=values.said("Why.", "Amina Yusuf is one of the people who teach Year 6, from 1 September 2026."),
    )


class AudienceExplanation(Schema):
    """Why somebody is meant by a rule on a day, or is not."""

    on = Day(required=True, metadata=values.said("The day.", "2026-11-23"))
    meant = fields.Boolean(required=True, metadata=values.said("Whether they are meant.", True))
    sentence = fields.String(
        required=True,
        metadata=values.said("In a sentence.", "Amina Yusuf belongs to this audience on 23 November 2026."),
    )
    conditions = fields.List(
        fields.Nested(Condition), required=True, metadata={"description": "Condition by condition, as written."}
    )
