"""Asking the services: side by side, once, with what they need to know, and what their answers mean."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from acorn_portal.calls import Breaker
from acorn_portal.clients.calling import Away, NotSignedIn, Refused
from acorn_portal.clients.cpd import Cpd


@pytest.fixture
def client(cpd: Any) -> Iterator[Cpd]:
    with urllib3.PoolManager() as http:
        yield Cpd("cpd", cpd.address, http, "token-1", "00-" + "a" * 32 + "-" + "b" * 16 + "-01")


def test_a_call_carries_the_bearers_token_and_the_trace(client: Cpd, cpd: Any) -> None:
    cpd.on("GET", "/v1/people/p/hours", {"items": []})

    client.read_hours("p")

    headers = cpd.calls[0].headers
    assert headers["Authorization"] == "Bearer token-1"
    assert headers["traceparent"].startswith("00-aaaa")


def test_a_change_carries_its_version_and_key(client: Cpd, cpd: Any) -> None:
    cpd.on("POST", ".*", {"id": "r"})

    client.verify_record("p", "r", version=3, key="k")

    assert (cpd.calls[0].headers["If-Match"], cpd.calls[0].headers["Idempotency-Key"]) == ('"3"', "k")


def test_an_id_cannot_leave_its_place_in_the_path(client: Cpd, cpd: Any) -> None:
    with pytest.raises(Refused):
        client.read_record("p/../../q?x", "r")

    assert cpd.calls[0].path == "/v1/people/p%2F..%2F..%2Fq%3Fx/records/r"


@pytest.mark.parametrize("dots", [".", ".."])
def test_dots_are_no_id(client: Cpd, cpd: Any, dots: str) -> None:
    with pytest.raises(Refused):
        client.read_record(dots, "r")

    assert cpd.calls == []


def test_filters_that_are_not_set_are_not_asked_for(client: Cpd, cpd: Any) -> None:
    cpd.on("GET", ".*", {"items": [], "next": None})

    client.read_history("p", kind="course", count=True)

    assert cpd.calls[0].query == "count=true&kind=course"


def test_a_refusal_says_which_field(client: Cpd, cpd: Any) -> None:
    errors = [{"pointer": "/hours", "detail": "Too many."}]
    cpd.on("POST", ".*", {"type": "urn:acorn:problem:invalid", "detail": "No.", "errors": errors, "most": 4}, 422)

    with pytest.raises(Refused) as caught:
        client.declare_record("p", {"title": "x", "kind": "course", "date": "2026-01-01", "hours": 900})

    refusal = caught.value
    assert (refusal.status, refusal.kind, dict(refusal.errors)) == (422, "invalid", {"/hours": "Too many."})
    assert refusal.facts == {"most": 4}


def test_a_token_that_is_not_taken_is_no_refusal_but_a_sign_in(client: Cpd, cpd: Any) -> None:
    cpd.on("GET", ".*", {}, 401)

    with pytest.raises(NotSignedIn):
        client.read_hours("p")


@pytest.mark.parametrize(("status", "unsure"), [(500, True), (502, True), (503, False)])
def test_a_change_that_failed_may_have_happened_unless_the_service_says_not(
    client: Cpd, cpd: Any, status: int, unsure: bool
) -> None:
    cpd.on("POST", ".*", {}, status)

    with pytest.raises(Away) as caught:
        client.verify_record("p", "r", version=1)

    assert caught.value.unsure == unsure
    assert len(cpd.calls) == 1, "a change is never sent twice by itself"


def test_an_answer_that_is_no_json_is_a_service_that_is_away(client: Cpd, cpd: Any) -> None:
    cpd.on("GET", ".*", b"<html>")

    with pytest.raises(Away):
        client.read_hours("p")


def test_nobody_at_the_address_is_away_and_nothing_was_changed() -> None:
    with urllib3.PoolManager() as http, pytest.raises(Away) as caught:
        Cpd("cpd", "http://127.0.0.1:9", http, "t", "").verify_record("p", "r", version=1)

    assert not caught.value.unsure


def test_a_file_comes_piece_by_piece(client: Cpd, cpd: Any) -> None:
    cpd.on("GET", ".*", b"a,b\r\n" * 1000)

    file = client.read_history_csv("p")

    assert b"".join(file.pieces) == b"a,b\r\n" * 1000
    assert cpd.calls[0].headers["Accept"] == "text/csv"


@pytest.mark.timeout(20)
@pytest.mark.parametrize(("status", "expected"), [(401, NotSignedIn), (404, Refused), (503, Away)])
def test_a_file_that_cannot_be_had_gives_its_connection_back(cpd: Any, status: int, expected: type[Exception]) -> None:
    cpd.on("GET", ".*", {"status": status}, status=status)

    # the second waits until the first has given back the only one
    with urllib3.PoolManager(maxsize=1, block=True) as http:
        for _ in range(2):
            with pytest.raises(expected):
                Cpd("cpd", cpd.address, http, "token-1", "trace").read_history_csv("p")


def test_a_service_that_fails_three_times_rests_and_one_asks_for_it() -> None:
    breaker = Breaker()
    for _ in range(3):
        assert breaker.closed()
        breaker.heard(well=False)
    assert not breaker.closed()
    breaker.rests_until = time.monotonic() - 1

    asked = [breaker.closed() for _ in range(5)]

    assert asked == [True, False, False, False, False]
    breaker.heard(well=True)
    assert breaker.closed()


def test_a_service_that_has_not_heard_who_may_see_whom_says_so_and_does_not_rest(browser: Any, cpd: Any) -> None:
    silence = {"type": "urn:acorn:problem:scope-unknown", "detail": "Nothing was heard for 16 minutes."}
    cpd.on("GET", ".*", silence, 503)
    browser.sign_in(manages=True)

    shown = [browser.get("/").text for _ in range(4)]

    assert all("CPD records do not know right now whom you may see" in page for page in shown)
    assert "cannot be reached" not in shown[-1]
    refused = browser.get("/waiting")
    assert refused.status_code == 503
    assert "Whom you may see is not known right now" in refused.text
    assert "Nothing was heard for 16 minutes." in refused.text


def test_the_reads_of_a_page_are_under_way_at_the_same_time(browser: Any, cpd: Any, staff: Any) -> None:
    together = threading.Barrier(3, timeout=5)

    def all_at_once(_: Any) -> tuple[int, Any]:
        together.wait()
        return 200, {"items": [], "next": None, "previous": None, "total": {"count": 0, "more": False}}

    cpd.on("GET", ".*", all_at_once)

    assert browser.sign_in().get("/").status_code == 200
