"""Home as somebody sees it while the services are well, slow or away."""

import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

PERSON = "01971281-3b20-7a4e-8f10-6c2d9e0b7a11"
EMPTY: dict[str, Any] = {"items": [], "next": None, "previous": None, "total": {"count": 0, "more": False}}


def test_whoever_is_not_signed_in_is_told_what_this_is(browser: Any) -> None:
    page = browser.get("/")

    assert page.status_code == 200
    assert "Sign in" in page.text


def test_a_service_that_is_away_leaves_the_rest_of_the_page(browser: Any, cpd: Any) -> None:
    cpd.close()

    page = browser.sign_in().get("/")

    assert page.status_code == 200
    assert "Hello, Amina Yusuf" in page.text
    assert "CPD records cannot be reached right now" in page.text


def test_a_slow_service_costs_the_page_its_time_limit_once_and_then_nothing(
    browser: Any, cpd: Any, app: Flask, monkeypatch: Any
) -> None:
    def slowly(_: Any) -> tuple[int, Any]:
        time.sleep(1)
        return 200, EMPTY

    monkeypatch.setattr("acorn_portal.calls.PAGE_SECONDS", 0.2)
    cpd.on("GET", ".*", slowly)
    browser.sign_in()
    assert "CPD records cannot be reached" in browser.get("/").text
    asked = len(cpd.calls)

    page = browser.get("/")

    assert "CPD records cannot be reached" in page.text
    assert len(cpd.calls) == asked, "a service that was slow three times is left alone for some seconds"


def test_what_waits_is_counted(browser: Any, cpd: Any) -> None:
    waiting = {**EMPTY, "items": [{}], "total": {"count": 5, "more": False}}
    query = {"by": "person:x", "by_name": "Ben Okafor", "at": "2026-03-03T09:05:00.000Z", "question": "All day?"}
    asked = {"id": "r1", "person": PERSON, "title": "<b>Phonics</b>", "query": query}
    cpd.on("GET", "/v1/records", waiting)
    cpd.on(
        "GET",
        f"/v1/people/{PERSON}/history",
        lambda call: (200, {**EMPTY, "items": [asked]} if "state=queried" in call.query else EMPTY),
    )
    cpd.on("GET", f"/v1/people/{PERSON}/hours", {"items": []})

    page = browser.sign_in(manages=True).get("/").text

    assert "5 records to verify" in page
    assert "Answer a question about “&lt;b&gt;Phonics&lt;/b&gt;”" in page
    assert "Ben Okafor asked on 3 March 2026, 9:05am" in page


def test_nothing_waits_only_where_that_is_known(browser: Any, cpd: Any) -> None:
    cpd.on("GET", ".*/history", EMPTY)
    cpd.on("GET", ".*/hours", {"items": []})
    known = browser.sign_in().get("/").text
    cpd.close()

    unknown = browser.get("/").text

    assert "Nothing is waiting for you." in known
    assert "Nothing is waiting for you." not in unknown
    assert "What waits for you cannot be shown right now." in unknown


def test_home_is_for_who_manages_nobody_any_more(browser: Any, cpd: Any) -> None:
    cpd.on("GET", "/v1/records", {"status": 403, "detail": "No."}, status=403)
    cpd.on("GET", ".*/history", EMPTY)
    cpd.on("GET", ".*/hours", {"items": []})

    page = browser.sign_in(manages=True).get("/")

    assert page.status_code == 200
    assert "Your CPD" in page.text


def test_the_hours_of_this_academic_year_stand_on_home(browser: Any, cpd: Any, clock: Any) -> None:
    years = [{"academic_year": year, "verified": 3.0, "awaiting": 1.5, "total": 4.5} for year in ("2031-32", "2029-30")]
    cpd.on("GET", ".*/history", EMPTY)
    cpd.on("GET", ".*/hours", {"items": years})
    clock.set(datetime(2030, 8, 31, 22, 59, tzinfo=UTC))
    browser.sign_in()

    last_evening = " ".join(browser.get("/").text.split())
    clock.set(datetime(2030, 8, 31, 23, 0, tzinfo=UTC))
    midnight = " ".join(browser.get("/").text.split())

    assert "2029-30: <strong>4.5 hours</strong>, of which 1.5 hours not verified yet." in last_evening
    assert "2030-31: <strong>0 hours</strong>." in midnight


def test_whoever_is_on_call_sees_what_is_not_healthy(browser: Any, cpd: Any, staff: Any) -> None:
    staff.close()
    worker = {"at": "x", "partitions": [], "relay": {"holder": None}}
    status = {"at": "2026-03-03T09:05:00.000Z", "workers": [worker], "outbox": {"depth": 0, "oldest_seconds": 0}}
    cpd.on("GET", "/v1/operations/status", {**status, "dead_letters": 2})

    page = browser.sign_in("operations", person=None, name="On call").get("/").text

    assert "Staff records: not healthy" in page
    assert "It does not answer." in page
    assert "2 dead letters wait for somebody to look at them." in page


@pytest.mark.parametrize(
    ("roles", "sentence"),
    [
        ((), "nobody in Acorn has the e-mail address of your account"),
        (("trustee",), "for trustees are not in Acorn yet"),
        (("data_protection",), "You have signed in for data protection"),
    ],
)
def test_who_has_nothing_here_yet_is_told_so(browser: Any, cpd: Any, roles: tuple[str, ...], sentence: str) -> None:
    page = browser.sign_in(*roles, person=None).get("/").text

    assert sentence in page
    assert "Waiting for you" not in page
    assert cpd.calls == []


def test_home_asks_for_everything_at_once(browser: Any, cpd: Any, staff: Any) -> None:
    together = threading.Barrier(6)

    def when_all_have_asked(call: Any) -> tuple[int, Any]:
        together.wait(timeout=4)
        return 503, {"status": 503}

    cpd.on("GET", ".*", when_all_have_asked)
    staff.on("GET", ".*", when_all_have_asked)

    page = browser.sign_in("hr", "operations").get("/")

    assert page.status_code == 200
    assert not together.broken, "one call waited for another"
    assert len(cpd.calls) + len(staff.calls) == 6


def test_who_one_is_is_asked_again_beside_the_page_and_known_on_the_next(browser: Any, staff: Any, cpd: Any) -> None:
    me = {"person": None, "roles": ["operations"], "leads": [], "has_reports": False, "verifies": False}
    staff.on("GET", "/v1/me", me)
    staff.on("GET", "/v1/operations/status", {}, 403)
    cpd.on("GET", ".*", EMPTY)
    browser.sign_in()
    with browser.client.session_transaction() as held:
        held["me"] = {**held["me"], "at": 0}

    first, second = browser.get("/"), browser.get("/")

    assert "My CPD" in first.text
    assert len(staff.asked("GET", "/v1/me")) == 1
    assert "My CPD" not in second.text
