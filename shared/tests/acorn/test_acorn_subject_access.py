"""A subject access request answered at a terminal, and the search of who looked at whom, by data protection."""

import io
import json
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from servicekit import archive

pytestmark = pytest.mark.engines

AMINA, REASON = "teacher.elm@oaktrees.example", "Request of 3 November"


@pytest.fixture
def at(acorn: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Sit down at a terminal as one of the demo trust, in a folder of its own: `at("hr")`."""
    acorn.run("demo", "load", "--quiet")
    monkeypatch.chdir(tmp_path)

    def sit(who: str) -> Any:
        acorn.run("sign-in", "--as", f"{who}@oaktrees.example")
        return acorn

    return sit


def files(file: Path) -> dict[str, str]:
    """The files of an archive."""
    with zipfile.ZipFile(file) as opened:
        return {name: opened.read(name).decode() for name in opened.namelist()}


def test_one_archive_has_what_every_service_holds(at: Any, tmp_path: Path) -> None:
    sil = at("sil")
    sil.run("talent", "review", AMINA, "--readiness", "now", "--risk", "low", "--next-post", "headteacher")

    said = at("dataprotection").says("subject-access", AMINA, "--reason", REASON, "--output", "amina.zip")

    file = tmp_path / "amina.zip"
    assert said[0].startswith("Amina Yusuf (")
    assert said[0].endswith(" entries of staff and cpd, in amina.zip.")
    assert file.stat().st_mode & 0o777 == 0o600
    found = files(file)
    assert {"README.txt", "index.html", "data/staff/person.json", "data/cpd/records.json"} <= found.keys()
    assert json.loads(found["data/staff/person.json"])["items"][0]["email"] == AMINA
    assert len(json.loads(found["data/cpd/records.json"])["items"]) > 3
    assert "talent review" in found["data/staff/management_planning.json"]
    assert "dataprotection@oaktrees.example" in found["README.txt"]
    assert REASON not in "".join(found.values())
    assert "Ben Okafor" in found["index.html"]
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".amina")] == []


def test_planning_and_the_looks_that_tell_of_it_can_be_left_out(at: Any, tmp_path: Path) -> None:
    sil = at("sil")
    sil.run("talent", "review", AMINA, "--readiness", "now", "--risk", "low")
    sil.run("talent", "overview")

    at("dataprotection").says(
        "subject-access", AMINA, "--reason", REASON, "--without-planning", "--output", "without.zip"
    )

    found = files(tmp_path / "without.zip")
    shown = {name: text for name, text in found.items() if name != "README.txt"}
    assert "data/staff/management_planning.json" not in found
    assert [name for name, text in shown.items() if "talent" in text.lower() and "acts" not in name] == []
    assert "confidential" not in found["data/staff/looks.json"].partition("items")[2]
    assert "left out" in found["README.txt"]


def test_a_file_is_never_written_over_unasked(at: Any, tmp_path: Path) -> None:
    officer = at("dataprotection")
    there = tmp_path / "there.zip"
    there.write_text("mine")
    asked = ("subject-access", AMINA, "--reason", REASON, "--output", "there.zip")

    assert "there.zip is there already" in officer.refuses(*asked)
    assert there.read_text() == "mine"
    officer.says(*asked, "--force")
    assert "index.html" in files(there)
    assert "cannot be written" in officer.refuses(*asked[:-1], "nowhere/a.zip")


def test_without_a_name_the_file_is_named_by_day_and_id(at: Any, tmp_path: Path) -> None:
    officer = at("dataprotection")
    said = officer.says("subject-access", AMINA, "--reason", REASON)

    (made,) = tmp_path.glob("subject-access-2026-11-23-*.zip")
    assert said[0].endswith(f"in {made.name}.")
    assert "is there already" in officer.refuses("subject-access", AMINA, "--reason", REASON)


def test_where_a_service_is_away_there_is_no_archive(at: Any, tmp_path: Path) -> None:
    said = at("dataprotection").refuses(
        "subject-access", AMINA, "--reason", REASON, "--output", "a.zip", ACORN_CPD_URL="http://127.0.0.1:9"
    )

    assert "The cpd service at http://127.0.0.1:9 does not answer." in said
    assert said.endswith("No archive was made.\n")
    assert list(tmp_path.glob("*.zip")) == []


@pytest.mark.parametrize("who", ["hr", "sil", "head.elm", "teacher.elm"])
def test_nobody_else_may_ask(at: Any, tmp_path: Path, who: str) -> None:
    somebody = at(who)
    assert "Your access does not cover this" in somebody.refuses("subject-access", AMINA, "--reason", "Curious")
    assert "Your access does not cover this" in somebody.refuses("people", "reads", "--of", AMINA)
    assert list(tmp_path.glob("*.zip")) == []


def test_who_is_meant_is_said_in_each_way_and_refused_in_words(at: Any) -> None:
    officer = at("dataprotection")
    assert "Nobody has this TRN" in officer.refuses("subject-access", "7654321", "--trn", "--reason", REASON)
    assert "Nobody has this employee number" in officer.refuses("subject-access", "none", "--reason", REASON)
    assert "--reason" in officer.refuses("subject-access", AMINA, "--reason", " ")
    assert "--reason" in officer.refuses("subject-access", AMINA, expect=2)


def test_data_protection_searches_who_looked_in_every_service(at: Any) -> None:
    at("hr").run("people", "show", AMINA)
    at("manager.elm").run("cpd", "history", AMINA)

    officer = at("dataprotection")
    looked = officer.says("people", "reads", "--of", AMINA, "--from", "2026-11-23", "--to", "2026-11-23")
    assert any("read_person" in line and "staff" in line for line in looked)
    assert any("read_history" in line and "Ben Okafor" in line for line in looked)
    by = json.loads(officer.run("people", "reads", "--by", "manager.elm@oaktrees.example", "--json").stdout)
    assert {read["by"]["name"] for read in by} == {"Ben Okafor"}
    (confidential, *_) = officer.says("people", "reads", "--of", AMINA, "--operation", "search_reads")[1:]
    assert confidential.split()[-2:] == ["1", "yes"]
    assert officer.says("people", "reads", "--of", AMINA, "--to", "2020-01-01") == ["Nobody has looked."]
    assert "not both" in officer.refuses("people", "reads", AMINA, "--of", AMINA, expect=2)
    assert "go with --of or --by" in officer.refuses("people", "reads", "--to", "2026-11-23", expect=2)


class Seen(HTMLParser):
    """The tags and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def answered(*items: Any, name: str = "notes", why: str = "So.") -> list[dict[str, Any]]:
    """Answers of one service about Amina, with a section of these items."""
    person = {"given_name": "Amina", "family_name": "<script>Yusuf"}
    sections = [("person", [person]), (name, list(items))]
    told = [{"name": each, "title": each.title(), "why": why, "items": held} for each, held in sections]
    return [{"person": "1", "service": "staff", "at": "2026-06-23T09:00:00.000Z", "sections": told}]


def page(*items: Any) -> Seen:
    """The page about somebody of whom these are held."""
    with zipfile.ZipFile(io.BytesIO(archive.made(answered(*items), by="dpo", withheld=False))) as opened:
        return Seen(opened.read("index.html").decode())


def test_the_page_has_tables_plain_words_and_no_script() -> None:
    seen = page(
        {
            "at": "2026-06-23T09:00:00.000Z",
            "on": "2026-01-05",
            "what": "ill_health",
            "yes": True,
            "fte": 0.5,
            "id": "7",
        },
        {"at": None, "on": None, "what": "staff.person-moved.v1", "text": "<script>alert(1)</script>\nsecond"},
    )

    assert "script" not in seen.tags
    assert {"h1", "h2", "h3", "table", "th", "main", "nav"} <= set(seen.tags)
    for text in ("23 June 2026, 10:00", "5 January 2026", "ill health", "person moved", "0.5", "FTE", "When"):
        assert text in seen.texts, text
    assert "<script>alert(1)</script>" in seen.texts, "what somebody typed is text"
    assert "7" not in seen.texts


def test_ids_are_for_machines() -> None:
    id_ = "01971281-3b20-7a4e-8f10-6c2d9e0b7a11"
    seen = page({"person": id_, "field": f"appointments/{id_}/reason"})

    assert id_ not in "".join(seen.texts)
    assert "appointments/reason" in seen.texts


def test_what_holds_other_things_is_a_table_in_a_table() -> None:
    seen = page({"posts": [{"post": "teacher", "days": ["mon", "tue"]}], "empty": [], "nothing": None})

    assert seen.tags.count("table") == 3
    assert "mon, tue" in "".join(seen.texts)
    assert "Empty" not in seen.texts


def test_an_empty_section_says_so() -> None:
    assert "Nothing is held." in page().texts
