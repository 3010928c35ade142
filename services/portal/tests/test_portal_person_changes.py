"""HR changes people who are there: details while others change them, moves, ends, line managers, sign-ins."""

import json
import re
from html import unescape
from typing import Any

import pytest

HR = "01971281-3b20-7a4e-8f10-6c2d9e0b7a01"
AMINA = "01971281-3b20-7a4e-8f10-6c2d9e0b7a02"
BEN = "01971281-3b20-7a4e-8f10-6c2d9e0b7a04"
ELM = "01971281-3b20-7a4e-8f10-6c2d9e0b7c01"
ASH = "01971281-3b20-7a4e-8f10-6c2d9e0b7c02"
JOB = "01971281-3b20-7a4e-8f10-6c2d9e0b7d01"
PAGE = f"/people/{AMINA}"
MOVE = {
    "key": "k-1",
    "organisation": ASH,
    "post": "teacher",
    "fte": "1",
    "on-day": "1",
    "on-month": "9",
    "on-year": "2027",
    "reason": "moved_in_trust",
}
END = {"key": "k-1", "on-day": "31", "on-month": "8", "on-year": "2027", "reason": "resigned", "destination": ""}
LINE = {"key": "k-1", "name": "ben", "manager": BEN, "starts-day": "1", "starts-month": "9", "starts-year": "2027"}


def amina(**more: Any) -> dict[str, Any]:
    """Amina as the staff service answers her to HR."""
    plain = {"id": AMINA, "kind": "employee", "given_name": "Amina", "family_name": "Yusuf", "version": 3}
    known = {"email": "amina@oaktrees.example", "trn": "0123456", "employee_numbers": ["E1", "E2"]}
    job = {"id": JOB, "organisation": ELM, "post": "teacher", "fte": 1.0, "from": "2021-09-01", "to": None}
    lists = {"appointments": [job], "line_managers": [], "sign_ins": []}
    return {**plain, **known, **lists, "date_of_birth": "1990-02-28", **more}


def details(**typed: str) -> dict[str, str]:
    """What the form of details sends as it was opened, but for what was typed."""
    held = {"kind": "employee", "given_name": "Amina", "family_name": "Yusuf", "email": "amina@oaktrees.example"}
    opened = {**held, "trn": "0123456", "employee_numbers": ["E1", "E2"], "date_of_birth": "1990-02-28"}
    born = {"date_of_birth-day": "28", "date_of_birth-month": "2", "date_of_birth-year": "1990"}
    sent = {**held, **born, "trn": "0123456", "employee_numbers": "E1\r\nE2", "base": json.dumps(opened)}
    return {**sent, "version": "3", "key": "k-1", "step": "check", **typed}


def refusal(kind: str, status: int = 409, detail: str = "A rule.", **facts: Any) -> Any:
    """A service that refuses."""
    problem = {"type": f"urn:acorn:problem:{kind}", "status": status, "detail": detail, **facts}
    return lambda _: (status, problem)


def value(text: str, name: str) -> str:
    """What stands in an input of a page."""
    tag = next(tag for tag in re.findall(r"<input[^>]*>", text) if f'name="{name}"' in tag)
    found = re.search(r'value="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


@pytest.fixture(autouse=True)
def trust(staff: Any) -> None:
    """Two academies, two posts, Amina at Elm, and Ben."""
    places = [{"id": one, "name": name, "kind": "academy"} for one, name in ((ELM, "Elm"), (ASH, "Ash"))]
    ben = amina(id=BEN, given_name="Ben", family_name="Okafor")
    titles = (("teacher", "Teacher"), ("headteacher", "Headteacher"))
    posts = [{"code": code, "title": title, "leads": code == "headteacher", "counts": True} for code, title in titles]
    staff.on("GET", "/v1/organisations", {"items": places, "next": None, "previous": None, "total": None})
    staff.on("GET", "/v1/posts", {"items": posts})
    staff.on("GET", "/v1/vocabularies", {"items": []})
    staff.on("GET", "/v1/people", {"items": [ben], "next": None, "previous": None, "total": None})
    staff.on("GET", f"/v1{PAGE}", amina())


@pytest.fixture
def hr(browser: Any) -> Any:
    """Somebody of HR at the portal."""
    return browser.sign_in("hr", person=HR)


PAGES = ("change", "appointments/new", f"appointments/{JOB}/move", f"appointments/{JOB}/end", "line-manager")
RETRACTION = f"{PAGE}/appointments/{JOB}/end/retraction"


@pytest.mark.parametrize("path", [*PAGES, "sign-ins/end", f"appointments/{JOB}/end/retraction"])
def test_nobody_but_hr_opens_these_pages(browser: Any, path: str) -> None:
    assert browser.sign_in("sil", manages=True).get(f"{PAGE}/{path}").status_code == 403


@pytest.mark.parametrize("path", [*PAGES, "sign-ins/end"])
def test_hr_opens_them_with_what_is_so_now(hr: Any, path: str) -> None:
    page = hr.get(f"{PAGE}/{path}")

    assert page.status_code == 200
    assert "Amina Yusuf" in page.text


@pytest.mark.parametrize("path", ["move", "end", "end/retraction"])
def test_an_appointment_that_is_not_there_is_no_page(hr: Any, path: str) -> None:
    assert hr.get(f"{PAGE}/appointments/{ASH}/{path}").status_code == 404


def test_only_what_was_typed_is_sent(hr: Any, staff: Any) -> None:
    staff.on("PATCH", f"/v1{PAGE}", amina(version=4))

    answer = hr.post(f"{PAGE}/change", details(employee_numbers="E1\r\n\r\n E3 ", trn="", why="As in the letter."))

    sent = staff.asked("PATCH", ".*")[0]
    assert sent.body == {"trn": None, "employee_numbers": ["E1", "E3"], "why": "As in the letter."}
    assert sent.headers["If-Match"] == '"3"'
    assert answer.headers["Location"] == PAGE


def test_nothing_typed_changes_nothing(hr: Any, staff: Any) -> None:
    answer = hr.post(f"{PAGE}/change", details())

    assert "Nothing is changed yet." in answer.text
    assert staff.asked("PATCH", ".*") == []


def test_another_name_is_checked_first(hr: Any, staff: Any) -> None:
    staff.on("PATCH", f"/v1{PAGE}", amina(version=4, family_name="Khan"))

    check = hr.post(f"{PAGE}/change", details(family_name="Khan"))
    assert staff.asked("PATCH", ".*") == []
    saved = hr.post(f"{PAGE}/change", details(family_name="Khan", step="confirm"), follow_redirects=False)

    assert "Everybody who sees Amina Yusuf now sees Amina Khan instead." in check.text
    assert staff.asked("PATCH", ".*")[0].body == {"family_name": "Khan"}
    assert saved.headers["Location"] == PAGE


def test_of_two_who_change_one_record_the_second_sees_the_other_s_change_and_keeps_their_own(
    hr: Any, staff: Any
) -> None:
    staff.on("PATCH", f"/v1{PAGE}", refusal("stale-version", 412))
    now = amina(version=4, email="new@oaktrees.example", trn="7654321")
    staff.on("GET", f"/v1{PAGE}", now)

    second = hr.post(f"{PAGE}/change", details(trn="1111111", family_name="Khan", step="confirm"))

    text = " ".join(re.sub(r"<[^>]+>", " ", second.text).split())
    assert second.status_code == 422
    assert "TRN 1111111 7654321" in text
    assert "Work e-mail address You left it as it was new@oaktrees.example" in text
    assert (value(second.text, "trn"), value(second.text, "email")) == ("1111111", "new@oaktrees.example")
    assert value(second.text, "version") == "4"

    staff.on("PATCH", f"/v1{PAGE}", amina(version=5))
    again = details(
        trn="1111111",
        family_name="Khan",
        email="new@oaktrees.example",
        **{name: value(second.text, name) for name in ("version", "base", "asked", "key")},
    )
    third = hr.post(f"{PAGE}/change", again)

    assert staff.asked("PATCH", ".*")[-1].body == {"trn": "1111111", "family_name": "Khan"}
    assert third.headers["Location"] == PAGE


def test_a_move_is_checked_then_made_with_the_form_s_key_then_told(hr: Any, staff: Any) -> None:
    path = f"{PAGE}/appointments/{JOB}/move"
    staff.on("POST", f"/v1{PAGE}/moves", amina())

    check = hr.post(path, {**MOVE, "step": "check"})
    answer = hr.post(path, {**MOVE, "step": "confirm"})

    assert "Amina Yusuf leaves Elm on 31 August 2027 and starts at Ash on 1 September 2027." in check.text
    sent = staff.asked("POST", ".*/moves")
    assert [call.headers["Idempotency-Key"] for call in sent] == ["k-1"]
    assert sent[0].body == {
        "appointment": JOB,
        "organisation": ASH,
        "post": "teacher",
        "fte": 1.0,
        "on": "2027-09-01",
        "reason": "moved_in_trust",
    }
    assert answer.headers["Location"] == PAGE
    with hr.client.session_transaction() as held:
        assert ["success", "Amina Yusuf moves to Ash on 1 September 2027."] in held["_flashes"]


def test_other_working_days_alone_are_a_move_and_stay_with_it(hr: Any, staff: Any) -> None:
    path = f"{PAGE}/appointments/{JOB}/move"
    here = {**MOVE, "organisation": ELM, "fte": "0.4"}
    staff.on("GET", f"/v1{PAGE}", amina(appointments=[{**amina()["appointments"][0], "fte": 0.4}]))
    staff.on("POST", f"/v1{PAGE}/moves", amina())

    check = hr.post(path, {**here, "working_days": ["tue", "mon"], "step": "check"})
    hr.post(path, {**here, "working_days": ["tue", "mon"], "step": "confirm"})

    assert "then Teacher, 0.4 FTE, on Monday, Tuesday, from 1 September 2027." in check.text
    assert re.findall(r'name="working_days" value="(...)"', check.text) == ["tue", "mon"]
    assert staff.asked("POST", ".*/moves")[0].body["working_days"] == ["tue", "mon"]


def test_an_appointment_is_made_with_its_working_days(hr: Any, staff: Any) -> None:
    staff.on("POST", f"/v1{PAGE}/appointments", amina(), status=201)

    check = hr.post(f"{PAGE}/{NEW_PATH}", {**NEW, "working_days": ["mon", "fri"], "step": "check"})
    hr.post(f"{PAGE}/{NEW_PATH}", {**NEW, "working_days": ["mon", "fri"], "step": "confirm"})

    assert "Monday, Friday" in check.text
    assert staff.asked("POST", ".*/appointments")[0].body["working_days"] == ["mon", "fri"]


def test_a_move_to_what_is_already_so_is_asked_about(hr: Any) -> None:
    answer = hr.post(f"{PAGE}/appointments/{JOB}/move", {**MOVE, "organisation": ELM, "step": "check"})

    assert '<a href="#organisation">This is the appointment as it is.' in answer.text


MOVE_PATH, NEW_PATH = f"appointments/{JOB}/move", "appointments/new"
NEW = {**MOVE, "starts-day": "1", "starts-month": "9", "starts-year": "2027"}


@pytest.mark.parametrize(
    ("path", "answers", "problem", "at", "sentence"),
    [
        (MOVE_PATH, MOVE, {"kind": "fte-exceeded", "day": "2027-09-01", "fte": 1.2}, "fte", "add up to 1.2 full-time"),
        (
            MOVE_PATH,
            MOVE,
            {"kind": "appointment-ended", "detail": "This appointment's last day is 2026-12-31."},
            "on-day",
            "This appointment&#39;s last day is 31 December 2026. Move or end the appointment that follows it",
        ),
        (
            NEW_PATH,
            NEW,
            {"kind": "appointments-overlap", "detail": "Already from 2021-09-01 with no end known."},
            "post",
            "Already from 1 September 2021 with no end known. Choose another post",
        ),
        (
            NEW_PATH,
            NEW,
            {"kind": "invalid", "status": 422, "errors": [{"pointer": "/from", "detail": "It is too early."}]},
            "starts-day",
            "First day is too early.",
        ),
        (
            f"appointments/{JOB}/end",
            END,
            {
                "kind": "ends-before-start",
                "status": 422,
                "errors": [{"pointer": "/on", "detail": "Before 2021-09-01."}],
            },
            "on-day",
            "Before 1 September 2021.",
        ),
        (
            "line-manager",
            LINE,
            {"kind": "line-management-loop", "detail": "On 2027-09-01 they would go round."},
            "manager",
            "On 1 September 2027 they would go round. Choose somebody else",
        ),
        ("line-manager", LINE, {"kind": "later-line-manager", "detail": "From 2028-01-01."}, "starts-day", "1 January"),
    ],
    ids=lambda given: given["kind"] if isinstance(given, dict) and "kind" in given else None,
)
def test_what_a_rule_refuses_stands_beside_the_field_to_change(
    hr: Any, staff: Any, path: str, answers: dict[str, str], problem: dict[str, Any], at: str, sentence: str
) -> None:
    for method, place in (("POST", "(moves|appointments|appointments/.*/end)"), ("PUT", "line-manager")):
        staff.on(method, f"/v1{PAGE}/{place}", refusal(**problem))

    answer = hr.post(f"{PAGE}/{path}", {**answers, "step": "confirm"})

    assert answer.status_code == 422
    summary = answer.text[answer.text.index("There is a problem") :][:1500]
    assert f'<a href="#{at}">' in summary
    assert sentence in summary


def test_more_than_one_full_time_job_is_made_with_a_reason(hr: Any, staff: Any) -> None:
    staff.on("POST", f"/v1{PAGE}/moves", amina())

    hr.post(f"{PAGE}/{MOVE_PATH}", {**MOVE, "override": "Covers an absence.", "step": "confirm"})

    assert staff.asked("POST", ".*/moves")[0].body["override"] == {"why": "Covers an absence."}


def test_an_end_says_that_somebody_leaves_and_is_made(hr: Any, staff: Any) -> None:
    path = f"{PAGE}/appointments/{JOB}/end"
    staff.on("POST", f"/v1{path}", amina())

    check = hr.post(path, {**END, "step": "check"})
    hr.post(path, {**END, "step": "confirm"})

    assert "they leave the trust on 31 August 2027" in check.text
    assert staff.asked("POST", ".*/end")[0].body == {"on": "2027-08-31", "reason": "resigned", "destination": None}


def leaver(**more: Any) -> dict[str, Any]:
    """Amina, of whom HR recorded that she resigns."""
    ends = {"to": "2027-08-31", "reason": "resigned", "destination": None, **more}
    return amina(appointments=[{**amina()["appointments"][0], **ends}])


def test_of_an_end_that_is_recorded_hr_is_offered_what_the_rules_allow(hr: Any, staff: Any, cpd: Any) -> None:
    staff.on("GET", f"/v1{PAGE}", leaver())
    cpd.on("GET", ".*/hours", {"items": []})
    cpd.on("GET", ".*/history", {"items": [], "next": None, "previous": None, "total": None})

    links = re.findall(rf'href="{PAGE}/(appointments/[^"]+)"', hr.get(PAGE).text)

    assert links == [f"appointments/{JOB}/end/retraction", "appointments/new"]


def test_an_end_is_taken_back_with_what_was_typed_and_told(hr: Any, staff: Any) -> None:
    staff.on("GET", f"/v1{PAGE}", leaver())
    staff.on("POST", f"/v1{RETRACTION}", amina())

    asked = hr.get(RETRACTION)
    answer = hr.post(RETRACTION, {"key": "k-1", "ends-day": "", "why": "Talked with the head."})

    assert "Amina Yusuf stays in this post: 31 August 2027 is no longer their last day in it." in asked.text
    (sent,) = staff.asked("POST", ".*/retraction")
    assert sent.body == {"to": None, "why": "Talked with the head."}
    assert sent.headers["Idempotency-Key"] == "k-1"
    assert answer.headers["Location"] == PAGE
    assert "Amina Yusuf stays: Teacher at Elm, 1 FTE." in hr.get(RETRACTION).text


def test_a_move_that_is_called_off_is_named(hr: Any, staff: Any) -> None:
    ending = leaver(reason="moved_in_trust", destination="in_the_trust")
    next_ = {"organisation": ASH, "post": "teacher", "fte": 1.0, "from": "2027-09-01", "to": "2028-07-31"}
    ending["appointments"].append({"id": ASH, **next_, "follows": JOB})
    staff.on("GET", f"/v1{PAGE}", ending)

    asked = hr.get(RETRACTION)

    assert "Their move is called off: Teacher at Ash, 1 FTE, from 1 September 2027." in asked.text
    assert "The last day that is already fixed stays: 31 July 2028." in asked.text


def test_where_no_end_is_recorded_there_is_none_to_take_back(hr: Any) -> None:
    asked = hr.get(RETRACTION)

    assert "so there is nothing to take back" in asked.text
    assert '<form method="post" action="/people' not in asked.text


def test_why_an_end_cannot_be_taken_back_is_said_and_what_was_typed_stays(hr: Any, staff: Any) -> None:
    staff.on("GET", f"/v1{PAGE}", leaver())
    staff.on("POST", f"/v1{RETRACTION}", refusal("fte-exceeded", day="2027-09-01", fte=2))

    answer = hr.post(RETRACTION, {"key": "k-1", "why": "Talked with the head."})

    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert 'href="#override"' in answer.text
    assert value(answer.text, "why") == "Talked with the head."


def test_a_line_manager_is_found_chosen_checked_and_named(hr: Any, staff: Any) -> None:
    staff.on("PUT", f"/v1{PAGE}/line-manager", amina())

    found = hr.get(f"{PAGE}/line-manager?name=ben")
    check = hr.post(f"{PAGE}/line-manager", {**LINE, "step": "check"})
    hr.post(f"{PAGE}/line-manager", {**LINE, "step": "confirm"})

    assert "Ben Okafor, Teacher at Elm" in found.text
    assert "Ben Okafor manages Amina Yusuf from 1 September 2027" in check.text
    assert staff.asked("PUT", ".*")[0].body == {"person": BEN, "from": "2027-09-01"}


def test_nobody_can_follow_a_line_manager(hr: Any, staff: Any) -> None:
    line = {"person": BEN, "name": "Ben Okafor", "from": "2021-09-01", "to": None}
    staff.on("GET", f"/v1{PAGE}", amina(line_managers=[line]))
    staff.on("PUT", f"/v1{PAGE}/line-manager", amina())

    hr.post(f"{PAGE}/line-manager", {**LINE, "name": "", "manager": "nobody", "step": "confirm"})

    assert staff.asked("PUT", ".*")[0].body == {"person": None, "from": "2027-09-01"}


def test_ending_a_sign_in_is_confirmed_and_told(hr: Any, staff: Any) -> None:
    bound = {"issuer": "https://login.example", "subject": "s", "from": "2026-01-01", "to": None}
    staff.on("GET", f"/v1{PAGE}", amina(sign_ins=[bound]))
    staff.on("DELETE", f"/v1{PAGE}/sign-ins", {})

    asked = hr.get(f"{PAGE}/sign-ins/end")
    answer = hr.post(f"{PAGE}/sign-ins/end", {"key": "k-1"})

    assert "End the sign-in" in asked.text
    assert len(staff.asked("DELETE", ".*")) == 1
    assert answer.headers["Location"] == PAGE
