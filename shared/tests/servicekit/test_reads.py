"""The audit of reads as data protection searches it: by whose data, by whom, by days; and that it is audited."""

from collections.abc import Callable
from typing import Any

import pytest
from pymongo.database import Database

from servicekit import audit
from servicekit.app import chassis_indexes
from servicekit.mongo import Document, ensure_indexes

pytestmark = pytest.mark.engines

AMINA, BEN, CARA = (f"0191d5a0-0000-7000-8000-00000000000{number}" for number in range(1, 4))
LOOKS = (
    # at, by, whose, what, confidential
    ("2026-10-24T22:59:59.000Z", f"person:{BEN}", [AMINA], "read_note", False),
    ("2026-10-24T23:00:00.000Z", f"person:{BEN}", [AMINA, CARA], "list_notes", False),
    ("2026-10-26T00:00:00.000Z", "sign-in:sil", [AMINA], "read_review", True),
    ("2026-10-27T09:00:00.000Z", f"person:{AMINA}", [CARA], "read_note", False),
)


@pytest.fixture
def search(make: Callable[..., Any], database: Database[Document]) -> Callable[..., Any]:
    """Searches four looks as data protection; answers what they were."""
    client = make()
    for at, by, people, what, confidential in LOOKS:
        audit.store_read(
            database,
            people=people,
            by=by,
            what=what,
            at=at,
            request_id="1",
            session=None,
            confidential=confidential,
        )

    def searched(expect: int = 200, role: str = "data_protection", **query: Any) -> Any:
        answer = client.http.get("/v1/reads", headers=client.as_("dpo", role), query_string=query)
        assert answer.status_code == expect, answer.get_data(as_text=True)
        return answer.get_json()

    return searched


def at(page: Any) -> list[str]:
    """The days and hours of what was found."""
    return [one["at"][:13] for one in page["items"]]


def test_whoever_looked_at_somebody_is_found_newest_first_confidential_looks_too(search: Any) -> None:
    found = search(person=AMINA)["items"]

    assert [(one["what"], one["by"]["name"], one["sign_in"], one["confidential"]) for one in found] == [
        ("read_review", None, "sign-in:sil", True),
        ("list_notes", "Ben Okafor", None, False),
        ("read_note", "Ben Okafor", None, False),
    ]
    assert [one["people"] for one in found] == [[AMINA]] * 3, "whom else a look showed is not told"


def test_whatever_somebody_looked_at_is_found_by_id_address_number_and_sign_in(search: Any) -> None:
    assert [one["people"] for one in search(by=BEN)["items"]] == [[AMINA, CARA], [AMINA]]
    assert at(search(by="E2")) == at(search(by=BEN))
    assert at(search(by="amina@trust.example")) == ["2026-10-27T09"]
    assert at(search(by="sign-in:sil")) == ["2026-10-26T00"]
    assert at(search(by=BEN, person=CARA)) == ["2026-10-24T23"]


def test_days_are_londons_and_operations_are_named(search: Any) -> None:
    # Summer time ends on 25 October: 23:00 UTC is midnight before, 00:00 UTC after.
    assert at(search(person=AMINA, **{"from": "2026-10-25", "to": "2026-10-25"})) == ["2026-10-24T23"]
    assert at(search(person=AMINA, to="2026-10-24")) == ["2026-10-24T22"]
    assert at(search(person=AMINA, operation="read_note")) == ["2026-10-24T22"]


def test_pages_follow_each_other(search: Any) -> None:
    first = search(person=AMINA, limit=2, count="true")
    second = search(person=AMINA, limit=2, cursor=first["next"])

    assert at(first) + at(second) == ["2026-10-26T00", "2026-10-24T23", "2026-10-24T22"]
    assert first["total"] == {"count": 3, "more": False}
    search(expect=400, person=CARA, limit=2, cursor=first["next"])


def test_one_person_at_a_time_and_data_protection_alone(search: Any) -> None:
    (fault,) = search(expect=422)["errors"]
    assert fault["detail"] == "Say whose data was read (person), who read it (by), or both."
    search(expect=422, operation="read_note")
    search(expect=422, person=AMINA, operation="Read note")
    search(expect=404, person="nobody@trust.example")
    search(expect=409, by="office@trust.example")
    for role in ("hr", "sil", "ceo", "operations", "trustee"):
        search(expect=403, role=role, person=AMINA)


def test_each_search_is_a_confidential_look_at_whoever_is_asked_for(search: Any, database: Database[Document]) -> None:
    database[audit.COLLECTION].delete_many({})

    search(person=AMINA, by=BEN)
    search(by="sign-in:sil")

    rows = [(row["people"], row["by"], row["what"], row["confidential"]) for row in database["reads"].find()]
    assert rows == [
        ([AMINA, BEN], "sign-in:dpo", "search_reads", True),
        (["sign-in:sil"], "sign-in:dpo", "search_reads", True),
    ]


@pytest.mark.parametrize("query", [{"people": {"$in": [AMINA]}}, {"by": {"$in": [f"person:{BEN}"]}}])
def test_either_way_is_an_index(search: Any, database: Database[Document], query: Document) -> None:
    ensure_indexes(database, chassis_indexes({}))

    plan = str(database[audit.COLLECTION].find(query).sort([("at", -1), ("_id", -1)]).explain()["queryPlanner"])

    assert "IXSCAN" in plan
    assert "COLLSCAN" not in plan
    assert "'SORT'" not in plan
