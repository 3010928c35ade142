"""Questions to the directory."""

import pytest
from pymongo.database import Database

from directory.testing import Trust
from servicekit.mongo import Document

pytestmark = pytest.mark.engines


@pytest.fixture
def trust(database: Database[Document]) -> Trust:
    return Trust(database)


def test_people_are_found_by_one_identifier(trust: Trust) -> None:
    amina = trust.person(trn="0123456", email="teacher.elm@oaktrees.example", employee_numbers=["E1", "E2"])
    trust.person(trn="1234560", email="other@oaktrees.example", employee_numbers=["E3"])
    find = trust.directory.people_by_identifier

    assert [one["_id"] for one in find(trn="0123456")] == [amina]
    assert [one["_id"] for one in find(email="Teacher.Elm@OakTrees.example")] == [amina]
    assert [one["_id"] for one in find(employee_number="E1")] == [amina]
    assert find(trn="123456") == []


def test_everybody_with_a_shared_mailbox_is_found(trust: Trust) -> None:
    both = sorted(trust.person(email="office@oaktrees.example") for _ in range(2))

    assert [one["_id"] for one in trust.directory.people_by_identifier(email="office@oaktrees.example")] == both


@pytest.mark.parametrize("identifiers", [{}, {"trn": "0123456", "email": "a@b.example"}])
def test_a_search_by_none_or_two_identifiers_is_a_mistake(trust: Trust, identifiers: dict[str, str]) -> None:
    with pytest.raises(TypeError):
        trust.directory.people_by_identifier(**identifiers)


def test_names_leave_out_who_is_not_known_yet(trust: Trust) -> None:
    amina = trust.person()

    assert trust.directory.names([amina, "nobody"]) == {amina: "Amina Yusuf"}


def test_an_academy_is_found_by_its_urn_as_text(trust: Trust) -> None:
    elm = trust.academy(urn="012345")

    found = trust.directory.organisation_by_urn("012345")
    assert found is not None
    assert found["_id"] == elm
    assert trust.directory.organisation_by_urn("12345") is None


def test_nobody_is_an_answer(trust: Trust) -> None:
    assert trust.directory.person("nobody") is None
    assert trust.directory.organisation("nowhere") is None


def test_academies_are_told_from_the_central_team(trust: Trust) -> None:
    elm, central = trust.academy(), trust.central_team()

    assert trust.directory.academies_among([elm, central, "unheard of"]) == [elm]
