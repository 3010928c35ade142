"""What is stored: one transaction a save, found by index, read back as it was."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pymongo.database import Database

from acorn_staff.model.appointments import Appointment, Override, Reason
from acorn_staff.model.events import PERSON_ADDED, PERSON_CHANGED
from acorn_staff.model.history import Change
from acorn_staff.model.organisation import (
    Address,
    Establishment,
    EstablishmentStatus,
    Organisation,
    OrganisationKind,
    new_organisation,
)
from acorn_staff.model.person import Kind, Person, new_person
from acorn_staff.model.refusals import IdentifierTaken
from acorn_staff.store import Store
from servicekit import events
from servicekit.ids import new_id
from servicekit.mongo import Document, transaction
from servicekit.paging import Paging
from servicekit.problems import NotFound, StaleVersion

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
CHANGE = Change(by="person:hr", at=AT, why="A test.")
DAY = date(2026, 11, 23)


def somebody(**details: Any) -> Person:
    """A person who is not stored yet."""
    names = {"given_name": "Amina", "family_name": "Yusuf"}
    return new_person(**{"id": new_id(), "on": DAY, "kind": Kind.EMPLOYEE, **names, **details})


def kept(database: Database[Document], after: Any, before: Any = None, because: str = PERSON_ADDED) -> Any:
    """Save in a transaction of its own."""
    return transaction(
        database.client,
        lambda session: Store(database, session=session).save(after, before=before, because=because, change=CHANGE),
    )


def counts(database: Database[Document]) -> dict[str, int]:
    """How many documents there are."""
    return {name: database[name].count_documents({}) for name in ("people", "changes", "outbox")}


def test_a_person_comes_back_as_they_were_saved(ready: Database[Document]) -> None:
    override = Override(by="person:hr", at=AT, why="Covers.")
    job = Appointment(id=new_id(), organisation=new_id(), post="teacher", fte=0.8, from_=DAY)
    whole = (
        somebody(
            email="amina@oaktrees.example", trn="0012345", employee_numbers=["E1"], date_of_birth=date(1990, 2, 28)
        )
        .with_details(on=DAY, family_name="Khan")
        .joined(job)
        .joined(replace(job, id=new_id(), organisation=new_id(), override=override))
        .ended(job.id, on=date(2027, 7, 31), reason=Reason.RETIRED)
        .with_line_manager(new_id(), DAY)
        .bound("issuer", "subject", DAY)
    )
    saved = kept(ready, whole)
    assert saved == replace(whole, version=1, changed_at=AT)
    assert Store(ready).person(whole.id) == saved


def test_an_organisation_comes_back_as_it_was_saved(ready: Database[Document]) -> None:
    register = Establishment(type="Academy converter", status=EstablishmentStatus.OPEN, opened=DAY)
    whole = new_organisation(
        id=new_id(),
        kind=OrganisationKind.ACADEMY,
        name="Elm",
        urn="140001",
        establishment=register,
        address=Address(town="Oakham"),
        joined=DAY,
    )
    saved = kept(ready, whole, because="staff.organisation-added.v1")
    assert isinstance(saved, Organisation)
    assert Store(ready).organisation(whole.id) == saved


def test_nothing_is_saved_outside_a_transaction(ready: Database[Document]) -> None:
    with pytest.raises(TypeError):
        Store(ready).save(somebody(), before=None, because=PERSON_ADDED, change=CHANGE)
    assert counts(ready) == {"people": 0, "changes": 0, "outbox": 0}


def test_a_save_writes_version_history_and_event_together(ready: Database[Document]) -> None:
    first = kept(ready, somebody())
    second = kept(ready, first.with_details(on=DAY, given_name="Mina"), first, PERSON_CHANGED)
    assert (second.version, counts(ready)) == (2, {"people": 1, "changes": 2, "outbox": 2})
    assert [row["version"] for row in ready["outbox"].find().sort("_id", 1)] == [1, 2]


def test_several_steps_make_one_version(ready: Database[Document]) -> None:
    job = Appointment(id=new_id(), organisation=new_id(), post="teacher", fte=1.0, from_=DAY)
    saved = kept(ready, somebody().joined(job).with_line_manager(new_id(), DAY))
    assert (saved.version, counts(ready)) == (1, {"people": 1, "changes": 1, "outbox": 1})


def test_nothing_is_written_where_nothing_changed(ready: Database[Document]) -> None:
    first = kept(ready, somebody())
    assert kept(ready, first.with_details(on=DAY, given_name="Amina"), first, PERSON_CHANGED) is first
    assert counts(ready) == {"people": 1, "changes": 1, "outbox": 1}


def test_a_stale_save_leaves_nothing(ready: Database[Document]) -> None:
    first = kept(ready, somebody())
    kept(ready, first.with_details(on=DAY, given_name="Mina"), first, PERSON_CHANGED)
    with pytest.raises(StaleVersion):
        kept(ready, first.with_details(on=DAY, given_name="Anna"), first, PERSON_CHANGED)
    assert counts(ready) == {"people": 1, "changes": 2, "outbox": 2}
    assert Store(ready).person(first.id).given_name == "Mina"


def test_a_state_that_breaks_its_contract_leaves_nothing(ready: Database[Document]) -> None:
    broken = replace(somebody(), given_name="")
    with pytest.raises(events.BadEvent):
        kept(ready, broken)
    assert counts(ready) == {"people": 0, "changes": 0, "outbox": 0}


def test_a_taken_identifier_leaves_nothing(ready: Database[Document]) -> None:
    kept(ready, somebody(trn="0012345", employee_numbers=["E1", "E2"]))
    for details, field in (({"trn": "0012345"}, "trn"), ({"employee_numbers": ["E9", "E2"]}, "employee_numbers")):
        with pytest.raises(IdentifierTaken) as refused:
            kept(ready, somebody(**details))
        assert refused.value.field == field
    assert counts(ready)["people"] == counts(ready)["outbox"] == 1


def test_people_without_identifiers_are_in_nobodys_way(ready: Database[Document]) -> None:
    for _ in range(3):
        kept(ready, somebody())
    assert counts(ready)["people"] == 3


def test_reading_a_version_that_is_not_stored_is_stale_and_nobody_is_not_found(ready: Database[Document]) -> None:
    first = kept(ready, somebody())
    assert Store(ready).person(first.id, 1) == first
    with pytest.raises(StaleVersion):
        Store(ready).person(first.id, 2)
    with pytest.raises(NotFound):
        Store(ready).person(new_id())
    with pytest.raises(NotFound):
        Store(ready).organisation(first.id)


# -- look-ups


def test_people_are_found_by_any_of_their_identifiers_in_one_question(ready: Database[Document]) -> None:
    people = [
        kept(ready, somebody(trn="0000001")),
        kept(ready, somebody(employee_numbers=["E1", "E2"])),
        kept(ready, somebody(email="one@oaktrees.example")),
        kept(ready, somebody(trn="0000002", employee_numbers=["E3"], email="two@oaktrees.example")),
    ]
    store = Store(ready)
    found = store.people_by_identifiers(
        trns=["0000001", "0000002"], employee_numbers=["E2", "E3"], emails=["one@oaktrees.example"]
    )
    assert sorted(one.id for one in found) == sorted(one.id for one in people)
    assert store.people_by_identifiers() == []
    assert store.people_by_identifiers(trns=["9999999"]) == []


def test_organisations_are_found_by_urn_and_by_name(ready: Database[Document]) -> None:
    for name, urn in (("Elm Primary", "140001"), ("St. Cuthbert's", "140002"), ("Elm  Primary", "140003")):
        new = new_organisation(id=new_id(), kind=OrganisationKind.ACADEMY, name=name, urn=urn)
        kept(ready, new, because="staff.organisation-added.v1")
    store = Store(ready)
    assert set(store.organisations_by_urn(["140001", "140003", "999999"])) == {"140001", "140003"}
    assert [one.urn for one in store.organisations_named(["ST CUTHBERTS"])] == ["140002"]
    assert sorted(one.urn or "" for one in store.organisations_named(["elm primary"])) == ["140001", "140003"]


def test_the_chain_of_line_managers_is_read_to_its_top(ready: Database[Document]) -> None:
    top = kept(ready, somebody())
    middle = kept(ready, somebody().with_line_manager(top.id, DAY))
    low = kept(ready, somebody().with_line_manager(middle.id, DAY))
    above = Store(ready).managers_above(low.id)
    assert {person: [line.person for line in lines] for person, lines in above.items()} == {
        low.id: [middle.id],
        middle.id: [top.id],
        top.id: [],
    }


def stages(plan: Any) -> set[str]:
    """The names of all stages in a query plan."""
    if isinstance(plan, dict):
        own = {plan["stage"]} if isinstance(plan.get("stage"), str) else set()
        return own.union(*(stages(inner) for inner in plan.values()))
    return set().union(*(stages(inner) for inner in plan)) if isinstance(plan, list) else set()


@pytest.mark.parametrize(
    "query",
    [
        {"trn": {"$in": ["0000001"]}},
        {"employee_numbers": {"$in": ["E1", "E2"]}},
        {"email": {"$in": ["one@oaktrees.example"]}},
        {"$or": [{"trn": {"$in": ["0000001"]}}, {"email": {"$in": ["one@oaktrees.example"]}}]},
        {"signs_in_as.subject": "subject", "signs_in_as.issuer": "issuer"},
        {"sign_ins": {"$elemMatch": {"issuer": "issuer", "subject": "subject"}}},
        {"words": {"$regex": "^yus"}},
        {"words_ever": {"$regex": "^yus"}},
        {"line_managers": {"$elemMatch": {"person": "x", "from": {"$lte": "2026-11-23"}}}},
        {"appointments": {"$elemMatch": {"organisation": "x", "post": "teacher", "from": {"$lte": "2026-11-23"}}}},
    ],
)
def test_every_look_up_is_answered_by_an_index(ready: Database[Document], query: dict[str, Any]) -> None:
    plan = ready["people"].find(query).explain()["queryPlanner"]["winningPlan"]
    assert "IXSCAN" in stages(plan)
    assert "COLLSCAN" not in stages(plan)


@pytest.mark.parametrize(
    ("collection", "query", "order"),
    [
        ("people", {}, [("sort_name", 1), ("_id", 1)]),
        ("organisations", {}, [("sort_name", 1), ("_id", 1)]),
        ("changes", {"of": "x"}, [("version", -1), ("_id", -1)]),
    ],
)
def test_a_page_comes_in_the_order_of_an_index(
    ready: Database[Document], collection: str, query: dict[str, Any], order: list[tuple[str, int]]
) -> None:
    plan = ready[collection].find(query).sort(order).limit(26).explain()["queryPlanner"]["winningPlan"]
    assert "IXSCAN" in stages(plan)
    assert "SORT" not in stages(plan)


def test_what_people_are_searched_by_is_not_read_with_them(ready: Database[Document]) -> None:
    kept(ready, somebody())
    found = Store(ready).read_people({}, {"given_name": 1}, paging=Paging(), on=DAY, today=DAY, name="yus")
    assert [set(one) for one in found.items] == [{"_id", "given_name"}]
