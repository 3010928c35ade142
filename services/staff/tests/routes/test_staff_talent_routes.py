"""The talent programme over HTTP: strengths, aspirations, talent reviews, succession, and who may see which."""

from typing import Any

import pytest


def _own(trust: Any, who: str = "amina") -> Any:
    """Somebody whose sign-in is bound."""
    person = trust.person(who)
    trust.hr("PATCH", trust.at(who), {"email": f"{who}@oaktrees.example"}, **{"If-Match": f'"{person["version"]}"'})
    signed_in = trust.as_(who)
    assert signed_in.post("/sign-ins").status_code in (200, 201)
    return signed_in


def _declare(trust: Any, area: str = "phonics", level: str = "secure") -> dict[str, Any]:
    made = _own(trust).post(f"{trust.at('amina')}/strengths", {"area": area, "level": level, "evidence": "A lesson"})
    assert made.status_code == 201, made.get_data(as_text=True)
    return dict(made.get_json())


def test_a_strength_is_declared_endorsed_found_renewed_and_withdrawn(trust: Any) -> None:
    at = f"{trust.at('amina')}/strengths/{_declare(trust)['id']}"
    manager = _own(trust, "ben")
    endorsed = manager.post(f"{at}/endorsements", {"evidence": "Seen in Year 1"})

    assert endorsed.status_code == 201, endorsed.get_data(as_text=True)
    assert [one["by_name"] for one in endorsed.get_json()["endorsements"]] == ["Ben Okafor"]
    (found,) = manager.get("/strengths", area="phonics").get_json()["items"]
    assert (found["name"], found["standing"], found["person"]) == ("Amina Yusuf", "current", trust.ids["amina"])
    amina = trust.as_("amina")
    renewed = amina.post(f"{at}/renewal", {"level": "leads_others"}).get_json()
    assert (renewed["level"], renewed["evidence"]) == ("leads_others", "A lesson")
    assert amina.post(f"{at}/withdrawal", {}).get_json()["standing"] == "withdrawn"
    assert manager.get("/strengths", area="phonics").get_json()["items"] == []
    assert len(amina.get(f"{trust.at('amina')}/strengths").get_json()["items"]) == 1


def test_one_strength_an_area_stands_at_a_time(trust: Any) -> None:
    first = _declare(trust)
    amina, path = trust.as_("amina"), f"{trust.at('amina')}/strengths"
    again = {"area": "phonics", "level": "secure"}
    assert amina.post(path, again).get_json()["type"].endswith("strength-there")
    amina.post(f"{path}/{first['id']}/withdrawal", {})
    assert amina.post(path, again).status_code == 201
    assert amina.post(path, {"area": "juggling", "level": "secure"}).status_code == 422


@pytest.mark.parametrize(
    ("moved", "standing"), [({"days": 600}, "current"), ({"days": 700}, "fading"), ({"days": 800}, "faded")]
)
def test_a_strength_fades_with_no_event_and_lists_agree(trust: Any, moved: dict[str, int], standing: str) -> None:
    _declare(trust)
    events = len(trust.events())
    trust.clock.advance(**moved)
    (held,) = trust.as_("amina").get(f"{trust.at('amina')}/strengths").get_json()["items"]
    assert held["standing"] == standing
    listed = trust.as_("sil").get("/strengths", area="phonics", standing=standing).get_json()["items"]
    assert [one["id"] for one in listed] == [held["id"]]
    assert len(trust.events()) == events


def test_at_the_end_of_a_month_lists_agree_too(trust: Any) -> None:
    trust.clock.advance(days=7)  # 30 November: 21 months later is 30 August, and there is a 31st
    _declare(trust)
    trust.clock.advance(days=640)
    (held,) = trust.as_("amina").get(f"{trust.at('amina')}/strengths").get_json()["items"]
    assert held["standing"] == "fading"
    listed = {
        standing: len(trust.as_("sil").get("/strengths", standing=standing).get_json()["items"])
        for standing in ("current", "fading", "faded")
    }
    assert listed == {"current": 0, "fading": 1, "faded": 0}


def test_heads_and_managers_find_the_strengths_of_their_own_people_alone(trust: Any) -> None:
    at = f"{trust.at('amina')}/strengths"
    made = _declare(trust)
    for who in ("helen", "ben"):
        assert len(_own(trust, who).get("/strengths", area="phonics").get_json()["items"]) == 1, who
    assert _own(trust, "hugo").get("/strengths", area="phonics").get_json()["items"] == []
    assert trust.as_("hugo").get(at).status_code == 404
    assert trust.as_("hugo").post(f"{at}/{made['id']}/endorsements", {"evidence": "No"}).status_code == 404
    assert trust.as_("hr").post(f"{at}/{made['id']}/endorsements", {"evidence": "No"}).status_code == 403
    assert trust.as_("ben").post(at, {"area": "maths", "level": "secure"}).status_code in (403, 404)


def test_a_wish_to_move_on_is_kept_from_heads_and_managers(trust: Any) -> None:
    amina, path = _own(trust), f"{trust.at('amina')}/aspirations"
    wish = {"post": "headteacher", "when": "2029-30", "mobility": "anywhere_in_trust", "note": "One day"}
    made = amina.post(path, wish)
    assert made.status_code == 201, made.get_data(as_text=True)
    for who in ("hr", "sil", "ceo", "amina"):
        assert [one["note"] for one in trust.as_(who).get(path).get_json()["items"]] == ["One day"], who
    for who in ("ben", "helen"):
        assert _own(trust, who).get(path).status_code in (403, 404), who
    at = f"{path}/{made.get_json()['id']}"
    changed = amina.patch(at, 1, {"mobility": "nearby"}).get_json()
    assert (changed["when"], changed["mobility"], changed["note"]) == (None, "nearby", None)
    assert amina.post(f"{at}/withdrawal", {}).get_json()["withdrawn"] == "2026-11-23"
    assert amina.patch(at, 1, {"mobility": "nearby"}).status_code == 409
    for when in ("2020-21", "2029-31"):
        assert amina.post(path, {**wish, "when": when}).status_code == 422, when


def _review(trust: Any, who: str = "amina", **more: Any) -> Any:
    body = {"readiness": "now", "risk": "high", "next_post": "deputy_headteacher", "notes": "Wants a challenge", **more}
    return trust.as_("sil").post(f"{trust.at(who)}/talent-reviews", body)


def test_the_latest_review_counts_and_none_is_edited(trust: Any) -> None:
    assert _review(trust, on="2025-11-20", risk="low").status_code == 201
    assert _review(trust).status_code == 201
    reviews = trust.as_("ceo").get(f"{trust.at('amina')}/talent-reviews").get_json()["items"]
    assert [one["risk"] for one in reviews] == ["high", "low"]
    overview = trust.as_("ceo").get("/talent-overview").get_json()
    assert [(one["name"], one["risk"]) for one in overview["items"]] == [("Amina Yusuf", "high")]
    assert {(one["readiness"], one["risk"]): one["count"] for one in overview["counts"]}["now", "high"] == 1
    assert trust.as_("ceo").get("/talent-overview", risk="low").get_json()["items"] == []
    assert trust.as_("ceo").get("/talent-overview", organisation=trust.ids["ash"]).get_json()["reviewed"] == 0


def test_the_overview_is_turned_page_by_page_and_counts_everybody_on_each(trust: Any) -> None:
    for who in ("amina", "ben", "helen", "olu"):
        assert _review(trust, who, risk="low" if who == "helen" else "high").status_code == 201
    sil, cursor = trust.as_("sil"), None
    names: list[str] = []
    while cursor or not names:
        turned: dict[str, str] = {"cursor": cursor} if cursor else {}
        found = sil.get("/talent-overview", risk="high", limit=1, count="true", **turned).get_json()
        names += [one["name"] for one in found["items"]]
        cursor = found["next"]
        assert (found["reviewed"], found["total"]["count"], len(found["counts"])) == (4, 3, 9)
        *_, looked = trust.database["reads"].find().sort("_id", 1)
        assert looked["people"] == [one["person"] for one in found["items"]]

    assert names == ["Olu Ade", "Ben Okafor", "Amina Yusuf"]
    back = sil.get("/talent-overview", risk="high", limit=1, cursor=found["previous"]).get_json()
    assert [one["name"] for one in back["items"]] == ["Ben Okafor"]


def test_a_review_cannot_be_of_tomorrow_of_a_leaver_or_of_oneself(trust: Any) -> None:
    assert _review(trust, on="2026-11-24").status_code == 422
    assert _review(trust, next_post="wizard").status_code == 422
    trust.end("amina", "2026-11-22")
    assert _review(trust).get_json()["type"].endswith("has-left")
    trust.add("sam", "Sam", "Hill", email="sil@oaktrees.example")
    trust.appoint("sam", "central", "school_improvement_lead")
    assert trust.as_("sil").post("/sign-ins").status_code in (200, 201)
    assert _review(trust, "sam").get_json()["type"].endswith("own-review")


def test_that_there_are_reviews_is_told_to_nobody_else(trust: Any) -> None:
    _review(trust)
    trust.as_("ceo").get(f"{trust.at('amina')}/talent-reviews")
    trust.as_("ceo").get("/talent-overview")
    amina = _own(trust)
    told = [
        amina.get(f"{trust.at('amina')}/reads").get_data(as_text=True),
        trust.as_("hr").get(f"{trust.at('amina')}/reads").get_data(as_text=True),
        amina.get(f"{trust.at('amina')}/changes").get_data(as_text=True),
        str(trust.events()),
    ]
    assert all("review" not in one and "talent" not in one and "challenge" not in one for one in told)
    kept = [row["what"] for row in trust.database["reads"].find({"confidential": True})]
    assert kept == ["list_talent_reviews", "read_talent_overview"]
    for who in ("hr", "amina", "ben", "helen", "trustee", "operations", "data protection"):
        asked = trust.as_(who)
        assert asked.get(f"{trust.at('amina')}/talent-reviews").status_code in (403, 404), who
        assert asked.get("/talent-overview").status_code == 403, who
        assert asked.get("/succession").status_code == 403, who


def test_succession_names_holders_candidates_and_gaps(trust: Any) -> None:
    sil, path = trust.as_("sil"), f"/succession/{trust.ids['elm']}/headteacher/candidates/{trust.ids['ben']}"
    put = sil.send("PUT", path, {"ready": "soon", "developing": "Leads the budget"})
    assert put.status_code == 200, put.get_data(as_text=True)
    found = sil.get("/succession", organisation=trust.ids["elm"]).get_json()
    headship, deputyship = found["items"]
    assert (headship["organisation_name"], headship["post"], headship["gaps"]) == (
        "Elm Primary Academy",
        "headteacher",
        ["one_successor"],
    )
    assert [one["name"] for one in headship["holders"]] == ["Helen Elmhurst"]
    assert [(one["name"], one["developing"]) for one in headship["candidates"]] == [("Ben Okafor", "Leads the budget")]
    assert (deputyship["post"], deputyship["gaps"]) == ("deputy_headteacher", ["no_successor"])
    assert sil.send("DELETE", path).status_code == 204
    assert sil.send("DELETE", path).status_code == 204
    assert sil.get("/succession", organisation=trust.ids["elm"]).get_json()["items"][0]["candidates"] == []


def test_only_key_posts_of_the_trust_have_candidates(trust: Any) -> None:
    sil = trust.as_("sil")
    for place, post in (("elm", "teacher"), ("central", "headteacher"), ("elm", "chief_executive")):
        path = f"/succession/{trust.ids[place]}/{post}/candidates/{trust.ids['ben']}"
        assert sil.send("PUT", path, {"ready": "later"}).status_code == 409, post
    nobody = f"/succession/{trust.ids['elm']}/headteacher/candidates/{trust.ids['elm']}"
    assert sil.send("PUT", nobody, {"ready": "later"}).status_code == 404


def test_two_records_made_one_are_one_candidate_with_one_list_of_strengths(trust: Any) -> None:
    _declare(trust)
    _review(trust)
    path = f"/succession/{trust.ids['ash']}/headteacher/candidates/{trust.ids['amina']}"
    trust.as_("sil").send("PUT", path, {"ready": "ready_now"})
    again = trust.add("again", "Amina", "Khan")
    merged = trust.as_("hr").send(
        "POST",
        f"{trust.at('again')}/merges",
        {"other": trust.ids["amina"]},
        headers={"If-Match": f'"{again["version"]}"'},
    )
    assert merged.status_code == 200, merged.get_data(as_text=True)
    sil = trust.as_("sil")
    assert len(sil.get(f"{trust.at('again')}/strengths").get_json()["items"]) == 1
    assert [one["person"] for one in sil.get("/strengths", area="phonics").get_json()["items"]] == [trust.ids["again"]]
    assert len(sil.get(f"{trust.at('again')}/talent-reviews").get_json()["items"]) == 1
    assert [one["person"] for one in sil.get("/talent-overview").get_json()["items"]] == [trust.ids["again"]]
    (headship, *_) = sil.get("/succession", organisation=trust.ids["ash"]).get_json()["items"]
    assert [one["person"] for one in headship["candidates"]] == [trust.ids["again"]]


def test_a_strength_that_came_with_another_record_stands_in_its_area(trust: Any) -> None:
    trust.add("again", "Amina", "Khan", email="again@oaktrees.example")
    trust.appoint("again", "ash", "governor")
    again, said = trust.as_("again"), {"area": "phonics", "level": "secure"}
    assert again.post("/sign-ins").status_code == 201
    assert again.post(f"{trust.at('again')}/strengths", said).status_code == 201
    other = {"other": trust.ids["again"], "keeps": "into"}
    trust.hr("POST", f"{trust.at('amina')}/merges", other, **{"If-Match": f'"{trust.person("amina")["version"]}"'})

    refused = trust.as_("amina").post(f"{trust.at('amina')}/strengths", said)

    assert refused.get_json()["type"].endswith("strength-there")
