"""Somebody leaves the trust with all that they hold, after a look at what that ends."""

import re
from typing import Any

import pytest

AMINA = "01971281-3b20-7a4e-8f10-6c2d9e0b7a02"
ELM, ASH = (f"01971281-3b20-7a4e-8f10-6c2d9e0b7c{number:02}" for number in (1, 2))
PATH = f"/people/{AMINA}/leave"
LEAVE = {"key": "k-1", "on-day": "31", "on-month": "8", "on-year": "2027", "reason": "retired", "destination": ""}


def person(*appointments: dict[str, Any]) -> dict[str, Any]:
    """Amina as the staff service answers her to HR."""
    named = {"id": AMINA, "kind": "employee", "given_name": "Amina", "family_name": "Yusuf", "version": 3}
    return {**named, "email": None, "appointments": list(appointments), "line_managers": [], "sign_ins": []}


def job(organisation: str, post: str, to: str | None = None) -> dict[str, Any]:
    """An appointment since 2021."""
    return {"id": organisation, "organisation": organisation, "post": post, "fte": 0.5, "from": "2021-09-01", "to": to}


@pytest.fixture
def hr(browser: Any, staff: Any) -> Any:
    """HR at the portal; Amina leads Elm and teaches at Ash."""
    places = [{"id": one, "name": name, "kind": "academy"} for one, name in ((ELM, "Elm"), (ASH, "Ash"))]
    titles = (("teacher", "Teacher"), ("headteacher", "Headteacher"))
    posts = [{"code": code, "title": title, "leads": code == "headteacher", "counts": True} for code, title in titles]
    staff.on("GET", "/v1/organisations", {"items": places, "next": None, "previous": None, "total": None})
    staff.on("GET", "/v1/posts", {"items": posts})
    staff.on("GET", "/v1/vocabularies", {"items": []})
    staff.on("GET", f"/v1/people/{AMINA}", person(job(ELM, "headteacher"), job(ASH, "teacher")))
    staff.on("POST", f"/v1/people/{AMINA}/departure", person())
    return browser.sign_in("hr")


def test_only_hr_opens_it_and_is_offered_reasons_of_leaving(browser: Any, hr: Any) -> None:
    page = hr.get(PATH).text

    assert "Headteacher at Elm, 0.5 FTE, from 1 September 2021" in page
    assert "Retired" in page
    assert not re.search("Moved within the trust|Elsewhere in the trust", page)
    assert browser.sign_in("sil").get(PATH).status_code == 403


def test_what_ends_is_read_first_then_it_is_one_change(hr: Any, staff: Any) -> None:
    check = hr.post(PATH, {**LEAVE, "step": "check"})
    assert staff.asked("POST", ".*") == []
    answer = hr.post(PATH, {**LEAVE, "destination": "retirement", "step": "confirm"})

    for said in (
        "Amina Yusuf leaves the trust on 31 August 2027.",
        "Their last day as Headteacher at Elm is then.",
        "Their last day as Teacher at Ash is then.",
        "Elm has no head from the next day, unless another one is recorded.",
    ):
        assert said in check.text
    (sent,) = staff.asked("POST", ".*/departure")
    assert sent.body == {"on": "2027-08-31", "reason": "retired", "destination": "retirement"}
    assert sent.headers["Idempotency-Key"] == "k-1"
    assert answer.headers["Location"] == f"/people/{AMINA}"


def test_a_move_in_the_way_stands_beside_the_day(hr: Any, staff: Any) -> None:
    problem = {"type": "urn:acorn:problem:move-recorded", "status": 409, "detail": "A move is recorded for 2027-09-01."}
    staff.on("POST", f"/v1/people/{AMINA}/departure", problem, status=409)

    page = hr.post(PATH, {**LEAVE, "step": "confirm"})

    assert page.status_code == 422
    assert '<a href="#on-day">A move is recorded for 1 September 2027.</a>' in page.text


def test_who_has_left_has_nothing_to_end(hr: Any, staff: Any) -> None:
    staff.on("GET", f"/v1/people/{AMINA}", person(job(ELM, "headteacher", "2024-08-31")))

    assert "so there is nothing to end" in hr.get(PATH).text
