"""Joiners, movers, leavers and returners over HTTP, and who sees them when."""

from typing import Any

import pytest


def appointments(person: dict[str, Any]) -> list[tuple[str, str, float, str, str | None]]:
    """Where, what, how much, from when to when."""
    return [(one["organisation"], one["post"], one["fte"], one["from"], one["to"]) for one in person["appointments"]]


def refused(response: Any, status: int, kind: str) -> dict[str, Any]:
    """The problem, which must be of this kind."""
    problem = response.get_json()
    assert (response.status_code, problem["type"]) == (status, f"urn:acorn:problem:{kind}"), problem
    assert response.content_type == "application/problem+json"
    return dict(problem)


def test_a_career_is_told_event_by_event(trust: Any) -> None:
    trust.move("amina", "ash", "2027-01-04")
    trust.appoint("amina", "elm", "governor", "2027-02-01")
    ash = trust.person("amina")["appointments"][1]["id"]
    governor = trust.person("amina")["appointments"][2]["id"]
    for appointment in (governor, ash):
        end = {"on": "2027-07-31", "reason": "resigned", "destination": "another_school"}
        trust.hr("POST", f"{trust.at('amina')}/appointments/{appointment}/end", end)
    trust.appoint("amina", "elm", "senco", "2028-09-01", fte=0.6)
    assert trust.types("amina") == [
        "added",
        "joined",
        "line-manager-changed",
        "sign-in-bound",
        "moved",
        "appointed",
        "changed",
        "left",
        "returned",
    ]
    elm, ash_id = trust.ids["elm"], trust.ids["ash"]
    assert appointments(trust.person("amina")) == [
        (elm, "teacher", 1.0, "2019-09-01", "2027-01-03"),
        (ash_id, "teacher", 1.0, "2027-01-04", "2027-07-31"),
        (elm, "governor", 1.0, "2027-02-01", "2027-07-31"),
        (elm, "senco", 0.6, "2028-09-01", None),
    ]


def test_every_event_carries_the_whole_published_state_at_its_version(trust: Any) -> None:
    trust.move("amina", "ash", "2027-01-04")
    events = trust.events("amina")
    assert [event["data"]["version"] for event in events] == list(range(1, len(events) + 1))
    for event in events:
        assert event["subject"] == event["data"]["state"]["id"] == trust.ids["amina"]
        assert event["source"] == "/acorn/staff"
    state = events[-1]["data"]["state"]
    assert set(state) == {
        *("id", "kind", "given_name", "family_name", "email", "trn", "employee_numbers"),
        *("appointments", "line_managers", "sign_ins", "former_ids", "merged_into"),
        *("responsibilities", "year_groups", "absences", "delegates"),
    }
    assert set(state["appointments"][0]) == {"id", "organisation", "post", "fte", "from", "to", "working_days"}
    row = trust.database["outbox"].find_one({"key": trust.ids["amina"]})
    assert row["topic"] == "staff.people"


def test_a_move_ends_the_day_before_and_starts_on_the_day(trust: Any) -> None:
    person = trust.move("amina", "ash", "2027-01-04", fte=0.8, why="Support for Ash.")
    assert appointments(person)[0][4] == "2027-01-03"
    assert appointments(person)[1] == (trust.ids["ash"], "teacher", 0.8, "2027-01-04", None)
    assert person["appointments"][0]["reason"] == "moved_in_trust"


def test_a_move_takes_effect_at_midnight_in_london_without_an_event(trust: Any) -> None:
    trust.move("amina", "ash", "2027-06-01")
    trust.manage("amina", None, "2027-06-01")
    events = len(trust.events())
    trust.clock.set("2027-05-31T22:59:59Z")  # 23:59:59 in London's summer
    assert trust.as_("helen").get(trust.at("amina")).status_code == 200
    assert trust.as_("hugo").get(trust.at("amina")).status_code == 404
    assert "Amina" in trust.as_("helen").names()
    trust.clock.set("2027-05-31T23:00:00Z")
    assert trust.as_("helen").get(trust.at("amina")).status_code == 404
    assert trust.as_("hugo").get(trust.at("amina")).status_code == 200
    assert "Amina" not in trust.as_("helen").names()
    assert "Amina" in trust.as_("hugo").names()
    assert len(trust.events()) == events


def test_who_works_at_two_academies_is_seen_by_both_heads(trust: Any) -> None:
    first = trust.person("amina")["appointments"][0]["id"]
    half = {"appointment": first, "organisation": trust.ids["elm"], "on": "2026-11-01", "fte": 0.5}
    trust.hr("POST", f"{trust.at('amina')}/moves", half)
    trust.appoint("amina", "ash", "teacher", "2026-11-01", fte=0.5)
    for who in ("helen", "hugo"):
        assert trust.as_(who).get(trust.at("amina")).status_code == 200


def test_a_leaver_stays_in_history_for_hr_sil_and_ceo_only(trust: Any) -> None:
    left = trust.end("amina", "2026-11-22", destination="left_education")
    assert left["appointments"][0]["destination"] == "left_education"
    assert trust.types("amina")[-1] == "left"
    for who, status in (("hr", 200), ("sil", 200), ("ceo", 200), ("helen", 404), ("ben", 404), ("amina", 403)):
        assert trust.as_(who).get(trust.at("amina")).status_code == status, who


def test_more_than_one_full_time_job_needs_hrs_explicit_override(trust: Any) -> None:
    new = {"organisation": trust.ids["ash"], "post": "teacher", "from": "2027-01-04", "fte": 0.2}
    at = f"{trust.at('amina')}/appointments"
    problem = refused(trust.as_("hr").post(at, new), 409, "fte-exceeded")
    assert (problem["day"], problem["fte"]) == ("2027-01-04", 1.2)
    refused(trust.as_("hr").post(at, {**new, "override": {}}), 422, "invalid")
    response = trust.as_("hr").post(at, {**new, "override": {"why": "Covers an absence."}})
    assert response.status_code == 201
    assert response.get_json()["appointments"][1]["override"] == {
        "by": "sign-in:subject of hr",
        "by_name": None,
        "at": "2026-11-23T09:00:00.000Z",
        "why": "Covers an absence.",
    }


def test_the_same_post_at_the_same_academy_twice_is_refused(trust: Any) -> None:
    new = {"organisation": trust.ids["elm"], "post": "teacher", "from": "2027-01-04", "fte": 0.1}
    refused(trust.as_("hr").post(f"{trust.at('amina')}/appointments", new), 409, "appointments-overlap")


def test_an_appointment_that_has_ended_is_not_ended_otherwise_nor_moved(trust: Any) -> None:
    person = trust.end("amina", "2027-07-31")
    first = person["appointments"][0]["id"]
    at = f"{trust.at('amina')}/appointments/{first}/end"
    assert trust.hr("POST", at, {"on": "2027-07-31", "reason": "resigned"})["version"] == person["version"]
    refused(trust.as_("hr").post(at, {"on": "2027-06-30", "reason": "resigned"}), 409, "end-recorded")
    move = {"appointment": first, "organisation": trust.ids["ash"], "on": "2027-02-01"}
    refused(trust.as_("hr").post(f"{trust.at('amina')}/moves", move), 409, "end-recorded")
    later = {**move, "on": "2027-09-01"}
    refused(trust.as_("hr").post(f"{trust.at('amina')}/moves", later), 409, "appointment-ended")


def test_leaving_before_a_planned_move_says_that_the_move_is_in_the_way(trust: Any) -> None:
    person = trust.move("amina", "ash", "2027-01-04")
    first = person["appointments"][0]["id"]
    at = f"{trust.at('amina')}/appointments/{first}/end"
    problem = refused(trust.as_("hr").post(at, {"on": "2026-12-31", "reason": "resigned"}), 409, "move-recorded")
    assert (problem["on"], "2027-01-04" in problem["detail"]) == ("2027-01-04", True)


def test_somebody_with_several_posts_leaves_in_one_go(trust: Any) -> None:
    before = trust.appoint("amina", "ash", "governor", "2026-09-01")
    leave = {"on": "2027-07-31", "reason": "retired", "destination": "retirement"}
    left = trust.hr("POST", f"{trust.at('amina')}/departure", leave)
    assert {(one["to"], one["reason"]) for one in left["appointments"]} == {("2027-07-31", "retired")}
    assert left["version"] == before["version"] + 1
    assert trust.types("amina")[-1] == "left"
    assert trust.hr("POST", f"{trust.at('amina')}/departure", leave)["version"] == left["version"]


def test_who_is_to_move_leaves_before_only_once_the_move_is_taken_back(trust: Any) -> None:
    trust.move("amina", "ash", "2027-01-04")
    leave = {"on": "2026-12-31", "reason": "resigned"}
    refused(trust.as_("hr").post(f"{trust.at('amina')}/departure", leave), 409, "move-recorded")


def test_a_resignation_is_taken_back_before_its_last_day_has_passed(trust: Any) -> None:
    before = trust.person("amina")["appointments"][0]
    left = trust.end("amina", "2027-07-31")
    at = f"{trust.at('amina')}/appointments/{before['id']}/end/retraction"
    stays = trust.hr("POST", at, {"why": "Talked with the head."})
    assert stays["appointments"] == [before]
    assert stays["version"] == left["version"] + 1
    assert trust.types("amina")[-1] == "retained"
    change = trust.hr("GET", f"{trust.at('amina')}/changes")["items"][0]
    assert (change["why"], change["because"]) == ("Talked with the head.", "staff.person-retained.v1")
    refused(trust.as_("hr").post(at, {}), 409, "no-end-recorded")


def test_a_planned_move_is_called_off_and_another_can_be_planned(trust: Any) -> None:
    before = trust.person("amina")["appointments"]
    moving = trust.move("amina", "ash", "2027-01-04")["appointments"]
    assert moving[1]["follows"] == before[0]["id"]
    at = f"{trust.at('amina')}/appointments/{before[0]['id']}/end/retraction"
    assert trust.hr("POST", at, {})["appointments"] == before
    assert trust.events()[-1]["data"]["state"]["appointments"][0]["to"] is None
    assert len(trust.move("amina", "ash", "2027-02-01")["appointments"]) == 2


def test_an_end_that_has_come_is_not_taken_back(trust: Any) -> None:
    left = trust.end("amina", "2026-11-22")
    at = f"{trust.at('amina')}/appointments/{left['appointments'][0]['id']}/end/retraction"
    problem = refused(trust.as_("hr").post(at, {}), 409, "end-is-past")
    assert "2026-11-22" in problem["detail"]
    assert trust.person("amina")["version"] == left["version"]


def test_a_move_to_where_somebody_is_already_is_answered_at_the_same_version(trust: Any) -> None:
    before, events = trust.person("amina"), len(trust.events())
    assert trust.move("amina", "elm", "2027-01-04") == before
    assert len(trust.events()) == events


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("appointments", {"post": "senco", "from": "2027-01-04", "to": "2027-01-03", "fte": 0.1}, "/to"),
        ("appointments", {"post": "senco", "from": "2027-02-30"}, "/from"),
        ("appointments", {"post": "wizard", "from": "2027-01-04"}, "/post"),
        ("appointments", {"post": "senco", "from": "2027-01-04", "fte": 0}, "/fte"),
        ("appointments", {"post": "senco", "from": "2027-01-04", "fte": 1.5}, "/fte"),
        ("appointments", {"post": "senco", "from": "2027-01-04", "fte": 0.12345}, "/fte"),
        ("appointments", {"post": "senco", "from": "2027-01-04", "fte": "0.5"}, "/fte"),
        ("appointments", {"post": "senco", "from": "2027-01-04", "fte": True}, "/fte"),
        ("appointments", {"post": "senco"}, "/from"),
        ("moves", {"on": "2019-09-01"}, "/on"),
        ("moves", {"on": "1066-10-14"}, "/on"),
        ("moves", {}, "/on"),
    ],
)
def test_what_cannot_be_is_refused_with_a_pointer(trust: Any, path: str, body: dict[str, Any], pointer: str) -> None:
    body = {"organisation": trust.ids["ash"], **body}
    if path == "moves":
        body["appointment"] = trust.person("amina")["appointments"][0]["id"]
    response = trust.as_("hr").post(f"{trust.at('amina')}/{path}", body)
    assert response.status_code == 422, response.get_json()
    assert [one["pointer"] for one in response.get_json()["errors"]] == [pointer]


def test_an_end_before_the_first_day_is_refused(trust: Any) -> None:
    first = trust.person("amina")["appointments"][0]["id"]
    at = f"{trust.at('amina')}/appointments/{first}/end"
    problem = refused(trust.as_("hr").post(at, {"on": "2019-08-31", "reason": "resigned"}), 422, "ends-before-start")
    assert problem["errors"][0]["pointer"] == "/on"


def test_an_organisation_nobody_knows_is_refused_with_a_pointer(trust: Any) -> None:
    new = {"organisation": trust.ids["amina"], "post": "governor", "from": "2027-01-04"}
    problem = refused(trust.as_("hr").post(f"{trust.at('amina')}/appointments", new), 422, "invalid")
    assert problem["errors"][0]["pointer"] == "/organisation"


def test_an_appointment_of_somebody_else_is_not_found(trust: Any) -> None:
    others = trust.person("ben")["appointments"][0]["id"]
    at = f"{trust.at('amina')}/appointments/{others}/end"
    refused(trust.as_("hr").post(at, {"on": "2027-07-31", "reason": "resigned"}), 404, "not-found")
    nobody = "/people/0197f0a4-0000-7000-8000-000000000000/appointments"
    new = {"organisation": trust.ids["elm"], "post": "governor", "from": "2027-01-04"}
    refused(trust.as_("hr").post(nobody, new), 404, "not-found")


def test_only_hr_appoints_moves_and_ends(trust: Any) -> None:
    first = trust.person("amina")["appointments"][0]["id"]
    for who in ("amina", "ben", "helen", "sil", "ceo", "operations"):
        for path in ("appointments", "moves", f"appointments/{first}/end"):
            assert trust.as_(who).post(f"{trust.at('amina')}/{path}", {}).status_code == 403
        assert trust.as_(who).send("PUT", f"{trust.at('amina')}/line-manager", {}).status_code == 403


def test_everybody_signed_in_reads_the_posts(empty: Any) -> None:
    posts = {one["code"]: one for one in empty.as_("trustee").get("/posts").get_json()["items"]}
    assert posts["headteacher"] == {"code": "headteacher", "title": "Headteacher", "leads": True, "counts": True}
    assert posts["governor"]["counts"] is False
