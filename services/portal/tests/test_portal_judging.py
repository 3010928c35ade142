"""One record that waits: verified from its own page, or asked about first."""

import re
from typing import Any

import pytest

AMINA = "01971281-3b20-7a4e-8f10-6c2d9e0b7a22"
RECORD = "01971281-3b20-7a4e-8f10-6c2d9e0b7b01"
PAGE = f"/people/{AMINA}/records/{RECORD}"
QUESTION = {
    "by": "person:01971281-3b20-7a4e-8f10-6c2d9e0b7a33",
    "by_name": "Helen Fletcher",
    "at": "2026-03-10T09:00:00Z",
    "question": "Was it the whole day?",
}
NOTHING: dict[str, Any] = {"items": [], "next": None, "previous": None, "total": {"count": 0, "more": False}}


def record(**said: Any) -> dict[str, Any]:
    """A record that waits, as the CPD service answers it."""
    plain: dict[str, Any] = {
        "id": RECORD,
        "person": AMINA,
        "title": "Course 0",
        "kind": "course",
        "topics": [],
        "date": "2026-03-02",
        "ends": None,
        "hours": 1.5,
        "provider": None,
        "reflection": None,
        "impact": None,
        "academic_year": "2025-26",
        "state": "declared",
        "verification": None,
        "query": None,
        "withdrawal": None,
        "declared_by": f"person:{AMINA}",
        "declared_by_name": "Amina Yusuf",
        "declared_at": "2026-03-02T16:00:00Z",
        "changed_at": "2026-03-09T16:00:00Z",
        "version": 1,
        "may_verify": True,
        "source": {"kind": "declared", "reference": None},
        "judgements": [],
        "amendments": [],
    }
    return {**plain, **said}


def refused(status: int, kind: str) -> Any:
    """A refusal of the CPD service."""
    return lambda _: (status, {"type": f"urn:acorn:problem:{kind}", "status": status, "detail": "It cannot be."})


@pytest.fixture
def manager(browser: Any, staff: Any, cpd: Any) -> Any:
    """Her line manager; nothing else waits."""
    staff.on("GET", f"/v1/people/{AMINA}", {"given_name": "Amina", "family_name": "Yusuf"})
    cpd.on("GET", "/v1/records", NOTHING)
    return browser.sign_in(name="Ben Okafor", manages=True)


def test_one_is_verified_from_its_page(manager: Any, cpd: Any) -> None:
    cpd.on("POST", f"/v1{PAGE}/verify", record(state="verified", version=2))

    answer = manager.post(f"{PAGE}/verify", {"version": "1", "key": "k-1"})

    assert (answer.status_code, answer.location) == (302, PAGE)
    assert cpd.calls[0].headers["If-Match"] == '"1"'
    assert "Verified: Course 0, 1.5 hours." in manager.get("/waiting").text


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (412, "stale-version", "so it was not verified. Here it is as it is now."),
        (409, "own-record", "It was not verified. It cannot be."),
    ],
)
def test_one_that_cannot_be_verified_says_why_on_its_page(
    manager: Any, cpd: Any, status: int, kind: str, said: str
) -> None:
    cpd.on("POST", f"/v1{PAGE}/verify", refused(status, kind))

    answer = manager.post(f"{PAGE}/verify", {"version": "1", "key": "k-1"})

    assert answer.status_code == 302
    assert said in manager.get("/waiting").text


@pytest.mark.parametrize("version", ["", "one", "-1"])
def test_a_version_that_no_page_had_is_refused(manager: Any, cpd: Any, version: str) -> None:
    answer = manager.post(f"{PAGE}/verify", {"version": version, "key": "k-1"})

    assert answer.status_code == 400
    assert cpd.calls == []


# A question


def asking(manager: Any, **typed: str) -> Any:
    """Send a question about the first record."""
    form = {"question": "Was it the whole day?", "version": "1", "key": "k-1", **typed}
    return manager.post(f"{PAGE}/query", form)


def test_a_question_is_sent_to_the_person(manager: Any, cpd: Any) -> None:
    cpd.on("GET", f"/v1{PAGE}", record())
    cpd.on("POST", f"/v1{PAGE}/query", record(state="queried"))

    opened = manager.get(f"{PAGE}/query").text
    answer = asking(manager)

    assert "Amina Yusuf: CPD" in opened
    assert "You can enter up to 1000 characters" in opened
    assert answer.location == PAGE
    sent = cpd.asked("POST", ".*")[0]
    assert (sent.body, sent.headers["If-Match"]) == ({"question": "Was it the whole day?"}, '"1"')


def test_an_empty_question_is_none(manager: Any, cpd: Any) -> None:
    cpd.on("GET", f"/v1{PAGE}", record())

    answer = asking(manager, question=" ")

    assert answer.status_code == 422
    assert "Enter your question." in answer.text
    assert cpd.asked("POST", ".*") == []


def test_a_record_that_changed_is_shown_as_it_is_and_the_question_stays(manager: Any, cpd: Any) -> None:
    amendment = {"by": f"person:{AMINA}", "by_name": "Amina Yusuf", "at": "2026-03-11T12:00:00Z", "version": 2}
    amended = record(version=2, hours=3.0, amendments=[{**amendment, "why": "Wrong", "before": {"hours": 1.5}}])
    cpd.on("GET", f"/v1{PAGE}", amended)
    cpd.on("POST", f"/v1{PAGE}/query", refused(412, "stale-version"))

    answer = asking(manager)

    assert answer.status_code == 422
    assert "so your question was not sent yet." in answer.text
    assert "What happened meanwhile" in answer.text
    assert "Was it the whole day?" in answer.text
    assert re.search(r'name="version"[^>]*value="2"', answer.text)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({"state": "queried", "query": QUESTION}, "waits for an answer already"),
        ({"state": "withdrawn", "may_verify": False}, "You cannot ask a question about this record as it is now."),
        ({"may_verify": False}, "You cannot ask a question about this record as it is now."),
    ],
)
def test_a_record_that_takes_no_question_says_so(manager: Any, cpd: Any, now: dict[str, Any], said: str) -> None:
    cpd.on("GET", f"/v1{PAGE}", record(**now))

    answer = manager.get(f"{PAGE}/query")

    assert answer.location == PAGE
    assert said in manager.get("/waiting").text


def test_a_form_sent_again_after_the_record_changed_does_not_say_that_it_is_verified(manager: Any, cpd: Any) -> None:
    cpd.on("POST", f"/v1{PAGE}/verify", record(version=3))

    manager.post(f"{PAGE}/verify", {"version": "1", "key": "k-1"})

    shown = manager.get("/waiting").text
    assert "You verified this record, and it changed afterwards." in shown
    assert "Verified:" not in shown


def test_whoever_was_signed_out_as_they_verified_comes_back_to_the_record(manager: Any, cpd: Any) -> None:
    with manager.client.session_transaction() as held:
        kept = {"path": f"{PAGE}/verify", "form": {"version": ["1"]}, "subject": "s-1", "files": False}
        held["kept"] = kept

    answer = manager.get(f"{PAGE}/verify")

    assert (answer.status_code, answer.location) == (302, PAGE)
    assert "You were signed out, so nothing was saved yet." in manager.get("/waiting").text
    assert cpd.asked("POST", ".*") == []


def test_a_question_stays_while_the_service_is_away(manager: Any, cpd: Any) -> None:
    cpd.on("GET", f"/v1{PAGE}", record())
    cpd.on("POST", f"/v1{PAGE}/query", {}, 503)

    answer = asking(manager)

    assert answer.status_code == 503
    assert "Was it the whole day?" in answer.text
    assert re.search(r'name="key"[^>]*value="k-1"', answer.text), "sent again, it is asked once"
