"""The routes that every service has for a rebuild: ask for one, follow it."""

from typing import Any

from marshmallow import fields, validate

from servicekit import generations
from servicekit.access import OPERATIONS, allows, caller
from servicekit.answers import Answer, accepted, answer, page
from servicekit.paging import Paging
from servicekit.problems import Conflict
from servicekit.rebuild import store
from servicekit.request import now, session, state, writes
from servicekit.routing import blueprint as make_blueprint
from servicekit.schemas import Id, PageArgs, Schema, page_schema

blueprint = make_blueprint("rebuilds", __name__, description="What a service learnt of others, learnt anew.")


class NothingToRebuild(Conflict):
    """The service listens to nobody."""

    slug = "nothing-to-rebuild"
    title = "This service has nothing to rebuild"


class Rebuild(Schema):
    """A new generation of what the service has learnt of others."""

    id = Id(required=True, metadata={"description": "The rebuild's id."})
    state = fields.String(
        required=True,
        validate=validate.OneOf(["waiting", "running", "done", "failed"]),
        metadata={"description": "waiting, running, done or failed.", "example": "running"},
    )
    generation = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "The generation that is filled; an attempt has one of its own.", "example": 2},
    )
    messages_read = fields.Integer(
        required=True, metadata={"description": "How far the topics are read.", "example": 150_000}
    )
    messages_expected = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Of about how many; null before it runs.", "example": 200_000},
    )
    dead_letters = fields.Integer(
        required=True, metadata={"description": "Messages that could not be taken.", "example": 0}
    )
    reason = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Why it failed, or waits to be tried again.", "example": None},
    )
    by = fields.String(required=True, metadata={"description": "Who asked for it.", "example": "sign-in:operations"})
    asked_at = fields.String(required=True, metadata={"description": "When.", "example": "2026-11-23T09:00:00.000Z"})
    started_at = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "When a worker last began it.", "example": "2026-11-23T09:00:01.000Z"},
    )
    finished_at = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "When it was done or had failed.", "example": "2026-11-23T09:00:09.000Z"},
    )


@blueprint.post("/operations/rebuilds")
@allows(OPERATIONS)
@blueprint.response(202, Rebuild)
@writes
def start_rebuild() -> Answer:
    """Have a worker rebuild what this service has learnt of others.

    It reads the topics from their beginning into a new generation, and swaps that in once it has caught up; until then
    the live one is read. A 409 while another rebuild is under way, and for a service that listens to nobody.
    """
    held = state()
    if not generations.projections(held.indexes):
        raise NothingToRebuild(
            f"The {held.name} service keeps nothing that it learnt of other services, so there is nothing to rebuild."
        )
    opened = session()
    if opened is None:
        raise TypeError("a rebuild is asked for in a transaction")
    asked = store.ask(held.database, by=caller().actor, at=now(), session=opened)
    return accepted(asked, f"/v1/operations/rebuilds/{asked['_id']}")


@blueprint.get("/operations/rebuilds")
@allows(OPERATIONS)
@blueprint.arguments(PageArgs, location="query")
@blueprint.response(200, page_schema(Rebuild))
def list_rebuilds(query: dict[str, Any]) -> Answer:
    """The rebuilds of the last 30 days, newest first."""
    return page(store.rebuilds(state().database, Paging.out_of(query)))


@blueprint.get("/operations/rebuilds/<id:rebuild_id>")
@allows(OPERATIONS)
@blueprint.response(200, Rebuild)
def read_rebuild(rebuild_id: str) -> Answer:
    """How far a rebuild is."""
    return answer(store.show(state().database, rebuild_id))
