"""CPD in figures: what waits, and records of people whom nobody has told us of."""

from datetime import date

from pymongo.database import Database

from acorn_cpd.store import count_figures
from servicekit.mongo import Document, projection


def test_what_waits_and_whose_records_are_nobodys_is_counted(database: Database[Document]) -> None:
    states = ["declared", "declared", "queried", "verified", "verified"]
    people = ["known", "known", "known", "known", "stranger"]
    database["records"].insert_many(
        [{"_id": str(number), "state": state, "person": people[number]} for number, state in enumerate(states)]
    )
    database[projection("people")].insert_one({"_id": "known"})

    assert count_figures(database, date(2026, 11, 26)) == {
        "records": 5,
        "records_declared": 2,
        "records_queried": 1,
        "orphan_records": 1,
    }


def test_an_empty_service_counts_nothing(database: Database[Document]) -> None:
    assert set(count_figures(database, date(2026, 11, 26)).values()) == {0}
