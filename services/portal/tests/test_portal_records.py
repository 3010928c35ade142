"""One CPD record: declared, seen, changed while others change it, withdrawn."""

import re
from typing import Any

import pytest

PERSON = "01971281-3b20-7a4e-8f10-6c2d9e0b7a11"
OTHER = "01971281-3b20-7a4e-8f10-6c2d9e0b7a22"
RECORD = "01971281-3b20-7a4e-8f10-6c2d9e0b7b01"
BEN = "person:01971281-3b20-7a4e-8f10-6c2d9e0b7a33"
PAGE = f"/people/{PERSON}/records/{RECORD}"
TYPED = {
    "key": "k-1",
    "title": " Phonics in Reception ",
    "kind": "course",
    "date-day": "2",
    "date-month": "March",
    "date-year": "2026",
    "hours": "1,5",
    "topics": ["phonics", "early_reading"],
    "reflection": "Line one\r\nLine two",
}


def record(**said: Any) -> dict[str, Any]:
    """A record as the CPD service answers it."""
    plain = {
        "id": RECORD,
        "person": PERSON,
        "title": "Phonics in Reception",
        "kind": "course",
        "topics": ["phonics"],
        "date": "2026-03-02",
        "ends": None,
        "hours": 3.0,
        "provider": None,
        "reflection": None,
        "impact": None,
        "academic_year": "2025-26",
        "source": {"kind": "declared", "reference": None},
        "state": "declared",
        "verification": None,
        "query": None,
        "withdrawal": None,
        "declared_by": f"person:{PERSON}",
        "declared_by_name": "Amina Yusuf",
        "declared_at": "2026-03-02T16:00:00.000Z",
        "changed_at": "2026-03-02T16:00:00.000Z",
        "version": 1,
        "may_verify": False,
        "judgements": [],
        "amendments": [],
    }
    return {**plain, **said}


def correction(**typed: Any) -> dict[str, Any]:
    """What a form of change sends of the record as it was declared, but for what was typed."""
    left = {
        "title": "Phonics in Reception",
        "kind": "course",
        "topics": "phonics",
        "date-day": "2",
        "date-month": "3",
        "date-year": "2026",
        "hours": "3",
        "why": "I read the certificate wrong",
        "version": "1",
        "key": "k-1",
    }
    return {**left, **typed}


def stale(_: Any) -> tuple[int, Any]:
    """Refuse a change because the record is at another version."""
    return 412, {"type": "urn:acorn:problem:stale-version", "status": 412, "detail": "It has changed."}


def value(page: str, name: str) -> str:
    """What stands in an input of a page."""
    found = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    assert found is not None, f"no input {name}"
    return re.search(r'value="([^"]*)"', found[0])[1] if 'value="' in found[0] else ""  # type: ignore[index]


@pytest.fixture(autouse=True)
def one_record(cpd: Any, staff: Any) -> None:
    """A record that waits, and somebody else."""
    cpd.on("GET", f"/v1{PAGE}", record())
    staff.on("GET", f"/v1/people/{OTHER}", {"given_name": "Zoë", "family_name": "O’Brien"})


def test_a_record_is_declared_on_one_page_with_one_button(browser: Any, cpd: Any) -> None:
    page = browser.sign_in().get("/records/new")

    assert page.status_code == 200
    buttons = re.findall(r'<button type="submit"[^>]*>\s*([^<]*?)\s*</button>', page.text)
    assert buttons == ["Sign out", "Record"]
    assert cpd.calls == []


def test_what_was_declared_is_sent_as_the_service_takes_it(browser: Any, cpd: Any) -> None:
    cpd.on("POST", f"/v1/people/{PERSON}/records", record(hours=1.5), status=201)

    answer = browser.sign_in().post("/records/new", TYPED)

    sent = cpd.asked("POST", ".*/records")[0]
    assert sent.body == {
        "title": "Phonics in Reception",
        "kind": "course",
        "topics": ["early_reading", "phonics"],
        "date": "2026-03-02",
        "ends": None,
        "hours": 1.5,
        "provider": None,
        "reflection": "Line one\nLine two",
        "impact": None,
    }
    assert sent.headers["Idempotency-Key"] == "k-1"
    assert answer.headers["Location"] == PAGE


def test_whoever_declared_sees_what_and_what_follows(browser: Any, cpd: Any) -> None:
    cpd.on("POST", f"/v1/people/{PERSON}/records", record(hours=1.5), status=201)

    page = browser.sign_in().post("/records/new", TYPED, follow_redirects=True).text

    assert "Recorded: Phonics in Reception, 1.5 hours in 2025-26. It waits for somebody to verify it." in page


def test_a_form_that_lacks_something_says_all_of_it_and_asks_no_service(browser: Any, cpd: Any) -> None:
    answer = browser.sign_in().post("/records/new", {"key": "k-1", "hours": "a few"})

    assert answer.status_code == 422
    for href, sentence in (
        ("title", "Enter a title."),
        ("kind", "Choose a kind of CPD."),
        ("date-day", "Enter the date."),
        ("hours", "Hours must be a number, such as 1.5."),
    ):
        assert f'<a href="#{href}">{sentence}</a>' in answer.text
    assert "<title>Error: Record CPD" in re.sub(r"\s+", " ", answer.text).replace("<title> ", "<title>")
    assert cpd.calls == []


def test_a_refusal_stands_beside_its_field_and_what_was_typed_stays(browser: Any, cpd: Any) -> None:
    refusal = {
        "type": "urn:acorn:problem:day-refused",
        "status": 422,
        "detail": "Two fields.",
        "errors": [
            {"pointer": "/ends", "detail": "2026-12-03 has not come yet"},
            {"pointer": "/title", "detail": "Length must be between 1 and 200."},
        ],
    }
    cpd.on("POST", f"/v1/people/{PERSON}/records", refusal, status=422)

    page = browser.sign_in().post("/records/new", TYPED).text

    assert '<a href="#ends-day">3 December 2026 has not come yet</a>' in page
    assert '<a href="#title">Title must have 200 characters at most.</a>' in page
    assert re.search(r"<details[^>]* open>\s*<summary[^>]*>\s*<span[^>]*>\s*It took several days", page)
    assert value(page, "hours") == "1,5"
    assert value(page, "key") not in ("", "k-1")


def test_an_old_page_with_other_answers_says_what_became_of_the_first(browser: Any, cpd: Any) -> None:
    refusal = {"type": "urn:acorn:problem:idempotency-key-reused", "status": 409, "detail": "The key was used."}
    cpd.on("POST", f"/v1/people/{PERSON}/records", refusal, status=409)

    page = browser.sign_in().post("/records/new", TYPED).text

    assert "You have already sent this page with other answers, and those were saved." in page
    assert value(page, "key") not in ("", "k-1")


def test_what_was_typed_stays_while_the_service_is_away_and_is_sent_once(browser: Any, cpd: Any) -> None:
    cpd.on("POST", f"/v1/people/{PERSON}/records", {"status": 503}, status=503)

    answer = browser.sign_in().post("/records/new", TYPED)

    assert answer.status_code == 503
    assert "CPD records cannot be reached right now, so nothing was saved." in answer.text
    assert (value(answer.text, "title"), value(answer.text, "key")) == ("Phonics in Reception", "k-1")


def test_hr_declares_for_somebody_by_name(browser: Any, cpd: Any) -> None:
    cpd.on("POST", f"/v1/people/{OTHER}/records", record(person=OTHER), status=201)
    browser.sign_in("hr")

    page = browser.get(f"/people/{OTHER}/records/new").text
    answer = browser.post(f"/people/{OTHER}/records/new", TYPED)

    assert "Record CPD for Zoë O’Brien</h1>" in page
    assert "What they took from it" in page
    assert answer.headers["Location"] == f"/people/{OTHER}/records/{RECORD}"


@pytest.mark.parametrize("step", ["new", f"{RECORD}/change", f"{RECORD}/withdraw"])
def test_only_hr_writes_the_records_of_others(browser: Any, cpd: Any, step: str) -> None:
    assert browser.sign_in("sil", manages=True).get(f"/people/{OTHER}/records/{step}").status_code == 403
    assert cpd.calls == []


def test_a_record_tells_its_question_and_how_to_answer_it(browser: Any, cpd: Any) -> None:
    query = {"by": BEN, "by_name": "Ben Okafor", "at": "2026-03-03T09:05:00.000Z", "question": "<b>All</b> day?"}
    cpd.on("GET", f"/v1{PAGE}", record(state="queried", query=query))

    page = browser.sign_in().get(PAGE).text

    assert "<strong>Ben Okafor asked</strong> on 3 March 2026, 9:05am:" in page
    assert "“&lt;b&gt;All&lt;/b&gt; day?”" in page
    assert f'href="{PAGE}/change">Answer: change the record</a>' in page


def test_who_may_verify_a_record_is_offered_to(browser: Any, cpd: Any) -> None:
    theirs = f"/people/{OTHER}/records/{RECORD}"
    cpd.on("GET", f"/v1{theirs}", record(person=OTHER, may_verify=True, version=7))

    page = browser.sign_in(manages=True).get(theirs).text

    assert f'<form method="post" action="{theirs}/verify"' in page
    assert value(page, "version") == "7"
    assert f'href="{theirs}/query"' in page
    assert f"{theirs}/change" not in page


@pytest.mark.parametrize(
    ("roles", "manages", "offered"),
    [((), True, True), (("hr",), False, True), (("sil",), True, False), ((), False, False)],
)
def test_who_judges_may_still_ask_about_a_verified_record(
    browser: Any, cpd: Any, roles: tuple[str, ...], manages: bool, offered: bool
) -> None:
    theirs = f"/people/{OTHER}/records/{RECORD}"
    verification = {"by": BEN, "by_name": "Ben Okafor", "at": "2026-03-03T09:05:00.000Z"}
    cpd.on("GET", f"/v1{theirs}", record(person=OTHER, state="verified", verification=verification))

    page = browser.sign_in(*roles, manages=manages).get(theirs).text

    assert (f'href="{theirs}/query"' in page) is offered
    assert f"{theirs}/verify" not in page


def test_a_queried_record_is_verified_or_waits_for_its_answer(browser: Any, cpd: Any) -> None:
    theirs = f"/people/{OTHER}/records/{RECORD}"
    query = {"by": BEN, "by_name": "Ben Okafor", "at": "2026-03-03T09:05:00.000Z", "question": "All day?"}
    cpd.on("GET", f"/v1{theirs}", record(person=OTHER, state="queried", query=query, may_verify=True))

    page = browser.sign_in(manages=True).get(theirs).text

    assert f"{theirs}/verify" in page
    assert f"{theirs}/query" not in page


def test_a_withdrawn_record_offers_nothing_more(browser: Any, cpd: Any) -> None:
    taken = {"by": BEN, "by_name": None, "at": "2026-03-03T09:05:00.000Z", "why": "Twice", "before": "declared"}
    cpd.on("GET", f"/v1{PAGE}", record(state="withdrawn", withdrawal=taken, version=2))
    browser.sign_in()

    page = browser.get(PAGE).text

    assert "Withdrawn by somebody who has no staff record on 3 March 2026, 9:05am" in page
    assert f"{PAGE}/change" not in page
    assert browser.get(f"{PAGE}/change").headers["Location"] == PAGE


def test_a_record_that_is_not_there_is_not_found(browser: Any) -> None:
    answer = browser.sign_in().get(f"/people/{PERSON}/records/{OTHER}")

    assert (answer.status_code, "Page not found" in answer.text) == (404, True)


def test_a_correction_is_of_the_version_that_was_read(browser: Any, cpd: Any) -> None:
    cpd.on("PATCH", f"/v1{PAGE}", record(version=2, hours=4.0))

    answer = browser.sign_in().post(f"{PAGE}/change", correction(hours="4"))

    sent = cpd.asked("PATCH", ".*")[0]
    assert (sent.headers["If-Match"], sent.headers["Idempotency-Key"]) == ('"1"', "k-1")
    assert (sent.body["hours"], sent.body["why"]) == (4.0, "I read the certificate wrong")
    assert answer.headers["Location"] == PAGE


def test_a_correction_that_changes_nothing_says_so(browser: Any, cpd: Any) -> None:
    cpd.on("PATCH", f"/v1{PAGE}", record())

    page = browser.sign_in().post(f"{PAGE}/change", correction(), follow_redirects=True).text

    assert "Nothing was changed: the record says this already." in page


def test_two_who_change_a_record_lose_nothing_of_either(browser: Any, cpd: Any) -> None:
    before = {"by": BEN, "by_name": "Ben Okafor", "at": "2026-03-03T09:05:00.000Z", "version": 2, "why": "As the list"}
    now = record(
        version=2,
        title="Phonics",
        hours=2.0,
        amendments=[{**before, "before": {"title": "Phonics in Reception", "hours": 3.0}}],
    )
    cpd.on("GET", f"/v1{PAGE}", now)
    cpd.on("PATCH", f"/v1{PAGE}", stale)

    answer = browser.sign_in().post(f"{PAGE}/change", correction(hours="4", provider="Early Excellence"))

    assert answer.status_code == 422
    page = answer.text
    assert "This record changed while you were changing it, so nothing was saved yet." in page
    assert "<strong>Changed by Ben Okafor</strong>" in page
    # Theirs where nothing was typed, what was typed elsewhere, and both told where both changed the same.
    assert (value(page, "title"), value(page, "hours"), value(page, "provider")) == ("Phonics", "4", "Early Excellence")
    clashes = re.search(r"<table.*?</table>", page, re.DOTALL)
    assert clashes is not None
    assert re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", clashes[0])[-3:] == ["Hours", "4", "2"]
    assert value(page, "version") == "2"
    assert value(page, "key") != "k-1"


def test_a_version_that_is_no_number_is_no_request(browser: Any) -> None:
    assert browser.sign_in().post(f"{PAGE}/change", correction(version="x")).status_code == 400


def test_a_withdrawal_says_why_and_of_which_version(browser: Any, cpd: Any) -> None:
    cpd.on("POST", f"/v1{PAGE}/withdraw", record(state="withdrawn", version=2))

    answer = browser.sign_in().post(f"{PAGE}/withdraw", {"key": "k-1", "version": "1", "why": "Twice"})

    sent = cpd.asked("POST", ".*/withdraw")[0]
    assert (sent.body, sent.headers["If-Match"]) == ({"why": "Twice"}, '"1"')
    assert answer.headers["Location"] == PAGE


def test_a_record_that_changed_is_withdrawn_only_once_it_was_looked_at(browser: Any, cpd: Any) -> None:
    cpd.on("GET", f"/v1{PAGE}", record(version=2, title="Phonics for parents"))
    cpd.on("POST", f"/v1{PAGE}/withdraw", stale)

    answer = browser.sign_in().post(f"{PAGE}/withdraw", {"key": "k-1", "version": "1", "why": "Twice"})

    assert answer.status_code == 422
    assert "Look at it as it is now, then decide." in answer.text
    assert "Phonics for parents" in answer.text
    assert (value(answer.text, "version"), value(answer.text, "why")) == ("2", "Twice")


def test_the_same_once_more_under_another_key_is_asked_about_before_it_is_recorded(browser: Any, cpd: Any) -> None:
    made = {"id": RECORD, "title": "Phonics", "hours": 2, "academic_year": "2025-26"}
    cpd.on("POST", ".*", made, 201)
    browser.sign_in()
    browser.post("/records/new", {**TYPED, "key": "k-1"})

    page = browser.post("/records/new", {**TYPED, "key": "k-2"})
    again = re.findall(r'name="again"[^>]*value="([0-9a-f]{64})"', page.text)[0]

    assert page.status_code == 422
    assert "You have just recorded exactly this" in page.text
    assert len(cpd.asked("POST", ".*")) == 1
    assert browser.post("/records/new", {**TYPED, "key": "k-2", "again": again}).status_code == 302
    assert len(cpd.asked("POST", ".*")) == 2
