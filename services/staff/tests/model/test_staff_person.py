"""Joiners, movers, leavers, returners; names and line managers."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from acorn_staff.model.appointments import Appointment, Destination, Override, Reason
from acorn_staff.model.person import FormerName, Kind, Person, new_person
from acorn_staff.model.refusals import (
    AppointmentEnded,
    EndIsPast,
    EndRecorded,
    EndsBeforeStart,
    FteExceeded,
    LaterLineManager,
    Malformed,
    MoveRecorded,
    MovesBeforeStart,
    NoEndRecorded,
    NoSuchAppointment,
    OwnLineManager,
    PersonHasSignIn,
)

TODAY = date(2019, 10, 1)


def somebody(**details: Any) -> Person:
    """Amina, as HR adds her."""
    names = {"given_name": "Amina", "family_name": "Yusuf"}
    return new_person(**{"id": "amina", "on": TODAY, "kind": Kind.EMPLOYEE, **names, **details})


def job(id_: str = "first", organisation: str = "elm", post: str = "teacher", **more: Any) -> Appointment:
    """An appointment from 1 September 2019."""
    return Appointment(
        **{"id": id_, "organisation": organisation, "post": post, "fte": 1.0, "from_": date(2019, 9, 1), **more}
    )


def intervals(person: Person) -> list[tuple[str, str, date, date | None]]:
    """Where the person worked, as what, from when to when."""
    return [(one.organisation, one.post, one.from_, one.to) for one in person.appointments]


# -- details


def test_a_name_that_changes_is_kept_with_the_day_it_changed() -> None:
    married = somebody().with_details(on=TODAY, family_name="Khan")
    assert (married.given_name, married.family_name) == ("Amina", "Khan")
    assert married.former_names == (FormerName(given_name="Amina", family_name="Yusuf", until=TODAY),)


def test_changing_nothing_gives_the_same_object() -> None:
    person = somebody(email="amina@oaktrees.example", trn="0123456", employee_numbers=["E1"])
    assert person.with_details(on=TODAY) is person
    same = person.with_details(
        on=TODAY, given_name=" Amina ", email="AMINA@oaktrees.example", trn="0123456", employee_numbers=["E1", "E1"]
    )
    assert same is person


def test_none_removes_an_identifier_and_absence_leaves_it() -> None:
    person = somebody(email="amina@oaktrees.example", trn="0123456").with_details(on=TODAY, email=None)
    assert (person.email, person.trn) == (None, "0123456")


def test_nobody_is_born_tomorrow() -> None:
    assert somebody(date_of_birth=TODAY)
    with pytest.raises(Malformed) as refused:
        somebody(date_of_birth=date(2019, 10, 2))
    assert refused.value.field == "date_of_birth"


@pytest.mark.parametrize("field", ["given_name", "family_name"])
def test_a_person_has_both_names(field: str) -> None:
    with pytest.raises(Malformed) as refused:
        somebody(**{field: "  "})
    assert refused.value.field == field


# -- appointments


def test_a_move_ends_one_appointment_and_starts_the_next_the_day_after() -> None:
    moved = somebody().joined(job()).moved("first", id="second", on=date(2020, 9, 1), organisation="ash")
    assert intervals(moved) == [
        ("elm", "teacher", date(2019, 9, 1), date(2020, 8, 31)),
        ("ash", "teacher", date(2020, 9, 1), None),
    ]
    ended = moved.appointments[0]
    assert (ended.reason, ended.destination) == (Reason.MOVED_IN_TRUST, Destination.IN_THE_TRUST)


def test_a_promotion_where_one_works_is_a_move_too() -> None:
    promoted = (
        somebody()
        .joined(job())
        .moved(
            "first",
            id="second",
            on=date(2020, 1, 1),
            organisation="elm",
            post="senco",
            fte=0.8,
            reason=Reason.PROMOTED_IN_TRUST,
        )
    )
    assert intervals(promoted)[1] == ("elm", "senco", date(2020, 1, 1), None)
    assert promoted.appointments[1].fte == 0.8
    assert promoted.appointments[0].reason is Reason.PROMOTED_IN_TRUST


def test_a_fixed_last_day_goes_with_the_move() -> None:
    fixed = somebody().joined(job(to=date(2020, 7, 31)))
    moved = fixed.moved("first", id="second", on=date(2020, 1, 1), organisation="ash")
    assert moved.appointments[1].to == date(2020, 7, 31)


def test_moving_to_what_is_already_so_changes_nothing() -> None:
    person = somebody().joined(job())
    assert person.moved("first", id="second", on=date(2020, 9, 1), organisation="elm") is person


def test_a_move_on_or_before_the_first_day_would_leave_an_appointment_that_never_was() -> None:
    person = somebody().joined(job())
    for on in (date(2019, 9, 1), date(2019, 8, 31), date(2001, 1, 1)):
        with pytest.raises(MovesBeforeStart) as refused:
            person.moved("first", id="second", on=on, organisation="ash")
        assert refused.value.errors[0].pointer == "/on"
        assert refused.value.detail == "This appointment begins on 2019-09-01. Say a later day for the move."


def test_what_has_ended_is_not_moved() -> None:
    left = somebody().joined(job()).ended("first", on=date(2020, 8, 31), reason=Reason.RESIGNED)
    for on, refusal in (
        (date(2020, 3, 1), EndRecorded),
        (date(2020, 9, 1), AppointmentEnded),
        (date(2021, 9, 1), AppointmentEnded),
    ):
        with pytest.raises(refusal):
            left.moved("first", id="second", on=on, organisation="ash")


def test_what_stands_in_the_way_of_leaving_before_a_recorded_move_is_the_move() -> None:
    moving = somebody().joined(job()).moved("first", id="second", on=date(2020, 9, 1), organisation="ash")
    for on in (date(2020, 7, 31), date(2020, 12, 31)):
        with pytest.raises(MoveRecorded) as refused:
            moving.ended("first", on=on, reason=Reason.RESIGNED)
        assert refused.value.detail == (
            "A move from this appointment to another is recorded for 2020-09-01. "
            "Until then it can be taken back: do that first."
        )
    left = somebody().joined(job()).ended("first", on=date(2020, 8, 31), reason=Reason.RESIGNED)
    returned = left.joined(job("second", "ash", from_=date(2020, 9, 1)))
    with pytest.raises(EndRecorded):
        returned.ended("first", on=date(2020, 7, 31), reason=Reason.RESIGNED)


def test_who_leaves_ends_every_appointment_that_goes_on_to_their_last_day_and_no_other() -> None:
    last = date(2020, 8, 31)
    over = job("over", "oak", "governor", to=date(2019, 12, 31))
    person = somebody().joined(over).joined(job(fte=0.5)).joined(job("second", "ash", fte=0.5, to=date(2021, 7, 31)))
    left = person.departed(on=last, reason=Reason.RETIRED, destination=Destination.RETIREMENT)
    told = {one.id: (one.to, one.reason, one.destination) for one in left.appointments}
    gone = (last, Reason.RETIRED, Destination.RETIREMENT)
    assert told == {"over": (date(2019, 12, 31), None, None), "first": gone, "second": gone}
    assert left.departed(on=last, reason=Reason.RETIRED, destination=Destination.RETIREMENT) == left


def test_nobody_leaves_twice_or_before_what_is_recorded_for_later() -> None:
    last = date(2020, 8, 31)
    left = somebody().joined(job()).departed(on=last, reason=Reason.RESIGNED)
    for on, refusal in ((last, EndRecorded), (date(2020, 7, 31), EndRecorded), (date(2020, 9, 1), Malformed)):
        with pytest.raises(refusal):
            left.departed(on=on, reason=Reason.RETIRED)
    planned = somebody().joined(job(fte=0.5)).joined(job("second", "ash", fte=0.5, from_=date(2020, 9, 1)))
    with pytest.raises(EndsBeforeStart):
        planned.departed(on=last, reason=Reason.RESIGNED)


def test_who_takes_back_a_resignation_stays_as_they_were() -> None:
    before = somebody().joined(job())
    left = before.ended("first", on=date(2020, 8, 31), reason=Reason.RESIGNED, destination=Destination.NOT_KNOWN)
    assert left.retained("first", today=date(2020, 8, 31)) == before, "on the last day it is not too late"
    until = left.retained("first", today=TODAY, to=date(2021, 7, 31)).appointments[0]
    assert (until.to, until.reason, until.destination) == (date(2021, 7, 31), None, None)


def test_a_move_that_is_called_off_leaves_nothing_of_itself() -> None:
    for fixed in (None, date(2021, 7, 31)):
        before = somebody().joined(job(to=fixed))
        moving = before.moved("first", id="second", on=date(2020, 9, 1), organisation="ash")
        assert moving.retained("first", today=date(2020, 8, 31)) == before


def test_moves_are_called_off_last_first() -> None:
    moving = somebody().joined(job()).moved("first", id="second", on=date(2020, 9, 1), organisation="ash")
    twice = moving.moved("second", id="third", on=date(2021, 9, 1), organisation="oak")
    with pytest.raises(MoveRecorded) as refused:
        twice.retained("first", today=TODAY)
    assert refused.value.facts == {"appointment": "second", "on": "2021-09-01"}
    assert twice.retained("second", today=TODAY) == moving


def test_what_is_past_is_not_taken_back() -> None:
    left = somebody().joined(job()).ended("first", on=date(2020, 8, 31), reason=Reason.RESIGNED)
    with pytest.raises(EndIsPast, match="2020-08-31"):
        left.retained("first", today=date(2020, 9, 1))
    moved = somebody().joined(job()).moved("first", id="second", on=date(2020, 9, 1), organisation="ash")
    with pytest.raises(EndIsPast):
        moved.retained("first", today=date(2020, 9, 1))


def test_where_nobody_recorded_an_end_there_is_none_to_take_back() -> None:
    for person in (somebody().joined(job()), somebody().joined(job(to=date(2020, 7, 31)))):
        with pytest.raises(NoEndRecorded):
            person.retained("first", today=TODAY)


def test_who_was_given_another_job_meanwhile_stays_only_by_hrs_override() -> None:
    left = somebody().joined(job()).ended("first", on=date(2020, 8, 31), reason=Reason.RESIGNED)
    elsewhere = left.joined(job("second", "ash", from_=date(2020, 9, 1)))
    with pytest.raises(FteExceeded):
        elsewhere.retained("first", today=TODAY)
    override = Override(by="person:hr", at=datetime(2019, 12, 1, tzinfo=UTC), why="Until Easter.")
    stays = elsewhere.retained("first", today=TODAY, override=override)
    assert [one.override for one in stays.appointments] == [override, None]


def test_a_move_that_makes_more_than_one_job_needs_the_override() -> None:
    person = somebody().joined(job(fte=0.5)).joined(job("half", "ash", fte=0.5))
    with pytest.raises(FteExceeded):
        person.moved("first", id="third", on=date(2020, 1, 1), organisation="oak", fte=0.6)
    override = Override(by="person:hr", at=datetime(2019, 12, 1, tzinfo=UTC), why="Until Easter.")
    moved = person.moved("first", id="third", on=date(2020, 1, 1), organisation="oak", fte=0.6, override=override)
    assert moved.appointment("third").override == override


def test_a_leaver_says_why_and_whither() -> None:
    left = (
        somebody()
        .joined(job())
        .ended("first", on=date(2020, 8, 31), reason=Reason.RESIGNED, destination=Destination.ANOTHER_SCHOOL)
    )
    assert left.appointments[0].to == left.last_day == date(2020, 8, 31)
    assert not left.left_before(date(2020, 8, 31))
    assert left.left_before(date(2020, 9, 1))


def test_ending_again_with_the_same_facts_changes_nothing_and_with_others_is_refused() -> None:
    left = somebody().joined(job()).ended("first", on=date(2020, 8, 31), reason=Reason.RESIGNED)
    assert left.ended("first", on=date(2020, 8, 31), reason=Reason.RESIGNED) is left
    for change in (
        {"on": date(2020, 7, 31), "reason": Reason.RESIGNED},
        {"on": date(2020, 8, 31), "reason": Reason.RETIRED},
        {"on": date(2020, 8, 31), "reason": Reason.RESIGNED, "destination": Destination.NOT_KNOWN},
    ):
        with pytest.raises(EndRecorded):
            left.ended("first", **change)  # type: ignore[arg-type]


def test_a_fixed_term_ends_earlier_or_as_agreed_but_not_later() -> None:
    fixed = somebody().joined(job(to=date(2020, 7, 31)))
    assert fixed.ended("first", on=date(2020, 1, 31), reason=Reason.RESIGNED).last_day == date(2020, 1, 31)
    assert fixed.ended("first", on=date(2020, 7, 31), reason=Reason.CONTRACT_ENDED).last_day == date(2020, 7, 31)
    with pytest.raises(AppointmentEnded):
        fixed.ended("first", on=date(2020, 8, 31), reason=Reason.CONTRACT_ENDED)


def test_nothing_ends_before_it_starts() -> None:
    with pytest.raises(EndsBeforeStart):
        somebody().joined(job()).ended("first", on=date(2019, 8, 31), reason=Reason.RESIGNED)


def test_an_appointment_of_nobody_cannot_be_moved_or_ended() -> None:
    with pytest.raises(NoSuchAppointment):
        somebody().moved("first", id="second", on=TODAY, organisation="ash")
    with pytest.raises(NoSuchAppointment):
        somebody().ended("first", on=TODAY, reason=Reason.RESIGNED)


def test_who_comes_back_keeps_what_was() -> None:
    left = somebody().joined(job()).ended("first", on=date(2020, 8, 31), reason=Reason.RESIGNED)
    back = left.joined(job("second", "ash", from_=date(2021, 9, 1)))
    assert back.appointments[0] == left.appointments[0]
    assert back.last_day is None
    assert not back.left_before(date(2020, 12, 1))


def test_who_never_had_an_appointment_has_not_left() -> None:
    assert not somebody().left_before(date(2200, 1, 1))


def test_the_appointment_in_force_on_a_day_is_found_by_post_and_place() -> None:
    person = somebody().joined(job(to=date(2020, 8, 31)))
    assert person.holding("elm", "teacher", date(2020, 8, 31)) == person.appointments[0]
    assert person.holding("elm", "teacher", date(2020, 9, 1)) is None
    assert person.holding("elm", "senco", date(2020, 1, 1)) is None
    assert person.holding("ash", "teacher", date(2020, 1, 1)) is None


# -- line managers


def managers(person: Person) -> list[tuple[str, date, date | None]]:
    """Who managed the person, from when to when."""
    return [(line.person, line.from_, line.to) for line in person.line_managers]


def test_a_new_line_manager_follows_the_one_before_the_next_day() -> None:
    person = somebody().with_line_manager("ben", date(2019, 9, 1)).with_line_manager("olu", date(2020, 1, 6))
    assert managers(person) == [("ben", date(2019, 9, 1), date(2020, 1, 5)), ("olu", date(2020, 1, 6), None)]


def test_the_same_line_manager_again_changes_nothing() -> None:
    person = somebody().with_line_manager("ben", date(2019, 9, 1))
    assert person.with_line_manager("ben", date(2020, 1, 6)) is person
    assert person.with_line_manager("ben", date(2019, 9, 1)) is person
    nobody = somebody()
    assert nobody.with_line_manager(None, date(2019, 9, 1)) is nobody


def test_line_management_can_end_and_begin_again() -> None:
    person = somebody().with_line_manager("ben", date(2019, 9, 1)).with_line_manager(None, date(2020, 1, 6))
    assert managers(person) == [("ben", date(2019, 9, 1), date(2020, 1, 5))]
    assert person.with_line_manager(None, date(2020, 2, 1)) is person
    again = person.with_line_manager("ben", date(2020, 2, 1))
    assert managers(again) == [("ben", date(2019, 9, 1), date(2020, 1, 5)), ("ben", date(2020, 2, 1), None)]
    at_once = person.with_line_manager("ben", date(2020, 1, 6))
    assert managers(at_once) == [("ben", date(2019, 9, 1), None)]


def test_a_line_manager_from_the_same_day_replaces_a_mistake() -> None:
    person = somebody().with_line_manager("ben", date(2019, 9, 1)).with_line_manager("olu", date(2019, 9, 1))
    assert managers(person) == [("olu", date(2019, 9, 1), None)]
    assert managers(person.with_line_manager(None, date(2019, 9, 1))) == []


def test_a_line_manager_before_one_that_is_already_recorded_is_refused() -> None:
    person = somebody().with_line_manager("ben", date(2019, 9, 1))
    with pytest.raises(LaterLineManager) as refused:
        person.with_line_manager("olu", date(2019, 8, 31))
    assert refused.value.facts == {"day": "2019-09-01"}


def test_nobody_is_their_own_line_manager() -> None:
    with pytest.raises(OwnLineManager):
        somebody().with_line_manager("amina", TODAY)


# -- sign-ins


def test_a_sign_in_is_bound_once() -> None:
    person = somebody().bound("issuer", "subject", TODAY)
    assert person.bound("issuer", "subject", date(2020, 1, 1)) is person
    for issuer, subject in (("issuer", "another"), ("another", "subject")):
        with pytest.raises(PersonHasSignIn):
            person.bound(issuer, subject, date(2020, 1, 1))


def test_an_unbound_sign_in_is_gone_that_very_day_and_another_can_be_bound() -> None:
    person = somebody().bound("issuer", "subject", date(2019, 9, 2)).unbound(date(2020, 2, 4))
    assert [(one.from_, one.to) for one in person.sign_ins] == [(date(2019, 9, 2), date(2020, 2, 3))]
    assert person.unbound(date(2020, 2, 4)) is person
    again = person.bound("issuer", "another", date(2020, 2, 4))
    assert [(one.subject, one.to) for one in again.sign_ins] == [("subject", date(2020, 2, 3)), ("another", None)]


def test_a_sign_in_bound_and_unbound_on_one_day_leaves_no_interval() -> None:
    assert somebody().bound("issuer", "subject", TODAY).unbound(TODAY).sign_ins == ()
