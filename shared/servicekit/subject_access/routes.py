"""The route by which data protection asks a service for everything that it holds about one person."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from servicekit.access import DATA_PROTECTION, allows
from servicekit.answers import Answer, answer
from servicekit.clock import instant
from servicekit.request import now, record_read, state
from servicekit.routing import Blueprint
from servicekit.routing import blueprint as make_blueprint
from servicekit.schemas import Id, Schema, Text
from servicekit.subject_access import kept
from servicekit.subject_access.kept import Holds, Section, Subject
from servicekit.whose import person_meant

_WHO = ("person", "email", "employee_number", "trn")


class SubjectAsked(Schema):
    """Whose data is asked for, and why."""

    person = Id(
        metadata={"description": "The person.", "example": "01971281-3b20-7a4e-8f10-6c2d9e0b7a11"},
    )
    email = Text(
        most=254, metadata={"description": "Instead: their e-mail address.", "example": "amina.yusuf@oaktrees.example"}
    )
    employee_number = Text(most=40, metadata={"description": "Instead: an employee number.", "example": "E0117"})
    trn = Text(most=7, metadata={"description": "Instead: their TRN.", "example": "0123456"})
    reason = Text(
        required=True,
        most=500,
        metadata={
            "description": "Why, naming nobody; kept beside the look, for data protection alone.",
            "example": "Request of 3 November, reference SAR-12",
        },
    )

    @validates_schema(skip_on_field_errors=True)
    def _exactly_one(self, data: dict[str, Any], **_: Any) -> None:
        if sum(name in data for name in _WHO) != 1:
            raise ValidationError(f"Say who is meant by exactly one of {', '.join(_WHO)}.")


class SectionSchema(Schema):
    """Things of one kind that are held about the person."""

    name = fields.String(required=True, metadata={"description": "The kind.", "example": "records"})
    title = fields.String(required=True, metadata={"description": "The same for people.", "example": "CPD records"})
    why = fields.String(
        required=True,
        metadata={"description": "Why the trust holds them.", "example": "So that your development can be planned."},
    )
    items = fields.List(
        fields.Dict(keys=fields.String()),
        required=True,
        metadata={"description": "Each as it is stored, with names for the ids of others."},
    )


class SubjectAccess(Schema):
    """Everything that a service holds about one person."""

    person = Id(required=True, metadata={"description": "The person, by the id that they have now."})
    service = fields.String(required=True, metadata={"description": "The service.", "example": "cpd"})
    at = fields.String(
        required=True, metadata={"description": "When (RFC 3339).", "example": "2026-11-23T09:00:00.000Z"}
    )
    sections = fields.List(
        fields.Nested(SectionSchema), required=True, metadata={"description": "What it holds, empty sections too."}
    )


def blueprint(holds: Holds) -> Blueprint:
    """The route of a service that holds this."""
    asking = make_blueprint("subject access", __name__, description="Everything that is held about one person.")

    @asking.post("/subject-access")
    @allows(DATA_PROTECTION)
    @asking.arguments(SubjectAsked)
    @asking.response(200, SubjectAccess)
    def answer_subject_access(asked: dict[str, str]) -> Answer:
        """Everything that this service holds about one person, under any of their ids.

        Others are named only where they acted: who manages, verified, endorsed, looked. The look is kept, and why.
        """
        reason = asked.pop("reason")
        subject = _subject(person_meant(**asked))
        database = state().database
        found = _told([*holds(database, subject), *kept.sections(database, subject)], subject)
        record_read(subject.ids, "answer_subject_access", confidential=True, reason=reason)
        return answer({"person": subject.id, "service": state().name, "at": instant(now()), "sections": found})

    return asking


def _subject(person_id: str) -> Subject:
    people = state().people
    ids = people.identities(person_id)
    known = people.person(person_id) or {}
    identifiers = [known.get("email"), known.get("trn"), *known.get("employee_numbers", ())]
    return Subject(ids=ids, identifiers=[one for one in identifiers if one])


def _told(sections: Iterable[Section], subject: Subject) -> list[dict[str, Any]]:
    """The sections with names for the ids of others; one look-up for all of them."""
    plain = [asdict(one) for one in sections]
    ids = sorted(set(kept.mentioned(plain)))
    people = state().people
    names = {**people.places(ids), **people.names(ids)}
    return [{**section, "items": kept.told(section["items"], subject, names)} for section in plain]
