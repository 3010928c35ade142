"""The portal on a real MongoDB, with services at the edge that answer what a test says."""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from pymongo.database import Database
from werkzeug.test import TestResponse

from acorn_portal.app import create_app
from acorn_portal.settings import Settings
from servicekit.mongo import Document
from servicekit.testing import Engines, FixedClock


class Compiled(BytecodeCache):
    """Templates that this process has compiled: for each test anew it would take most of the time."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template that is known."""
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template."""
        self._known[bucket.key] = bucket.bytecode_to_string()


_compiled = Compiled()

PERSON = "01971281-3b20-7a4e-8f10-6c2d9e0b7a11"


@dataclass
class Call:
    """A request that a service got."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: Any


@dataclass
class Service:
    """A service that answers what it is told, over real HTTP, and remembers what it was asked."""

    answers: dict[tuple[str, str], Callable[[Call], tuple[int, Any]]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def on(self, method: str, path: str, answer: Any = None, status: int = 200) -> None:
        """Answer requests to a path (a regular expression, whole) with a document, or with what a function makes."""
        self.answers[method, path] = answer if callable(answer) else lambda _: (status, answer)

    def asked(self, method: str, path: str) -> list[Call]:
        """The requests to a path."""
        return [call for call in self.calls if call.method == method and re.fullmatch(path, call.path)]

    def close(self) -> None:
        """Stop answering: connections are refused from now on."""
        self.server.shutdown()
        self.server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        service = self

        class Handler(BaseHTTPRequestHandler):
            def _serve(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                content = self.rfile.read(length)
                as_json = "json" in self.headers.get("Content-Type", "")
                path, _, query = self.path.partition("?")
                body = json.loads(content) if as_json and content else content
                call = Call(self.command, path, query, dict(self.headers), body)
                service.calls.append(call)
                found = next(
                    (
                        make
                        for (method, known), make in service.answers.items()
                        if method == self.command and re.fullmatch(known, path)
                    ),
                    lambda _: (404, {"type": "urn:acorn:problem:not-found", "status": 404, "detail": "Not here."}),
                )
                status, answer = found(call)
                sent = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/csv" if isinstance(answer, bytes) else "application/json")
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            def __getattr__(self, name: str) -> Any:
                if name.startswith("do_"):
                    return self._serve
                raise AttributeError(name)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler


@pytest.fixture
def staff() -> Iterator[Service]:
    """The staff service, as a test tells it to answer."""
    service = Service()
    yield service
    service.close()


@pytest.fixture
def cpd() -> Iterator[Service]:
    """The CPD service, as a test tells it to answer."""
    service = Service()
    yield service
    service.close()


@pytest.fixture
def app(
    engines: Engines, database: Database[Document], clock: FixedClock, staff: Service, cpd: Service
) -> Iterator[Flask]:
    """The portal over both."""
    settings = Settings(
        mongodb_uri=engines.mongodb_uri,
        database=database.name,
        url="http://127.0.0.1:8408",
        services={"staff": staff.address, "cpd": cpd.address},
        oidc_issuer="http://127.0.0.1:9",
        log_level="error",
    )
    made = create_app(settings, clock=clock)
    made.jinja_env.bytecode_cache = _compiled
    yield made
    made.extensions["acorn"].client.close()
    made.extensions["exchange"].close()


class Browser:
    """Somebody at the portal; forms are sent with the token that a page would have given them."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()

    def sign_in(
        self,
        *roles: str,
        person: str | None = PERSON,
        name: str = "Amina Yusuf",
        leads: tuple[str, ...] = (),
        manages: bool = False,
    ) -> "Browser":
        """Be signed in, as the staff service would tell of it."""
        me = {"name": name, "person_id": person, "roles": list(roles), "leads": list(leads), "manages": manages}
        with self.client.session_transaction() as held:
            held["sign_in"] = {
                "subject": "s-1",
                "access": "token-1",
                "refresh": None,
                "expires": 2**40,
                "id_token": None,
            }
            held["me"] = {**me, "sign_in_name": name, "at": 2**40}
        return self

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, **kwargs)

    def post(self, path: str, data: Mapping[str, Any], **kwargs: Any) -> TestResponse:
        """Send a form."""
        return self.client.post(path, data={"csrf_token": self.token(), **data}, **kwargs)

    def token(self) -> str:
        """A form's token of this session."""
        page = self.client.get("/accessibility").text
        found = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found, page
        return str(found[0])


@pytest.fixture
def browser(app: Flask) -> Browser:
    """Somebody who is not signed in yet."""
    return Browser(app)
