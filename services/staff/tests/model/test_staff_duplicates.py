"""Who may be known twice: which likenesses count, which differences rule it out."""

from datetime import date

import pytest

from acorn_staff.model.duplicates import Known, Likeness, alike
from acorn_staff.model.person import FormerName

BORN = date(1990, 2, 28)


def _known(id: str, given: str = "Amina", family: str = "Yusuf", **more: object) -> Known:
    return Known(id=id, given_name=given, family_name=family, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "because"),
    [
        (_known("a"), _known("b", "AMINA", "Yúsuf"), [Likeness.NAME]),
        (_known("a", date_of_birth=BORN), _known("b", date_of_birth=BORN), [Likeness.NAME_AND_BIRTH]),
        (
            _known("a", date_of_birth=BORN),
            _known("b", "Aminah", "Khan", date_of_birth=BORN),
            [Likeness.BIRTH_AND_INITIAL],
        ),
        (_known("a", email="x@trust"), _known("b", "Olu", "Ade", email="x@trust"), [Likeness.EMAIL]),
        (
            _known("a", family="Khan", former_names=(FormerName(given_name="Amina", family_name="Yusuf", until=BORN),)),
            _known("b"),
            [Likeness.FORMER_NAME],
        ),
    ],
)
def test_what_two_records_have_in_common_is_a_reason(one: Known, other: Known, because: list[Likeness]) -> None:
    (found,) = alike([one, other])
    assert found.people == ("a", "b")
    assert list(found.because) == because


@pytest.mark.parametrize(
    "other",
    [
        _known("b", trn="1234567"),
        _known("b", date_of_birth=date(1991, 2, 28)),
        _known("b", "Olu", "Ade"),
    ],
)
def test_two_trns_two_birthdays_or_nothing_in_common_are_two_people(other: Known) -> None:
    assert alike([_known("a", trn="0123456", date_of_birth=BORN), other]) == []


def test_the_likeliest_pair_comes_first_and_what_hr_denied_not_at_all() -> None:
    people = [_known("a", date_of_birth=BORN), _known("b"), _known("c", date_of_birth=BORN)]
    assert [one.people for one in alike(people)] == [("a", "c"), ("a", "b"), ("b", "c")]
    assert [one.people for one in alike(people, [("c", "a")])] == [("a", "b"), ("b", "c")]


def test_a_name_that_many_share_says_nothing() -> None:
    assert alike([_known(f"{number:02}") for number in range(21)]) == []
