"""Access roles (what the identity provider says somebody may do) and relations (what the facts with dates say)."""

from enum import StrEnum


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
