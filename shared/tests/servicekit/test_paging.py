"""Pages by key agree with an oracle that sorts in memory."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from servicekit.mongo import Document
from servicekit.paging import Paging, page_of

pytestmark = pytest.mark.engines
DAYS = st.sampled_from([None, "2026-01-01", "2026-01-02", "2026-01-03"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(DAYS, st.integers(0, 3)), max_size=12),
    directions=st.tuples(st.sampled_from([1, -1]), st.sampled_from([1, -1])),
    limit=st.integers(1, 5),
)
def test_pages_give_every_row_once_in_order(
    database: Database[Document], rows: list[tuple[str | None, int]], directions: tuple[int, int], limit: int
) -> None:
    collection = database["rows"]
    collection.delete_many({})
    if rows:
        collection.insert_many([{"_id": number, "day": day, "n": n} for number, (day, n) in enumerate(rows)])
    sort = [("day", directions[0]), ("n", directions[1])]
    seen: list[Any] = []
    cursor = None
    while True:
        found, cursor = page_of(collection, {}, sort=sort, paging=Paging(limit=limit, cursor=cursor))
        seen += [row["_id"] for row in found]
        assert len(found) <= limit
        if cursor is None:
            break
    expected = list(enumerate(rows))
    expected.sort(key=lambda row: row[0], reverse=directions[1] == -1)
    expected.sort(key=lambda row: row[1][1], reverse=directions[1] == -1)
    expected.sort(key=lambda row: row[1][0] or "", reverse=directions[0] == -1)
    assert seen == [number for number, _ in expected]
