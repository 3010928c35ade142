"""Subject access is complete: an archive holds every canary of its subject, and no canary of anybody else.

And no collection of either service holds a word of somebody that is neither answered nor has a reason not to be.
"""

import io
import re
import zipfile
from functools import cache
from typing import TYPE_CHECKING, Any

import bson
import pytest

from servicekit import archive

if TYPE_CHECKING:
    from tests.integration.conftest import Canary, Trust

pytestmark = pytest.mark.engines

SUBJECTS = ("teacher", "leaver")
PLANNING = {"talent review", "candidate"}
# What is answered, by collection: what of it is in which section, the services' own tests say.
ANSWERED = {
    *("people", "changes", "merges", "different", "strengths", "aspirations", "talent_reviews", "candidates"),
    *("records", "people.g", "reads", "imports", "import_rows", "dead_letters", "rebuilds", "import_mappings"),
}
# What is not, and why.
BESIDE = {
    "outbox": "events that repeat the record, for a week",
    "uploads.chunks": "an imported file, for a day",
    "erasures": "that somebody was erased, of whom nothing else is left",
    "work": "work that is due, by the id of whoever it is about; for 30 days",
}


@cache
def answers(trust: "Trust", subject: str) -> list[dict[str, Any]]:
    """What both services answer data protection about somebody."""
    asked = {"person": trust.person(subject), "reason": "Request of 3 November"}
    return [trust.send("data_protection", service, "POST", "/v1/subject-access", asked) for service in ("staff", "cpd")]


def files(trust: "Trust", subject: str, *, withheld: bool = False) -> dict[str, str]:
    """The archive of somebody, file by file."""
    made = archive.made(answers(trust, subject), by="dpo", withheld=withheld)
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        return {name: opened.read(name).decode() for name in opened.namelist()}


def holding(text: str, canaries: "list[Canary]") -> list[str]:
    """What of these canaries a text holds."""
    return [f"{one.what} of {one.subject}" for one in canaries if one.text.lower() in text.lower()]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_an_archive_holds_every_canary_of_its_subject_and_none_of_anybody_else(trust: "Trust", subject: str) -> None:
    theirs = [one for one in trust.canaries if one.subject == subject]
    # Codes and dates stand in everybody's archive; what is a canary's alone is a word that nobody else has.
    others = [one for one in trust.canaries if one.subject != subject and one.text[0] == "Q"]

    found = files(trust, subject)

    data = "\n".join(text for name, text in found.items() if name.startswith("data/"))
    assert len(theirs) >= 12
    assert holding(data, theirs) == [f"{one.what} of {one.subject}" for one in theirs]
    words = [one for one in theirs if one.text[0] == "Q"]
    assert holding(found["index.html"], words) == [f"{one.what} of {one.subject}" for one in words]
    for name, text in found.items():
        assert holding(text, others) == [], name


def test_without_planning_neither_it_nor_a_look_at_it_is_there(trust: "Trust") -> None:
    for path in (f"/v1/people/{trust.person('teacher')}/talent-reviews", "/v1/talent-overview"):
        trust.read("sil", "staff", path)
    answers.cache_clear()
    planned = [one for one in trust.canaries if one.what in PLANNING]
    theirs = [one for one in trust.canaries if one.subject == "teacher" and one.what not in PLANNING]

    whole, found = files(trust, "teacher"), files(trust, "teacher", withheld=True)

    given = "\n".join(text for name, text in found.items() if name != "README.txt")
    assert "list_talent_reviews" in whole["data/staff/looks.json"]
    assert holding(given, planned) == []
    assert len(holding(given, theirs)) == len(theirs)
    for word in ("list_talent_reviews", "read_talent_overview", "talent review", "succession"):
        assert word not in given


@pytest.mark.parametrize("service", ["staff", "cpd"])
def test_no_collection_holds_a_word_of_somebody_that_nobody_thought_of(trust: "Trust", service: str) -> None:
    database = trust.running.databases[service]
    words = [one.text for one in trust.canaries if one.subject == "teacher" and one.text[0] == "Q"]
    sought = [word.encode() for text in (*words, trust.person("teacher")) for word in {text, text.lower()}]

    holding_some = {
        name
        for name in database.list_collection_names()
        for document in database[name].find()
        if any(word in bson.encode(document) for word in sought)
    }

    assert {"reads", "people" if service == "staff" else "records"} <= holding_some
    assert {re.sub("[0-9]+$", "", name) for name in holding_some} - ANSWERED - BESIDE.keys() == set()
