"""Histories, hours and the waiting list over HTTP."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


def history(trust: Any, who: str = "amina", **query: Any) -> list[dict[str, Any]]:
    response = trust.as_(who).get(f"/people/{trust.amina}/history", query_string=query)
    assert response.status_code == 200, response.get_data(as_text=True)
    return list(response.get_json()["items"])


def titles(records: list[dict[str, Any]]) -> list[str]:
    return [record["title"] for record in records]


def test_a_history_is_one_timeline_newest_first(trust: Any) -> None:
    for title, day in (("second", "2026-10-14"), ("first", "2019-09-02"), ("third", "2026-11-23")):
        trust.declare(title=title, date=day)
    trust.declare("olu", trust.olu, title="somebody else's")

    assert titles(history(trust)) == ["third", "second", "first"]


def test_a_history_shows_records_without_their_past(trust: Any) -> None:
    record = trust.step("ben", trust.declare(), "verify")

    [line] = history(trust)

    assert line == {name: value for name, value in record.items() if name in line}
    assert record.keys() - line.keys() == {"judgements", "amendments", "may_verify"}


def test_a_history_is_filtered_by_academic_year_kind_topic_and_state(trust: Any) -> None:
    trust.declare(title="old", date="2019-08-31")
    trust.declare(title="reading", kind="reading", topics=["maths"])
    trust.step("ben", trust.declare(title="verified", topics=["maths", "send"]), "verify")
    trust.step("amina", trust.declare(title="withdrawn"), "withdraw", {"why": "Never went."})

    assert titles(history(trust, academic_year="2018-19")) == ["old"]
    assert titles(history(trust, kind="reading")) == ["reading"]
    assert sorted(titles(history(trust, topic="maths"))) == ["reading", "verified"]
    assert titles(history(trust, topic="maths", state="verified")) == ["verified"]
    assert titles(history(trust, state="withdrawn")) == ["withdrawn"]
    assert sorted(titles(history(trust))) == ["old", "reading", "verified"]


def test_pages_of_a_history_are_the_history(trust: Any) -> None:
    for day in (1, 1, 1, 2, 2, 3, 3, 3):
        trust.declare(date=f"2026-11-{day:02}")
    whole = history(trust)

    path, cursor, paged = f"/people/{trust.amina}/history", None, []
    for _ in range(3):
        query = {"limit": 3, "academic_year": "2026-27"} | ({"cursor": cursor} if cursor else {})
        answer = trust.as_("amina").get(path, query_string=query).get_json()
        paged += answer["items"]
        cursor = answer["next"]

    assert cursor is None
    assert paged == whole
    assert [record["date"] for record in whole] == sorted((record["date"] for record in whole), reverse=True)


# As CSV


def as_csv(trust: Any, accept: str = "text/csv", **query: Any) -> Any:
    return trust.as_("amina").get(f"/people/{trust.amina}/history", query_string=query, headers={"Accept": accept})


def rows(response: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))


def test_a_spreadsheet_gets_the_whole_filtered_history(trust: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acorn_cpd.store._PAGE", 2)
    for number in range(5):
        trust.declare(title=f"Phonics {number}", date=f"2026-11-0{number + 1}")
    trust.declare(title="Old", date="2019-08-31")

    response = as_csv(trust, academic_year="2026-27", limit=1)

    assert response.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert response.headers["Content-Disposition"] == (
        f'attachment; filename="cpd-history-{trust.amina}-2026-11-23.csv"'
    )
    assert response.headers["Vary"] == "Accept"
    assert response.headers["Cache-Control"] == "no-store"
    assert [row["title"] for row in rows(response)] == [f"Phonics {number}" for number in (4, 3, 2, 1, 0)]


def test_excel_is_told_that_the_file_is_unicode(trust: Any) -> None:
    trust.declare(title="José’s naïve café 🌳")

    response = as_csv(trust)

    assert response.data.startswith(b"\xef\xbb\xbf")
    assert rows(response)[0]["title"] == "José’s naïve café 🌳"


def test_a_formula_in_a_history_runs_nowhere(trust: Any) -> None:
    trust.declare(title='=HYPERLINK("http://evil.example","Click")', provider="@cmd", reflection="-2+3")

    [row] = rows(as_csv(trust))

    assert row["title"] == '\'=HYPERLINK("http://evil.example","Click")'
    assert (row["provider"], row["reflection"]) == ("'@cmd", "'-2+3")


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/csv;q=0.5, application/json", "image/png"])
def test_whoever_does_not_ask_for_csv_gets_json(trust: Any, accept: str) -> None:
    assert as_csv(trust, accept).content_type == "application/json"


# Hours


def hours(trust: Any, who: str = "amina") -> Any:
    response = trust.as_(who).get(f"/people/{trust.amina}/hours")
    assert response.status_code == 200
    return response.get_json()["items"]


def test_hours_by_academic_year_say_what_is_verified_and_what_waits(trust: Any) -> None:
    trust.step("ben", trust.declare(hours=6.0), "verify")
    trust.declare(hours=1.25)
    trust.step("ben", trust.declare(hours=0.5, kind="reading"), "query", {"question": "Which book?"})
    trust.step("amina", trust.declare(hours=100), "withdraw", {"why": "Not mine."})
    trust.declare(hours=2, date="2026-08-31")
    trust.declare("olu", trust.olu, hours=50)

    assert hours(trust) == [
        {
            "academic_year": "2026-27",
            "verified": 6.0,
            "awaiting": 1.75,
            "total": 7.75,
            "by_kind": [
                {"kind": "course", "verified": 6.0, "awaiting": 1.25, "total": 7.25},
                {"kind": "reading", "verified": 0.0, "awaiting": 0.5, "total": 0.5},
            ],
        },
        {
            "academic_year": "2025-26",
            "verified": 0.0,
            "awaiting": 2.0,
            "total": 2.0,
            "by_kind": [{"kind": "course", "verified": 0.0, "awaiting": 2.0, "total": 2.0}],
        },
    ]


def test_who_did_nothing_has_no_hours(trust: Any) -> None:
    assert hours(trust) == []


RECORDS = st.lists(
    st.tuples(
        st.integers(1, 1600),
        st.sampled_from(["course", "reading", "other"]),
        st.dates(min_value=date(2023, 7, 1), max_value=date(2026, 11, 23)).map(str),
        st.sampled_from(["declared", "verified", "queried", "withdrawn"]),
    ),
    max_size=40,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records=RECORDS)
def test_hours_are_the_sum_of_the_records_that_count(trust: Any, records: list[Any]) -> None:
    collection = trust.database["records"]
    collection.delete_many({})
    for number, (quarters, kind, day, state) in enumerate(records):
        first = int(day[:4]) - (day[5:] < "09")
        year = f"{first}-{str(first + 1)[-2:]}"
        collection.insert_one(
            {"_id": str(number), "person": trust.amina, "hours": quarters / 4, "kind": kind, "state": state}
            | {"date": day, "academic_year": year}
        )

    for year in hours(trust):
        counted = [
            (quarters, kind, state)
            for quarters, kind, day, state in records
            if f"{int(day[:4]) - (day[5:] < '09')}" == year["academic_year"][:4] and state != "withdrawn"
        ]
        assert year["verified"] * 4 == sum(quarters for quarters, _, state in counted if state == "verified")
        assert year["awaiting"] * 4 == sum(quarters for quarters, _, state in counted if state != "verified")
        assert year["total"] == year["verified"] + year["awaiting"]
        assert [of["kind"] for of in year["by_kind"]] == sorted({kind for _, kind, _ in counted})
        for of in year["by_kind"]:
            assert of["total"] * 4 == sum(quarters for quarters, kind, _ in counted if kind == of["kind"])
    assert sum(year["total"] * 4 for year in hours(trust)) == sum(
        quarters for quarters, _, _, state in records if state != "withdrawn"
    )


# What waits


def waiting(trust: Any, who: str, **query: Any) -> list[str]:
    response = trust.as_(who).get("/records", query_string=query)
    assert response.status_code == 200, response.get_data(as_text=True)
    return titles(response.get_json()["items"])


def test_a_manager_sees_what_waits_of_their_people_and_nothing_else(trust: Any) -> None:
    trust.declare(title="Amina's")
    trust.declare("ben", trust.ben, title="Ben's")
    trust.declare("olu", trust.olu, title="Olu's")
    trust.step("hr", trust.declare(title="done"), "verify")

    assert waiting(trust, "ben") == ["Amina's"]
    assert waiting(trust, "head of elm") == ["Amina's", "Ben's"]
    assert waiting(trust, "head of ash") == ["Olu's"]
    assert waiting(trust, "sil") == waiting(trust, "ceo") == ["Amina's", "Ben's", "Olu's"]
    assert waiting(trust, "amina") == []


def test_what_waits_longest_comes_first_with_the_persons_name(trust: Any) -> None:
    trust.declare(title="first")
    trust.clock.advance(minutes=1)
    trust.declare("ben", trust.ben, title="second")
    trust.declare("hr", trust.somebody_new, title="third")

    items = trust.as_("hr").get("/records").get_json()["items"]

    assert [(item["title"], item["name"]) for item in items] == [
        ("first", "Amina Yusuf"),
        ("second", "Ben Okafor"),
        ("third", None),
    ]


def test_ones_own_records_are_for_others_to_judge(trust: Any) -> None:
    trust.declare("hr", trust.harriet, title="mine")
    trust.declare(title="Amina's")

    assert waiting(trust, "hr") == ["Amina's"]
    assert waiting(trust, "hr without a person") == ["mine", "Amina's"]


def test_the_list_over_people_is_filtered_too(trust: Any) -> None:
    trust.step("ben", trust.declare(title="verified", kind="reading"), "verify")
    trust.step("ben", trust.declare(title="queried", date="2019-08-31"), "query", {"question": "?"})

    assert waiting(trust, "ben", state="verified") == ["verified"]
    assert waiting(trust, "ben", state="queried", academic_year="2018-19") == ["queried"]
    assert waiting(trust, "ben", state="queried", kind="reading") == []


# Who has looked


def test_reads_by_others_are_written_down_and_the_person_can_read_the_list(trust: Any) -> None:
    record = trust.declare()
    trust.as_("amina").get(f"/people/{trust.amina}/history")
    trust.as_("ben").get(f"/people/{trust.amina}/history")
    trust.as_("hr without a person").get(f"/people/{trust.amina}/history", headers={"Accept": "text/csv"})
    trust.as_("ben").get(f"/people/{trust.amina}/hours")
    trust.as_("sil").get(trust.at(record))
    trust.as_("head of elm").get("/records")
    trust.step("ben", record, "verify")

    ben = f"person:{trust.ben}"
    assert trust.reads() == [
        (ben, [trust.amina], "read_history"),
        ("sign-in:hr without a person", [trust.amina], "export_history"),
        (ben, [trust.amina], "read_hours"),
        ("sign-in:sil", [trust.amina], "read_record"),
        (f"person:{trust.head_of_elm}", [trust.amina], "list_records"),
        (ben, [trust.amina], "verify_record"),
    ]
    reads = trust.as_("amina").get(f"/people/{trust.amina}/reads").get_json()["items"]
    assert len(reads) == 6
    assert {read["by"]["name"] for read in reads} == {"Ben Okafor", "Helen Elm", None}


def test_an_empty_list_looked_at_nobody(trust: Any) -> None:
    assert waiting(trust, "ben") == []
    assert trust.reads() == []
