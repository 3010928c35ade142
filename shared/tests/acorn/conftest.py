"""The command line against the real services, served on loopback; a thread stands for their workers and for Kafka."""

import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database
from werkzeug.serving import BaseWSGIServer, make_server

import acorn_cpd.app
import acorn_staff.app
from acorn.main import cli
from acorn_cpd.handlers import HANDLERS
from acorn_cpd.imports import KINDS as CPD_KINDS
from acorn_cpd.store import Store as CpdStore
from acorn_cpd.store import erase as erase_cpd
from acorn_staff.imports import KINDS as STAFF_KINDS
from acorn_staff.operations.disposal import erase_leaver
from acorn_staff.store import Store as StaffStore
from acorn_staff.store.disposal import work as disposal
from acorn_staff.store.erasing import erase as erase_staff
from embedded import identity
from embedded.processes import free_ports
from servicekit import imports
from servicekit.erasure.store import Erase, work
from servicekit.events import read_event
from servicekit.inbox import Handlers
from servicekit.mongo import Document, transaction
from servicekit.schedule import Schedule, WorkHandler
from servicekit.settings import Settings
from servicekit.testing import Engines, FixedClock

DEMO = Path(__file__).resolve().parents[2] / "acorn" / "demo"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Workers:
    """What the two workers do between them: judge imports, carry what staff publishes to cpd."""

    def __init__(self, staff: Database[Document], cpd: Database[Document], clock: FixedClock) -> None:
        self._staff = staff
        self._cpd = cpd
        self._carried: set[str] = set()
        self._handlers = Handlers(HANDLERS)
        self._stop = threading.Event()
        self.resting = False
        self._schedules = [
            self._schedule(staff, STAFF_KINDS, StaffStore, erase_staff, clock, **disposal(erase_leaver, clock=clock)),
            self._schedule(cpd, CPD_KINDS, CpdStore, erase_cpd, clock),
        ]
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop, and wait until it has."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.02):
            if not self.resting:
                for schedule in self._schedules:
                    schedule.step()
                self._carry()

    def _carry(self) -> None:
        rows = list(self._staff["outbox"].find({"_id": {"$nin": list(self._carried)}}).sort("_id", 1))

        def hear(session: ClientSession) -> None:
            store = CpdStore(self._cpd, session=session)
            for event in (read_event(row["value"]) for row in rows):
                if handler := self._handlers.find(event.type):
                    handler(event, store)
            store.flush()

        if rows:
            transaction(self._cpd.client, hear)
            self._carried |= {row["_id"] for row in rows}

    @staticmethod
    def _schedule(
        database: Database[Document],
        kinds: Any,
        store: Callable[..., Any],
        erase: Erase,
        clock: FixedClock,
        **more: WorkHandler,
    ) -> Schedule:
        def make_store(database: Database[Document], session: ClientSession | None) -> Any:
            return store(database, session=session)

        judging = imports.work(kinds, make_store, clock=clock)
        return Schedule(database, {"import": judging, **work(erase, clock=clock), **more}, holder="worker", clock=clock)


@dataclass
class Running:
    """Acorn, running: its addresses, its databases, its clock, its workers."""

    environment: dict[str, str]
    staff: Database[Document]
    cpd: Database[Document]
    clock: FixedClock
    workers: Workers


@pytest.fixture(scope="module")
def running(
    engines: Engines, mongodb: MongoClient[Document], contracts: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """Two services, an identity provider and their workers, on empty databases."""
    clock = FixedClock(NOW)
    (port,) = free_ports(1)
    issuer = f"http://127.0.0.1:{port}"
    provider = identity.Provider(issuer, tmp_path_factory.mktemp("identity"), DEMO / "sign-ins.json")
    servers = [_serve(identity.create_app(provider), port)]
    databases = []
    for create in (acorn_staff.app.create_app, acorn_cpd.app.create_app):
        databases.append(mongodb[f"test_acorn_{uuid.uuid4().hex}"])
        settings = Settings(
            mongodb_uri=engines.mongodb_uri,
            database=databases[-1].name,
            kafka=MappingProxyType({}),
            oidc_issuer=issuer,
            contracts=contracts,
            environment="development",
            log_level="error",  # the services share their standard output with the command line here
        )
        servers.append(_serve(create(settings, clock=clock)))
    staff, cpd = databases
    workers = Workers(staff, cpd, clock)
    environment = {
        "ACORN_OIDC_ISSUER": issuer,
        "ACORN_STAFF_URL": f"http://127.0.0.1:{servers[1].server_port}",
        "ACORN_CPD_URL": f"http://127.0.0.1:{servers[2].server_port}",
        "COLUMNS": "300",
    }
    yield Running(environment, staff, cpd, clock, workers)
    workers.stop()
    for server in servers:
        server.shutdown()
        server.server_close()
    for database in databases:
        mongodb.drop_database(database)
    for server in servers[1:]:
        server.app.extensions["acorn"].database.client.close()  # type: ignore[attr-defined]


def _serve(app: Flask, port: int = 0) -> BaseWSGIServer:
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=identity.Quiet)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server


class Terminal:
    """Somebody at a terminal with settings of their own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def run(self, *words: str, expect: int = 0, **environment: str) -> Result:
        """Type a command that must end with an exit code."""
        result = CliRunner().invoke(cli, [*words], env={**self.environment, **environment}, prog_name="acorn")
        assert result.exit_code == expect, (result.output, result.exception)
        return result

    def says(self, *words: str, **environment: str) -> list[str]:
        """Type a command that must work; answers its lines."""
        return self.run(*words, expect=0, **environment).stdout.splitlines()

    def refuses(self, *words: str, expect: int = 1, **environment: str) -> str:
        """Type a command that must not work; answers what it says on standard error, which is no traceback."""
        result = self.run(*words, expect=expect, **environment)
        assert "Traceback" not in result.stderr
        return str(result.stderr)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    """A terminal where nothing is running."""
    return Terminal({"XDG_CONFIG_HOME": str(tmp_path), "ACORN_TOKEN": ""})


@pytest.fixture
def acorn(running: Running, terminal: Terminal) -> Terminal:
    """A terminal where Acorn is running; nobody is signed in."""
    terminal.environment |= running.environment
    return terminal
