"""Access roles (what the identity provider says somebody may do) and relations (what the facts with dates say)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """An access role, claimed by the token. A teacher, a head and a line manager need none: see `Relation`."""

    HR = "hr"
    SIL = "sil"
    CEO = "ceo"
    TRUSTEE = "trustee"
    OPERATIONS = "operations"
    DATA_PROTECTION = "data_protection"


class Relation(StrEnum):
    """How the caller stands to a person today, by appointments and line management in force in London."""

    OWN = "own"
    DIRECT_REPORT = "direct_report"
    LEADS_ACADEMY = "leads_academy"


class Anyone(StrEnum):
    """Rules that look at no person: signed in at all, or not even that."""

    SIGNED_IN = "signed_in"
    PUBLIC = "public"


Rule = Role | Relation | Anyone


def claimed_roles(claims: Mapping[str, Any], claim: str, known: Mapping[str, Role]) -> frozenset[Role]:
    """The access roles that a token's claim holds: a list, or text with spaces between; unknown values are nothing.

    `claim` is the name of a claim or, where no claim has that name, a path into claims: `realm_access.roles`.
    """
    held = _at(claims, claim)
    if isinstance(held, str):
        # The name of a group may have spaces in it.
        held = [held] if held in known else held.split()
    values = held if isinstance(held, list) else []
    return frozenset(known[value] for value in values if isinstance(value, str) and value in known)


def _at(claims: Mapping[str, Any], claim: str) -> object:
    if claim in claims:
        return claims[claim]
    found: object = claims
    for step in claim.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    return found
