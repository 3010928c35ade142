"""Beside whoever an answer refers to stands their name as it is today; it is stored nowhere."""

from typing import Any


def harriet(trust: Any) -> Any:
    """Harriet of the central team, signed in with HR's access."""
    token = trust.tokens.make(("hr",), subject="subject of harriet")
    return type(trust.as_("hr"))(trust.app, token)


def managers(person: dict[str, Any]) -> list[str | None]:
    return [line["name"] for line in person["line_managers"]]


def test_a_change_tells_the_name_of_who_made_it(trust: Any) -> None:
    version = trust.person("amina")["version"]
    harriet(trust).patch(trust.at("amina"), version, {"family_name": "Khan"})

    for who in ("hr", "amina"):
        newest, bound, *_ = trust.as_(who).get(f"{trust.at('amina')}/changes").get_json()["items"]
        assert (newest["by"], newest["by_name"]) == (f"person:{trust.ids['harriet']}", "Harriet Reed")
        assert (bound["by"], bound["by_name"]) == ("sign-in:subject of amina", None)


def test_a_line_manager_has_a_name_wherever_a_person_is_answered(trust: Any) -> None:
    assert managers(trust.person("amina")) == ["Ben Okafor"]
    assert managers(trust.as_("helen").get(trust.at("amina")).get_json()) == ["Ben Okafor"]
    assert managers(trust.as_("amina").get("/me").get_json()["person"]) == ["Ben Okafor"]
    assert managers(trust.as_("amina").post("/sign-ins").get_json()["person"]) == ["Ben Okafor"]
    listed = trust.as_("hr").get("/people").get_json()["items"]
    assert [managers(person) for person in listed] == [
        ["Ben Okafor"],
        [],
        [],
        ["Helen Elmhurst"],
        [],
        ["Ben Okafor"],
    ]


def test_a_name_is_the_one_of_today(trust: Any) -> None:
    trust.hr("PATCH", trust.at("ben"), {"family_name": "Osei"}, **{"If-Match": f'"{trust.person("ben")["version"]}"'})

    assert managers(trust.person("amina")) == ["Ben Osei"]


def test_a_line_manager_who_has_left_is_named_to_those_alone_who_may_see_leavers(trust: Any) -> None:
    trust.end("ben", "2026-11-22")

    told = {who: managers(trust.as_(who).get(trust.at("amina")).get_json()) for who in ("hr", "sil", "helen", "amina")}

    assert told == {"hr": ["Ben Okafor"], "sil": ["Ben Okafor"], "helen": [None], "amina": [None]}
    assert managers(trust.as_("amina").get("/me").get_json()["person"]) == [None]
    assert managers(trust.as_("helen").get("/people", name="yusuf").get_json()["items"][0]) == [None]


def test_who_changed_something_keeps_their_name_in_its_history_when_they_leave(trust: Any) -> None:
    harriet(trust).patch(trust.at("amina"), trust.person("amina")["version"], {"family_name": "Khan"})
    trust.end("harriet", "2026-11-22")

    assert trust.as_("amina").get(f"{trust.at('amina')}/changes").get_json()["items"][0]["by_name"] == "Harriet Reed"


def test_an_override_tells_the_name_of_who_gave_it(trust: Any) -> None:
    new = {"organisation": trust.ids["ash"], "post": "teacher", "from": "2027-01-04", "fte": 0.2}
    new["override"] = {"why": "Covers an absence."}

    made = harriet(trust).post(f"{trust.at('amina')}/appointments", new).get_json()

    assert made["appointments"][1]["override"]["by_name"] == "Harriet Reed"
    assert trust.person("amina") == made
    assert "override" not in trust.as_("helen").get(trust.at("amina")).get_json()["appointments"][1]


def test_no_name_of_somebody_else_is_stored_or_published_with_a_person(trust: Any) -> None:
    harriet(trust).send(
        "PUT", f"{trust.at('amina')}/line-manager", {"person": trust.ids["helen"], "from": "2026-11-23"}
    )

    kept = [*trust.database["people"].find({"_id": trust.ids["amina"]}), *trust.events("amina")]
    kept += trust.database["changes"].find({"of": trust.ids["amina"]})
    for name in ("Okafor", "Elmhurst", "Reed", "by_name"):
        assert name not in str(kept), name
