"""Home as somebody sees it while the services are well, slow or away."""

import time
from typing import Any

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
