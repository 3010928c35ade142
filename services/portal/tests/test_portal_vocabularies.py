"""The trust's terms: read by everybody, added, renamed and retired by HR and the School Improvement Lead."""

import re
from html import unescape
from typing import Any

import pytest

HERE = "/vocabularies/responsibilities"
TERM = f"{HERE}/terms/english_lead"


def term(code: str, title: str, **more: Any) -> dict[str, Any]:
    """A term as the staff service answers it."""
    return {"code": code, "title": title, "former_titles": [], "retired_from": None, **more}


def text(page: Any) -> str:
    """What a page shows."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2])).split())


@pytest.fixture(autouse=True)
def kept(staff: Any) -> dict[str, Any]:
    """One vocabulary: a term that was called otherwise, a retired one, one that retires later."""
    was = [{"title": "Literacy lead", "until": "2024-08-31"}]
    terms = [
        term("english_lead", "English lead", former_titles=was),
        term("ict_lead", "ICT lead", retired_from="2020-09-01"),
        term("pe_lead", "PE lead", retired_from="2029-09-01"),
    ]
    found = {"id": "x", "name": "responsibilities", "terms": terms, "version": 1}
    staff.on("GET", "/v1/vocabularies", {"items": [found]})
    staff.on("GET", "/v1/vocabularies/responsibilities", found)
    staff.on("POST", "/v1/vocabularies/responsibilities/terms", found, status=201)
    staff.on("PATCH", "/v1/vocabularies/responsibilities/terms/.*", found)
    return found


def test_everybody_reads_them_and_is_offered_no_change(browser: Any) -> None:
    browser.sign_in()

    assert "Responsibilities 2 in use" in text(browser.get("/vocabularies"))
    shown = browser.get(HERE)
    assert "English lead english_lead Until 31 August 2024: Literacy lead" in text(shown)
    in_use, _, retired = text(shown).partition("Retired ")
    assert "PE lead" in in_use
    assert "ICT lead" in retired
    assert "/terms/" not in shown.text
    assert "Add a term" not in shown.text
    assert browser.get(TERM).status_code == 403
    assert browser.post(HERE, {"title": "Oracy lead", "key": "k-1"}).status_code == 403


@pytest.mark.parametrize("role", ["hr", "sil"])
def test_a_term_is_added(browser: Any, staff: Any, role: str) -> None:
    answer = browser.sign_in(role).post(HERE, {"title": "Oracy lead", "code": "", "why": "New.", "key": "k-1"})

    (sent,) = staff.asked("POST", ".*")
    assert (sent.body, sent.headers["Idempotency-Key"]) == ({"title": "Oracy lead", "why": "New."}, "k-1")
    assert answer.headers["Location"] == HERE


@pytest.mark.parametrize(("path", "method"), [(HERE, "POST"), (TERM, "PATCH")])
def test_a_name_that_another_term_has_is_refused_beside_its_field(
    browser: Any, staff: Any, path: str, method: str
) -> None:
    errors = [{"pointer": "/title", "detail": "“PE lead” is called so already. Choose other words."}]
    problem = {"type": "urn:acorn:problem:title-taken", "status": 409, "detail": "No.", "errors": errors}
    staff.answers.pop((method, "/v1/vocabularies/responsibilities/terms/.*"), None)
    staff.on(method, "/v1/vocabularies/responsibilities/terms.*", problem, status=409)
    staff.answers.pop((method, "/v1/vocabularies/responsibilities/terms"), None)

    answer = browser.sign_in("hr").post(path, {"title": "PE lead", "key": "k-1"})

    assert answer.status_code == 422
    assert '<a href="#title">“PE lead” is called so already. Choose other words.</a>' in answer.text
    assert re.search(r'name="title"[^>]*value="PE lead"', answer.text)


def test_only_what_changed_of_a_term_is_sent_and_told(browser: Any, staff: Any) -> None:
    hr = browser.sign_in("hr")
    day = {"retired_from-day": "1", "retired_from-month": "9", "retired_from-year": "2027"}

    def told(path: str, **typed: str) -> str:
        return text(hr.post(path, {"title": "English lead", "key": "k-1", **typed}, follow_redirects=True))

    assert "Nothing is changed yet." in told(TERM)
    renamed = told(TERM, title="English and oracy lead", why="Wider.")
    assert "English lead is called English and oracy lead from today on." in renamed
    assert "Nothing new is recorded with English lead from 1 September 2027 on." in told(TERM, **day)
    again = told(f"{HERE}/terms/pe_lead", **{**dict.fromkeys(day, ""), "title": "PE lead"})
    assert "PE lead is in use again." in again
    assert [sent.body for sent in staff.asked("PATCH", ".*")] == [
        {"title": "English and oracy lead", "why": "Wider."},
        {"retired_from": "2027-09-01"},
        {"retired_from": None},
    ]


def test_a_term_that_is_not_there_is_no_page(browser: Any) -> None:
    assert browser.sign_in("hr").get(f"{HERE}/terms/nonsense").status_code == 404
    assert browser.get("/vocabularies/nonsense").status_code == 404
