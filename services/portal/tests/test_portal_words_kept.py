"""A form that a service could not take: what was typed is not lost, and sending it again is one change."""

import re
from html import unescape
from typing import Any

PERSON = "01971281-3b20-7a4e-8f10-6c2d9e0b7a11"
LETTER = "01971281-3b20-7a4e-8f10-6c2d9e0b7a12"
WITHDRAW = f"/people/{PERSON}/records/{PERSON}/withdraw"
DISMISS = f"/operations/cpd/dead-letters/{LETTER}/dismiss"


def carried(page: str) -> list[tuple[str, str]]:
    """What the hidden fields of a page's own part hold."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.partition("<main")[2])
    return [(name, unescape(value)) for name, value in found if name != "csrf_token"]


def test_what_was_typed_waits_to_be_sent_again_where_the_service_was_away_before_it_was_read(
    browser: Any, cpd: Any
) -> None:
    cpd.on("GET", ".*", {}, 503)
    typed = {"why": '"><script>alert(1)</script>', "version": "1", "key": "the-key-of-this-form"}

    page = browser.sign_in().post(WITHDRAW, {**typed, "several": ["one", "two"]})

    assert page.status_code == 503
    assert "Nothing was changed" in page.text
    assert "<script>alert" not in page.text
    assert carried(page.text) == [*typed.items(), ("several", "one"), ("several", "two")]
    assert f'action="{WITHDRAW}"' in page.text


def test_whoever_does_not_know_whether_it_was_saved_tries_again_under_the_same_key(browser: Any, cpd: Any) -> None:
    cpd.on("POST", ".*", {}, 500)
    typed = {"because": "A test of ours.", "key": "the-key-of-this-form"}
    browser.sign_in("operations")

    page = browser.post(DISMISS, typed)
    browser.post(DISMISS, dict(carried(page.text)))

    assert "if it was saved, it is not saved a second time" in page.text
    first, second = cpd.asked("POST", ".*")
    assert (first.body, first.headers["Idempotency-Key"]) == (second.body, second.headers["Idempotency-Key"])
    assert second.headers["Idempotency-Key"] == "the-key-of-this-form"


def test_a_page_that_was_only_opened_has_nothing_to_send_again(browser: Any, cpd: Any) -> None:
    cpd.on("GET", ".*", {}, 503)

    page = browser.sign_in().get(WITHDRAW)

    assert page.status_code == 503
    assert carried(page.text) == []
    assert "Try again\n" not in page.text
