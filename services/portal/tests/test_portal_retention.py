"""Retention as a page: figures in tables, year by year, academy by academy, for those who may see them."""

from typing import Any

import pytest

ELM = "01971281-3b20-7a4e-8f10-6c2d9e0b7c01"


def cohort(in_post: int, left: int, percent: int | None, **more: Any) -> dict[str, Any]:
    """Figures as the staff service answers them."""
    plain = {"in_post": in_post, "stayed": in_post - left, "moved": 0, "went_with_academy": 0, "left": left}
    return {**plain, "retained_percent": percent, **more}


def figures(**more: Any) -> dict[str, Any]:
    """The answer about a year."""
    return {
        "academic_year": "2025-26",
        "from": "2025-09-01",
        "until": "2026-09-01",
        "complete": True,
        "everybody": cohort(40, 5, 88),
        "by_organisation": [cohort(40, 5, 88, organisation=ELM, name="Elm & Oak")],
        "by_post": [cohort(30, 4, 87, post="teacher", title="Teacher")],
        "by_service": [cohort(40, 5, 88, service="3_to_5"), cohort(0, 0, None, service="over_10")],
        "reasons": [{"reason": "resigned", "count": 4}, {"reason": None, "count": 1}],
        "destinations": [{"destination": "another_school", "count": 5}],
        "joined": 6,
        "returned": 2,
        "promoted": 3,
        "leaving": 0,
        "years": [cohort(41, 0, 100, academic_year="2026-27"), cohort(40, 5, 88, academic_year="2025-26")],
        **more,
    }


@pytest.mark.parametrize("role", ["hr", "sil", "ceo"])
def test_a_year_is_told_in_a_sentence_and_in_tables(browser: Any, staff: Any, role: str) -> None:
    staff.on("GET", "/v1/retention", figures())

    page = browser.sign_in(role).get("/retention?academic_year=2025-26").text

    assert "The trust kept 88% of 40 employees." in page
    assert 'href="/retention?academic_year=2026-27">2026-27</a>' in page
    assert f'href="/retention?academic_year=2025-26&amp;organisation={ELM}">Elm &amp; Oak</a>' in page
    assert "<li>Resigned: 4</li>" in page
    assert "<li>No reason recorded: 1</li>" in page
    assert "3 to 5 years" in page
    assert "More than 10 years" not in page
    assert staff.asked("GET", "/v1/retention")[0].query == "academic_year=2025-26"


def test_an_academys_page_says_whose_it_is(browser: Any, staff: Any) -> None:
    staff.on("GET", "/v1/retention", figures(everybody=cohort(0, 0, None), years=[], complete=False))
    staff.on("GET", f"/v1/organisations/{ELM}", {"id": ELM, "name": "Elm & Oak"})

    page = browser.sign_in("hr").get(f"/retention?organisation={ELM}").text

    assert "Retention in 2025-26: Elm &amp; Oak" in page
    assert "Nobody who was in post then could be kept." in page
    assert "Recorded to leave before the next academic year: 0" in page
    assert "By academy" not in page


def test_others_and_addresses_that_cannot_be_are_refused(browser: Any, staff: Any) -> None:
    assert browser.sign_in().get("/retention").status_code == 403
    browser.sign_in("hr")
    assert browser.get("/retention?academic_year=soon").status_code == 404
    assert browser.get("/retention?organisation=elm").status_code == 404
    assert staff.asked("GET", "/v1/retention") == []
