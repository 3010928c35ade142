"""Field rights: which fields of a person a reader gets, as MongoDB projections; what is not in one is never read.

The source is the domain brief's table "Who uses it"; `contracts/access.md` says the same by hand.
"""

from collections.abc import Iterable

from servicekit.roles import Relation, Role, Rule

Fields = dict[str, int]

_APPOINTMENT = ("id", "organisation", "post", "fte", "from", "to", "working_days", "follows")
_WORK = (
    "kind",
    "given_name",
    "family_name",
    "email",
    "line_managers",
    "version",
    "responsibilities",
    "year_groups",
    "delegates",
    *(f"absences.{field}" for field in ("id", "from", "to")),
    *(f"appointments.{field}" for field in _APPOINTMENT),
)
_CAREER = (
    *_WORK,
    "trn",
    "changed_at",
    "former_ids",
    "merged_into",
    *(f"appointments.{field}" for field in ("reason", "destination", "override")),
)
_ALL = (*_CAREER, "absences.reason", "former_names", "employee_numbers", "date_of_birth", "sign_ins")

_BY_GRANT: dict[Rule, tuple[str, ...]] = {
    Role.HR: _ALL,
    Relation.OWN: _ALL,
    Role.SIL: _CAREER,
    Role.CEO: _CAREER,
    Relation.LEADS_ACADEMY: _WORK,
    Relation.DIRECT_REPORT: _WORK,
}


def fields_of_person(grants: Iterable[Rule]) -> Fields:
    """The fields of one person that these grants for them open, all together."""
    return dict.fromkeys((field for grant in grants for field in _BY_GRANT.get(grant, ())), 1)


def fields_of_people(grants: Iterable[Rule]) -> Fields:
    """The fields of a list of people: what the access roles open, or what is open for every person in the list.

    One's own record stands in the list as the others do; whole, it is read by itself.
    """
    roles = [grant for grant in grants if isinstance(grant, Role)]
    return fields_of_person(roles) if roles else dict.fromkeys(_WORK, 1)


def may_search_employee_numbers(grants: Iterable[Rule]) -> bool:
    """Only HR finds others by their employee numbers."""
    return Role.HR in grants


def may_see_what_merged(grants: Iterable[Rule]) -> bool:
    """Only HR sees what a merge brought to a record: once it is undone, that is somebody else's."""
    return Role.HR in grants


def may_search_former_names(grants: Iterable[Rule]) -> bool:
    """Only HR finds people by the names that they had."""
    return Role.HR in grants
