"""The trust's calendar: read by everybody, set and changed by HR, an academy's own dates beside it."""

import json
import re
from html import unescape
from typing import Any

import pytest

ELM, ASH = (f"01971281-3b20-7a4e-8f10-6c2d9e0b7c{number:02}" for number in (1, 2))
HALVES = [
    ("autumn", ("2026-09-02", "2026-10-23"), ("2026-11-02", "2026-12-18")),
    ("spring", ("2027-01-04", "2027-02-12"), ("2027-02-22", "2027-03-25")),
    ("summer", ("2027-04-12", "2027-05-28"), ("2027-06-07", "2027-07-21")),
]
TERMS = [
    {"term": term, "half_terms": [{"from": one, "to": other} for one, other in halves]} for term, *halves in HALVES
]
TYPED = {
    f"{term}_{number}_{end}": day
    for term, *halves in HALVES
    for number, half in enumerate(halves, start=1)
    for end, day in zip(("from", "to"), half, strict=True)
}
FOUR = "The trust has 4 INSET days in 2026-27, not 5."
CHANGE, OWN = "/calendar/2026-27/change", f"/calendar/2026-27/academies/{ASH}/change"


def calendar(year: str = "2026-27", **more: Any) -> dict[str, Any]:
    """A year as the staff service answers it."""
    dates = {"terms": TERMS, "inset_days": ["2026-09-01"], "bank_holidays": ["2026-12-25"], "academies": []}
    return {"id": ELM, "academic_year": year, **dates, "warnings": [], "version": 2, "changed_at": "x", **more}


def typed(**changed: str) -> dict[str, str]:
    """What the form of a change sends as it was opened, but for what was typed."""
    base = {name: calendar()[name] for name in ("terms", "inset_days", "bank_holidays")}
    held = {**TYPED, "inset_days": "1 September 2026", "bank_holidays": "25 December 2026"}
    return {**held, "base": json.dumps(base), "version": "2", "key": "k-1", **changed}


def text(page: Any) -> str:
    """What a page shows."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2])).split())


def years(staff: Any, *found: dict[str, Any]) -> None:
    """The years that have a calendar."""
    staff.on("GET", "/v1/calendars", {"items": list(found), "next": None, "previous": None, "total": None})


@pytest.fixture(autouse=True)
def trust(staff: Any) -> None:
    """Two years, two academies."""
    known = {"kind": "academy", "membership": "member"}
    places = [{"id": one, "name": name, **known} for one, name in ((ELM, "Elm"), (ASH, "Ash"))]
    years(staff, calendar("2027-28"), calendar())
    staff.on("GET", "/v1/calendars/2026-27", calendar())
    staff.on("GET", "/v1/organisations", {"items": places, "next": None, "previous": None, "total": None})
    staff.on("GET", "/v1/posts", {"items": []})
    staff.on("GET", "/v1/vocabularies", {"items": []})


@pytest.fixture
def hr(browser: Any) -> Any:
    """Somebody of HR."""
    return browser.sign_in("hr")


def test_everybody_reads_this_year_and_nobody_but_hr_is_offered_a_change(browser: Any, staff: Any) -> None:
    years(staff, calendar("2027-28"), calendar(warnings=[FOUR]))

    shown = browser.sign_in().get("/calendar")

    assert "Autumn 2 September 2026 to 23 October 2026 2 November 2026 to 18 December 2026" in text(shown)
    assert "Tuesday 1 September 2026" in text(shown)
    assert "Friday 25 December 2026" in text(shown)
    assert 'href="/calendar/2027-28"' in shown.text
    assert FOUR not in text(shown)
    assert "/change" not in shown.text
    paths = ("/calendar/new", CHANGE, OWN, OWN.replace("change", "retraction"))
    assert [browser.get(path).status_code for path in paths] == [403] * 4


def test_who_may_not_know_the_academies_still_reads_the_dates(browser: Any, staff: Any) -> None:
    staff.on("GET", "/v1/organisations", {"type": "urn:acorn:problem:forbidden", "status": 403}, status=403)
    own = {"organisation": ASH, "terms": [], "inset_days": ["2027-06-28"]}
    staff.on("GET", "/v1/calendars/2026-27", calendar(academies=[own]))

    shown = browser.sign_in("operations", person=None).get("/calendar/2026-27")

    assert shown.status_code == 200
    assert "An academy INSET days beside the trust’s: Monday 28 June 2027" in text(shown)
    assert staff.asked("GET", "/v1/organisations") == []


def test_hr_sees_what_is_unusual_with_academies_by_name(hr: Any, staff: Any) -> None:
    own = {"organisation": ASH, "terms": [], "inset_days": ["2027-06-28"]}
    warnings = [FOUR, f"The academy {ASH} has 2 INSET days, not 5."]
    staff.on("GET", "/v1/calendars/2026-27", calendar(academies=[own], warnings=warnings))

    shown = hr.get("/calendar/2026-27")

    assert FOUR in text(shown)
    assert "Ash has 2 INSET days, not 5." in text(shown)
    links = set(re.findall(r'href="(/calendar/2026-27/[^"]+)"', shown.text))
    at = "/calendar/2026-27/academies"
    assert links == {CHANGE, OWN, f"{at}/{ASH}/retraction", f"{at}/{ELM}/change"}


def test_before_the_first_year_there_is_nothing_to_read(hr: Any, staff: Any) -> None:
    years(staff)

    shown = hr.get("/calendar")

    assert "No academic year has a calendar yet." in text(shown)
    assert 'href="/calendar/new"' in shown.text


def test_a_year_is_added_with_days_as_people_write_them(hr: Any, staff: Any) -> None:
    staff.on("POST", "/v1/calendars", calendar("2028-29"), status=201)
    days = {
        "autumn_1_from": "Wed 2 Sept 2026",
        "spring_1_from": "4/1/2027",
        "inset_days": "1.9.2026\r\n\r\n2nd Nov 2026",
    }
    new = {**TYPED, **days, "academic_year": "2028-29", "key": "k-1"}

    opened = hr.get("/calendar/new")
    refused = hr.post("/calendar/new", {**new, "autumn_1_from": "32 Sept 2026"})
    answer = hr.post("/calendar/new", new)

    assert re.findall(r'<option value="(2[^"]+)"', opened.text) == ["2025-26", "2028-29", "2029-30"]
    assert "Autumn term, first half: first day must be a real day" in text(refused)
    (sent,) = staff.asked("POST", ".*")
    assert sent.body == {
        "academic_year": "2028-29",
        "terms": TERMS,
        "inset_days": ["2026-09-01", "2026-11-02"],
    }
    assert sent.headers["Idempotency-Key"] == "k-1"
    assert answer.headers["Location"] == "/calendar/2028-29"


def test_only_what_changed_is_sent(hr: Any, staff: Any) -> None:
    staff.on("PATCH", "/v1/calendars/2026-27", calendar(version=3))

    opened = hr.get(CHANGE)
    nothing = hr.post(CHANGE, typed())
    hr.post(CHANGE, typed(inset_days="1 9 2026\r\n2 11 2026", why="As in the letter."))

    assert re.search(r'name="autumn_1_from"[^>]*value="2 September 2026"', opened.text)
    assert "Nothing is changed yet." in nothing.text
    (sent,) = staff.asked("PATCH", ".*")
    assert sent.body == {"inset_days": ["2026-09-01", "2026-11-02"], "why": "As in the letter."}
    assert sent.headers["If-Match"] == '"2"'


def test_what_the_service_refuses_of_days_stands_beside_them(hr: Any, staff: Any) -> None:
    errors = [{"pointer": "/inset_days", "detail": "2026-12-25 is a weekend or a bank holiday: no INSET day."}]
    problem = {"type": "urn:acorn:problem:invalid", "status": 422, "detail": "No.", "errors": errors}
    staff.on("PATCH", "/v1/calendars/2026-27", problem, status=422)

    answer = hr.post(CHANGE, typed(inset_days="25 12 2026"))

    assert answer.status_code == 422
    assert '<a href="#inset_days">25 December 2026 is a weekend or a bank holiday: no INSET day.</a>' in answer.text


def test_of_two_who_change_one_year_the_second_sees_the_other_s_change_and_keeps_their_own(hr: Any, staff: Any) -> None:
    problem = {"type": "urn:acorn:problem:stale-version", "status": 412, "detail": "Changed."}
    staff.on("PATCH", "/v1/calendars/2026-27", problem, status=412)
    staff.on("GET", "/v1/calendars/2026-27", calendar(version=3, bank_holidays=["2026-12-28"]))

    answer = hr.post(CHANGE, typed(inset_days="2 11 2026"))

    assert "Bank holidays You left it as it was 28 December 2026" in text(answer)
    assert ">2 11 2026</textarea>" in answer.text
    assert ">28 December 2026</textarea>" in answer.text


def test_an_academy_differs_by_its_inset_days_alone_or_by_its_terms_too(hr: Any, staff: Any) -> None:
    at = f"/v1/calendars/2026-27/academies/{ASH}"
    staff.on("PUT", at, calendar(version=3))
    own = {"inset_days": "28 6 2027", "version": "2", "key": "k-1"}

    hr.post(OWN, {**own, "terms": "trust", "autumn_1_from": "nonsense"})
    refused = hr.post(OWN, {**own, **TYPED, "terms": "own", "autumn_1_from": ""})
    answer = hr.post(OWN, {**own, **TYPED, "terms": "own"})

    assert "Enter the first day of the first half of the autumn term." in text(refused)
    first, second = staff.asked("PUT", at)
    assert first.body == {"terms": [], "inset_days": ["2027-06-28"]}
    assert second.body == {"terms": TERMS, "inset_days": ["2027-06-28"]}
    assert second.headers["If-Match"] == '"2"'
    assert answer.headers["Location"] == "/calendar/2026-27"


def test_an_academy_follows_the_trust_again(hr: Any, staff: Any) -> None:
    own = {"organisation": ASH, "terms": [], "inset_days": ["2027-06-28"]}
    staff.on("GET", "/v1/calendars/2026-27", calendar(academies=[own]))
    staff.on("POST", f"/v1/calendars/2026-27/academies/{ASH}/retraction", calendar(version=3))
    path = OWN.replace("change", "retraction")

    assert "Ash follows the trust again in 2026-27" in text(hr.get(path))
    answer = hr.post(path, {"version": "2", "key": "k-1", "why": "A slip."})

    (sent,) = staff.asked("POST", ".*/retraction")
    assert (sent.body, sent.headers["If-Match"]) == ({"why": "A slip."}, '"2"')
    assert answer.headers["Location"] == "/calendar/2026-27"
    assert hr.get(path.replace(ASH, ELM)).status_code == 404


def test_what_somebody_else_changed_of_an_academys_dates_is_told_before_they_are_saved(hr: Any, staff: Any) -> None:
    at = f"/v1/calendars/2026-27/academies/{ASH}"
    problem = {"type": "urn:acorn:problem:stale-version", "status": 412, "detail": "Changed."}
    staff.on("PUT", at, problem, status=412)
    staff.on("POST", f"{at}/retraction", problem, status=412)
    own = {"organisation": ASH, "terms": [], "inset_days": ["2027-06-28"]}
    staff.on("GET", "/v1/calendars/2026-27", calendar(version=3, academies=[own]))

    changed = hr.post(OWN, {"inset_days": "28 6 2027", "terms": "trust", "version": "2", "key": "k-1"})
    followed = hr.post(OWN.replace("change", "retraction"), {"version": "2", "key": "k-2"})

    for answer in (changed, followed):
        assert "Somebody else changed this record" in text(answer)
        assert 'name="version" type="hidden" value="3"' in answer.text
