"""Erasing somebody at a terminal: a look first, a question, and every service in the end."""

import json
from typing import Any

import pytest

from servicekit.testing import wait_until

pytestmark = pytest.mark.engines

WHO = "teacher.elm@oaktrees.example"


@pytest.fixture
def leaver(acorn: Any) -> str:
    """The id of a teacher with CPD who has left."""
    acorn.run("demo", "load", "--quiet")
    acorn.run("sign-in", "--as", "hr@oaktrees.example")
    person = json.loads(acorn.run("people", "show", WHO, "--json").stdout)
    if not person["appointments"][-1]["to"]:
        acorn.run("people", "leave", WHO, "--on", "2026-11-20", "--reason", "retired")
    acorn.run("sign-in", "--as", "dataprotection@oaktrees.example")
    return str(person["id"])


def test_somebody_is_erased_from_every_service_after_a_question(acorn: Any, leaver: str) -> None:
    shown = acorn.says("erasure", "show", leaver)
    assert shown[0] == "Amina Yusuf:"
    assert shown[2].startswith("staff")
    assert "records" in shown[3]

    asked = acorn.run("erasure", "start", leaver, "--reason", "Request 2026-3", expect=1)
    assert "Erase all of it? It cannot be undone." in asked.stdout
    assert acorn.says("erasure", "show", leaver) == shown

    assert acorn.says("erasure", "start", leaver, "--reason", "Request 2026-3", "--yes") == ["Erased in staff and cpd."]
    after = acorn.says("erasure", "show", leaver)
    assert all("nothing" in line and "2026-11-23" in line for line in after[1:])
    again = acorn.says("erasure", "start", leaver, "--reason", "Request 2026-3")
    assert again == ["Erased in staff and cpd."], "whoever was erased is asked about no more"
    acorn.run("sign-in", "--as", "hr@oaktrees.example")
    assert "Yusuf" not in acorn.run("people", "find", "yusuf").stdout


def test_who_works_here_and_who_may_not_are_told_so(acorn: Any) -> None:
    acorn.run("demo", "load", "--quiet")
    acorn.run("sign-in", "--as", "hr@oaktrees.example")
    other = json.loads(acorn.run("people", "show", "head.ash@oaktrees.example", "--json").stdout)["id"]
    assert "does not cover" in acorn.refuses("erasure", "show", other)
    acorn.run("sign-in", "--as", "dataprotection@oaktrees.example")

    assert "record is needed" in acorn.refuses("erasure", "start", other, "--reason", "Request 2026-4", "--yes")


def test_what_is_due_is_shown_and_goes_only_as_it_was_shown(acorn: Any, running: Any) -> None:
    acorn.run("demo", "load", "--quiet")
    acorn.run("sign-in", "--as", "sil@oaktrees.example")
    acorn.run("talent", "review", "head.elm@oaktrees.example", "--readiness", "now", "--risk", "low")
    acorn.run("sign-in", "--as", "dataprotection@oaktrees.example")
    assert acorn.says("disposal", "show")[-1] == "Nothing is due."
    running.staff["talent_reviews"].update_many({}, {"$set": {"on": "2019-01-07"}})

    assert acorn.says("disposal", "show")[2].split() == ["talent", "reviews", "3", "years", "2023-11-23", "1"]
    assert "Of talent reviews 1 is due now" in acorn.refuses("disposal", "start", "talent_reviews", "--due", "7")
    assert acorn.says("disposal", "start", "talent_reviews", "--due", "1")[0].startswith("Begun: talent reviews, 1.")
    wait_until(lambda: running.staff["talent_reviews"].count_documents({}) == 0, what="the review is gone")
