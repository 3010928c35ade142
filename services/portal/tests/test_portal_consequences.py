"""What HR is told before a change of somebody's appointments: who leaves where when, and which head sees them."""

from datetime import date
from typing import Any, cast

import pytest

from acorn_portal.clients.staff import Appointment, Organisation, Person, Post
from acorn_portal.trust import Trust
from acorn_portal.views.person_changes.consequences import ended, of_appointing, of_ending, of_moving

ELM, ASH, CENTRAL = "elm", "ash", "central"
TRUST = Trust(
    organisations={
        one: cast(Organisation, {"id": one, "name": name, "kind": kind})
        for one, name, kind in (
            (ELM, "Elm", "academy"),
            (ASH, "Ash", "academy"),
            (CENTRAL, "the central team", "central_team"),
        )
    },
    posts={
        code: cast(Post, {"code": code, "title": title, "leads": code == "headteacher", "counts": True})
        for code, title in (("teacher", "Teacher"), ("headteacher", "Headteacher"))
    },
    today=date(2026, 11, 24),
)
ON = "2027-09-01"


def held(organisation: str = ELM, from_: str = "2021-09-01", to: str | None = None, **more: Any) -> Appointment:
    """An appointment."""
    plain = {"id": f"{organisation}-{from_}", "organisation": organisation, "post": "teacher", "fte": 1.0}
    return cast(Appointment, {**plain, "from": from_, "to": to, **more})


def amina(*appointments: Appointment, manager: str | None = None) -> Person:
    """Somebody with these appointments."""
    lines = [{"person": "ben", "name": manager, "from": "2021-09-01", "to": None}] if manager else []
    plain = {"id": "a", "given_name": "Amina", "family_name": "Yusuf"}
    return cast(Person, {**plain, "appointments": list(appointments), "line_managers": lines})


def test_a_move_to_another_academy_says_the_last_day_the_first_day_and_which_heads_see_them() -> None:
    old = held()

    said = of_moving(amina(old), old, held(ASH, ON), TRUST)

    assert said == [
        "Amina Yusuf leaves Elm on 31 August 2027 and starts at Ash on 1 September 2027.",
        "From 1 September 2027 the head of Ash sees their record, the head of Elm no longer does.",
    ]


def test_the_head_of_an_academy_where_somebody_stays_for_another_job_goes_on_seeing_them() -> None:
    old, other = held(fte=0.5), held(ELM, "2022-09-01", post="senco", fte=0.5)

    said = of_moving(amina(old, other), old, held(ASH, ON, fte=0.5), TRUST)

    assert said[-1] == "From 1 September 2027 the head of Ash sees their record."


def test_the_head_of_an_academy_where_somebody_works_already_sees_nothing_new() -> None:
    old, other = held(fte=0.5), held(ASH, "2022-09-01", fte=0.5)

    said = of_moving(amina(old, other), old, held(ASH, ON, fte=0.5, post="senco"), TRUST)

    assert said[-1] == "From 1 September 2027 the head of Elm no longer sees their record."


def test_the_central_team_has_no_head() -> None:
    old = held()

    said = of_moving(amina(old), old, held(CENTRAL, ON), TRUST)

    assert said[-1] == "From 1 September 2027 the head of Elm no longer sees their record."


def test_a_move_that_began_already_takes_effect_at_once() -> None:
    old = held()

    said = of_moving(amina(old), old, held(ASH, "2026-11-24"), TRUST)

    assert said[-1].startswith("At once the head of Ash sees their record")


def test_another_post_at_the_same_academy_changes_nobody_s_sight() -> None:
    old = held()

    said = of_moving(amina(old), old, held(ELM, ON, fte=0.8), TRUST)

    assert said == [
        "Amina Yusuf stays at Elm: Teacher, 1 FTE, until 31 August 2027, then Teacher, 0.8 FTE, from 1 September 2027."
    ]


def test_whoever_becomes_head_sees_everybody_there() -> None:
    old = held()

    said = of_moving(amina(old), old, held(ASH, ON, post="headteacher"), TRUST)

    assert said[-1] == "From 1 September 2027 Amina Yusuf leads Ash and sees the records of everybody who works there."


def test_a_move_leaves_the_line_manager_and_a_last_day_that_is_fixed_as_they_are() -> None:
    old = held(to="2028-08-31")

    said = of_moving(amina(old, manager="Ben Okafor"), old, held(ASH, ON, "2028-08-31"), TRUST)

    assert "The last day that is already fixed stays: 31 August 2028." in said
    assert any(sentence.startswith("Their line manager stays Ben Okafor;") for sentence in said)


@pytest.mark.parametrize(
    ("others", "stays"),
    [
        ([], False),
        ([held(ASH, "2022-09-01")], True),
        ([held(ASH, "2022-09-01", "2028-01-01")], True),
        ([held(ASH, "2022-09-01", "2027-08-31")], False),
        ([held(ASH, "2028-01-01")], True),
    ],
    ids=["no other", "another", "another until later", "another that ends that day", "another that begins later"],
)
def test_whether_somebody_leaves_the_trust_by_an_end_is_said(others: list[Appointment], stays: bool) -> None:
    old = held()
    person = amina(old, *others)

    said = " ".join(of_ending(person, old, date(2027, 8, 31), TRUST))

    assert said.startswith("Amina Yusuf’s last day as Teacher at Elm is 31 August 2027.")
    assert ("They stay in the trust: Teacher at Ash" in said) is stays
    assert ("they leave the trust on 31 August 2027" in said) is not stays
    after = "last day at Elm is" if stays else "leaves the trust on"
    assert after in ended(person, old, date(2027, 8, 31), TRUST)


def test_one_appointment_more_says_what_is_kept() -> None:
    said = of_appointing("Amina Yusuf", [held(fte=0.6)], held(ASH, ON, fte=0.4), TRUST)

    assert said == [
        "Amina Yusuf starts at Ash on 1 September 2027.",
        "They keep: Teacher at Elm, 0.6 FTE.",
        "From 1 September 2027 the head of Ash sees their record.",
    ]
