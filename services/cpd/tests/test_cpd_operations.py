"""Use-cases on the real database: what is saved, what is emitted, and what is not."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from pymongo.database import Database

from acorn_cpd import operations
from acorn_cpd.model.record import Record
from acorn_cpd.model.vocabulary import Kind, State
from acorn_cpd.store import INDEXES, Store, history_filter, waiting_filter
from servicekit.clock import instant
from servicekit.mongo import Document, ensure_indexes, transaction
from servicekit.paging import Paging
from servicekit.problems import NotFound, StaleVersion

AT = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
AMINA = "0197f0a4-0000-7000-8000-000000000011"
HR = "sign-in:hr"
MINUTE = dt.timedelta(minutes=1)
ROW = {"title": "Safeguarding", "kind": Kind.COURSE, "date": dt.date(2026, 9, 2), "hours": 6.0}

Do = Callable[[Callable[[Store], Any]], Any]


@pytest.fixture
def do(database: Database[Document]) -> Do:
    """Do something with the store in one transaction."""
    ensure_indexes(database, INDEXES)
    return lambda work: transaction(database.client, lambda session: work(Store(database, session=session)))


def import_(do: Do, row: dict[str, Any], reference: str | None = "CPD-7") -> Record | None:
    record: Record | None = do(lambda store: operations.import_record(AMINA, row, reference, by=HR, at=AT, store=store))
    return record


def emitted(database: Database[Document]) -> list[tuple[str, int]]:
    return [(row["type"], row["version"]) for row in database["outbox"].find().sort("_id", 1)]


def test_an_imported_row_becomes_one_verified_record_however_often_it_is_imported(
    do: Do, database: Database[Document]
) -> None:
    record = import_(do, ROW)
    assert record is not None
    assert (record.state, record.source.reference) == (State.VERIFIED, "CPD-7")

    assert import_(do, dict(reversed(ROW.items()))) is None

    assert database["records"].count_documents({}) == 1
    assert emitted(database) == [("cpd.record-imported.v1", 1)]


def test_a_changed_row_of_the_same_reference_amends_its_record(do: Do, database: Database[Document]) -> None:
    import_(do, ROW)

    changed = import_(do, {**ROW, "hours": 5.0})

    assert changed is not None
    assert [amendment.before for amendment in changed.amendments] == [{"hours": 6.0, "state": "verified"}]
    assert import_(do, {**ROW, "hours": 5.0}) is None
    assert emitted(database) == [("cpd.record-imported.v1", 1), ("cpd.record-imported.v1", 2)]


def test_without_a_reference_all_that_a_row_says_is_its_name(do: Do, database: Database[Document]) -> None:
    import_(do, ROW, None)

    assert import_(do, ROW, None) is None
    assert import_(do, {**ROW, "hours": 5.0}, None) is not None
    assert database["records"].count_documents({}) == 2


def test_two_people_may_have_the_same_reference(do: Do, database: Database[Document]) -> None:
    import_(do, ROW)
    other = AMINA.replace("11", "12")

    do(lambda store: operations.import_record(other, ROW, "CPD-7", by=HR, at=AT, store=store))

    assert database["records"].count_documents({}) == 2


def test_what_is_stored_is_what_was_saved(do: Do) -> None:
    record = import_(do, ROW)
    assert record is not None

    assert do(lambda store: store.record(AMINA, record.id)) == record
    assert do(lambda store: store.record(AMINA, record.id, 1)) == record
    with pytest.raises(StaleVersion):
        do(lambda store: store.record(AMINA, record.id, 2))
    with pytest.raises(NotFound):
        do(lambda store: store.record(AMINA.replace("11", "12"), record.id))


def test_a_record_is_never_saved_over_a_version_that_is_no_longer_there(do: Do, database: Database[Document]) -> None:
    record = import_(do, ROW)
    assert record is not None
    one, two = (record.ask(question, by="person:m", at=AT) for question in ("One?", "Two?"))
    do(lambda store: store.save(one, because="cpd.record-queried.v1"))

    with pytest.raises(StaleVersion):
        do(lambda store: store.save(two, because="cpd.record-queried.v1"))

    assert do(lambda store: store.record(AMINA, record.id)) == one
    assert len(emitted(database)) == 2


def test_a_record_is_not_saved_without_its_event(do: Do, database: Database[Document]) -> None:
    record = import_(do, ROW)
    assert record is not None

    with pytest.raises(TypeError):
        Store(database).save(record.ask("?", by="person:m", at=AT), because="cpd.record-queried.v1")
    with pytest.raises(Exception, match="no schema"):
        do(lambda store: store.save(record.ask("?", by="person:m", at=AT), because="cpd.record-invented.v1"))

    assert do(lambda store: store.record(AMINA, record.id)) == record


def plan(database: Database[Document], filters: dict[str, Any], sort: list[tuple[str, int]]) -> str:
    found = database["records"].find(filters)
    return str((found.sort(sort) if sort else found).explain()["queryPlanner"]["winningPlan"])


def test_every_list_is_an_index(do: Do, database: Database[Document]) -> None:
    import_(do, ROW)
    record = database["records"].find_one() or {}
    database["records"].insert_many(
        {**record, "_id": str(number), "imported": {"key": str(number)}, "declared_at": instant(AT + MINUTE * number)}
        for number in range(300)
    )
    newest, oldest = [("date", -1), ("_id", -1)], [("declared_at", 1), ("_id", 1)]
    plans = [
        plan(database, history_filter([AMINA], {"academic_year": "2026-27", "topic": "maths"}), newest),
        plan(database, waiting_filter(None, [AMINA], {"state": "declared"}), oldest),
        plan(database, waiting_filter([AMINA, "x", "y"], [], {"state": "declared"}), oldest),
        plan(database, {"person": AMINA, "imported.key": "reference:7"}, []),
    ]

    for each in plans:
        assert "IXSCAN" in each
        assert "COLLSCAN" not in each
    for each in plans[:3]:
        assert "'SORT'" not in each


def test_the_whole_history_is_the_history_in_the_same_order(do: Do, database: Database[Document]) -> None:
    for number in range(7):
        import_(do, {**ROW, "date": dt.date(2026, 9, 1 + number // 2)}, str(number))
    store, filters = Store(database), history_filter([AMINA], {})

    page = store.history(filters, Paging(limit=100), "")

    assert page.next is None
    assert list(store.whole_history(filters)) == page.items
    assert len(page.items) == 7
