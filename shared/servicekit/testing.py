"""The pytest plugin of the repository: real engines, an empty database a test, a clock to set, real signed tokens.

`ACORN_TEST_ENGINES` chooses the engines: unset or `embedded` starts them on free ports, once a pytest run;
`containers` starts them in containers, from the trial image of `make images`;
`mongodb=<uri> kafka=<host:port>` uses what is there (a MongoDB that expires nothing: `ttlMonitorEnabled=false`, since
tests live by a clock of their own). No test reaches beyond this machine but to these addresses, and to those
that a folder's conftest adds to `allowed`.
"""

import base64
import fcntl
import hmac
import ipaddress
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from pymongo import MongoClient
from pymongo.database import Database

from servicekit.mongo import Document, connect

ROOT = Path(__file__).resolve().parents[2]
ENGINES = "ACORN_TEST_ENGINES"
_NAMES = ("mongodb", "kafka")
_run_folder = pytest.StashKey[Path]()

T = TypeVar("T")


def wait_until(condition: Callable[[], object], seconds: float = 10, what: str = "the condition holds") -> None:
    """Poll until `condition` answers something true; `AssertionError` after `seconds`, saying `what` never came."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"after {seconds:g} s, still waiting until {what}")
        time.sleep(0.01)


def at_once(count: int, ask: Callable[[int], T]) -> list[T]:
    """Let so many ask at one moment, each with its number; the answers, in the order of the askers."""
    together = threading.Barrier(count, timeout=10)

    def one(number: int) -> T:
        together.wait()
        return ask(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


# --- engines


class Engines:
    """Where the real engines of this pytest run are; asking for an address starts that engine the first time."""

    def __init__(self, chosen: Mapping[str, str], folder: Path, owner: int) -> None:
        self._chosen = chosen
        self._folder = folder
        self._owner = owner

    @property
    def mongodb_uri(self) -> str:
        """The address of a replica set."""
        return self._address("mongodb")

    @property
    def kafka_bootstrap(self) -> str:
        """The address of a broker, `host:port`."""
        return self._address("kafka")

    def _address(self, name: str) -> str:
        if self._chosen:
            if name not in self._chosen:
                pytest.fail(f"{ENGINES} names no {name}: add {name}=<address>.", pytrace=False)
            return self._chosen[name]
        answer = self._folder / f"{name}.json"
        with (self._folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not answer.exists():
                self._keep(name)
                wait_until(answer.exists, seconds=150, what=f"{name} has started or failed")
        found = json.loads(answer.read_text())
        if "error" in found:
            _missing(found["error"])
        return str(found["address"])

    def _keep(self, name: str) -> None:
        command = [sys.executable, "-m", "embedded.keep", name, str(self._folder), str(self._owner)]
        with (self._folder / f"{name}.keeper.log").open("wb") as log:
            subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=ROOT, check=True)  # noqa: S603


def _missing(reason: str) -> None:
    """An engine that cannot be had fails the tests that need it, everywhere: a skipped proof proves nothing."""
    pytest.fail(reason, pytrace=False)


def choice(text: str) -> Mapping[str, str]:
    """Read ACORN_TEST_ENGINES: addresses by engine, empty for those that we start; `UsageError` for anything else."""
    if text in ("", "embedded", "containers"):
        return {}
    chosen = dict(part.partition("=")[::2] for part in text.split())
    if not all(name in _NAMES and address for name, address in chosen.items()):
        raise pytest.UsageError(f"{ENGINES} is {text!r}; write mongodb=<uri> kafka=<host:port>, or embedded.")
    return chosen


def pytest_configure(config: pytest.Config) -> None:
    """Judge the choice of engines before anything runs, and close the network."""
    # kafka-python reads its schemas by a function that Python 3.11 and 3.12 call deprecated, and 3.13 no more.
    config.addinivalue_line("filterwarnings", "ignore:(read|open)_text is deprecated:DeprecationWarning")
    chosen = choice(os.environ.get(ENGINES, ""))
    allowed.update(host for address in chosen.values() for host in re.findall(r"(?:^|[/@,])([\w.-]+)(?::\d+)", address))
    _close_network()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of xdist which folder, and whose life, its engines share."""
    node.workerinput["engines_folder"] = str(_folder(node.config))
    node.workerinput["engines_owner"] = os.getpid()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the engines at the end of the run; were this not reached, they would stop by themselves."""
    folder = config.stash.get(_run_folder, None)
    if folder is None or hasattr(config, "workerinput"):
        return
    for answer in [folder / f"{name}.json" for name in _NAMES]:
        if answer.exists() and "keeper" in (kept := json.loads(answer.read_text())):
            os.kill(kept["keeper"], signal.SIGTERM)
            wait_until(partial(_gone, answer), what=f"{answer.stem} has stopped")
    shutil.rmtree(folder, ignore_errors=True)


def _gone(file: Path) -> bool:
    return not file.exists()


def _folder(config: pytest.Config) -> Path:
    if _run_folder not in config.stash:
        config.stash[_run_folder] = Path(tempfile.mkdtemp(prefix="acorn-tests-"))
    return config.stash[_run_folder]


@pytest.fixture(scope="session")
def engines(request: pytest.FixtureRequest) -> Engines:
    """The real engines, started when first asked for and shared by the whole run."""
    given: Mapping[str, Any] = getattr(request.config, "workerinput", {})
    folder = Path(given["engines_folder"]) if given else _folder(request.config)
    return Engines(choice(os.environ.get(ENGINES, "")), folder, given.get("engines_owner", os.getpid()))


@pytest.fixture(scope="session")
def kafka(engines: Engines) -> str:
    """A real Kafka: its address, `host:port`. Topics outlive the test, so name them uniquely."""
    return engines.kafka_bootstrap


@pytest.fixture(scope="session")
def mongodb(engines: Engines) -> Iterator[MongoClient[Document]]:
    """A client of the real MongoDB, made as the services make theirs."""
    with connect(engines.mongodb_uri) as client:
        yield client


@pytest.fixture
def database(mongodb: MongoClient[Document]) -> Iterator[Database[Document]]:
    """An empty database of this test alone, dropped afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    yield mongodb[name]
    # dropDatabase waits for a tenth of a second; a database without collections is gone as well.
    for collection in mongodb[name].list_collection_names():
        mongodb[name].drop_collection(collection)


# --- time, contracts


class FixedClock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def set(self, at: datetime | str) -> None:
        """Put the clock to an instant: an aware datetime, or its ISO 8601 text."""
        self.at = (datetime.fromisoformat(at) if isinstance(at, str) else at).astimezone(UTC)

    def advance(self, **by: float) -> None:
        """Move the clock on, by what `timedelta` takes: `clock.advance(minutes=5)`."""
        self.at += timedelta(**by)


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at nine o'clock on Monday 23 November 2026."""
    return FixedClock(datetime(2026, 11, 23, 9, tzinfo=UTC))


@pytest.fixture(scope="session")
def contracts() -> Path:
    """The folder with the contracts."""
    return ROOT / "contracts"


# --- identity


class Tokens:
    """An identity provider of the test: a real RS256 key, published on loopback, and any token one could ask for."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"alg": "RS256", "use": "sig", "kid": uuid.uuid4().hex})
        self.jwks: dict[str, Any] = KeySet([self.key]).as_dict(private=False)  # type: ignore[assignment]
        self.fetched = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self.jwks_uri = f"{self.issuer}/jwks"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    def make(
        self,
        roles: Sequence[str] = (),
        *,
        subject: str = "subject-1",
        email: str | None = None,
        email_verified: bool = True,
        expires_in: float = 300,
        alg: str = "RS256",
        audience: str | list[str] = "acorn",
        typ: str = "at+jwt",
        issuer: str | None = None,
        key: RSAKey | None = None,
        **claims: Any,
    ) -> str:
        """Make a token.

        `alg="none"` is unsigned, `alg="HS256"` is signed with the public key as its secret (a known attack); another
        `key` signs with one that is not published; a claim given as None is left out.
        """
        now = int(time.time())
        body: dict[str, Any] = {
            "iss": issuer or self.issuer,
            "sub": subject,
            "aud": audience,
            "iat": now,
            "exp": int(now + expires_in),
            "roles": [str(role) for role in roles],
            "email": email,
            "email_verified": email_verified if email else None,
            **claims,
        }
        body = {name: value for name, value in body.items() if value is not None}
        used = key or self.key
        header = {"alg": alg, "typ": typ, "kid": used.kid or "unknown"}
        if alg == "none":
            return f"{_part(header)}.{_part(body)}."
        if alg == "HS256":
            signed = f"{_part(header)}.{_part(body)}"
            secret = self.key.as_pem(private=False)
            return f"{signed}.{_base64(hmac.digest(secret, signed.encode(), 'sha256'))}"
        return jwt.encode(header, body, used, algorithms=[alg])

    def close(self) -> None:
        """Stop serving the keys."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        tokens = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                known = {
                    "/jwks": tokens.jwks,
                    "/.well-known/openid-configuration": {"issuer": tokens.issuer, "jwks_uri": tokens.jwks_uri},
                }
                answer = json.dumps(known.get(self.path, {})).encode()
                tokens.fetched += self.path == "/jwks"
                self.send_response(200 if self.path in known else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler


def _part(document: Mapping[str, Any]) -> str:
    return _base64(json.dumps(document).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@pytest.fixture(scope="session")
def tokens() -> Iterator[Tokens]:
    """An identity provider with a real key; its tokens live in the machine's time, whatever `clock` says."""
    issuer = Tokens()
    yield issuer
    issuer.close()


# --- no network


class NetworkRefused(ConnectionRefusedError):
    """A test tried to reach another machine."""


allowed: set[str] = set()
"""Hosts and networks off this machine that the tests of this run may speak to: engines and a cluster of their own."""


def _close_network() -> None:
    def judge(host: object, port: object) -> None:
        if host and not _allowed(str(host)):
            raise NetworkRefused(f"tests have no network: {host}:{port} is not on this machine")

    def guarded(connect: Callable[..., Any]) -> Callable[..., Any]:
        def connect_here(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                judge(*address[:2])
            return connect(self, address)

        return connect_here

    def looked_up_here(host: Any, port: Any, *arguments: Any, **options: Any) -> Any:
        judge(host, port)
        return look_up(host, port, *arguments, **options)

    look_up = socket.getaddrinfo
    for name in ("connect", "connect_ex"):
        setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
    socket.getaddrinfo = looked_up_here


def _allowed(host: str) -> bool:
    if host in allowed or host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or any("/" in one and address in ipaddress.ip_network(one) for one in allowed)
