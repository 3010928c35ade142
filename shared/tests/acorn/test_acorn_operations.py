"""What whoever is on call sees at a terminal: how every service stands, what is wrong with one, dead letters."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from acorn import addresses
from servicekit import deadletters, lease, status
from servicekit.clock import utc_now
from servicekit.mongo import Document, transaction
from servicekit.outbox import first_id

pytestmark = pytest.mark.engines

NOWHERE = "http://127.0.0.1:9"


def works(database: Database[Document], *, sent_ago: float = 0, lag: int = 0) -> None:
    """A worker of this database reports now; its relay has sent everything until `sent_ago` seconds ago."""
    held = lease.Lease(database, "worker-1")
    held.acquire()
    # A second ahead: ids are made with finer time than the relay's.
    held.renew(lease.Position({"_data": "82"}, utc_now() + timedelta(seconds=1 - sent_ago)))
    standing = [status.Standing("staff.people", 0, 7, lag)]
    status.Reporter(database, worker="worker-1", service="any", standing=lambda: standing).report()


@pytest.fixture
def databases(running: Any) -> list[Database[Document]]:
    """Both databases, with nothing in them that a worker or somebody should have seen to."""
    both = [running.staff, running.cpd]
    for database in both:
        for collection in (status.COLLECTION, lease.COLLECTION, deadletters.COLLECTION):
            database[collection].delete_many({})
    return both


@pytest.fixture
def operations(acorn: Any, databases: list[Database[Document]]) -> Any:
    """Somebody on call, signed in."""
    acorn.run("sign-in", "--as", "operations@oaktrees.example")
    return acorn


def note(operations: Any, **environment: str) -> str:
    """What `acorn status`, which must end with 1, says of the last service."""
    return str(operations.run("status", expect=1, **environment).stdout.splitlines()[-1])


def test_all_is_well_where_a_worker_lives_and_nothing_waits(
    operations: Any, databases: list[Database[Document]]
) -> None:
    for database in databases:
        works(database)

    told = [line.split() for line in operations.says("status")[1:]]

    assert told == [["staff", "yes", "1", "0", "0", "0", "0"], ["cpd", "yes", "1", "0", "0", "0", "0"]]
    assert [one["faults"] for one in json.loads(operations.run("status", "--json").stdout)] == [[], []]


def put_letter(database: Database[Document]) -> None:
    """A dead letter that waits for somebody."""

    def put(session: Any) -> None:
        deadletters.put(
            database,
            topic="staff.people",
            partition=0,
            offset=7,
            value=b"{}",
            reason="KeyError in its handler",
            event=None,
            at=utc_now(),
            session=session,
        )

    works(database)
    transaction(database.client, put)


def put_unsent(database: Database[Document]) -> None:
    """An event that was to be sent 90 seconds ago."""
    database["outbox"].insert_one({"_id": first_id(utc_now() - timedelta(seconds=90)), "topic": "test"})
    works(database, sent_ago=120)


@pytest.mark.parametrize(
    ("happens", "said"),
    [
        (lambda _: None, "No worker is alive"),
        (put_unsent, "Its oldest event waits for 9"),
        (lambda database: works(database, lag=2_000), "It is 2000 messages behind the other services"),
        (put_letter, "There are dead letters. See them with: acorn dead-letters list cpd"),
    ],
    ids=["no worker", "nothing is sent", "far behind", "a dead letter"],
)
def test_what_is_wrong_with_a_service_is_a_sentence_and_an_exit_code(
    operations: Any,
    databases: list[Database[Document]],
    happens: Callable[[Database[Document]], None],
    said: str,
) -> None:
    staff, cpd = databases
    works(staff)
    happens(cpd)

    assert said in note(operations)

    cpd["outbox"].delete_many({"topic": "test"})


def test_a_service_that_is_away_is_a_fault(operations: Any, databases: list[Database[Document]]) -> None:
    for database in databases:
        works(database)

    told = note(operations, ACORN_CPD_URL=NOWHERE)

    assert told.split()[:2] == ["cpd", "no"]
    assert "does not answer" in told


def test_a_service_of_pages_is_watched_where_something_says_where_it_is(
    operations: Any, databases: list[Database[Document]]
) -> None:
    for database in databases:
        works(database)

    # Any service answers whether it is ready.
    there = operations.says("status", ACORN_PORTAL_URL=operations.environment["ACORN_CPD_URL"])
    away = note(operations, ACORN_PORTAL_URL=NOWHERE)

    assert there[-1].split() == ["portal", "yes"]
    assert away.split()[:2] == ["portal", "no"]
    assert "set ACORN_PORTAL_URL" in away


def test_somebody_who_is_not_signed_in_learns_so_and_cannot_take_it_for_health(operations: Any) -> None:
    operations.run("sign-out")

    assert "You are not signed in" in note(operations)


def test_others_see_only_whether_the_services_are_ready(acorn: Any) -> None:
    acorn.run("sign-in", "--as", "trustee@oaktrees.example")

    told = acorn.says("status")

    assert told[1].split()[:2] == ["staff", "yes"]
    assert "Your access does not cover this" in told[1]


def test_dead_letters_are_listed_replayed_and_dismissed(operations: Any, databases: list[Database[Document]]) -> None:
    assert operations.says("dead-letters", "list", "cpd") == ["There are none."]
    put_letter(databases[1])
    (letter,) = [line.split()[0] for line in operations.says("dead-letters", "list", "cpd")[1:]]

    assert operations.says("dead-letters", "replay", "cpd", letter)[0].startswith("Asked for.")
    assert operations.says("dead-letters", "dismiss", "cpd", letter, "--because", "mended") == ["Dismissed."]

    nowhere = "01938b5e-8e6b-7b4e-9d6b-0c9f4b7d2a10"
    for words in (("show",), ("replay",), ("dismiss", "--because", "mended")):
        assert "acorn: " in operations.refuses("dead-letters", words[0], "cpd", nowhere, *words[1:])
    services = ", ".join(name for name in addresses.USUAL if name != addresses.IDENTITY)
    assert f"There is no service hr. There are: {services}." in operations.refuses("dead-letters", "list", "hr")
