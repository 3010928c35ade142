"""What waits: listed, chosen, checked, verified side by side; nothing of it is lost silently."""

import re
import threading
from typing import Any
from urllib.parse import parse_qs

import pytest

MANAGER = "01971281-3b20-7a4e-8f10-6c2d9e0b7a11"
AMINA, ZOE = (f"01971281-3b20-7a4e-8f10-6c2d9e0b7a{number}" for number in (22, 23))
RECORDS = [f"01971281-3b20-7a4e-8f10-6c2d9e0b7b0{number}" for number in range(1, 5)]
HEAD = {"by": "person:01971281-3b20-7a4e-8f10-6c2d9e0b7a33", "by_name": "Helen Fletcher", "at": "2026-03-10T09:00:00Z"}
QUESTION = {**HEAD, "question": "Was it the whole day?"}


def record(number: int, **said: Any) -> dict[str, Any]:
    """A record that waits, as the CPD service lists it."""
    plain: dict[str, Any] = {
        "id": RECORDS[number],
        "person": AMINA,
        "name": "Amina Yusuf",
        "title": f"Course {number}",
        "kind": "course",
        "topics": [],
        "date": "2026-03-02",
        "ends": None,
        "hours": 1.5,
        "provider": None,
        "reflection": None,
        "impact": None,
        "academic_year": "2025-26",
        "state": "declared",
        "verification": None,
        "query": None,
        "withdrawal": None,
        "declared_by": f"person:{AMINA}",
        "declared_by_name": "Amina Yusuf",
        "declared_at": "2026-03-02T16:00:00Z",
        "changed_at": "2026-03-09T16:00:00Z",
        "version": 1,
        "may_verify": True,
        "source": {"kind": "declared", "reference": None},
        "judgements": [],
        "amendments": [],
    }
    return {**plain, **said}


def page(*records: dict[str, Any], more: bool = False, **cursors: str) -> dict[str, Any]:
    """A page of the list."""
    total = {"count": 1000 if more else len(records), "more": more}
    return {"items": list(records), "next": cursors.get("next"), "previous": cursors.get("previous"), "total": total}


def box(one: dict[str, Any]) -> str:
    """The value of a record's box."""
    return f"{one['person']}.{one['id']}.{one['version']}"


def chosen(*records: dict[str, Any]) -> dict[str, Any]:
    """What the form sends."""
    return {"chosen": [box(one) for one in records], "key": "k-1"}


def looked_at(manager: Any, *records: dict[str, Any], query: str = "") -> Any:
    """The page that shows what is about to be verified."""
    answer = manager.post(f"/waiting/check{query}", chosen(*records))
    assert answer.status_code == 302
    return manager.get(answer.location)


def refused(status: int, kind: str) -> Any:
    """A refusal of the CPD service."""
    return lambda _: (status, {"type": f"urn:acorn:problem:{kind}", "status": status, "detail": "It cannot be."})


def at(one: dict[str, Any], action: str = "") -> str:
    """Where the CPD service has a record."""
    return f"/v1/people/{one['person']}/records/{one['id']}{action}"


def verifies(cpd: Any, *records: dict[str, Any]) -> None:
    """Let the CPD service verify records."""
    for one in records:
        cpd.on("POST", at(one, "/verify"), {**one, "state": "verified", "version": 2})


@pytest.fixture(autouse=True)
def people(staff: Any) -> None:
    """Those whose records wait, as the staff service knows them."""
    for id_, given, family in ((AMINA, "Amina", "Yusuf"), (ZOE, "Zoë", "O’Brien")):
        staff.on("GET", f"/v1/people/{id_}", {"given_name": given, "family_name": family})


@pytest.fixture
def manager(browser: Any) -> Any:
    """A line manager."""
    return browser.sign_in(name="Ben Okafor", manages=True)


# The list


def test_what_waits_is_asked_for_as_far_as_one_verifies_it_and_counted(manager: Any, cpd: Any) -> None:
    cpd.on("GET", "/v1/records", page(record(0, reflection="Blending works."), more=True))

    shown = manager.get("/waiting?academic_year=2025-26&kind=course&cursor=abc")

    assert shown.status_code == 200
    assert "More than 1,000 records to verify, the longest waiting first." in shown.text
    assert "Blending works." in shown.text
    asked = parse_qs(cpd.asked("GET", "/v1/records")[0].query)
    assert asked == {
        "count": ["true"],
        "may_verify": ["true"],
        "academic_year": ["2025-26"],
        "kind": ["course"],
        "cursor": ["abc"],
    }


def test_filters_that_nobody_offers_are_none(manager: Any, cpd: Any) -> None:
    cpd.on("GET", "/v1/records", page())

    shown = manager.get("/waiting?academic_year=1066-67&kind=nap&state=withdrawn")

    assert "Nothing is waiting to be verified." in shown.text
    assert parse_qs(cpd.asked("GET", "/v1/records")[0].query) == {"count": ["true"], "may_verify": ["true"]}


def test_a_filter_that_leaves_nothing_leads_back_to_everything(manager: Any, cpd: Any) -> None:
    cpd.on("GET", "/v1/records", page())

    shown = manager.get("/waiting?state=queried")

    assert "Nothing with an open question fits these filters." in shown.text
    assert "Remove the filter" in shown.text


def test_what_cannot_be_verified_any_more_has_no_box(manager: Any, cpd: Any) -> None:
    cpd.on("GET", "/v1/records", page(record(0), record(1, may_verify=False)))

    shown = manager.get("/waiting").text

    assert re.findall(r'type="checkbox"[^>]*value="([^"]+)"', shown) == [box(record(0))]


def test_hostile_words_stay_words(manager: Any, cpd: Any) -> None:
    hostile = "<script>alert(1)</script> O’Brien & “x” \u202e"
    cpd.on("GET", "/v1/records", page(record(0, title=hostile, name=hostile, reflection=hostile)))

    for answer in (manager.get("/waiting"), looked_at(manager, record(0))):
        assert "<script>alert" not in answer.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt; O’Brien &amp; “x”" in answer.text


@pytest.mark.parametrize("roles", [(), ("sil",), ("trustee",), ("operations",)])
@pytest.mark.parametrize("path", ["/waiting", "/waiting/check", f"/people/{AMINA}/records/{RECORDS[0]}/query"])
def test_who_verifies_nothing_has_no_such_page(browser: Any, cpd: Any, roles: tuple[str, ...], path: str) -> None:
    assert browser.sign_in(*roles).get(path).status_code == 403
    assert cpd.calls == []


def test_a_page_of_a_list_that_is_no_more_leads_to_the_first(manager: Any, cpd: Any) -> None:
    cpd.on("GET", "/v1/records", refused(400, "bad-cursor"))
    cpd.on("GET", at(record(0)), record(0))

    answer = manager.get("/waiting?kind=course&cursor=old")

    assert (answer.status_code, answer.location) == (302, "/waiting?kind=course")
    assert "1 record of 1 person" in looked_at(manager, record(0), query="?cursor=old").text


# The check


def test_what_will_be_verified_is_shown_first_and_nothing_is_verified_by_that(manager: Any, cpd: Any) -> None:
    records = record(0), record(1), record(2, person=ZOE, name="Zoë O’Brien")
    cpd.on("GET", "/v1/records", page(*records, record(3)))

    shown = looked_at(manager, *records, query="?kind=course")

    assert shown.status_code == 200
    assert "<strong>3 records of 2 people</strong>, 4.5 hours together." in shown.text
    assert "Course 3" not in shown.text
    assert cpd.asked("POST", ".*") == []
    assert 'action="/waiting/verify?kind=course"' in shown.text


def test_nothing_chosen_is_said_beside_the_boxes(manager: Any, cpd: Any) -> None:
    cpd.on("GET", "/v1/records", page(record(0), next="n"))

    shown = manager.post("/waiting/check?kind=course", {"key": "k-1"})

    assert shown.status_code == 422
    assert "<title>Error: CPD to verify" in shown.text.replace("\n", " ").replace("  ", "")
    assert 'href="#chosen"' in shown.text
    assert "kind=course&amp;cursor=n" in shown.text, "the next page is one of the same list"


def test_the_way_back_keeps_what_was_chosen(manager: Any, cpd: Any) -> None:
    cpd.on("GET", "/v1/records", page(record(0), record(1)))
    shown = looked_at(manager, record(1), query="?kind=course").text

    back = re.findall(r'<a href="([^"]+)"[^>]*>\s*Change what is selected', shown)[0].replace("&amp;", "&")

    assert back == f"/waiting?kind=course&chosen={box(record(1))}"
    assert re.findall(r'value="([^"]+)" checked', manager.get(back).text) == [box(record(1))]


def test_what_changed_since_it_was_listed_is_left_out_and_says_why(manager: Any, cpd: Any) -> None:
    verified = record(1, state="verified", verification=HEAD, version=2, may_verify=False)
    withdrawn = record(2, state="withdrawn", version=2, may_verify=False)
    withdrawn["withdrawal"] = {**HEAD, "by": f"person:{AMINA}", "by_name": "Amina Yusuf", "why": "Twice."}
    cpd.on("GET", "/v1/records", page(record(0)))
    cpd.on("GET", at(verified), verified)
    cpd.on("GET", at(withdrawn), withdrawn)

    shown = looked_at(manager, record(0), record(1), record(2), record(3)).text

    assert "1 record of 1 person" in shown
    assert "Helen Fletcher verified it on 10 March 2026, 9:00am." in shown
    assert "Amina Yusuf withdrew it on 10 March 2026, 9:00am." in shown
    assert "It is not there any more, or no longer yours to verify." in shown


def test_what_is_far_from_the_page_is_verified_all_the_same(manager: Any, cpd: Any) -> None:
    far = record(0)
    cpd.on("GET", "/v1/records", page())
    cpd.on("GET", at(far), far)

    shown = looked_at(manager, far).text

    assert "1 record of 1 person" in shown
    assert "Left out" not in shown


def test_a_choice_that_no_box_offered_is_none(manager: Any, cpd: Any) -> None:
    cpd.on("GET", "/v1/records", page(record(0)))

    shown = manager.post("/waiting/check", {"key": "k", "chosen": ["../../x/1", f"{AMINA}/{RECORDS[0]}/one", ""]})

    assert shown.status_code == 422


@pytest.mark.parametrize("path", ["/waiting/check", "/waiting/verify"])
def test_what_was_chosen_before_a_session_ended_is_looked_at_again(manager: Any, cpd: Any, path: str) -> None:
    cpd.on("GET", "/v1/records", page(record(0)))
    form = {"chosen": [box(record(0))], "key": ["k-1"]}
    with manager.client.session_transaction() as held:
        held["kept"] = {"path": path, "form": form, "subject": "s-1", "files": False}

    shown = manager.get(path, follow_redirects=True)

    assert shown.request.path == "/waiting/check"
    assert "You were signed out, so nothing was saved yet." in shown.text
    assert "1 record of 1 person" in shown.text
    assert cpd.asked("POST", ".*") == []


def test_the_check_by_itself_leads_to_the_list(manager: Any) -> None:
    answer = manager.get("/waiting/check?kind=course&cursor=n")

    assert (answer.status_code, answer.location) == (302, "/waiting?kind=course&cursor=n")


# Verifying


def test_several_are_verified_at_their_versions_and_counted(manager: Any, cpd: Any) -> None:
    records = record(0), record(1, version=4), record(2, person=ZOE)
    verifies(cpd, *records)
    cpd.on("GET", "/v1/records", page())

    answer = manager.post("/waiting/verify?kind=course&cursor=n", chosen(*records))

    assert (answer.status_code, answer.location) == (302, "/waiting?kind=course")
    sent = {call.path: call.headers for call in cpd.asked("POST", ".*")}
    assert {path: headers["If-Match"] for path, headers in sent.items()} == {
        at(one, "/verify"): f'"{one["version"]}"' for one in records
    }
    assert len({headers["Idempotency-Key"] for headers in sent.values()}) == 3
    assert "Verified: 3 records of 2 people." in manager.get("/waiting").text


def test_they_are_verified_side_by_side(manager: Any, cpd: Any) -> None:
    together = threading.Barrier(3, timeout=5)

    def verified(_: Any) -> tuple[int, Any]:
        together.wait()
        return 200, record(0, state="verified")

    cpd.on("POST", ".*/verify", verified)

    answer = manager.post("/waiting/verify", chosen(record(0), record(1), record(2)))

    assert answer.status_code == 302
    assert not together.broken


def test_the_same_form_sent_again_has_the_same_keys(manager: Any, cpd: Any) -> None:
    verifies(cpd, record(0))

    for _ in range(2):
        manager.post("/waiting/verify", chosen(record(0)))

    first, second = (call.headers["Idempotency-Key"] for call in cpd.asked("POST", ".*"))
    assert first == second


def test_whatever_was_not_verified_is_listed_with_its_reason(manager: Any, cpd: Any) -> None:
    verifies(cpd, record(0))
    late = record(1, version=2, changed_at="2026-03-11T12:00:00Z")
    queried = record(2, state="queried", query=QUESTION, version=2)
    for one in (late, queried):
        cpd.on("POST", at(one, "/verify"), refused(412, "stale-version"))
        cpd.on("GET", at(one), one)
    cpd.on("POST", at(record(3), "/verify"), refused(404, "not-found"))
    cpd.on("GET", "/v1/records", page())

    manager.post("/waiting/verify", chosen(record(0), record(1), record(2), record(3)))
    shown = manager.get("/waiting").text

    assert "Verified: Course 0." in shown
    assert "3 records were not verified" in shown
    assert "It changed on 11 March 2026, 12:00pm, after you had seen it." in shown
    assert "Helen Fletcher asked a question about it on 10 March 2026, 9:00am, which is not answered yet." in shown
    assert "It is not there any more, or no longer yours to verify." in shown
    assert "were not verified" not in manager.get("/waiting").text, "it is told once"


def test_a_rule_that_refuses_is_told_in_the_services_words(manager: Any, cpd: Any) -> None:
    cpd.on("POST", at(record(0), "/verify"), refused(409, "changed-too-often"))
    cpd.on("GET", at(record(0)), record(0))
    cpd.on("GET", "/v1/records", page())

    manager.post("/waiting/verify", chosen(record(0)))

    assert "It cannot be." in manager.get("/waiting").text


def test_a_service_that_goes_away_in_between_leaves_nobody_in_doubt(manager: Any, cpd: Any) -> None:
    cpd.on("POST", at(record(0), "/verify"), {}, 500)
    cpd.on("GET", at(record(0)), record(0))
    cpd.on("GET", "/v1/records", page(record(0)))

    answer = manager.post("/waiting/verify", chosen(record(0)))

    assert answer.status_code == 302
    assert "we do not know whether it was verified" in manager.get("/waiting").text


def test_a_service_that_is_away_is_not_tried_for_each_of_them(manager: Any, cpd: Any) -> None:
    cpd.on("POST", ".*/verify", {}, 503)
    many = [record(0, id=f"01971281-3b20-7a4e-8f10-6c2d9e0b7c{number:02}") for number in range(30)]

    manager.post("/waiting/verify", chosen(*many))
    shown = manager.get("/waiting").text

    assert len(cpd.asked("POST", ".*")) < 30
    assert "Verified:" not in shown


def test_a_sign_in_that_ended_asks_for_another_and_keeps_what_was_chosen(manager: Any, cpd: Any) -> None:
    cpd.on("POST", ".*/verify", {}, 401)

    answer = manager.post("/waiting/verify", chosen(record(0), record(1)))

    assert (answer.status_code, answer.location) == (302, "/sign-in?next=/waiting/verify")
    with manager.client.session_transaction() as held:
        assert held["kept"]["form"]["chosen"] == [box(record(0)), box(record(1))]


def test_a_form_sent_again_after_the_record_changed_does_not_say_that_it_is_verified(manager: Any, cpd: Any) -> None:
    amended = record(0, version=3, changed_at="2026-03-11T12:00:00Z")
    cpd.on("POST", at(record(0), "/verify"), amended)
    cpd.on("GET", at(record(0)), amended)
    cpd.on("GET", "/v1/records", page(amended))

    manager.post("/waiting/verify", chosen(record(0)))
    shown = manager.get("/waiting").text

    assert "It changed on 11 March 2026, 12:00pm" in shown
    assert "Verified:" not in shown


def test_names_that_cannot_be_had_leave_the_reasons(manager: Any, cpd: Any, staff: Any) -> None:
    staff.close()
    cpd.on("GET", "/v1/records", page(record(0)))
    gone = record(1, state="verified", verification=HEAD, version=2, may_verify=False)
    cpd.on("GET", at(gone), gone)

    shown = looked_at(manager, record(0), record(1))

    assert shown.status_code == 200
    assert "Helen Fletcher verified it" in shown.text
    assert "Staff records cannot be reached right now" in shown.text
