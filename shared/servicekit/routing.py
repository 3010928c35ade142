"""How a request is matched and read: blueprints under /v1, ids in paths, bodies by orjson, faults with pointers."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import flask_smorest
import orjson
from flask import Request
from marshmallow import ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.routing import BaseConverter

from servicekit.ids import PATTERN
from servicekit.problems import BadRequest, FieldError, Invalid, Problem

View = TypeVar("View", bound=Callable[..., Any])
_JSON = frozenset({"application/json", "application/merge-patch+json"})


class UnsupportedMediaType(Problem):
    """A body in a format that the route does not read."""

    status = 415
    slug = "unsupported-media-type"
    title = "The body's format is not one that we read here"


class IdConverter(BaseConverter):
    """An id in a path: `<id:person_id>`. What is no UUIDv7 in lower case matches no route."""

    regex = PATTERN


class Parser(FlaskParser):
    """Reads arguments for schemas; faults become problems with a pointer each, unknown names are faults."""

    DEFAULT_UNKNOWN_BY_LOCATION: Mapping[str, str | None] = {}  # type: ignore[assignment]

    def load_json(self, req: Request, schema: Any) -> Any:
        """Read the JSON object in the body."""
        if req.mimetype not in _JSON:
            raise UnsupportedMediaType("Send JSON, with Content-Type: application/json.")
        try:
            body = orjson.loads(req.get_data(cache=True))
        except orjson.JSONDecodeError as error:
            raise BadRequest(
                f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
            ) from error
        if not isinstance(body, dict):
            raise Invalid("The body must be a JSON object.", errors=[FieldError("", "It must be a JSON object.")])
        return body

    def load_querystring(self, req: Request, schema: Any) -> Any:
        """Read the query; what takes one value and is given two is a fault, for nobody can know which was meant."""
        given = super().load_querystring(req, schema)
        names = [field.data_key or name for name, field in schema.fields.items()]
        single = [name for name in names if name not in given.multiple_keys]
        twice = [name for name in single if len(req.args.getlist(name)) > 1]
        if twice:
            raise ValidationError({name: ["It is given more than once. Give it once."] for name in twice})
        return given

    def handle_error(
        self, error: ValidationError, req: Request, schema: Any, *, error_status_code: Any, error_headers: Any
    ) -> NoReturn:
        """Turn a schema's messages into one problem."""
        messages = error.messages if isinstance(error.messages, dict) else {"": error.messages}
        faults = [fault for location, found in messages.items() for fault in _faults(location, found)]
        count = "One field" if len(faults) == 1 else f"{len(faults)} fields"
        raise Invalid(f"{count} cannot be accepted; `errors` says which and why.", errors=faults) from error


def _faults(location: str, found: Any) -> list[FieldError]:
    prefix = "" if location in {"json", "form", "files"} else f"/{location}"
    return list(_walk(prefix, found))


def _walk(pointer: str, found: Any) -> list[FieldError]:
    if isinstance(found, dict):
        faults = []
        for name, inner in found.items():
            step = "" if name == "_schema" else "/" + str(name)[:100].replace("~", "~0").replace("/", "~1")
            faults += _walk(pointer + step, inner)
        return faults
    sentences = found if isinstance(found, list) else [found]
    return [FieldError(pointer, str(sentence)) for sentence in sentences]


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A resource's routes; each view's name is its operation's id in the OpenAPI file."""

    ARGUMENTS_PARSER = Parser()

    if TYPE_CHECKING:
        # The library has no types; with these, the views under its decorators stay checked.
        def get(self, rule: str, **options: Any) -> Callable[[View], View]: ...
        def post(self, rule: str, **options: Any) -> Callable[[View], View]: ...
        def put(self, rule: str, **options: Any) -> Callable[[View], View]: ...
        def patch(self, rule: str, **options: Any) -> Callable[[View], View]: ...
        def delete(self, rule: str, **options: Any) -> Callable[[View], View]: ...
        def arguments(self, schema: Any, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]: ...
        def response(self, status: int, schema: Any = None, **options: Any) -> Callable[[View], View]: ...
        def alt_response(self, status: int, **options: Any) -> Callable[[View], View]: ...
        def doc(self, **options: Any) -> Callable[[View], View]: ...

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, view_func: Any = None, *args: Any, **kwargs: Any
    ) -> None:
        """Register a view under its own name as the operation's id."""
        if view_func is not None:
            manual = view_func.__dict__.setdefault("_apidoc", {}).setdefault("manual_doc", {})
            manual.setdefault("operationId", view_func.__name__)
        super().add_url_rule(rule, endpoint, view_func, *args, **kwargs)


def blueprint(name: str, module: str, *, description: str) -> Blueprint:
    """A blueprint of routes under /v1: `name` is the tag under which the OpenAPI file lists them."""
    return Blueprint(name, module, url_prefix="/v1", description=description)
