"""Audiences: ticked or written, said in a sentence, counted, with the first people and why somebody is meant."""

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs

import pytest

AMINA = "01971281-3b20-7a4e-8f10-6c2d9e0b7a02"
ELM = "01971281-3b20-7a4e-8f10-6c2d9e0b7c01"
PATH = "/audiences"


def text(page: Any) -> str:
    """What a page shows."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2])).split())


@pytest.fixture(autouse=True)
def trust(staff: Any) -> None:
    """One academy, some terms, and one person who is meant by whatever rule."""
    elm = {"id": ELM, "name": "Elm", "kind": "academy", "phase": "Primary", "membership": "member"}
    terms = {"posts": ["teacher"], "responsibilities": ["english_lead"], "year_groups": ["year_2", "year_6"]}
    kept = [
        {"name": name, "terms": [{"code": one, "title": one.replace("_", " "), "retired_from": None} for one in codes]}
        for name, codes in terms.items()
    ]
    amina = {"id": AMINA, "given_name": "Amina", "family_name": "Yusuf"}
    person: dict[str, Any] = {**amina, "email": None, "appointments": [], "line_managers": []}
    no_more = {"next": None, "previous": None, "total": None}
    meant = {"items": [amina], "count": 30, "on": "2026-11-23", "sentence": "People who lead.", "remark": None}
    why = [{"holds": True, "sentence": "She leads."}, {"holds": False, "sentence": "She is not away."}]
    told = {"on": "2026-11-23", "meant": True, "sentence": "Amina belongs.", "conditions": why}
    staff.on("GET", "/v1/organisations", {"items": [elm], **no_more})
    staff.on("GET", "/v1/posts", {"items": []})
    staff.on("GET", "/v1/vocabularies", {"items": kept})
    staff.on("GET", "/v1/people", {"items": [person], **no_more})
    staff.on("POST", "/v1/audiences/preview", {**meant, **no_more})
    staff.on("POST", f"/v1/people/{AMINA}/audience-explanation", told)


@pytest.fixture
def sil(browser: Any) -> Any:
    """The School Improvement Lead."""
    return browser.sign_in("sil")


def test_who_sees_nobody_asks_about_nobody(browser: Any) -> None:
    assert browser.sign_in().get(PATH).status_code == 403
    assert browser.sign_in(manages=True).get(PATH).status_code == 200


def test_before_anything_is_ticked_nobody_is_asked_for(sil: Any, staff: Any) -> None:
    assert sil.get(PATH).status_code == 200
    assert "Tick whom you mean: a post" in text(sil.get(f"{PATH}?join=any&part="))
    assert staff.asked("POST", ".*") == []


TEACH = {"year_group": ["year_2", "year_6"], "part": "taught", "at": {"phase": ["Primary"]}}


@pytest.mark.parametrize(
    ("ticked", "rule"),
    [
        ({"responsibility": "english_lead"}, {"responsibility": ["english_lead"]}),
        ({"year_group": ["year_2", "year_6"], "part": "taught", "phase": "Primary"}, TEACH),
        ({"organisation": ELM}, {"at": {"organisation": [ELM]}}),
        (
            {"post": "teacher", "responsibility": "english_lead"},
            {"any": [{"post": ["teacher"]}, {"responsibility": ["english_lead"]}]},
        ),
        (
            {"post": "teacher", "year_group": "year_6", "join": "all", "organisation": ELM},
            {
                "all": [
                    {"post": ["teacher"], "at": {"organisation": [ELM]}},
                    {"year_group": ["year_6"], "at": {"organisation": [ELM]}},
                ]
            },
        ),
        (
            {"post": "teacher", "kind": "agency", "here": "y"},
            {"all": [{"post": ["teacher"]}, {"kind": ["agency"]}, {"not": {"absent": True}}]},
        ),
        ({"post": ["teacher", "nonsense"], "part": "nonsense"}, {"post": ["teacher"]}),
    ],
)
def test_what_is_ticked_is_a_rule(sil: Any, staff: Any, ticked: dict[str, Any], rule: dict[str, Any]) -> None:
    sil.get(PATH, query_string=ticked)

    assert staff.asked("POST", "/v1/audiences/preview")[0].body == {"rule": rule, "on": None}


def test_it_is_said_in_a_sentence_counted_and_shown(sil: Any, staff: Any) -> None:
    shown = sil.get(f"{PATH}?responsibility=english_lead&on-day=23&on-month=11&on-year=2026")

    assert "People who lead. 30 people on 23 November 2026." in text(shown)
    assert f'href="/people/{AMINA}">Amina Yusuf</a>' in shown.text
    assert "The first 1 by family name." in text(shown)
    assert unescape(re.findall(r"<textarea[^>]*>([^<]*)", shown.text)[0]).split() == [
        "{",
        '"responsibility":',
        "[",
        '"english_lead"',
        "]",
        "}",
    ]
    (asked,) = staff.asked("POST", ".*/preview")
    assert asked.body["on"] == "2026-11-23"
    assert parse_qs(asked.query)["limit"] == ["25"]


def test_why_somebody_is_meant_is_said_condition_by_condition(sil: Any, staff: Any) -> None:
    shown = text(sil.get(f"{PATH}?responsibility=english_lead&who=amina"))

    assert "Amina belongs. Yes She leads. No She is not away." in shown
    assert staff.asked("POST", ".*/audience-explanation")[0].body == {
        "rule": {"responsibility": ["english_lead"]},
        "on": None,
    }
    staff.on("GET", "/v1/people", {"items": [], "next": None})
    nobody = text(sil.get(f"{PATH}?responsibility=english_lead&who=zoe"))
    assert "Nobody who works here is found by “zoe”." in nobody


def test_a_day_that_is_none_asks_for_nobody(sil: Any, staff: Any) -> None:
    shown = sil.get(f"{PATH}?post=teacher&on-day=31&on-month=2&on-year=2027")

    assert shown.status_code == 422
    assert '<a href="#on-day">Day (optional) must be a real day' in shown.text
    assert staff.asked("POST", ".*") == []


def test_a_written_rule_is_asked_as_it_is(sil: Any, staff: Any) -> None:
    shown = sil.post(PATH, {"rule": '{"not": {"absent": true}}', "key": "k-1"})

    assert "30 people" in text(shown)
    assert staff.asked("POST", ".*/preview")[0].body == {"rule": {"not": {"absent": True}}, "on": None}


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("", "Write a rule."),
        ("{", "This cannot be read as JSON at line 1, character 2."),
        ("[" * 100_000, "This cannot be read as JSON"),
        ("[1]", "A rule is an object"),
    ],
)
def test_what_is_no_rule_is_said_beside_it(sil: Any, staff: Any, rule: str, sentence: str) -> None:
    shown = sil.post(PATH, {"rule": rule, "key": "k-1"})

    assert shown.status_code == 422
    assert f'<a href="#rule">{sentence}' in shown.text
    assert staff.asked("POST", ".*") == []


def test_what_the_service_refuses_of_a_rule_is_said_with_its_place(sil: Any, staff: Any) -> None:
    errors = [{"pointer": "/rule/any/0/post", "detail": "This is a list with something in it."}]
    problem = {"type": "urn:acorn:problem:invalid", "status": 422, "detail": "No.", "errors": errors}
    staff.on("POST", "/v1/audiences/preview", problem, status=422)

    written = sil.post(PATH, {"rule": '{"any": [{"post": []}]}', "key": "k-1"})
    ticked = sil.get(f"{PATH}?post=teacher")

    assert '<a href="#rule">At /any/0/post: This is a list with something in it.</a>' in written.text
    assert "This is a list with something in it." in text(ticked)
    assert (written.status_code, ticked.status_code) == (422, 422)
