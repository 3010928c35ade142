"""The routes that every service has for whoever is on call: how it stands, and its dead letters.

Web processes know nothing of Kafka: they read what the worker wrote, and write what the worker is to do.
"""

from typing import Any

from marshmallow import fields, validate

from servicekit import deadletters, status
from servicekit.access import OPERATIONS, allows, caller
from servicekit.answers import Answer, accepted, answer, no_content, page
from servicekit.clock import instant
from servicekit.paging import Paging, page_of
from servicekit.rebuild import store as rebuilds
from servicekit.rebuild.routes import Rebuild
from servicekit.request import now, state, writes
from servicekit.request import session as request_session
from servicekit.routing import blueprint as make_blueprint
from servicekit.schemas import Id, PageArgs, Schema, Text, page_schema

blueprint = make_blueprint("operations", __name__, description="How the service stands, for whoever is on call.")


class Partition(Schema):
    """Where a partition stands that a worker reads."""

    topic = fields.String(required=True, metadata={"description": "The topic.", "example": "staff.people"})
    partition = fields.Integer(required=True, metadata={"description": "Its partition.", "example": 3})
    position = fields.Integer(required=True, metadata={"description": "Everything below was handled.", "example": 1042})
    lag = fields.Integer(required=True, metadata={"description": "Messages that wait.", "example": 0})


class Outbox(Schema):
    """Events that wait to be sent."""

    depth = fields.Integer(required=True, metadata={"description": "How many (counted to 100,000).", "example": 0})
    oldest_seconds = fields.Float(required=True, metadata={"description": "Age of the oldest.", "example": 0.0})


class RelayStatus(Schema):
    """Who sends the outbox to Kafka."""

    holder = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The worker that holds the lease.", "example": "staff-node1-8a7c1f0e2b3d"},
    )
    sent_until = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Everything written before is sent.", "example": "2026-11-23T09:00:00.000Z"},
    )


class WorkerStatus(Schema):
    """What a worker last wrote of itself; one that is silent for 15 seconds is left out."""

    worker = fields.String(
        required=True, metadata={"description": "Which worker.", "example": "staff-node1-8a7c1f0e2b3d"}
    )
    started = fields.String(
        required=True, metadata={"description": "When it started.", "example": "2026-11-23T08:00:00.000Z"}
    )
    at = fields.String(
        required=True, metadata={"description": "When it wrote this.", "example": "2026-11-23T09:00:00.000Z"}
    )
    partitions = fields.List(
        fields.Nested(Partition), required=True, metadata={"description": "Each partition that it reads."}
    )
    outbox = fields.Nested(Outbox, required=True, metadata={"description": "Events that wait to be sent."})
    relay = fields.Nested(RelayStatus, required=True, metadata={"description": "Who sends them."})


class OperationsStatus(Schema):
    """How the service stands."""

    service = fields.String(required=True, metadata={"description": "The service.", "example": "staff"})
    at = fields.String(required=True, metadata={"description": "Now.", "example": "2026-11-23T09:00:00.000Z"})
    outbox = fields.Nested(
        Outbox, required=True, metadata={"description": "Events that wait to be sent, measured now and by no worker."}
    )
    dead_letters = fields.Integer(required=True, metadata={"description": "How many wait for somebody.", "example": 0})
    workers = fields.List(
        fields.Nested(WorkerStatus),
        required=True,
        metadata={"description": "Workers heard of in the last 15 seconds."},
    )
    rebuild = fields.Nested(
        Rebuild, required=True, allow_none=True, metadata={"description": "The rebuild under way; null for none."}
    )


class DeadLetter(Schema):
    """A message that this service could not take."""

    id = Id(required=True, metadata={"description": "The letter's id."})
    topic = fields.String(required=True, metadata={"description": "Where it came from.", "example": "staff.people"})
    partition = fields.Integer(required=True, metadata={"description": "Its partition.", "example": 3})
    offset = fields.Integer(required=True, metadata={"description": "Its offset.", "example": 1042})
    type = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The event's type.", "example": "staff.person-moved.v1"},
    )
    aggregate = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "What the event is about, by id.", "example": "01971281-3b20-7a4e-8f10-6c2d9e0b7a11"},
    )
    reason = fields.String(
        required=True, metadata={"description": "Why it could not be taken.", "example": "KeyError in its handler"}
    )
    at = fields.String(required=True, metadata={"description": "When.", "example": "2026-11-23T09:00:00.000Z"})
    state = fields.String(
        required=True,
        validate=validate.OneOf(["open", "replayed", "dismissed"]),
        metadata={"description": "open, replayed or dismissed.", "example": "open"},
    )
    by = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Who asked for a replay or dismissed it.", "example": "sign-in:operations"},
    )
    because = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Why it was dismissed.", "example": "Its sender was mended."},
    )
    replays = fields.Integer(required=True, metadata={"description": "How often a replay was asked for.", "example": 0})


class DeadLetterShown(DeadLetter):
    """A dead letter with the structure of its payload."""

    payload = fields.Raw(
        required=True, metadata={"description": "Each value replaced by its type and length: no personal data."}
    )


class DeadLettersQuery(PageArgs):
    """Which dead letters."""

    state = fields.String(
        load_default="open",
        validate=validate.OneOf(["open", "replayed", "dismissed"]),
        metadata={"description": "open, replayed or dismissed.", "example": "open"},
    )


class Dismissal(Schema):
    """Why a dead letter needs no replay."""

    because = Text(required=True, most=500, metadata={"description": "Why.", "example": "Its sender was mended."})


@blueprint.get("/operations/status")
@allows(OPERATIONS)
@blueprint.response(200, OperationsStatus)
def read_status() -> Answer:
    """How this service stands.

    The outbox and the open dead letters as they are now; positions and lag of each partition as the workers last wrote
    them. No worker, or an outbox whose oldest event ages, means that something stands still.
    """
    held = state()
    return answer(
        {
            "service": held.name,
            "at": instant(now()),
            "outbox": status.backlog(held.database),
            "dead_letters": held.database[deadletters.COLLECTION].count_documents({"state": "open"}),
            "workers": status.latest(held.database),
            "rebuild": rebuilds.under_way(held.database),
        }
    )


@blueprint.get("/operations/dead-letters")
@allows(OPERATIONS)
@blueprint.arguments(DeadLettersQuery, location="query")
@blueprint.response(200, page_schema(DeadLetter))
def list_dead_letters(query: dict[str, Any]) -> Answer:
    """Dead letters in the order they came, without their payloads."""
    letters = state().database[deadletters.COLLECTION]
    paging = Paging.out_of(query)
    return page(
        page_of(letters, {"state": query["state"]}, sort=[], paging=paging, projection={"value": 0, "closed": 0})
    )


@blueprint.get("/operations/dead-letters/<id:letter_id>")
@allows(OPERATIONS)
@blueprint.response(200, DeadLetterShown)
def show_dead_letter(letter_id: str) -> Answer:
    """One dead letter, its payload masked."""
    return answer(deadletters.show(state().database, letter_id))


@blueprint.post("/operations/dead-letters/<id:letter_id>/replay")
@allows(OPERATIONS)
@blueprint.response(202, DeadLetterShown)
@writes
def replay_dead_letter(letter_id: str) -> Answer:
    """Have a worker handle a dead letter again.

    Once what made it fail is mended; the letter's state tells how that went.
    """
    database = state().database
    deadletters.ask_replay(database, letter_id, by=caller().actor, at=now(), session=request_session())
    return accepted(deadletters.show(database, letter_id), f"/v1/operations/dead-letters/{letter_id}")


@blueprint.post("/operations/dead-letters/<id:letter_id>/dismiss")
@allows(OPERATIONS)
@blueprint.arguments(Dismissal)
@blueprint.response(204)
@writes
def dismiss_dead_letter(body: dict[str, str], letter_id: str) -> Answer:
    """Close a dead letter that needs no replay."""
    deadletters.dismiss(
        state().database, letter_id, by=caller().actor, because=body["because"], at=now(), session=request_session()
    )
    return no_content()
