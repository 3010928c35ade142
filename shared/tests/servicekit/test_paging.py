"""Pages by key, both ways, agree with an oracle that sorts in memory."""

import base64
from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.collection import Collection
from pymongo.database import Database

from servicekit.mongo import Document
from servicekit.paging import MOST_COUNTED, Page, Paging, Total, page_of
from servicekit.problems import BadCursor

pytestmark = pytest.mark.engines
DAYS = st.sampled_from([None, "2026-01-01", "2026-01-02", "2026-01-03"])
ROWS = st.lists(st.tuples(DAYS, st.integers(0, 3)), max_size=12)
WAYS = st.sampled_from([1, -1])
BY_DAY = [("day", -1)]
several = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def rows(database: Database[Document]) -> Collection[Document]:
    return database["rows"]


def fill(collection: Collection[Document], rows: list[tuple[str | None, int]]) -> None:
    collection.delete_many({})
    if rows:
        collection.insert_many([{"_id": number, "day": day, "n": n} for number, (day, n) in enumerate(rows)])


def in_order(rows: list[tuple[str | None, int]], by_day: int, by_n: int) -> list[int]:
    expected = list(enumerate(rows))
    expected.sort(key=lambda row: row[0], reverse=by_n == -1)
    expected.sort(key=lambda row: row[1][1], reverse=by_n == -1)
    expected.sort(key=lambda row: row[1][0] or "", reverse=by_day == -1)
    return [number for number, _ in expected]


def ids(page: Page) -> list[Any]:
    return [row["_id"] for row in page.items]


def onward(collection: Collection[Document], sort: Any, limit: int, cursor: str | None = None) -> Iterator[Page]:
    while True:
        found = page_of(collection, {}, sort=sort, paging=Paging(limit, cursor))
        yield found
        if found.next is None:
            return
        cursor = found.next


def back(collection: Collection[Document], sort: Any, limit: int, page: Page) -> Iterator[Page]:
    while page.previous is not None:
        page = page_of(collection, {}, sort=sort, paging=Paging(limit, page.previous))
        yield page


@several
@given(rows_=ROWS, ways=st.tuples(WAYS, WAYS), limit=st.integers(1, 5))
def test_pages_give_every_row_once_in_order_and_the_same_pages_backwards(
    rows: Collection[Document], rows_: list[tuple[str | None, int]], ways: tuple[int, int], limit: int
) -> None:
    fill(rows, rows_)
    sort = [("day", ways[0]), ("n", ways[1])]
    expected = in_order(rows_, *ways)

    pages = list(onward(rows, sort, limit))
    returned = list(back(rows, sort, limit, pages[-1]))

    assert [ids(page) for page in pages] == [expected[at : at + limit] for at in range(0, len(expected) or 1, limit)]
    assert [ids(page) for page in returned] == [ids(page) for page in reversed(pages[:-1])]
    # Whichever way a page is come to, its neighbours are the same.
    assert [(page.previous is None, page.next is None) for page in reversed(returned)] == [
        (page.previous is None, page.next is None) for page in pages[:-1]
    ]


@several
@given(rows_=ROWS, ways=st.tuples(WAYS, WAYS), limit=st.integers(1, 5), turns=st.lists(WAYS, max_size=12))
def test_going_to_and_fro_is_where_an_oracle_says(
    rows: Collection[Document],
    rows_: list[tuple[str | None, int]],
    ways: tuple[int, int],
    limit: int,
    turns: list[int],
) -> None:
    fill(rows, rows_)
    sort, expected, at = [("day", ways[0]), ("n", ways[1])], in_order(rows_, *ways), 0
    page = page_of(rows, {}, sort=sort, paging=Paging(limit))

    for turn in turns:
        cursor = page.next if turn == 1 else page.previous
        assert (cursor is None) == (at + limit >= len(expected) if turn == 1 else at == 0)
        if cursor is not None:
            at += turn * limit
            page = page_of(rows, {}, sort=sort, paging=Paging(limit, cursor))
        assert ids(page) == expected[at : at + limit]


def test_a_page_whose_rows_have_all_gone_leads_back_to_what_is_left(rows: Collection[Document]) -> None:
    fill(rows, [("2026-01-03", 0), ("2026-01-02", 0), ("2026-01-01", 0)])
    second = page_of(rows, {}, sort=BY_DAY, paging=Paging(2)).next

    rows.delete_one({"_id": 2})
    empty = page_of(rows, {}, sort=BY_DAY, paging=Paging(2, second))

    assert (empty.items, empty.next) == ([], None)
    last = page_of(rows, {}, sort=BY_DAY, paging=Paging(2, empty.previous))
    assert (ids(last), last.next, last.previous) == ([0, 1], None, None)


def test_a_page_before_which_everything_has_gone_is_the_first(rows: Collection[Document]) -> None:
    fill(rows, [("2026-01-03", 0), ("2026-01-02", 0), ("2026-01-01", 0)])
    first = page_of(rows, {}, sort=BY_DAY, paging=Paging(1))
    second = page_of(rows, {}, sort=BY_DAY, paging=Paging(1, first.next))

    rows.delete_one({"_id": 0})

    assert page_of(rows, {}, sort=BY_DAY, paging=Paging(1, first.next)).previous is None
    gone = page_of(rows, {}, sort=BY_DAY, paging=Paging(1, second.previous))
    assert (gone.items, gone.previous) == ([], None)
    assert ids(page_of(rows, {}, sort=BY_DAY, paging=Paging(1, gone.next))) == [1]


# Counting


def test_a_list_is_counted_when_it_is_asked_for(rows: Collection[Document]) -> None:
    fill(rows, [(None, 0), (None, 1), (None, 1)])

    assert page_of(rows, {"n": 1}, sort=[], paging=Paging(1)).total is None
    assert page_of(rows, {"n": 1}, sort=[], paging=Paging(1, count=True)).total == Total(2, more=False)
    assert page_of(rows, {"n": 9}, sort=[], paging=Paging(1, count=True)).total == Total(0, more=False)


@pytest.mark.parametrize(
    ("there_are", "total"),
    [(MOST_COUNTED, Total(MOST_COUNTED, more=False)), (MOST_COUNTED + 1, Total(MOST_COUNTED, more=True))],
)
def test_a_list_is_counted_to_a_thousand(rows: Collection[Document], there_are: int, total: Total) -> None:
    fill(rows, [(None, 0)] * there_are)

    assert page_of(rows, {}, sort=[], paging=Paging(count=True)).total == total


# Cursors that no page gave


def content(cursor: str | None) -> list[Any]:
    assert cursor is not None
    read: list[Any] = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    return read


@pytest.mark.parametrize(
    "changed",
    [
        lambda told: ["another list", *told[1:]],
        lambda told: [told[0], *told[2:]],
        lambda told: [told[0], 0, *told[2:]],
        lambda told: [told[0], 1.0, *told[2:]],
        lambda told: [told[0], [1], *told[2:]],
        lambda told: [*told, "one more"],
        lambda told: told[:-1],
        lambda told: [*told[:-1], {"$gt": ""}],
        lambda told: [*told[:-1], 2**63],
        lambda told: {"bound": told[0]},
        lambda _: [],
    ],
)
def test_a_cursor_that_no_page_gave_is_refused(rows: Collection[Document], changed: Any) -> None:
    fill(rows, [("2026-01-03", 0), ("2026-01-02", 0)])
    told = content(page_of(rows, {}, sort=BY_DAY, paging=Paging(1)).next)
    forged = base64.urlsafe_b64encode(orjson.dumps(changed(told))).rstrip(b"=").decode()

    with pytest.raises(BadCursor):
        page_of(rows, {}, sort=BY_DAY, paging=Paging(1, forged))


def test_a_cursor_belongs_to_its_filters_its_order_and_its_reader(rows: Collection[Document]) -> None:
    fill(rows, [("2026-01-03", 0), ("2026-01-02", 0)])
    second = page_of(rows, {}, sort=BY_DAY, paging=Paging(1), scope_hash="Ben").next
    cursors = [second, page_of(rows, {}, sort=BY_DAY, paging=Paging(1, second), scope_hash="Ben").previous]

    for paging in [Paging(1, cursor) for cursor in cursors]:
        for filters, sort, reader in [({"n": 0}, BY_DAY, "Ben"), ({}, [("day", 1)], "Ben"), ({}, BY_DAY, "Amina")]:
            with pytest.raises(BadCursor):
                page_of(rows, filters, sort=sort, paging=paging, scope_hash=reader)
