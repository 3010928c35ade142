"""The words of the screens: codes of the services as people say them, days and hours as they are written in England."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

SERVICES: Mapping[str, str] = MappingProxyType({"staff": "Staff records", "cpd": "CPD records"})

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "course": "Course",
        "conference": "Conference",
        "inset_day": "INSET day",
        "staff_meeting": "Staff meeting",
        "network_meeting": "Network meeting",
        "headteacher_day": "Headteacher day",
        "coaching": "Coaching",
        "mentoring": "Mentoring",
        "peer_review": "Peer review",
        "moderation": "Moderation",
        "facilitation": "Leading a session",
        "reading": "Reading",
        "research": "Research",
        "other": "Something else",
    }
)

TOPICS: Mapping[str, str] = MappingProxyType(
    {
        "safeguarding": "Safeguarding",
        "curriculum": "Curriculum",
        "assessment": "Assessment",
        "send": "SEND",
        "eyfs": "EYFS",
        "english": "English",
        "maths": "Maths",
        "science": "Science",
        "behaviour": "Behaviour",
        "leadership": "Leadership",
        "governance": "Governance",
        "wellbeing": "Well-being",
        "digital": "Digital",
        "phonics": "Phonics",
        "early_reading": "Early reading",
        "other": "Something else",
    }
)

PERSON_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "employee": "Employee",
        "governor": "Governor",
        "trustee": "Trustee",
        "agency": "Agency worker",
        "trainee": "Trainee",
        "external_consultant": "External consultant",
    }
)

ORGANISATION_KINDS: Mapping[str, str] = MappingProxyType({"academy": "Academy", "central_team": "Central team"})

MEMBERSHIPS: Mapping[str, str] = MappingProxyType(
    {"prospective": "Prospective", "member": "Member", "left": "Has left the trust"}
)
"""Where an academy stands with the trust."""

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "moved_in_trust": "Moved within the trust",
        "promoted_in_trust": "Promoted within the trust",
        "resigned": "Resigned",
        "retired": "Retired",
        "contract_ended": "Contract ended",
        "term_of_office_ended": "Term of office ended",
        "redundancy": "Redundancy",
        "dismissed": "Dismissed",
        "ill_health": "Ill health",
        "died": "Died",
        "academy_left_trust": "The academy left the trust",
        "other": "Another reason",
    }
)
"""Why an appointment ended."""

ABSENCE_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "sickness": "Sickness",
        "maternity": "Maternity leave",
        "paternity": "Paternity leave",
        "adoption": "Adoption leave",
        "shared_parental": "Shared parental leave",
        "compassionate": "Compassionate leave",
        "study": "Study leave",
        "sabbatical": "Sabbatical",
        "unpaid": "Unpaid leave",
        "suspension": "Suspended",
        "other": "Another reason",
    }
)
"""Why somebody is away, for those who may see it."""

ABSENCES: Mapping[str, str] = MappingProxyType(
    {code: f"Away: {reason[0].lower()}{reason[1:]}" for code, reason in ABSENCE_REASONS.items()}
)
"""That somebody is away and why, for those who may see it."""

PARTS: Mapping[str, str] = MappingProxyType({"taught": "Teaches it", "led": "Leads it"})
"""What somebody does with a year group."""

WEEKDAYS: Mapping[str, str] = MappingProxyType(
    {
        "mon": "Monday",
        "tue": "Tuesday",
        "wed": "Wednesday",
        "thu": "Thursday",
        "fri": "Friday",
        "sat": "Saturday",
        "sun": "Sunday",
    }
)

DESTINATIONS: Mapping[str, str] = MappingProxyType(
    {
        "in_the_trust": "Elsewhere in the trust",
        "another_school": "Another school",
        "elsewhere_in_education": "Elsewhere in education",
        "left_education": "Out of education",
        "retirement": "Retirement",
        "not_known": "Not known",
    }
)
"""Where somebody went when an appointment ended."""

LEAVING_REASONS: Mapping[str, str] = MappingProxyType(
    {code: said for code, said in REASONS.items() if not code.endswith("_in_trust")}
)
"""Why somebody leaves the trust."""

LEAVING_DESTINATIONS: Mapping[str, str] = MappingProxyType(
    {code: said for code, said in DESTINATIONS.items() if code != "in_the_trust"}
)
"""Where somebody goes who leaves the trust."""

SERVICE_LENGTHS: Mapping[str, str] = MappingProxyType(
    {
        "under_1": "Less than a year",
        "1_to_2": "1 or 2 years",
        "3_to_5": "3 to 5 years",
        "6_to_10": "6 to 10 years",
        "over_10": "More than 10 years",
    }
)
"""For how long somebody had worked for the trust, in whole years."""

TERMS: Mapping[str, str] = MappingProxyType({"autumn": "Autumn term", "spring": "Spring term", "summer": "Summer term"})
"""The terms of an academic year."""

VOCABULARIES: Mapping[str, str] = MappingProxyType(
    {
        "posts": "Posts",
        "responsibilities": "Responsibilities",
        "areas": "Areas of strength",
        "topics": "Topics of CPD",
        "phases": "Phases of academies",
        "year_groups": "Year groups",
    }
)
"""The lists of terms that the trust keeps."""

LIKENESSES: Mapping[str, str] = MappingProxyType(
    {
        "email": "the same e-mail address",
        "name_and_birth": "the same name and date of birth",
        "birth_and_initial": "the same date of birth and initial",
        "name": "the same name",
        "former_name": "a name that the other one had",
    }
)
"""Why two records may be of one person."""

LEVELS: Mapping[str, str] = MappingProxyType(
    {"developing": "Developing", "secure": "Secure", "leads_others": "Leads others"}
)
"""How far a strength goes."""

STANDINGS: Mapping[str, str] = MappingProxyType(
    {"current": "Current", "fading": "Fading", "faded": "Faded", "withdrawn": "Withdrawn"}
)
"""How a strength stands today."""

MOBILITIES: Mapping[str, str] = MappingProxyType(
    {"this_academy": "At this academy", "nearby": "Nearby", "anywhere_in_trust": "Anywhere in the trust"}
)
"""How far somebody would go for a post."""

READINESS: Mapping[str, str] = MappingProxyType(
    {"now": "Ready now", "one_to_two_years": "In one or two years", "three_or_more_years": "In three years or more"}
)
"""When somebody is ready for the next post."""

RISKS: Mapping[str, str] = MappingProxyType(
    {"low": "Low risk of leaving", "medium": "Medium risk of leaving", "high": "High risk of leaving"}
)
"""How likely it is that somebody leaves."""

READY: Mapping[str, str] = MappingProxyType({"ready_now": "Ready now", "soon": "Soon", "later": "Later"})
"""When a candidate could take a key post."""

GAPS: Mapping[str, str] = MappingProxyType(
    {
        "vacant": "Vacant",
        "leaving": "Falls vacant",
        "no_successor": "Nobody could follow soon",
        "one_successor": "Only one could follow soon",
    }
)
"""What is at risk at a key post."""

STATES: Mapping[str, str] = MappingProxyType(
    {"declared": "Waiting", "verified": "Verified", "queried": "Queried", "withdrawn": "Withdrawn"}
)
STATE_COLOURS: Mapping[str, str] = MappingProxyType(
    {"declared": "blue", "verified": "green", "queried": "orange", "withdrawn": "grey"}
)

RECORD_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "title": "Title",
        "kind": "Kind of CPD",
        "date": "Date",
        "ends": "Last day",
        "hours": "Hours",
        "topics": "Topics",
        "provider": "Who provided it",
        "reflection": "What was taken from it",
        "impact": "What changed for pupils or colleagues",
    }
)
"""What a CPD record says, in the order in which it is shown."""

LOOKS: Mapping[str, str] = MappingProxyType(
    {
        "read_history": "looked at the CPD history",
        "export_history": "downloaded the CPD history",
        "read_hours": "looked at the hours of CPD",
        "read_record": "looked at a CPD record",
        "list_records": "saw CPD records in a list of several people’s",
        "amend_record": "changed a CPD record",
        "verify_record": "verified a CPD record",
        "query_record": "asked a question about a CPD record",
        "withdraw_record": "withdrew a CPD record",
        "list_people": "saw the staff record in a list of people",
        "read_person": "looked at the staff record",
        "list_changes": "looked at the changes of the staff record",
        "change_person": "changed the staff record",
        "change_line_manager": "changed the line manager",
        "appoint": "added a post",
        "move": "moved them to another post",
        "end_appointment": "ended a post",
        "leave_trust": "recorded that they leave the trust",
        "retract_end": "took back the end of a post",
        "add_responsibility": "added a responsibility",
        "change_responsibility": "changed a responsibility",
        "retract_responsibility": "took back a responsibility",
        "add_year_group": "added a year group",
        "change_year_group": "changed a year group",
        "retract_year_group": "took back a year group",
        "record_absence": "recorded an absence",
        "change_absence": "changed an absence",
        "retract_absence": "took back an absence",
        "add_delegate": "added a delegate",
        "change_delegate": "changed a delegate",
        "retract_delegate": "took back a delegate",
        "read_strengths": "looked at the strengths",
        "renew_strength": "renewed a strength",
        "withdraw_strength": "withdrew a strength",
        "endorse_strength": "endorsed a strength",
        "list_strengths": "saw a strength in a list of several people’s",
        "list_aspirations": "looked at the aspirations",
        "list_duplicates": "saw the name among records that may be of one person",
        "preview_merge": "looked at what would become of two records made one",
        "merge_people": "made one of two records",
        "list_merges": "looked at which records became one",
        "undo_merge": "made two records again of one",
        "read_disposal": "looked what is not needed any more",
        "preview_departure": "looked at who leaves with an academy",
        "let_academy_leave": "let an academy leave the trust",
        "preview_audience": "saw the name in an audience",
        "explain_audience": "looked at why somebody belongs to an audience",
    }
)
"""What somebody did who was shown another person's data, by the operation that showed it."""

CONFIDENTIAL_LOOKS: Mapping[str, str] = MappingProxyType(
    {
        "list_talent_reviews": "looked at the talent reviews",
        "read_talent_overview": "looked at the talent overview",
        "read_succession": "looked at who could follow whom",
        "search_reads": "searched who looked at what",
        "answer_subject_access": "asked for all that is held",
        "read_erasure": "looked how much there is to erase",
        "erase_person": "had everything erased",
    }
)
"""The same of what data protection alone may know of."""

_LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Step:
    """A field that changed, in words; None where it was or became empty."""

    field: str
    before: str | None
    after: str | None


def long_date(text: str | date | None) -> str:
    """A day as people write it: 27 March 2026. Empty for none."""
    if not text:
        return ""
    day = date.fromisoformat(text) if isinstance(text, str) else text
    return f"{day.day} {day:%B %Y}"


def full_date(text: str | date) -> str:
    """A day with its day of the week: Friday 27 March 2026."""
    day = date.fromisoformat(text) if isinstance(text, str) else text
    return f"{day:%A} {long_date(day)}"


def moment(text: str | None) -> str:
    """An instant by London's clock: 27 March 2026, 4:05pm. Empty for none."""
    if not text:
        return ""
    at = datetime.fromisoformat(text).astimezone(_LONDON)
    hour = at.hour % 12 or 12
    return f"{long_date(at.date())}, {hour}:{at:%M}{'am' if at.hour < 12 else 'pm'}"


def hours(number: float) -> str:
    """A number of hours: 1 hour, 3.5 hours."""
    return f"{number:g} hour{'' if number == 1 else 's'}"


def count(total: Mapping[str, object], one: str, many: str) -> str:
    """How many there are, as a service counted them: 1 record, 25 records, more than 1,000 records."""
    number = int(str(total["count"]))
    if total["more"]:
        return f"more than {number:,} {many}"
    return f"{number:,} {one if number == 1 else many}"


def who(by: str, name: str | None, reader: str | None) -> str:
    """Whoever did something, as a service answers it: you, where the reader is this person; else their name."""
    if reader is not None and by == f"person:{reader}":
        return "you"
    return name or "somebody who has no staff record"


def record_value(field: str, value: object) -> str | None:
    """What stands in a field of a CPD record, in words; None where nothing does."""
    if value in (None, "", []):
        return None
    if field == "kind":
        return KINDS.get(str(value), str(value))
    if field == "topics" and isinstance(value, list):
        return ", ".join(TOPICS.get(one, one) for one in value)
    if field in ("date", "ends"):
        return long_date(str(value))
    return f"{value:g}" if field == "hours" and isinstance(value, int | float) else str(value)


def weekdays(codes: Collection[str]) -> str:
    """Days of the week in their order: Monday, Tuesday, Thursday."""
    return ", ".join(name for code, name in WEEKDAYS.items() if code in codes)


def lasting(first: str | None, last: str | None) -> str:
    """From when to when: from 1 September 2026 to 31 August 2027, or from 1 September 2026."""
    return f"from {long_date(first)}" + (f" to {long_date(last)}" if last else "")


def days(first: str, last: str | None) -> str:
    """One day, or from one to another."""
    return f"{long_date(first)} to {long_date(last)}" if last else long_date(first)
