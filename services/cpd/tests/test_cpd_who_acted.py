"""An answer names those who acted on a record, and says whether its reader may verify it now."""

from collections.abc import Iterator
from typing import Any

import pytest

CALLERS = (
    "amina",
    "ben",
    "head of elm",
    "head of ash",
    "hr",
    "hr without a person",
    "sil",
    "ceo",
    "sil and head of elm",
)


def sign_in(trust: Any, who: str) -> Any:
    if who != "sil and head of elm":
        return trust.as_(who)
    return type(trust.as_("sil"))(trust.app, trust.tokens.make(("sil",), subject="head of elm"))


def names(said: Any) -> Iterator[tuple[str, str | None]]:
    """Every name beside an actor, wherever it stands in an answer."""
    if isinstance(said, list):
        for one in said:
            yield from names(one)
    elif isinstance(said, dict):
        for key, value in said.items():
            if key in ("by", "declared_by"):
                yield value, said[f"{key}_name"]
            yield from names(value)


def test_everybody_who_acted_is_named(trust: Any) -> None:
    record = trust.step("ben", trust.declare(), "query", {"question": "The whole day?"})
    record = trust.step("head of elm", trust.amend("amina", record, hours=4.0), "verify")
    record = trust.step("hr", record, "query", {"question": "Sure?"})
    record = trust.step("hr without a person", trust.amend("hr", record, hours=3.0), "verify")
    record = trust.step("amina", record, "withdraw", {"why": "Not mine."})

    told = dict(names(trust.as_("ben").get(trust.at(record)).get_json()))

    assert told == {
        f"person:{trust.amina}": "Amina Yusuf",
        f"person:{trust.ben}": "Ben Okafor",
        f"person:{trust.head_of_elm}": "Helen Elm",
        f"person:{trust.harriet}": "Harriet Reed",
        "sign-in:hr without a person": None,
    }
    history = trust.as_("amina").get(f"/people/{trust.amina}/history", query_string={"state": "withdrawn"})
    waiting = trust.as_("hr").get("/records", query_string={"state": "withdrawn"})
    for answer in (history, waiting):
        assert list(names(answer.get_json())) == [
            ("sign-in:hr without a person", None),
            (f"person:{trust.amina}", "Amina Yusuf"),
            (f"person:{trust.amina}", "Amina Yusuf"),
        ]


def test_a_name_is_the_one_of_today_and_stands_in_no_event_and_no_document(trust: Any) -> None:
    record = trust.step("ben", trust.declare(), "verify")
    trust.hear_of(trust.ben, family_name="Osei")

    read = trust.as_("amina").get(trust.at(record)).get_json()

    assert read["verification"]["by_name"] == read["judgements"][0]["by_name"] == "Ben Osei"
    kept = str([*trust.events(), *trust.database["records"].find()])
    assert [name for name in ("Okafor", "Osei", "Yusuf", "by_name") if name in kept] == []


def test_a_history_as_a_file_names_nobody(trust: Any) -> None:
    trust.step("ben", trust.declare(), "verify")

    answer = trust.as_("amina").get(f"/people/{trust.amina}/history", headers={"Accept": "text/csv"})

    assert "Okafor" not in answer.get_data(as_text=True)


# Who may verify


def records_of_every_state(trust: Any) -> list[dict[str, Any]]:
    """A record of Amina's in each state."""
    return [
        trust.declare(title="declared"),
        trust.step("hr", trust.declare(title="queried"), "query", {"question": "?"}),
        trust.step("hr", trust.declare(title="verified"), "verify"),
        trust.step("amina", trust.declare(title="withdrawn"), "withdraw", {"why": "x"}),
    ]


@pytest.mark.parametrize("who", CALLERS)
def test_a_record_says_whether_verifying_it_would_work(trust: Any, who: str) -> None:
    caller = sign_in(trust, who)
    for record in records_of_every_state(trust):
        read = caller.get(trust.at(record))

        tried = caller.change("POST", trust.at(record, "verify"), record["version"])

        assert (tried.status_code == 200) == (read.status_code == 200 and read.get_json()["may_verify"]), record[
            "state"
        ]


@pytest.mark.parametrize("who", [who for who in CALLERS if who != "amina"])
def test_a_list_says_of_each_record_whether_verifying_it_would_work(trust: Any, who: str) -> None:
    caller = sign_in(trust, who)
    records_of_every_state(trust)
    for subject, person in (("ben", trust.ben), ("olu", trust.olu), ("head of elm", trust.head_of_elm)):
        trust.declare(subject, person)
    trust.declare("hr", trust.harriet)

    for state in ("declared", "queried", "verified", "withdrawn"):
        for item in caller.get("/records", query_string={"state": state}).get_json()["items"]:
            tried = caller.change("POST", trust.at(item, "verify"), item["version"])

            assert (tried.status_code == 200) == item["may_verify"], (item["name"], state)


def test_those_who_read_everything_see_what_is_not_theirs_to_verify(trust: Any) -> None:
    trust.declare()
    trust.declare("olu", trust.olu)

    def told(who: str) -> list[tuple[str, bool]]:
        items = sign_in(trust, who).get("/records").get_json()["items"]
        return [(item["name"], item["may_verify"]) for item in items]

    assert told("sil") == told("ceo") == [("Amina Yusuf", False), ("Olu Ade", False)]
    assert told("sil and head of elm") == [("Amina Yusuf", True), ("Olu Ade", False)]
    assert told("hr") == [("Amina Yusuf", True), ("Olu Ade", True)]
    assert told("ben") == [("Amina Yusuf", True)]


def test_a_list_holds_only_what_is_the_callers_to_verify_when_that_is_asked_for(trust: Any) -> None:
    trust.declare()
    trust.declare("olu", trust.olu)

    def told(who: str) -> list[str]:
        asked = {"may_verify": "true", "count": "true"}
        page = sign_in(trust, who).get("/records", query_string=asked).get_json()
        assert page["total"]["count"] == len(page["items"])
        assert all(item["may_verify"] for item in page["items"])
        return [item["name"] for item in page["items"]]

    assert told("sil") == told("ceo") == []
    assert told("sil and head of elm") == told("head of elm") == told("ben") == ["Amina Yusuf"]
    assert told("hr") == ["Amina Yusuf", "Olu Ade"]


def test_a_record_that_is_full_takes_no_verification(trust: Any) -> None:
    record = trust.declare()
    trust.database["records"].update_one({"_id": record["id"]}, {"$set": {"version": 200}})

    assert trust.as_("ben").get(trust.at(record)).get_json()["may_verify"] is False
    assert trust.as_("ben").change("POST", trust.at(record, "verify"), 200).status_code == 409
