"""The pages of data protection: what they show and to whom, what they ask before anything goes, what they send."""

from typing import Any

import pytest

PERSON = "01971281-3b20-7a4e-8f10-6c2d9e0b7a11"
DISPOSAL = "/protection/disposal"


@pytest.fixture
def officer(browser: Any) -> Any:
    """Somebody who answers for data protection and has no staff record."""
    return browser.sign_in("data_protection", person=None, name="Data protection officer")


def problem(kind: str, detail: str, status: int = 409, **facts: Any) -> dict[str, Any]:
    """A refusal by a rule as a service answers it."""
    return {"type": f"urn:acorn:problem:{kind}", "status": status, "detail": detail, **facts}


def due(people: int = 0, reviews: int = 0) -> dict[str, Any]:
    """What is due, as the staff service answers it."""
    listed = [{"person": PERSON, "since": "2020-08-31"}]
    kinds = (("people", 6, "2020-11-27", people), ("talent_reviews", 3, "2023-11-27", reviews))
    return {
        "items": [
            {"kept": kept, "years": years, "before": before, "due": number, "items": (listed * number)[:100]}
            for kept, years, before, number in kinds
        ]
    }


@pytest.mark.parametrize("path", [DISPOSAL])
def test_the_pages_are_not_for_others(browser: Any, staff: Any, cpd: Any, path: str) -> None:
    page = browser.sign_in("hr").get(path)

    assert page.status_code == 403
    assert staff.calls == cpd.calls == []


def test_home_leads_to_the_pages_of_who_answers_for_data_protection(officer: Any) -> None:
    page = officer.get("/").text

    assert f'href="{DISPOSAL}"' in page


class TestHowLongThingsAreKept:
    def test_what_is_due_is_shown_by_id_and_day(self, officer: Any, staff: Any) -> None:
        staff.on("GET", "/v1/disposal", due(people=25))

        page = " ".join(officer.get(DISPOSAL).text.split())

        assert "<strong>25 people who have left</strong>" in page
        assert "Kept for 3 years. Due is what is from before 27 November 2023: <strong>nothing</strong>" in page
        assert page.count("Left on 31 August 2020") == 20
        assert "And 5 more" in page
        assert page.count('name="due"') == 1, "what is not due has no button"

    def test_it_is_asked_once_more_and_the_number_that_was_shown_is_sent(self, officer: Any, staff: Any) -> None:
        staff.on("POST", "/v1/disposal", due(), status=202)
        shown = {"kept": "people", "due": "3"}

        check = officer.post(DISPOSAL, {**shown, "step": "check"}).text
        assert staff.calls == []
        answer = officer.post(DISPOSAL, {**shown, "step": "confirm", "key": "k-1"})

        assert "It cannot be undone." in check
        assert 'value="3"' in check
        assert answer.headers["Location"] == DISPOSAL
        assert [(call.body, call.headers["Idempotency-Key"]) for call in staff.asked("POST", "/v1/disposal")] == [
            ({"kept": "people", "due": 3}, "k-1")
        ]

    def test_another_number_by_then_is_said_beside_what_is_due_now(self, officer: Any, staff: Any) -> None:
        sentence = "Of talent reviews 4 are due now, and that is not what you said. Look again first."
        staff.on("POST", "/v1/disposal", problem("due-changed", sentence, due=4), status=409)
        staff.on("GET", "/v1/disposal", due(reviews=4))

        page = officer.post(DISPOSAL, {"kept": "talent_reviews", "due": "3", "step": "confirm", "key": "k-1"})

        text = " ".join(page.text.split())
        assert page.status_code == 422
        assert f'id="kept"><span class="govuk-visually-hidden">Error:</span> {sentence}' in text
        assert 'name="due" value="4"' in text

    @pytest.mark.parametrize("sent", [{"kept": "everybody", "due": "3"}, {"kept": "people", "due": "-1"}, {}])
    def test_what_the_page_did_not_offer_is_not_sent_on(self, officer: Any, staff: Any, sent: Any) -> None:
        assert officer.post(DISPOSAL, {**sent, "step": "confirm"}).status_code == 400
        assert staff.calls == []
