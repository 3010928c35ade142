"""Erasing somebody over HTTP: what is left in the service, who may, what is refused."""

from typing import Any

import bson
import pytest

from acorn_staff.store.erasing import erase
from servicekit.mongo import transaction

PROTECTS = "data protection"


@pytest.fixture
def leaver(trust: Any) -> str:
    """Somebody full of words that nobody else has, who left; answers a name for them."""
    trust.add(
        "zelda",
        "Zelda",
        "Quillfeather",
        email="zelda.quillfeather@oaktrees.example",
        trn="7654321",
        employee_numbers=["E-QUILL"],
        date_of_birth="1971-03-04",
    )
    trust.appoint("zelda", "elm", "teacher")
    trust.manage("amina", "zelda")
    trust.hr("PATCH", trust.at("zelda"), {"email": "z.second@oaktrees.example"}, **{"If-Match": _etag(trust, "zelda")})
    zelda = trust.as_("zelda", email="z.second@oaktrees.example")
    assert zelda.post("/sign-ins").status_code == 201
    strength = {"area": "phonics", "level": "secure", "evidence": "The Quillfeather method"}
    assert zelda.post(f"{trust.at('zelda')}/strengths", strength).status_code == 201
    review = {"readiness": "now", "risk": "low", "notes": "Quillfeather leads"}
    assert trust.as_("sil").post(f"{trust.at('zelda')}/talent-reviews", review).status_code == 201
    trust.end("zelda", "2026-11-20")
    return "zelda"


def _etag(trust: Any, who: str) -> str:
    return f'"{trust.person(who)["version"]}"'


def _erase(trust: Any, who: str, version: int | None = None, by: str = PROTECTS) -> Any:
    version = version if version is not None else trust.person(who)["version"]
    body = {"reason": "Request 2032-14, article 17"}
    return trust.as_(by).send("POST", f"{trust.at(who)}/erasure", body, headers={"If-Match": f'"{version}"'})


def _traces(trust: Any, *texts: str) -> set[str]:
    """The collections in which one of these texts stands."""
    return {
        name
        for name in trust.database.list_collection_names()
        for document in trust.database[name].find()
        if any(text.encode() in bson.encode(document).lower() for text in texts)
    }


def test_nothing_of_who_was_erased_is_left_but_that_they_were(trust: Any, leaver: str) -> None:
    words = ("quill", "zelda", "z.second", "7654321", "1971-03-04")
    assert _traces(trust, *words) >= {"people", "changes", "outbox", "talent_reviews"}
    guards = trust.database["guards"].count_documents({"_id": {"$regex": "^email:"}})

    erased = _erase(trust, leaver)

    assert erased.status_code == 202, erased.get_data(as_text=True)
    assert erased.headers["Location"] == f"/v1{trust.at(leaver)}/erasure"
    assert _traces(trust, *words) == set()
    assert trust.database["guards"].count_documents({"_id": {"$regex": "^email:"}}) == guards - 2
    assert trust.as_("hr").get(trust.at(leaver)).status_code == 404
    (event,) = trust.events(leaver)
    assert event["type"] == "staff.person-erased.v1"
    assert event["data"]["state"] == {"id": trust.ids[leaver], "erased": True}
    seen = trust.as_(PROTECTS).get(f"{trust.at(leaver)}/erasure").get_json()
    assert (seen["name"], seen["holds"], seen["erased_at"]) == (None, [], "2026-11-23T09:00:00.000Z")
    assert seen["reason"] == "Request 2032-14, article 17"
    assert _erase(trust, leaver, version=1).status_code == 202, "two who began it at once are both told that it is"
    assert len(trust.events(leaver)) == 1


def test_whoever_refers_to_somebody_erased_refers_to_an_id_without_a_name(trust: Any, leaver: str) -> None:
    before = trust.person("amina")

    _erase(trust, leaver)

    after = trust.person("amina")
    assert [line["person"] for line in after["line_managers"]] == [line["person"] for line in before["line_managers"]]
    assert [line["name"] for line in after["line_managers"]][-1] is None
    assert after["version"] == before["version"]


def test_what_was_under_way_is_erased_by_the_second_turn(trust: Any, leaver: str) -> None:
    _erase(trust, leaver)
    trust.database["changes"].insert_one({"_id": "late", "of": trust.ids[leaver], "fields": []})

    client = trust.database.client
    gone = [
        transaction(client, lambda session: erase(trust.database, session, trust.ids[leaver], trust.clock()))
        for _ in range(2)
    ]

    assert gone == [1, 0]
    assert trust.types(leaver) == ["erased"], "what has to be sent stays"
    planned = trust.database["work"].find({"kind": "erasure"}, {"due": 1}).sort("due", 1)
    assert [(one["due"] - trust.clock()).total_seconds() for one in planned] == [0, 300]


def test_records_that_became_part_of_somebodys_are_erased_with_theirs(trust: Any, leaver: str) -> None:
    trust.add("twice", "Zelda", "Second", employee_numbers=["E-TWICE"])
    merge = {"other": trust.ids["twice"], "why": "Imported twice"}
    trust.hr("POST", f"{trust.at(leaver)}/merges", merge, **{"If-Match": _etag(trust, leaver)})

    assert _erase(trust, leaver).status_code == 202

    assert _traces(trust, "zelda", "e-twice") == set()
    assert [event["type"] for event in trust.events("twice")] == ["staff.person-erased.v1"]
    assert trust.as_(PROTECTS).get(f"{trust.at('twice')}/erasure").get_json()["erased_at"]


def test_who_works_here_and_who_changed_meanwhile_are_refused_and_stay(trust: Any, leaver: str) -> None:
    still = _erase(trust, "amina")
    stale = _erase(trust, leaver, version=1)

    assert (still.status_code, still.get_json()["type"]) == (409, "urn:acorn:problem:still-here")
    assert stale.status_code == 412
    assert trust.person("amina")["given_name"] == "Amina"
    assert trust.person(leaver)["given_name"] == "Zelda"


@pytest.mark.parametrize("by", ["hr", "sil", "ceo", "operations", "helen"])
def test_data_protection_alone_erases_and_looks_what_there_is(trust: Any, leaver: str, by: str) -> None:
    assert _erase(trust, leaver, by=by).status_code == 403
    assert trust.as_(by).get(f"{trust.at(leaver)}/erasure").status_code == 403


def test_a_look_says_how_much_there_is_and_is_kept(trust: Any, leaver: str) -> None:
    seen = trust.as_(PROTECTS).get(f"{trust.at(leaver)}/erasure")

    held = {one["what"]: one["count"] for one in seen.get_json()["holds"]}
    assert (held["people"], held["talent_reviews"]) == (1, 1)
    assert held["changes"] > 3
    assert (seen.get_json()["name"], seen.get_json()["erased_at"]) == ("Zelda Quillfeather", None)
    assert trust.reads()[-1][1:] == ([trust.ids[leaver]], "read_erasure")
    told = trust.as_("hr").get(f"{trust.at(leaver)}/reads").get_json()["items"]
    assert "read_erasure" not in {one["what"] for one in told}, "data protection's looks are its own"
    nobody = f"/people/{trust.ids[leaver][:-4]}ffff/erasure"
    assert trust.as_(PROTECTS).get(nobody).status_code == 404
