"""An academy leaves the trust with its people, after a look at who they are."""

import re
from html import unescape
from typing import Any

import pytest

ELM = "01971281-3b20-7a4e-8f10-6c2d9e0b7c01"
AMINA, BEN = (f"01971281-3b20-7a4e-8f10-6c2d9e0b7a{number:02}" for number in (2, 4))
PAGE = f"/academies/{ELM}"
PATH = f"{PAGE}/departure"
LEAVE = {"on-day": "31", "on-month": "8", "on-year": "2027", "why": "", "version": "2", "key": "k-1"}


def elm(**more: Any) -> dict[str, Any]:
    """An academy as the staff service answers it."""
    return {"id": ELM, "kind": "academy", "name": "Elm", "membership": "member", "left": None, "version": 2, **more}


def text(page: Any) -> str:
    """What a page shows."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2])).split())


def refused(staff: Any, method: str, kind: str, status: int = 409, **facts: Any) -> None:
    """Have the staff service refuse to preview a departure, or to make it."""
    problem = {"type": f"urn:acorn:problem:{kind}", "status": status, "detail": "1 person, after 2027-08-31.", **facts}
    staff.on(method, f"/v1/organisations/{ELM}/departure", problem, status=status)


@pytest.fixture
def hr(browser: Any, staff: Any) -> Any:
    """HR at the portal; Amina leaves with Elm, Ben stays elsewhere."""
    people = [
        {"person": BEN, "name": "Ben Okafor", "stays": True},
        {"person": AMINA, "name": "Amina Yusuf", "stays": False},
    ]
    staff.on("GET", f"/v1/organisations/{ELM}", elm())
    staff.on("GET", f"/v1/organisations/{ELM}/departure", {"on": "2027-08-31", "people": people})
    staff.on("POST", f"/v1/organisations/{ELM}/departure", {"on": "2027-08-31", "people": people})
    return browser.sign_in("hr")


def test_it_is_hrs_alone(browser: Any, hr: Any, staff: Any) -> None:
    assert hr.get(PATH).status_code == 200
    assert browser.sign_in("ceo").get(PATH).status_code == 403


def test_who_leaves_and_who_stays_is_read_before_it_is_so(hr: Any, staff: Any) -> None:
    check = hr.post(PATH, {**LEAVE, "step": "check"})
    assert staff.asked("POST", ".*") == []
    answer = hr.post(PATH, {**LEAVE, "why": "As agreed.", "step": "confirm"})

    assert staff.asked("GET", ".*/departure")[0].query == "on=2027-08-31"
    assert "1 person leaves the trust with it Amina Yusuf 1 person stays elsewhere in the trust Ben Okafor" in text(
        check
    )
    (sent,) = staff.asked("POST", ".*/departure")
    assert sent.body == {"on": "2027-08-31", "why": "As agreed."}
    assert (sent.headers["If-Match"], sent.headers["Idempotency-Key"]) == ('"2"', "k-1")
    assert answer.headers["Location"] == PAGE


def test_the_day_can_be_changed_once_more(hr: Any, staff: Any) -> None:
    again = hr.post(PATH, {**LEAVE, "step": "change"})

    assert re.search(r'name="on-year"[^>]*value="2027"', again.text)
    assert staff.asked("GET", ".*/departure") == []


@pytest.mark.parametrize(("step", "method"), [("check", "GET"), ("confirm", "POST")])
def test_whose_moves_stand_in_the_way_is_said_by_name(hr: Any, staff: Any, step: str, method: str) -> None:
    refused(staff, method, "ends-recorded-later", people=[AMINA, BEN])
    staff.on("GET", f"/v1/people/{AMINA}", {"id": AMINA, "given_name": "Amina", "family_name": "Yusuf"})

    page = hr.post(PATH, {**LEAVE, "step": step})

    assert page.status_code == 422
    assert '<a href="#on-day">1 person, after 31 August 2027.</a>' in page.text
    assert f'<a class="govuk-link" href="/people/{AMINA}">Amina Yusuf</a>' in page.text


def test_who_leaves_is_looked_at_again_where_the_academy_changed_meanwhile(hr: Any, staff: Any) -> None:
    refused(staff, "POST", "stale-version", 412)
    staff.on("GET", f"/v1/organisations/{ELM}", elm(version=3))

    page = hr.post(PATH, {**LEAVE, "step": "confirm"})

    assert page.status_code == 422
    assert "Look again at who leaves with it" in text(page)
    assert "Amina Yusuf" in text(page)
    assert 'name="version" value="3"' in page.text


@pytest.mark.parametrize("more", [{"kind": "central_team"}, {"membership": "prospective"}])
def test_what_cannot_leave_has_no_such_page(hr: Any, staff: Any, more: dict[str, str]) -> None:
    staff.on("GET", f"/v1/organisations/{ELM}", elm(**more))

    assert hr.get(PATH).status_code == 404
