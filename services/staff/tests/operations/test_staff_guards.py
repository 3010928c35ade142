"""Rules across people hold between two transactions that see the same past: one of the two has to begin again."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime

import pytest
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import OperationFailure
from pymongo.read_concern import ReadConcern

from acorn_staff.model.history import Change
from acorn_staff.model.person import Kind, Person
from acorn_staff.operations.people import add_person, change_line_manager, change_person
from acorn_staff.store import Store
from servicekit.mongo import Document, transaction

CHANGE = Change(by="person:hr", at=datetime(2026, 11, 23, 9, tzinfo=UTC))
DAY = date(2026, 11, 23)
Work = Callable[[Store], object]


@pytest.fixture
def sessions(mongodb: MongoClient[Document]) -> Iterator[tuple[ClientSession, ClientSession]]:
    """Two officers' transactions, open at the same time."""
    with ExitStack() as stack:
        yield stack.enter_context(mongodb.start_session()), stack.enter_context(mongodb.start_session())


def added(database: Database[Document], given_name: str, email: str | None = None) -> Person:
    """Somebody who is there already."""
    return transaction(
        database.client, lambda session: add(Store(database, session=session), given_name=given_name, email=email)
    )


def add(store: Store, *, given_name: str, email: str | None) -> Person:
    """Somebody new."""
    return add_person(
        kind=Kind.EMPLOYEE, given_name=given_name, family_name="Person", email=email, change=CHANGE, store=store
    )


def refuses_both(
    database: Database[Document], sessions: tuple[ClientSession, ClientSession], one: Work, other: Work
) -> bool:
    """Let both begin before either commits; whether the second was told to begin again."""
    for session in sessions:
        session.start_transaction(read_concern=ReadConcern("snapshot"))
        database["people"].find_one({}, session=session)  # each has its snapshot now
    one(Store(database, session=sessions[0]))
    try:
        other(Store(database, session=sessions[1]))
    except OperationFailure as error:
        if not error.has_error_label("TransientTransactionError"):
            raise
        sessions[1].abort_transaction()
        sessions[0].commit_transaction()
        return True
    for session in sessions:
        session.commit_transaction()
    return False


def test_two_new_people_with_one_email(
    ready: Database[Document], sessions: tuple[ClientSession, ClientSession]
) -> None:
    email = "one@oaktrees.example"
    assert refuses_both(
        ready,
        sessions,
        lambda store: add(store, given_name="First", email=email),
        lambda store: add(store, given_name="Second", email=email),
    )


def test_one_takes_an_email_while_another_changes_to_it(
    ready: Database[Document], sessions: tuple[ClientSession, ClientSession]
) -> None:
    person = added(ready, "First")
    email = "one@oaktrees.example"
    assert refuses_both(
        ready,
        sessions,
        lambda store: change_person(person.id, version=1, change=CHANGE, store=store, email=email),
        lambda store: add(store, given_name="Second", email=email),
    )


def test_each_becomes_the_others_line_manager(
    ready: Database[Document], sessions: tuple[ClientSession, ClientSession]
) -> None:
    one, other = added(ready, "One"), added(ready, "Other")
    assert refuses_both(
        ready,
        sessions,
        lambda store: change_line_manager(one.id, manager=other.id, from_=DAY, change=CHANGE, store=store),
        lambda store: change_line_manager(other.id, manager=one.id, from_=DAY, change=CHANGE, store=store),
    )


def test_people_who_have_nothing_in_common_do_not_wait_for_each_other(
    ready: Database[Document], sessions: tuple[ClientSession, ClientSession]
) -> None:
    assert not refuses_both(
        ready,
        sessions,
        lambda store: add(store, given_name="First", email="one@oaktrees.example"),
        lambda store: add(store, given_name="Second", email="two@oaktrees.example"),
    )


def test_a_guard_does_not_hold_the_address_itself(ready: Database[Document]) -> None:
    added(ready, "First", "one@oaktrees.example")
    assert ready["guards"].count_documents({}) == 1
    assert "oaktrees" not in str(ready["guards"].find_one())
