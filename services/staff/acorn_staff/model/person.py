"""A person whom the trust knows: identifiers, appointments over time, line managers, sign-ins.

Each method gives a new person, or the same object where nothing changes; `version` and `changed_at` are the store's to
set, so that several steps (an import's row) make one version.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypedDict, Unpack, cast

from acorn_staff.model import identifiers
from acorn_staff.model.appointments import Appointment, Destination, Override, Reason, Weekday, with_added
from acorn_staff.model.days import ONE_DAY, day_before, holds_on, unbroken
from acorn_staff.model.facts import (
    Absence,
    Delegation,
    Fact,
    Responsibility,
    YearGroup,
    with_fact,
    with_fact_changed,
    without_fact,
)
from acorn_staff.model.line_management import LineManagement, with_manager
from acorn_staff.model.posts import DECIDING
from acorn_staff.model.refusals import (
    AppointmentEnded,
    EndIsPast,
    EndRecorded,
    EndsBeforeStart,
    Malformed,
    MoveRecorded,
    MovesBeforeStart,
    NoEndRecorded,
    NoSuchAppointment,
    NotAppointedThere,
    NothingToDelegate,
    OwnDelegate,
)
from acorn_staff.model.sign_ins import SignIn, with_bound, with_none_bound

HELD_IN: Mapping[type[Fact], str] = {
    Responsibility: "responsibilities",
    YearGroup: "year_groups",
    Absence: "absences",
    Delegation: "delegates",
}
"""Where a person keeps facts of each kind."""

NOT_YET = datetime(1970, 1, 1, tzinfo=UTC)
"""`changed_at` of what has not been saved."""


class Kind(StrEnum):
    """In what capacity the trust knows somebody."""

    EMPLOYEE = "employee"
    GOVERNOR = "governor"
    TRUSTEE = "trustee"
    AGENCY = "agency"
    TRAINEE = "trainee"
    EXTERNAL_CONSULTANT = "external_consultant"


@dataclass(frozen=True, kw_only=True)
class FormerName:
    """A name that somebody had until a day; HR can still find them by it."""

    given_name: str
    family_name: str
    until: date


class Identifiers(TypedDict, total=False):
    """What of a person may be missing; as a change, absent means unchanged and None removes."""

    email: str | None
    trn: str | None
    employee_numbers: Sequence[str]
    date_of_birth: date | None


class Details(Identifiers, total=False):
    """What of a person is changed as a whole value."""

    kind: Kind
    given_name: str
    family_name: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody the trust knows; all identifiers may be missing. Source: domain brief, "Person".

    `former_ids` are those of records that became part of this one; `merged_into` is set where this one did.
    """

    id: str
    kind: Kind
    given_name: str
    family_name: str
    former_names: tuple[FormerName, ...] = ()
    email: str | None = None
    trn: str | None = None
    employee_numbers: tuple[str, ...] = ()
    date_of_birth: date | None = None
    appointments: tuple[Appointment, ...] = ()
    line_managers: tuple[LineManagement, ...] = ()
    sign_ins: tuple[SignIn, ...] = ()
    responsibilities: tuple[Responsibility, ...] = ()
    year_groups: tuple[YearGroup, ...] = ()
    absences: tuple[Absence, ...] = ()
    delegates: tuple[Delegation, ...] = ()
    former_ids: tuple[str, ...] = ()
    merged_into: str | None = None
    version: int = 1
    shape: int = 1
    changed_at: datetime = NOT_YET

    # -- details --------------------------------------------------------------------------------------------------

    def with_details(self, *, on: date, **details: Unpack[Details]) -> "Person":
        """The person with some details changed on a day; a name that changes is kept as a former name.

        `Malformed` names the first value that cannot be.
        """
        changed = replace(self, **_tidy(details, on))
        if (changed.given_name, changed.family_name) != (self.given_name, self.family_name):
            had = FormerName(given_name=self.given_name, family_name=self.family_name, until=on)
            changed = replace(changed, former_names=(*self.former_names, had))
        return self if changed == self else changed

    # -- appointments ---------------------------------------------------------------------------------------------

    def appointment(self, appointment_id: str) -> Appointment:
        """One of the person's appointments; `NoSuchAppointment` if there is none with this id."""
        for held in self.appointments:
            if held.id == appointment_id:
                return held
        raise NoSuchAppointment

    def holding(self, organisation: str, post: str, on: date) -> Appointment | None:
        """The appointment to a post at an organisation that is in force on a day, if there is one."""
        for held in self.appointments:
            if (held.organisation, held.post) == (organisation, post) and holds_on(held, on):
                return held
        return None

    def joined(self, appointment: Appointment) -> "Person":
        """The person with an appointment more: the first, another academy's, or one after an absence.

        Refusals: `Malformed`, `EndsBeforeStart`, `AppointmentsOverlap`, `FteExceeded`.
        """
        return replace(self, appointments=with_added(self.appointments, appointment))

    def moved(
        self,
        appointment_id: str,
        *,
        id: str,
        on: date,
        organisation: str,
        post: str | None = None,
        fte: float | None = None,
        working_days: tuple[Weekday, ...] | None = None,
        reason: Reason = Reason.MOVED_IN_TRUST,
        override: Override | None = None,
    ) -> "Person":
        """The person in another job from a day on: one appointment ends the day before, the next starts that day.

        Post, FTE and working days stay as they were unless given, and so does a last day that is already fixed. The
        same organisation with another post, FTE or days of the week is a move too. `id` is the new appointment's.
        Refusals: `MovesBeforeStart`, those of `ended` and of `joined`. Source: domain brief, rule 2.
        """
        old = self.appointment(appointment_id)
        new = Appointment(
            id=id,
            organisation=organisation,
            post=post or old.post,
            fte=old.fte if fte is None else fte,
            from_=on,
            to=old.to,
            override=override,
            follows=old.id,
            working_days=old.working_days if working_days is None else working_days,
        )
        same_job = (new.organisation, new.post, new.fte) == (old.organisation, old.post, old.fte)
        if same_job and set(new.working_days or ()) == set(old.working_days or ()):
            return self
        if on <= old.from_:
            raise MovesBeforeStart(from_=old.from_)
        if old.to is not None and old.to < on:
            raise AppointmentEnded(appointment=old.id, to=old.to, on=on)
        ended = self.ended(appointment_id, on=day_before(on), reason=reason, destination=Destination.IN_THE_TRUST)
        return ended.joined(new)

    def ended(
        self, appointment_id: str, *, on: date, reason: Reason, destination: Destination | None = None
    ) -> "Person":
        """The person with an appointment that ends on a day, its last.

        Refusals: `AppointmentEnded` if it is due to end earlier; `EndRecorded`, or `MoveRecorded` where another one
        follows it, if its end was recorded with a reason; `EndsBeforeStart`.
        """
        old = self.appointment(appointment_id)
        new = replace(old, to=on, reason=reason, destination=destination)
        if new == old:
            return self
        if old.to is not None and old.reason is not None:
            raise self._recorded(old, old.to)
        if old.to is not None and old.to < on:
            raise AppointmentEnded(appointment=old.id, to=old.to, on=on)
        if on < old.from_:
            raise EndsBeforeStart(field="on", from_=old.from_, to=on)
        return replace(self, appointments=tuple(new if one is old else one for one in self.appointments))

    def departed(self, *, on: date, reason: Reason, destination: Destination | None = None) -> "Person":
        """The person whose last day in the trust is a day: every appointment that goes on to it ends then.

        Refusals: as for `ended`, where an end is recorded otherwise or a move or an appointment for after that day;
        `Malformed` where none goes on to it.
        """
        going_on = [one for one in self.appointments if one.to is None or on <= one.to]
        if not going_on:
            raise Malformed("on", "The person holds no appointment any more on that day.")
        after = self
        for held in going_on:
            after = after.ended(held.id, on=on, reason=reason, destination=destination)
        return after

    def retained(
        self, appointment_id: str, *, today: date, to: date | None = None, override: Override | None = None
    ) -> "Person":
        """The person with the end of an appointment taken back before it has come: a resignation, a move called off.

        The appointment goes on to `to`; after a move, to the last day that the move had taken over, unless `to` is
        given. The appointment that the move was to begin is no more. `override` is as for `joined`.
        Refusals: `NoEndRecorded`; `EndIsPast`, since what has happened stays (domain brief, rule 1); `MoveRecorded`
        for a move whose next appointment has a recorded end itself; `EndsBeforeStart`, `AppointmentsOverlap`,
        `FteExceeded`.
        """
        old = self.appointment(appointment_id)
        if old.to is None or old.reason is None:
            raise NoEndRecorded
        if old.to < today:
            raise EndIsPast(appointment=old.id, to=old.to)
        moved_to = next((one for one in self.appointments if one.follows == old.id), None)
        if moved_to is not None and moved_to.to is not None and moved_to.reason is not None:
            raise self._recorded(moved_to, moved_to.to)
        last = to or (moved_to.to if moved_to is not None else None)
        others = [one for one in self.appointments if one is not old and one is not moved_to]
        again = replace(old, to=last, reason=None, destination=None, override=override or old.override)
        return replace(self, appointments=with_added(others, again))

    def _recorded(self, old: Appointment, to: date) -> EndRecorded | MoveRecorded:
        if any(one.follows == old.id for one in self.appointments):
            return MoveRecorded(appointment=old.id, on=to + ONE_DAY)
        return EndRecorded(appointment=old.id, to=to)

    @property
    def last_day(self) -> date | None:
        """The last day of the last appointment; None with no appointment, or with one whose end is not known."""
        lasts = [one.to for one in self.appointments]
        known = [last for last in lasts if last is not None]
        return max(known) if known and len(known) == len(lasts) else None

    def left_before(self, day: date) -> bool:
        """Tell whether all appointments ended before a day; who never had one (a governor yet to be placed) has not."""
        return self.last_day is not None and self.last_day < day

    def works_elsewhere(self, organisation: str, day: date) -> bool:
        """Tell whether they hold an appointment at another organisation on a day."""
        return any(held.organisation != organisation and holds_on(held, day) for held in self.appointments)

    # -- responsibilities, year groups, absences, delegates -------------------------------------------------------

    def with_fact(self, fact: Fact) -> "Person":
        """The person with a responsibility, year group, absence or delegate more.

        Refusals: `EndsBeforeStart`, `FactOverlaps`; `NotAppointedThere` for what belongs to an organisation where they
        do not work on its first day; `OwnDelegate`.
        """
        self._refuse_what_is_not_theirs(fact)
        held = HELD_IN[type(fact)]
        return self._settled_with(held, with_fact(getattr(self, held), fact))

    def with_fact_changed(self, kind: type[Fact], fact_id: str, **changes: Any) -> "Person":
        """The person with one fact of a kind changed, such as its last day; `NoSuchFact`, and as for `with_fact`."""
        held = HELD_IN[kind]
        before = getattr(self, held)
        after = with_fact_changed(before, fact_id, **changes)
        if after == before:
            return self
        self._refuse_what_is_not_theirs(next(one for one in after if one.id == fact_id))
        return self._settled_with(held, after)

    def without_fact(self, kind: type[Fact], fact_id: str) -> "Person":
        """The person without one fact of a kind, which was recorded in error; `NoSuchFact`."""
        held = HELD_IN[kind]
        return self._settled_with(held, without_fact(getattr(self, held), fact_id))

    def settled(self) -> "Person":
        """The person with each responsibility and year group until their last day at its organisation, or its own.

        Whoever leaves answers for nothing there any more, and whoever stays after all does so again, with no event but
        that of the appointment. The same object where that is so already.
        """
        settled = {
            held: tuple(replace(one, until=self._until(one)) for one in getattr(self, held))
            for held in ("responsibilities", "year_groups")
        }
        if all(getattr(self, held) == facts for held, facts in settled.items()):
            return self
        return replace(self, **cast("Any", settled))

    def _settled_with(self, held: str, facts: Any) -> "Person":
        return replace(self, **{held: facts}).settled()

    def _until(self, fact: Responsibility | YearGroup) -> date | None:
        """The last day of a fact indeed; the day before its first one where they do not work there then."""
        there = self._days_at(fact.organisation, fact.from_)
        if there is None:
            return day_before(fact.from_)
        lasts = [last for last in (fact.to, there[1]) if last is not None]
        return min(lasts) if lasts else None

    def _days_at(self, organisation: str, day: date) -> tuple[date, date | None] | None:
        return unbroken([held for held in self.appointments if held.organisation == organisation], day)

    def _refuse_what_is_not_theirs(self, fact: Fact) -> None:
        if isinstance(fact, Responsibility | YearGroup) and self._days_at(fact.organisation, fact.from_) is None:
            raise NotAppointedThere(day=fact.from_)
        if isinstance(fact, Delegation):
            if fact.person == self.id:
                raise OwnDelegate
            if not any(held.post in DECIDING and holds_on(held, fact.from_) for held in self.appointments):
                raise NothingToDelegate(day=fact.from_)

    # -- line managers --------------------------------------------------------------------------------------------

    def with_line_manager(self, manager: str | None, from_: date) -> "Person":
        """The person with another line manager (None: nobody) from a day on.

        Refusals: `OwnLineManager`, `LaterLineManager`. A circle is seen only with the others: `refuse_a_loop`.
        """
        line_managers = with_manager(self.line_managers, self.id, manager, from_)
        return self if line_managers is self.line_managers else replace(self, line_managers=line_managers)

    # -- sign-ins -------------------------------------------------------------------------------------------------

    def bound(self, issuer: str, subject: str, on: date) -> "Person":
        """The person with a sign-in bound from a day on; `PersonHasSignIn` if another one is."""
        sign_ins = with_bound(self.sign_ins, issuer, subject, on)
        return self if sign_ins is self.sign_ins else replace(self, sign_ins=sign_ins)

    def unbound(self, on: date) -> "Person":
        """The person with no sign-in from a day on."""
        sign_ins = with_none_bound(self.sign_ins, on)
        return self if sign_ins is self.sign_ins else replace(self, sign_ins=sign_ins)


def new_person(
    *, id: str, on: date, kind: Kind, given_name: str, family_name: str, **others: Unpack[Identifiers]
) -> Person:
    """Somebody whom the trust did not know; `Malformed` names the first value that cannot be."""
    return Person(id=id, **_tidy({"kind": kind, "given_name": given_name, "family_name": family_name, **others}, on))


def _tidy(details: Mapping[str, Any], on: date) -> dict[str, Any]:
    tidy: dict[str, Any] = dict(details)
    for name in ("given_name", "family_name"):
        if name in tidy:
            tidy[name] = identifiers.text(tidy[name], field=name)
    for name, into in (("email", identifiers.email), ("trn", identifiers.trn)):
        if tidy.get(name) is not None:
            tidy[name] = into(tidy[name])
    if "employee_numbers" in tidy:
        tidy["employee_numbers"] = identifiers.employee_numbers(tidy["employee_numbers"])
    born = tidy.get("date_of_birth")
    if born is not None and born > on:
        raise Malformed("date_of_birth", "A date of birth is not in the future.")
    return tidy
