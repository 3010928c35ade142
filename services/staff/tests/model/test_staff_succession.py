"""Succession: the key posts, who holds them, who could follow, what is at risk; and talent reviews counted."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from acorn_staff.model.appointments import Appointment
from acorn_staff.model.organisation import Membership, Organisation, OrganisationKind
from acorn_staff.model.person import Kind, Person
from acorn_staff.model.succession import Candidate, Gap, Position, Ready, key_post, known_as, positions, relied_on
from acorn_staff.model.talent_reviews import Readiness, Risk, TalentReview, counted, reviewed

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def _place(
    id: str, kind: OrganisationKind = OrganisationKind.ACADEMY, membership: Membership = Membership.MEMBER
) -> Organisation:
    return Organisation(id=id, kind=kind, name=id.title(), membership=membership)


def _person(id: str, *jobs: tuple[str, str, str | None], at: str = "elm") -> Person:
    held = tuple(
        Appointment(
            id=f"{id}{number}",
            organisation=at,
            post=post,
            fte=1.0,
            from_=date.fromisoformat(from_),
            to=date.fromisoformat(to) if to else None,
        )
        for number, (post, from_, to) in enumerate(jobs)
    )
    return Person(id=id, kind=Kind.EMPLOYEE, given_name=id, family_name="X", appointments=held)


def _candidate(person: str, ready: Ready = Ready.NOW, at: str = "elm", post: str = "headteacher") -> Candidate:
    return Candidate(
        id=f"{person} {at} {post}", organisation=at, post=post, person=person, ready=ready, by="person:sil", at=NOW
    )


HELEN = _person("helen", ("headteacher", "2019-09-01", None))
BEN = _person("ben", ("deputy_headteacher", "2019-09-01", None))
AMINA = _person("amina", ("teacher", "2019-09-01", None))
ELM, ASH = _place("elm"), _place("ash")


def _headship(people: list[Person], *candidates: Candidate) -> Position:
    return next(one for one in positions([ELM], people, candidates, TODAY) if one.post == "headteacher")


def test_a_headship_is_there_vacant_or_not_and_a_deputyship_once_somebody_holds_it() -> None:
    assert [(one.organisation, one.post, one.gaps) for one in positions([ASH, ELM], [HELEN, BEN], [], TODAY)] == [
        ("ash", "headteacher", (Gap.VACANT, Gap.NO_SUCCESSOR)),
        ("elm", "headteacher", (Gap.NO_SUCCESSOR,)),
        ("elm", "deputy_headteacher", (Gap.NO_SUCCESSOR,)),
    ]


@pytest.mark.parametrize("membership", [Membership.PROSPECTIVE, Membership.LEFT])
def test_nothing_is_planned_for_an_academy_that_is_not_of_the_trust(membership: Membership) -> None:
    place = _place("elm", membership=membership)
    assert positions([place], [HELEN], [], TODAY) == []
    assert not key_post(place, "headteacher")


def test_the_central_team_has_key_posts_of_its_own() -> None:
    central = _place("central", OrganisationKind.CENTRAL_TEAM)
    assert [one.post for one in positions([central], [], [], TODAY)] == ["chief_executive", "school_improvement_lead"]
    assert not key_post(central, "headteacher")
    assert not key_post(ELM, "chief_executive")


@pytest.mark.parametrize(
    ("candidates", "gaps"),
    [
        ([], (Gap.NO_SUCCESSOR,)),
        ([_candidate("ben", Ready.LATER)], (Gap.NO_SUCCESSOR,)),
        ([_candidate("ben", Ready.SOON)], (Gap.ONE_SUCCESSOR,)),
        ([_candidate("ben"), _candidate("amina", Ready.SOON)], ()),
        ([_candidate("ben"), _candidate("helen")], (Gap.ONE_SUCCESSOR,)),
        ([_candidate("ben"), _candidate("gone")], (Gap.ONE_SUCCESSOR,)),
        ([_candidate("ben"), replace(_candidate("amina"), withdrawn=True)], (Gap.ONE_SUCCESSOR,)),
    ],
)
def test_a_post_is_at_risk_without_two_who_could_follow_soon(candidates: list[Candidate], gaps: tuple[Gap]) -> None:
    gone = _person("gone", ("teacher", "2019-09-01", "2026-08-31"))
    assert _headship([HELEN, BEN, AMINA, gone], *candidates).gaps == gaps


def test_the_readiest_candidate_comes_first() -> None:
    found = _headship([HELEN, BEN, AMINA], _candidate("amina", Ready.LATER), _candidate("ben", Ready.SOON))
    assert [one.person for one in found.candidates] == ["ben", "amina"]


def test_a_head_with_a_last_day_is_leaving_unless_they_go_on_in_the_headship() -> None:
    leaving = _person("helen", ("headteacher", "2019-09-01", "2027-08-31"))
    assert _headship([leaving]).gaps == (Gap.LEAVING, Gap.NO_SUCCESSOR)
    assert _headship([leaving]).holders[0].until == date(2027, 8, 31)
    acting = _person("helen", ("acting_headteacher", "2026-09-01", "2026-12-31"), ("headteacher", "2027-01-01", None))
    assert _headship([acting]).gaps == (Gap.NO_SUCCESSOR,)


def test_somebody_who_is_the_only_hope_of_two_posts_is_relied_on() -> None:
    head_of_ash = _person("hugo", ("headteacher", "2019-09-01", None), at="ash")
    candidates = [_candidate("ben"), _candidate("ben", at="ash")]
    found = positions([ELM, ASH], [HELEN, head_of_ash, BEN, AMINA], candidates, TODAY)
    assert {person: len(places) for person, places in relied_on(found).items()} == {"ben": 2}
    found = positions([ELM, ASH], [HELEN, head_of_ash, BEN, AMINA], [*candidates, _candidate("amina")], TODAY)
    assert relied_on(found) == {}


def test_what_was_said_of_a_candidate_before_is_kept() -> None:
    first = _candidate("ben", Ready.LATER)
    then = first.said(Ready.SOON, "Leads Year 6", by="person:ceo", at=NOW)
    assert [(one.ready, one.by) for one in then.earlier] == [(Ready.LATER, "person:sil")]
    assert then.said(Ready.SOON, "Leads Year 6", by="person:sil", at=NOW) is then
    withdrawn = then.taken_back(by="person:sil", at=NOW)
    assert withdrawn.taken_back(by="person:ceo", at=NOW) is withdrawn
    assert withdrawn.said(Ready.SOON, "Leads Year 6", by="person:sil", at=NOW).withdrawn is False


def test_a_candidate_by_two_ids_of_one_person_is_one() -> None:
    later = replace(_candidate("old", Ready.SOON), at=datetime(2026, 11, 27, tzinfo=UTC))
    assert [(one.person, one.ready) for one in known_as([later, _candidate("ben")], {"old": "ben"})] == [
        ("ben", Ready.SOON)
    ]


def _review(person: str, on: str, readiness: Readiness = Readiness.NOW, risk: Risk = Risk.LOW) -> TalentReview:
    day = date.fromisoformat(on)
    return TalentReview(id=on, person=person, on=day, readiness=readiness, risk=risk, by="person:sil", at=NOW)


def test_the_latest_review_of_each_who_is_here_counts() -> None:
    merged = replace(BEN, former_ids=("old",))
    gone = _person("gone", ("teacher", "2019-09-01", "2026-08-31"))
    reviews = [
        _review("amina", "2026-09-01", risk=Risk.HIGH),
        _review("amina", "2025-09-01"),
        _review("old", "2026-09-02", Readiness.ONE_TO_TWO_YEARS),
        _review("ben", "2026-09-01"),
        _review("gone", "2026-08-01"),
        _review("unknown", "2026-08-01"),
    ]
    found = reviewed(reviews, [AMINA, merged, gone], TODAY)

    assert {person: (one.readiness, one.risk) for person, one in found.items()} == {
        "amina": (Readiness.NOW, Risk.HIGH),
        "ben": (Readiness.ONE_TO_TWO_YEARS, Risk.LOW),
    }
    cells = {(cell.readiness, cell.risk): cell.count for cell in counted(found.values())}
    assert len(cells) == 9
    assert sum(cells.values()) == 2
    assert reviewed(reviews, [AMINA], TODAY, organisation="ash") == {}


def test_of_two_reviews_of_one_day_the_one_that_was_written_last_counts_as_it_comes_first_in_lists() -> None:
    # Who asked first may have been written last, after a conflict.
    first = replace(_review("amina", "2026-09-01"), id="1", at=NOW + timedelta(seconds=1))
    last = replace(_review("amina", "2026-09-01", risk=Risk.HIGH), id="2", at=NOW)
    assert reviewed([last, first], [AMINA], TODAY) == {"amina": last}
