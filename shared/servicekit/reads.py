"""The routes that every service has: who looked at my record, and, for data protection, who looked at whose."""

from datetime import date, datetime, time, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from servicekit.access import DATA_PROTECTION, HR, OWN, allows
from servicekit.answers import Answer, page, tell_names
from servicekit.audit import person_in, reads_of, search
from servicekit.clock import LONDON, instant
from servicekit.paging import Paging
from servicekit.request import record_read, state
from servicekit.routing import blueprint as make_blueprint
from servicekit.schemas import Day, Id, PageArgs, Schema, Text, page_schema
from servicekit.whose import person_called

SIGN_IN = "sign-in:"
"""How `by` begins where a sign-in is bound to no person."""

blueprint = make_blueprint("reads", __name__, description="Who looked at whose record, and when.")


class Reader(Schema):
    """Somebody who read a record."""

    person = Id(
        required=True,
        allow_none=True,
        metadata={"description": "The reader; null for a sign-in that is bound to no person."},
    )
    name = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Their name, where it is known.", "example": "Adrian Martin"},
    )


class Read(Schema):
    """One read of a person's data by somebody else."""

    id = Id(required=True, metadata={"description": "The read's id."})
    at = fields.String(
        required=True, metadata={"description": "When (RFC 3339).", "example": "2026-11-23T09:00:00.000Z"}
    )
    by = fields.Nested(Reader, required=True, metadata={"description": "Who."})
    what = fields.String(
        required=True, metadata={"description": "The operation that showed it.", "example": "read_history"}
    )


class ReadFound(Read):
    """One read, with all that is kept of it."""

    sign_in = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The sign-in, where it is bound to no person.", "example": "sign-in:7f3a"},
    )
    people = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Whose data it showed, by id; the person alone where one is asked for."},
    )
    confidential = fields.Boolean(
        required=True,
        metadata={"description": "Whether data protection alone may know of it.", "example": False},
    )
    reason = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Why, where that had to be said.", "example": "Request of 3 November"},
    )


class ReadsQuery(PageArgs):
    """Which reads."""

    person = Text(
        load_default=None,
        most=200,
        metadata={
            "description": "Whose data was read: an id, an e-mail address or an employee number.",
            "example": "01971281-3b20-7a4e-8f10-6c2d9e0b7a11",
        },
    )
    by = Text(
        load_default=None,
        most=200,
        metadata={
            "description": f"Who read it: as for `person`, or a sign-in of nobody as `{SIGN_IN}` and its subject.",
            "example": "adrian.martin@oaktrees.example",
        },
    )
    operation = fields.String(
        load_default=None,
        validate=validate.Regexp("^[a-z_]{1,60}$", error="It is not the name of an operation."),
        metadata={"description": "By which operation.", "example": "read_history"},
    )
    from_ = Day(
        data_key="from", load_default=None, metadata={"description": "From this day on.", "example": "2026-11-01"}
    )
    to = Day(load_default=None, metadata={"description": "To this day.", "example": "2026-11-30"})

    @validates_schema(skip_on_field_errors=True)
    def _somebody(self, data: dict[str, Any], **_: Any) -> None:
        if data["person"] is None and data["by"] is None:
            raise ValidationError("Say whose data was read (person), who read it (by), or both.")


@blueprint.get("/people/<id:person_id>/reads")
@allows(OWN, HR)
@blueprint.arguments(PageArgs, location="query")
@blueprint.response(200, page_schema(Read))
def list_reads(query: dict[str, Any], person_id: str) -> Answer:
    """Who looked at a person's record.

    Newest first, with the operation that showed it; reads by the person are not recorded.
    """
    found = reads_of(state().database, state().people.identities(person_id), Paging.out_of(query))
    for row in found.items:
        row["by"] = {"person": person_in(row["by"])}
    tell_names((row["by"], "name", row["by"]["person"]) for row in found.items)
    return page(found)


@blueprint.get("/reads")
@allows(DATA_PROTECTION)
@blueprint.arguments(ReadsQuery, location="query")
@blueprint.response(200, page_schema(ReadFound))
def search_reads(query: dict[str, Any]) -> Answer:
    """Who looked at one person's data, or at whose data one person looked.

    Newest first, confidential reads too. The search is recorded as a confidential read of whoever is asked for.
    """
    people = state().people
    paging = Paging.out_of(query)
    of = people.identities(person_called(query["person"])) if query["person"] is not None else []
    by = _actors(query["by"]) if query["by"] is not None else []
    found = search(
        state().database,
        of=of,
        by=by,
        what=query["operation"],
        since=_begin(query["from_"]),
        until=_begin(query["to"], after=1),
        paging=paging,
    )
    record_read([*of, *(person_in(one) or one for one in by)], "search_reads", confidential=True)
    for row in found.items:
        reader = person_in(row["by"])
        row["sign_in"] = row["by"] if reader is None else None
        row["by"] = {"person": reader}
    tell_names((row["by"], "name", row["by"]["person"]) for row in found.items)
    return page(found)


def _actors(said: str) -> list[str]:
    """Whoever is meant as they stand in `by`, under each of their ids."""
    if said.startswith(SIGN_IN):
        return [said]
    return [f"person:{one}" for one in state().people.identities(person_called(said))]


def _begin(day: date | None, *, after: int = 0) -> str | None:
    """The instant at which a day begins in London, or one some days after it."""
    if day is None:
        return None
    return instant(datetime.combine(day + timedelta(days=after), time.min, tzinfo=LONDON))
