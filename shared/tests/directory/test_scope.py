"""Who sees whom, on which day."""

from datetime import date
from typing import Any

import pytest
from pymongo.database import Database

from directory.scope import FRESH_SECONDS
from directory.testing import ISSUER, Trust, holds, managed_by, signs_in_as
from servicekit.clock import london_today
from servicekit.mongo import Document
from servicekit.problems import ScopeUnknown
from servicekit.roles import Relation
from servicekit.testing import FixedClock

OWN, DIRECT_REPORT, LEADS_ACADEMY = Relation.OWN, Relation.DIRECT_REPORT, Relation.LEADS_ACADEMY
TODAY = date(2026, 11, 23)
pytestmark = pytest.mark.engines


@pytest.fixture
def trust(database: Database[Document]) -> Trust:
    return Trust(database)


def seen_as(trust: Trust, caller: str, person: str, day: date = TODAY) -> set[Relation]:
    """Every way in which `caller` sees `person`, after holding the three answers of the scope against each other."""
    scope = trust.scope()
    found = scope.relations(caller, person, day)
    for relation in Relation:
        expected = person in trust.seen(scope, caller, day, relation)
        assert (relation in found) is expected
        assert (person in scope.person_ids(caller, frozenset({relation}), day)) is expected
    return set(found)


def test_everybody_sees_themselves_and_a_colleague_sees_nobody(trust: Trust) -> None:
    elm = trust.academy()
    teacher, colleague = (trust.person(appointments=[holds(elm)]) for _ in range(2))

    assert seen_as(trust, teacher, teacher) == {OWN}
    assert seen_as(trust, colleague, teacher) == set()


@pytest.mark.parametrize("post", ["headteacher", "acting_headteacher", "executive_headteacher"])
def test_a_head_sees_the_people_of_their_academy_and_no_others(trust: Trust, post: str) -> None:
    elm, ash = trust.academy(), trust.academy()
    head = trust.person(appointments=[holds(elm, post)])
    at_elm, at_ash = trust.person(appointments=[holds(elm)]), trust.person(appointments=[holds(ash)])

    assert seen_as(trust, head, at_elm) == {LEADS_ACADEMY}
    assert seen_as(trust, head, at_ash) == set()
    assert seen_as(trust, head, head) == {OWN}


def test_a_deputy_leads_nobody(trust: Trust) -> None:
    elm = trust.academy()
    deputy = trust.person(appointments=[holds(elm, "deputy_headteacher")])

    assert seen_as(trust, deputy, trust.person(appointments=[holds(elm)])) == set()


def test_co_heads_both_see_everybody_and_each_other(trust: Trust) -> None:
    elm = trust.academy()
    one, other = (trust.person(appointments=[holds(elm, "headteacher")]) for _ in range(2))
    teacher = trust.person(appointments=[holds(elm)])

    assert seen_as(trust, one, teacher) == seen_as(trust, other, teacher) == {LEADS_ACADEMY}
    assert seen_as(trust, one, other) == seen_as(trust, other, one) == {LEADS_ACADEMY}


def test_an_executive_head_sees_the_people_of_each_academy_they_lead(trust: Trust) -> None:
    elm, ash, oak = trust.academy(), trust.academy(), trust.academy()
    executive = trust.person(
        appointments=[holds(elm, "executive_headteacher"), holds(ash, "executive_headteacher"), holds(oak)]
    )
    people = {name: trust.person(appointments=[holds(name)]) for name in (elm, ash, oak)}

    assert seen_as(trust, executive, people[elm]) == seen_as(trust, executive, people[ash]) == {LEADS_ACADEMY}
    assert seen_as(trust, executive, people[oak]) == set()


def test_a_leading_post_in_the_central_team_leads_nobody(trust: Trust) -> None:
    central = trust.central_team()
    executive = trust.person(appointments=[holds(central, "executive_headteacher")])

    assert seen_as(trust, executive, trust.person(appointments=[holds(central, "hr_officer")])) == set()


def test_an_academy_that_has_not_arrived_yet_is_led_by_nobody(trust: Trust) -> None:
    unheard_of = "019712c0-0000-7000-8000-000000000001"
    head = trust.person(appointments=[holds(unheard_of, "headteacher")])
    teacher = trust.person(appointments=[holds(unheard_of)])
    assert seen_as(trust, head, teacher) == set()

    trust.academy(unheard_of)

    assert seen_as(trust, head, teacher) == {LEADS_ACADEMY}


def test_somebody_at_two_academies_is_seen_by_both_heads(trust: Trust) -> None:
    elm, ash = trust.academy(), trust.academy()
    heads = [trust.person(appointments=[holds(place, "headteacher")]) for place in (elm, ash)]
    shared = trust.person(appointments=[holds(elm), holds(ash)])

    assert [seen_as(trust, head, shared) for head in heads] == [{LEADS_ACADEMY}, {LEADS_ACADEMY}]


@pytest.mark.parametrize(
    ("day", "seen"), [("2026-08-31", False), ("2026-09-01", True), ("2027-07-31", True), ("2027-08-01", False)]
)
def test_a_line_manager_sees_their_reports_wherever_they_work_on_the_days_between(
    trust: Trust, day: str, seen: bool
) -> None:
    manager = trust.person(appointments=[holds(trust.academy())])
    report = trust.person(
        appointments=[holds(trust.academy())], line_managers=[managed_by(manager, "2026-09-01", "2027-07-31")]
    )

    assert seen_as(trust, manager, report, date.fromisoformat(day)) == ({DIRECT_REPORT} if seen else set())


def test_a_head_who_is_also_the_line_manager_is_both(trust: Trust) -> None:
    elm = trust.academy()
    head = trust.person(appointments=[holds(elm, "headteacher")])
    teacher = trust.person(appointments=[holds(elm)], line_managers=[managed_by(head)])

    assert seen_as(trust, head, teacher) == {DIRECT_REPORT, LEADS_ACADEMY}


def test_a_leaver_is_seen_by_neither_head_nor_line_manager_and_sees_nobody(trust: Trust) -> None:
    elm = trust.academy()
    head = trust.person(appointments=[holds(elm, "headteacher")])
    gone = "2026-11-22"
    leaver = trust.person(appointments=[holds(elm, "headteacher", to=gone)], line_managers=[managed_by(head)])
    report = trust.person(appointments=[holds(elm)], line_managers=[managed_by(leaver)])

    assert seen_as(trust, head, leaver) == set()
    assert seen_as(trust, leaver, leaver) == seen_as(trust, leaver, report) == set()


def test_the_last_day_counts_and_the_day_after_does_not(trust: Trust) -> None:
    elm = trust.academy()
    head = trust.person(appointments=[holds(elm, "headteacher")])
    leaver = trust.person(appointments=[holds(elm, to="2026-11-23")], sign_ins=[signs_in_as("leaver")])
    scope = trust.scope()

    assert seen_as(trust, head, leaver, date(2026, 11, 23)) == {LEADS_ACADEMY}
    assert scope.person_of(ISSUER, "leaver", date(2026, 11, 23)) == leaver
    assert seen_as(trust, head, leaver, date(2026, 11, 24)) == set()
    assert scope.person_of(ISSUER, "leaver", date(2026, 11, 24)) is None


def test_somebody_who_has_not_begun_yet_can_sign_in_and_is_seen_by_no_head(trust: Trust) -> None:
    elm = trust.academy()
    head = trust.person(appointments=[holds(elm, "headteacher")])
    joiner = trust.person(appointments=[holds(elm, from_="2027-01-04")], sign_ins=[signs_in_as("joiner")])

    assert trust.scope().person_of(ISSUER, "joiner", TODAY) == joiner
    assert seen_as(trust, head, joiner) == set()
    assert seen_as(trust, head, joiner, date(2027, 1, 4)) == {LEADS_ACADEMY}


def test_a_governor_without_an_appointment_has_not_left(trust: Trust) -> None:
    chair = trust.person()
    governor = trust.person(kind="governor", line_managers=[managed_by(chair)], sign_ins=[signs_in_as("governor")])

    assert trust.scope().person_of(ISSUER, "governor", TODAY) == governor
    assert seen_as(trust, chair, governor) == {DIRECT_REPORT}


def test_a_move_recorded_in_june_takes_effect_at_londons_midnight_with_no_event(
    trust: Trust, clock: FixedClock
) -> None:
    elm, ash = trust.academy(), trust.academy()
    old, new = (trust.person(appointments=[holds(place, "headteacher")]) for place in (elm, ash))
    moves = trust.person(appointments=[holds(elm, to="2027-08-31"), holds(ash, from_="2027-09-01")])
    scope = trust.scope(fresh=FRESH_SECONDS)

    # British summer time is an hour ahead of UTC: midnight in London is 23:00 UTC.
    clock.set("2027-08-31T22:59:59.999+00:00")
    before = [scope.relations(head, moves, london_today(clock())) for head in (old, new)]
    clock.set("2027-08-31T23:00:00.000+00:00")
    after = [scope.relations(head, moves, london_today(clock())) for head in (old, new)]

    assert before == [{LEADS_ACADEMY}, frozenset()]
    assert after == [frozenset(), {LEADS_ACADEMY}]


def test_a_headship_that_begins_today_reaches_from_midnight_even_when_the_caller_is_remembered(
    trust: Trust, clock: FixedClock
) -> None:
    elm = trust.academy()
    head = trust.person(appointments=[holds(elm), holds(elm, "headteacher", from_="2027-01-01")])
    teacher = trust.person(appointments=[holds(elm)])
    scope = trust.scope(fresh=FRESH_SECONDS)

    clock.set("2026-12-31T23:59:59.999+00:00")
    assert scope.relations(head, teacher, london_today(clock())) == frozenset()
    clock.set("2027-01-01T00:00:00.000+00:00")
    assert scope.relations(head, teacher, london_today(clock())) == {LEADS_ACADEMY}


def test_what_is_known_of_a_caller_is_used_again_for_some_seconds_and_no_longer(trust: Trust) -> None:
    elm = trust.academy()
    head = trust.person(appointments=[holds(elm, "headteacher")], sign_ins=[signs_in_as("head")])
    teacher = trust.person(appointments=[holds(elm)])
    scope = trust.scope(fresh=FRESH_SECONDS)
    assert scope.person_of(ISSUER, "head", TODAY) == head
    assert scope.relations(head, teacher, TODAY) == {LEADS_ACADEMY}

    trust.person(head, appointments=[holds(elm)])  # no head any more, and unbound

    trust.seconds = FRESH_SECONDS - 0.001
    assert scope.person_of(ISSUER, "head", TODAY) == head
    assert scope.relations(head, teacher, TODAY) == {LEADS_ACADEMY}
    trust.seconds = FRESH_SECONDS
    assert scope.person_of(ISSUER, "head", TODAY) is None
    assert scope.relations(head, teacher, TODAY) == frozenset()


def test_more_callers_than_there_is_room_for_are_judged_rightly_all_the_same(trust: Trust) -> None:
    elm = trust.academy()
    heads = [
        trust.person(appointments=[holds(elm, "headteacher")], sign_ins=[signs_in_as(f"head {number}")])
        for number in range(5)
    ]
    teacher = trust.person(appointments=[holds(elm)])
    scope = trust.scope(fresh=FRESH_SECONDS, most=2)

    for _ in range(2):
        assert [scope.person_of(ISSUER, f"head {number}", TODAY) for number in range(5)] == heads
        assert {scope.relations(head, teacher, TODAY) for head in heads} == {frozenset({LEADS_ACADEMY})}


def test_what_is_known_of_a_caller_is_never_used_for_more_than_thirty_seconds() -> None:
    assert FRESH_SECONDS <= 30


def test_somebody_who_is_bound_may_sign_in_at_once_though_they_tried_before(trust: Trust) -> None:
    scope = trust.scope(fresh=FRESH_SECONDS)
    assert scope.person_of(ISSUER, "new", TODAY) is None

    person = trust.person(sign_ins=[signs_in_as("new")])

    assert scope.person_of(ISSUER, "new", TODAY) == person


@pytest.mark.parametrize(
    ("binding", "why"),
    [
        (signs_in_as("other"), "another subject"),
        (signs_in_as("head", issuer="https://other.example"), "another issuer"),
        (signs_in_as("head", to="2026-11-22"), "ended yesterday"),
        (signs_in_as("head", from_="2026-11-24"), "begins tomorrow"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_sign_in_is_nobodys_by(trust: Trust, binding: dict[str, Any], why: str) -> None:
    trust.person(sign_ins=[binding])

    assert trust.scope().person_of(ISSUER, "head", TODAY) is None


def test_issuer_and_subject_must_be_of_the_same_sign_in(trust: Trust) -> None:
    trust.person(sign_ins=[signs_in_as("head", issuer="https://other.example"), signs_in_as("other")])

    assert trust.scope().person_of(ISSUER, "head", TODAY) is None


def test_a_sign_in_that_two_people_claim_is_nobodys(trust: Trust) -> None:
    for _ in range(2):
        trust.person(sign_ins=[signs_in_as("shared")])

    assert trust.scope().person_of(ISSUER, "shared", TODAY) is None


def test_somebody_unknown_stands_to_nobody_and_nobody_to_them(trust: Trust) -> None:
    known = trust.person()
    nobody = "019712c0-0000-7000-8000-00000000ffff"

    assert trust.scope().relations(nobody, known, TODAY) == frozenset()
    assert trust.scope().relations(nobody, nobody, TODAY) == frozenset()
    assert trust.scope().relations(known, nobody, TODAY) == frozenset()
    assert trust.seen(trust.scope(), nobody, TODAY, *Relation) == set()


def test_no_relation_asked_for_is_nobody_seen(trust: Trust) -> None:
    known = trust.person()

    assert trust.scope().person_ids(known, frozenset(), TODAY) == []


def test_after_a_quarter_of_an_hour_of_silence_heads_and_managers_see_nobody_but_themselves(trust: Trust) -> None:
    elm = trust.academy()
    head, teacher = trust.person(appointments=[holds(elm, "headteacher")]), trust.person(appointments=[holds(elm)])
    manager = trust.person(appointments=[holds(trust.academy())])
    trust.person(teacher, appointments=[holds(elm)], line_managers=[managed_by(manager)])
    trust.heard(0, 16)

    for caller in (head, manager):
        with pytest.raises(ScopeUnknown, match="for 16 minutes"):
            trust.scope().relations(caller, teacher, TODAY)
        with pytest.raises(ScopeUnknown):
            trust.seen(trust.scope(), caller, TODAY, *Relation)
        with pytest.raises(ScopeUnknown):
            trust.scope().person_ids(caller, frozenset(Relation), TODAY)
        assert trust.scope().relations(caller, caller, TODAY) == {OWN}
        assert trust.seen(trust.scope(), caller, TODAY, OWN) == {caller}


def test_silence_is_nothing_to_somebody_who_sees_nobody_else(trust: Trust) -> None:
    elm = trust.academy()
    teacher, colleague = (trust.person(appointments=[holds(elm)]) for _ in range(2))
    trust.heard(600)

    assert trust.scope().relations(teacher, colleague, TODAY) == set()
    assert trust.scope().relations(teacher, teacher, TODAY) == {OWN}
    assert trust.seen(trust.scope(), teacher, TODAY, *Relation) == {teacher}


def test_a_quarter_of_an_hour_is_not_too_long_and_the_next_word_ends_a_silence(trust: Trust) -> None:
    elm = trust.academy()
    head, teacher = trust.person(appointments=[holds(elm, "headteacher")]), trust.person(appointments=[holds(elm)])
    trust.heard(15)
    scope = trust.scope(fresh=FRESH_SECONDS)
    assert scope.relations(head, teacher, TODAY) == {LEADS_ACADEMY}

    trust.clock.advance(seconds=1)
    trust.seconds += FRESH_SECONDS
    with pytest.raises(ScopeUnknown):
        scope.relations(head, teacher, TODAY)

    trust.heard(0)
    trust.seconds += FRESH_SECONDS
    assert scope.relations(head, teacher, TODAY) == {LEADS_ACADEMY}
