"""The route that every service has: who looked at my record."""

from typing import Any

from marshmallow import fields

from servicekit.access import HR, OWN, allows
from servicekit.answers import Answer, page, tell_names
from servicekit.audit import person_in, reads_of
from servicekit.paging import Paging
from servicekit.request import state
from servicekit.routing import blueprint as make_blueprint
from servicekit.schemas import Id, PageArgs, Schema, page_schema

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
