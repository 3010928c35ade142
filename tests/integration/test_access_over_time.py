"""Access follows the facts across both services: moves, leavers, unbound sign-ins, and who looked at whom."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
import requests

from servicekit.clock import instant, utc_now
from servicekit.generations import live
from servicekit.mongo import projection
from servicekit.testing import wait_until

if TYPE_CHECKING:
    from tests.integration.conftest import Trust

pytestmark = pytest.mark.engines

SECONDS = 20
"""More than an event takes to the other service, and a caller's scope to be forgotten."""

Json = dict[str, Any]


@pytest.fixture
def joiner(trust: "Trust") -> str:
    """A new teacher of Elm with one CPD record, known in both services; a name in `trust.people`."""
    name = trust.join("elm")
    record = {"title": "Joined", "kind": "course", "date": str(trust.yesterday), "hours": 1}
    path = f"/v1/people/{trust.person(name)}/records"
    wait_until(lambda: trust.ask(name, "cpd", "POST", path, json=record).status_code == 201, SECONDS, "cpd knows them")
    return name


def history(trust: "Trust", who: str, whose: str) -> requests.Response:
    return trust.ask(who, "cpd", "GET", f"/v1/people/{trust.person(whose)}/history")


def eventually(trust: "Trust", statuses: dict[str, int], whose: str) -> None:
    """Wait until each of these callers is answered so when they look at somebody's history in the other service."""

    def found() -> dict[str, int]:
        return {who: history(trust, who, whose).status_code for who in statuses}

    wait_until(lambda: found() == statuses, SECONDS, f"{statuses} for the history of {whose}, not {found()}")


def test_who_moves_academy_today_is_seen_by_the_new_head_and_no_longer_by_the_old(trust: "Trust", joiner: str) -> None:
    eventually(trust, {"head_elm": 200, "head_ash": 404}, joiner)
    move = {"organisation": trust.organisations["ash"], "on": str(trust.today)}
    path = f"/v1/people/{trust.person(joiner)}/moves"

    trust.send("hr", "staff", "POST", path, {"appointment": trust.appointments[joiner], **move})

    eventually(trust, {"head_elm": 404, "head_ash": 200}, joiner)
    titles = [record["title"] for record in history(trust, "head_ash", joiner).json()["items"]]
    assert titles == ["Joined"], "the new head sees what was done before the move too"


def test_who_moves_academy_tomorrow_is_seen_by_the_old_head_today(trust: "Trust", joiner: str) -> None:
    move = {"organisation": trust.organisations["ash"], "on": str(trust.tomorrow)}
    path = f"/v1/people/{trust.person(joiner)}"
    moved = trust.send("hr", "staff", "POST", f"{path}/moves", {"appointment": trust.appointments[joiner], **move})

    for service in ("staff", "cpd"):
        wait_until(lambda service=service: heard(trust, service, joiner, moved["version"]), SECONDS, "it is heard")  # type: ignore[misc]
        look = path if service == "staff" else f"{path}/history"
        assert trust.ask("head_elm", service, "GET", look).status_code == 200
        assert trust.ask("head_ash", service, "GET", look).status_code == 404


def heard(trust: "Trust", service: str, name: str, version: int) -> bool:
    """Tell whether a service holds somebody at a version at least."""
    return trust.version_in(service, trust.person(name)) >= version


def test_a_second_academy_lets_its_head_see_too(trust: "Trust", joiner: str) -> None:
    part = {"organisation": trust.organisations["ash"], "post": "governor", "fte": 0.1, "from": str(trust.today)}

    trust.send("hr", "staff", "POST", f"/v1/people/{trust.person(joiner)}/appointments", part)

    eventually(trust, {"head_elm": 200, "head_ash": 200}, joiner)


def test_a_line_manager_sees_from_the_day_that_hr_names_them(trust: "Trust", joiner: str) -> None:
    path = f"/v1/people/{trust.person(joiner)}/line-manager"
    eventually(trust, {"manager_elsewhere": 404}, joiner)

    trust.send("hr", "staff", "PUT", path, {"person": trust.person("manager_elsewhere"), "from": str(trust.today)})

    eventually(trust, {"manager_elsewhere": 200}, joiner)


def test_a_leaver_cannot_sign_in_and_is_seen_by_hr_sil_and_ceo_alone(trust: "Trust", joiner: str) -> None:
    eventually(trust, {joiner: 200, "head_elm": 200}, joiner)
    path = f"/v1/people/{trust.person(joiner)}/appointments/{trust.appointments[joiner]}/end"

    trust.send("hr", "staff", "POST", path, {"on": str(trust.yesterday), "reason": "retired"})

    eventually(trust, {joiner: 403, "head_elm": 404, "hr": 200, "sil": 200, "ceo": 200}, joiner)
    me = trust.read(joiner, "staff", "/v1/me")
    assert me["person"] is None


def test_an_unbound_sign_in_opens_nothing_until_it_is_bound_again(trust: "Trust", joiner: str) -> None:
    eventually(trust, {joiner: 200}, joiner)

    trust.send("hr", "staff", "DELETE", f"/v1/people/{trust.person(joiner)}/sign-ins", {})
    eventually(trust, {joiner: 403}, joiner)
    trust.send(joiner, "staff", "POST", "/v1/sign-ins", {})

    eventually(trust, {joiner: 200}, joiner)


@pytest.mark.parametrize(
    ("service", "look", "operation"),
    [
        ("staff", "/v1/people/{person}", "read_person"),
        ("cpd", "/v1/people/{person}/history", "read_history"),
        ("cpd", "/v1/people/{person}/hours", "read_hours"),
    ],
)
def test_a_read_by_somebody_else_is_audited_and_the_person_can_read_that(
    trust: "Trust", joiner: str, service: str, look: str, operation: str
) -> None:
    eventually(trust, {"head_elm": 200}, joiner)
    person = trust.person(joiner)
    before = reads(trust, joiner, service)

    trust.read("head_elm", service, look.format(person=person))
    trust.read("sil", service, look.format(person=person))
    trust.read(joiner, service, look.format(person=person))

    new = reads(trust, joiner, service)[: -len(before) or None]
    assert [(read["by"]["person"], read["what"]) for read in new] == [
        (trust.person("sil"), operation),
        (trust.person("head_elm"), operation),
    ]
    assert [read["by"]["name"] for read in new] == [trust.name_of("sil"), trust.name_of("head_elm")]
    assert reads(trust, "hr", service, of=joiner)[: len(new)] == new


def reads(trust: "Trust", who: str, service: str, of: str = "") -> list[Json]:
    found: list[Json] = trust.read(who, service, f"/v1/people/{trust.person(of or who)}/reads", limit=100)["items"]
    return found


def test_lists_and_exports_are_audited_for_each_person_that_they_show(trust: "Trust", joiner: str) -> None:
    eventually(trust, {"head_elm": 200}, joiner)
    person = trust.person(joiner)

    trust.read("head_elm", "staff", "/v1/people", limit=100)
    trust.read("head_elm", "cpd", "/v1/records", limit=100)
    exported = trust.ask("head_elm", "cpd", "GET", f"/v1/people/{person}/history", headers={"Accept": "text/csv"})

    assert exported.headers["Content-Type"].startswith("text/csv")
    looked = {(read["what"], read["by"]["person"]) for name in ("staff", "cpd") for read in reads(trust, joiner, name)}
    head = trust.person("head_elm")
    assert {("list_people", head), ("list_records", head), ("export_history", head)} <= looked


@pytest.mark.parametrize("who", ["head_elm", "manager_ash", "colleague", "sil", "ceo", "stranger"])
def test_who_looked_is_for_the_person_and_hr_only(trust: "Trust", who: str) -> None:
    for service in ("staff", "cpd"):
        answer = trust.ask(who, service, "GET", f"/v1/people/{trust.person('teacher')}/reads")
        assert answer.status_code in (403, 404)


def test_a_refused_look_is_not_a_read(trust: "Trust", joiner: str) -> None:
    for service, path in (("staff", ""), ("cpd", "/history")):
        before = reads(trust, joiner, service)
        assert trust.ask("head_ash", service, "GET", f"/v1/people/{trust.person(joiner)}{path}").status_code == 404
        assert reads(trust, joiner, service) == before


def test_nobody_verifies_their_own_cpd_whatever_their_role(trust: "Trust") -> None:
    own = f"/v1/people/{trust.person('hr_person')}/records"
    record = {"title": "Own", "kind": "course", "date": str(trust.yesterday), "hours": 1}
    made: Json = {}

    def declared() -> bool:
        answer = trust.ask("hr_person", "cpd", "POST", own, json=record)
        made.update(answer.json())
        return answer.status_code == 201

    wait_until(declared, SECONDS, "cpd knows HR's own person")
    answer = trust.ask("hr_person", "cpd", "POST", f"{own}/{made['id']}/verify", headers={"If-Match": '"1"'})

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:acorn:problem:own-record")


def test_silence_of_staff_closes_cpd_to_heads_until_it_is_heard_again(trust: "Trust", joiner: str) -> None:
    eventually(trust, {"head_elm": 200}, joiner)
    # A rebuild, which other tests ask for, would bring another generation.
    database = trust.running.databases["cpd"]
    heartbeats = database[projection("heartbeats", live(database))]
    wait_until(lambda: heartbeats.count_documents({}) == 24, SECONDS, "staff is heard in every partition")

    def answers(minutes_ago: int) -> list[int]:
        # Each time anew: staff goes on saying so each minute.
        heartbeats.update_many({}, {"$set": {"at": instant(utc_now() - timedelta(minutes=minutes_ago))}})
        return [history(trust, who, joiner).status_code for who in ("head_elm", joiner, "hr")]

    wait_until(lambda: answers(minutes_ago=20) == [503, 200, 200], SECONDS, "the head alone is refused")
    wait_until(lambda: answers(minutes_ago=0) == [200, 200, 200], SECONDS, "the head sees again")
