"""What the CPD service holds about somebody, for data protection: records whole, nothing of others but names."""

from typing import Any

import pytest


def ask(trust: Any, who: str, expect: int = 200) -> dict[str, list[dict[str, Any]]]:
    """The sections of what is held about somebody, by name."""
    asked = {"person": who, "reason": "Request of 3 November"}
    answer = trust.as_("data protection").send("POST", "/subject-access", json=asked)
    assert answer.status_code == expect, answer.get_data(as_text=True)
    return {one["name"]: one["items"] for one in answer.get_json()["sections"]}


def test_records_are_there_with_their_whole_past_withdrawn_ones_too(trust: Any) -> None:
    record = trust.step("ben", trust.declare(), "query", {"question": "The whole day?"})
    record = trust.step("ben", trust.amend("amina", record, hours=4.0), "verify")
    trust.step("amina", trust.declare(title="Another"), "withdraw", {"why": "Not mine."})
    trust.declare("olu", trust.olu, title="Of Olu")

    found = ask(trust, trust.amina)["records"]

    past = next(one for one in found if one["id"] == record["id"])
    assert [(one["question"], one["by"]) for one in past["judgements"]] == [
        ("The whole day?", "Ben Okafor"),
        (None, "Ben Okafor"),
    ]
    assert past["amendments"][0] | {"at": ""} == {
        "version": 3,
        "by": "Amina Yusuf",
        "at": "",
        "why": "A slip.",
        "before": {"hours": 3.5, "state": "queried"},
    }
    assert past["reflection"] == "The blending game works."
    assert {one["title"]: one["state"] for one in found} == {past["title"]: "verified", "Another": "withdrawn"}


def test_what_the_service_was_told_of_them_and_recorded_by_them_is_there(trust: Any) -> None:
    trust.declare("hr", trust.olu)

    of_harriet = ask(trust, trust.harriet)

    assert [one["given_name"] for one in of_harriet["known"]] == ["Harriet"]
    assert of_harriet["known"][0]["appointments"][0]["organisation"] == "Central team"
    assert of_harriet["recorded"] == [{"declared_at": "2026-11-23T09:00:00.000Z"}]
    assert trust.olu not in str(of_harriet)


def test_records_under_an_id_that_they_had_are_theirs(trust: Any) -> None:
    trust.declare("olu", trust.olu, title="As Olu")
    trust.hear_of(trust.amina, former_ids=[trust.olu])
    trust.hear_of(trust.olu, merged_into=trust.amina)

    for asked in (trust.amina, trust.olu):
        assert [one["title"] for one in ask(trust, asked)["records"]] == ["As Olu"]


def test_somebody_of_whom_nothing_was_heard_yet_may_have_records(trust: Any) -> None:
    trust.declare("hr", trust.somebody_new, title="First day")

    found = ask(trust, trust.somebody_new)

    assert ([one["title"] for one in found["records"]], found["known"]) == (["First day"], [])


@pytest.mark.parametrize("who", ["hr", "sil", "ceo", "operations", "trustee", "amina", "nobody"])
def test_nobody_but_data_protection_may_ask(trust: Any, who: str) -> None:
    asked = {"person": trust.amina, "reason": "Curious"}
    assert trust.as_(who).send("POST", "/subject-access", json=asked).status_code == 403
