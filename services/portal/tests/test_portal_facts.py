"""Facts with days: recorded after a check, put right, taken back; by HR, and delegates by those who have them."""

import json
import re
from typing import Any

import pytest

HR, AMINA, BEN = (f"01971281-3b20-7a4e-8f10-6c2d9e0b7a{number:02}" for number in (1, 2, 4))
ELM, ASH = (f"01971281-3b20-7a4e-8f10-6c2d9e0b7c{number:02}" for number in (1, 2))
JOB, FACT = (f"01971281-3b20-7a4e-8f10-6c2d9e0b7d{number:02}" for number in (1, 2))
PAGE = f"/people/{AMINA}"
NO_RECORDS: dict[str, Any] = {"items": [], "next": None, "previous": None, "total": None}
SEPTEMBER = {"starts-day": "1", "starts-month": "9", "starts-year": "2027", "key": "k-1"}
LEAD = {"responsibility": "english_lead", "organisation": ELM, **SEPTEMBER}
YEAR = {"year_group": "year_6", "part": "led", "organisation": ELM, **SEPTEMBER}
AWAY = {"reason": "maternity", **SEPTEMBER}
STANDS_IN = {"name": "ben", "person": BEN, **SEPTEMBER}
NEW = [("responsibilities", LEAD), ("year-groups", YEAR), ("absences", AWAY), ("delegates", STANDS_IN)]


def job(id_: str, organisation: str, from_: str, to: str | None = None, post: str = "headteacher") -> dict[str, Any]:
    """An appointment."""
    return {"id": id_, "organisation": organisation, "post": post, "fte": 1.0, "from": from_, "to": to}


def person(id_: str = AMINA, name: str = "Amina Yusuf", **more: Any) -> dict[str, Any]:
    """A head as the staff service answers her, with a fact of each kind."""
    given, family = name.split()
    days = {"id": FACT, "from": "2025-09-01", "to": None}
    there = {**days, "organisation": ELM, "until": "2028-07-31"}
    facts = {
        "responsibilities": [{**there, "responsibility": "english_lead"}],
        "year_groups": [{**there, "year_group": "year_6", "part": "taught"}],
        "absences": [{**days, "reason": "study"}],
        "delegates": [{**days, "person": BEN, "name": "Ben Okafor"}],
    }
    who = {"id": id_, "kind": "employee", "given_name": given, "family_name": family, "email": None, "version": 3}
    jobs = [job(ASH, ASH, "2015-09-01", "2020-08-31", post="teacher"), job(JOB, ELM, "2021-09-01")]
    return {**who, "appointments": jobs, "line_managers": [], "sign_ins": [], **facts, **more}


@pytest.fixture(autouse=True)
def trust(staff: Any, cpd: Any) -> None:
    """Elm and Ash, their vocabularies, Amina who leads Elm, and Ben."""
    places = [{"id": one, "name": name, "kind": "academy"} for one, name in ((ELM, "Elm"), (ASH, "Ash"))]
    lead = {"code": "english_lead", "title": "English lead", "retired_from": None}
    retired = {"code": "ict_lead", "title": "ICT lead", "retired_from": "2020-09-01"}
    year = {"code": "year_6", "title": "Year 6", "retired_from": None}
    kept = [{"name": "responsibilities", "terms": [lead, retired]}, {"name": "year_groups", "terms": [year]}]
    posts = [{"code": "headteacher", "title": "Headteacher", "leads": True, "counts": True}]
    posts.append({"code": "teacher", "title": "Teacher", "leads": False, "counts": True})
    staff.on("GET", "/v1/organisations", {"items": places, "next": None, "previous": None, "total": None})
    staff.on("GET", "/v1/posts", {"items": posts})
    staff.on("GET", "/v1/vocabularies", {"items": kept})
    staff.on("GET", "/v1/people", {**NO_RECORDS, "items": [person(BEN, "Ben Okafor")]})
    staff.on("GET", f"/v1{PAGE}", person())
    staff.on("POST", f"/v1{PAGE}/.*", person(), status=201)
    staff.on("PATCH", f"/v1{PAGE}/.*", person())
    cpd.on("GET", ".*/hours", {"items": []})
    cpd.on("GET", ".*/history", NO_RECORDS)


@pytest.fixture
def hr(browser: Any) -> Any:
    """Somebody of HR at the portal."""
    return browser.sign_in("hr", person=HR)


@pytest.mark.parametrize("path", ["new", f"{FACT}/change", f"{FACT}/retraction"])
@pytest.mark.parametrize("kind", [kind for kind, _ in NEW])
def test_these_pages_are_hrs_but_delegates_are_for_whoever_has_them_too(browser: Any, kind: str, path: str) -> None:
    assert browser.sign_in("sil", manages=True).get(f"{PAGE}/{kind}/{path}").status_code == 403
    own = 200 if kind == "delegates" else 403
    assert browser.sign_in(person=AMINA, leads=("Elm",)).get(f"{PAGE}/{kind}/{path}").status_code == own
    opened = browser.sign_in("hr", person=HR).get(f"{PAGE}/{kind}/{path}")
    assert opened.status_code == 200
    assert "Amina Yusuf" in opened.text


@pytest.mark.parametrize("path", ["change", "retraction"])
def test_a_fact_that_is_not_there_is_no_page(hr: Any, path: str) -> None:
    assert hr.get(f"{PAGE}/absences/{ASH}/{path}").status_code == 404


@pytest.mark.parametrize(
    ("kind", "typed", "said", "body"),
    [
        (
            "responsibilities",
            LEAD,
            "Amina Yusuf is English lead at Elm from 1 September 2027.",
            {"responsibility": "english_lead", "organisation": ELM},
        ),
        (
            "year-groups",
            YEAR,
            "Amina Yusuf leads Year 6 at Elm from 1 September 2027.",
            {"year_group": "year_6", "part": "led", "organisation": ELM},
        ),
        ("absences", AWAY, "Amina Yusuf is away from 1 September 2027.", {"reason": "maternity"}),
        (
            "delegates",
            STANDS_IN,
            "Ben Okafor decides in Amina Yusuf’s stead from 1 September 2027.",
            {"person": BEN},
        ),
    ],
)
def test_a_fact_is_checked_then_recorded_with_the_forms_key_then_told(
    hr: Any, staff: Any, kind: str, typed: dict[str, str], said: str, body: dict[str, str]
) -> None:
    check = hr.post(f"{PAGE}/{kind}/new", {**typed, "step": "check"})
    assert staff.asked("POST", ".*") == []
    answer = hr.post(f"{PAGE}/{kind}/new", {**typed, "why": "As agreed.", "step": "confirm"})

    assert said in check.text
    (sent,) = staff.asked("POST", f"/v1{PAGE}/{kind}")
    assert sent.body == {**body, "from": "2027-09-01", "to": None, "why": "As agreed."}
    assert sent.headers["Idempotency-Key"] == "k-1"
    assert answer.headers["Location"] == PAGE
    with hr.client.session_transaction() as held:
        assert ["success", said] in held["_flashes"]


def test_whoever_has_many_to_record_goes_on_to_the_next(hr: Any) -> None:
    check = hr.post(f"{PAGE}/year-groups/new", {**YEAR, "step": "check"})
    answer = hr.post(f"{PAGE}/year-groups/new", {**YEAR, "step": "again"})

    assert "Confirm, then record another year group" in check.text
    assert answer.headers["Location"] == f"{PAGE}/year-groups/new"


def test_places_are_those_where_they_work_or_worked_and_terms_those_in_use(hr: Any) -> None:
    page = hr.get(f"{PAGE}/responsibilities/new").text

    choices = re.findall(r'<option value="([^"]*)"', page)
    assert choices == ["", "english_lead", "", ELM, ASH]
    assert "ICT lead" not in page


def test_of_one_place_nobody_is_asked(hr: Any, staff: Any) -> None:
    staff.on("GET", f"/v1{PAGE}", person(appointments=[job(JOB, ELM, "2021-09-01")]))

    page = hr.get(f"{PAGE}/year-groups/new").text

    assert re.search(rf'<option value="{ELM}" selected>Elm</option>', page)


def test_who_never_had_an_appointment_needs_one_first(hr: Any, staff: Any) -> None:
    staff.on("GET", f"/v1{PAGE}", person(appointments=[]))

    page = hr.get(f"{PAGE}/responsibilities/new").text

    assert f'href="{PAGE}/appointments/new">Add an appointment first' in page


@pytest.mark.parametrize(
    ("kind", "typed", "problem", "at", "sentence"),
    [
        (
            "responsibilities",
            LEAD,
            {"kind": "not-appointed-there", "detail": "Nothing there on 2027-09-01."},
            "starts-day",
            "Nothing there on 1 September 2027.",
        ),
        (
            "responsibilities",
            LEAD,
            {"kind": "code-retired", "errors": [{"pointer": "/responsibility", "detail": "Retired since 2027-01-01."}]},
            "responsibility",
            "Retired since 1 January 2027.",
        ),
        (
            "absences",
            AWAY,
            {"kind": "ends-before-start", "status": 422, "errors": [{"pointer": "/to", "detail": "Too early."}]},
            "ends-day",
            "Too early.",
        ),
        (
            "absences",
            AWAY,
            {"kind": "fact-overlaps", "detail": "It is recorded from 2027-08-01."},
            "starts-day",
            "It is recorded from 1 August 2027.",
        ),
        ("delegates", STANDS_IN, {"kind": "delegate-left", "detail": "Gone."}, "person", "Gone."),
        ("delegates", STANDS_IN, {"kind": "nothing-to-delegate", "detail": "Neither."}, "starts-day", "Neither."),
    ],
    ids=lambda given: given["kind"] if isinstance(given, dict) and "kind" in given else None,
)
def test_what_is_refused_stands_beside_its_field(
    hr: Any, staff: Any, kind: str, typed: dict[str, str], problem: dict[str, Any], at: str, sentence: str
) -> None:
    answer = {"status": 409, "detail": "A rule.", **problem, "type": f"urn:acorn:problem:{problem['kind']}"}
    staff.on("POST", f"/v1{PAGE}/.*", answer, status=int(answer["status"]))

    page = hr.post(f"{PAGE}/{kind}/new", {**typed, "step": "confirm"})

    assert page.status_code == 422
    assert f'<a href="#{at}">{sentence}</a>' in page.text


def test_only_what_differs_of_an_absence_is_sent(hr: Any, staff: Any) -> None:
    opened = hr.get(f"{PAGE}/absences/{FACT}/change")
    days = {"starts-day": "1", "starts-month": "9", "starts-year": "2025", "key": "k-1", "reason": "study"}
    back = {**days, "ends-day": "31", "ends-month": "7", "ends-year": "2026"}

    check = hr.post(f"{PAGE}/absences/{FACT}/change", {**back, "step": "check"})
    hr.post(f"{PAGE}/absences/{FACT}/change", {**back, "step": "confirm"})

    assert '<option value="study" selected>Study leave</option>' in opened.text
    assert "Amina Yusuf is away from 1 September 2025 to 31 July 2026." in check.text
    assert "Until now it was recorded from 1 September 2025." in check.text
    (sent,) = staff.asked("PATCH", f"/v1{PAGE}/absences/{FACT}")
    assert sent.body == {"to": "2026-07-31"}
    assert '<input id="base" name="base" type="hidden"' in opened.text

    unchanged = hr.post(f"{PAGE}/absences/{FACT}/change", {**days, "step": "check"})
    assert '<a href="#starts-day">Nothing is changed yet.' in unchanged.text


def test_a_responsibility_says_that_it_ends_with_the_post(hr: Any) -> None:
    page = hr.get(f"{PAGE}/responsibilities/{FACT}/change")

    assert "It ends with their last day there, 31 July 2028, whatever is said here." in page.text


def test_a_change_that_is_pressed_twice_is_sent_twice_as_the_same(hr: Any, staff: Any) -> None:
    days = {"starts-day": "1", "starts-month": "9", "starts-year": "2025", "key": "k-1", "reason": "sickness"}
    base = {"base": json.dumps({"from": "2025-09-01", "to": None, "reason": "study"})}

    hr.post(f"{PAGE}/absences/{FACT}/change", {**days, **base, "step": "confirm"})
    saved = person(absences=[{"id": FACT, "from": "2025-09-01", "to": None, "reason": "sickness"}])
    staff.on("GET", f"/v1{PAGE}", saved)
    hr.post(f"{PAGE}/absences/{FACT}/change", {**days, **base, "step": "confirm"})

    assert [(sent.body, sent.headers["Idempotency-Key"]) for sent in staff.asked("PATCH", ".*")] == [
        ({"reason": "sickness"}, "k-1")
    ] * 2


def test_what_is_taken_back_by_the_first_of_two_presses_is_told_by_the_second(hr: Any, staff: Any) -> None:
    staff.on("GET", f"/v1{PAGE}", person(absences=[]))

    answer = hr.post(f"{PAGE}/absences/{FACT}/retraction", {"key": "k-1"})

    assert len(staff.asked("POST", f"/v1{PAGE}/absences/{FACT}/retraction")) == 1
    assert answer.headers["Location"] == PAGE


@pytest.mark.parametrize("kind", [kind for kind, _ in NEW])
def test_what_was_recorded_in_error_is_taken_back_with_a_note(hr: Any, staff: Any, kind: str) -> None:
    answer = hr.post(f"{PAGE}/{kind}/{FACT}/retraction", {"key": "k-1", "why": "Meant for a colleague."})

    (sent,) = staff.asked("POST", f"/v1{PAGE}/{kind}/{FACT}/retraction")
    assert (sent.body, sent.headers["Idempotency-Key"]) == ({"why": "Meant for a colleague."}, "k-1")
    assert answer.headers["Location"] == PAGE


def test_somebody_who_has_neither_academy_nor_trust_to_lead_is_offered_no_delegate(hr: Any, staff: Any) -> None:
    assert f"{PAGE}/delegates/new" in hr.get(PAGE).text

    staff.on("GET", f"/v1{PAGE}", person(appointments=[job(JOB, ELM, "2021-09-01", post="teacher")], delegates=[]))

    assert "/delegates/" not in hr.get(PAGE).text
    assert "is neither." in hr.get(f"{PAGE}/delegates/new").text


def test_a_head_names_her_delegate_herself_and_learns_no_more_than_hr_told_of_her(browser: Any, staff: Any) -> None:
    head = browser.sign_in(person=AMINA, leads=("Elm",))

    page = head.get(PAGE).text
    answer = head.post(f"{PAGE}/delegates/new", {**STANDS_IN, "step": "confirm"})

    assert set(re.findall(rf'href="{PAGE}/((?:[a-z-]+)/(?:new|{FACT}/[a-z]+))"', page)) == {
        "delegates/new",
        f"delegates/{FACT}/change",
        f"delegates/{FACT}/retraction",
    }
    assert answer.headers["Location"] == PAGE
    assert staff.asked("POST", ".*/delegates")[0].body["person"] == BEN
