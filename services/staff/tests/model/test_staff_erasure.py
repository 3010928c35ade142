"""Who can be erased, and who is still needed."""

from datetime import date
from typing import Any

import pytest

from acorn_staff.model.appointments import Appointment
from acorn_staff.model.erasure import StillHere, refuse_who_is_needed
from acorn_staff.model.merge_refusals import PersonMerged
from acorn_staff.model.person import Kind, Person
from servicekit.ids import new_id

TODAY = date(2026, 11, 23)


def appointment(to: date | None) -> Appointment:
    return Appointment(id="a", organisation="elm", post="teacher", fte=1.0, from_=date(2019, 9, 1), to=to)


def person(**said: Any) -> Person:
    return Person(id=new_id(), kind=Kind.EMPLOYEE, given_name="Amina", family_name="Yusuf", **said)


@pytest.mark.parametrize("last_day", [None, TODAY, date(2027, 8, 31)])
def test_who_works_here_or_is_to_is_still_needed(last_day: date | None) -> None:
    with pytest.raises(StillHere):
        refuse_who_is_needed(person(appointments=(appointment(to=last_day),)), TODAY)


def test_who_left_yesterday_or_never_had_a_post_can_be_erased() -> None:
    refuse_who_is_needed(person(appointments=(appointment(to=date(2026, 11, 22)),)), TODAY)
    refuse_who_is_needed(person(), TODAY)


def test_a_record_that_is_part_of_another_is_erased_with_that_one() -> None:
    with pytest.raises(PersonMerged):
        refuse_who_is_needed(person(merged_into=new_id()), TODAY)
