"""One human being with two records: pairs offered, the other one found, a merge checked and made, and undone."""

from typing import Any

import pytest

ONE = "01971281-3b20-7a4e-8f10-6c2d9e0b7a11"
OTHER = "01971281-3b20-7a4e-8f10-6c2d9e0b7a12"
MERGE = "01971281-3b20-7a4e-8f10-6c2d9e0b7a13"
ELM = "01971281-3b20-7a4e-8f10-6c2d9e0b7c01"
PAGE = f"/people/{ONE}"


def person(id: str = ONE, **more: Any) -> dict[str, Any]:
    """Amina as the staff service answers HR."""
    plain = {"id": id, "kind": "employee", "given_name": "Amina", "family_name": "Yusuf", "email": None, "version": 4}
    lists = ("appointments", "line_managers", "responsibilities", "year_groups", "absences", "delegates")
    hrs = ("former_names", "employee_numbers", "sign_ins", "former_ids")
    return {**plain, **{name: [] for name in (*lists, *hrs)}, "trn": None, "merged_into": None, **more}


def job() -> dict[str, Any]:
    """A post at Elm."""
    return {
        "id": MERGE,
        "organisation": ELM,
        "post": "teacher",
        "fte": 1,
        "from": "2019-09-01",
        "to": None,
        "reason": None,
        "destination": None,
    }


@pytest.fixture(autouse=True)
def two(staff: Any) -> None:
    """Two records, and what pages ask of the trust."""
    nothing: dict[str, Any] = {"items": [], "next": None, "previous": None, "total": None}
    organisations = [{"id": ELM, "kind": "academy", "name": "Elm", "membership": "member"}]
    staff.on("GET", "/v1/organisations", {**nothing, "items": organisations})
    staff.on("GET", "/v1/posts", {"items": [{"code": "teacher", "title": "Teacher", "leads": False}]})
    staff.on("GET", "/v1/vocabularies", {"items": []})
    staff.on("GET", f"/v1{PAGE}", person())
    staff.on("GET", f"/v1/people/{OTHER}", person(OTHER, family_name="Khan", appointments=[job()]))
    left = [{"part": "appointments", "id": MERGE, "from": "2019-09-01", "to": None}]
    staff.on("POST", f"/v1{PAGE}/merges/preview", {"person": person(), "left_out": left, "referring": 2})


def test_pairs_are_offered_with_their_reasons_and_denied(browser: Any, staff: Any) -> None:
    pair = {
        "people": [{"id": ONE, "name": "Amina Yusuf"}, {"id": OTHER, "name": "Amina Khan"}],
        "because": ["birth_and_initial"],
    }
    staff.on("GET", "/v1/duplicates", {"items": [pair], "count": 1})
    staff.on("POST", "/v1/duplicates/dismissals", None, status=204)
    browser.sign_in("hr")

    page = browser.get("/people/duplicates").text
    answer = browser.post("/people/duplicates", {"one": ONE, "other": OTHER, "key": "k-1"})

    assert "1 pair, the likeliest first" in page
    assert "the same date of birth and initial" in page
    assert f'href="{PAGE}/merge?other={OTHER}"' in page
    assert staff.asked("POST", ".*")[0].body == {"one": ONE, "other": OTHER}
    assert answer.headers["Location"] == "/people/duplicates"


def test_the_other_record_is_found_by_name(browser: Any, staff: Any) -> None:
    found = {"items": [person(), person(OTHER, family_name="Khan")], "next": None, "previous": None, "total": None}
    staff.on("GET", "/v1/people", found)

    page = browser.sign_in("hr").get(f"{PAGE}/merge?name=amina").text

    assert f'href="{PAGE}/merge?other={OTHER}">Amina Khan' in page
    assert f"other={ONE}" not in page


def test_what_a_merge_does_is_said_before_it_is_made(browser: Any, staff: Any) -> None:
    staff.on("POST", f"/v1{PAGE}/merges", person(version=5))
    browser.sign_in("hr")

    page = browser.get(f"{PAGE}/merge?other={OTHER}").text
    answer = browser.post(f"{PAGE}/merge", {"other": OTHER, "why": "Twice", "version": "4", "key": "k-1"})

    assert "The record of Amina Khan is found no more" in page
    assert "Not taken over: Teacher at Elm, 1 FTE, 1 September 2019." in page
    sent = staff.asked("POST", f"/v1{PAGE}/merges")[-1]
    assert sent.body == {"other": OTHER, "keeps": None, "why": "Twice"}
    assert (sent.headers["If-Match"], sent.headers["Idempotency-Key"]) == ('"4"', "k-1")
    assert answer.headers["Location"] == PAGE


@pytest.mark.parametrize(
    ("kind", "more", "asks"),
    [
        ("both-sign-in", {"errors": [{"pointer": "/keeps", "detail": "Say whose stays."}]}, 'name="keeps"'),
        ("fte-exceeded", {"day": "2026-09-01", "fte": 1.4}, 'name="override"'),
        ("trns-differ", {}, "two teachers"),
    ],
)
def test_what_stands_in_the_way_is_asked_or_said(
    browser: Any, staff: Any, kind: str, more: dict[str, Any], asks: str
) -> None:
    problem = {"type": f"urn:acorn:problem:{kind}", "status": 409, "detail": "These are two teachers.", **more}
    staff.on("POST", f"/v1{PAGE}/merges/preview", problem, status=409)

    page = browser.sign_in("hr").get(f"{PAGE}/merge?other={OTHER}")

    assert page.status_code == 200
    assert asks in page.text


def test_a_merge_is_undone_with_the_version_that_was_shown(browser: Any, staff: Any) -> None:
    made = {"id": MERGE, "other": OTHER, "other_name": "Amina Khan", "by": "person:x", "by_name": "Priya Raman"}
    staff.on(
        "GET", f"/v1{PAGE}/merges", {"items": [{**made, "at": "2026-11-20T09:00:00Z", "why": None, "undone": None}]}
    )
    staff.on("POST", f"/v1{PAGE}/merges/{MERGE}/undoing", person(version=6))
    browser.sign_in("hr")

    page = browser.get(f"{PAGE}/merges").text
    answer = browser.post(f"{PAGE}/merges", {"merge": MERGE, "why": "Cousins", "version": "4", "key": "k-1"})

    assert "Made one by Priya Raman, 20 November 2026" in page
    assert staff.asked("POST", ".*")[0].body == {"why": "Cousins"}
    assert answer.headers["Location"] == PAGE


def test_links_to_a_record_that_is_no_more_lead_to_the_one_that_stays(browser: Any, staff: Any) -> None:
    staff.on("GET", f"/v1/people/{OTHER}", person(OTHER, merged_into=ONE))
    answer = browser.sign_in("hr").get(f"/people/{OTHER}")
    assert (answer.status_code, answer.headers["Location"]) == (302, PAGE)


@pytest.mark.parametrize("path", ["/people/duplicates", f"{PAGE}/merge", f"{PAGE}/merges"])
def test_nobody_but_hr_gets_in(browser: Any, path: str) -> None:
    assert browser.sign_in("sil").get(path).status_code == 403
