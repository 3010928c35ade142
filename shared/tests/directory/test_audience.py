"""Audiences: rules read and refused, membership on either side of midnight, what is said of them."""

from datetime import date
from typing import Any

import pytest

from directory.audience import BadRule, Interval, explained, membership, parsed, sentence
from directory.audience.rule import MOST_LEAVES
from directory.testing import holds, organisation_state, person_state

ELM, ASH = "01971280-0a10-7c31-9b52-0d5a1c7e4f01", "01971280-0a10-7c31-9b52-0d5a1c7e4f02"
CENTRAL = "01971280-0a10-7c31-9b52-0d5a1c7e4f03"
AMINA = "01971281-3b20-7a4e-8f10-6c2d9e0b7a11"


def stored(state: dict[str, Any]) -> dict[str, Any]:
    """A state as the directory keeps it."""
    return {"_id": state["id"], **{name: value for name, value in state.items() if name != "id"}}


PLACES = {
    one["id"]: stored(one)
    for one in (
        organisation_state(ELM, name="Elm Primary Academy", phase="Primary", founder=True),
        organisation_state(ASH, name="Ash High School", phase="Secondary", founder=False),
        organisation_state(CENTRAL, name="Central team", kind="central_team", founder=False),
    )
}
TITLES = {
    "year_groups": {"year_2": "Year 2", "year_6": "Year 6"},
    "responsibilities": {"english_lead": "English lead"},
    "posts": {"teacher": "Teacher"},
}


def teaches(year_group: str, at: str = ELM, from_: str = "2025-09-01", to: str | None = None, **more: Any) -> Any:
    """A year group, as published."""
    return {
        "id": AMINA,
        "year_group": year_group,
        "organisation": at,
        "part": "taught",
        "from": from_,
        "to": to,
        **more,
    }


def amina(**said: Any) -> dict[str, Any]:
    """Amina, who works at Elm."""
    return stored(person_state(AMINA, **{"appointments": [holds(ELM)], **said}))


def days(rule: Any, person: dict[str, Any]) -> list[tuple[str | None, str | None]]:
    """The intervals of membership, as text."""
    return [
        (str(one.from_) if one.from_ else None, str(one.to) if one.to else None)
        for one in membership(parsed(rule), person, PLACES)
    ]


TEACHERS_OF_6 = {"year_group": ["year_2", "year_6"], "part": "taught", "at": {"phase": ["primary"]}}


def test_membership_begins_and_ends_at_midnight() -> None:
    person = amina(year_groups=[teaches("year_6", to="2026-08-31")])
    assert days(TEACHERS_OF_6, person) == [("2025-09-01", "2026-08-31")]
    (one,) = membership(parsed(TEACHERS_OF_6), person, PLACES)
    in_on = [one.holds_on(date.fromisoformat(day)) for day in ("2025-08-31", "2025-09-01", "2026-08-31", "2026-09-01")]
    assert in_on == [False, True, True, False]


def test_a_year_group_at_one_academy_and_work_at_another_are_not_one_fact() -> None:
    person = amina(
        appointments=[holds(ELM), holds(ASH)],
        year_groups=[teaches("year_6", at=ASH)],
    )
    assert days(TEACHERS_OF_6, person) == []
    assert days({"all": [{"year_group": ["year_6"]}, {"at": {"phase": ["Primary"]}}]}, person) == [("2025-09-01", None)]


def test_years_that_meet_are_one_interval_and_a_gap_makes_two() -> None:
    meeting = [teaches("year_2", to="2026-08-31"), teaches("year_6", from_="2026-09-01", to="2027-08-31")]
    assert days(TEACHERS_OF_6, amina(year_groups=meeting)) == [("2025-09-01", "2027-08-31")]
    apart = [meeting[0], {**meeting[1], "from": "2026-09-02"}]
    assert days(TEACHERS_OF_6, amina(year_groups=apart)) == [("2025-09-01", "2026-08-31"), ("2026-09-02", "2027-08-31")]


def test_all_employees_but_who_is_away_come_back_after_it() -> None:
    rule = {"all": [{"kind": ["employee"]}, {"not": {"absent": True}}]}
    away = [{"id": AMINA, "from": "2026-12-07", "to": "2027-01-15"}]
    assert days(rule, amina(absences=away)) == [("2019-09-01", "2026-12-06"), ("2027-01-16", None)]
    assert days(rule, amina(kind="agency")) == []


def test_nobody_belongs_on_days_without_an_appointment_whatever_the_rule() -> None:
    left = amina(appointments=[holds(ELM, to="2026-08-31")])
    assert (
        days({"people": [AMINA]}, left) == days({"not": {"kind": ["trainee"]}}, left) == [("2019-09-01", "2026-08-31")]
    )


def test_a_governor_yet_to_be_placed_is_judged_by_the_rest() -> None:
    governor = amina(kind="governor", appointments=[])
    assert days({"kind": ["governor"]}, governor) == [(None, None)]
    assert days({"at": {"kind": "academy"}}, governor) == []


def test_the_last_day_is_the_one_that_staff_worked_out_where_it_did() -> None:
    person = amina(year_groups=[teaches("year_6", until="2026-01-04")])
    assert days(TEACHERS_OF_6, person) == [("2025-09-01", "2026-01-04")]


def test_founders_are_told_from_joiners_and_an_unknown_place_is_none() -> None:
    assert days({"at": {"founder": True}}, amina()) == [("2019-09-01", None)]
    assert days({"post": ["teacher"], "at": {"founder": False}}, amina()) == []
    somewhere = amina(appointments=[holds("01971280-0a10-7c31-9b52-0d5a1c7e4f09")])
    assert days({"at": {"kind": "academy"}}, somewhere) == []
    assert days({"post": ["teacher"]}, somewhere) == [("2019-09-01", None)]


def test_an_interval_without_ends_holds_always() -> None:
    assert Interval(None, None).holds_on(date.min)


@pytest.mark.parametrize(
    ("rule", "pointer"),
    [
        ("teachers", ""),
        ({}, ""),
        ({"posts": ["teacher"]}, ""),
        ({"post": []}, "/post"),
        ({"post": "teacher"}, "/post"),
        ({"post": ["Teacher!"]}, "/post/0"),
        ({"post": ["teacher"], "kind": ["employee"]}, "/post"),
        ({"kind": ["wizard"]}, "/kind/0"),
        ({"year_group": ["year_6"], "part": "watched"}, "/part"),
        ({"responsibility": ["senco"], "at": {}}, "/at"),
        ({"at": {"phase": [""]}}, "/at/phase/0"),
        ({"at": {"town": ["Oakham"]}}, "/at/town"),
        ({"at": {"founder": "yes"}}, "/at/founder"),
        ({"at": {"organisation": ["elm"]}}, "/at/organisation/0"),
        ({"at": {"kind": "school"}}, "/at/kind"),
        ({"people": ["amina"]}, "/people/0"),
        ({"absent": False}, "/absent"),
        ({"any": []}, "/any"),
        ({"all": [{"absent": True}, {"not": {}}]}, "/all/1/not"),
        ({"not": {"not": {"not": {"not": {"not": {"absent": True}}}}}}, "/not/not/not/not/not"),
        ({"any": [{"absent": True}] * (MOST_LEAVES + 1)}, ""),
        ({"post": ["teacher"] * 201}, "/post"),
    ],
)
def test_what_says_nothing_that_can_be_judged_is_refused_where_it_stands(rule: Any, pointer: str) -> None:
    with pytest.raises(BadRule) as refused:
        parsed(rule)
    assert refused.value.pointer == pointer
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (TEACHERS_OF_6, "People who teach Year 2 or Year 6 at primary academies."),
        ({"responsibility": ["english_lead"]}, "People whose responsibility is English lead."),
        (
            {"all": [{"not": {"kind": ["agency"]}}, {"at": {"kind": "central_team"}}]},
            "People who work in the central team, but not those who are agency staff.",
        ),
        (
            {"all": [{"kind": ["employee"]}, {"any": [{"post": ["teacher"]}, {"post": ["cover_supervisor"]}]}]},
            "People who are employees and (whose post is Teacher or whose post is cover supervisor).",
        ),
        ({"not": {"absent": True}}, "People other than those who are away."),
        ({"at": {"organisation": [ELM, ASH]}}, "People who work at Ash High School or Elm Primary Academy."),
        (
            {"post": ["teacher"], "at": {"founder": True, "phase": ["Primary"]}},
            "People whose post is Teacher at founding primary academies.",
        ),
    ],
)
def test_a_rule_is_said_in_plain_english(rule: Any, said: str) -> None:
    assert sentence(parsed(rule), TITLES, PLACES) == said


def test_why_somebody_is_in_names_the_fact_and_its_days() -> None:
    person = amina(year_groups=[teaches("year_6", to="2026-08-31")])
    told = explained(parsed(TEACHERS_OF_6), person, date(2026, 3, 2), TITLES, PLACES)
    assert told.member
    assert told.sentence == "Amina Yusuf belongs to this audience on 2 March 2026."
    assert [one.sentence for one in told.conditions] == [
        "Amina Yusuf is one of the people who teach Year 2 or Year 6 at primary academies, at Elm Primary Academy, "
        "from 1 September 2025 to 31 August 2026."
    ]


def test_why_somebody_is_out_says_which_condition_fails() -> None:
    rule = parsed({"all": [{"kind": ["employee"]}, {"responsibility": ["english_lead"]}]})
    told = explained(rule, amina(), date(2026, 3, 2), TITLES, PLACES)
    assert not told.member
    assert [(one.member, one.sentence) for one in told.conditions] == [
        (True, "Amina Yusuf is one of the people who are employees."),
        (False, "Amina Yusuf is not one of the people whose responsibility is English lead."),
    ]
    left = explained(rule, amina(), date(2019, 8, 31), TITLES, PLACES)
    assert left.sentence.endswith("they have no appointment on that day.")
