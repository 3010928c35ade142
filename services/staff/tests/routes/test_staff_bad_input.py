"""Whatever is sent, the answer is a problem that says what is wrong; never a 500, never somebody's data."""

from typing import Any

import pytest

NEW = {"kind": "employee", "given_name": "New", "family_name": "Comer"}
NOBODY = "0197f0a4-0000-7000-8000-000000000000"


def pointers(response: Any) -> list[str]:
    """Which fields the problem names."""
    return [one["pointer"] for one in response.get_json()["errors"]]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"trn": "123456"}, "/trn"),
        ({"trn": "123456A"}, "/trn"),
        ({"trn": 1234567}, "/trn"),
        ({"trn": ""}, "/trn"),
        ({"email": "new@"}, "/email"),
        ({"email": ["new@oaktrees.example"]}, "/email"),
        ({"kind": "pupil"}, "/kind"),
        ({"kind": None}, "/kind"),
        ({"given_name": ""}, "/given_name"),
        ({"given_name": " \t "}, "/given_name"),
        ({"given_name": None}, "/given_name"),
        ({"given_name": "x" * 201}, "/given_name"),
        ({"family_name": 7}, "/family_name"),
        ({"family_name": "a\u0000b"}, "/family_name"),
        ({"employee_numbers": "E1"}, "/employee_numbers"),
        ({"employee_numbers": ["E1", 2]}, "/employee_numbers/1"),
        ({"employee_numbers": ["x" * 41]}, "/employee_numbers/0"),
        ({"employee_numbers": [str(number) for number in range(21)]}, "/employee_numbers"),
        ({"employee_numbers": None}, "/employee_numbers"),
        ({"date_of_birth": "1990-02-30"}, "/date_of_birth"),
        ({"date_of_birth": "28/02/1990"}, "/date_of_birth"),
        ({"date_of_birth": "19900228"}, "/date_of_birth"),
        ({"date_of_birth": "1990-W09-3"}, "/date_of_birth"),
        ({"date_of_birth": "2026-11-24"}, "/date_of_birth"),
        ({"date_of_birth": 0}, "/date_of_birth"),
        ({"nickname": "Nic"}, "/nickname"),
        ({"id": NOBODY}, "/id"),
        ({"version": 9}, "/version"),
        ({"appointments": []}, "/appointments"),
        ({"a/b~c": 1}, "/a~1b~0c"),
    ],
)
def test_a_field_that_cannot_be_is_named(empty: Any, change: dict[str, Any], pointer: str) -> None:
    response = empty.as_("hr").post("/people", {**NEW, **change})
    assert response.status_code == 422, response.get_json()
    assert response.content_type == "application/problem+json"
    assert pointers(response) == [pointer]
    assert empty.database["people"].count_documents({}) == 0


def test_all_faulty_fields_are_named_at_once(empty: Any) -> None:
    response = empty.as_("hr").post("/people", {"kind": "pupil", "trn": "1", "colour": "green"})
    assert sorted(pointers(response)) == ["/colour", "/family_name", "/given_name", "/kind", "/trn"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"kind": "employee"', "application/json", 400),
        (b"", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"given_name": "\\ud800"}', "application/json", 400),
        (b"NaN", "application/json", 400),
        (b"[]", "application/json", 422),
        (b'"person"', "application/json", 422),
        (b"null", "application/json", 422),
        (b"kind=employee", "application/x-www-form-urlencoded", 415),
        (b"<person/>", "application/xml", 415),
        (b"[" * 5000, "application/json", 400),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(empty: Any, body: bytes, content_type: str, status: int) -> None:
    response = empty.as_("hr").send("POST", "/people", data=body, content_type=content_type)
    assert response.status_code == status, response.get_data(as_text=True)
    assert response.content_type == "application/problem+json"


def test_a_body_over_the_limit_is_refused_before_it_is_read(empty: Any) -> None:
    body = b'{"given_name": "' + b"x" * 100_001 + b'"}'
    response = empty.as_("hr").send("POST", "/people", data=body, content_type="application/json")
    assert (response.status_code, response.get_json()["type"]) == (413, "urn:acorn:problem:too-large")


@pytest.mark.parametrize(
    "id_", ["1", "x", NOBODY.upper(), NOBODY + "0", NOBODY[:-1], "../people", "%00", NOBODY.replace("7000", "0000")]
)
def test_an_id_that_is_none_is_not_found(trust: Any, id_: str) -> None:
    for method, path in (
        ("GET", ""),
        ("PATCH", ""),
        ("POST", "/appointments"),
        ("POST", "/moves"),
        ("GET", "/changes"),
    ):
        response = trust.as_("hr").send(method, f"/people/{id_}{path}")
        assert response.status_code == 404
        assert response.content_type == "application/problem+json"


def test_a_person_nobody_knows_is_not_found_by_hr(trust: Any) -> None:
    hr = trust.as_("hr")
    assert hr.get(f"/people/{NOBODY}").status_code == 404
    assert hr.get(f"/people/{NOBODY}/changes").status_code == 404
    assert hr.patch(f"/people/{NOBODY}", 1, {}).status_code == 404
    line = {"person": trust.ids["ben"], "from": "2026-11-23"}
    assert hr.send("PUT", f"/people/{NOBODY}/line-manager", line).status_code == 404


def test_a_change_without_the_version_read_is_refused(trust: Any) -> None:
    for path in (trust.at("amina"), f"/organisations/{trust.ids['elm']}"):
        response = trust.as_("hr").send("PATCH", path, {})
        assert (response.status_code, response.get_json()["type"]) == (428, "urn:acorn:problem:version-missing")


def test_a_change_of_an_older_version_is_refused(trust: Any) -> None:
    version = trust.person("amina")["version"]
    for stale in (version - 1, version + 1, 0, 10**14):
        response = trust.as_("hr").patch(trust.at("amina"), stale, {"given_name": "Mina"})
        assert (response.status_code, response.get_json()["type"]) == (412, "urn:acorn:problem:stale-version")
    assert trust.person("amina")["given_name"] == "Amina"
    response = trust.as_("hr").patch(f"/organisations/{trust.ids['elm']}", 7, {"name": "Elm"})
    assert response.status_code == 412


@pytest.mark.parametrize("tag", ["three", '"three"', "*", '"1", "2"', '"-1"', '"1.0"', '"' + "9" * 40 + '"', '"١"'])
def test_an_if_match_that_is_no_version_is_refused(trust: Any, tag: str) -> None:
    response = trust.as_("hr").send("PATCH", trust.at("amina"), {}, headers={"If-Match": tag})
    assert response.status_code == 400


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "/people"), ("PUT", "/organisations"), ("PATCH", "/posts"), ("POST", "/me")]
)
def test_a_method_that_is_not_there_says_which_are(empty: Any, method: str, path: str) -> None:
    response = empty.as_("hr").send(method, path)
    assert response.status_code == 405
    assert response.headers["Allow"]


def test_no_refusal_shows_what_was_sent_or_what_is_stored(trust: Any) -> None:
    secrets = {"trn": "76543210", "email": "secret-canary", "given_name": "", "why": "secret-canary " * 50}
    for response in (
        trust.as_("hr").post("/people", {**NEW, **secrets}),
        trust.as_("hr").patch(trust.at("amina"), 1, secrets),
    ):
        said = response.get_data(as_text=True).lower()
        assert response.status_code == 422
        assert "canary" not in said
        assert "76543210" not in said
        assert "yusuf" not in said
