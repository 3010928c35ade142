"""Academies: seen by those who may, added and changed by HR, by two at once too."""

import json
import re
from html import unescape
from typing import Any

import pytest

ELM = "01971281-3b20-7a4e-8f10-6c2d9e0b7c01"
PATH = f"/academies/{ELM}/change"


def elm(**more: Any) -> dict[str, Any]:
    """An academy as the staff service answers it."""
    plain = {"id": ELM, "kind": "academy", "name": "Elm", "urn": "140001", "ukprn": None, "phase": "Primary"}
    stands = {"membership": "member", "founder": True, "joined": None, "left": None, "address": None}
    return {**plain, **stands, "version": 2, **more}


def typed(**changed: str) -> dict[str, str]:
    """What the form sends as it was opened, but for what was typed."""
    base = {name: value for name, value in elm().items() if name not in ("id", "version")}
    held = {"kind": "academy", "name": "Elm", "urn": "140001", "phase": "Primary", "membership": "member"}
    return {**held, "founder": "yes", "base": json.dumps(base), "version": "2", "key": "k-1", **changed}


@pytest.fixture(autouse=True)
def one_academy(staff: Any) -> None:
    """Elm alone."""
    total = {"count": 1, "more": False}
    staff.on("GET", "/v1/organisations", {"items": [elm()], "next": None, "previous": None, "total": total})
    staff.on("GET", f"/v1/organisations/{ELM}", elm())


def test_who_is_not_of_hr_sees_academies_and_changes_none(browser: Any) -> None:
    browser.sign_in("sil")

    page = browser.get("/academies")

    assert "URN 140001" in page.text
    assert "/change" not in page.text
    assert [browser.get(path).status_code for path in ("/academies/new", PATH)] == [403, 403]


def test_hr_adds_an_academy(browser: Any, staff: Any) -> None:
    staff.on("POST", "/v1/organisations", elm(name="Rowan"), status=201)
    new = {"name": "Rowan", "kind": "academy", "membership": "prospective", "founder": "no", "town": "Oakham"}

    answer = browser.sign_in("hr").post("/academies/new", {**new, "key": "k-1"})

    sent = staff.asked("POST", ".*")[0]
    address = {"street": None, "town": "Oakham", "postcode": None}
    known = {"kind": "academy", "name": "Rowan", "membership": "prospective", "founder": False}
    assert sent.body == {**known, "address": address}
    assert sent.headers["Idempotency-Key"] == "k-1"
    assert answer.headers["Location"] == "/academies"


def test_only_what_was_typed_of_an_academy_is_sent(browser: Any, staff: Any) -> None:
    staff.on("PATCH", f"/v1/organisations/{ELM}", elm())

    browser.sign_in("hr").post(PATH, typed(phase="Infant"))

    assert staff.asked("PATCH", ".*")[0].body == {"phase": "Infant"}


def test_a_refused_urn_stands_beside_its_field(browser: Any, staff: Any) -> None:
    errors = [{"pointer": "/urn", "detail": "A URN has exactly 6 digits."}]
    problem = {"type": "urn:acorn:problem:invalid", "status": 422, "detail": "No.", "errors": errors}
    staff.on("PATCH", f"/v1/organisations/{ELM}", problem, status=422)

    answer = browser.sign_in("hr").post(PATH, typed(urn="1"))

    assert answer.status_code == 422
    assert '<a href="#urn">A URN has exactly 6 digits.</a>' in answer.text


def test_what_somebody_else_changed_of_an_academy_is_followed_and_what_was_typed_is_kept(
    browser: Any, staff: Any
) -> None:
    problem = {"type": "urn:acorn:problem:stale-version", "status": 412, "detail": "Changed."}
    staff.on("PATCH", f"/v1/organisations/{ELM}", problem, status=412)
    now = elm(version=3, name="Elm Primary", address={"street": None, "town": "Oakham", "postcode": None})
    staff.on("GET", f"/v1/organisations/{ELM}", now)

    answer = browser.sign_in("hr").post(PATH, typed(name="Elm Academy"))

    text = " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())
    assert "Name Elm Academy Elm Primary" in text
    assert "Address You left it as it was Oakham" in text
    assert re.search(r'name="town"[^>]*value="Oakham"', answer.text)
    assert re.search(r'name="name"[^>]*value="Elm Academy"', answer.text)
