"""Who a sign-in is, and what that makes of them."""

from marshmallow import fields

from acorn_staff.schemas import values
from acorn_staff.schemas.people import Person
from servicekit.schemas import Id, Schema


class LedAcademy(Schema):
    """An academy that somebody leads today."""

    id = Id(required=True, metadata=values.said("The academy.", values.ACADEMY))
    name = fields.String(required=True, metadata=values.said("Its name.", "Elm Primary Academy"))


class Me(Schema):
    """The caller: sign-in, access roles, person, and whom they lead or manage today."""

    subject = fields.String(
        required=True, metadata=values.said("The identity provider's name for the sign-in.", "7f3c9a")
    )
    email = fields.String(
        required=True,
        allow_none=True,
        metadata=values.said("The sign-in's e-mail address.", "head.elm@oaktrees.example"),
    )
    email_verified = fields.Boolean(required=True, metadata=values.said("Whether somebody vouches for it.", True))
    roles = fields.List(fields.String(), required=True, metadata=values.said("Access roles.", ["hr"]))
    person = fields.Nested(
        Person,
        required=True,
        allow_none=True,
        metadata={"description": "The caller's own record; null while the sign-in is bound to nobody."},
    )
    leads = fields.List(
        fields.Nested(LedAcademy), required=True, metadata={"description": "The academies that they lead today."}
    )
    has_reports = fields.Boolean(required=True, metadata=values.said("Whether they manage anybody today.", False))
    verifies = fields.Boolean(
        required=True, metadata=values.said("Whether they may verify somebody's CPD today: the line, and HR.", False)
    )
