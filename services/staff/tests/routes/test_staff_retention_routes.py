"""Retention over HTTP: figures of a year and of an academy, and who may ask."""

from typing import Any

import pytest


def _figures(row: dict[str, Any]) -> tuple[int, int, int, int, int | None]:
    return row["in_post"], row["stayed"], row["moved"], row["left"], row["retained_percent"]


def test_a_year_says_who_stayed_moved_and_left_and_why(trust: Any) -> None:
    trust.end("amina", "2026-10-31", "resigned", destination="another_school")
    trust.move("ben", "ash", "2026-11-01")
    trust.end("olu", "2027-08-31", "retired", destination="retirement")

    found = trust.as_("ceo").get("/retention").get_json()
    assert (found["academic_year"], found["from"], found["until"]) == ("2026-27", "2026-09-01", "2026-11-23")
    assert found["complete"] is False
    assert _figures(found["everybody"]) == (6, 4, 1, 1, 83)
    assert [(row["name"], *_figures(row)) for row in found["by_organisation"]] == [
        ("Ash Infant School", 2, 2, 0, 0, 100),
        ("Elm Primary Academy", 3, 1, 1, 1, 67),
        ("Oak Trees Central Team", 1, 1, 0, 0, 100),
    ]
    assert [(row["title"], row["in_post"]) for row in found["by_post"]] == [
        ("Headteacher", 2),
        ("Deputy headteacher", 1),
        ("Teacher", 2),
        ("HR officer", 1),
    ]
    assert [(row["service"], row["in_post"]) for row in found["by_service"]][3:] == [("6_to_10", 6), ("over_10", 0)]
    assert found["reasons"] == [{"reason": "resigned", "count": 1}]
    assert found["destinations"] == [{"destination": "another_school", "count": 1}]
    assert found["leaving"] == 1
    assert [year["academic_year"] for year in found["years"]][-1] == "2019-20"


def test_an_academys_figures_are_its_own(trust: Any) -> None:
    trust.move("ben", "ash", "2026-11-01")
    found = trust.as_("sil").get("/retention", organisation=trust.ids["elm"]).get_json()

    assert _figures(found["everybody"]) == (3, 2, 1, 0, 100)
    assert [row["name"] for row in found["by_organisation"]] == ["Elm Primary Academy"]
    assert trust.as_("hr").get("/retention", organisation=trust.ids["amina"]).status_code == 404


@pytest.mark.parametrize("year", ["2027-28", "2019-21", "9999-00", "1900-01", "2026"])
def test_a_year_that_cannot_be_is_refused(trust: Any, year: str) -> None:
    refused = trust.as_("hr").get("/retention", academic_year=year)
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["pointer"] == "/query/academic_year"


def test_nobody_below_hr_sil_and_ceo_reads_exact_figures(trust: Any) -> None:
    for who in ("amina", "helen", "ben", "trustee", "operations", "data protection"):
        assert trust.as_(who).get("/retention").status_code == 403, who
