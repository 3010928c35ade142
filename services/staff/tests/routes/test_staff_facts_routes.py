"""Responsibilities, year groups, absences and delegates over HTTP: who records, who reads, what others hear."""

from typing import Any

import pytest

NEW = {
    "responsibilities": {"responsibility": "english_lead", "from": "2026-09-01"},
    "year-groups": {"year_group": "year_6", "part": "taught", "from": "2026-09-01"},
    "absences": {"from": "2026-12-07", "to": "2027-01-15", "reason": "sickness"},
    "delegates": {"from": "2026-12-07", "to": "2026-12-18"},
}
WHY = {
    "responsibilities": "responsibilities-changed",
    "year-groups": "year-groups-changed",
    "absences": "absences-changed",
    "delegates": "delegates-changed",
}


def new(trust: Any, kind: str, **more: Any) -> dict[str, Any]:
    """What HR sends to record a fact of a kind: at Elm, and with Ben as delegate."""
    there = {"organisation": trust.ids["elm"]} if kind in {"responsibilities", "year-groups"} else {}
    delegate = {"person": trust.ids["ben"]} if kind == "delegates" else {}
    return {**NEW[kind], **there, **delegate, **more}


def held(person: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """A person's facts of a kind."""
    return list(person[kind.replace("-", "_")])


@pytest.mark.parametrize("kind", NEW)
def test_a_fact_is_recorded_changed_and_taken_back_and_others_hear_each_time(trust: Any, kind: str) -> None:
    who = "helen" if kind == "delegates" else "amina"
    at = f"{trust.at(who)}/{kind}"
    before = len(trust.types(who))

    (added,) = held(trust.hr("POST", at, new(trust, kind), expect=201), kind)
    changed = trust.hr("PATCH", f"{at}/{added['id']}", {"to": "2027-03-31", "why": "It goes on"})
    assert [one["to"] for one in held(changed, kind)] == ["2027-03-31"]
    assert held(trust.hr("POST", f"{at}/{added['id']}/retraction", {"why": "Another person"}), kind) == []

    assert trust.types(who)[before:] == [WHY[kind]] * 3
    said = trust.hr("GET", f"{trust.at(who)}/changes")["items"][:2]
    assert [one["why"] for one in said] == ["Another person", "It goes on"]


def test_who_works_with_her_sees_that_she_is_away_and_hr_alone_why(trust: Any) -> None:
    trust.hr("POST", f"{trust.at('amina')}/absences", new(trust, "absences"), expect=201)
    dates = {"from": "2026-12-07", "to": "2027-01-15"}
    for who in ("helen", "ben", "sil", "ceo"):
        (seen,) = trust.as_(who).get(trust.at("amina")).get_json()["absences"]
        assert seen == {"id": seen["id"], **dates}, who
    for who in ("hr", "amina"):
        (seen,) = trust.as_(who).get(trust.at("amina")).get_json()["absences"]
        assert seen["reason"] == "sickness"
    assert "sickness" not in str(trust.events("amina"))
    assert [one["from"] for one in trust.events("amina")[-1]["data"]["state"]["absences"]] == ["2026-12-07"]


def test_a_move_ends_what_she_answered_for_and_the_listeners_hear_the_last_day(trust: Any) -> None:
    trust.hr("POST", f"{trust.at('amina')}/responsibilities", new(trust, "responsibilities"), expect=201)
    (kept,) = trust.move("amina", "ash", "2027-01-04")["responsibilities"]
    assert (kept["to"], kept["until"]) == (None, "2027-01-03")
    (said,) = trust.events("amina")[-1]["data"]["state"]["responsibilities"]
    assert said["to"] == "2027-01-03"
    assert "until" not in said


@pytest.mark.parametrize("post", ["year_group", "responsibility"])
def test_people_are_found_by_what_they_do_on_a_day(trust: Any, post: str) -> None:
    kind = {"year_group": "year-groups", "responsibility": "responsibilities"}[post]
    trust.hr("POST", f"{trust.at('amina')}/{kind}", new(trust, kind, to="2026-12-31"), expect=201)
    code = NEW[kind][post]
    assert trust.as_("hr").names(**{post: code}) == ["Amina"]
    assert trust.as_("hr").names(**{post: code, "on": "2027-01-01"}) == []
    assert trust.as_("hr").names(**{post: code, "organisation": trust.ids["ash"]}) == []


def test_a_head_names_her_delegate_herself_and_a_teacher_has_nothing_to_delegate(trust: Any) -> None:
    named = trust.as_("helen").post(f"{trust.at('helen')}/delegates", new(trust, "delegates"))
    assert named.status_code == 201
    assert named.get_json()["delegates"][0]["name"] == "Ben Okafor"
    refused = trust.as_("amina").post(f"{trust.at('amina')}/delegates", new(trust, "delegates"))
    assert (refused.status_code, refused.get_json()["type"].rpartition(":")[2]) == (409, "nothing-to-delegate")
    for who in ("helen", "ben", "sil"):
        assert trust.as_(who).post(f"{trust.at('amina')}/delegates", {}).status_code in (403, 404), who


@pytest.mark.parametrize(
    ("kind", "wrong", "pointer"),
    [
        ("responsibilities", {"responsibility": "wizard"}, "/responsibility"),
        ("responsibilities", {"responsibility": "Not A Code"}, "/responsibility"),
        ("responsibilities", {"to": "2026-08-31"}, "/to"),
        ("year-groups", {"year_group": "year_14"}, "/year_group"),
        ("year-groups", {"part": "watched"}, "/part"),
        ("absences", {"reason": None}, "/reason"),
        ("absences", {"from": "2026-02-30"}, "/from"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_changes_nothing(
    trust: Any, kind: str, wrong: dict[str, Any], pointer: str
) -> None:
    before = trust.person("amina")
    refused = trust.as_("hr").post(f"{trust.at('amina')}/{kind}", new(trust, kind, **wrong))
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.get_json()["errors"]] == [pointer]
    assert trust.person("amina") == before


def test_only_hr_records_facts_of_others(trust: Any) -> None:
    for who in ("amina", "helen", "ben", "sil", "ceo", "trustee"):
        for kind in ("responsibilities", "year-groups", "absences"):
            assert trust.as_(who).post(f"{trust.at('amina')}/{kind}", {}).status_code == 403, (who, kind)


def test_a_delegate_who_has_left_is_refused(trust: Any) -> None:
    trust.end("ben", "2026-11-30")
    refused = trust.as_("hr").post(f"{trust.at('helen')}/delegates", new(trust, "delegates"))
    assert refused.get_json()["type"].rpartition(":")[2] == "delegate-left"
