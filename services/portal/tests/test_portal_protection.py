"""The pages of data protection: what they show and to whom, what they ask before anything goes, what they send."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from acorn_portal.forms.protection import KEPT

ROOT = Path(__file__).parents[3]
PERSON = "01971281-3b20-7a4e-8f10-6c2d9e0b7a11"
DISPOSAL, ERASURE = "/protection/disposal", "/protection/erasure"
LOOKS, SUBJECT = "/protection/looks", "/protection/subject-access"
THEIRS, API = f"{ERASURE}/{PERSON}", f"/v1/people/{PERSON}/erasure"


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


@pytest.mark.parametrize("path", [DISPOSAL, ERASURE, THEIRS, SUBJECT, f"{LOOKS}?person=a@x.example"])
def test_the_pages_are_not_for_others(browser: Any, staff: Any, cpd: Any, path: str) -> None:
    page = browser.sign_in("hr").get(path)

    assert page.status_code == 403
    assert staff.calls == cpd.calls == []


def test_home_leads_to_the_pages_of_who_answers_for_data_protection(officer: Any) -> None:
    page = officer.get("/").text

    for path in (DISPOSAL, ERASURE, LOOKS, SUBJECT):
        assert f'href="{path}"' in page


class TestHowLongThingsAreKept:
    def test_every_kind_that_is_let_go_has_words(self) -> None:
        contract = yaml.safe_load((ROOT / "contracts/openapi/staff.v1.yaml").read_text())

        assert list(KEPT) == contract["components"]["schemas"]["DisposalNew"]["properties"]["kept"]["enum"]

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


def erasure(*holds: tuple[str, int], name: str | None = None, **said: Any) -> dict[str, Any]:
    """What a service has of somebody, or that it has erased them."""
    counts = [{"what": what, "count": count} for what, count in holds]
    more = {"version": 7 if name else None, "erased_at": None, "done_at": None, **said}
    return {"person": PERSON, "name": name, "holds": counts, **more}


class TestErasingSomebody:
    @pytest.fixture(autouse=True)
    def somebody(self, staff: Any, cpd: Any) -> None:
        """Somebody whom both services have."""
        staff.on("GET", API, erasure(("people", 1), ("changes", 11), name="Olu Ade"))
        cpd.on("GET", API, erasure(("records", 31)))

    def test_who_is_meant_is_asked_by_id(self, officer: Any, staff: Any) -> None:
        refused = officer.post(ERASURE, {"person": "olu.ade@oaktrees.example"})
        answer = officer.post(ERASURE, {"person": f" {PERSON} "})

        assert refused.status_code == 422
        assert "This is no id." in refused.text
        assert answer.headers["Location"] == THEIRS
        assert staff.calls == []

    def test_what_each_service_has_is_shown_first(self, officer: Any) -> None:
        page = " ".join(officer.get(THEIRS).text.split())

        assert "What there is of Olu Ade" in page
        assert "1 staff record, 11 changes of it" in page
        assert "31 CPD records" in page

    def test_what_a_service_that_is_away_has_is_not_known(self, officer: Any, cpd: Any) -> None:
        cpd.close()

        page = officer.get(THEIRS)

        assert page.status_code == 200
        assert "Not known right now" in page.text

    def test_of_an_id_that_nobody_has_it_is_asked_again(self, officer: Any, staff: Any) -> None:
        staff.on("GET", API, problem("not-found", "There is nobody with this id.", 404), status=404)

        page = officer.get(THEIRS)

        assert page.status_code == 404
        assert "Nobody has this id." in page.text
        assert f'value="{PERSON}"' in page.text

    def test_it_is_checked_and_then_done_once_at_the_version_that_was_shown(self, officer: Any, staff: Any) -> None:
        staff.on("POST", API, erasure(erased_at="2026-11-27T09:00:00.000Z"), status=202)

        missing = officer.post(THEIRS, {"version": "7", "step": "check"})
        check = officer.post(THEIRS, {"reason": "Request 14", "version": "7", "step": "check"}).text
        assert staff.asked("POST", ".*") == []
        sent = {"reason": "Request 14", "version": "7", "step": "confirm", "key": "k-1"}
        answer = officer.post(THEIRS, sent)

        assert "Say which request or rule asks for it." in missing.text
        assert "It cannot be undone." in check
        assert "“Request 14”" in check
        assert answer.headers["Location"] == THEIRS
        (call,) = staff.asked("POST", API)
        assert call.body == {"reason": "Request 14"}
        assert (call.headers["If-Match"], call.headers["Idempotency-Key"]) == ('"7"', "k-1")

    def test_who_still_works_here_is_refused_in_words(self, officer: Any, staff: Any) -> None:
        sentence = "Somebody who works for the trust cannot be erased. Their last day is 2027-08-31."
        staff.on("POST", API, problem("still-here", sentence), status=409)

        page = officer.post(THEIRS, {"reason": "Request 14", "version": "7", "step": "confirm"})

        assert page.status_code == 422
        assert "Their last day is 31 August 2027." in page.text
        assert "Request 14" in page.text

    def test_what_changed_meanwhile_is_looked_at_again(self, officer: Any, staff: Any) -> None:
        staff.on("POST", API, problem("version-changed", "It changed.", 412), status=412)

        page = officer.post(THEIRS, {"reason": "Request 14", "version": "6", "step": "confirm"})

        assert "changed meanwhile, so nothing was erased" in page.text
        assert 'name="version" value="7"' in page.text
        assert 'value="confirm"' in page.text

    def test_where_it_is_done_is_told_by_service(self, officer: Any, staff: Any, cpd: Any) -> None:
        at = "2026-11-27T09:00:00.000Z"
        staff.on("GET", API, erasure(erased_at=at, done_at=at))
        cpd.on("GET", API, erasure(("records", 31)))
        begun = officer.get(THEIRS).text
        cpd.on("GET", API, erasure(erased_at=at, done_at="2026-11-27T09:01:00.000Z"))
        done = officer.get(THEIRS).text

        assert "The erasure is begun" in begun
        assert begun.count("Not done yet") == 1
        assert begun.count("Look again") == 1
        assert "Done on 27 November 2026, 9:01am" in done
        assert "Look again" not in done


def look(what: str, *, name: str | None = "Ben Okafor", **more: Any) -> dict[str, Any]:
    """A look as a service keeps it."""
    said = {"sign_in": None, "people": [PERSON], "confidential": False, "reason": None, **more}
    by = {"person": PERSON if name else None, "name": name}
    return {"id": PERSON, "at": "2026-11-23T09:00:00.000Z", "by": by, "what": what, **said}


def page_of(*items: Any, **more: Any) -> dict[str, Any]:
    """A page of a list."""
    return {
        "items": list(items),
        "next": None,
        "previous": None,
        "total": {"count": len(items), "more": False},
        **more,
    }


class TestWhoLookedAtWhat:
    def test_nothing_is_asked_before_somebody_is_said(self, officer: Any, staff: Any, cpd: Any) -> None:
        opened, empty = officer.get(LOOKS), officer.get(f"{LOOKS}?person=&by=&operation=read_person")

        assert (opened.status_code, empty.status_code) == (200, 422)
        assert "Say whose data was looked at, or who looked." in empty.text
        assert "Say whose data was looked at, or who looked." not in opened.text
        assert staff.calls == cpd.calls == []

    def test_both_services_answer_side_by_side(self, officer: Any, staff: Any, cpd: Any) -> None:
        secret = look("answer_subject_access", name="Zoë O’Brien", confidential=True, reason="SAR-12")
        staff.on("GET", "/v1/reads", page_of(look("read_person"), secret, next="more"))
        cpd.on("GET", "/v1/reads", page_of(look("read_history", name=None, sign_in="sign-in:7f3a")))

        days = "first-day=1&first-month=11&first-year=2026&last-day=30&last-month=11&last-year=2026"
        page = officer.get(f"{LOOKS}?person=olu%40x.example&by=E0117&operation=read_person&{days}&staff=here")

        text = " ".join(page.text.split())
        assert page.status_code == 200
        assert "Ben Okafor looked at the staff record" in text
        assert "Zoë O’Brien asked for all that is held" in text
        assert "“SAR-12”" in text
        assert "Somebody who has no staff record looked at the CPD history" in text
        assert "sign-in:7f3a" in text
        assert "staff=more" in text
        narrowed = "person=olu%40x.example&by=E0117&operation=read_person&from=2026-11-01&to=2026-11-30"
        assert staff.calls[-1].query == f"limit=25&cursor=here&count=true&{narrowed}"
        assert cpd.calls[-1].query == f"limit=25&count=true&{narrowed}"

    def test_at_whose_data_somebody_looked_is_told_by_id(self, officer: Any, staff: Any, cpd: Any) -> None:
        staff.on("GET", "/v1/reads", page_of(look("list_people", people=[PERSON] * 8)))
        cpd.on("GET", "/v1/reads", page_of())

        page = officer.get(f"{LOOKS}?by=E0117").text

        assert page.count(f">{PERSON}<") == 5
        assert "and of 3 more" in page
        assert "No such look is kept here." in page

    def test_who_cannot_be_found_is_said_once(self, officer: Any, staff: Any, cpd: Any) -> None:
        sentence = "Nobody has this employee number, and nobody who has left had it."
        for service in (staff, cpd):
            service.on("GET", "/v1/reads", problem("not-found", sentence, 404), status=404)

        page = officer.get(f"{LOOKS}?by=E0117")

        assert page.status_code == 422
        assert page.text.count(sentence) == 1

    def test_a_day_that_is_none_is_said_beside_it(self, officer: Any, staff: Any) -> None:
        page = officer.get(f"{LOOKS}?by=E0117&first-day=31&first-month=2&first-year=2026")

        assert page.status_code == 422
        assert "must be a real day" in page.text
        assert staff.calls == []

    def test_one_service_that_is_away_leaves_the_other(self, officer: Any, staff: Any, cpd: Any) -> None:
        cpd.close()
        staff.on("GET", "/v1/reads", page_of(look("read_person")))

        page = officer.get(f"{LOOKS}?by=E0117")

        assert page.status_code == 200
        assert "looked at the staff record" in page.text
        assert "This part cannot be shown right now." in page.text


def held(service: str, *sections: tuple[str, str, list[Any]]) -> dict[str, Any]:
    """All that a service holds about somebody."""
    told = [{"name": name, "title": title, "why": "So that it is.", "items": items} for name, title, items in sections]
    return {"person": PERSON, "service": service, "at": "2026-11-27T09:00:00.000Z", "sections": told}


ASKED = {"known_by": "email", "who": "olu@x.example", "reason": "SAR-12"}


class TestSubjectAccess:
    @pytest.fixture(autouse=True)
    def somebody(self, staff: Any, cpd: Any) -> None:
        """Somebody of whom both services hold something."""
        person = {"given_name": "Olu", "family_name": "Ade", "email": "olu@x.example"}
        planning = ("management_planning", "Talent reviews and succession", [{"risk": "high"}])
        staff.on("POST", "/v1/subject-access", held("staff", ("person", "Who you are", [person]), planning))
        records = [{"title": "Phonics day"}] * 3
        cpd.on(
            "POST", "/v1/subject-access", held("cpd", ("records", "CPD records", records), ("recorded", "Others", []))
        )

    @pytest.mark.parametrize("name", ["email", "employee_number", "trn", "person"])
    def test_staff_is_asked_who_is_meant_and_cpd_by_the_id(self, officer: Any, staff: Any, cpd: Any, name: str) -> None:
        page = officer.post(SUBJECT, {"known_by": name, "who": "0123456", "reason": "SAR-12"})

        assert page.status_code == 200
        assert staff.calls[-1].body == {name: "0123456", "reason": "SAR-12"}
        assert cpd.calls[-1].body == {"person": PERSON, "reason": "SAR-12"}

    def test_the_parts_of_both_are_listed_and_not_what_they_say(self, officer: Any) -> None:
        page = " ".join(officer.post(SUBJECT, ASKED).text.split())

        assert "What Acorn holds about Olu Ade" in page
        assert "CPD records: 3" in page
        assert "Others: nothing is held" in page
        assert "Phonics day" not in page
        assert f'name="who" value="{PERSON}"' in page

    @pytest.mark.parametrize("without", [{}, {"without_planning": "yes"}])
    def test_all_of_it_is_one_archive(self, officer: Any, without: dict[str, str]) -> None:
        answer = officer.post(SUBJECT, {**ASKED, **without, "step": "archive"})

        assert (
            answer.headers["Content-Disposition"] == "attachment; filename=subject-access-2026-11-27-6c2d9e0b7a11.zip"
        )
        assert answer.headers["Cache-Control"] == "no-store"
        with zipfile.ZipFile(io.BytesIO(answer.data)) as opened:
            assert opened.testzip() is None
            names = set(opened.namelist())
            note, page = opened.read("README.txt").decode(), opened.read("index.html").decode()
        assert ("data/staff/management_planning.json" in names) == (not without)
        assert {"data/staff/person.json", "data/cpd/records.json"} <= names
        assert "Made by Data protection officer." in note
        assert "Phonics day" in page

    @pytest.mark.parametrize("status", [404, 409])
    def test_who_cannot_be_told_is_said_beside_the_field(self, officer: Any, staff: Any, cpd: Any, status: int) -> None:
        kind = {404: "not-found", 409: "conflict"}[status]
        sentence = "2 people have this e-mail address."
        staff.on("POST", "/v1/subject-access", problem(kind, sentence, status), status=status)

        page = officer.post(SUBJECT, ASKED)

        assert page.status_code == 422
        assert f'<a href="#who">{sentence}</a>' in page.text
        assert 'value="olu@x.example"' in page.text
        assert cpd.calls == []

    @pytest.mark.parametrize("step", ["", "archive"])
    def test_half_an_answer_is_none(self, officer: Any, cpd: Any, step: str) -> None:
        cpd.close()

        page = officer.post(SUBJECT, {**ASKED, "step": step})

        assert page.status_code == 503
        assert "CPD records did not answer, and half an answer is none." in page.text
        assert "SAR-12" in page.text

    def test_neither_who_nor_why_can_be_left_out(self, officer: Any, staff: Any) -> None:
        page = officer.post(SUBJECT, {"known_by": "email"})

        assert page.status_code == 422
        assert "Enter the e-mail address, number or id." in page.text
        assert "Say why, such as the reference of the request." in page.text
        assert staff.calls == []
