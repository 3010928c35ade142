"""Somebody joins: known already or not, in steps that keep each other's answers, made once and told truly."""

import re
from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import parse_qs

import pytest

HR = "01971281-3b20-7a4e-8f10-6c2d9e0b7a01"
NEW = "01971281-3b20-7a4e-8f10-6c2d9e0b7a02"
KNOWN = "01971281-3b20-7a4e-8f10-6c2d9e0b7a03"
BEN = "01971281-3b20-7a4e-8f10-6c2d9e0b7a04"
ASH = "01971281-3b20-7a4e-8f10-6c2d9e0b7c01"
WHO = {
    "key": "k-1",
    "kind": "employee",
    "given_name": " Zoë ",
    "family_name": "O’Brien",
    "email": "zoe@oaktrees.example",
    "trn": "0123456",
    "employee_numbers": "E1042",
    "date_of_birth-day": "3",
    "date_of_birth-month": "4",
    "date_of_birth-year": "1991",
}
APPOINTMENT = {
    "organisation": ASH,
    "post": "teacher",
    "fte": "0,6",
    "starts-day": "1",
    "starts-month": "9",
    "starts-year": "2027",
}


def person(person_id: str = NEW, given: str = "Zoë", family: str = "O’Brien", **more: Any) -> dict[str, Any]:
    """A person as the staff service answers them to HR."""
    plain = {"id": person_id, "kind": "employee", "given_name": given, "family_name": family, "version": 1}
    lists: dict[str, Any] = {"appointments": [], "line_managers": [], "employee_numbers": [], "sign_ins": []}
    return {**plain, **lists, "email": None, "trn": None, "date_of_birth": None, **more}


def page(*items: Any) -> dict[str, Any]:
    """A page of a list."""
    return {"items": list(items), "next": None, "previous": None, "total": None}


def refusal(kind: str, status: int = 409, detail: str = "A rule.", **facts: Any) -> tuple[int, Any]:
    """A refusal as the service writes one."""
    return status, {"type": f"urn:acorn:problem:{kind}", "status": status, "detail": detail, **facts}


def hidden(text: str) -> dict[str, str]:
    """What a page carries in hidden fields."""
    inputs = [tag for tag in re.findall(r"<input[^>]*>", text) if 'type="hidden"' in tag]
    pairs = [(re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in inputs]
    return {name[1]: unescape(found[1]) if found else "" for name, found in pairs if name and name[1] != "csrf_token"}


@pytest.fixture(autouse=True)
def trust(staff: Any) -> None:
    """An academy, a post, nobody who is like the joiner."""
    staff.on("GET", "/v1/organisations", page({"id": ASH, "name": "Ash Academy", "kind": "academy"}))
    posts = [{"code": "teacher", "title": "Teacher", "leads": False, "counts": True}]
    staff.on("GET", "/v1/posts", {"items": posts})
    staff.on("GET", "/v1/vocabularies", {"items": []})
    staff.on("GET", "/v1/people", page())
    staff.on("POST", "/v1/people", person(), status=201)
    staff.on("POST", f"/v1/people/{NEW}/appointments", person(), status=201)
    staff.on("PUT", f"/v1/people/{NEW}/line-manager", person())


def pressed(browser: Any, step: str, *answers: Mapping[str, str]) -> Any:
    """Press a button of the journey."""
    return browser.post("/people/new", {key: value for each in answers for key, value in each.items()} | {"step": step})


def found_by(staff: Any, argument: str, *people: Any) -> None:
    """Let a search by one argument find people, and no other."""
    staff.on("GET", "/v1/people", lambda call: (200, page(*people) if argument in parse_qs(call.query) else page()))


@pytest.mark.parametrize("roles", [(), ("sil",), ("ceo",), ("operations",)], ids=str)
def test_only_hr_adds_people(browser: Any, roles: tuple[str, ...]) -> None:
    assert browser.sign_in(*roles).get("/people/new").status_code == 403


def test_each_step_says_what_is_missing_of_it_alone(browser: Any) -> None:
    browser.sign_in("hr", person=HR)

    first, second = pressed(browser, "who", {"key": "k"}), pressed(browser, "appointment", WHO)

    assert (first.status_code, second.status_code) == (422, 422)
    assert "Enter their given name." in first.text
    assert "Choose where they will work." not in first.text
    assert '<a href="#organisation">Choose where they will work.</a>' in second.text
    assert '<a href="#starts-day">Enter their first day.</a>' in second.text


def test_all_that_was_entered_is_carried_to_the_check_and_back(browser: Any) -> None:
    browser.sign_in("hr", person=HR)
    second = pressed(browser, "who", WHO)
    check = pressed(browser, "appointment", hidden(second.text), APPOINTMENT)

    carried = hidden(check.text)
    back = pressed(browser, "change-who", carried)

    assert "Check before Zoë O’Brien joins" in check.text
    assert "From 1 September 2027 the head of Ash Academy sees their record." in check.text
    assert {**WHO, **APPOINTMENT, "given_name": "Zoë"}.items() <= carried.items()
    assert {"organisation": ASH, "starts-year": "2027", "key": "k-1"}.items() <= hidden(back.text).items()
    assert 'value="zoe@oaktrees.example"' in back.text
    assert back.status_code == 200
    assert "Check before" in pressed(browser, "who", carried).text, "what was changed leads straight back to the check"


def test_somebody_like_the_joiner_is_shown_and_hr_decides_once(browser: Any, staff: Any) -> None:
    found_by(staff, "employee_number", person(KNOWN, "Zoe", "Brien", email="z@oaktrees.example"))
    browser.sign_in("hr", person=HR)

    alike = pressed(browser, "who", WHO)
    onward = pressed(browser, "not-these", hidden(alike.text))
    later = pressed(browser, "who", hidden(onward.text))

    assert "Is it one of these people?" in alike.text
    assert f'href="/people/{KNOWN}"' in alike.text
    assert "their first appointment" in onward.text
    assert "Is it one of these people?" not in later.text
    assert staff.asked("POST", "/v1/people") == []


def test_confirming_adds_the_person_appoints_them_and_names_their_manager_with_keys_of_one_form(
    browser: Any, staff: Any
) -> None:
    staff.on(
        "GET",
        "/v1/people",
        lambda call: (200, page(person(BEN, "Ben", "Okafor")) if "ben" in call.query else page()),
    )

    answer = pressed(browser.sign_in("hr", person=HR), "confirm", WHO, APPOINTMENT, {"manager_name": "ben"})

    added, appointed = staff.asked("POST", "/v1/people")[0], staff.asked("POST", ".*/appointments")[0]
    managed = staff.asked("PUT", ".*/line-manager")[0]
    assert added.body == {
        "kind": "employee",
        "given_name": "Zoë",
        "family_name": "O’Brien",
        "email": "zoe@oaktrees.example",
        "trn": "0123456",
        "employee_numbers": ["E1042"],
        "date_of_birth": "1991-04-03",
    }
    assert appointed.body == {"organisation": ASH, "post": "teacher", "fte": 0.6, "from": "2027-09-01"}
    assert managed.body == {"person": BEN, "from": "2027-09-01"}
    keys = [call.headers["Idempotency-Key"] for call in (added, appointed, managed)]
    assert keys == ["k-1-person", "k-1-appointment", "k-1-manager"]
    assert answer.headers["Location"] == f"/people/{NEW}"


def test_a_confirmation_sent_twice_does_not_take_the_joiner_for_somebody_like_them(browser: Any, staff: Any) -> None:
    found_by(staff, "name", person())
    browser.sign_in("hr", person=HR)

    twice = [pressed(browser, "confirm", WHO, APPOINTMENT) for _ in range(2)]

    assert [answer.headers["Location"] for answer in twice] == [f"/people/{NEW}"] * 2
    keys = {call.headers["Idempotency-Key"] for call in staff.asked("POST", "/v1/people")}
    assert keys == {"k-1-person"}, "for the service both are one request"


def test_a_refused_person_leads_back_to_the_field_with_everything_kept(browser: Any, staff: Any) -> None:
    taken = refusal("email-taken", detail="Another current person has this e-mail address.", person=KNOWN)
    staff.on("POST", "/v1/people", lambda _: taken)

    answer = pressed(browser.sign_in("hr", person=HR), "confirm", WHO, APPOINTMENT)

    assert answer.status_code == 422
    assert '<a href="#email">Another current person has this e-mail address.' in answer.text
    assert f'href="/people/{KNOWN}"' in answer.text
    carried = hidden(answer.text)
    assert {"organisation": ASH, "starts-day": "1"}.items() <= carried.items()
    assert carried["key"] != "k-1", "the next press is a new attempt"


def test_a_refused_appointment_says_that_the_person_stands_and_goes_on_as_theirs(browser: Any, staff: Any) -> None:
    exceeded = refusal("fte-exceeded", detail="From 2027-09-01 …", day="2027-09-01", fte=1.2)
    staff.on("POST", f"/v1/people/{NEW}/appointments", lambda _: exceeded)

    answer = pressed(browser.sign_in("hr", person=HR), "confirm", WHO, APPOINTMENT)

    assert answer.status_code == 422
    assert "Zoë O’Brien has been added, their appointment has not." in answer.text
    assert f'action="/people/{NEW}/appointments/new"' in answer.text
    assert "From 1 September 2027 the appointments would add up to 1.2 full-time equivalent (FTE)." in answer.text
    assert 'name="override"' in answer.text
    assert 'value="0,6"' in answer.text


def test_no_answer_to_the_appointment_lets_the_same_press_be_made_again(browser: Any, staff: Any) -> None:
    staff.on("POST", f"/v1/people/{NEW}/appointments", {}, status=500)

    answer = pressed(browser.sign_in("hr", person=HR), "confirm", WHO, APPOINTMENT)

    assert answer.status_code == 503
    assert "we do not know whether the appointment was saved" in answer.text
    assert hidden(answer.text)["key"] == "k-1", "with the key of before it is made once"


def test_a_refused_line_manager_leaves_what_stands_and_says_so(browser: Any, staff: Any) -> None:
    found_by(staff, "name", person(BEN, "Ben", "Okafor"))
    staff.on(
        "PUT",
        f"/v1/people/{NEW}/line-manager",
        lambda _: refusal("line-manager-left", detail="Their last day is 2026-08-31."),
    )
    staff.on("GET", f"/v1/people/{NEW}", person())
    not_ben = {"manager_name": "ben", "not_these": BEN}

    shown = browser.sign_in("hr", person=HR).post(
        "/people/new", {**WHO, **APPOINTMENT, **not_ben, "step": "confirm"}, follow_redirects=True
    )

    assert shown.request.path == f"/people/{NEW}/line-manager"
    assert "Zoë O’Brien starts at Ash Academy as Teacher on 1 September 2027." in shown.text
    assert "Ben Okafor is not their line manager yet. Their last day is 31 August 2026." in shown.text


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ([], "Nobody who works here is found by this."),
        ([person(BEN, "Ben", "Okafor"), person(KNOWN, "Ben", "Ali")], "Several people are found. Choose one of them."),
    ],
    ids=["nobody", "several"],
)
def test_a_line_manager_who_cannot_be_told_is_asked_for(
    browser: Any, staff: Any, found: list[Any], sentence: str
) -> None:
    staff.on("GET", "/v1/people", lambda call: (200, page(*found) if "name=ben" in call.query else page()))

    answer = pressed(browser.sign_in("hr", person=HR), "appointment", WHO, APPOINTMENT, {"manager_name": "ben"})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert answer.text.count('name="manager"') == len(found)


def test_what_looks_like_markup_is_shown_as_it_was_typed(browser: Any) -> None:
    hostile = "<script>alert(1)</script> \N{RIGHT-TO-LEFT OVERRIDE}" + "x" * 180

    answer = pressed(browser.sign_in("hr", person=HR), "appointment", {**WHO, "given_name": hostile}, APPOINTMENT)

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text
