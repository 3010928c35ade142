"""What the web chassis promises every route of every service."""

import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask, request
from pymongo.database import Database

from servicekit.access import SIGNED_IN
from servicekit.app import Answer, allows, answer, blueprint
from servicekit.mongo import Document, connect
from servicekit.testing import FixedClock, Tokens

pytestmark = pytest.mark.engines
AMINA, BEN, CARA = (f"0191d5a0-0000-7000-8000-00000000000{number}" for number in range(1, 4))
NOTES = f"/v1/people/{AMINA}/notes"


def test_the_outcome_of_a_write_is_answered_with_where_it_is_and_its_version(client: Any) -> None:
    answered = client.http.post(NOTES, json={"text": " Well done "}, headers=client.as_("amina"))
    assert answered.status_code == 201
    assert answered.json["text"] == "Well done"
    read = client.http.get(answered.headers["Location"], headers=client.as_("amina"))
    assert (read.json, read.headers["ETag"]) == (answered.json, '"1"')
    assert read.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("body", "content_type", "status", "slug"),
    [
        (b'{"text": ', "application/json", 400, "bad-request"),
        (b'{"text": NaN}', "application/json", 400, "bad-request"),
        (b'{"text": "\\ud800"}', "application/json", 400, "bad-request"),
        (b"\xff\xfe", "application/json", 400, "bad-request"),
        (b"", "application/json", 400, "bad-request"),
        (b"[1]", "application/json", 422, "invalid"),
        (b'"text"', "application/json", 422, "invalid"),
        (b"text=x", "application/x-www-form-urlencoded", 415, "unsupported-media-type"),
        (b"{}", "application/json", 422, "invalid"),
        (b'{"text": 7}', "application/json", 422, "invalid"),
        (b'{"text": null}', "application/json", 422, "invalid"),
        (b'{"text": "   "}', "application/json", 422, "invalid"),
        (b'{"text": "a\\u0000b"}', "application/json", 422, "invalid"),
        (b'{"text": "x", "colour": "red"}', "application/json", 422, "invalid"),
        (b'{"text": "x", "on": "2026-02-30"}', "application/json", 422, "invalid"),
        (b'{"text": "x", "on": "20260223"}', "application/json", 422, "invalid"),
        (b'{"text": "x", "on": "0001-01-01"}', "application/json", 422, "invalid"),
        (b'{"text": "x", "stars": 1e30}', "application/json", 422, "invalid"),
        (b'{"text": "x", "stars": "3x"}', "application/json", 422, "invalid"),
    ],
)
def test_a_body_that_cannot_be_accepted_is_refused_with_a_reason_and_changes_nothing(
    client: Any, database: Database[Document], body: bytes, content_type: str, status: int, slug: str
) -> None:
    answered = client.http.post(NOTES, data=body, content_type=content_type, headers=client.as_("amina"))
    assert answered.status_code == status
    assert answered.content_type == "application/problem+json"
    assert answered.json["type"] == f"urn:acorn:problem:{slug}"
    assert answered.json["detail"]
    assert answered.json["request_id"] == answered.headers["X-Request-Id"]
    assert database["notes"].count_documents({}) == 0


def test_each_faulty_field_has_a_pointer(client: Any) -> None:
    answered = client.http.post(NOTES, json={"text": "x" * 51, "on": "soon", "a/b~c": 1}, headers=client.as_("amina"))
    assert {error["pointer"] for error in answered.json["errors"]} == {"/text", "/on", "/a~1b~0c"}


def test_an_oversized_body_is_refused_before_it_is_read(
    database: Any, tokens: Tokens, clock: FixedClock, make: Any
) -> None:
    client = make(max_body_bytes=1000)
    answered = client.http.post(NOTES, json={"text": "x" * 2000}, headers=client.as_("amina"))
    assert (answered.status_code, answered.json["type"]) == (413, "urn:acorn:problem:too-large")


def test_a_form_over_the_limits_is_told_them(make: Any) -> None:
    sheets = blueprint("sheets", __name__, description="Music.")

    @sheets.post("/sheets")
    @allows(SIGNED_IN)
    def add_sheet() -> Answer:
        """Add a sheet."""
        return answer({"sheet": request.files["sheet"].filename})

    client = make(blueprints=[sheets], max_upload_bytes=100_000, max_body_bytes=50_000)
    form = {"sheet": (BytesIO(b"x" * 300_000), "lullaby.pdf")}

    answered = client.http.post("/v1/sheets", data=form, headers=client.as_("amina"))

    assert (answered.status_code, answered.json["type"]) == (413, "urn:acorn:problem:too-large")
    assert answered.json["detail"].startswith("A file may have 0.1 MB at most, and what is sent beside it 0.05 MB.")


@pytest.mark.parametrize("path", ["/v1/people/7/notes/7", f"/v1/people/{AMINA.upper()}x/notes", "/v1/nothing", "/%00"])
def test_an_address_that_is_none_is_not_found(client: Any, path: str) -> None:
    answered = client.http.get(path, headers=client.as_("amina"))
    assert (answered.status_code, answered.json["status"]) == (404, 404)


def test_a_method_that_an_address_does_not_answer_to_is_refused_with_those_it_does(client: Any) -> None:
    answered = client.http.delete(NOTES, headers=client.as_("amina"))
    assert answered.status_code == 405
    assert "POST" in answered.headers["Allow"]


@pytest.mark.parametrize(
    "make_token",
    [
        lambda tokens: tokens.make(expires_in=-60),
        lambda tokens: tokens.make(alg="none"),
        lambda tokens: tokens.make(alg="HS256"),
        lambda tokens: tokens.make(audience="somebody-else"),
        lambda tokens: tokens.make(issuer="https://elsewhere.example"),
        lambda tokens: tokens.make(typ="JWT"),
        lambda tokens: tokens.make(subject=""),
        lambda tokens: tokens.make(exp=None),
        lambda tokens: tokens.make()[:-4] + "AAAA",
        lambda _: "not.a.token",
        lambda _: "é",
    ],
    ids="expired unsigned hmac audience issuer type nobody endless tampered garbage accent".split(),  # noqa: SIM905
)
def test_a_token_that_does_not_hold_is_refused(client: Any, make_token: Callable[[Tokens], str]) -> None:
    headers = {"Authorization": f"Bearer {make_token(client.tokens)}"}
    answered = client.http.get("/v1/whoami", headers=headers)
    assert (answered.status_code, answered.headers["WWW-Authenticate"]) == (401, 'Bearer realm="acorn"')


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic YTpi"}, {"Authorization": "Bearer"}])
def test_nobody_is_not_signed_in(client: Any, header: dict[str, str]) -> None:
    assert client.http.get("/v1/whoami", headers=header).status_code == 401


def test_an_invented_key_does_not_make_us_ask_the_issuer_at_every_request(client: Any, tokens: Tokens) -> None:
    from joserfc.jwk import RSAKey

    client.http.get("/v1/whoami", headers=client.as_("amina"))
    before = tokens.fetched
    stranger = RSAKey.generate_key(2048, {"kid": "stranger"})
    for _ in range(5):
        headers = {"Authorization": f"Bearer {tokens.make(key=stranger)}"}
        assert client.http.get("/v1/whoami", headers=headers).status_code == 401
    assert tokens.fetched - before <= 1


@pytest.mark.parametrize(
    ("subject", "roles", "status"),
    [
        ("amina", [], 201),
        ("ben", [], 201),
        ("cara", [], 404),
        ("stranger", [], 403),
        ("stranger", ["hr"], 201),
        ("stranger", ["trustee"], 403),
        ("cara", ["trustee"], 404),
        ("stranger", ["emperor"], 403),
    ],
)
def test_rules_decide_by_default_no(client: Any, subject: str, roles: list[str], status: int) -> None:
    answered = client.http.post(NOTES, json={"text": "x"}, headers=client.as_(subject, *roles))
    assert answered.status_code == status


def test_the_answer_for_somebody_whom_one_may_not_see_is_that_for_nobody(client: Any) -> None:
    nobody = "0191d5a0-0000-7000-8000-0000000000ff"
    hidden = client.http.post(NOTES, json={"text": "x"}, headers=client.as_("cara")).json
    absent = client.http.post(f"/v1/people/{nobody}/notes", json={"text": "x"}, headers=client.as_("cara")).json
    assert {**hidden, "request_id": ""} == {**absent, "request_id": ""}


def test_a_list_is_narrowed_to_those_whom_the_caller_may_see(client: Any) -> None:
    for person, text in ((AMINA, "b"), (CARA, "a")):
        client.http.post(f"/v1/people/{person}/notes", json={"text": text}, headers=client.as_("x", "hr"))
    seen = {
        who: [note["text"] for note in client.http.get("/v1/notes", headers=client.as_(who, *roles)).json["items"]]
        for who, roles in {"ben": [], "cara": [], "x": ["hr"]}.items()
    }
    assert seen == {"ben": ["b"], "cara": [], "x": ["a", "b"]}


def test_pages_follow_each_other_without_gap_or_double(client: Any) -> None:
    hr = client.as_("x", "hr")
    for number in range(7):
        client.http.post(NOTES, json={"text": f"{number % 3}"}, headers=hr)
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = f"?limit=2&cursor={cursor}" if cursor else "?limit=2"
        answered = client.http.get(f"/v1/notes{query}", headers=hr).json
        found += [note["id"] for note in answered["items"]]
        cursor = answered["next"]
    assert len(found) == len(set(found)) == 7


def test_a_list_is_turned_back_and_counted(client: Any) -> None:
    hr = client.as_("x", "hr")
    for number in range(3):
        client.http.post(NOTES, json={"text": f"{number}"}, headers=hr)

    def look(**query: Any) -> Any:
        return client.http.get("/v1/notes", query_string={"limit": 2, **query}, headers=hr).json

    first = look(count="true")
    second = look(cursor=first["next"])
    assert (first["previous"], first["total"]) == (None, {"count": 3, "more": False})
    assert (second["next"], second["total"]) == (None, None)
    assert look(cursor=second["previous"], count="true") == first


@pytest.mark.parametrize("cursor", ["x", "AAAA", "W10", "é", "eyJhIjoxfQ", "A" * 3999])
def test_a_cursor_that_we_did_not_make_is_refused(client: Any, cursor: str) -> None:
    answered = client.http.get("/v1/notes", query_string={"cursor": cursor}, headers=client.as_("x", "hr"))
    assert (answered.status_code, answered.json["type"]) == (400, "urn:acorn:problem:bad-cursor")


def test_a_cursor_of_another_reader_is_refused(client: Any) -> None:
    hr = client.as_("x", "hr")
    for _ in range(3):
        client.http.post(NOTES, json={"text": "x"}, headers=hr)
    cursor = client.http.get("/v1/notes?limit=1", headers=hr).json["next"]
    answered = client.http.get("/v1/notes", query_string={"cursor": cursor}, headers=client.as_("ben"))
    assert answered.status_code == 400


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "count=1", "colour=red", "limit=5&limit=6"])
def test_a_query_that_cannot_be_accepted_is_refused_with_a_pointer(client: Any, query: str) -> None:
    answered = client.http.get(f"/v1/notes?{query}", headers=client.as_("x", "hr"))
    assert answered.status_code == 422
    assert answered.json["errors"][0]["pointer"] == f"/query/{query.split('=', maxsplit=1)[0]}"


def test_a_change_of_a_version_that_is_no_longer_there_is_refused(client: Any) -> None:
    amina = client.as_("amina")
    where = client.http.post(NOTES, json={"text": "one"}, headers=amina).headers["Location"]
    first = client.http.patch(where, json={"text": "two"}, headers={**amina, "If-Match": '"1"'})
    second = client.http.patch(where, json={"text": "three"}, headers={**amina, "If-Match": '"1"'})
    assert (first.status_code, first.headers["ETag"], second.status_code) == (200, '"2"', 412)
    assert client.http.get(where, headers=amina).json["text"] == "two"


@pytest.mark.parametrize(("header", "status"), [({}, 428), ({"If-Match": "*"}, 400), ({"If-Match": "9" * 30}, 400)])
def test_a_change_says_which_version_it_changes(client: Any, header: dict[str, str], status: int) -> None:
    amina = client.as_("amina")
    where = client.http.post(NOTES, json={"text": "one"}, headers=amina).headers["Location"]
    assert client.http.patch(where, json={"text": "two"}, headers={**amina, **header}).status_code == status


def test_the_same_idempotency_key_happens_once_and_is_answered_alike(client: Any, database: Database[Document]) -> None:
    headers = {**client.as_("amina"), "Idempotency-Key": "k"}
    first = client.http.post(NOTES, json={"text": "once"}, headers=headers)
    second = client.http.post(NOTES, json={"text": "once"}, headers=headers)
    assert (first.status_code, second.status_code) == (201, 201)
    assert (second.json, second.headers["Location"]) == (first.json, first.headers["Location"])
    assert second.headers["Idempotent-Replayed"] == "true"
    assert database["notes"].count_documents({}) == 1


def test_the_same_idempotency_key_with_another_body_is_refused(client: Any) -> None:
    headers = {**client.as_("amina"), "Idempotency-Key": "k"}
    client.http.post(NOTES, json={"text": "once"}, headers=headers)
    answered = client.http.post(NOTES, json={"text": "other"}, headers=headers)
    assert (answered.status_code, answered.json["type"]) == (422, "urn:acorn:problem:idempotency-key-reused")


def test_another_callers_idempotency_key_is_another_key(client: Any, database: Database[Document]) -> None:
    for who in ("amina", "ben"):
        headers = {**client.as_(who), "Idempotency-Key": "k"}
        client.http.post(NOTES, json={"text": who}, headers=headers)
    assert database["notes"].count_documents({}) == 2


def test_a_repeated_change_is_answered_under_todays_rights(client: Any) -> None:
    amina = client.as_("amina")
    where = client.http.post(NOTES, json={"text": "one"}, headers=amina).headers["Location"]
    headers = {**amina, "If-Match": '"1"', "Idempotency-Key": "k"}
    first = client.http.patch(where, json={"text": "two"}, headers=headers)
    again = client.http.patch(where, json={"text": "two"}, headers=headers)
    assert (first.status_code, again.status_code, again.json) == (200, 200, first.json)


def test_a_repeated_request_that_answers_with_nothing_happens_once(client: Any, database: Database[Document]) -> None:
    hr = {**client.as_("x", "hr"), "Idempotency-Key": "k"}
    where = client.http.post(NOTES, json={"text": "one"}, headers=client.as_("x", "hr")).headers["Location"]
    statuses = [client.http.post(f"{where}/stamp", headers=hr).status_code for _ in range(2)]
    assert statuses == [204, 204]
    assert [note["stamps"] for note in database["notes"].find()] == [1]


def test_the_same_idempotency_key_twice_at_once_happens_once(
    app: Flask, client: Any, database: Database[Document]
) -> None:
    headers = {**client.as_("amina"), "Idempotency-Key": "k"}
    answers: list[tuple[int, str]] = []
    start = threading.Barrier(6)

    def post() -> None:
        start.wait()
        with app.test_client() as http:
            answered = http.post(NOTES, json={"text": "once"}, headers=headers)
            answers.append((answered.status_code, answered.headers.get("Location", "")))

    threads = [threading.Thread(target=post) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert database["notes"].count_documents({}) == 1
    assert len(set(answers)) == 1
    assert answers[0][0] == 201


def test_a_view_that_runs_again_finds_what_it_was_given(client: Any, database: Database[Document]) -> None:
    # The view takes the stars out of its body, and its first attempt meets another writer.
    answered = client.http.post("/v1/fragile", json={"text": "x", "stars": 3}, headers=client.as_("amina"))
    assert (answered.status_code, answered.json["stars"], answered.json["attempts"]) == (200, 3, 2)


def test_a_read_of_anothers_record_is_recorded_and_the_person_can_see_it(client: Any) -> None:
    where = client.http.post(NOTES, json={"text": "one"}, headers=client.as_("amina")).headers["Location"]
    client.http.get(where, headers=client.as_("amina"))
    client.http.get(where, headers=client.as_("ben"))
    client.http.get(where, headers=client.as_("payroll", "hr"))
    reads = client.http.get(f"/v1/people/{AMINA}/reads", headers=client.as_("amina")).json["items"]
    assert [(read["by"], read["what"]) for read in reads] == [
        ({"person": None, "name": None}, "read_note"),
        ({"person": BEN, "name": "Ben Okafor"}, "read_note"),
    ]
    assert client.http.get(f"/v1/people/{AMINA}/reads", headers=client.as_("ben")).status_code == 404


def test_what_nobody_foresaw_tells_nothing_of_the_data_and_can_be_found_in_the_logs(
    client: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    answered = client.http.get("/v1/broken?token=secret", headers=client.as_("amina"))
    logged = capfd.readouterr().out
    assert answered.status_code == 500
    assert "Amina" not in answered.text + logged
    assert "secret" not in answered.text + logged
    assert answered.json["request_id"] in logged
    assert '"error":"RuntimeError"' in logged


def test_a_request_carries_its_trace(client: Any) -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = {**client.as_("amina"), "traceparent": f"00-{trace}-00f067aa0ba902b7-01"}
    assert client.http.get("/v1/whoami", headers=headers).headers["X-Request-Id"] == trace


def test_metrics_answer_nobody_who_comes_through_an_ingress(client: Any) -> None:
    assert client.http.get("/metrics").status_code == 200
    assert client.http.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"}).status_code == 404


def test_metrics_name_the_route_and_never_the_path(client: Any) -> None:
    client.http.get(f"{NOTES}/{CARA}", headers=client.as_("amina"))
    client.http.get("/v1/somebody-private", headers=client.as_("amina"))
    exposed = client.http.get("/metrics").text
    assert 'route="/v1/people/<id:person_id>/notes/<id:note_id>"' in exposed
    assert AMINA not in exposed
    assert "somebody-private" not in exposed


def test_with_mongodb_away_the_answer_is_to_try_again(make: Any) -> None:
    with connect("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100&replicaSet=rs0") as nowhere:
        client = make(database=nowhere["gone"])
        ready = client.http.get("/readyz")
        written = client.http.post(NOTES, json={"text": "x"}, headers=client.as_("amina"))
        alive = client.http.get("/livez")
    assert (ready.status_code, written.status_code, alive.status_code) == (503, 503, 200)
    assert written.headers["Retry-After"] == "5"


def test_a_view_without_an_access_rule_stops_the_start(
    database: Any, tokens: Tokens, clock: FixedClock, make: Any
) -> None:
    from servicekit.app import blueprint

    forgotten = blueprint("forgotten", __name__, description="Nobody said who may.")

    @forgotten.get("/forgotten")
    def forget() -> str:
        """Tell everybody."""
        return ""

    with pytest.raises(TypeError, match="/v1/forgotten"):
        make(blueprints=[forgotten])


def test_while_relations_are_not_known_only_who_needs_one_is_refused(app: Flask, client: Any) -> None:
    app.extensions["acorn"].scope.silent = True

    callers = (client.as_("ben"), client.as_("amina"), client.as_("ben", "hr"))
    answers = [client.http.post(NOTES, json={"text": "x"}, headers=headers) for headers in callers]

    assert [one.status_code for one in answers] == [503, 201, 201]
    assert (answers[0].json["type"], answers[0].headers["Retry-After"]) == ("urn:acorn:problem:scope-unknown", "60")
