"""A person's CPD history: what is shown of it, which part is asked for, and its file."""

import re
from typing import Any

import pytest

from acorn_portal.chart import WIDTH, chart

PERSON = "01971281-3b20-7a4e-8f10-6c2d9e0b7a11"
OTHER = "01971281-3b20-7a4e-8f10-6c2d9e0b7a22"
EMPTY: dict[str, Any] = {"items": [], "next": None, "previous": None, "total": {"count": 0, "more": False}}


def line(record: str, title: str, year: str, date: str, **said: Any) -> dict[str, Any]:
    """A record as a history lists it."""
    plain: dict[str, Any] = {
        "id": f"01971281-3b20-7a4e-8f10-6c2d9e0b7b{record}",
        "person": PERSON,
        "title": title,
        "kind": "course",
        "topics": [],
        "date": date,
        "ends": None,
        "hours": 2.0,
        "academic_year": year,
        "state": "verified",
        "query": None,
    }
    return {**plain, **said}


def year(name: str, verified: float, awaiting: float = 0.0) -> Any:
    """The hours of a year."""
    return {
        "academic_year": name,
        "verified": verified,
        "awaiting": awaiting,
        "total": verified + awaiting,
        "by_kind": [],
    }


@pytest.fixture(autouse=True)
def histories(cpd: Any, staff: Any) -> None:
    """A history of two years, and another person's, which is empty."""
    lines = [
        line("01", "Early reading", "2025-26", "2026-03-02", topics=["phonics"], state="declared"),
        line("02", "Safeguarding refresher", "2024-25", "2024-09-14", ends="2024-09-15"),
    ]
    cpd.on("GET", f"/v1/people/{PERSON}/history", {**EMPTY, "items": lines, "total": {"count": 1000, "more": True}})
    cpd.on("GET", f"/v1/people/{PERSON}/hours", {"items": [year("2025-26", 0, 2), year("2024-25", 6)]})
    cpd.on("GET", f"/v1/people/{OTHER}/history", EMPTY)
    cpd.on("GET", f"/v1/people/{OTHER}/hours", {"items": []})
    staff.on("GET", f"/v1/people/{OTHER}", {"given_name": "Zoë", "family_name": "O’Brien <b>"})


def test_a_history_is_one_timeline_grouped_by_academic_year(browser: Any) -> None:
    page = browser.sign_in().get("/history").text

    assert re.findall(r"<h3[^>]*>(\S+)</h3>", page) == ["2025-26", "2024-25"]
    assert "14 September 2024 to 15 September 2024, 2 hours, course" in page
    assert "More than 1,000 records, newest first." in page


def test_filters_are_asked_for_and_can_be_taken_off_one_by_one(browser: Any, cpd: Any) -> None:
    page = browser.sign_in().get("/history?kind=course&topic=phonics&academic_year=2024-25&state=verified").text

    asked = cpd.asked("GET", ".*/history")[0].query
    assert asked == "count=true&academic_year=2024-25&kind=course&topic=phonics&state=verified"
    assert 'href="/history?kind=course&amp;academic_year=2024-25&amp;state=verified"' in page
    assert f'href="/history.csv?{asked.removeprefix("count=true&").replace("&", "&amp;")}"' in page


@pytest.mark.parametrize(
    "nonsense", ["kind=x", "topic=%00", "state=gone", "academic_year=2024-26", "academic_year=twenty"]
)
def test_a_filter_that_says_nothing_is_left_out(browser: Any, cpd: Any, nonsense: str) -> None:
    page = browser.sign_in().get(f"/history?{nonsense}")

    assert page.status_code == 200
    assert cpd.asked("GET", ".*/history")[0].query == "count=true"


def test_somebody_elses_history_bears_their_name(browser: Any) -> None:
    page = browser.sign_in("sil").get(f"/people/{OTHER}/history").text

    assert "Zoë O’Brien &lt;b&gt;: CPD</h1>" in page
    assert "Nothing is recorded for them yet." in page
    assert "Record CPD" not in page


def test_somebody_elses_history_is_shown_while_the_staff_service_is_away(browser: Any, staff: Any) -> None:
    staff.close()

    page = browser.sign_in("sil").get(f"/people/{OTHER}/history")

    assert page.status_code == 200
    assert "Staff records cannot be reached right now" in page.text


def test_ones_own_history_has_one_address(browser: Any) -> None:
    answer = browser.sign_in("hr").get(f"/people/{PERSON}/history?kind=course")

    assert answer.headers["Location"] == "/history?kind=course"


def test_who_has_no_person_here_has_no_history(browser: Any) -> None:
    assert browser.sign_in("trustee", person=None).get("/history").status_code == 403


def test_an_empty_history_says_how_to_begin(browser: Any, cpd: Any) -> None:
    cpd.on("GET", f"/v1/people/{PERSON}/history", EMPTY)
    cpd.on("GET", f"/v1/people/{PERSON}/hours", {"items": []})

    page = browser.sign_in().get("/history").text

    assert "Record your first piece of CPD above" in page
    assert '<svg class="acorn-chart"' not in page


def test_a_title_is_text_whatever_it_says(browser: Any, cpd: Any) -> None:
    hostile = line("03", "<script>alert(1)</script>", "2025-26", "2026-03-02")
    cpd.on("GET", f"/v1/people/{PERSON}/history", {**EMPTY, "items": [hostile]})

    page = browser.sign_in().get("/history").text

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_file_comes_as_the_service_sends_it(browser: Any, cpd: Any) -> None:
    cpd.on("GET", f"/v1/people/{PERSON}/history", "\ufeffdate\r\n".encode())

    answer = browser.sign_in().get("/history.csv?kind=course")

    assert (answer.status_code, answer.data) == (200, "\ufeffdate\r\n".encode())
    assert answer.content_type.startswith("text/csv")
    assert cpd.calls[-1].query == "kind=course"
    assert cpd.calls[-1].headers["Accept"] == "text/csv"


def test_a_file_that_cannot_be_had_is_a_page_that_says_so(browser: Any, cpd: Any) -> None:
    cpd.on("GET", f"/v1/people/{PERSON}/history", {"status": 503}, status=503)

    answer = browser.sign_in().get("/history.csv")

    assert answer.status_code == 503
    assert "CPD records cannot be reached right now" in answer.text


def test_the_chart_draws_what_is_verified_and_what_waits_to_one_scale() -> None:
    drawn = chart([year("2025-26", 2, 1), year("2024-25", 6)])

    assert drawn is not None
    latest, earlier = drawn.bars
    assert latest.verified == pytest.approx(latest.awaiting * 2, abs=0.2)
    assert earlier.verified == pytest.approx(latest.verified + latest.awaiting, rel=1.1)
    assert max(bar.end for bar in drawn.bars) < WIDTH


def test_the_chart_says_the_same_in_words() -> None:
    drawn = chart([year("2025-26", 2, 1), year("2024-25", 1)])

    assert drawn is not None
    assert drawn.description == "2025-26: 3 hours, of which 1 hour not verified yet; 2024-25: 1 hour."


def test_there_is_no_chart_of_no_hours() -> None:
    assert chart([]) is None
    assert chart([year("2025-26", 0)]) is None


def test_the_chart_has_the_latest_ten_years() -> None:
    drawn = chart([year(f"20{at}-{at + 1}", 1) for at in range(40, 20, -1)])

    assert drawn is not None
    assert [bar.year for bar in drawn.bars][::9] == ["2040-41", "2031-32"]
