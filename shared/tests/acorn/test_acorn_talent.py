"""The talent programme at a terminal: reviews, succession, strengths, retention, and who is refused."""

import json
from typing import Any

import pytest

pytestmark = pytest.mark.engines

BEN, ELM = "manager.elm@oaktrees.example", "990101"


@pytest.fixture
def at(acorn: Any) -> Any:
    """Sit down at a terminal as one of the demo trust: `at("sil")`."""
    acorn.run("demo", "load", "--quiet")

    def sit(who: str) -> Any:
        acorn.run("sign-in", "--as", f"{who}@oaktrees.example")
        return acorn

    return sit


def test_the_sil_reviews_names_a_candidate_and_sees_what_is_at_risk(at: Any) -> None:
    sil = at("sil")
    said = sil.says("talent", "review", BEN, "--readiness", "now", "--risk", "medium", "--next-post", "headteacher")
    assert said[0].endswith("Ben Okafor, ready now, medium risk of leaving.")
    assert sil.says("talent", "overview")[1].split()[:2] == ["Ben", "Okafor"]

    words = ("talent", "candidate", BEN, "--at", ELM)
    assert sil.says(*words, "--ready", "soon", "--developing", "Leads the budget") == [
        "Ben Okafor could follow as headteacher at Elm Primary Academy: soon."
    ]
    headship = next(line for line in sil.says("talent", "succession", "--academy", ELM) if "headteacher" in line)
    assert "Ben Okafor (soon)" in headship
    assert "one successor" in headship
    sil.says(*words, "--withdraw")
    (held, *_) = json.loads(sil.run("talent", "succession", "--academy", ELM, "--json").stdout)["items"]
    assert held["candidates"] == []
    assert "Say how soon" in sil.refuses(*words, expect=2)


def test_retention_and_strengths_are_shown_to_those_who_may(at: Any) -> None:
    hr = at("hr")
    everybody = hr.says("talent", "retention", "--year", "2025-26")[1]
    assert everybody.startswith("Everybody")
    assert everybody.endswith("%")
    assert hr.says("talent", "strengths") == ["Nobody whom you may see has said so yet."]
    assert "Your access does not cover this" in hr.refuses("talent", "succession")
