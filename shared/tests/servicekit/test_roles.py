"""Access roles as identity providers write them into tokens."""

from typing import Any

import pytest

from servicekit.roles import Role, claimed_roles

KNOWN = {"hr": Role.HR, "sil": Role.SIL, "HR Group": Role.HR}


@pytest.mark.parametrize(
    ("claims", "claim"),
    [
        ({"roles": ["hr", "sil"]}, "roles"),
        ({"roles": "hr sil"}, "roles"),
        ({"roles": ["HR Group", "sil"]}, "roles"),
        ({"realm_access": {"roles": ["sil", "hr", "offline_access"]}}, "realm_access.roles"),
        ({"resource_access": {"acorn": {"roles": "hr sil"}}}, "resource_access.acorn.roles"),
        ({"https://acorn.example/roles": ["hr", "sil"]}, "https://acorn.example/roles"),
        ({"a.b": ["hr", "sil"], "a": {"b": ["ceo"]}}, "a.b"),
    ],
)
def test_roles_are_found_as_the_provider_writes_them(claims: dict[str, Any], claim: str) -> None:
    assert claimed_roles(claims, claim, KNOWN) == {Role.HR, Role.SIL}


def test_the_name_of_a_group_may_have_spaces() -> None:
    assert claimed_roles({"roles": "HR Group"}, "roles", {**KNOWN, "Group": Role.CEO}) == {Role.HR}


@pytest.mark.parametrize(
    ("claims", "claim"),
    [
        ({}, "roles"),
        ({"roles": None}, "roles"),
        ({"roles": {"hr": True}}, "roles"),
        ({"roles": [["hr"], {"hr": 1}, 7, None, True]}, "roles"),
        ({"roles": ["HR", "hr ", "hr sil", "emperor"]}, "roles"),
        ({"roles": "hr,sil"}, "roles"),
        ({"realm_access": ["hr"]}, "realm_access.roles"),
        ({"realm_access": {"roles": ["hr"]}}, "realm_access"),
        ({"realm_access.roles": None, "realm_access": {"roles": ["hr"]}}, "realm_access.roles"),
        ({"roles": ["hr"]}, "roles."),
    ],
)
def test_what_is_no_role_opens_nothing(claims: dict[str, Any], claim: str) -> None:
    assert claimed_roles(claims, claim, KNOWN) == frozenset()
