"""Academies and the central team, in and out."""

from typing import Any

from marshmallow import fields, post_load, validate

from acorn_staff.model import identifiers, inspections, organisation
from acorn_staff.model.inspections import Grade, InspectedArea
from acorn_staff.model.organisation import EstablishmentStatus, Membership, OrganisationKind
from acorn_staff.schemas import values
from servicekit.schemas import Day, Id, PageArgs, Schema, Text, page_schema


class Establishment(Schema):
    """What GIAS (Get Information About Schools) says of a school."""

    type = values.name("Type of establishment, as GIAS names it.", "Academy converter", required=True)
    status = values.one_of(EstablishmentStatus, "Its status in GIAS.", EstablishmentStatus.OPEN, required=True)
    opened = Day(load_default=None, allow_none=True, metadata=values.said("The day it opened.", "2017-04-01"))
    closed = Day(load_default=None, allow_none=True, metadata=values.said("The day it closed.", None))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> organisation.Establishment:
        """The model's own form."""
        return organisation.Establishment(**data)


class Address(Schema):
    """Where an organisation is."""

    street = Text(load_default=None, allow_none=True, metadata=values.said("Street and number.", "1 Elm Lane"))
    town = Text(load_default=None, allow_none=True, metadata=values.said("Town.", "Oakham"))
    postcode = Text(most=20, load_default=None, allow_none=True, metadata=values.said("Postcode.", "LE15 6AA"))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> organisation.Address:
        """The model's own form."""
        return organisation.Address(**data)


class OrganisationPatch(Schema):
    """What changes of an organisation: a field that is not sent stays as it is, null empties it."""

    kind = values.one_of(OrganisationKind, "An academy, or the trust's own staff.", OrganisationKind.ACADEMY)
    name = values.name("The name in use.", "Elm Primary Academy")
    urn = values.Judged(
        identifiers.urn,
        allow_none=True,
        metadata=values.said("Unique reference number in GIAS, six digits.", "140001", pattern="^[0-9]{6}$"),
    )
    ukprn = values.Judged(
        identifiers.ukprn,
        allow_none=True,
        metadata=values.said("UK provider reference number, eight digits.", "10060001", pattern="^[0-9]{8}$"),
    )
    phase = Text(most=60, allow_none=True, metadata=values.said("Phase of education, as GIAS names it.", "Primary"))
    establishment = fields.Nested(
        Establishment, allow_none=True, metadata={"description": "What GIAS says of it; null for the central team."}
    )
    membership = values.one_of(Membership, "Where it stands with the trust.", Membership.MEMBER)
    founder = fields.Boolean(
        truthy={True},
        falsy={False},
        metadata=values.said("Whether it founded the trust: founders keep their Ofsted judgement.", True),
    )
    joined = Day(allow_none=True, metadata=values.said("The day it joined the trust.", "2017-04-01"))
    left = Day(allow_none=True, metadata=values.said("The last day on which it was in the trust.", None))
    address = fields.Nested(Address, allow_none=True, metadata={"description": "Where it is."})
    why = values.why()


class OrganisationNew(OrganisationPatch):
    """An academy or central team that is not known yet."""

    kind = values.one_of(
        OrganisationKind, "An academy, or the trust's own staff.", OrganisationKind.ACADEMY, required=True
    )
    name = values.name("The name in use.", "Elm Primary Academy", required=True)


class JudgedArea(Schema):
    """One area of an inspection and its grade."""

    area = values.one_of(InspectedArea, "The area.", InspectedArea.QUALITY_OF_EDUCATION, required=True)
    grade = values.one_of(Grade, "Its grade.", Grade.GOOD, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> inspections.Judged:
        """The model's own form."""
        return inspections.Judged(**data)


class InspectionNew(Schema):
    """An inspection by Ofsted: until September 2024 with an overall grade, afterwards with those of areas."""

    inspected = Day(required=True, metadata=values.said("The day on which it ended.", "2023-03-15"))
    overall = values.one_of(
        Grade, "Overall effectiveness, while Ofsted gave it.", Grade.GOOD, load_default=None, allow_none=True
    )
    areas = fields.List(
        fields.Nested(JudgedArea),
        load_default=list,
        validate=validate.Length(max=len(InspectedArea)),
        metadata={"description": "Areas and their grades; since November 2025 on the five of report cards."},
    )
    safeguarding_met = fields.Boolean(
        truthy={True},
        falsy={False},
        load_default=None,
        allow_none=True,
        metadata=values.said("Whether safeguarding standards were met, where the report says so.", None),
    )
    why = values.why()


class Inspection(InspectionNew):
    """An inspection by Ofsted."""

    id = Id(required=True, metadata=values.said("Its id.", "0197f0a8-2c3d-7e4f-9051-6b7c8d9e0f1a"))

    class Meta(Schema.Meta):
        exclude = ("why",)


class Organisation(OrganisationNew):
    """An academy or the central team."""

    id = Id(required=True, metadata=values.said("The organisation's id, for ever.", values.ACADEMY))
    inspections = fields.List(
        fields.Nested(Inspection), metadata={"description": "Ofsted's judgements over time; absent for none."}
    )
    version = fields.Integer(required=True, metadata=values.said("Its version, also the ETag.", 3))
    changed_at = fields.String(required=True, metadata=values.said("When it last changed.", values.INSTANT))

    class Meta(Schema.Meta):
        exclude = ("why",)


class DepartureNew(Schema):
    """An academy leaves the trust with its people."""

    on = Day(required=True, metadata=values.said("Its last day in the trust.", "2027-08-31"))
    why = values.why()


class DepartureQuery(Schema):
    """The last day that is thought of."""

    on = Day(required=True, metadata=values.said("Its last day in the trust.", "2027-08-31"))


class Leaving(Schema):
    """Somebody whose appointments at an academy end with its last day in the trust."""

    person = Id(required=True, metadata=values.said("The person.", values.PERSON))
    name = values.name_of("the person", "Amina Yusuf")
    stays = fields.Boolean(
        required=True, metadata=values.said("Whether they work on elsewhere in the trust after that day.", False)
    )


class Departure(Schema):
    """Who leaves with an academy."""

    on = Day(required=True, metadata=values.said("Its last day in the trust.", "2027-08-31"))
    people = fields.List(fields.Nested(Leaving), required=True, metadata={"description": "By id."})


class OrganisationsQuery(PageArgs):
    """Which organisations."""

    q = fields.String(
        load_default=None,
        validate=validate.Length(min=1, max=100),
        metadata=values.said("The beginnings of words of the name.", "elm prim"),
    )
    kind = values.one_of(OrganisationKind, "Only this kind.", OrganisationKind.ACADEMY, load_default=None)
    membership = values.one_of(Membership, "Only with this membership.", Membership.MEMBER, load_default=None)


OrganisationPage = page_schema(Organisation)
