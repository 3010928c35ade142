"""Appointments: which post somebody holds at which organisation, how much of a week, from when to when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from acorn_staff.model.days import holds_on, overlap
from acorn_staff.model.posts import counts
from acorn_staff.model.refusals import AppointmentsOverlap, EndsBeforeStart, FteExceeded, Malformed

FULL_TIME = 10_000
"""One full-time job, in ten-thousandths: FTE is added in integers, for 0.1 + 0.2 is not 0.3 in binary."""


class Reason(StrEnum):
    """Why an appointment ended; retention is measured by it."""

    MOVED_IN_TRUST = "moved_in_trust"
    PROMOTED_IN_TRUST = "promoted_in_trust"
    RESIGNED = "resigned"
    RETIRED = "retired"
    CONTRACT_ENDED = "contract_ended"
    TERM_OF_OFFICE_ENDED = "term_of_office_ended"
    REDUNDANCY = "redundancy"
    DISMISSED = "dismissed"
    ILL_HEALTH = "ill_health"
    DIED = "died"
    ACADEMY_LEFT_TRUST = "academy_left_trust"
    OTHER = "other"


class Destination(StrEnum):
    """Where somebody went when an appointment ended."""

    IN_THE_TRUST = "in_the_trust"
    ANOTHER_SCHOOL = "another_school"
    ELSEWHERE_IN_EDUCATION = "elsewhere_in_education"
    LEFT_EDUCATION = "left_education"
    RETIREMENT = "retirement"
    NOT_KNOWN = "not_known"


class Weekday(StrEnum):
    """A day of the week on which somebody works."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


@dataclass(frozen=True, kw_only=True)
class Override:
    """HR's explicit word that more than one full-time job is right: who, when and why."""

    by: str
    at: datetime
    why: str


@dataclass(frozen=True, kw_only=True)
class Appointment:
    """One post at one organisation over one interval of days; `reason` is set when it was ended by somebody.

    `follows` is the appointment that a move ended to make room for this one; `working_days` is None while nobody said
    on which days of the week they work.
    """

    id: str
    organisation: str
    post: str
    fte: float
    from_: date
    to: date | None = None
    reason: Reason | None = None
    destination: Destination | None = None
    override: Override | None = None
    follows: str | None = None
    working_days: tuple[Weekday, ...] | None = None

    @property
    def ten_thousandths(self) -> int:
        """The FTE that counts towards 1.0, in ten-thousandths; none for an office such as governor."""
        return round(self.fte * FULL_TIME) if counts(self.post) else 0


def checked(appointment: Appointment) -> Appointment:
    """The same appointment, if its own facts can be: 0 < FTE ≤ 1 to four decimals, days in order, some day worked."""
    scaled = appointment.fte * FULL_TIME
    if not 0 < appointment.fte <= 1 or abs(scaled - round(scaled)) > 1e-6:
        raise Malformed("fte", "FTE is above 0 and at most 1, with at most four decimals.")
    if appointment.to is not None and appointment.to < appointment.from_:
        raise EndsBeforeStart(field="to", from_=appointment.from_, to=appointment.to)
    if appointment.working_days is None:
        return appointment
    if not appointment.working_days:
        raise Malformed("working_days", "Say one day of the week at least, or null while nobody knows them.")
    return replace(appointment, working_days=tuple(day for day in Weekday if day in appointment.working_days))


def with_added(held: Sequence[Appointment], new: Appointment) -> tuple[Appointment, ...]:
    """The appointments with a new one, in order of their first days.

    `AppointmentsOverlap` if the same post at the same organisation is held on one of its days; `FteExceeded` if all add
    up to more than 1.0 on any day and the new one carries no override. An override that is not needed is dropped, so
    that every recorded one means something.
    """
    new = checked(new)
    for other in held:
        if (other.organisation, other.post) == (new.organisation, new.post) and overlap(other, new):
            raise AppointmentsOverlap(appointment=other.id, from_=other.from_, to=other.to)
    together = (*held, new)
    busiest = busiest_day(together, within=new)
    if busiest is None or busiest[1] <= FULL_TIME:
        together = (*held, replace(new, override=None))
    elif new.override is None:
        raise FteExceeded(day=busiest[0], fte=busiest[1] / FULL_TIME)
    return tuple(sorted(together, key=lambda one: (one.from_, one.id)))


def busiest_day(appointments: Iterable[Appointment], *, within: Appointment) -> tuple[date, int] | None:
    """The first day of one appointment on which most is worked, and how much, in ten-thousandths.

    None where the appointment itself counts for nothing: it cannot make anybody too busy.
    """
    if within.ten_thousandths == 0:
        return None
    together = list(appointments)
    # What is worked only rises on somebody's first day, so these are all the days there are to look at.
    days = sorted({within.from_, *(one.from_ for one in together if holds_on(within, one.from_))})
    worked = [(day, sum(one.ten_thousandths for one in together if holds_on(one, day))) for day in days]
    return max(worked, key=lambda one: one[1])
