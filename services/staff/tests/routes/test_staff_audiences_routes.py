"""Audiences over HTTP: previewed by those who plan, explained for one person, never beyond whom they may see."""

from typing import Any

import pytest

TEACHERS = {"post": ["teacher"]}


def preview(trust: Any, who: str, rule: Any, expect: int = 200, **more: Any) -> dict[str, Any]:
    """What somebody is shown of an audience."""
    response = trust.as_(who).post("/audiences/preview", {"rule": rule, **more})
    assert response.status_code == expect, response.get_data(as_text=True)
    return dict(response.get_json())


def names(shown: dict[str, Any]) -> list[str]:
    """The given names of those meant."""
    return [one["given_name"] for one in shown["items"]]


def test_each_reader_sees_those_meant_whom_they_may_see(trust: Any) -> None:
    for who, meant in (
        ("hr", ["Olu", "Amina"]),
        ("sil", ["Olu", "Amina"]),
        ("helen", ["Amina"]),
        ("ben", ["Olu", "Amina"]),
        ("hugo", ["Olu"]),
    ):
        shown = preview(trust, who, TEACHERS)
        assert (names(shown), shown["count"]) == (meant, len(meant)), who
        assert shown["sentence"] == "People whose post is Teacher."
    preview(trust, "trustee", TEACHERS, expect=403)


def test_an_audience_changes_at_midnight_with_no_event(trust: Any) -> None:
    there = {"post": ["teacher"], "at": {"organisation": [trust.ids["ash"]]}}
    trust.move("amina", "ash", "2027-01-04")
    assert names(preview(trust, "hr", there, on="2027-01-03")) == ["Olu"]
    assert names(preview(trust, "hr", there, on="2027-01-04")) == ["Olu", "Amina"]


def test_a_responsibility_ends_with_the_last_day_there(trust: Any) -> None:
    lead = {"responsibility": "english_lead", "organisation": trust.ids["elm"], "from": "2026-09-01"}
    trust.hr("POST", f"{trust.at('amina')}/responsibilities", lead, expect=201)
    trust.move("amina", "ash", "2027-01-04")
    rule = {"responsibility": ["english_lead"]}
    assert names(preview(trust, "hr", rule, on="2027-01-03")) == ["Amina"]
    assert names(preview(trust, "hr", rule, on="2027-01-04")) == []


def test_a_rule_that_means_nobody_or_everybody_is_remarked_on(trust: Any) -> None:
    assert preview(trust, "hr", {"kind": ["governor"]})["remark"] == "Nobody whom you may see is meant on 2026-11-23."
    everybody = preview(trust, "hr", {"not": {"absent": True}})
    assert everybody["remark"] == "Everybody whom you may see is meant on 2026-11-23."
    assert preview(trust, "hr", TEACHERS)["remark"] is None


def test_pages_follow_one_another_and_the_count_is_of_all(trust: Any) -> None:
    first = trust.as_("hr").send("POST", "/audiences/preview?limit=1", {"rule": TEACHERS}).get_json()
    assert (names(first), first["count"]) == (["Olu"], 2)
    path = f"/audiences/preview?limit=1&cursor={first['next']}"
    assert names(trust.as_("hr").send("POST", path, {"rule": TEACHERS}).get_json()) == ["Amina"]
    other = trust.as_("hr").send("POST", path, {"rule": {"post": ["senco"]}})
    assert other.status_code == 400


def test_it_is_explained_why_somebody_is_in_or_out(trust: Any) -> None:
    at = f"{trust.at('amina')}/audience-explanation"
    rule = {"all": [TEACHERS, {"year_group": ["year_6"]}]}
    told = trust.as_("helen").post(at, {"rule": rule}).get_json()
    assert told["meant"] is False
    assert told["sentence"] == "Amina Yusuf does not belong to this audience on 23 November 2026."
    assert [one["sentence"] for one in told["conditions"]] == [
        "Amina Yusuf is one of the people whose post is Teacher, at Elm Primary Academy, from 1 September 2019.",
        "Amina Yusuf is not one of the people who teach or lead Year 6.",
    ]
    assert trust.as_("hugo").post(at, {"rule": rule}).status_code == 404
    assert (trust.reads()[-1][1], trust.reads()[-1][2]) == ([trust.ids["amina"]], "explain_audience")


@pytest.mark.parametrize(
    ("rule", "pointer"),
    [({"post": ["Teacher!"]}, "/rule/post/0"), ({"all": [{"wizard": True}]}, "/rule/all/0"), ({}, "/rule")],
)
def test_a_rule_that_says_nothing_is_refused_where_it_stands(trust: Any, rule: Any, pointer: str) -> None:
    refused = preview(trust, "hr", rule, expect=422)
    assert [one["pointer"] for one in refused["errors"]] == [pointer]


def test_who_is_shown_is_on_record(trust: Any) -> None:
    preview(trust, "sil", TEACHERS)
    who, people, what = trust.reads()[-1]
    assert (set(people), what) == ({trust.ids["amina"], trust.ids["olu"]}, "preview_audience")
    assert "sil" in who
