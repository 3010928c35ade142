"""People from a CSV file of a payroll system or an MIS, read through a mapping file.

One row is one appointment, so somebody with two has two rows. A row is matched to a person by employee number, else by
TRN, else by e-mail address; it adds to what is known or changes it, and never deletes.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from acorn_staff.imports.appointed import with_appointment
from acorn_staff.imports.leavers import LEAVERS_ON, absent
from acorn_staff.imports.order import managers_first, people_of
from acorn_staff.imports.refusal import RowRefused, reasons_of
from acorn_staff.imports.register import Register
from acorn_staff.model import events
from acorn_staff.model.appointments import Destination
from acorn_staff.model.appointments import Reason as LeavingReason
from acorn_staff.model.history import Change
from acorn_staff.model.line_management import refuse_a_loop
from acorn_staff.model.person import Kind, Person, new_person
from acorn_staff.model.posts import POSTS
from acorn_staff.model.refusals import LineManagerLeft
from acorn_staff.operations.keeping import keep_person
from acorn_staff.store import Store
from servicekit.ids import new_id
from servicekit.imports import Group, ImportKind, Judged, Outcome, Reason, Row, Task, Verdict
from servicekit.imports.columns import Column, day, email, number, one_of, pattern, text, trn
from servicekit.problems import Problem

NO_SUCH_URN = "999999"
"""In the template: an example row that is left in the file is rejected, for no academy has this URN."""


def _words(codes: Iterable[str]) -> dict[str, str]:
    return {code: code.replace("_", " ") for code in codes}


COLUMNS = (
    Column("employee_number", "Payroll's number for the person.", text(40), example="10042"),
    Column(
        "trn", "Teacher reference number, seven digits; lost zeros at the front are put back.", trn, example="0123456"
    ),
    Column("given_name", "Given name in use; a new person needs it.", text(), example="Amina"),
    Column("family_name", "Family name in use; a new person needs it.", text(), example="Yusuf"),
    Column("email", "Work e-mail address.", email, example="amina.yusuf@trust.example"),
    Column("date_of_birth", "Date of birth; only HR and the person see it.", day, example="08/12/1992"),
    one_of(
        "kind",
        "In what capacity the trust knows them; a new person is an employee if it is empty.",
        _words(Kind),
        example="employee",
    ),
    Column(
        "academy_urn",
        "URN of the academy of the appointment.",
        pattern(r"\d{6}", "A URN has six digits."),
        example=NO_SUCH_URN,
    ),
    Column("organisation", "Name of the organisation, for the central team.", text()),
    one_of("post", "The job.", {code: post.title for code, post in POSTS.items()}, example="Teacher"),
    Column("fte", "Part of full time, above 0 and at most 1.", number(most="1", places=4), example="0.8"),
    Column("start_date", "First day in the post.", day, example="01/09/2026"),
    Column("end_date", "Last day in the post, if it is known.", day),
    one_of("leaving_reason", "Why the appointment ended.", _words(LeavingReason)),
    one_of("destination", "Where the person went.", _words(Destination)),
    Column("line_manager_employee_number", "Employee number of the line manager.", text(40), example="10007"),
    Column("line_manager_from", "First day of that line management; today if empty.", day, example="01/09/2026"),
)
_DETAILS = ("given_name", "family_name", "email", "trn", "date_of_birth", "kind")


def group(rows: Sequence[Row], task: Task) -> Iterable[Group]:
    """The rows of each person, line managers before those they manage."""
    task.notes["lines"] = {row.get("employee_number"): row.line for row in rows}
    return managers_first(people_of(rows))


def judge(groups: Sequence[Group], task: Task, store: Store) -> Iterator[Judged]:
    """Put each person's rows to what is known of them; one version and one event a person at most."""
    register = Register(groups, task, store)
    for rows in groups:
        verdicts, after = _person(rows, register, task)
        before = register.stored(after.id) if after is not None else None
        if after is None or after is before:
            yield Judged(verdicts)
        else:
            register.keep(after)
            yield Judged(verdicts, _saving(before, after, task, store))


PEOPLE = ImportKind(
    "people",
    title="People",
    description="People and their appointments, from payroll or the MIS; one row is one appointment.",
    columns=COLUMNS,
    group=group,
    judge=judge,
    needs=(("employee_number", "trn", "email"),),
    options={"leavers_on": LEAVERS_ON},
    follow_up=absent,
    batch=50,
)


def _person(rows: Group, register: Register, task: Task) -> tuple[tuple[Verdict, ...], Person | None]:
    """What becomes of one person's rows, and of the person: those that are refused leave no trace."""
    person: Person | None = None
    said: dict[str, tuple[Any, int]] = {}
    verdicts = []
    # Ends before beginnings: who leaves one post for another needs the room in their week.
    for row in sorted(rows, key=lambda one: (one.get("start_date") or date.min, one.line)):
        try:
            _refuse_to_contradict(row, said)
            known = _the_same(person, register.match(row))
            after, reasons = _after(known, row, register, task)
        except (RowRefused, Problem) as refusal:
            verdicts.append(Verdict(row.line, Outcome.REJECTED, reasons_of(refusal, row)))
            continue
        verdicts.append(Verdict(row.line, _outcome(known, after), reasons))
        said |= {column: (row.get(column), row.line) for column in _DETAILS if row.get(column) is not None}
        person = after
    return tuple(verdicts), person


def _refuse_to_contradict(row: Row, said: dict[str, tuple[Any, int]]) -> None:
    for column, (value, line) in said.items():
        if row.get(column) not in (None, value):
            raise RowRefused(column, f"Line {line} is about the same person and says something else.")


def _the_same(person: Person | None, matched: Person | None) -> Person | None:
    if person is not None and matched is not None and person.id != matched.id:
        raise RowRefused(None, "This row and another share an identifier, but mean two different people.")
    return person or matched


def _after(known: Person | None, row: Row, register: Register, task: Task) -> tuple[Person, tuple[Reason, ...]]:
    """The person once a row has gone in, and what of the row did not."""
    person = _with_details(known, row, task.today)
    person = with_appointment(person, row, register.organisation(row), task.today)
    try:
        return _with_line_manager(person, row, register, task), ()
    except (RowRefused, Problem) as refusal:
        sentence = refusal.sentence if isinstance(refusal, RowRefused) else refusal.detail
        return person, (row.because("line_manager_employee_number", f"The line manager was not set. {sentence}"),)


def _with_details(known: Person | None, row: Row, today: date) -> Person:
    details: Any = {name: row.get(name) for name in _DETAILS if row.get(name) is not None}
    if "kind" in details:
        details["kind"] = Kind(details["kind"])
    numbers = known.employee_numbers if known else ()
    if row.get("employee_number") is not None and row.get("employee_number") not in numbers:
        details["employee_numbers"] = (*numbers, row.get("employee_number"))
    if known is not None:
        return known.with_details(on=today, **details)
    missing = [name for name in ("given_name", "family_name") if name not in details]
    if missing:
        raise RowRefused(
            missing[0], f"Acorn does not know this person yet, and a new person needs a {missing[0].replace('_', ' ')}."
        )
    return new_person(id=new_id(), on=today, **{"kind": Kind.EMPLOYEE, **details})


def _with_line_manager(person: Person, row: Row, register: Register, task: Task) -> Person:
    asked = row.get("line_manager_employee_number")
    if asked is None:
        return person
    manager = register.with_employee_number(asked)
    if manager is None and asked in person.employee_numbers:
        manager = person
    if manager is None:
        line = task.notes["lines"].get(asked)
        raise RowRefused(
            None,
            f"They are on line {line}, which was not in yet when this row was judged. Send the file again once it is."
            if line
            else "Nobody has this employee number.",
        )
    from_ = row.get("line_manager_from") or max(task.today, row.get("start_date") or task.today)
    managed = person.with_line_manager(manager.id, from_)
    if managed is person:
        return person
    if manager.last_day is not None and manager.left_before(from_):
        raise LineManagerLeft(last_day=manager.last_day)
    for line in managed.line_managers:
        if line not in person.line_managers:
            refuse_a_loop(person.id, line, register.managers_above(manager.id))
    return managed


def _outcome(before: Person | None, after: Person) -> Outcome:
    if after is before:
        return Outcome.UNCHANGED
    added = before is None or len(after.appointments) > len(before.appointments)
    return Outcome.ADDED if added else Outcome.CHANGED


def _saving(before: Person | None, after: Person, task: Task, store: Store) -> Any:
    def save() -> None:
        change = Change(by=task.by, at=task.at, why=f"Import {task.import_id}")
        keep_person(after, before=before, because=_because(before, after), change=change, store=store)

    return save


def _because(before: Person | None, after: Person) -> str:
    """The one reason that says most of what rows did to a person."""
    if before is None:
        return events.PERSON_JOINED if after.appointments else events.PERSON_ADDED
    known = {one.id for one in before.appointments}
    new = [one for one in after.appointments if one.id not in known]
    ended = [one for one in after.appointments if one.id in known and one.to != before.appointment(one.id).to]
    if new and ended:
        return events.PERSON_MOVED
    if new:
        return events.why_appointed(before, new[0].from_)
    if ended:
        return events.why_ended(after)
    if after == replace(before, line_managers=after.line_managers):
        return events.PERSON_LINE_MANAGER_CHANGED
    return events.PERSON_CHANGED
