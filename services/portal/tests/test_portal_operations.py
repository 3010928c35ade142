"""The pages of whoever is on call: how the services stand, and their dead letters."""

from typing import Any

import pytest

LETTER = "01971281-3b20-7a4e-8f10-6c2d9e0b7a55"
PATH = f"/v1/operations/dead-letters/{LETTER}"
PAGE = f"/operations/cpd/dead-letters/{LETTER}"
DONE = {"type": "urn:acorn:problem:conflict", "status": 409, "detail": "This dead letter was replayed already."}


def status(service: str, **changed: Any) -> dict[str, Any]:
    """A service as it stands."""
    partition = {"topic": "staff.people", "partition": 3, "position": 1042, "lag": 7}
    one = {
        "worker": f"{service}-node1",
        "started": "2026-11-23T08:00:00.000Z",
        "at": "2026-11-23T09:00:00.000Z",
        "partitions": [partition],
        "outbox": {"depth": 0, "oldest_seconds": 0.0},
        "relay": {"holder": f"{service}-node1", "sent_until": None},
    }
    return {
        "service": service,
        "at": "2026-11-23T09:00:00.000Z",
        "outbox": {"depth": 0, "oldest_seconds": 0.0},
        "dead_letters": 0,
        "workers": [one],
        **changed,
    }


def letter(**changed: Any) -> dict[str, Any]:
    """A dead letter as a service shows it."""
    return {
        "id": LETTER,
        "topic": "staff.people",
        "partition": 3,
        "offset": 1042,
        "type": "staff.person-moved.v1",
        "aggregate": "01971281-3b20-7a4e-8f10-6c2d9e0b7a11",
        "reason": "KeyError in its handler",
        "at": "2026-11-23T09:00:00.000Z",
        "state": "open",
        "by": None,
        "because": None,
        "replays": 0,
        "payload": {"data": {"given_name": "string(5)"}},
        **changed,
    }


@pytest.fixture
def operator(browser: Any) -> Any:
    """Somebody on call."""
    return browser.sign_in("operations", person=None, name="Operations on call")


class TestHowTheServicesStand:
    def test_healthy_services_are_said_to_be(self, operator: Any, staff: Any, cpd: Any) -> None:
        staff.on("GET", "/v1/operations/status", status("staff"))
        cpd.on("GET", "/v1/operations/status", status("cpd"))

        page = operator.get("/operations")

        assert "Every service is healthy." in page.text
        assert "7 wait" in page.text
        assert "staff.people 3" in page.text

    def test_a_service_that_does_not_answer_is_what_the_page_tells_not_what_it_lacks(
        self, operator: Any, staff: Any, cpd: Any
    ) -> None:
        staff.close()
        cpd.on("GET", "/v1/operations/status", status("cpd", workers=[]))

        page = operator.get("/operations")

        assert page.status_code == 200
        assert "Not healthy: it does not answer." in page.text
        assert "Not healthy: no worker is alive" in page.text
        assert "a part of this page is missing" not in page.text

    def test_it_is_not_for_those_whom_the_services_refuse(self, browser: Any, staff: Any, cpd: Any) -> None:
        for service in (staff, cpd):
            service.on("GET", ".*", {"type": "urn:acorn:problem:forbidden", "status": 403, "detail": "No."}, 403)

        page = browser.sign_in().get("/operations")

        assert page.status_code == 403


class TestDeadLetters:
    def test_they_are_listed_by_state(self, operator: Any, cpd: Any) -> None:
        found = {"items": [letter()], "next": None, "previous": None, "total": {"count": 1, "more": False}}
        cpd.on("GET", "/v1/operations/dead-letters", found)

        page = operator.get("/operations/cpd/dead-letters?state=dismissed")

        assert "staff.people, partition 3, offset 1042" in page.text
        assert "1 dead letter<" in page.text
        assert cpd.calls[-1].query == "count=true&state=dismissed"

    @pytest.mark.parametrize("path", ["/operations/payroll/dead-letters", "/operations/cpd/dead-letters?state=lost"])
    def test_there_are_none_of_an_unknown_service_or_state(self, operator: Any, path: str) -> None:
        assert operator.get(path).status_code == 404

    def test_what_one_says_is_shown_as_text(self, operator: Any, cpd: Any) -> None:
        cpd.on("GET", PATH, letter(payload={"<script>alert(1)</script>": "null"}))

        page = operator.get(PAGE)

        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
        assert "<script>alert" not in page.text

    def test_a_closed_one_offers_nothing_to_do(self, operator: Any, cpd: Any) -> None:
        cpd.on("GET", PATH, letter(state="dismissed", because="Its sender was mended."))

        page = operator.get(PAGE)

        assert "Its sender was mended." in page.text
        assert "/replay" not in page.text
        assert "/dismiss" not in page.text


class TestReplaying:
    def test_it_is_asked_for_after_a_question_and_tells_what_comes(self, operator: Any, cpd: Any) -> None:
        cpd.on("GET", PATH, letter())
        cpd.on("POST", f"{PATH}/replay", letter(replays=1), 202)
        assert "Replay this dead letter?" in operator.get(f"{PAGE}/replay").text
        assert not cpd.asked("POST", ".*"), "asking is not doing"

        page = operator.post(f"{PAGE}/replay", {"key": "k-1"}, follow_redirects=True)

        assert "A worker will handle it again" in page.text
        assert cpd.asked("POST", f"{PATH}/replay")[0].headers["Idempotency-Key"] == "k-1"

    def test_one_that_somebody_else_closed_is_shown_as_it_is_now(self, operator: Any, cpd: Any) -> None:
        cpd.on("GET", PATH, letter(state="replayed"))
        cpd.on("POST", f"{PATH}/replay", DONE, 409)

        page = operator.post(f"{PAGE}/replay", {"key": "k-1"}, follow_redirects=True)

        assert page.request.path == PAGE
        assert "This dead letter was replayed already." in page.text

    def test_the_question_is_not_asked_of_a_closed_one(self, operator: Any, cpd: Any) -> None:
        cpd.on("GET", PATH, letter(state="replayed"))

        assert operator.get(f"{PAGE}/replay").location == PAGE


class TestDismissing:
    def test_it_needs_a_reason(self, operator: Any, cpd: Any) -> None:
        cpd.on("GET", PATH, letter())

        page = operator.post(f"{PAGE}/dismiss", {"key": "k-1", "because": "  "})

        assert page.status_code == 422
        assert "Error: Dismiss this dead letter" in page.text
        assert not cpd.asked("POST", ".*")

    def test_the_reason_goes_with_it(self, operator: Any, cpd: Any) -> None:
        cpd.on("GET", PATH, letter())
        cpd.on("POST", f"{PATH}/dismiss", None, 204)

        page = operator.post(f"{PAGE}/dismiss", {"key": "k-1", "because": "Its sender was mended."})

        assert page.location == PAGE
        assert cpd.asked("POST", f"{PATH}/dismiss")[0].body == {"because": "Its sender was mended."}

    def test_a_reason_that_the_service_refuses_stays_where_it_was_typed(self, operator: Any, cpd: Any) -> None:
        refusal = {
            "type": "urn:acorn:problem:invalid",
            "status": 422,
            "detail": "Some of it cannot be accepted.",
            "errors": [{"pointer": "/because", "detail": "It is too long."}],
        }
        cpd.on("GET", PATH, letter())
        cpd.on("POST", f"{PATH}/dismiss", refusal, 422)

        page = operator.post(f"{PAGE}/dismiss", {"key": "k-1", "because": "Very long"})

        assert page.status_code == 422
        assert "It is too long." in page.text
        assert ">Very long</textarea>" in page.text
