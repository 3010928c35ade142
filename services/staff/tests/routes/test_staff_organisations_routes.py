"""Academies and the central team over HTTP."""

from typing import Any

import pytest

OAK = {
    "kind": "academy",
    "name": "Oak Junior Academy",
    "urn": "140003",
    "ukprn": "10060003",
    "phase": "Primary",
    "establishment": {"type": "Academy converter", "status": "open", "opened": "2018-09-01", "closed": None},
    "membership": "member",
    "founder": False,
    "joined": "2018-09-01",
    "left": None,
    "address": {"street": "1 Oak Lane", "town": "Oakham", "postcode": "LE15 6AA"},
}


def test_hr_adds_an_academy_and_everybody_with_a_person_reads_it(trust: Any) -> None:
    response = trust.as_("hr").post("/organisations", OAK)
    added = response.get_json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"/v1/organisations/{added['id']}"
    kept = {"id": added["id"], "inspections": [], "version": 1, "changed_at": "2026-11-23T09:00:00.000Z"}
    assert added == {**OAK, **kept}
    for who in ("hr", "sil", "ceo", "amina", "helen"):
        read = trust.as_(who).get(f"/organisations/{added['id']}")
        assert (read.status_code, read.get_json(), read.headers["ETag"]) == (200, added, '"1"'), who


def test_its_event_carries_what_others_may_know(trust: Any) -> None:
    added = trust.hr("POST", "/organisations", OAK, expect=201)
    (event,) = [one for one in trust.events() if one["subject"] == added["id"]]
    assert event["type"] == "staff.organisation-added.v1"
    state = event["data"]["state"]
    known = {**OAK, "id": added["id"], "inspections": []}
    assert state == {key: value for key, value in known.items() if key != "address"}


@pytest.mark.parametrize("who", ["trustee", "operations", "data protection", "somebody unknown"])
def test_those_without_a_person_or_a_role_that_needs_them_are_refused(trust: Any, who: str) -> None:
    assert trust.as_(who).get("/organisations").status_code == 403
    assert trust.as_(who).get(f"/organisations/{trust.ids['elm']}").status_code == 403


def test_only_hr_writes_organisations(trust: Any) -> None:
    for who in ("amina", "helen", "sil", "ceo"):
        assert trust.as_(who).post("/organisations", OAK).status_code == 403
        assert trust.as_(who).patch(f"/organisations/{trust.ids['elm']}", 1, {}).status_code == 403


def test_a_patch_changes_what_it_names_and_null_empties(trust: Any) -> None:
    added = trust.hr("POST", "/organisations", OAK, expect=201)
    at = f"/organisations/{added['id']}"
    response = trust.as_("hr").patch(at, 1, {"name": "Oak Academy", "address": None, "left": "2026-08-31"})
    assert response.get_json() == {
        **added,
        "name": "Oak Academy",
        "address": None,
        "left": "2026-08-31",
        "version": 2,
    }
    assert response.headers["ETag"] == '"2"'


def test_a_patch_that_changes_nothing_makes_no_version_and_no_event(trust: Any) -> None:
    added, events = trust.hr("POST", "/organisations", OAK, expect=201), len(trust.events())
    response = trust.as_("hr").patch(f"/organisations/{added['id']}", 1, OAK)
    assert (response.status_code, response.get_json()) == (200, added)
    assert len(trust.events()) == events


def test_a_urn_belongs_to_one_academy(trust: Any) -> None:
    response = trust.as_("hr").post("/organisations", {**OAK, "urn": "140001"})
    assert (response.status_code, response.get_json()["type"]) == (409, "urn:acorn:problem:identifier-taken")
    two = [trust.as_("hr").post("/organisations", {**OAK, "urn": None, "name": name}) for name in ("One", "Two")]
    assert [one.status_code for one in two] == [201, 201]


def test_organisations_are_found_by_words_kind_and_membership_in_order_of_name(trust: Any) -> None:
    def names(**query: Any) -> list[str]:
        return [one["name"] for one in trust.as_("amina").get("/organisations", **query).get_json()["items"]]

    assert names() == ["Ash Infant School", "Elm Primary Academy", "Oak Trees Central Team"]
    assert names(q="elm prim") == ["Elm Primary Academy"]
    assert names(q="primary") == ["Elm Primary Academy"]
    assert names(q="lm") == []
    assert names(kind="central_team") == ["Oak Trees Central Team"]
    assert names(kind="academy", membership="prospective") == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"urn": "14000"}, "/urn"),
        ({"urn": 140003}, "/urn"),
        ({"ukprn": "abcdefgh"}, "/ukprn"),
        ({"name": "  "}, "/name"),
        ({"kind": "school"}, "/kind"),
        ({"membership": "founder"}, "/membership"),
        ({"founder": "yes"}, "/founder"),
        ({"joined": "2018-02-30"}, "/joined"),
        ({"left": "2018-08-31"}, "/left"),
        ({"establishment": {"type": "Academy converter", "status": "shut"}}, "/establishment/status"),
        ({"establishment": {"status": "open"}}, "/establishment/type"),
        ({"establishment": {**OAK["establishment"], "closed": "2017-01-01"}}, "/establishment/closed"),  # type: ignore[dict-item]
        ({"address": {"country": "France"}}, "/address/country"),
        ({"colour": "green"}, "/colour"),
        ({"kind": "central_team"}, "/urn"),
    ],
)
def test_what_cannot_be_is_refused_with_a_pointer(empty: Any, change: dict[str, Any], pointer: str) -> None:
    response = empty.as_("hr").post("/organisations", {**OAK, **change})
    assert response.status_code == 422
    assert [one["pointer"] for one in response.get_json()["errors"]] == [pointer]


def test_an_organisation_nobody_knows_is_not_found(trust: Any) -> None:
    at = "/organisations/0197f0a4-0000-7000-8000-000000000000"
    assert trust.as_("hr").get(at).status_code == 404
    assert trust.as_("hr").patch(at, 1, {}).status_code == 404
