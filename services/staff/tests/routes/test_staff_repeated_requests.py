"""The same request again, or many at one moment: one effect, and no rule is broken between them."""

from typing import Any
from uuid import uuid4

from servicekit.testing import at_once

NEW = {"kind": "employee", "given_name": "New", "family_name": "Comer", "trn": "7654321"}


def test_the_same_key_and_body_again_has_one_effect_and_the_same_answer(empty: Any) -> None:
    key = uuid4().hex
    first = empty.as_("hr").post("/people", NEW, **{"Idempotency-Key": key})
    again = empty.as_("hr").post("/people", NEW, **{"Idempotency-Key": key})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Location"] == first.headers["Location"]
    assert again.get_json() == first.get_json()
    assert empty.database["people"].count_documents({}) == 1
    assert len(empty.events()) == 1


def test_the_same_key_with_another_body_is_refused(empty: Any) -> None:
    key = uuid4().hex
    empty.as_("hr").post("/people", NEW, **{"Idempotency-Key": key})
    other = empty.as_("hr").post("/people", {**NEW, "trn": "7654322"}, **{"Idempotency-Key": key})
    assert (other.status_code, other.get_json()["type"]) == (422, "urn:acorn:problem:idempotency-key-reused")
    assert empty.database["people"].count_documents({}) == 1


def test_a_refused_request_leaves_its_key_free(trust: Any) -> None:
    key = {"Idempotency-Key": uuid4().hex}
    assert trust.as_("hr").post("/people", {**NEW, "email": "amina@oaktrees.example"}, **key).status_code == 409
    assert trust.as_("hr").post("/people", NEW, **key).status_code == 201


def test_each_kind_of_write_can_be_repeated_with_its_key(trust: Any) -> None:
    hr, at = trust.as_("hr"), trust.at("amina")
    first = trust.person("amina")["appointments"][0]["id"]
    governor = {"organisation": trust.ids["elm"], "post": "governor", "from": "2027-01-04"}
    writes: list[tuple[str, str, dict[str, Any] | None, dict[str, str]]] = [
        ("POST", "/organisations", {"kind": "academy", "name": "Oak", "urn": "140009"}, {}),
        ("POST", f"{at}/moves", {"appointment": first, "organisation": trust.ids["ash"], "on": "2027-01-04"}, {}),
        ("POST", f"{at}/appointments", governor, {}),
        ("PUT", f"{at}/line-manager", {"person": trust.ids["hugo"], "from": "2027-01-04"}, {}),
        ("PATCH", at, {"given_name": "Mina"}, {"If-Match": '"7"'}),
        ("PATCH", f"/organisations/{trust.ids['elm']}", {"name": "Elm"}, {"If-Match": '"1"'}),
        ("DELETE", f"{at}/sign-ins", None, {}),
    ]
    for method, path, body, headers in writes:
        headers["Idempotency-Key"] = uuid4().hex
        answers = [hr.send(method, path, body, headers=headers) for _ in range(2)]
        assert answers[0].status_code == answers[1].status_code < 300, answers[0].get_data(as_text=True)
        assert answers[0].get_data() == answers[1].get_data()
        assert "Idempotent-Replayed" not in answers[0].headers
        assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert trust.person("amina")["version"] == 9


def test_twins_with_one_key_have_one_effect_and_one_answer(empty: Any) -> None:
    hr, key = empty.as_("hr"), uuid4().hex
    answers = at_once(8, lambda _: hr.post("/people", NEW, **{"Idempotency-Key": key}))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert empty.database["people"].count_documents({}) == 1
    assert len(empty.events()) == 1


def test_of_two_who_change_one_version_one_is_told_to_read_again(trust: Any) -> None:
    hr, at = trust.as_("hr"), trust.at("amina")
    version = trust.person("amina")["version"]
    answers = at_once(8, lambda number: hr.patch(at, version, {"given_name": f"Amina {number}"}))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    assert trust.person("amina")["version"] == version + 1


def test_a_person_does_not_get_two_jobs_from_two_officers_at_once(trust: Any) -> None:
    trust.add("new", "New", "Comer")
    hr, at = trust.as_("hr"), trust.at("new")
    posts = ("teacher", "senco", "head_of_year", "cover_supervisor", "office_staff", "teaching_assistant")
    new = {"organisation": trust.ids["elm"], "from": "2027-01-04", "fte": 0.6}
    answers = at_once(len(posts), lambda number: hr.post(f"{at}/appointments", {**new, "post": posts[number]}))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (len(posts) - 1)
    assert sum(one["fte"] for one in trust.person("new")["appointments"]) == 0.6


def test_a_trn_is_not_given_to_two_people_at_once(empty: Any) -> None:
    answers = at_once(8, lambda _: empty.as_("hr").post("/people", NEW))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert empty.database["people"].count_documents({"trn": "7654321"}) == 1


def test_an_email_is_not_given_to_twenty_people_at_once(empty: Any) -> None:
    new = {"kind": "employee", "given_name": "New", "family_name": "Comer", "email": "one@oaktrees.example"}
    answers = at_once(20, lambda _: empty.as_("hr").post("/people", new))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert empty.database["people"].count_documents({"email": "one@oaktrees.example"}) == 1


def test_line_managers_do_not_close_a_circle_at_one_moment(empty: Any) -> None:
    count = 12
    for number in range(count):
        empty.add(f"p{number}", f"P{number}", "Person")
    hr = empty.as_("hr")

    def manage(number: int) -> Any:
        line = {"person": empty.ids[f"p{(number + 1) % count}"], "from": "2027-01-04"}
        return hr.send("PUT", f"{empty.at(f'p{number}')}/line-manager", line)

    answers = at_once(count, manage)
    assert sorted(answer.status_code for answer in answers) == [200] * (count - 1) + [409]
    managers = {
        one["_id"]: one["line_managers"][0]["person"]
        for one in empty.database["people"].find({"line_managers": {"$ne": []}})
    }
    for start in managers:
        at, climbed = start, 0
        while at in managers:
            at, climbed = managers[at], climbed + 1
            assert climbed <= count, "the line managers go round in a circle"


def test_a_login_is_bound_once_however_often_it_asks_at_one_moment(trust: Any) -> None:
    trust.add("new", "New", "Comer", email="new@oaktrees.example")
    answers = at_once(8, lambda _: trust.as_("new").post("/sign-ins"))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert trust.types("new") == ["added", "sign-in-bound"]


def test_two_logins_with_one_email_do_not_both_get_the_person(trust: Any) -> None:
    trust.add("new", "New", "Comer", email="new@oaktrees.example")
    logins = [trust.as_(f"login {number}", email="new@oaktrees.example") for number in range(8)]
    answers = at_once(8, lambda number: logins[number].post("/sign-ins"))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert len(trust.person("new")["sign_ins"]) == 1
