"""Ofsted's inspections of an academy: shown, recorded in the form of their day, taken back."""

import re
from html import unescape
from typing import Any

import pytest

from acorn_portal import ofsted
from acorn_staff.model import inspections as model

ELM = "01971281-3b20-7a4e-8f10-6c2d9e0b7c01"
INSPECTION = "01971281-3b20-7a4e-8f10-6c2d9e0b7d01"
PAGE, NEW = f"/academies/{ELM}", f"/academies/{ELM}/inspections/new"
TAKE_BACK = f"/academies/{ELM}/inspections/{INSPECTION}/retraction"
GOOD = {
    "id": INSPECTION,
    "inspected": "2023-03-15",
    "overall": "good",
    "areas": [{"area": "quality_of_education", "grade": "outstanding"}],
    "safeguarding_met": True,
}


def elm(**more: Any) -> dict[str, Any]:
    """An academy as the staff service answers it."""
    plain = {"id": ELM, "kind": "academy", "name": "Elm", "urn": "140001", "phase": "Primary", "membership": "member"}
    return {**plain, "version": 2, "inspections": [GOOD], **more}


def text(page: Any) -> str:
    """What a page shows."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2])).split())


def on(day: str, **more: str) -> dict[str, str]:
    """A form about an inspection that ended on a day, written as 15 3 2023."""
    boxes = dict(zip(("inspected-day", "inspected-month", "inspected-year"), day.split(), strict=True))
    return {**boxes, "version": "2", "key": "k-1", **more}


@pytest.fixture(autouse=True)
def one_academy(staff: Any) -> None:
    """Elm, which was inspected once."""
    staff.on("GET", f"/v1/organisations/{ELM}", elm())
    staff.on("POST", f"/v1/organisations/{ELM}/inspections.*", elm(version=3), status=201)


@pytest.fixture
def sil(browser: Any) -> Any:
    """The School Improvement Lead."""
    return browser.sign_in("sil")


def test_the_pages_know_the_days_and_the_words_of_the_service() -> None:
    assert (ofsted.NO_OVERALL_FROM, ofsted.REPORT_CARDS_FROM) == (model.NO_OVERALL_FROM, model.REPORT_CARDS_FROM)
    assert set(ofsted.GRADES) == set(model.Grade)
    assert set(ofsted.AREAS) == set(model.InspectedArea)


def test_everybody_of_the_trust_reads_them_and_some_record_them(browser: Any) -> None:
    shown = browser.sign_in().get(PAGE)

    assert "Inspected until 15 March 2023 Overall effectiveness: Good Quality of education: Outstanding" in text(shown)
    assert "Safeguarding standards: met" in text(shown)
    assert not re.findall(rf'href="{PAGE}/[^"]+"', shown.text)
    assert [browser.get(path).status_code for path in (NEW, TAKE_BACK)] == [403, 403]
    for role, links in (
        ("ceo", {NEW, TAKE_BACK}),
        ("hr", {NEW, TAKE_BACK, f"{PAGE}/change", f"{PAGE}/departure"}),
    ):
        assert set(re.findall(rf'href="({PAGE}/[^"]+)"', browser.sign_in(role).get(PAGE).text)) == links


@pytest.mark.parametrize(
    ("day", "asks", "asks_not"),
    [
        ("1 9 2024", ("Overall effectiveness", "Quality of education", "Good"), ("Inclusion", "Strong standard")),
        ("2 9 2024", ("Quality of education", "Early years", "Good"), ("Overall effectiveness", "Strong standard")),
        ("10 11 2025", ("Inclusion", "Early years", "Strong standard"), ("Quality of education", "Outstanding")),
    ],
)
def test_the_day_decides_what_is_asked(sil: Any, day: str, asks: tuple[str, ...], asks_not: tuple[str, ...]) -> None:
    first = sil.get(NEW)
    second = text(sil.post(NEW, on(day, step="grades")))

    assert "so its day comes first" in text(first)
    assert all(word in second for word in asks)
    assert not [word for word in asks_not if word in second]
    assert "so its day comes first" in text(sil.post(NEW, on(day, step="day-again")))


def test_an_inspection_is_recorded_in_the_form_of_its_day(sil: Any, staff: Any) -> None:
    graded = {"overall": "good", "quality_of_education": "outstanding", "early_years": "", "safeguarding": "met"}

    answer = sil.post(NEW, on("15 3 2022", step="save", **graded))
    sil.post(
        NEW, on("20 11 2025", step="save", inclusion="strong_standard", safeguarding="not_met", why="As published.")
    )

    first, second = staff.asked("POST", ".*/inspections")
    assert first.body == {
        "inspected": "2022-03-15",
        "overall": "good",
        "areas": [{"area": "quality_of_education", "grade": "outstanding"}],
        "safeguarding_met": True,
    }
    assert (first.headers["If-Match"], first.headers["Idempotency-Key"]) == ('"2"', "k-1")
    assert second.body == {
        "inspected": "2025-11-20",
        "areas": [{"area": "inclusion", "grade": "strong_standard"}],
        "safeguarding_met": False,
        "why": "As published.",
    }
    assert answer.headers["Location"] == PAGE


def test_a_day_that_cannot_be_is_asked_for_again(sil: Any, staff: Any) -> None:
    errors = [{"pointer": "/inspected", "detail": "An inspection that ended on that day is recorded already."}]
    problem = {"type": "urn:acorn:problem:invalid", "status": 422, "detail": "No.", "errors": errors}
    staff.on("POST", f"/v1/organisations/{ELM}/inspections.*", problem, status=422)

    unreadable = sil.post(NEW, on("31 2 2023", step="grades"))
    refused = sil.post(NEW, on("15 3 2023", step="save", overall="good"))

    assert '<a href="#inspected-day">Last day of the inspection must be a real day' in unreadable.text
    assert '<a href="#inspected-day">An inspection that ended on that day is recorded already.</a>' in refused.text
    assert 'id="inspected-day"' in refused.text


def test_what_is_taken_back_was_read_first(sil: Any, staff: Any) -> None:
    asked = sil.get(TAKE_BACK)
    answer = sil.post(TAKE_BACK, {"version": "2", "key": "k-1", "why": "Another academy’s."})

    assert "Overall effectiveness: Good" in text(asked)
    (sent,) = staff.asked("POST", ".*/retraction")
    assert (sent.body, sent.headers["If-Match"]) == ({"why": "Another academy’s."}, '"2"')
    assert answer.headers["Location"] == PAGE
    assert sil.get(TAKE_BACK.replace(INSPECTION, ELM)).status_code == 404


@pytest.mark.parametrize(("path", "version"), [(NEW, "inspections"), (TAKE_BACK, "retraction")])
def test_an_academy_that_changed_meanwhile_is_asked_about_again(sil: Any, staff: Any, path: str, version: str) -> None:
    problem = {"type": "urn:acorn:problem:stale-version", "status": 412, "detail": "Changed."}
    staff.on("POST", f"/v1/organisations/{ELM}/inspections.*", problem, status=412)
    staff.on("GET", f"/v1/organisations/{ELM}", elm(version=7))

    answer = sil.post(path, on("15 3 2022", step="save", overall="good"))

    assert answer.status_code == 422, version
    assert "Somebody else changed this record" in text(answer)
    assert re.search(r'name="version"[^>]*value="7"', answer.text)


def test_the_central_team_is_not_inspected(browser: Any, staff: Any) -> None:
    staff.on("GET", f"/v1/organisations/{ELM}", elm(kind="central_team", inspections=[]))

    shown = browser.sign_in("hr").get(PAGE)

    assert "Ofsted" not in text(shown)
    assert "/departure" not in shown.text
    assert browser.get(NEW).status_code == 404
