"""The directory keeps the newest state of each person and organisation, whatever reaches it and in whatever order."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from directory import Directory, DirectoryStore
from directory.handlers import HANDLERS, heard, organisation_changed, person_changed, person_erased
from directory.store import Unusable
from directory.testing import holds, managed_by, organisation_state, person_state, signs_in_as
from servicekit.events import Event
from servicekit.heartbeat import reserved_id
from servicekit.mongo import Document, transaction

pytestmark = pytest.mark.engines


class Store:
    """The store of a service that listens, as its handlers see it."""

    def __init__(self, database: Database[Document], session: Any = None) -> None:
        self.directory = DirectoryStore(database, session)


def event(state: dict[str, Any], version: int = 1, epoch: int = 1, why: str = "person-changed") -> Event:
    return Event(
        id="019712b0-0000-7f93-9e65-b172e350cf16",
        type=f"staff.{why}.v1",
        source="/acorn/staff",
        subject=state["id"],
        time=datetime(2026, 11, 23, 9, tzinfo=UTC),
        epoch=epoch,
        version=version,
        state=state,
    )


def deliver(database: Database[Document], *events: Event, together: bool = False) -> None:
    """Deliver events, each in a batch of its own or all in one."""
    for batch in [list(events)] if together else [[one] for one in events]:
        store = Store(database)
        for one in batch:
            kind = one.type.removeprefix("staff.").partition("-")[0]
            {"person": person_changed, "organisation": organisation_changed, "people": heard}[kind](one, store)
        store.directory.flush()


def versions(database: Database[Document], count: int = 3) -> list[Event]:
    """The life of one person: another family name at each version."""
    person = person_state()
    return [event({**person, "family_name": f"Name {number}"}, number) for number in range(1, count + 1)]


@pytest.mark.parametrize("together", [False, True], ids=["a batch each", "one batch"])
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_newest_version_wins_in_any_order_delivered_twice(
    database: Database[Document], order: tuple[int, ...], together: bool
) -> None:
    life = versions(database)

    deliver(database, *(life[number] for number in (*order, *order)), together=together)

    found = Directory(database).person(life[0].subject)
    assert found is not None
    assert (found["family_name"], found["version"]) == ("Name 3", 3)


def test_a_higher_epoch_wins_over_any_version_of_a_lower_one(database: Database[Document]) -> None:
    person = person_state()
    before, after = event({**person, "family_name": "Lost"}, 9), event({**person, "family_name": "Kept"}, 2, epoch=2)

    deliver(database, after, before)

    found = Directory(database).person(person["id"])
    assert found is not None
    assert (found["family_name"], found["epoch"], found["version"]) == ("Kept", 2, 2)


def test_the_whole_published_state_is_kept_and_the_same_again_changes_nothing(database: Database[Document]) -> None:
    person = person_state(
        appointments=[holds("elm")], line_managers=[managed_by("manager")], sign_ins=[signs_in_as("amina")]
    )
    deliver(database, event(person, 4))
    deliver(database, event({**person, "family_name": "Forged"}, 4))

    found = Directory(database).person(person["id"])

    assert found == {**{name: value for name, value in person.items() if name != "id"}, "_id": person["id"]} | {
        "epoch": 1,
        "version": 4,
    }


def test_a_name_that_looks_like_an_expression_is_kept_as_it_is(database: Database[Document]) -> None:
    person = person_state(given_name="$family_name", family_name="$$ROOT")

    deliver(database, event(person))

    assert Directory(database).names([person["id"]]) == {person["id"]: "$family_name $$ROOT"}


def test_a_batch_that_is_rolled_back_leaves_nothing(
    database: Database[Document], mongodb: MongoClient[Document]
) -> None:
    person = person_state()

    def fail(session: Any) -> None:
        store = Store(database, session)
        person_changed(event(person), store)
        store.directory.flush()
        raise RuntimeError("the batch fails after its effects")

    with pytest.raises(RuntimeError):
        transaction(mongodb, fail)

    assert Directory(database).person(person["id"]) is None


def test_organisations_are_kept_the_same_way(database: Database[Document]) -> None:
    elm = organisation_state(urn="123456")
    newer = event({**elm, "name": "Elm Primary"}, 2, why="organisation-changed")
    older = event(elm, 1, why="organisation-added")

    deliver(database, newer, older, newer)

    found = Directory(database).organisation_by_urn("123456")
    assert found is not None
    assert (found["_id"], found["name"]) == (elm["id"], "Elm Primary")
    assert Directory(database).organisation(elm["id"]) == found


@pytest.mark.parametrize(
    "broken",
    [
        {"appointments": None},
        {"appointments": [{"post": "teacher"}]},
        {"line_managers": [{"person": "x", "from": "2026-01-01"}]},
        {"sign_ins": "none"},
        {"family_name": None},
    ],
)
def test_a_state_that_scope_could_not_read_is_refused_without_quoting_it(
    database: Database[Document], broken: dict[str, Any]
) -> None:
    with pytest.raises(Unusable) as refused:
        deliver(database, event(person_state(given_name="Zebedee", **broken)))

    assert "Zebedee" not in str(refused.value)


def test_fields_of_a_newer_producer_are_kept_and_harm_nobody(database: Database[Document]) -> None:
    person = person_state(strengths=["phonics"])

    deliver(database, event(person))

    found = Directory(database).person(person["id"])
    assert found is not None
    assert found["strengths"] == ["phonics"]


def test_every_reason_of_people_and_organisations_is_listened_to() -> None:
    assert dict(HANDLERS) == {
        "staff.person-erased.v1": person_erased,
        "staff.person-*.v1": person_changed,
        "staff.organisation-*.v1": organisation_changed,
        "staff.people-heartbeat.v1": heard,
    }


def heartbeat(minute: int, partition: int = 0) -> Event:
    at = datetime(2026, 11, 23, 9, minute, tzinfo=UTC)
    state = {"id": reserved_id(partition), "partition": partition}
    return replace(event(state, int(at.timestamp()), why="people-heartbeat"), time=at)


@pytest.mark.parametrize("together", [False, True], ids=["a batch each", "one batch"])
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_latest_heartbeat_counts_in_any_order_delivered_twice(
    database: Database[Document], order: tuple[int, ...], together: bool
) -> None:
    deliver(database, *(heartbeat(minute) for minute in (*order, *order)), together=together)

    assert Directory(database).heard_until() == datetime(2026, 11, 23, 9, 2, tzinfo=UTC)


def test_a_partition_that_stands_still_holds_back_up_to_when_staff_was_heard(database: Database[Document]) -> None:
    assert Directory(database).heard_until() is None

    deliver(database, heartbeat(1, partition=0), heartbeat(5, partition=1), heartbeat(6, partition=0))

    assert Directory(database).heard_until() == datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
    assert Directory(database, people="people", organisations="organisations").heard_until() is None


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_an_erasure_wins_over_older_states_in_any_order_delivered_twice(
    database: Database[Document], order: tuple[int, ...]
) -> None:
    first, second, last = versions(database)
    gone = replace(last, type="staff.person-erased.v1", state={"id": last.subject, "erased": True})
    life = [first, second, gone]

    def one(heard_of: Event) -> None:
        def batch(session: Any) -> None:
            store = Store(database, session)
            (person_erased if heard_of is gone else person_changed)(heard_of, store)
            store.directory.flush()

        transaction(database.client, batch)

    for number in (*order, *order):
        one(life[number])

    assert Directory(database).person(last.subject) is None
    assert Directory(database).names([last.subject]) == {}
    (held,) = database["people.g1"].find()
    assert "Name" not in str(held)
    assert [unit["payload"]["person"] for unit in database["work"].find()] == [last.subject] * 2
