"""People are found by name, academy and post, on a day; nobody is found whom the reader may not see."""

from typing import Any

import pytest


def test_everybody_finds_the_people_whom_they_may_see_by_family_name(trust: Any) -> None:
    everybody = ["Olu", "Hugo", "Helen", "Ben", "Harriet", "Amina"]  # Ade, Ashdown, Elmhurst, Okafor, Reed, Yusuf
    assert trust.as_("hr").names() == trust.as_("sil").names() == trust.as_("ceo").names() == everybody
    assert trust.as_("helen").names() == ["Helen", "Ben", "Amina"]
    assert trust.as_("hugo").names() == ["Olu", "Hugo"]
    assert trust.as_("ben").names() == ["Olu", "Ben", "Amina"]  # his reports, one of them at another academy
    assert trust.as_("amina").names() == ["Amina"]


def test_those_without_a_person_or_a_role_that_reads_people_are_refused(trust: Any) -> None:
    for who in ("trustee", "operations", "data protection", "somebody unknown"):
        assert trust.as_(who).get("/people").status_code == 403


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("oneill", True),
        ("O'NEILL", True),
        ("zoe", True),
        ("zo smith", True),
        ("smith-jones", True),
        ("jones o", True),
        ("zoes", False),
        ("ones", False),
        ("$where", False),
        (".*", False),
        ("^z", True),
        ("---", False),
    ],
)
def test_names_are_found_folded_and_by_their_beginnings(empty: Any, query: str, found: bool) -> None:
    empty.add("zoe", "Zoë", "O'Neill Smith-Jones")
    assert empty.as_("hr").names(name=query) == (["Zoë"] if found else [])


def test_academy_and_post_are_those_held_on_the_day(trust: Any) -> None:
    trust.move("amina", "ash", "2027-01-04", post="senco")
    elm, ash = trust.ids["elm"], trust.ids["ash"]
    hr = trust.as_("hr")
    assert hr.names(organisation=elm, post="teacher") == ["Amina"]
    assert hr.names(organisation=elm, post="teacher", on="2027-01-03") == ["Amina"]
    assert hr.names(organisation=elm, post="teacher", on="2027-01-04") == []
    assert hr.names(organisation=ash, post="senco", on="2027-01-04") == ["Amina"]
    assert hr.names(organisation=ash, post="teacher", on="2027-01-04") == ["Olu"]
    assert hr.names(post="headteacher") == ["Hugo", "Helen"]
    assert hr.names(organisation=elm, on="2019-08-31") == []
    assert hr.names(organisation=elm, post="teacher", name="ben") == []


def test_an_academy_and_a_post_must_be_of_one_appointment(trust: Any) -> None:
    trust.appoint("amina", "ash", "governor", "2026-09-01")
    assert trust.as_("hr").names(organisation=trust.ids["ash"], post="teacher") == ["Olu"]


def test_a_day_alone_finds_who_is_in_post_on_it(trust: Any) -> None:
    trust.add("gwen", "Gwen", "Vernor", kind="governor")
    trust.end("amina", "2026-12-31")
    assert "Amina" not in trust.as_("hr").names(on="2027-01-01")
    assert "Gwen" not in trust.as_("hr").names(on="2026-11-23")
    assert "Gwen" in trust.as_("hr").names()
    assert trust.as_("hr").names(on="2018-01-01") == []


def test_leavers_are_found_apart_by_those_who_may_see_them(trust: Any) -> None:
    trust.add("gwen", "Gwen", "Vernor", kind="governor")
    trust.end("amina", "2026-11-22")
    trust.end("olu", "2026-11-23")
    for who in ("hr", "sil", "ceo"):
        assert trust.as_(who).names(left="true") == ["Amina"]
        assert trust.as_(who).names(left="false") == ["Olu", "Hugo", "Helen", "Ben", "Harriet", "Gwen"]
        assert "Amina" in trust.as_(who).names()
    assert trust.as_("hr").names(left="true", name="yus") == ["Amina"]
    assert trust.as_("hr").names(left="true", on="2026-11-22") == ["Amina"]
    assert trust.as_("helen").names(left="true") == trust.as_("amina").get("/people").get_json().get("items", []) == []
    assert trust.as_("helen").names(left="false") == ["Helen", "Ben"]


def test_a_head_does_not_find_in_the_past_whom_they_do_not_lead_today(trust: Any) -> None:
    trust.move("amina", "ash", "2026-11-01")
    trust.manage("amina", None, "2026-11-01")
    elm = trust.ids["elm"]
    assert trust.as_("helen").names(organisation=elm, on="2020-01-01") == ["Helen", "Ben"]
    assert trust.as_("hugo").names(organisation=elm, on="2020-01-01") == ["Amina"]


def test_fields_in_a_list_follow_the_readers_access(trust: Any) -> None:
    for who, dated in (("hr", True), ("sil", False), ("ceo", False), ("helen", False), ("amina", False)):
        first = trust.as_(who).get("/people").get_json()["items"][-1]
        assert ("date_of_birth" in first) is dated
        assert ("reason" in first["appointments"][0]) is (who in {"hr", "sil", "ceo"})
        assert not {"words", "words_ever", "sort_name", "signs_in_as", "shape", "_id"} & set(first)


def test_pages_follow_one_another_without_gaps(trust: Any) -> None:
    found: list[str] = []
    cursor = None
    for _ in range(10):
        query = {"limit": 4} | ({"cursor": cursor} if cursor else {})
        page = trust.as_("hr").get("/people", **query).get_json()
        found += [one["given_name"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert found == trust.as_("hr").names()


def test_a_cursor_of_another_search_or_reader_is_refused(trust: Any) -> None:
    cursor = trust.as_("hr").get("/people", limit=1).get_json()["next"]
    for who, query in (
        ("hr", {"name": "a"}),
        ("helen", {}),
        ("hr", {"organisation": trust.ids["elm"]}),
    ):
        response = trust.as_(who).get("/people", cursor=cursor, **query)
        assert (response.status_code, response.get_json()["type"]) == (400, "urn:acorn:problem:bad-cursor")


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"limit": 0}, "/query/limit"),
        ({"limit": 101}, "/query/limit"),
        ({"limit": "many"}, "/query/limit"),
        ({"on": "2026-02-29"}, "/query/on"),
        ({"on": "yesterday"}, "/query/on"),
        ({"organisation": "elm"}, "/query/organisation"),
        ({"post": "wizard"}, "/query/post"),
        ({"name": ""}, "/query/name"),
        ({"left": "1"}, "/query/left"),
        ({"nmae": "amina"}, "/query/nmae"),
    ],
)
def test_a_search_that_cannot_be_read_says_where(trust: Any, query: dict[str, Any], pointer: str) -> None:
    response = trust.as_("hr").get("/people", **query)
    assert response.status_code == 422
    assert [one["pointer"] for one in response.get_json()["errors"]] == [pointer]


@pytest.mark.parametrize("cursor", ["x", "e30", "WyIiXQ", "bm90IGpzb24", "💣", "A" * 4000])
def test_a_cursor_that_we_did_not_make_is_refused(trust: Any, cursor: str) -> None:
    response = trust.as_("hr").get("/people", cursor=cursor)
    assert (response.status_code, response.get_json()["type"]) == (400, "urn:acorn:problem:bad-cursor")


def test_an_email_address_finds_whom_the_reader_may_see(trust: Any) -> None:
    asked = {"email": "Amina@Oaktrees.example"}
    assert {who: trust.as_(who).names(**asked) for who in ("hr", "helen", "ben", "amina", "hugo")} == {
        "hr": ["Amina"],
        "helen": ["Amina"],
        "ben": ["Amina"],
        "amina": ["Amina"],
        "hugo": [],
    }


def test_an_employee_number_finds_others_for_hr_alone(trust: Any) -> None:
    version = trust.person("amina")["version"]
    trust.as_("hr").patch(trust.at("amina"), version, {"employee_numbers": ["E1042"]})
    found = {who: trust.as_(who).names(employee_number="E1042") for who in ("hr", "sil", "helen", "ben", "amina")}
    assert found == {"hr": ["Amina"], "sil": [], "helen": [], "ben": [], "amina": ["Amina"]}
