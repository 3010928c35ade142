"""What the staff service holds about somebody, for data protection: all of theirs, nothing of others but names."""

from typing import Any

import pytest

REASON = "Request of 3 November"


def ask(trust: Any, who: str = "amina", expect: int = 200, **body: str) -> dict[str, list[dict[str, Any]]]:
    """The sections of what is held about somebody, by name."""
    said = body or {"person": trust.ids[who]}
    answer = trust.as_("data protection").post("/subject-access", {**said, "reason": REASON})
    assert answer.status_code == expect, answer.get_data(as_text=True)
    return {one["name"]: one["items"] for one in answer.get_json().get("sections", [])}


def test_the_whole_record_is_there_with_its_history(trust: Any) -> None:
    trust.hr("POST", f"{trust.at('amina')}/absences", {"from": "2026-11-02", "reason": "sickness"}, expect=201)
    version = trust.person("amina")["version"]
    changed = {"family_name": "Haddad", "trn": "0123456", "date_of_birth": "1990-05-01", "why": "Married"}
    trust.hr("PATCH", trust.at("amina"), changed, **{"If-Match": f'"{version}"'})
    trust.end("amina", "2026-11-20", reason="ill_health", destination="left_education")

    found = ask(trust)

    (person,) = found["person"]
    assert (person["family_name"], person["former_names"][0]["family_name"]) == ("Haddad", "Yusuf")
    assert (person["trn"], person["date_of_birth"]) == ("0123456", "1990-05-01")
    assert person["absences"][0]["reason"] == "sickness"
    held = person["appointments"][0]
    assert (held["organisation"], held["reason"], held["destination"]) == (
        "Elm Primary Academy",
        "ill_health",
        "left_education",
    )
    assert person["line_managers"][0]["person"] == "Ben Okafor"
    assert person["sign_ins"][0]["subject"] == "subject of amina"
    assert not {"words", "words_ever", "sort_name", "shape", "signs_in_as"} & person.keys()
    assert "Married" in [change["why"] for change in found["changes"]]
    assert {change["by"] for change in found["changes"]} <= {
        "a sign-in without a record",
        "Amina Yusuf",
        "Amina Haddad",
    }


def test_leavers_and_those_who_share_an_address_are_found(trust: Any) -> None:
    trust.end("olu", "2026-11-01")
    for who, number in (("amina", "E1"), ("olu", "E2")):
        version = trust.person(who)["version"]
        shared = {"email": "office@oaktrees.example", "employee_numbers": [number]}
        trust.hr("PATCH", trust.at(who), shared, **{"If-Match": f'"{version}"'})

    ask(trust, email="Office@oaktrees.example", expect=409)

    assert ask(trust, employee_number="E2")["person"][0]["given_name"] == "Olu"
    ask(trust, trn="7654321", expect=404)
    ask(trust, person="01971281-3b20-7a4e-8f10-6c2d9e0b7a11", expect=404)


def test_the_talent_programme_is_there_in_sections_of_their_own(trust: Any) -> None:
    amina, ben, sil = trust.as_("amina"), trust.as_("ben"), trust.as_("sil")
    new = {"area": "phonics", "level": "secure", "evidence": "A lesson"}
    strength = amina.post(f"{trust.at('amina')}/strengths", new).get_json()
    word = {"evidence": "Seen in Year 1"}
    ben.post(f"{trust.at('amina')}/strengths/{strength['id']}/endorsements", word)
    wish = {"post": "headteacher", "mobility": "nearby", "note": "One day"}
    amina.post(f"{trust.at('amina')}/aspirations", wish)
    review = {"readiness": "now", "risk": "high", "notes": "Will be a head"}
    sil.post(f"{trust.at('amina')}/talent-reviews", review)
    place = f"/succession/{trust.ids['ash']}/headteacher/candidates/{trust.ids['amina']}"
    for ready in ("later", "soon"):
        sil.send("PUT", place, {"ready": ready, "developing": "Shadows the head"})

    found = ask(trust)

    (held,) = found["strengths"]
    assert (held["evidence"], held["endorsements"]) == (
        "A lesson",
        [{"by": "Ben Okafor", "on": "2026-11-23", "evidence": "Seen in Year 1"}],
    )
    assert [one["note"] for one in found["aspirations"]] == ["One day"]
    reviewed, planned = found["management_planning"]
    assert (reviewed["what"], reviewed["notes"]) == ("talent review", "Will be a head")
    assert (planned["organisation"], planned["ready"], len(planned["earlier"])) == ("Ash Infant School", "soon", 1)
    of_ben = ask(trust, "ben")
    assert of_ben["endorsements_given"] == [{"area": "phonics", "on": "2026-11-23"}]
    assert "Seen in Year 1" not in str(of_ben)


def test_whom_somebody_manages_and_whose_record_they_changed_is_left_out(trust: Any) -> None:
    trust.hr("POST", f"{trust.at('helen')}/delegates", {"person": trust.ids["ben"], "from": "2026-11-23"}, expect=201)
    bound = trust.as_("harriet", email="harriet@oaktrees.example")
    officer = type(bound)(trust.app, trust.tokens.make(("hr",), subject="subject of harriet"))
    version = trust.person("amina")["version"]
    assert officer.patch(trust.at("amina"), version, {"family_name": "Haddad"}).status_code == 200

    of_ben, of_harriet = ask(trust, "ben"), ask(trust, "harriet")

    assert of_ben["answers_for"] == [
        *[{"what": "line manager", "from": "2019-09-01", "to": None}] * 2,
        {"what": "delegate", "from": "2026-11-23", "to": None},
    ]
    for name in ("Amina", "Olu", trust.ids["amina"], trust.ids["olu"]):
        assert name not in str(of_ben)
    assert [one["what"] for one in of_harriet["recorded"]] == ["staff.person-changed.v1"]
    assert "Haddad" not in str(of_harriet)


def test_everything_of_a_record_that_became_part_of_theirs_is_there(trust: Any) -> None:
    other = trust.add("other", "Amina", "Youssef", date_of_birth="1990-01-05", email="amina.y@oaktrees.example")
    trust.appoint("other", "ash", "governor")
    version = trust.person("amina")["version"]
    merge = {"other": other["id"], "why": "Typed twice"}
    trust.hr("POST", f"{trust.at('amina')}/merges", merge, **{"If-Match": f'"{version}"'})

    found = ask(trust)

    assert found["person"] == ask(trust, "other")["person"], "whichever id is asked for"
    assert [one["id"] for one in found["person"]] == [trust.ids["amina"], other["id"]]
    (joined,) = found["merged_records"]
    assert (joined["why"], [one["email"] for one in joined["before"]]) == (
        "Typed twice",
        ["amina@oaktrees.example", "amina.y@oaktrees.example"],
    )


def test_of_a_merge_that_was_undone_each_has_their_own_side(trust: Any) -> None:
    at, mother = trust.at("amina"), trust.add("mother", "Amina", "Yusuf", email="mother@oaktrees.example")
    trust.clock.advance(minutes=1)
    version = trust.person("amina")["version"]
    trust.hr("POST", f"{at}/merges", {"other": mother["id"]}, **{"If-Match": f'"{version}"'})
    trust.clock.advance(minutes=1)
    merged = trust.hr("GET", f"{at}/merges")["items"][0]["id"]
    version = trust.person("amina")["version"]
    trust.hr("POST", f"{at}/merges/{merged}/undoing", {"why": "Her mother"}, **{"If-Match": f'"{version}"'})

    of_amina, of_mother = ask(trust), ask(trust, "mother")

    assert "mother@oaktrees.example" not in str(of_amina)
    assert "amina@oaktrees.example" not in str(of_mother)
    assert [bool(one["fields"]) for one in of_amina["changes"][:3]] == [False, False, True], "what went back is hers"
    assert [len(one["merged_records"][0]["before"]) for one in (of_amina, of_mother)] == [1, 1]


@pytest.mark.parametrize("who", ["hr", "sil", "ceo", "amina", "helen"])
def test_nobody_but_data_protection_may_ask(trust: Any, who: str) -> None:
    asked = {"person": trust.ids["amina"], "reason": REASON}
    assert trust.as_(who).post("/subject-access", asked).status_code == 403
