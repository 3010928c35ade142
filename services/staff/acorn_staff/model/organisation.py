"""An organisation of the trust: an academy (prospective, member, left) or the central team."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypedDict, Unpack

from acorn_staff.model import identifiers
from acorn_staff.model.inspections import Inspection, with_inspection, without_inspection
from acorn_staff.model.person import NOT_YET
from acorn_staff.model.refusals import EndsBeforeStart, Malformed, OrganisationGone


class OrganisationKind(StrEnum):
    """An academy, or the trust's own staff."""

    ACADEMY = "academy"
    CENTRAL_TEAM = "central_team"


class Membership(StrEnum):
    """Where an academy stands with the trust."""

    PROSPECTIVE = "prospective"
    MEMBER = "member"
    LEFT = "left"


class EstablishmentStatus(StrEnum):
    """What GIAS (Get Information About Schools) says of an establishment."""

    OPEN = "open"
    CLOSED = "closed"
    PROPOSED_TO_OPEN = "proposed_to_open"
    OPEN_PROPOSED_TO_CLOSE = "open_proposed_to_close"


@dataclass(frozen=True, kw_only=True)
class Establishment:
    """The register's facts on a school: its type as GIAS names it, its status, when it opened and closed."""

    type: str
    status: EstablishmentStatus
    opened: date | None = None
    closed: date | None = None


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where it is."""

    street: str | None = None
    town: str | None = None
    postcode: str | None = None


class Facts(TypedDict, total=False):
    """What of an organisation may be missing; as a change, absent means unchanged and None removes."""

    urn: str | None
    ukprn: str | None
    phase: str | None
    establishment: Establishment | None
    membership: Membership
    founder: bool
    joined: date | None
    left: date | None
    address: Address | None


class OrganisationDetails(Facts, total=False):
    """What of an organisation is changed as a whole value."""

    kind: OrganisationKind
    name: str


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """An academy or the central team. Source: domain brief, "Organisation"."""

    id: str
    kind: OrganisationKind
    name: str
    urn: str | None = None
    ukprn: str | None = None
    phase: str | None = None
    establishment: Establishment | None = None
    membership: Membership = Membership.MEMBER
    founder: bool = False
    joined: date | None = None
    left: date | None = None
    address: Address | None = None
    inspections: tuple[Inspection, ...] = ()
    version: int = 1
    shape: int = 1
    changed_at: datetime = NOT_YET

    def with_details(self, **details: Unpack[OrganisationDetails]) -> "Organisation":
        """The organisation with some details changed, or the same object where nothing changes.

        `Malformed` or `EndsBeforeStart` names the first value that cannot be.
        """
        changed = _judged(replace(self, **_tidy(details)))
        return self if changed == self else changed

    def departed(self, on: date) -> "Organisation":
        """The academy after its last day in the trust; `Malformed` for the central team and for a prospective one."""
        if self.kind is OrganisationKind.CENTRAL_TEAM or self.membership is Membership.PROSPECTIVE:
            raise Malformed("on", "Only an academy that is a member leaves the trust.")
        return self.with_details(membership=Membership.LEFT, left=on)

    def inspected(self, inspection: Inspection, *, today: date) -> "Organisation":
        """The academy with an inspection more; `Malformed` for what cannot be on its day, and for the central team."""
        if self.kind is OrganisationKind.CENTRAL_TEAM:
            raise Malformed("inspected", "Ofsted inspects academies, not the central team.")
        return replace(self, inspections=with_inspection(self.inspections, inspection, today=today))

    def without_inspection(self, inspection_id: str) -> "Organisation":
        """The academy without an inspection that was recorded in error; `NoSuchInspection`."""
        return replace(self, inspections=without_inspection(self.inspections, inspection_id))

    @property
    def last_day(self) -> date | None:
        """The last day on which people can begin there: it closed, or left the trust; None while it is there."""
        closed = self.establishment.closed if self.establishment else None
        known = [day for day in (self.left, closed) if day is not None]
        return min(known) if known else None

    def refuse_what_begins_after_its_end(self, day: date) -> None:
        """`OrganisationGone` if it closed or left the trust before a day."""
        if self.last_day is not None and self.last_day < day:
            raise OrganisationGone(last_day=self.last_day, closed=self.left is None or self.last_day < self.left)


def new_organisation(*, id: str, kind: OrganisationKind, name: str, **facts: Unpack[Facts]) -> Organisation:
    """An academy or central team that was not known; `Malformed` names the first value that cannot be."""
    return _judged(Organisation(id=id, **_tidy({"kind": kind, "name": name, **facts})))


def _tidy(details: Mapping[str, Any]) -> dict[str, Any]:
    tidy: dict[str, Any] = dict(details)
    if "name" in tidy:
        tidy["name"] = identifiers.text(tidy["name"], field="name")
    if tidy.get("phase") is not None:
        tidy["phase"] = identifiers.text(tidy["phase"], field="phase", longest=60)
    for name, into in (("urn", identifiers.urn), ("ukprn", identifiers.ukprn)):
        if tidy.get(name) is not None:
            tidy[name] = into(tidy[name])
    return tidy


def _judged(organisation: Organisation) -> Organisation:
    established = organisation.establishment
    if organisation.kind is OrganisationKind.CENTRAL_TEAM and (organisation.urn or established):
        raise Malformed("urn", "The central team is no school: it has no URN and no establishment.")
    if established and established.opened and established.closed and established.closed < established.opened:
        raise EndsBeforeStart(field="establishment/closed", from_=established.opened, to=established.closed)
    if organisation.joined and organisation.left and organisation.left < organisation.joined:
        raise EndsBeforeStart(field="left", from_=organisation.joined, to=organisation.left)
    return organisation
