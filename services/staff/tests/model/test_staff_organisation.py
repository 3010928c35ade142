"""Academies and the central team."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from acorn_staff.model.organisation import (
    Address,
    Establishment,
    EstablishmentStatus,
    Membership,
    Organisation,
    OrganisationKind,
    new_organisation,
)
from acorn_staff.model.refusals import EndsBeforeStart, Malformed


def elm(**facts: Any) -> Organisation:
    """Elm Primary Academy."""
    return new_organisation(
        **{"id": "elm", "kind": OrganisationKind.ACADEMY, "name": "Elm Primary Academy", "urn": "140001", **facts}
    )


def test_an_academy_may_be_prospective_without_a_ukprn() -> None:
    academy = elm(membership=Membership.PROSPECTIVE)
    assert (academy.membership, academy.ukprn) == (Membership.PROSPECTIVE, None)


def test_changing_nothing_gives_the_same_object() -> None:
    academy = elm(address=Address(town="Oakham"))
    assert academy.with_details(name="  Elm  Primary Academy ", address=Address(town="Oakham")) is academy


def test_an_academy_does_not_leave_before_it_joined() -> None:
    academy = elm(joined=date(2017, 4, 1))
    assert academy.with_details(left=date(2017, 4, 1)).left
    with pytest.raises(EndsBeforeStart) as refused:
        academy.with_details(left=date(2017, 3, 31))
    assert refused.value.errors[0].pointer == "/left"


def test_a_school_does_not_close_before_it_opened() -> None:
    known = Establishment(type="Academy converter", status=EstablishmentStatus.CLOSED, opened=date(2017, 4, 1))
    with pytest.raises(EndsBeforeStart) as refused:
        elm(establishment=replace(known, closed=date(2017, 3, 31)))
    assert refused.value.errors[0].pointer == "/establishment/closed"


def test_the_central_team_is_no_school() -> None:
    assert new_organisation(id="central", kind=OrganisationKind.CENTRAL_TEAM, name="Central team")
    with pytest.raises(Malformed):
        new_organisation(id="central", kind=OrganisationKind.CENTRAL_TEAM, name="Central team", urn="140001")


@pytest.mark.parametrize(("field", "value"), [("urn", "14000"), ("ukprn", "1006"), ("name", ""), ("phase", "x" * 61)])
def test_what_cannot_be_is_refused_by_name(field: str, value: str) -> None:
    with pytest.raises(Malformed) as refused:
        elm(**{field: value})
    assert refused.value.field == field
