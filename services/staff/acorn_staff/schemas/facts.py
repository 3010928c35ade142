"""Responsibilities, year groups, absences and delegates, in and out."""

from marshmallow import fields

from acorn_staff.model.facts import AbsenceReason, Part
from acorn_staff.schemas import values
from servicekit.schemas import Day, Id, Schema

FACT = "0197f0a7-1b2c-7d3e-8f40-5a6b7c8d9e0f"
_FIRST = "The first day; may be in the future."
_LAST = "The last day, null while none is known."


class DaysPatch(Schema):
    """Other days of what was recorded; what is not sent stays as it is."""

    from_ = Day(data_key="from", metadata=values.said(_FIRST, "2019-09-01"))
    to = Day(allow_none=True, metadata=values.said(_LAST, "2020-08-31"))
    why = values.why()


class ResponsibilityNew(Schema):
    """Something that somebody answers for at an organisation where they work."""

    responsibility = values.code("What: a code of the vocabulary `responsibilities`.", "english_lead", required=True)
    organisation = Id(required=True, metadata=values.said("The academy or the central team.", values.ACADEMY))
    from_ = Day(data_key="from", required=True, metadata=values.said(_FIRST, "2019-09-01"))
    to = Day(load_default=None, allow_none=True, metadata=values.said(_LAST, None))
    why = values.why()


class YearGroupNew(Schema):
    """A year group that somebody teaches or leads at an organisation where they work."""

    year_group = values.code("Which: a code of the vocabulary `year_groups`.", "year_6", required=True)
    organisation = Id(required=True, metadata=values.said("The academy.", values.ACADEMY))
    part = values.one_of(Part, "Whether they teach it or lead it.", Part.TAUGHT, required=True)
    from_ = Day(data_key="from", required=True, metadata=values.said(_FIRST, "2019-09-01"))
    to = Day(load_default=None, allow_none=True, metadata=values.said(_LAST, None))
    why = values.why()


class AbsenceNew(Schema):
    """Days on which somebody is away."""

    from_ = Day(data_key="from", required=True, metadata=values.said("The first day away.", "2020-01-06"))
    to = Day(load_default=None, allow_none=True, metadata=values.said("The last day away, null while not known.", None))
    reason = values.one_of(AbsenceReason, "Why: for HR and the person only.", AbsenceReason.MATERNITY, required=True)
    why = values.why()


class AbsencePatch(DaysPatch):
    """Other days, or another reason, of an absence."""

    reason = values.one_of(AbsenceReason, "Why: for HR and the person only.", AbsenceReason.SICKNESS)


class DelegationNew(Schema):
    """Who decides in somebody's stead for some days."""

    person = Id(required=True, metadata=values.said("The delegate.", values.MANAGER))
    from_ = Day(data_key="from", required=True, metadata=values.said(_FIRST, "2020-01-06"))
    to = Day(load_default=None, allow_none=True, metadata=values.said(_LAST, "2020-04-03"))
    why = values.why()


class _Held(Schema):
    """What everything with days has."""

    id = Id(required=True, metadata=values.said("Its id.", FACT))
    from_ = Day(data_key="from", required=True, metadata=values.said("The first day.", "2019-09-01"))
    to = Day(required=True, allow_none=True, metadata=values.said(_LAST, None))


class _HeldThere(_Held):
    """What belongs to an organisation, too."""

    organisation = Id(required=True, metadata=values.said("The academy or the central team.", values.ACADEMY))
    until = Day(
        required=True,
        allow_none=True,
        metadata=values.said("Its last day indeed: `to`, or the last day there if that comes first.", None),
    )


class Responsibility(_HeldThere):
    """Something that somebody answers for at an organisation."""

    responsibility = fields.String(
        required=True, metadata=values.said("A code of the vocabulary `responsibilities`.", "english_lead")
    )


class YearGroup(_HeldThere):
    """A year group that somebody teaches or leads."""

    year_group = fields.String(required=True, metadata=values.said("A code of the vocabulary `year_groups`.", "year_6"))
    part = values.one_of(Part, "Whether they teach it or lead it.", Part.TAUGHT, required=True)


class Absence(_Held):
    """Days on which somebody is away."""

    reason = values.one_of(AbsenceReason, "Why (HR and the person).", AbsenceReason.MATERNITY)


class Delegation(_Held):
    """Who decides in somebody's stead."""

    person = Id(required=True, metadata=values.said("The delegate.", values.MANAGER))
    name = values.name_of("the delegate")
