"""The fixtures that every other test relies on, and the doors that are shut while tests run."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from joserfc.jwk import RSAKey
from pymongo import MongoClient
from pymongo.database import Database

from servicekit.auth import Verifier
from servicekit.mongo import Document, transaction
from servicekit.problems import Unauthorised
from servicekit.roles import Role
from servicekit.testing import FixedClock, NetworkRefused, Tokens, choice, wait_until


@pytest.mark.engines
@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_an_empty_database_with_transactions(database: Database[Document], turn: int) -> None:
    assert database.list_collection_names() == []
    transaction(database.client, lambda session: database["things"].insert_one({"_id": turn}, session=session))
    assert database["things"].find_one() == {"_id": turn}


@pytest.mark.engines
def test_databases_do_not_outlive_their_test(mongodb: MongoClient[Document]) -> None:
    assert all(
        not name.startswith("test_") or mongodb[name].list_collection_names() for name in mongodb.list_database_names()
    )


@pytest.mark.engines
def test_nothing_expires_by_the_machines_time_while_tests_live_by_their_own(mongodb: MongoClient[Document]) -> None:
    told = mongodb.admin.command({"getParameter": 1, "ttlMonitorEnabled": 1})
    assert told["ttlMonitorEnabled"] is False


@pytest.mark.engines
def test_kafka_is_there_for_the_asking(kafka: str) -> None:
    host, _, port = kafka.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=5):
        pass


@pytest.fixture
def another_run(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as run:
        yield run
        run.kill()


@pytest.mark.engines
def test_a_kept_engine_goes_away_with_the_run_it_was_kept_for(
    another_run: "subprocess.Popen[bytes]", tmp_path: Path
) -> None:
    subprocess.run([sys.executable, "-m", "embedded.keep", "mongodb", tmp_path, str(another_run.pid)], check=True)
    answer = tmp_path / "mongodb.json"
    wait_until(answer.exists, seconds=30, what="the engine has started")
    kept = json.loads(answer.read_text())
    another_run.send_signal(signal.SIGKILL)
    wait_until(lambda: not answer.exists(), what="the keeper has noticed")
    wait_until(lambda: not running(kept["pid"]) and not running(kept["keeper"]), what="both have ended")


def running(pid: int) -> bool:
    """Tell whether a process runs; one that has ended, but that nobody has asked about, has no command line."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes() != b""
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("text", ["", "embedded"])
def test_engines_are_embedded_unless_named(text: str) -> None:
    assert choice(text) == {}


def test_engines_that_are_there_already_can_be_named() -> None:
    chosen = choice("mongodb=mongodb://db:27017/?replicaSet=rs0 kafka=broker:9092")
    assert chosen == {"mongodb": "mongodb://db:27017/?replicaSet=rs0", "kafka": "broker:9092"}


@pytest.mark.parametrize("text", ["postgres=x", "mongodb", "mongodb="])
def test_other_engines_are_refused_with_the_choices(text: str) -> None:
    with pytest.raises(pytest.UsageError, match="mongodb=<uri> kafka=<host:port>"):
        choice(text)


def test_the_clock_stands_until_it_is_told_otherwise(clock: FixedClock) -> None:
    before = clock()
    clock.advance(minutes=5)
    assert (clock() - before).total_seconds() == 300
    clock.set("2026-09-01T00:30:00+01:00")
    assert clock() == datetime(2026, 8, 31, 23, 30, tzinfo=UTC)


def test_no_test_reaches_another_machine() -> None:
    with socket.socket() as outward, pytest.raises(NetworkRefused, match=r"192\.0\.2\.1:80 is not on this machine"):
        outward.connect(("192.0.2.1", 80))


def test_no_test_asks_for_the_address_of_another_machine() -> None:
    with pytest.raises(NetworkRefused, match=r"acorn\.example:443"):
        socket.create_connection(("acorn.example", 443))


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        assert client.connect_ex(("localhost", server.getsockname()[1])) == 0


@pytest.fixture
def verifier(tokens: Tokens) -> Verifier:
    return Verifier(
        issuer=tokens.issuer, audience="acorn", jwks_uri="", roles_claim="roles", roles={"hr": Role.HR, "sil": Role.SIL}
    )


def test_a_token_holds_for_the_services(tokens: Tokens, verifier: Verifier) -> None:
    identity = verifier.identify(tokens.make(["hr"], subject="s-9", email="hr@oaktrees.example"))
    assert (identity.subject, identity.email, identity.email_verified) == ("s-9", "hr@oaktrees.example", True)
    assert identity.roles == {Role.HR}


@pytest.mark.parametrize(
    "wrong",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"expires_in": -60},
        {"audience": "other"},
        {"typ": "JWT"},
        {"issuer": "http://elsewhere.example"},
        {"key": RSAKey.generate_key(2048)},
        {"sub": None},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_every_wrong_token_can_be_made_and_is_refused(
    tokens: Tokens, verifier: Verifier, wrong: dict[str, object]
) -> None:
    token = tokens.make(["hr"], **wrong)  # type: ignore[arg-type]
    assert token.count(".") == 2
    with pytest.raises(Unauthorised):
        verifier.identify(token)


def test_published_keys_are_those_that_sign(tokens: Tokens) -> None:
    assert requests.get(tokens.jwks_uri, timeout=5).json() == tokens.jwks
    assert "d" not in tokens.jwks["keys"][0]


def test_waiting_ends_with_what_was_waited_for() -> None:
    with pytest.raises(AssertionError, match="still waiting until the moon rises"):
        wait_until(lambda: False, seconds=0.05, what="the moon rises")


@pytest.mark.faults
def test_a_run_of_pytest_leaves_nothing_behind(tmp_path: Path) -> None:
    test = "def test_uses_an_engine(database):\n    assert database.name\n"
    (tmp_path / "test_one.py").write_text(test)
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["servicekit.testing"]\n')
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    command: list[str | Path] = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--rootdir", tmp_path, tmp_path]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not list(tmp_path.glob("acorn-tests-*"))
