"""What people, programs and attackers send that cannot be accepted: each is refused clearly, and changes nothing."""

import base64
from collections.abc import Iterator
from typing import Any

import orjson
import pytest


@pytest.fixture(autouse=True)
def nothing_is_written(trust: Any) -> Iterator[None]:
    """Whatever a test in here sends adds no event beyond those of the records it declared properly."""
    yield
    assert len(trust.events()) == sum(record["version"] for record in trust.database["records"].find())


def send(trust: Any, **changes: Any) -> Any:
    return trust.as_("amina").post(f"/people/{trust.amina}/records", {**trust.phonics, **changes})


def pointers(response: Any) -> list[str]:
    assert response.content_type == "application/problem+json"
    return sorted(error["pointer"] for error in response.get_json().get("errors", []))


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("title", [None, "", "   ", 7, [], {}, True, "x" * 201]),
        ("kind", [None, "", "Course", "party", 1, [], {}, ["course"]]),
        ("topics", [None, "maths", ["Maths"], [None], [1], [[]], {}, ["maths"] * 17]),
        ("hours", [None, "", "3.5", True, [], {}, 0, -1, -0.25, 0.1, 3.3, 400.25, 1e300, 10**30, 10**400]),
        ("provider", ["", 3, [], "x" * 201]),
        ("reflection", ["", 3, "x" * 5001]),
        ("impact", ["", {}, "x" * 5001]),
        ("ends", ["", "2026-10-13", "2026-11-24", 20261015, "soon"]),
        (
            "date",
            [None, "", "14/10/2026", "2026-02-30", "2026-13-01", "20261014", "2026-W42-3", "2026-10-14T00:00:00Z"],
        ),
        ("date", ["2026-11-24", "9999-12-31", "0000-01-01", "0001-01-01", "1949-12-31", "2026-1-1", 1, [], {}, True]),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_field(trust: Any, field: str, values: list[Any]) -> None:
    for value in values:
        body = {**trust.phonics, field: value}
        huge = value in (10**30, 10**400)
        response = raw(trust, _with_number(body, field, value) if huge else orjson.dumps(body))

        assert response.status_code in (400, 422), (value, response.get_data(as_text=True))
        if response.status_code == 422:
            assert all(pointer.startswith(f"/{field}") for pointer in pointers(response))
            assert pointers(response)


def _with_number(body: dict[str, Any], field: str, number: int) -> bytes:
    return orjson.dumps({**body, field: "NUMBER"}).replace(b'"NUMBER"', str(number).encode())


def test_what_is_missing_is_named(trust: Any) -> None:
    response = trust.as_("amina").post(f"/people/{trust.amina}/records", {})

    assert response.status_code == 422
    assert pointers(response) == ["/date", "/hours", "/kind", "/title"]


def test_a_field_that_is_unknown_or_not_ones_to_set_is_refused(trust: Any) -> None:
    record = trust.declare()
    for field in ("id", "person", "state", "verification", "academic_year", "version", "$set", "a.b"):
        assert pointers(send(trust, **{field: "x"})) == [f"/{field}"]
        changed = trust.as_("amina").change("PATCH", trust.at(record), 1, {"why": "x", field: "x"})
        assert (changed.status_code, pointers(changed)) == (422, [f"/{field}"])


NO_OBJECTS = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"title"',
    b'{"title": NaN}',
    b'{"title": "x",}',
    b"\xff\xfe",
    b'{"title": "\xff"}',
    b'{"title": "\\ud800"}',
    b"{" * 3000,
    b'{"title":' * 3000,
]


def raw(trust: Any, body: bytes) -> Any:
    return trust.as_("amina").post(f"/people/{trust.amina}/records", data=body, content_type="application/json")


def test_a_body_that_is_no_json_object_is_refused(trust: Any) -> None:
    for body in NO_OBJECTS:
        response = raw(trust, body)

        assert response.status_code in (400, 422), body
        assert response.content_type == "application/problem+json"


def test_hours_that_are_no_number_are_refused(trust: Any) -> None:
    for number in (b"NaN", b"Infinity", b"-Infinity", b"1e999"):
        body = orjson.dumps({**trust.phonics, "hours": "N"}).replace(b'"N"', number)

        assert raw(trust, body).status_code in (400, 422), number


def test_an_oversized_body_is_refused(trust: Any) -> None:
    assert send(trust, reflection="x" * 100_001).status_code == 413


def test_a_form_is_not_json(trust: Any) -> None:
    path = f"/people/{trust.amina}/records"

    assert trust.as_("amina").post(path, data={"title": "x"}).status_code == 415


def test_an_id_that_is_none_is_not_found(trust: Any) -> None:
    for identifier in ("7", "x" * 36, trust.amina.upper(), "%00", "..", "{}", trust.amina + "%0A"):
        assert trust.as_("hr").get(f"/people/{identifier}/history").status_code == 404
        assert trust.as_("hr").get(f"/people/{trust.amina}/records/{identifier}").status_code == 404


WRONG_FILTERS = [
    {"limit": "0"},
    {"limit": "101"},
    {"limit": "ten"},
    {"limit": "-1"},
    {"academic_year": "2026"},
    {"academic_year": "2026-28"},
    {"academic_year": "2026-27x"},
    {"academic_year": "٢٠٢٦-٢٧"},
    {"kind": "party"},
    {"topic": "Maths"},
    {"state": "gone"},
    {"state": ""},
    {"person": "x"},
    {"state[$ne]": "x"},
    {"Kind": "course"},
]


def test_a_filter_that_is_unknown_or_impossible_is_refused(trust: Any) -> None:
    for query in WRONG_FILTERS:
        for path in (f"/people/{trust.amina}/history", "/records"):
            response = trust.as_("ben").get(path, query_string=query)
            assert response.status_code == 422, (path, query)
            assert pointers(response) == [f"/query/{next(iter(query))}"]


# Cursors


@pytest.fixture
def cursor(trust: Any) -> str:
    """The cursor of the second page of Amina's history, as Ben got it."""
    for _ in range(3):
        trust.declare()
    answer = trust.as_("ben").get(f"/people/{trust.amina}/history", query_string={"limit": 1}).get_json()
    return str(answer["next"])


def history_after(trust: Any, who: str, cursor: str, person: str | None = None, **query: str) -> Any:
    path = f"/people/{person or trust.amina}/history"
    return trust.as_(who).get(path, query_string={"cursor": cursor, **query})


def test_a_cursor_holds_for_the_same_reader_and_filters(trust: Any, cursor: str) -> None:
    assert len(history_after(trust, "ben", cursor).get_json()["items"]) == 2


def test_a_cursor_of_other_filters_another_list_or_another_reader_is_refused(trust: Any, cursor: str) -> None:
    refused = [
        history_after(trust, "ben", cursor, kind="course"),
        history_after(trust, "head of elm", cursor),
        history_after(trust, "hr", cursor, trust.olu),
        trust.as_("ben").get("/records", query_string={"cursor": cursor}),
    ]

    for response in refused:
        assert (response.status_code, response.get_json()["type"]) == (400, "urn:acorn:problem:bad-cursor")


def test_a_cursor_of_what_a_manager_saw_before_is_refused_when_they_see_other_people(trust: Any) -> None:
    for person, who in ((trust.amina, "amina"), (trust.ben, "ben"), (trust.ben, "ben")):
        trust.declare(who, person)
    cursor = trust.as_("head of elm").get("/records", query_string={"limit": 1}).get_json()["next"]
    trust.hear_of(trust.amina, appointments=[], line_managers=[])

    assert trust.as_("head of elm").get("/records", query_string={"cursor": cursor}).status_code == 400


def test_a_tampered_cursor_is_refused(trust: Any, cursor: str) -> None:
    inside = orjson.loads(base64.urlsafe_b64decode(cursor + "=="))
    tampered = [
        cursor[:-1],
        cursor[1:],
        cursor + "A",
        "x",
        "é",
        "\0",
        "=" * 8,
        "[]",
        base64.urlsafe_b64encode(orjson.dumps([*inside[:2], {"$gt": ""}])).decode(),
        base64.urlsafe_b64encode(orjson.dumps({"a": 1})).decode(),
        base64.urlsafe_b64encode(orjson.dumps([0, *inside[1:]])).decode(),
        base64.urlsafe_b64encode(orjson.dumps(inside[:1])).decode(),
    ]

    for each in tampered:
        assert history_after(trust, "ben", each).status_code == 400, each


# Amendments, queries, withdrawals


UNFIT_STEPS = [
    ("", {"hours": 1.0}, "/why"),
    ("", {"why": ""}, "/why"),
    ("", {"why": "x" * 501}, "/why"),
    ("", {"why": "x", "title": None}, "/title"),
    ("", {"why": "x", "hours": None}, "/hours"),
    ("", {"why": "x", "hours": 0.1}, "/hours"),
    ("", {"why": "x", "date": "2026-11-24"}, "/date"),
    ("", {"why": "x", "ends": "2026-10-13"}, "/ends"),
    ("query", {}, "/question"),
    ("query", {"question": " "}, "/question"),
    ("query", {"question": "x" * 1001}, "/question"),
    ("withdraw", {}, "/why"),
    ("withdraw", {"why": 1}, "/why"),
]


def test_a_step_without_what_it_needs_is_refused(trust: Any) -> None:
    record = trust.declare()
    for step, body, pointer in UNFIT_STEPS:
        response = trust.as_("hr").change("POST" if step else "PATCH", trust.at(record, step), 1, body)

        assert (response.status_code, pointers(response)) == (422, [pointer]), (step, body)


def test_a_version_that_is_not_there_is_stale(trust: Any) -> None:
    record = trust.declare()
    for version in ("0", "2", "999999999999999"):
        assert trust.as_("ben").change("POST", trust.at(record, "verify"), version).status_code == 412


def test_a_version_that_is_none_is_refused(trust: Any) -> None:
    record = trust.declare()
    for version in ("1.0", "-1", "one", "9" * 16, "١", '1", "2', "*"):
        headers = {"If-Match": version.encode().decode("latin-1")}
        assert trust.as_("ben").post(trust.at(record, "verify"), headers=headers).status_code == 400


# Text that means harm, or only looks so

HOSTILE = [
    "<script>alert(1)</script>",
    "'; DROP TABLE records; --",
    "{'$gt': ''}",
    "$where",
    "\u200fright to left",
    "👩‍🏫 teaching 🌳",
    "Zoë Ångström",
    "{{ 7 * 7 }} ${7*7} %s %n",
    "../../etc/passwd",
    "ﷺ" * 200,
    "𐍈" * 200,
]


def test_hostile_text_is_kept_and_given_back_as_it_is(trust: Any) -> None:
    for text in HOSTILE:
        record = trust.declare(title=text, reflection=text)

        read = trust.as_("amina").get(trust.at(record)).get_json()

        assert read["title"] == read["reflection"] == text
        assert trust.events()[-1]["data"]["state"]["title"] == text


def test_the_longest_texts_are_kept_whole(trust: Any) -> None:
    record = trust.declare(title="🌳" * 200, provider="é" * 200, reflection="🌳" * 5000, impact="x\n" * 2499 + "x")

    assert (len(record["title"]), len(record["reflection"]), len(record["impact"])) == (200, 5000, 4999)


def test_control_characters_are_refused(trust: Any) -> None:
    for text in ("a\0b", "a\x1b[31mred", "a\x7fb", "a\x85b", "\u202eright to left\u202c"):
        response = send(trust, title=text, reflection=text)

        assert (response.status_code, pointers(response)) == (422, ["/reflection", "/title"])


def test_only_a_text_of_several_lines_has_line_ends_and_tabs(trust: Any) -> None:
    for text in ("a\tb\nc", "line\u2028ends\u2029here"):
        assert trust.declare(reflection=text)["reflection"] == text
        assert pointers(send(trust, title=text, provider=text)) == ["/provider", "/title"]


def test_text_is_not_told_apart_by_how_an_accent_was_typed(trust: Any) -> None:
    assert trust.declare(title="  Zoe\u0308 ")["title"] == "Zo\u00eb"


def test_no_answer_to_bad_input_repeats_what_was_sent(trust: Any) -> None:
    response = send(trust, title="x", kind="CANARY", hours="CANARY", date="CANARY", reflection=["CANARY"])

    assert response.status_code == 422
    assert "CANARY" not in response.get_data(as_text=True)
