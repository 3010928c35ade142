"""What a row says of an appointment, put to what is known: a new one, an end, another FTE, or nothing new."""

from dataclasses import replace
from datetime import date

from acorn_staff.imports.refusal import RowRefused
from acorn_staff.model.appointments import Appointment, Destination, Reason
from acorn_staff.model.days import ONE_DAY
from acorn_staff.model.person import Person
from acorn_staff.model.posts import counts
from acorn_staff.model.refusals import EndsBeforeStart
from servicekit.ids import new_id
from servicekit.imports import Row

NEEDED = ("post", "start_date")
ABOUT = (*NEEDED, "academy_urn", "organisation", "fte", "end_date", "leaving_reason", "destination")


def with_appointment(person: Person, row: Row, organisation: str | None, today: date) -> Person:
    """The person as the row's appointment makes them; the same object when it says nothing new.

    An appointment is known again by organisation, post and first day. `RowRefused`, or a refusal of the model.
    """
    if all(row.get(column) is None for column in ABOUT):
        return person
    missing = [column for column in NEEDED if row.get(column) is None]
    if organisation is None:
        missing.insert(0, "academy_urn")
    if organisation is None or missing:
        raise RowRefused(None, f"For an appointment, {' and '.join(missing)} must be filled too.")
    held = _last_of_chain(person, organisation, row)
    return _new(person, row, organisation) if held is None else _known(person, held, row, today)


def _last_of_chain(person: Person, organisation: str, row: Row) -> Appointment | None:
    """The appointment that a row is about: it began on the row's first day, or followed such a one without a gap.

    A change of FTE makes a second appointment; payroll goes on naming the first day of the first.
    """
    same = [one for one in person.appointments if (one.organisation, one.post) == (organisation, row.get("post"))]
    by_start = {one.from_: one for one in same}
    held = by_start.get(row.get("start_date"))
    while held is not None and held.to is not None and held.to + ONE_DAY in by_start:
        held = by_start[held.to + ONE_DAY]
    return held


def _new(person: Person, row: Row, organisation: str) -> Person:
    fte = row.get("fte")
    if fte is None:
        if counts(row.get("post")):
            raise RowRefused("fte", "A new appointment needs its FTE.")
        fte = 1
    _refuse_a_reason_without_an_end(row, None)
    reason, destination = row.get("leaving_reason"), row.get("destination")
    return person.joined(
        Appointment(
            id=new_id(),
            organisation=organisation,
            post=row.get("post"),
            fte=float(fte),
            from_=row.get("start_date"),
            to=row.get("end_date"),
            reason=Reason(reason) if reason else None,
            destination=Destination(destination) if destination else None,
        )
    )


def _known(person: Person, held: Appointment, row: Row, today: date) -> Person:
    if row.get("fte") is not None and float(row.get("fte")) != held.fte:
        person, held = _with_fte(person, held, float(row.get("fte")), today)
    _refuse_a_reason_without_an_end(row, held.to)
    end = row.get("end_date") or held.to
    if end is None:
        return person
    reason, destination = row.get("leaving_reason"), row.get("destination")
    if reason:
        meant = Destination(destination) if destination else held.destination
        return person.ended(held.id, on=end, reason=Reason(reason), destination=meant)
    return _due_to_end(person, held, end)


def _with_fte(person: Person, held: Appointment, fte: float, today: date) -> tuple[Person, Appointment]:
    """Another FTE from today on: what was worked until yesterday stays as it was."""
    if held.to is not None and held.to < today:
        raise RowRefused(
            "fte", f"The appointment ended on {held.to} with an FTE of {held.fte:g}; that stays as it was."
        )
    if held.from_ >= today:
        raise RowRefused("fte", f"Acorn has an FTE of {held.fte:g} from {held.from_}; correct it in Acorn.")
    moved = person.moved(held.id, id=new_id(), on=today, organisation=held.organisation, fte=fte)
    followed = next(one for one in moved.appointments if one.from_ == today and one.post == held.post)
    return moved, followed


def _due_to_end(person: Person, held: Appointment, end: date) -> Person:
    """An end that is known without its reason, as of a contract for a year; the reason may follow."""
    if held.to == end:
        return person
    if held.to is not None:
        raise RowRefused("end_date", f"Acorn has {held.to} as the last day; correct it in Acorn.")
    if end < held.from_:
        raise EndsBeforeStart(field="end_date", from_=held.from_, to=end)
    ended = replace(held, to=end)
    return replace(person, appointments=tuple(ended if one is held else one for one in person.appointments))


def _refuse_a_reason_without_an_end(row: Row, known: date | None) -> None:
    for column in ("leaving_reason", "destination"):
        if row.get(column) is not None and row.get("end_date") is None and known is None:
            raise RowRefused(
                column, "It says why somebody left or where they went, but there is no last day (end_date)."
            )
