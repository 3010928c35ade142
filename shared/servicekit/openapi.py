"""The OpenAPI 3.1 file, made from the code, and the page that shows it at `/docs`."""

import re
from importlib.resources import files
from typing import Any

import flask_smorest
import orjson
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask, Response

from servicekit.access import PUBLIC, allows
from servicekit.ids import PATTERN
from servicekit.problems import NotFound
from servicekit.request import ETAG
from servicekit.routing import Blueprint, IdConverter
from servicekit.schemas import Day, Id, ProblemSchema

_STATIC = files("servicekit") / "static" / "docs"
_TYPES = {"js": "text/javascript", "css": "text/css", "html": "text/html"}
_REFUSALS = {
    "400": "The request cannot be read.",
    "401": "Not signed in, or the token does not hold.",
    "403": "The caller's access does not cover this.",
    "404": "There is nothing with this id that the caller may see.",
    "503": "Something is away for now; Retry-After says when to ask again.",
}
_WITH_BODY = {
    "409": "It contradicts what is there, or a rule of the trust.",
    "413": "The body is too large.",
    "415": "The body is in a format that is not read here.",
    "422": "Fields that cannot be accepted, each with a pointer.",
}
_VERSIONED = {"412": "It has changed since it was read.", "428": "If-Match is missing."}


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest without its own dialect of errors."""

    def _register_error_handlers(self) -> None:
        """Problems are made in `servicekit.app`, for every route alike."""


def document(app: Flask, *, name: str, title: str, description: str, blueprints: list[Blueprint]) -> dict[str, Any]:
    """Register the blueprints and answer with the service's OpenAPI document."""
    app.config |= {"API_TITLE": title, "API_VERSION": "v1", "OPENAPI_VERSION": "3.1.0"}
    app.url_map.converters["id"] = IdConverter
    api = Api(spec_kwargs={"marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=_schema_name)})
    api.register_converter(IdConverter, lambda _: {"type": "string", "format": "uuid", "pattern": f"^{PATTERN}$"})
    api.init_app(app)
    api.register_field(Day, "string", "date")
    api.register_field(Id, "string", "uuid")
    api.spec.components.schema("Problem", schema=ProblemSchema)
    for blueprint in blueprints:
        api.register_blueprint(blueprint)
    made: dict[str, Any] = api.spec.to_dict()
    made["info"] |= {"description": description, "license": {"name": "MIT", "identifier": "MIT"}}
    made["servers"] = [{"url": "/", "description": f"This {name} service"}]
    # What the library puts in for its own ways of refusing and paging.
    for unused in ("Error", "PaginationMetadata"):
        made["components"]["schemas"].pop(unused, None)
    for unused in ("headers", "parameters"):
        made["components"].pop(unused, None)
    made["components"]["responses"] = {
        status: {
            "description": meaning,
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, meaning in sorted((_REFUSALS | _WITH_BODY | _VERSIONED).items())
    }
    made["components"]["securitySchemes"] = {
        "token": {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token of the trust's identity provider (RFC 9068).",
        }
    }
    made["security"] = [{"token": []}]
    views = {
        (_path(rule.rule), method): app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            if isinstance(operation, dict):
                _complete(operation, path, views[path, method.upper()])
    _order(made, ("openapi", "info", "servers", "security", "tags"))
    return made


def _complete(operation: dict[str, Any], path: str, view: Any) -> None:
    """Add what every operation of its kind has, so that no route needs to repeat it."""
    if "description" in operation:
        # Docstrings are wrapped for the code's reader; paragraphs stay.
        operation["description"] = re.sub(r"(?<!\n)\n(?!\n)", " ", operation["description"])
    parameters = operation.setdefault("parameters", [])
    refusals = dict(_REFUSALS)
    writes = getattr(view, "writes", False)
    if "{" not in path and not parameters and "requestBody" not in operation and not writes:
        refusals.pop("400")
    if writes:
        refusals |= _WITH_BODY
        parameters.append(
            {
                "in": "header",
                "name": "Idempotency-Key",
                "schema": {"type": "string", "minLength": 1, "maxLength": 200},
                "description": "Repeat a request with its key, and its effect still happens once (24 hours).",
            }
        )
    elif "requestBody" in operation:
        refusals |= _WITH_BODY
    elif any(parameter.get("in") == "query" for parameter in parameters if isinstance(parameter, dict)):
        refusals["422"] = _WITH_BODY["422"]
    if getattr(view, "versioned", False):
        refusals |= _VERSIONED
        parameters.append(
            {
                "in": "header",
                "name": "If-Match",
                "required": True,
                "schema": {"type": "string", "pattern": f"^{ETAG}$"},
                "description": "The ETag of what was read; a newer version is refused with 412.",
                "example": '"3"',
            }
        )
    rules = getattr(view, "access_rules", ())
    operation["x-access"] = [str(rule) for rule in rules]
    if PUBLIC in rules:
        operation["security"] = []
    responses = operation.setdefault("responses", {})
    for status in refusals:
        responses[status] = {"$ref": f"#/components/responses/{status}"}
    responses.pop("default", None)
    operation["responses"] = dict(sorted(responses.items()))
    _order(operation, ("operationId", "summary", "description", "tags", "x-access", "parameters", "requestBody"))


def _order(content: dict[str, Any], first: tuple[str, ...]) -> None:
    """Put these members first, in this order: the file is read by people."""
    for name in (*[name for name in first if name in content], *[name for name in content if name not in first]):
        content[name] = content.pop(name)


def _path(rule: str) -> str:
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule)


def _schema_name(schema: Any) -> str:
    cls = schema if isinstance(schema, type) else type(schema)
    return cls.__name__.removesuffix("Schema")


def expose(app: Flask, made: dict[str, Any]) -> None:
    """Serve the document at `/openapi.json` and a page to browse and try it at `/docs`."""
    raw = orjson.dumps(made)

    @app.get("/openapi.json")
    @allows(PUBLIC)
    def openapi_document() -> Response:
        return Response(raw, content_type="application/json")

    @app.get("/docs")
    @app.get("/docs/<name>")
    @allows(PUBLIC)
    def docs(name: str = "index.html") -> Response:
        wanted = _STATIC / name
        kind = _TYPES.get(name.rpartition(".")[2])
        if kind is None or not wanted.is_file():
            raise NotFound("There is no such page.")
        response = Response(wanted.read_bytes(), content_type=f"{kind}; charset=utf-8")
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data:; connect-src 'self'"
        )
        return response
