"""Line managers never go round in a circle, on any day; held against walking up the chain, day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acorn_staff.model.line_management import LineManagement, refuse_a_loop, with_manager
from acorn_staff.model.refusals import LaterLineManager, LineManagementLoop, OwnLineManager

FIRST = date(2019, 9, 1)
PEOPLE = ("amina", "ben", "olu", "helen", "hugo")
LAST = 10


def on(number: int) -> date:
    """A day of the tests' little calendar."""
    return FIRST + timedelta(days=number)


def line(person: str, from_: int, to: int | None = None) -> LineManagement:
    """A line manager in the little calendar."""
    return LineManagement(person=person, from_=on(from_), to=None if to is None else on(to))


def manager_on(held: tuple[LineManagement, ...], day: date) -> str | None:
    """The oracle's look-up: who manages on a day."""
    found = [one.person for one in held if one.from_ <= day and (one.to is None or one.to >= day)]
    assert len(found) <= 1, "nobody has two line managers on one day"
    return found[0] if found else None


def goes_round(everybody: dict[str, tuple[LineManagement, ...]], start: str, day: date) -> bool:
    """The oracle: climb one manager at a time until the top, or until somebody comes again."""
    above = manager_on(everybody.get(start, ()), day)
    for _ in range(len(PEOPLE) + 1):
        if above is None:
            return False
        if above == start:
            return True
        above = manager_on(everybody.get(above, ()), day)
    return True


def test_two_people_do_not_manage_each_other() -> None:
    above = {"ben": (line("amina", 0),)}
    with pytest.raises(LineManagementLoop) as refused:
        refuse_a_loop("amina", line("ben", 3), above)
    assert refused.value.facts == {"day": "2019-09-04"}


def test_a_long_chain_does_not_come_back_either() -> None:
    above = {"ben": (line("olu", 0),), "olu": (line("helen", 0),), "helen": (line("amina", 5),)}
    with pytest.raises(LineManagementLoop) as refused:
        refuse_a_loop("amina", line("ben", 0), above)
    assert refused.value.facts == {"day": "2019-09-06"}


def test_one_year_this_way_and_the_next_the_other_is_no_circle() -> None:
    above = {"ben": (line("amina", 0, 4),)}
    refuse_a_loop("amina", line("ben", 5), above)
    with pytest.raises(LineManagementLoop):
        refuse_a_loop("amina", line("ben", 4), above)


def test_a_chain_whose_links_share_no_day_is_no_circle() -> None:
    above = {"ben": (line("olu", 0, 3),), "olu": (line("amina", 4),)}
    refuse_a_loop("amina", line("ben", 0), above)


@given(
    st.lists(
        st.tuples(st.sampled_from(PEOPLE), st.sampled_from((None, *PEOPLE)), st.integers(0, LAST)),
        min_size=1,
        max_size=15,
    )
)
def test_what_is_accepted_has_no_circle_on_any_day_and_nothing_else_is_refused(
    changes: list[tuple[str, str | None, int]],
) -> None:
    everybody: dict[str, tuple[LineManagement, ...]] = dict.fromkeys(PEOPLE, ())
    for person, manager, from_ in changes:
        before = everybody[person]
        try:
            after = with_manager(before, person, manager, on(from_))
        except OwnLineManager:
            assert manager == person
            continue
        except LaterLineManager:
            assert any(one.from_ > on(from_) for one in before)
            continue
        # What held before that day still does, and from it on the new manager does.
        for number in range(LAST + 2):
            expected = manager if number >= from_ else manager_on(before, on(number))
            assert manager_on(after, on(number)) == expected
        would_be = everybody | {person: after}
        round_ = any(goes_round(would_be, person, on(number)) for number in range(LAST + 2))
        new = [one for one in after if one not in before and one.to is None]
        try:
            for one in new:
                refuse_a_loop(person, one, everybody)
        except LineManagementLoop:
            assert round_
            continue
        assert not round_
        everybody = would_be
