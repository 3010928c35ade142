"""The web chassis: what every service's HTTP side is made of, and the door to what its routes use.

`create` wires logs, metrics, health, problems, access, docs and the operations pages around a service's blueprints.
It never imports Kafka: web processes write to the outbox, workers talk to the broker.
"""

import sys
from collections.abc import Mapping, Sequence
from http import HTTPStatus

import orjson
from flask import Flask, Response, g, request
from pymongo import IndexModel
from pymongo.database import Database
from pymongo.errors import PyMongoError
from werkzeug.exceptions import HTTPException

from servicekit import (
    audit,
    deadletters,
    engines,
    events,
    health,
    idempotency,
    logs,
    metrics,
    openapi,
    operations,
    problems,
    reads,
    schedule,
    status,
    subject_access,
)
from servicekit.access import PUBLIC, Scope, allows, caller, permit
from servicekit.answers import Answer, accepted, answer, created, no_content, page
from servicekit.auth import Verifier
from servicekit.clock import Clock, utc_now
from servicekit.mongo import Document, outage
from servicekit.observe import observe
from servicekit.rebuild import routes as rebuilds
from servicekit.rebuild.store import INDEXES as REBUILD_INDEXES
from servicekit.request import People, State, begin_request, bound, if_match, now, record_read, today, versioned, writes
from servicekit.request import state as held_state
from servicekit.routing import Blueprint, blueprint
from servicekit.schemas import Day, Id, PageArgs, Schema, Text, page_schema
from servicekit.settings import Settings
from servicekit.subject_access import routes as subject_access_routes

_log = logs.log(__name__)
# Multipart framing around a file of the largest size.
_FRAMING_BYTES = 100_000


def create(
    *,
    name: str,
    title: str,
    description: str,
    settings: Settings,
    database: Database[Document],
    scope: Scope,
    people: People,
    blueprints: Sequence[Blueprint],
    indexes: Mapping[str, Sequence[IndexModel]],
    holds: subject_access.Holds,
    clock: Clock = utc_now,
) -> Flask:
    """Make a service's web application.

    `people` knows names by id and ids that are one person's, for those who read who looked at their record; `indexes`
    are those of the service's own collections; `holds` answers what it holds about somebody who asks for it.
    `TypeError` when a view has no access rule.
    """
    logs.configure(settings.log_level, name, "web")
    events.use_contracts(settings.contracts)
    app = Flask(name, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = max(settings.max_body_bytes, settings.max_upload_bytes + _FRAMING_BYTES)
    app.config["MAX_FORM_MEMORY_SIZE"] = settings.max_body_bytes
    state = State(
        name=name,
        settings=settings,
        database=database,
        scope=scope,
        people=people,
        verifier=Verifier(
            issuer=settings.oidc_issuer,
            audience=settings.oidc_audience,
            jwks_uri=settings.oidc_jwks_uri,
            roles_claim=settings.roles_claim,
            roles=settings.roles,
            token_types=settings.oidc_token_types,
            email_claim=settings.oidc_email_claim,
            vouches_for_emails=settings.oidc_vouches_for_emails,
        ),
        clock=clock,
        indexes=chassis_indexes(indexes),
    )
    app.extensions["acorn"] = state
    observe(app, begin=_begin)
    _refuse(app)
    health.expose(app, state)
    metrics.expose(app)
    metrics.tell_build(name)
    made = openapi.document(
        app,
        name=name,
        title=title,
        description=description,
        blueprints=[
            *blueprints,
            reads.blueprint,
            subject_access_routes.blueprint(holds),
            operations.blueprint,
            rebuilds.blueprint,
        ],
    )
    openapi.expose(app, made)
    app.extensions["openapi"] = made
    unguarded = [
        rule.rule for rule in app.url_map.iter_rules() if not hasattr(app.view_functions[rule.endpoint], "access_rules")
    ]
    if unguarded:
        raise TypeError(f"These routes have no access rule: {', '.join(unguarded)}. Put @allows(...) on them.")
    return app


def chassis_indexes(indexes: Mapping[str, Sequence[IndexModel]]) -> dict[str, Sequence[IndexModel]]:
    """A service's indexes and those of the collections that every service has."""
    return {
        **idempotency.INDEXES,
        **audit.INDEXES,
        **deadletters.INDEXES,
        **schedule.INDEXES,
        **status.INDEXES,
        **REBUILD_INDEXES,
        **indexes,
    }


def _begin() -> None:
    """Fix the request's time, and refuse a body that is no file and too large."""
    begin_request()
    limit = held_state().settings.max_body_bytes
    if request.mimetype != "multipart/form-data" and (request.content_length or 0) > limit:
        raise problems.TooLarge(f"The body may have {limit:,} bytes at most.")


def _refuse(app: Flask) -> None:
    """Every refusal, expected or not, becomes one RFC 9457 answer; nothing else makes one."""

    @app.errorhandler(problems.Problem)
    def refused(problem: problems.Problem) -> Response:
        return _problem(problem)

    @app.errorhandler(PyMongoError)
    def database_failed(error: PyMongoError) -> Response:
        if outage(error):
            engines.mongodb_failed(error, "a request")
            return _problem(
                problems.Unavailable("We cannot reach our database right now. Please try again in a moment.")
            )
        return unexpected(error)

    @app.errorhandler(HTTPException)
    def flask_refused(error: HTTPException) -> Response:
        if error.code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return _problem(_too_large(held_state().settings))
        problem = problems.Problem(_SENTENCES.get(error.code or 500, error.description or "It cannot be answered."))
        response = _problem(problem, status=error.code or 500, title=error.name)
        for header, value in error.get_headers():
            if header.lower() == "allow":
                response.headers[header] = value
        return response

    @app.errorhandler(Exception)
    def unexpected(_: Exception) -> Response:
        _log.error("a request failed", exc_info=sys.exc_info(), route=metrics.route_template())
        return _problem(
            problems.Problem("It is our fault, and it is in our logs under this request's id. Nothing was changed.")
        )


def _too_large(settings: Settings) -> problems.TooLarge:
    """Flask refuses what is over the limits of `create`, and does not say which they are."""
    file, beside = (f"{limit / 1_000_000:g} MB" for limit in (settings.max_upload_bytes, settings.max_body_bytes))
    return problems.TooLarge(
        f"A file may have {file} at most, and what is sent beside it {beside}. "
        "Send the file in parts, each with the line of headings."
    )


_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not answer to this method; Allow says which it does.",
}


def _problem(problem: problems.Problem, *, status: int | None = None, title: str | None = None) -> Response:
    document = {**problem.document(), "request_id": g.get("trace_id", "")}
    if status is not None and title is not None:
        slug = title.lower().replace(" ", "-")
        document |= {"status": status, "title": title, "type": f"urn:acorn:problem:{slug}"}
    response = Response(orjson.dumps(document), status=document["status"], content_type="application/problem+json")
    response.headers.update(problem.headers())
    return response


__all__ = [
    "PUBLIC",
    "Answer",
    "Blueprint",
    "Day",
    "Id",
    "PageArgs",
    "Schema",
    "Text",
    "accepted",
    "allows",
    "answer",
    "blueprint",
    "bound",
    "caller",
    "chassis_indexes",
    "create",
    "created",
    "if_match",
    "no_content",
    "now",
    "page",
    "page_schema",
    "permit",
    "record_read",
    "today",
    "versioned",
    "writes",
]
