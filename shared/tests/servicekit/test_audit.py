"""How long it is known who looked at whom."""

from datetime import UTC, datetime, timedelta

import pytest
from pymongo.database import Database

from servicekit import audit
from servicekit.clock import instant
from servicekit.mongo import Document

pytestmark = pytest.mark.engines
NOW = datetime(2032, 11, 23, 9, tzinfo=UTC)


def test_a_look_is_forgotten_after_six_years_and_not_before(database: Database[Document]) -> None:
    for name, at in (("old", NOW - audit.KEPT - timedelta(seconds=1)), ("young", NOW - timedelta(days=6 * 365))):
        audit.store_read(database, people=["p"], by="person:b", what=name, at=instant(at), request_id="r", session=None)

    assert [audit.sweep(database, now=NOW), audit.sweep(database, now=NOW)] == [1, 0]
    assert [row["what"] for row in database["reads"].find()] == ["young"]
