"""The route that says what a service would erase of somebody, and whether it has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from marshmallow import fields
from pymongo.database import Database

from servicekit.access import DATA_PROTECTION, allows
from servicekit.answers import Answer, answer
from servicekit.erasure.store import erased
from servicekit.mongo import Document
from servicekit.request import record_read, state
from servicekit.routing import Blueprint
from servicekit.routing import blueprint as make_blueprint
from servicekit.schemas import Id, Schema


@dataclass(frozen=True)
class Held:
    """What a service has of a person: their name and version where it owns them, how much of what by its words."""

    counts: Mapping[str, int] = field(default_factory=dict)
    name: str | None = None
    version: int | None = None


Look = Callable[[Database[Document], str], Held]
"""Looks what a service has of a person; `NotFound` where it would know them and does not."""


class HeldSchema(Schema):
    """How much of one kind of thing there is."""

    what = fields.String(required=True, metadata={"description": "What.", "example": "records"})
    count = fields.Integer(required=True, metadata={"description": "How many.", "example": 31})


class ErasureSchema(Schema):
    """What a service has of somebody, and whether they were erased."""

    person = Id(required=True, metadata={"description": "The person."})
    name = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Their name, in the service that knows it.", "example": "Amina Yusuf"},
    )
    version = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The version to be erased, in the service that can begin it.", "example": 11},
    )
    holds = fields.List(
        fields.Nested(HeldSchema), required=True, metadata={"description": "What would be erased, and how much."}
    )
    erased_at = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "When it was asked for (RFC 3339); null for nobody erased.", "example": None},
    )
    reason = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Why, in the service where it was begun.", "example": "Request 2032-14"},
    )
    by = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Who began it, there.", "example": "sign-in:data-protection"},
    )
    done_at = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "When this service had erased everything; null until then.", "example": None},
    )


def blueprint(look: Look) -> Blueprint:
    """The route that says what a service would erase of somebody, and whether it has."""
    erasures = make_blueprint("erasure", __name__, description="What is kept of somebody, and that it no longer is.")

    @erasures.get("/people/<id:person_id>/erasure")
    @allows(DATA_PROTECTION)
    @erasures.response(200, ErasureSchema)
    def read_erasure(person_id: str) -> Answer:
        """What this service has of a person, in figures, and whether they were erased."""
        note = erased(state().database, person_id)
        held = Held() if note else look(state().database, person_id)
        if note is None:
            record_read([person_id], "read_erasure", confidential=True)
        return answer(shown(person_id, held, note), etag=held.version)

    return erasures


def shown(person_id: str, held: Held, note: Document | None) -> Document:
    """What a service has of a person as it is answered; `note` is that of their erasure, if they were erased."""
    return {
        "person": person_id,
        "name": held.name,
        "version": held.version,
        "holds": [{"what": what, "count": count} for what, count in held.counts.items() if count],
        "erased_at": note["at"] if note else None,
        "reason": note.get("reason") if note else None,
        "by": note.get("by") if note else None,
        "done_at": note["done_at"] if note else None,
    }
