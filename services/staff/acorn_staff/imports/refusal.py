"""A row that a rule refuses, by the column it is about."""

from acorn_staff.model.refusals import AppointmentEnded, AppointmentsOverlap, EndRecorded, FteExceeded, MoveRecorded
from servicekit.imports import Reason, Row
from servicekit.problems import Problem


class RowRefused(Exception):
    """A row that cannot go in: the column, if it is about one, and a sentence for whoever sent the file."""

    def __init__(self, column: str | None, sentence: str) -> None:
        super().__init__(sentence)
        self.column = column
        self.sentence = sentence


_COLUMN_OF_RULE: dict[type[Problem], str] = {
    AppointmentEnded: "end_date",
    EndRecorded: "end_date",
    MoveRecorded: "end_date",
    AppointmentsOverlap: "start_date",
    FteExceeded: "fte",
}
_COLUMN_OF_FIELD = {"employee_numbers": "employee_number", "from": "start_date", "to": "end_date", "on": "end_date"}


def reasons_of(refusal: RowRefused | Problem, row: Row) -> tuple[Reason, ...]:
    """Why a row was refused, each reason with the cell that it is about."""
    if isinstance(refusal, RowRefused):
        return (row.because(refusal.column, refusal.sentence),)
    if refusal.errors:
        fields = [(error.pointer.removeprefix("/"), error.detail) for error in refusal.errors]
        return tuple(row.because(_COLUMN_OF_FIELD.get(name, name), sentence) for name, sentence in fields)
    return (row.because(_COLUMN_OF_RULE.get(type(refusal)), refusal.detail),)
