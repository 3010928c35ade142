"""The trust in figures: who is employed on a day, and how many academies are its members."""

from datetime import date
from typing import Any

import pytest
from pymongo.database import Database

from acorn_staff.store.figures import count_figures
from acorn_staff.store.layout import ORGANISATIONS, PEOPLE
from servicekit.mongo import Document

SEPTEMBER = {"from": "2026-09-01", "to": "2026-11-25"}


def person(number: int, *appointments: dict[str, Any], kind: str = "employee") -> Document:
    """Somebody as stored."""
    return {"_id": str(number), "kind": kind, "appointments": list(appointments)}


@pytest.mark.parametrize(("day", "employed"), [("2026-08-31", 1), ("2026-11-25", 2), ("2026-11-26", 1)])
def test_people_are_counted_by_their_appointments_of_the_day(
    database: Database[Document], day: str, employed: int
) -> None:
    standing = {"from": "2020-01-01", "to": None}
    database[PEOPLE].insert_many(
        [
            person(1, standing),
            person(2, SEPTEMBER),
            person(3),
            person(4, standing, kind="governor"),
            # One interval is over before the day and one begins after it.
            person(5, {"from": "2019-01-01", "to": "2019-12-31"}, {"from": "2030-01-01", "to": None}),
        ]
    )
    database[ORGANISATIONS].insert_many(
        [
            {"_id": "a", "kind": "academy", "membership": "member"},
            {"_id": "b", "kind": "academy", "membership": "prospective"},
            {"_id": "c", "kind": "central_team", "membership": None},
        ]
    )
    found = count_figures(database, date.fromisoformat(day))
    assert found == {"people_employed": employed, "academies": 1}
