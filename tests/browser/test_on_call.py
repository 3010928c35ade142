"""Whoever is on call: every service healthy; a message that could not be taken in, looked into, replayed, dismissed."""

import json
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kafka import KafkaProducer
from playwright.sync_api import expect

from embedded.testing import Run
from servicekit.testing import wait_until

Visit = Callable[..., Any]

CANARY = "Canary Personsname"


@pytest.fixture
def dead_letter(acorn: Run, api: Callable[[str], Any]) -> Iterator[str]:
    """A message that CPD cannot take in, put aside by its worker; closed again whatever the test does with it."""
    on_call = api("operations")
    mark = uuid.uuid4().hex
    producer = KafkaProducer(bootstrap_servers=f"127.0.0.1:{acorn.base + 28}")
    try:
        message = {"id": mark, "state": {"given_name": CANARY, "trn": [1234567, CANARY]}, "was": None, "left": True}
        sent = producer.send("staff.people", json.dumps(message).encode(), key=mark.encode()).get(timeout=20)
    finally:
        producer.close()

    def found() -> list[str]:
        page = on_call.call("GET", "cpd", "/v1/operations/dead-letters?state=open&limit=100")
        at = (sent.partition, sent.offset)
        return [one["id"] for one in page["items"] if (one["partition"], one["offset"]) == at]

    wait_until(found, seconds=30, what="the worker has put the message aside")
    (letter,) = found()
    yield letter
    if found():
        on_call.call(
            "POST", "cpd", f"/v1/operations/dead-letters/{letter}/dismiss", json={"because": "A test has ended."}
        )


@pytest.mark.parametrize(("width", "javascript"), [("telephone", True), ("desktop", True), ("desktop", False)])
def test_on_call_sees_that_every_service_is_healthy(visit: Visit, width: str, javascript: bool) -> None:
    visitor = visit("operations", width=width, javascript=javascript)
    visitor.look("home-operations")
    visitor.open("/operations")

    visitor.says("Every service is healthy.")
    visitor.look("operations")
    for name in ("Staff records", "CPD records"):
        service = visitor.page.get_by_role("region", name=name)
        expect(service).to_contain_text("Yes, it answers")
        expect(service).to_contain_text("1 alive")
        expect(service).to_contain_text("None open.")


@pytest.mark.parametrize(("width", "javascript"), [("telephone", True), ("desktop", False)])
def test_a_dead_letter_is_masked_replayed_behind_a_question_and_dismissed_with_a_reason(
    visit: Visit, dead_letter: str, width: str, javascript: bool
) -> None:
    visitor = visit("operations", width=width, javascript=javascript)
    visitor.open("/")
    visitor.says("CPD records: needs attention")
    visitor.open("/operations")
    visitor.look("operations-dead-letter")
    visitor.page.get_by_role("link", name=re.compile("open dead letters of CPD records")).click()
    visitor.look("dead-letters")
    visitor.page.locator(f"a[href$='{dead_letter}']").click()

    # what it says is a structure without values
    visitor.look("dead-letter")
    visitor.says('"given_name": "string(18)"')
    assert CANARY not in visitor.page.content()
    assert "1234567" not in visitor.page.content()

    visitor.press("Replay")
    visitor.look("dead-letter-replay")
    visitor.page.locator("main").get_by_role("link", name="Cancel").click()
    visitor.press("Replay")
    visitor.press("Replay it")
    visitor.says("A worker will handle it again.")
    visitor.says("A replay was asked for.")

    visitor.press("Dismiss")
    visitor.press("Dismiss it")
    visitor.says("Say why nothing needs to be done")
    visitor.look("dead-letter-dismiss-refused")
    visitor.page.get_by_label("Why does nothing need to be done?").fill("Nobody is missing: it came from a test.")
    visitor.press("Dismiss it")
    visitor.says("The dead letter is dismissed.")
    visitor.says("Nobody is missing: it came from a test.")
    visitor.look("dead-letter-dismissed")
    expect(visitor.page.get_by_role("button", name="Replay")).to_have_count(0)


def test_a_dead_letter_that_a_colleague_closed_meanwhile_tells_so(
    visit: Visit, api: Callable[[str], Any], dead_letter: str
) -> None:
    visitor = visit("operations")
    visitor.open(f"/operations/cpd/dead-letters/{dead_letter}/dismiss")
    visitor.page.get_by_label("Why does nothing need to be done?").fill("I was slower.")
    because = {"because": "I was quicker."}
    api("operations").call("POST", "cpd", f"/v1/operations/dead-letters/{dead_letter}/dismiss", json=because)
    visitor.press("Dismiss it")

    visitor.says("This dead letter was replayed or dismissed already.")
    visitor.says("I was quicker.")
