"""A process is started in a role; what makes topics and indexes ends, and says why when it cannot."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from pymongo import MongoClient

from servicekit import topics
from servicekit.mongo import Document
from servicekit.testing import Engines

pytestmark = pytest.mark.engines

Start = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def prefix(mongodb: MongoClient[Document]) -> Iterator[str]:
    """What the databases of this test begin with; they are dropped afterwards."""
    name = f"start_{os.urandom(4).hex()}_"
    yield name
    for database in mongodb.list_database_names():
        if database.startswith(name):
            mongodb.drop_database(database)


@pytest.fixture
def start(engines: Engines, prefix: str) -> Start:
    """Starts a role with the settings that it needs, less and more what is named; waits for its end."""

    def run(*arguments: str, without: str = "", **changed: str) -> "subprocess.CompletedProcess[str]":
        environment = {
            **os.environ,
            "ACORN_SERVICE": "cpd",
            "ACORN_MONGODB_URI": engines.mongodb_uri,
            "ACORN_DATABASE_PREFIX": prefix,
            "ACORN_KAFKA_BOOTSTRAP": engines.kafka_bootstrap,
            "ACORN_OIDC_ISSUER": "https://login.example",
            **changed,
        }
        environment.pop(without, None)
        command = [sys.executable, "-m", "servicekit.start", *arguments]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    return run


def test_migrate_makes_the_indexes_and_may_be_run_again(
    start: Start, mongodb: MongoClient[Document], prefix: str
) -> None:
    first, second = start("migrate"), start("migrate")
    assert (first.returncode, second.returncode) == (0, 0), first.stdout + second.stdout
    assert len(mongodb[f"{prefix}cpd"]["records"].index_information()) > 3


def test_migrate_says_what_mongodb_refused(start: Start, mongodb: MongoClient[Document], prefix: str) -> None:
    # given an index by the name of one of ours that is another's
    mongodb[f"{prefix}cpd"]["records"].create_index([("hours", 1)], name="person_1_date_-1__id_-1")
    ended = start("migrate")
    assert ended.returncode == 1
    assert "MongoDB refused" in ended.stdout
    assert "person_1_date_-1__id_-1" in ended.stdout


def test_the_portal_is_migrated_too_and_has_neither_worker_nor_topics(start: Start) -> None:
    portal = {
        "ACORN_SERVICE": "portal",
        "ACORN_PORTAL_URL": "https://acorn.example",
        "ACORN_STAFF_URL": "http://staff",
        "ACORN_CPD_URL": "http://cpd",
    }
    assert start("migrate", **portal).returncode == 0
    for role in ("worker", "topics"):
        refused = start(role, **portal)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr == "The portal service has no worker and no topics: start it as web or migrate.\n"


def test_topics_makes_what_is_lacking_and_may_be_run_again(start: Start, kafka: str) -> None:
    assert start("topics").returncode == 0
    assert start("topics").returncode == 0
    assert topics.partitions({"bootstrap": kafka}, ["cpd.records"]) == {"cpd.records": 24}


@pytest.mark.parametrize("role", ["web", "worker"])
def test_a_missing_setting_ends_the_start_with_the_sentence_that_names_it(start: Start, role: str) -> None:
    ended = start(role, without="ACORN_OIDC_ISSUER")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("ACORN_OIDC_ISSUER is not set. It is: Issuer of the access tokens")


@pytest.mark.parametrize("arguments", [(), ("cpd",), ("web", "worker")], ids=str)
def test_a_start_in_no_role_says_which_there_are(start: Start, arguments: tuple[str, ...]) -> None:
    ended = start(*arguments)
    assert ended.returncode == 2
    assert ended.stderr == "Usage: python -m servicekit.start web|worker|topics|migrate\n"


def test_a_service_that_is_not_there_is_named(start: Start) -> None:
    ended = start("web", ACORN_SERVICE="payroll")
    assert ended.returncode == 2
    assert ended.stderr == "ACORN_SERVICE is 'payroll', and no such service is installed here.\n"


@pytest.mark.parametrize(("role", "engine"), [("migrate", "MongoDB"), ("topics", "Kafka")])
def test_whoever_waits_for_an_engine_in_vain_says_so(role: str, engine: str) -> None:
    environment = {
        **os.environ,
        "ACORN_MONGODB_URI": "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=50",
        "ACORN_KAFKA_BOOTSTRAP": "127.0.0.1:9",
        "ACORN_OIDC_ISSUER": "https://login.example",
    }
    program = f"import os; from servicekit import start; code = start.{role}('cpd', 0.1)\nprint(end='', flush=True)\n"
    ended = subprocess.run(
        [sys.executable, "-c", f"{program}os._exit(code)"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert f"{engine} was not to be had for 0.1 s" in ended.stdout
