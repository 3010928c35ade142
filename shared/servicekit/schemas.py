"""Schemas of requests and answers: strict about what comes in, described and exemplified for the OpenAPI file."""

import re
import unicodedata
from datetime import date
from typing import Any, cast

import marshmallow
from marshmallow import INCLUDE, RAISE, ValidationError, fields, validate

from servicekit.characters import fault_in_text
from servicekit.ids import valid_id
from servicekit.paging import DEFAULT_LIMIT, MAX_LIMIT, MOST_COUNTED

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Schema(marshmallow.Schema):
    """A schema that refuses what it does not know."""

    class Meta:
        unknown = RAISE


class Text(fields.String):
    """Text somebody typed: outer white space goes, controls and what turns the writing round are refused.

    Between `least` and `most` characters, 1 to 200 unless told; a text that may be longer may have several lines.
    """

    def __init__(self, *, least: int = 1, most: int = 200, **kwargs: Any) -> None:
        self.lines = most > 200
        super().__init__(validate=validate.Length(min=least, max=most), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        text = unicodedata.normalize("NFC", text.strip())
        fault = fault_in_text(text, lines=self.lines)
        if fault:
            raise ValidationError(fault)
        return text


class Day(fields.Field[date]):
    """A day as `YYYY-MM-DD`, loaded as a `date`; a day that does not exist, or one before 1900, is refused."""

    def __init__(self, *, metadata: dict[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(metadata={"pattern": "^(19|2[01])[0-9]{2}-[0-9]{2}-[0-9]{2}$", **(metadata or {})}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        # Python also reads week dates, which nobody types.
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValidationError("Write a date as YYYY-MM-DD.")
        try:
            day = date.fromisoformat(value)
        except ValueError as error:
            raise ValidationError("There is no such date. Write it as YYYY-MM-DD.") from error
        if not 1900 <= day.year <= 2199:
            raise ValidationError("The year must be from 1900 to 2199.")
        return day

    def _serialize(self, value: date | str | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return value.isoformat() if isinstance(value, date) else value


class Id(fields.String):
    """An id: a UUIDv7 in lower case."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if not valid_id(text):
            raise ValidationError("It is not an id: a UUIDv7 in lower case.")
        return text


class PageArgs(Schema):
    """The query arguments of every list."""

    limit = fields.Integer(
        load_default=DEFAULT_LIMIT,
        validate=validate.Range(min=1, max=MAX_LIMIT),
        metadata={"description": "How many at most.", "example": 25},
    )
    cursor = fields.String(
        load_default=None,
        validate=validate.Length(min=1, max=4000),
        metadata={"description": "The `next` or `previous` of another page; with the same filters."},
    )
    count = fields.Boolean(
        load_default=False,
        truthy={"true"},
        falsy={"false"},
        metadata={"description": f"Count the whole list too, to {MOST_COUNTED:,} at most.", "example": True},
    )


class FieldErrorSchema(Schema):
    """One faulty field of a request."""

    pointer = fields.String(
        required=True, metadata={"description": "JSON pointer to the field (RFC 6901).", "example": "/family_name"}
    )
    detail = fields.String(
        required=True, metadata={"description": "What is wrong with it.", "example": "Missing data for required field."}
    )


class ProblemSchema(marshmallow.Schema):
    """A refusal, as RFC 9457 describes it; some kinds have members of their own (their section 3.2)."""

    class Meta:
        unknown = INCLUDE

    type = fields.String(
        required=True, metadata={"description": "The kind of problem.", "example": "urn:acorn:problem:not-found"}
    )
    title = fields.String(required=True, metadata={"description": "The kind, in words.", "example": "Not found"})
    status = fields.Integer(required=True, metadata={"description": "The HTTP status.", "example": 404})
    detail = fields.String(
        required=True,
        metadata={"description": "What is wrong, and what to do.", "example": "There is nobody with this id."},
    )
    request_id = fields.String(
        required=True,
        metadata={"description": "Names this request in our logs.", "example": "4bf92f3577b34da6a3ce929d0e0e4736"},
    )
    errors = fields.List(fields.Nested(FieldErrorSchema), metadata={"description": "Each faulty field."})


class TotalSchema(Schema):
    """How many there are in a whole list."""

    count = fields.Integer(
        required=True,
        validate=validate.Range(min=0, max=MOST_COUNTED),
        metadata={"description": f"How many, at most {MOST_COUNTED:,}.", "example": 42},
    )
    more = fields.Boolean(
        required=True, metadata={"description": "Whether there are more than were counted.", "example": False}
    )


def page_schema(item: type[Schema]) -> type[Schema]:
    """The schema of a page of items, named after them: `RecordPage` for `Record`."""
    made = Schema.from_dict(
        {
            "items": fields.List(fields.Nested(item), required=True, metadata={"description": "In the list's order."}),
            "next": fields.String(
                required=True,
                allow_none=True,
                metadata={"description": "Cursor of the next page; null on the last.", "example": None},
            ),
            "previous": fields.String(
                required=True,
                allow_none=True,
                metadata={"description": "Cursor of the page before; null on the first.", "example": None},
            ),
            "total": fields.Nested(
                TotalSchema,
                required=True,
                allow_none=True,
                metadata={"description": "How many there are; null unless `count=true` asks."},
            ),
        },
        name=f"{item.__name__}Page",
    )
    return cast(type[Schema], made)
