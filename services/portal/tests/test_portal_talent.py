"""Strengths and wishes, talent reviews and succession as pages: what they say, what they send, who gets in."""

import re
from typing import Any

import pytest

PERSON = "01971281-3b20-7a4e-8f10-6c2d9e0b7a11"
OTHER = "01971281-3b20-7a4e-8f10-6c2d9e0b7a12"
THING = "01971281-3b20-7a4e-8f10-6c2d9e0b7a13"
ELM = "01971281-3b20-7a4e-8f10-6c2d9e0b7c01"
OWN, THEIRS = f"/people/{PERSON}/strengths", f"/people/{OTHER}/strengths"


def strength(**more: Any) -> dict[str, Any]:
    """A strength as the staff service answers it."""
    said = {"area": "phonics", "level": "secure", "evidence": "A lesson", "standing": "fading", "withdrawn": None}
    days = {"declared": "2025-01-08", "refreshed": "2025-01-08"}
    return {"id": THING, "person": OTHER, **said, **days, "endorsements": [], **more}


@pytest.fixture(autouse=True)
def trust(staff: Any) -> None:
    """What pages ask of the trust, and of the two people."""
    nothing: dict[str, Any] = {"items": [], "next": None, "previous": None, "total": None}
    organisations = [{"id": ELM, "kind": "academy", "name": "Elm", "membership": "member"}]
    staff.on("GET", "/v1/organisations", {**nothing, "items": organisations})
    staff.on("GET", "/v1/posts", {"items": [{"code": "headteacher", "title": "Headteacher", "leads": True}]})
    areas = {"name": "areas", "terms": [{"code": "phonics", "title": "Phonics"}]}
    staff.on("GET", "/v1/vocabularies", {"items": [areas]})
    staff.on("GET", f"/v1/people/{OTHER}", {"id": OTHER, "given_name": "Olu", "family_name": "Ade"})
    for person in (PERSON, OTHER):
        staff.on("GET", f"/v1/people/{person}/strengths", {"items": [strength(), strength(withdrawn="2025-02-01")]})
        staff.on("GET", f"/v1/people/{person}/aspirations", {"items": []})


def test_one_s_own_strengths_are_said_renewed_and_withdrawn(browser: Any, staff: Any) -> None:
    staff.on("POST", f"/v1/people/{PERSON}/strengths", strength(), status=201)
    staff.on("POST", f"/v1/people/{PERSON}/strengths/{THING}/(renewal|withdrawal)", strength())
    browser.sign_in()

    page = browser.get(OWN).text
    new = {"act": "declare", "area": "phonics", "level": "leads_others", "evidence": "Seen", "key": "k-1"}
    answer = browser.post(OWN, new)
    for act in ("renew", "withdraw"):
        assert browser.post(OWN, {"act": act, "strength": THING, "key": f"k-{act}"}).headers["Location"] == OWN

    assert page.count("Last stood by on 8 January 2025") == 1
    assert "Fading" in page
    assert "Your head and your line manager do not." in page
    sent = staff.asked("POST", f"/v1/people/{PERSON}/strengths")[0]
    assert sent.body == {"area": "phonics", "level": "leads_others", "evidence": "Seen"}
    assert answer.headers["Location"] == OWN
    assert [len(staff.asked("POST", f".*/{act}")) for act in ("renewal", "withdrawal")] == [1, 1]


def test_what_is_not_chosen_or_refused_stands_beside_its_field(browser: Any, staff: Any) -> None:
    problem = {"type": "urn:acorn:problem:strength-there", "status": 409, "detail": "You have one already."}
    staff.on("POST", f"/v1/people/{PERSON}/strengths", problem, status=409)
    browser.sign_in()

    lacking = browser.post(OWN, {"act": "declare", "level": "secure", "key": "k-1"})
    refused = browser.post(OWN, {"act": "declare", "area": "phonics", "level": "secure", "key": "k-2"})

    assert (lacking.status_code, refused.status_code) == (422, 422)
    assert '<a href="#area">Choose what you are strong at.</a>' in lacking.text
    assert '<a href="#area">You have one already.</a>' in refused.text


def test_the_sil_endorses_somebody_elses_strength(browser: Any, staff: Any) -> None:
    staff.on("POST", f"/v1/people/{OTHER}/strengths/{THING}/endorsements", strength(), status=201)
    browser.sign_in("sil")

    page = browser.get(THEIRS).text
    answer = browser.post(THEIRS, {"act": "endorse", "strength": THING, "evidence": "Year 1", "key": "k-1"})
    lacking = browser.post(THEIRS, {"act": "endorse", "strength": THING, "key": "k-2"})

    assert "Endorse it" in page
    assert "Add a strength" not in page
    assert staff.asked("POST", ".*/endorsements")[0].body == {"evidence": "Year 1"}
    assert answer.headers["Location"] == THEIRS
    assert "Say what you have seen." in lacking.text


def test_a_wish_is_added_by_oneself_alone(browser: Any, staff: Any) -> None:
    path = f"/people/{PERSON}/aspirations"
    staff.on("POST", f"/v1{path}", {"id": THING}, status=201)
    browser.sign_in()

    answer = browser.post(path, {"post": "headteacher", "when": "2028-29", "mobility": "nearby", "key": "k-1"})

    wish = {"post": "headteacher", "when": "2028-29", "mobility": "nearby", "note": None}
    assert staff.asked("POST", ".*")[0].body == wish
    assert answer.headers["Location"] == OWN
    assert browser.get(f"/people/{OTHER}/aspirations").status_code == 403


def test_who_is_strong_at_what_is_searched(browser: Any, staff: Any) -> None:
    found = {"items": [strength(name="Olu Ade")], "next": None, "previous": None, "total": {"count": 1, "more": False}}
    staff.on("GET", "/v1/strengths", found)

    page = browser.sign_in("hr").get("/strengths?area=phonics").text

    assert "Phonics: secure, 0 endorsements" in page
    assert "area=phonics" in staff.asked("GET", "/v1/strengths")[0].query


REVIEW = {
    "id": THING,
    "on": "2026-11-20",
    "readiness": "now",
    "risk": "high",
    "next_post": "headteacher",
    "notes": "Ready.",
    "by": "person:x",
    "by_name": "Adrian Martin",
    "at": "2026-11-20T09:00:00.000Z",
}


def test_reviews_are_read_and_written_by_sil_and_ceo(browser: Any, staff: Any) -> None:
    path = f"/people/{OTHER}/talent-reviews"
    staff.on("GET", f"/v1{path}", {"items": [REVIEW]})
    staff.on("POST", f"/v1{path}", REVIEW, status=201)
    cells = [{"readiness": "now", "risk": "high", "count": 1}]
    reviewed = {"items": [{**REVIEW, "person": OTHER, "name": "Olu Ade"}], "next": "on", "previous": None}
    overview = {**reviewed, "total": None, "counts": cells, "reviewed": 26}
    staff.on("GET", "/v1/talent-overview", overview)
    browser.sign_in("ceo")

    page, all_of_them = browser.get(path).text, browser.get("/talent?readiness=now&risk=nonsense").text
    answer = browser.post(path, {"readiness": "now", "risk": "low", "next_post": "", "key": "k-1"})

    assert "Ready now, for headteacher; high risk of leaving." in page
    assert "Ready." in page
    assert 'href="/talent?readiness=now&amp;risk=high">1' in all_of_them
    assert "risk=" not in staff.asked("GET", "/v1/talent-overview")[0].query
    (onward,) = re.findall(r'href="(/talent\?[^"]*cursor=on[^"]*)"', all_of_them)
    browser.get(onward.replace("&amp;", "&"))
    assert {"cursor=on", "readiness=now"} <= {*staff.asked("GET", "/v1/talent-overview")[1].query.split("&")}
    sent = {"readiness": "now", "risk": "low", "next_post": None, "notes": None}
    assert staff.asked("POST", ".*")[0].body == sent
    assert answer.headers["Location"] == path


def test_succession_shows_what_is_at_risk_and_takes_candidates(browser: Any, staff: Any) -> None:
    candidate = {"person": OTHER, "name": "Olu Ade", "ready": "soon", "developing": "Shadows the budget"}
    position = {
        "organisation": ELM,
        "organisation_name": "Elm",
        "post": "headteacher",
        "holders": [{"person": PERSON, "name": "Helen Elm", "post": "headteacher", "until": "2027-08-31"}],
        "candidates": [{**candidate, "by": "person:x", "by_name": None, "at": "2026-11-20T09:00:00.000Z"}],
        "gaps": ["leaving", "one_successor"],
    }
    relied_on = [{"person": OTHER, "name": "Olu Ade", "positions": 2}]
    staff.on("GET", "/v1/succession", {"items": [position], "relied_on": relied_on})
    held = {"id": OTHER, "given_name": "Olu", "family_name": "Ade", "appointments": [], "email": "olu@oaktrees.example"}
    staff.on("GET", "/v1/people", {"items": [held], "next": None, "previous": None, "total": None})
    place = f"/succession/{ELM}/headteacher"
    staff.on("PUT", f"/v1{place}/candidates/{OTHER}", candidate)
    staff.on("DELETE", f"/v1{place}/candidates/{OTHER}", None, status=204)
    browser.sign_in("sil")

    page, finding = browser.get("/succession").text, browser.get(f"{place}/candidate?name=olu").text
    added = browser.post(f"{place}/candidate", {"name": "olu", "person": OTHER, "ready": "later", "key": "k-1"})
    withdrawn = browser.post(f"{place}/withdrawal", {"person": OTHER, "key": "k-2"})

    assert "Headteacher, Elm" in page
    assert "until 31 August 2027" in page
    assert "Only one could follow soon" in page
    assert "Olu Ade is the only one who could follow soon in 2 posts" in page
    assert "Olu Ade, olu@oaktrees.example" in finding
    assert staff.asked("PUT", ".*")[0].body == {"ready": "later", "developing": None}
    assert len(staff.asked("DELETE", ".*")) == 1
    assert added.headers["Location"] == withdrawn.headers["Location"] == "/succession"
    assert browser.get(f"/succession/{ELM}/teacher/candidate").status_code == 404


@pytest.mark.parametrize("path", ["/talent", "/succession", f"/people/{OTHER}/talent-reviews"])
def test_nobody_but_sil_and_ceo_gets_in(browser: Any, path: str) -> None:
    for role in (None, "hr", "trustee"):
        browser.sign_in(role) if role else browser.sign_in()
        assert browser.get(path).status_code == 403, role
