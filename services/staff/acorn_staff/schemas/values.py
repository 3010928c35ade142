"""The kinds of values that requests and answers are made of; a value is judged by the model's own words."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

from marshmallow import ValidationError, fields, validate

from acorn_staff.model import identifiers
from acorn_staff.model.refusals import Malformed
from servicekit.schemas import Schema, Text

PERSON = "0197f0a4-5d2c-7c3e-9b1a-2f6f0d8e4a11"
MANAGER = "0197f0a4-77aa-7b10-a2c4-90d1e2f3a4b5"
ACADEMY = "0197f0a3-0c11-7d52-8e6f-1b2c3d4e5f60"
APPOINTMENT = "0197f0a5-3e4f-7a61-b2c3-d4e5f6071829"
CODE = "^[a-z0-9]+(_[a-z0-9]+)*$"
YEAR = "2026-27"
INSTANT = "2019-11-22T16:30:00.000Z"

E = TypeVar("E", bound=StrEnum)


def said(description: str, example: Any, **more: Any) -> dict[str, Any]:
    """What the OpenAPI file says of a field."""
    return {"description": description, "example": example, **more}


def name_of(whom: str, example: str = "Ben Okafor") -> fields.String:
    """The name of somebody whom an answer refers to."""
    description = f"The name of {whom}; null where no person is known by it."
    return fields.String(required=True, allow_none=True, metadata=said(description, example))


def one_of(kind: type[E], description: str, example: E, **how: Any) -> fields.Enum[E]:
    """A code of a vocabulary."""
    return fields.Enum(kind, by_value=fields.String, metadata=said(description, example.value), **how)


def code(description: str, example: str, **how: Any) -> fields.String:
    """A code of one of the trust's vocabularies; whether it is there, the operation says."""
    right = validate.Regexp(r"\A[a-z0-9]+(_[a-z0-9]+)*\Z", error="A code has small letters, digits and underscores.")
    return fields.String(
        validate=[validate.Length(max=60), right], metadata=said(description, example, pattern=CODE), **how
    )


def academic_year(description: str = "The academic year, 1 September to 31 August.", **how: Any) -> fields.String:
    """An academic year; the model says whether it is one."""
    right = validate.Regexp(r"\A[0-9]{4}-[0-9]{2}\Z", error="An academic year is written like 2019-20.")
    return fields.String(validate=right, metadata=said(description, YEAR, pattern="^[0-9]{4}-[0-9]{2}$"), **how)


def post(description: str = "The job: a code of the vocabulary `posts`.", **how: Any) -> fields.String:
    """The code of a post."""
    return code(description, "teacher", **how)


class Judged(fields.String):
    """Text that the model brings into its form, or refuses with a sentence."""

    def __init__(self, judge: Callable[[str], str], **how: Any) -> None:
        self.judge = judge
        super().__init__(**how)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            return self.judge(super()._deserialize(value, attr, data, **kwargs))
        except Malformed as refused:
            raise ValidationError(refused.detail) from refused


class Fte(fields.Float):
    """Full-time equivalent as a JSON number, not as text. The model judges its size."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if isinstance(value, str):
            raise ValidationError("Not a valid number.")
        return super()._deserialize(value, attr, data, **kwargs)


def name(description: str, example: str, **how: Any) -> Judged:
    """A name, on one line."""
    limits = {"minLength": 1, "maxLength": identifiers.NAME_LENGTH}
    return Judged(
        lambda value: identifiers.text(value, field="name"), metadata=said(description, example, **limits), **how
    )


def trn(**how: Any) -> Judged:
    """A teacher reference number."""
    what = "Teacher reference number: seven digits, as text, for leading zeros matter."
    return Judged(identifiers.trn, metadata=said(what, "0123456", pattern="^[0-9]{7}$"), **how)


def email(**how: Any) -> Judged:
    """A work e-mail address."""
    what = "Work e-mail address, kept in lower case; no other current person may have it."
    return Judged(identifiers.email, metadata=said(what, "teacher.elm@oaktrees.example", format="email"), **how)


def why(**how: Any) -> Text:
    """Why somebody makes a change, in their own words."""
    return Text(most=500, metadata=said("Why, for the change history.", "As in the letter of 12 June."), **how)


class Retraction(Schema):
    """What was recorded in error, taken back."""

    why = why()
