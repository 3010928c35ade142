"""People, in and out. Which fields an answer has depends on the reader: see `acorn_staff.rights`."""

from marshmallow import fields, validate

from acorn_staff.model import identifiers
from acorn_staff.model.person import Kind
from acorn_staff.schemas import values
from acorn_staff.schemas.appointments import Appointment
from acorn_staff.schemas.facts import Absence, Delegation, Responsibility, YearGroup
from servicekit.schemas import Day, Id, PageArgs, Schema, page_schema

KIND = "In what capacity the trust knows the person."


class PersonPatch(Schema):
    """What changes of a person: a field that is not sent stays as it is, null empties it."""

    kind = values.one_of(Kind, KIND, Kind.EMPLOYEE)
    given_name = values.name("Given name, as used.", "Amina")
    family_name = values.name("Family name, as used. One that changes stays as a former name.", "Yusuf")
    email = values.email(allow_none=True)
    trn = values.trn(allow_none=True)
    employee_numbers = fields.List(
        values.Judged(
            identifiers.employee_number,
            metadata=values.said(
                "One employee number.", "E1042", minLength=1, maxLength=identifiers.EMPLOYEE_NUMBER_LENGTH
            ),
        ),
        validate=validate.Length(max=20),
        metadata=values.said("Payroll's numbers, the current one last; payroll renumbers.", ["E1042"]),
    )
    date_of_birth = Day(
        allow_none=True, metadata=values.said("Date of birth; for HR and the person only.", "1990-02-28")
    )
    why = values.why()


class PersonNew(PersonPatch):
    """Somebody whom the trust does not know yet."""

    kind = values.one_of(Kind, KIND, Kind.EMPLOYEE, required=True)
    given_name = values.name("Given name, as used.", "Amina", required=True)
    family_name = values.name("Family name, as used.", "Yusuf", required=True)


class FormerName(Schema):
    """A name that a person had."""

    given_name = fields.String(required=True, metadata=values.said("Given name.", "Amina"))
    family_name = fields.String(required=True, metadata=values.said("Family name.", "Khan"))
    until = Day(required=True, metadata=values.said("The day on which it changed.", "2018-07-30"))


class LineManagement(Schema):
    """A person's line manager over one interval of days."""

    person = Id(required=True, metadata=values.said("The line manager.", values.MANAGER))
    name = values.name_of("the line manager")
    from_ = Day(data_key="from", required=True, metadata=values.said("The first day.", "2019-09-01"))
    to = Day(required=True, allow_none=True, metadata=values.said("The last day, null while none is known.", None))


class SignIn(Schema):
    """A login that is, or was, a person's."""

    issuer = fields.String(
        required=True, metadata=values.said("The identity provider.", "https://login.oaktrees.example")
    )
    subject = fields.String(required=True, metadata=values.said("Its name for the login.", "7f3c9a"))
    from_ = Day(data_key="from", required=True, metadata=values.said("The first day.", "2019-09-02"))
    to = Day(required=True, allow_none=True, metadata=values.said("The last day, null while it is bound.", None))


class Person(Schema):
    """A person, as far as the reader's access goes: fields that it does not cover are absent."""

    id = Id(required=True, metadata=values.said("The person's id, for ever.", values.PERSON))
    kind = values.one_of(Kind, KIND, Kind.EMPLOYEE, required=True)
    given_name = fields.String(required=True, metadata=values.said("Given name, as used.", "Amina"))
    family_name = fields.String(required=True, metadata=values.said("Family name, as used.", "Yusuf"))
    email = fields.String(
        required=True, allow_none=True, metadata=values.said("Work e-mail address.", "teacher.elm@oaktrees.example")
    )
    appointments = fields.List(
        fields.Nested(Appointment), required=True, metadata={"description": "Ever held, by first day."}
    )
    line_managers = fields.List(
        fields.Nested(LineManagement), required=True, metadata={"description": "Ever had, by first day."}
    )
    responsibilities = fields.List(
        fields.Nested(Responsibility), required=True, metadata={"description": "Ever held, by first day."}
    )
    year_groups = fields.List(
        fields.Nested(YearGroup), required=True, metadata={"description": "Ever taught or led, by first day."}
    )
    absences = fields.List(fields.Nested(Absence), required=True, metadata={"description": "By first day."})
    delegates = fields.List(
        fields.Nested(Delegation), required=True, metadata={"description": "Who decides in their stead, by first day."}
    )
    version = fields.Integer(required=True, metadata=values.said("The person's version, also the ETag.", 3))
    trn = fields.String(
        allow_none=True, metadata=values.said("Teacher reference number (HR, SIL, CEO and the person).", "0123456")
    )
    changed_at = fields.String(
        metadata=values.said("When the record last changed (HR, SIL, CEO and the person).", values.INSTANT)
    )
    former_names = fields.List(
        fields.Nested(FormerName), metadata={"description": "Names that the person had (HR and the person)."}
    )
    employee_numbers = fields.List(
        fields.String(), metadata=values.said("Payroll's numbers, the current one last (HR and the person).", ["E1042"])
    )
    date_of_birth = Day(allow_none=True, metadata=values.said("Date of birth (HR and the person).", "1990-02-28"))
    sign_ins = fields.List(fields.Nested(SignIn), metadata={"description": "Logins (HR and the person)."})
    former_ids = fields.List(
        Id(),
        metadata=values.said("Records that became part of this one (HR, SIL, CEO and the person).", []),
    )
    merged_into = Id(
        allow_none=True,
        metadata=values.said("The record that this one became part of (HR, SIL and CEO); null for most.", None),
    )


class PeopleQuery(PageArgs):
    """Which people, of those whom the caller may see."""

    name = fields.String(
        load_default=None,
        validate=validate.Length(min=1, max=100),
        metadata=values.said("Beginnings of given and family names; for HR of former names too.", "ami yus"),
    )
    email = fields.String(
        load_default=None,
        validate=validate.Length(min=1, max=254),
        metadata=values.said("Exactly this e-mail address, in any case.", "teacher.elm@oaktrees.example"),
    )
    employee_number = fields.String(
        load_default=None,
        validate=validate.Length(min=1, max=identifiers.EMPLOYEE_NUMBER_LENGTH),
        metadata=values.said("Exactly this number; only HR finds others by it.", "E1042"),
    )
    organisation = Id(
        load_default=None, metadata=values.said("Who has an appointment there on the day.", values.ACADEMY)
    )
    post = values.post("Who holds this post on the day.", load_default=None)
    responsibility = values.code("Who has this responsibility on the day.", "english_lead", load_default=None)
    year_group = values.code("Who teaches or leads this year group on the day.", "year_6", load_default=None)
    left = fields.Boolean(
        load_default=None,
        truthy={"true"},
        falsy={"false"},
        metadata=values.said("Only who has left (`true`) or has not left (`false`) today; else both.", False),
    )
    on = Day(
        load_default=None,
        metadata=values.said("The day; today unless it is given. Given alone: who holds any post on it.", "2019-11-22"),
    )


class LineManagerNew(Schema):
    """Who manages somebody from a day on."""

    person = Id(
        required=True, allow_none=True, metadata=values.said("The line manager; null for nobody.", values.MANAGER)
    )
    from_ = Day(data_key="from", required=True, metadata=values.said("The first day.", "2019-09-01"))
    why = values.why()


class Difference(Schema):
    """One field before and after."""

    field = fields.String(
        required=True,
        metadata=values.said("The field; one of an appointment's is `appointments/<id>/<field>`.", "family_name"),
    )
    before = fields.Raw(required=True, allow_none=True, metadata=values.said("What it was.", "Khan"))
    after = fields.Raw(required=True, allow_none=True, metadata=values.said("What it became.", "Yusuf"))


class Change(Schema):
    """One change of a person: who, when, why, and every field before and after."""

    id = Id(required=True, metadata=values.said("The change's id.", "0197f0b2-11aa-7e45-8c20-5a4b3c2d1e0f"))
    version = fields.Integer(required=True, metadata=values.said("The version that it made.", 3))
    because = fields.String(
        required=True, metadata=values.said("What happened: a type of event.", "staff.person-changed.v1")
    )
    by = fields.String(
        required=True,
        metadata=values.said("Who: `person:<id>`, or `sign-in:<subject>` without one.", f"person:{values.MANAGER}"),
    )
    by_name = values.name_of("`by`", "Priya Raman")
    at = fields.String(required=True, metadata=values.said("When.", values.INSTANT))
    why = fields.String(required=True, allow_none=True, metadata=values.said("Why, in their words.", "Marriage"))
    fields_ = fields.List(
        fields.Nested(Difference),
        data_key="fields",
        required=True,
        metadata={"description": "Each field that changed; of merges and their undoing for HR alone."},
    )


PersonPage = page_schema(Person)
ChangePage = page_schema(Change)
