"""Sessions: sealed in the database, ended when they are ended, and asked for before every page."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, redirect, session
from pymongo.database import Database

from acorn_portal.gate import everybody
from acorn_portal.sessions import LIFE
from acorn_portal.views.signing import _here
from servicekit.mongo import Document
from servicekit.testing import FixedClock


def test_the_database_holds_neither_cookie_nor_token_nor_name(browser: Any, database: Database[Document]) -> None:
    browser.sign_in()

    stored = str(list(database["sessions"].find()))
    cookie = browser.client.get_cookie("acorn").value

    assert len(cookie) == 43
    assert not any(secret in stored for secret in (cookie, "token-1", "Amina", "s-1"))


def test_a_box_that_was_tampered_with_is_nobodys_session(browser: Any, database: Database[Document]) -> None:
    browser.sign_in()
    database["sessions"].update_many({}, {"$set": {"box": b"a.b.c.d.e"}})

    assert "Sign in" in browser.get("/").text


def test_the_box_of_another_session_does_not_open(browser: Any, app: Flask, database: Database[Document]) -> None:
    browser.sign_in()
    mine = database["sessions"].find_one()
    other = type(browser)(app).sign_in(name="Somebody Else")
    assert mine is not None
    database["sessions"].update_many({}, {"$set": {"box": mine["box"]}})

    assert "Hello" not in other.get("/").text


def test_a_session_ends_with_the_working_day(browser: Any, clock: FixedClock) -> None:
    browser.sign_in()
    for _ in range(26):
        clock.advance(minutes=29)
        browser.get("/")

    assert timedelta(minutes=26 * 29) > LIFE
    assert "Sign in" in browser.get("/").text


def test_whoever_is_away_too_long_is_signed_out(browser: Any, clock: FixedClock) -> None:
    browser.sign_in()
    clock.advance(minutes=31)

    answer = browser.get("/still-here")

    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


def test_a_request_under_way_does_not_revive_a_session_that_was_ended(app: Flask, browser: Any) -> None:
    @app.get("/slow")
    @everybody
    def slow() -> str:
        other = app.test_client()
        other.set_cookie("acorn", browser.client.get_cookie("acorn").value)
        other.post("/sign-out", data={"csrf_token": token})
        session["touched"] = True
        return "answered"

    browser.sign_in()
    token = browser.token()
    assert browser.get("/slow").text == "answered"

    assert browser.get("/still-here").status_code == 302


def test_a_page_that_does_not_say_that_it_is_for_everybody_asks_for_a_sign_in(app: Flask, browser: Any) -> None:
    app.add_url_rule("/new-page", view_func=lambda: "secret", endpoint="new")

    answer = browser.get("/new-page?id=1")

    assert answer.status_code == 302
    assert "secret" not in answer.text
    assert answer.location == "/sign-in?next=/new-page?id%3D1"


def test_an_address_that_does_not_exist_is_not_found_rather_than_a_sign_in(browser: Any) -> None:
    assert browser.get("/nowhere").status_code == 404


def test_a_form_without_its_token_changes_nothing(app: Flask, browser: Any) -> None:
    changed = []

    def change() -> Any:
        changed.append(1)
        return redirect("/")

    app.add_url_rule("/change", view_func=change, methods=["POST"])
    browser.sign_in()

    answer = browser.client.post("/change", data={})
    foreign = browser.client.post("/change", data={"csrf_token": "x"})

    assert (answer.status_code, foreign.status_code, changed) == (400, 400, [])
    assert "Nothing was saved" in answer.text


@pytest.mark.parametrize("header", ["Content-Security-Policy", "X-Frame-Options", "Referrer-Policy", "Cache-Control"])
def test_every_answer_says_what_a_browser_may_do_with_it(browser: Any, header: str) -> None:
    for path in ("/", "/nowhere", "/accessibility"):
        assert browser.get(path).headers.get(header)


def test_a_page_allows_only_scripts_of_our_own_or_with_its_nonce(browser: Any) -> None:
    first, second = (browser.get("/").headers["Content-Security-Policy"] for _ in range(2))

    assert "script-src 'self' 'nonce-" in first
    assert "unsafe" not in first
    assert first != second


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\nSet-Cookie: a=b",
        " //evil.example",
        "/ /evil.example",
        "javascript:alert(1)",
        "",
    ],
)
def test_signing_in_leads_to_no_address_but_our_own(elsewhere: str) -> None:
    assert _here(elsewhere) == "/"


@pytest.mark.parametrize("own", ["/", "/history?kind=course&academic_year=2026-27", "/people?name=O%27Brien"])
def test_signing_in_leads_back_to_the_page_that_was_asked_for(own: str) -> None:
    assert _here(own) == own


def test_an_outage_of_the_database_is_told_with_all_that_guards_an_answer(browser: Any, app: Flask) -> None:
    browser.sign_in()
    app.extensions["acorn"].client.close()

    answer = browser.get("/")

    assert answer.status_code in (500, 503)
    assert {"X-Request-Id", "X-Content-Type-Options", "Content-Security-Policy"} <= {*answer.headers.keys()}
    assert answer.headers["Cache-Control"] == "no-store"
