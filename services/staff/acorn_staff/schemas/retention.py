"""Retention: whom the trust keeps from one academic year to the next, in figures."""

from marshmallow import fields

from acorn_staff.model.appointments import Destination, Reason
from acorn_staff.model.retention import Service
from acorn_staff.schemas import values
from servicekit.schemas import Day, Id, Schema


class RetentionQuery(Schema):
    """Which year, and whose."""

    academic_year = values.academic_year("The academic year; the one that today is in unless given.", load_default=None)
    organisation = Id(
        load_default=None, metadata=values.said("Only who worked there, or came to work there.", values.ACADEMY)
    )


def _count(description: str, example: int) -> fields.Integer:
    return fields.Integer(required=True, metadata=values.said(description, example))


class Cohort(Schema):
    """How many were in post on the first day, and what became of them; each person is counted once."""

    in_post = _count("Employees in post on the first day of the academic year.", 120)
    stayed = _count("Of those, how many are where they were.", 101)
    moved = _count("How many are elsewhere in the trust: at another academy, or in a post's row in another post.", 4)
    went_with_academy = _count("How many went with an academy that left the trust; no part of the percentage.", 0)
    left = _count("How many left the trust.", 15)
    retained_percent = fields.Integer(
        required=True,
        allow_none=True,
        metadata=values.said("Stayed or moved, of all who did not go with an academy; null where it is of nobody.", 88),
    )


class CohortOfYear(Cohort):
    """An academic year's figures."""

    academic_year = values.academic_year(required=True)


class CohortOfOrganisation(Cohort):
    """The figures of those who worked at an organisation."""

    organisation = Id(required=True, metadata=values.said("The organisation.", values.ACADEMY))
    name = fields.String(required=True, metadata=values.said("Its name.", "Elm Primary Academy"))


class CohortOfPost(Cohort):
    """The figures of those who held a post."""

    post = values.post(required=True)
    title = fields.String(required=True, metadata=values.said("What it is called.", "Teacher"))


class CohortOfService(Cohort):
    """The figures of those who had worked for the trust, without a break, for so many whole years."""

    service = values.one_of(Service, "For how long, on the first day.", Service.FROM_3_TO_5, required=True)


class ReasonCount(Schema):
    """How many left for a reason."""

    reason = values.one_of(Reason, "The reason; null where none was recorded.", Reason.RESIGNED, allow_none=True)
    count = _count("How many.", 9)


class DestinationCount(Schema):
    """How many went to the same kind of place."""

    destination = values.one_of(
        Destination, "Where to; null where it was not recorded.", Destination.ANOTHER_SCHOOL, allow_none=True
    )
    count = _count("How many.", 6)


def _rows(schema: type[Schema], description: str) -> "fields.List[fields.Nested]":
    return fields.List(fields.Nested(schema), required=True, metadata={"description": description})


class Retention(Schema):
    """Whom the trust keeps, for an academic year and beside other years."""

    academic_year = values.academic_year(required=True)
    from_ = Day(data_key="from", required=True, metadata=values.said("The first day: who was in post.", "2026-09-01"))
    until = Day(
        required=True,
        metadata=values.said("The day of comparison: the first of the next academic year, or today.", "2026-11-26"),
    )
    complete = fields.Boolean(required=True, metadata=values.said("Whether the year is over.", False))
    everybody = fields.Nested(Cohort, required=True, metadata={"description": "All employees who were in post."})
    by_organisation = _rows(CohortOfOrganisation, "By organisation, by name.")
    by_post = _rows(CohortOfPost, "By post, in the vocabulary's order.")
    by_service = _rows(CohortOfService, "By how long they had worked for the trust.")
    reasons = _rows(ReasonCount, "Why those who left did, the most frequent first.")
    destinations = _rows(DestinationCount, "Where they went, the most frequent first.")
    joined = _count("How many came after the first day and are here on the day of comparison.", 14)
    returned = _count("How many of those had worked for the trust before.", 2)
    promoted = _count("How many of those in post were promoted within the trust.", 3)
    leaving = _count("How many of those who are here have an end recorded before the next academic year.", 4)
    years = _rows(CohortOfYear, "This and earlier academic years, the latest first; at most ten.")
