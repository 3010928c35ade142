"""People over HTTP: added, changed, read as far as one's access goes, with the history of every change."""

from typing import Any

import pytest

ALL = {
    "id",
    "kind",
    "given_name",
    "family_name",
    "former_names",
    "email",
    "trn",
    "employee_numbers",
    "date_of_birth",
    "appointments",
    "line_managers",
    "sign_ins",
    "responsibilities",
    "year_groups",
    "absences",
    "delegates",
    "former_ids",
    "merged_into",
    "version",
    "changed_at",
}
CAREER = ALL - {"former_names", "employee_numbers", "date_of_birth", "sign_ins"}
WORK = CAREER - {"trn", "changed_at", "former_ids", "merged_into"}
APPOINTMENT = {"id", "organisation", "post", "fte", "from", "to", "working_days", "follows"}
WHOLE_APPOINTMENT = APPOINTMENT | {"reason", "destination", "override"}


def amina(trust: Any) -> str:
    """Give Amina every detail there is; answers her address."""
    details = {
        "trn": "0123456",
        "employee_numbers": ["E1042", "P77"],
        "date_of_birth": "1990-02-28",
        "family_name": "Khan",
        "why": "As in her letter of 20 November.",
    }
    response = trust.as_("hr").patch(trust.at("amina"), trust.person("amina")["version"], details)
    assert response.status_code == 200, response.get_data(as_text=True)
    return str(trust.at("amina"))


def test_hr_adds_a_person_and_reads_the_same_back(empty: Any) -> None:
    new = {
        "kind": "trainee",
        "given_name": "Zoë",
        "family_name": "O'Neill",
        "email": "Zoe.ONeill@oaktrees.example",
        "trn": "0000123",
        "employee_numbers": ["E7"],
        "date_of_birth": "1999-12-31",
    }
    response = empty.as_("hr").post("/people", new)
    added = response.get_json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"/v1/people/{added['id']}"
    assert response.headers["ETag"] == '"1"'
    assert response.headers["Cache-Control"] == "no-store"
    assert set(added) == ALL
    assert added == {**added, **new, "email": "zoe.oneill@oaktrees.example", "version": 1}
    assert empty.as_("hr").get(f"/people/{added['id']}").get_json() == added


def test_all_identifiers_may_be_missing(empty: Any) -> None:
    added = empty.add("gwen", "Gwen", "Vernor", kind="governor")
    assert (added["email"], added["trn"], added["employee_numbers"], added["date_of_birth"]) == (None, None, [], None)


@pytest.mark.parametrize(
    ("who", "fields", "appointment"),
    [
        ("hr", ALL, WHOLE_APPOINTMENT),
        ("amina", ALL, WHOLE_APPOINTMENT),
        ("sil", CAREER, WHOLE_APPOINTMENT),
        ("ceo", CAREER, WHOLE_APPOINTMENT),
        ("helen", WORK, APPOINTMENT),
        ("ben", WORK, APPOINTMENT),
    ],
)
def test_each_reader_gets_the_fields_that_their_access_covers(
    trust: Any, who: str, fields: set[str], appointment: set[str]
) -> None:
    at = amina(trust)
    response = trust.as_(who).get(at)
    assert response.status_code == 200
    found = response.get_json()
    assert set(found) == fields
    assert set(found["appointments"][0]) == appointment
    assert response.headers["ETag"] == f'"{found["version"]}"'


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("hugo", 404),
        ("olu", 404),
        ("harriet", 404),
        ("trustee", 403),
        ("operations", 403),
        ("data protection", 403),
        ("somebody unknown", 403),
    ],
)
def test_who_has_no_business_with_a_person_does_not_learn_that_they_exist(trust: Any, who: str, status: int) -> None:
    nobody = "/people/0197f0a4-0000-7000-8000-000000000000"
    refused, unknown = trust.as_(who).get(trust.at("amina")), trust.as_(who).get(nobody)
    assert refused.status_code == unknown.status_code == status
    for each in (refused, unknown):
        assert "amina" not in each.get_data(as_text=True).lower()
    hidden = {"request_id"}
    assert {k: v for k, v in refused.get_json().items() if k not in hidden} == {
        k: v for k, v in unknown.get_json().items() if k not in hidden
    }


def test_only_hr_changes_people(trust: Any) -> None:
    for who in ("amina", "helen", "ben", "sil", "ceo", "trustee"):
        response = trust.as_(who).patch(trust.at("amina"), 4, {"given_name": "X"})
        assert response.status_code == 403, who
        assert trust.as_(who).post("/people", {}).status_code == 403
    assert trust.person("amina")["given_name"] == "Amina"


def test_reading_another_person_is_recorded_and_they_can_see_by_whom(trust: Any) -> None:
    trust.as_("helen").get(trust.at("amina"))
    trust.as_("amina").get(trust.at("amina"))
    trust.as_("helen").get("/people", name="amina")
    mine = [(by, what) for by, people, what in trust.reads() if trust.ids["amina"] in people]
    helen, hr = f"person:{trust.ids['helen']}", "sign-in:subject of hr"
    # What HR wrote answered with the whole record, so it is there too.
    assert mine == [(hr, "appoint"), (hr, "change_line_manager"), (helen, "read_person"), (helen, "list_people")]
    seen = trust.as_("amina").get(f"{trust.at('amina')}/reads").get_json()["items"]
    assert [(one["by"]["name"], one["what"]) for one in seen] == [
        ("Helen Elmhurst", "list_people"),
        ("Helen Elmhurst", "read_person"),
        (None, "change_line_manager"),
        (None, "appoint"),
    ]


def test_a_change_is_kept_before_and_after_with_who_when_and_why(trust: Any) -> None:
    at = amina(trust)
    for who in ("hr", "amina"):
        newest = trust.as_(who).get(f"{at}/changes").get_json()["items"][0]
        told = {one["field"]: (one["before"], one["after"]) for one in newest.pop("fields")}
        assert told == {
            "family_name": ("Yusuf", "Khan"),
            "former_names": ([], [{"given_name": "Amina", "family_name": "Yusuf", "until": "2026-11-23"}]),
            "trn": (None, "0123456"),
            "employee_numbers": ([], ["E1042", "P77"]),
            "date_of_birth": (None, "1990-02-28"),
        }
        assert newest == {
            "id": newest["id"],
            "version": 5,
            "because": "staff.person-changed.v1",
            "by": "sign-in:subject of hr",
            "by_name": None,
            "at": "2026-11-23T09:00:00.000Z",
            "why": "As in her letter of 20 November.",
        }


def test_the_history_of_changes_is_for_hr_and_the_person(trust: Any) -> None:
    for who, status in (("helen", 404), ("ben", 404), ("sil", 403), ("ceo", 403)):
        assert trust.as_(who).get(f"{trust.at('amina')}/changes").status_code == status, who


def test_every_version_has_its_line_in_the_history_newest_first_page_by_page(trust: Any) -> None:
    at, found, cursor = trust.at("amina"), [], None
    while True:
        page = trust.hr("GET", f"{at}/changes?limit=2" + (f"&cursor={cursor}" if cursor else ""))
        found += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
    assert [one["version"] for one in found] == [4, 3, 2, 1]
    assert [one["because"].split("person-")[1] for one in found] == [
        "sign-in-bound.v1",
        "line-manager-changed.v1",
        "joined.v1",
        "added.v1",
    ]


def test_a_former_name_finds_the_person_for_hr_alone(trust: Any) -> None:
    amina(trust)
    assert trust.as_("hr").names(name="yusuf") == ["Amina"]
    for who in ("sil", "ceo", "helen", "ben", "amina"):
        assert trust.as_(who).names(name="yusuf") == [], who
        assert trust.as_(who).names(name="khan") == ["Amina"], who


def test_a_change_that_changes_nothing_makes_no_version_and_no_event(trust: Any) -> None:
    before, events = trust.person("amina"), len(trust.events())
    same = {key: before[key] for key in ("given_name", "family_name", "email", "trn", "employee_numbers", "kind")}
    for patch in ({}, same, {"why": "No reason."}):
        response = trust.as_("hr").patch(trust.at("amina"), before["version"], patch)
        assert (response.status_code, response.headers["ETag"]) == (200, f'"{before["version"]}"')
        assert response.get_json() == before
    assert len(trust.events()) == events
    assert len(trust.hr("GET", f"{trust.at('amina')}/changes")["items"]) == before["version"]


def test_null_removes_an_identifier_and_an_absent_field_stays(trust: Any) -> None:
    at = amina(trust)
    changed = trust.as_("hr").patch(at, 5, {"trn": None, "employee_numbers": []}).get_json()
    assert (changed["trn"], changed["employee_numbers"]) == (None, [])
    assert (changed["date_of_birth"], changed["email"]) == ("1990-02-28", "amina@oaktrees.example")


@pytest.mark.parametrize(
    ("field", "value", "name"), [("trn", "0123456", "TRN"), ("employee_numbers", ["X1", "P77"], "employee number")]
)
def test_an_identifier_belongs_to_one_record(trust: Any, field: str, value: Any, name: str) -> None:
    amina(trust)
    response = trust.as_("hr").patch(trust.at("olu"), trust.person("olu")["version"], {field: value})
    problem = response.get_json()
    assert (response.status_code, problem["type"]) == (409, "urn:acorn:problem:identifier-taken")
    assert name in problem["detail"]
    assert problem["errors"][0]["pointer"] == f"/{field}"
    new = {"kind": "employee", "given_name": "A", "family_name": "B", field: value}
    assert trust.as_("hr").post("/people", new).status_code == 409


def test_two_current_people_do_not_share_an_email(trust: Any) -> None:
    response = trust.as_("hr").patch(
        trust.at("olu"), trust.person("olu")["version"], {"email": "AMINA@oaktrees.example"}
    )
    problem = response.get_json()
    assert (response.status_code, problem["type"]) == (409, "urn:acorn:problem:email-taken")
    assert problem["person"] == trust.ids["amina"]


def test_a_leavers_email_is_free_and_they_cannot_return_with_it(trust: Any) -> None:
    trust.end("amina", "2026-11-22")
    trust.add("namesake", "Amina", "Ode", email="amina@oaktrees.example")
    back = {"organisation": trust.ids["elm"], "post": "teacher", "from": "2027-01-04"}
    refused = trust.as_("hr").post(f"{trust.at('amina')}/appointments", back)
    assert (refused.status_code, refused.get_json()["person"]) == (409, trust.ids["namesake"])
    trust.as_("hr").patch(trust.at("amina"), trust.person("amina")["version"], {"email": "amina.y@oaktrees.example"})
    assert trust.as_("hr").post(f"{trust.at('amina')}/appointments", back).status_code == 201


# -- line managers


def test_a_line_manager_is_named_from_a_day_on(trust: Any) -> None:
    person = trust.manage("amina", "helen", "2027-01-04")
    assert person["line_managers"] == [
        {"person": trust.ids["ben"], "name": "Ben Okafor", "from": "2019-09-01", "to": "2027-01-03"},
        {"person": trust.ids["helen"], "name": "Helen Elmhurst", "from": "2027-01-04", "to": None},
    ]
    assert trust.types("amina")[-1] == "line-manager-changed"
    assert trust.manage("amina", "helen", "2027-01-04")["version"] == person["version"]


@pytest.mark.parametrize(
    ("who", "manager", "from_", "kind"),
    [
        ("helen", "helen", "2027-01-04", "own-line-manager"),
        ("helen", "amina", "2027-01-04", "line-management-loop"),
        ("ben", "amina", "2027-01-04", "line-management-loop"),
        ("amina", "helen", "2019-08-31", "later-line-manager"),
    ],
)
def test_a_line_manager_that_cannot_be_is_refused(trust: Any, who: str, manager: str, from_: str, kind: str) -> None:
    new = {"person": trust.ids[manager], "from": from_}
    response = trust.as_("hr").send("PUT", f"{trust.at(who)}/line-manager", new)
    assert (response.status_code, response.get_json()["type"]) == (409, f"urn:acorn:problem:{kind}")


def test_who_has_left_manages_nobody_anew(trust: Any) -> None:
    trust.end("hugo", "2026-11-22")
    new = {"person": trust.ids["hugo"], "from": "2026-11-23"}
    response = trust.as_("hr").send("PUT", f"{trust.at('olu')}/line-manager", new)
    assert (response.status_code, response.get_json()["type"]) == (409, "urn:acorn:problem:line-manager-left")


def test_a_line_manager_nobody_knows_is_refused_with_a_pointer(trust: Any) -> None:
    new = {"person": "0197f0a4-0000-7000-8000-000000000000", "from": "2026-11-23"}
    response = trust.as_("hr").send("PUT", f"{trust.at('olu')}/line-manager", new)
    assert (response.status_code, response.get_json()["errors"][0]["pointer"]) == (422, "/person")
