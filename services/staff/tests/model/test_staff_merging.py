"""Two records of one person: what the one takes over, what stays behind, and what undoing gives back."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acorn_staff.model.appointments import Appointment, Override
from acorn_staff.model.facts import Absence, Delegation, Responsibility
from acorn_staff.model.line_management import LineManagement
from acorn_staff.model.merge_refusals import (
    BothSignIn,
    MergedSince,
    MergeUndone,
    PersonMerged,
    SamePerson,
    TrnsDiffer,
)
from acorn_staff.model.merging import Keeps, Merge, Merged, Undoing, merged, parted, redirected, references
from acorn_staff.model.person import FormerName, Kind, Person
from acorn_staff.model.refusals import FteExceeded
from acorn_staff.model.sign_ins import SignIn

TODAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def _job(id: str, from_: str, to: str | None = None, *, at: str = "elm", fte: float = 1.0, **more: Any) -> Appointment:
    first, last = date.fromisoformat(from_), date.fromisoformat(to) if to else None
    return Appointment(id=id, organisation=at, post="teacher", fte=fte, from_=first, to=last, **more)


def _person(id: str, *jobs: Appointment, given: str = "Amina", family: str = "Yusuf", **more: Any) -> Person:
    return Person(id=id, kind=Kind.EMPLOYEE, given_name=given, family_name=family, appointments=jobs, **more)


def _login(subject: str, from_: str = "2026-01-01") -> SignIn:
    return SignIn(issuer="https://login", subject=subject, from_=date.fromisoformat(from_))


def _merge(into: Person, other: Person, found: Merged, **more: Any) -> Merge:
    named: dict[str, Any] = {"id": "m", "into": into.id, "other": other.id, "by": "person:hr", "at": NOW}
    return Merge(**named, into_was=into, other_was=other, into_became=found.into, **more)


def test_the_one_takes_over_what_it_lacks_and_what_stands_beside_its_own() -> None:
    into = _person("a", _job("1", "2026-09-01"), employee_numbers=("E2",), email="amina@trust")
    other = _person(
        "b",
        _job("2", "2019-09-01", "2025-08-31"),
        family="Khan",
        trn="0123456",
        employee_numbers=("E1",),
        email="old@trust",
        date_of_birth=date(1990, 2, 28),
        former_names=(FormerName(given_name="Amina", family_name="Yusuf", until=date(2015, 1, 1)),),
        line_managers=(LineManagement(person="ben", from_=date(2019, 9, 1)),),
        former_ids=("z",),
    )
    found = merged(into, other, on=TODAY)

    assert [held.id for held in found.into.appointments] == ["2", "1"]
    assert (found.into.trn, found.into.date_of_birth, found.into.email) == ("0123456", date(1990, 2, 28), "amina@trust")
    assert found.into.employee_numbers == ("E1", "E2")
    assert [(had.family_name, had.until) for had in found.into.former_names] == [("Khan", TODAY)]
    assert [line.person for line in found.into.line_managers] == ["ben"]
    assert found.into.former_ids == ("b", "z")
    assert [one.part for one in found.left_out] == ["email"]


def test_nothing_but_names_is_left_of_the_other_one() -> None:
    other = _person("b", _job("2", "2019-09-01", "2025-08-31"), trn="0123456", email="b@trust", sign_ins=(_login("b"),))
    left = merged(_person("a"), other, on=TODAY).other

    assert left == Person(id="b", kind=Kind.EMPLOYEE, given_name="Amina", family_name="Yusuf", merged_into="a")


def test_the_same_job_twice_stays_once_and_the_other_is_told_of() -> None:
    into = _person("a", _job("1", "2020-09-01"), absences=(Absence(id="x", from_=TODAY),))
    other = _person("b", _job("2", "2019-09-01"), absences=(Absence(id="y", from_=TODAY),))
    found = merged(into, other, on=TODAY)

    assert [held.id for held in found.into.appointments] == ["1"]
    assert [(one.part, one.id) for one in found.left_out] == [("appointments", "2"), ("absences", "y")]


def test_nobody_manages_or_stands_in_for_themselves_afterwards() -> None:
    head = replace(_job("1", "2020-09-01"), post="headteacher")
    into = _person(
        "a",
        head,
        line_managers=(LineManagement(person="b", from_=date(2020, 9, 1)),),
        delegates=(Delegation(id="d", person="b", from_=date(2026, 9, 1)),),
    )
    found = merged(into, _person("b"), on=TODAY)

    assert (found.into.line_managers, found.into.delegates) == ((), ())
    rest, again = parted(_merge(into, _person("b"), found), found.into, found.other, on=TODAY)
    assert rest == into
    assert again.merged_into is None


def test_more_than_a_full_time_job_needs_hrs_word() -> None:
    into, other = _person("a", _job("1", "2020-09-01")), _person("b", _job("2", "2020-09-01", at="ash"))
    with pytest.raises(FteExceeded):
        merged(into, other, on=TODAY)
    word = Override(by="person:hr", at=NOW, why="Two contracts")
    assert merged(into, other, on=TODAY, override=word).into.appointments[-1].override == word


def test_two_trns_are_two_teachers_and_a_record_is_merged_once() -> None:
    with pytest.raises(TrnsDiffer):
        merged(_person("a", trn="0123456"), _person("b", trn="1234567"), on=TODAY)
    with pytest.raises(SamePerson):
        merged(_person("a"), _person("a"), on=TODAY)
    for into, other in ((_person("a", merged_into="c"), _person("b")), (_person("a"), _person("b", merged_into="c"))):
        with pytest.raises(PersonMerged) as refused:
            merged(into, other, on=TODAY)
        assert refused.value.facts["into"] == "c"


def test_of_two_sign_ins_hr_says_which_one_stays() -> None:
    into, other = _person("a", sign_ins=(_login("a"),)), _person("b", sign_ins=(_login("b"),))
    with pytest.raises(BothSignIn):
        merged(into, other, on=TODAY)

    assert merged(into, other, on=TODAY, keeps=Keeps.INTO).into.sign_ins == into.sign_ins
    taken = merged(into, other, on=TODAY, keeps=Keeps.OTHER).into.sign_ins
    assert [(one.subject, one.from_, one.to) for one in taken] == [
        ("a", date(2026, 1, 1), date(2026, 11, 25)),
        ("b", TODAY, None),
    ]


def test_the_only_sign_in_goes_over_and_a_leavers_is_nobodys() -> None:
    other = _person("b", sign_ins=(_login("b"),))
    assert [one.subject for one in merged(_person("a"), other, on=TODAY).into.sign_ins] == ["b"]

    left = _person("a", _job("1", "2019-09-01", "2026-08-31"), sign_ins=(_login("a"),))
    taken = merged(left, replace(other, appointments=(_job("2", "2026-09-01"),)), on=TODAY).into.sign_ins
    assert [(one.subject, one.to) for one in taken] == [("a", date(2026, 8, 31)), ("b", None)]


def test_who_refers_to_the_other_refers_to_the_one_and_back() -> None:
    person = _person(
        "c",
        line_managers=(
            LineManagement(person="a", from_=date(2019, 9, 1), to=date(2020, 8, 31)),
            LineManagement(person="b", from_=date(2020, 9, 1)),
        ),
        delegates=(Delegation(id="d", person="b", from_=TODAY),),
    )
    places = references(person, "b")
    after = redirected(person, "b", "a", places)

    assert [line.person for line in after.line_managers] == ["a", "a"]
    assert [held.person for held in after.delegates] == ["a"]
    assert redirected(after, "a", "b", places) == person
    assert redirected(after, "z", "b", places) is after


def test_what_happened_to_something_meanwhile_goes_back_with_it() -> None:
    into, other = _person("a"), _person("b", _job("2", "2019-09-01"), employee_numbers=("E1",), trn="0123456")
    found = merged(into, other, on=TODAY)
    moved = found.into.moved("2", id="3", on=date(2026, 12, 1), organisation="ash")
    since = replace(
        moved,
        employee_numbers=("E1", "E9"),
        responsibilities=(Responsibility(id="r", responsibility="senco", organisation="ash", from_=date(2026, 12, 1)),),
    )
    rest, again = parted(_merge(into, other, found), since, found.other, on=TODAY)

    assert [(held.id, held.to) for held in again.appointments] == [("2", date(2026, 11, 30)), ("3", None)]
    assert (again.trn, again.employee_numbers) == ("0123456", ("E1",))
    assert (rest.trn, rest.employee_numbers, rest.appointments) == (None, ("E9",), ())
    assert [held.id for held in rest.responsibilities] == ["r"]


def test_a_sign_in_that_was_changed_since_stays_where_it_is() -> None:
    into, other = _person("a"), _person("b", sign_ins=(_login("b"),))
    found = merged(into, other, on=TODAY)
    rest, again = parted(_merge(into, other, found), found.into.unbound(TODAY), found.other, on=TODAY)

    assert all(one.to is not None for one in (*rest.sign_ins, *again.sign_ins))


def test_a_merge_is_undone_once_and_before_the_next_one() -> None:
    into, other = _person("a"), _person("b")
    found = merged(into, other, on=TODAY)
    with pytest.raises(MergeUndone):
        parted(_merge(into, other, found, undone=Undoing(by="x", at=NOW)), found.into, found.other, on=TODAY)
    with pytest.raises(MergedSince):
        parted(_merge(into, other, found), replace(found.into, merged_into="c"), found.other, on=TODAY)


_days = st.dates(min_value=date(2019, 1, 1), max_value=date(2026, 12, 1))
_texts = st.none() | st.sampled_from(["one@trust", "two@trust"])


@st.composite
def _people(draw: st.DrawFn, id: str) -> Person:
    person = _person(
        id,
        family=draw(st.sampled_from(["Yusuf", "Khan"])),
        email=draw(_texts),
        trn=draw(st.none() | st.just("0123456")),
        employee_numbers=(f"E{id}",) if draw(st.booleans()) else (),
        sign_ins=(_login(id),) if draw(st.booleans()) else (),
        line_managers=(LineManagement(person=draw(st.sampled_from("abc")), from_=date(2020, 1, 1)),)
        if draw(st.booleans())
        else (),
        absences=(Absence(id=f"absence {id}", from_=draw(_days)),) if draw(st.booleans()) else (),
    )
    for number in range(draw(st.integers(0, 3))):
        job = _job(f"{id}{number}", draw(_days).isoformat(), at=draw(st.sampled_from(["elm", "ash"])), fte=0.1)
        if all(held.organisation != job.organisation for held in person.appointments):
            person = person.joined(job)
    return person.settled()


@given(_people("a"), _people("b"))
def test_undoing_at_once_gives_both_exactly_what_was_theirs(into: Person, other: Person) -> None:
    found = merged(into, other, on=TODAY, keeps=Keeps.OTHER)
    rest, again = parted(_merge(into, other, found), found.into, found.other, on=TODAY)

    assert rest == into
    assert again == other
    ids = {held.id for held in (*into.appointments, *other.appointments)}
    told = {held.id for held in found.into.appointments} | {
        one.id for one in found.left_out if one.part == "appointments"
    }
    assert told == ids
