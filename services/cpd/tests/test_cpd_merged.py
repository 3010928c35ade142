"""Records of one person that the staff service made one: their CPD is one history here, and two if that is undone."""

from typing import Any

import pytest

from acorn_cpd.operations import import_record
from acorn_cpd.store import Store
from servicekit.mongo import transaction

OLD = "0197f0a4-0000-7000-8000-000000000055"


@pytest.fixture
def record(trust: Any) -> dict[str, Any]:
    """CPD that HR declared for Amina when she was known by another id, which is hers since."""
    made = trust.declare("hr", OLD, title="Before")
    trust.as_("hr without a person").get(f"/people/{OLD}/history")
    trust.hear_of(trust.amina, former_ids=[OLD])
    return dict(made)


def titles(answer: Any) -> list[str]:
    """What an answer lists."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [one["title"] for one in answer.get_json()["items"]]


@pytest.mark.usefixtures("record")
def test_what_was_kept_under_another_id_is_in_her_history_hours_and_file(trust: Any) -> None:
    trust.declare(title="Since")
    for who in ("amina", "ben", "head of elm", "sil"):
        found = trust.as_(who).get(f"/people/{trust.amina}/history")
        assert sorted(titles(found)) == ["Before", "Since"], who
        assert {one["person"] for one in found.get_json()["items"]} == {trust.amina}, who
    (year,) = trust.as_("amina").get(f"/people/{trust.amina}/hours").get_json()["items"]
    assert year["total"] == 7
    file = trust.as_("amina").get(f"/people/{trust.amina}/history", headers={"Accept": "text/csv"})
    assert "Before" in file.get_data(as_text=True)


def test_her_manager_verifies_it_and_it_stays_where_it_is_kept(trust: Any, record: dict[str, Any]) -> None:
    (waiting,) = trust.as_("ben").get("/records").get_json()["items"]
    assert (waiting["person"], waiting["name"], waiting["may_verify"]) == (trust.amina, "Amina Yusuf", True)

    verified = trust.step("ben", waiting, "verify")

    assert (verified["person"], verified["state"]) == (trust.amina, "verified")
    assert trust.database["records"].find_one({"_id": record["id"]})["person"] == OLD
    assert trust.events()[-1]["data"]["state"]["person"] == OLD


def test_nobody_reaches_it_by_the_other_id_but_those_who_see_everybody(trust: Any, record: dict[str, Any]) -> None:
    for who in ("amina", "ben", "head of elm"):
        assert trust.as_(who).get(f"/people/{OLD}/records/{record['id']}").status_code == 404, who
    for who in ("olu", "head of ash"):
        assert trust.as_(who).get(f"/people/{trust.amina}/records/{record['id']}").status_code == 404, who
    assert titles(trust.as_("head of ash").get("/records")) == []


def test_undone_it_is_hers_no_more(trust: Any, record: dict[str, Any]) -> None:
    trust.hear_of(trust.amina, version=3, former_ids=[])

    assert titles(trust.as_("amina").get(f"/people/{trust.amina}/history")) == []
    assert trust.as_("amina").get(f"/people/{trust.amina}/records/{record['id']}").status_code == 404
    assert titles(trust.as_("ben").get("/records")) == []
    assert titles(trust.as_("hr").get(f"/people/{OLD}/history")) == ["Before"]


def test_hr_does_not_judge_their_own_by_another_id(trust: Any) -> None:
    made = trust.declare("hr without a person", OLD)
    trust.hear_of(trust.harriet, former_ids=[OLD])

    assert titles(trust.as_("hr").get("/records")) == []
    path = f"/people/{trust.harriet}/records/{made['id']}/verify"
    refused = trust.as_("hr").change("POST", path, made["version"])
    assert (refused.status_code, refused.get_json()["type"].split(":")[-1]) == (409, "own-record")


def test_a_row_that_was_imported_before_is_known_again(trust: Any) -> None:
    row = {"title": "Phonics", "kind": "course", "date": trust.clock().date(), "hours": 2.0}

    def imported(person: str) -> Any:
        return transaction(
            trust.database.client,
            lambda session: import_record(
                person, row, "R1", by="person:x", at=trust.clock(), store=Store(trust.database, session=session)
            ),
        )

    assert imported(OLD) is not None
    trust.hear_of(trust.amina, former_ids=[OLD])
    assert imported(trust.amina) is None


@pytest.mark.usefixtures("record")
def test_she_finds_who_looked_at_her_record_when_it_had_another_id(trust: Any) -> None:
    looks = trust.as_("amina").get(f"/people/{trust.amina}/reads").get_json()["items"]
    assert [one["what"] for one in looks] == ["read_history"]
