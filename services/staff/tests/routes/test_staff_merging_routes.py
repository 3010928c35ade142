"""Two records of one person over HTTP: found, looked at, made one, and two again."""

from typing import Any

import pytest

from servicekit.testing import at_once


@pytest.fixture
def twice(trust: Any) -> dict[str, Any]:
    """Amina a second time, as another import would have brought her in; the head has a delegate and a report in her."""
    again = trust.add("again", "Amina", "Khan", employee_numbers=["E77"], date_of_birth="1990-02-28")
    trust.appoint("again", "ash", "governor", "2015-09-01")
    trust.manage("olu", "again", "2026-10-01")
    return dict(trust.person("again") | {"first": again["version"]})


def _merge(trust: Any, into: str = "amina", other: str = "again", *, version: int | None = None, **more: Any) -> Any:
    version = version or trust.person(into)["version"]
    body = {"other": trust.ids[other], **more}
    return trust.as_("hr").send("POST", f"{trust.at(into)}/merges", body, headers={"If-Match": f'"{version}"'})


@pytest.mark.usefixtures("twice")
def test_two_records_become_one_and_others_are_told(trust: Any) -> None:
    merged = _merge(trust, why="Imported twice")

    assert merged.status_code == 200, merged.get_data(as_text=True)
    one = merged.get_json()
    assert one["former_ids"] == [trust.ids["again"]]
    assert one["employee_numbers"][0] == "E77"
    assert [held["post"] for held in one["appointments"]] == ["governor", "teacher"]
    assert [line["person"] for line in trust.person("olu")["line_managers"]][-1] == trust.ids["amina"]
    assert trust.types("amina")[-1] == trust.types("again")[-1] == "merged"
    assert trust.types("olu")[-1] == "line-manager-changed"
    state = trust.events("again")[-1]["data"]["state"]
    assert (state["merged_into"], state["appointments"]) == (trust.ids["amina"], [])
    assert trust.events("amina")[-1]["data"]["state"]["former_ids"] == [trust.ids["again"]]


@pytest.mark.usefixtures("twice")
def test_a_look_before_changes_nothing_and_says_what_stays_behind(trust: Any) -> None:
    before = trust.person("amina"), trust.person("again")
    looked = trust.hr("POST", f"{trust.at('amina')}/merges/preview", {"other": trust.ids["again"]})

    assert looked["person"]["former_ids"] == [trust.ids["again"]]
    assert looked["left_out"] == []
    assert looked["referring"] == 1
    assert (trust.person("amina"), trust.person("again")) == before


@pytest.mark.usefixtures("twice")
def test_undoing_gives_each_what_was_theirs_and_the_list_says_so(trust: Any) -> None:
    before = trust.person("amina"), trust.person("again")
    version = _merge(trust).get_json()["version"]
    (merge,) = trust.hr("GET", f"{trust.at('amina')}/merges")["items"]
    undone = trust.hr(
        "POST",
        f"{trust.at('amina')}/merges/{merge['id']}/undoing",
        {"why": "Mother and daughter"},
        **{"If-Match": f'"{version}"'},
    )

    after = trust.person("amina"), trust.person("again")
    ignored = ("version", "changed_at")
    assert [{k: v for k, v in one.items() if k not in ignored} for one in after] == [
        {k: v for k, v in one.items() if k not in ignored} for one in before
    ]
    assert undone["former_ids"] == []
    assert [line["person"] for line in trust.person("olu")["line_managers"]][-1] == trust.ids["again"]
    (merge,) = trust.hr("GET", f"{trust.at('amina')}/merges")["items"]
    assert merge["undone"]["why"] == "Mother and daughter"
    assert trust.types("again")[-1] == "merge-undone"


@pytest.mark.usefixtures("twice")
def test_what_a_merge_brought_is_told_to_hr_and_not_to_whom_it_was_brought(trust: Any) -> None:
    version = _merge(trust).get_json()["version"]
    (merge,) = trust.hr("GET", f"{trust.at('amina')}/merges")["items"]
    trust.hr("POST", f"{trust.at('amina')}/merges/{merge['id']}/undoing", {}, **{"If-Match": f'"{version}"'})

    looked = {who: trust.as_(who).get(f"{trust.at('amina')}/changes") for who in ("hr", "amina")}

    assert ["E77" in one.get_data(as_text=True) for one in looked.values()] == [True, False]
    to_hr, to_amina = (one.get_json()["items"] for one in looked.values())
    assert [one["because"] for one in to_amina[:2]] == ["staff.person-merge-undone.v1", "staff.person-merged.v1"]
    assert [one["fields"] for one in to_amina[:2]] == [[], []]
    assert to_amina[2:] == to_hr[2:]
    assert all(one["fields"] for one in to_hr)


@pytest.mark.usefixtures("twice")
def test_a_merged_record_is_found_nowhere_and_changed_by_nobody(trust: Any) -> None:
    _merge(trust)

    assert trust.as_("hr").names(name="Khan") == ["Amina"]
    assert trust.as_("hr").names(employee_number="E77") == ["Amina"]
    (found,) = trust.as_("hr").get("/people", name="Khan").get_json()["items"]
    assert found["id"] == trust.ids["amina"]
    everybody = trust.as_("hr").get("/people", limit=100).get_json()["items"]
    assert trust.ids["again"] not in [one["id"] for one in everybody]
    assert trust.person("again")["merged_into"] == trust.ids["amina"]
    job = {"organisation": trust.ids["elm"], "post": "teacher", "from": "2026-12-01"}
    refused = trust.as_("hr").post(f"{trust.at('again')}/appointments", job)
    assert (refused.status_code, refused.get_json()["into"]) == (409, trust.ids["amina"])
    line = {"person": trust.ids["again"], "from": "2026-12-01"}
    assert trust.as_("hr").send("PUT", f"{trust.at('ben')}/line-manager", line).status_code == 422
    everyone = {"rule": {"kind": ["employee"]}}
    meant = trust.as_("hr").post("/audiences/preview", everyone).get_json()["items"]
    assert trust.ids["again"] not in [one["id"] for one in meant]


@pytest.mark.usefixtures("twice")
def test_what_cannot_be_one_person_is_refused(trust: Any) -> None:
    assert _merge(trust, other="amina").get_json()["type"].endswith("same-person")
    assert _merge(trust, other="elm").status_code == 422
    assert _merge(trust, version=99).status_code == 412
    trust.hr("PATCH", trust.at("amina"), {"trn": "0123456"}, **{"If-Match": f'"{trust.person("amina")["version"]}"'})
    trust.hr("PATCH", trust.at("again"), {"trn": "1234567"}, **{"If-Match": f'"{trust.person("again")["version"]}"'})
    assert _merge(trust).get_json()["type"].endswith("trns-differ")


def test_two_who_both_signed_in_need_hrs_word(trust: Any) -> None:
    for who, email in (("amina", "amina@oaktrees.example"), ("ben", "ben@oaktrees.example")):
        person = trust.person(who)
        trust.hr("PATCH", trust.at(who), {"email": email}, **{"If-Match": f'"{person["version"]}"'})
        assert trust.as_(who).post("/sign-ins").status_code in (200, 201)
    refused = _merge(trust, other="ben", override={"why": "A test"})
    assert refused.get_json()["type"].endswith("both-sign-in")
    assert _merge(trust, other="ben", override={"why": "A test"}, keeps="into").status_code == 200
    assert trust.as_("amina").get("/me").get_json()["person"]["id"] == trust.ids["amina"]
    assert trust.as_("ben").get("/me").get_json()["person"] is None


@pytest.mark.usefixtures("twice")
def test_of_two_merges_of_one_record_at_once_one_is_done(trust: Any) -> None:
    into = ("amina", "harriet")
    versions = [trust.person(one)["version"] for one in into]

    answers = at_once(2, lambda number: _merge(trust, into[number], version=versions[number]).status_code)

    assert sorted(answers) in ([200, 409], [200, 412])
    held = [one for who in into for one in trust.person(who)["former_ids"]]
    assert held == [trust.ids["again"]]


@pytest.mark.usefixtures("twice")
def test_who_may_be_known_twice_is_offered_until_hr_says_otherwise(trust: Any) -> None:
    version = trust.person("amina")["version"]
    trust.hr("PATCH", trust.at("amina"), {"date_of_birth": "1990-02-28"}, **{"If-Match": f'"{version}"'})
    found = trust.hr("GET", "/duplicates")

    assert found["count"] == 1
    (pair,) = found["items"]
    assert [one["name"] for one in pair["people"]] == ["Amina Yusuf", "Amina Khan"]
    assert pair["because"] == ["birth_and_initial"]
    said = {"one": trust.ids["again"], "other": trust.ids["amina"], "why": "Cousins"}
    assert trust.as_("hr").post("/duplicates/dismissals", said).status_code == 204
    assert trust.hr("GET", "/duplicates")["count"] == 0


@pytest.mark.usefixtures("twice")
def test_nobody_but_hr_merges_or_looks_for_it(trust: Any) -> None:
    for who in ("amina", "helen", "sil", "ceo", "data protection"):
        asked = trust.as_(who)
        assert asked.get("/duplicates").status_code == 403, who
        body = {"other": trust.ids["again"]}
        assert asked.post(f"{trust.at('amina')}/merges/preview", body).status_code in (403, 404), who
