"""What the rules of CPD records refuse, each with the facts."""

import datetime as dt

from acorn_cpd.model.vocabulary import State
from servicekit.problems import FieldError, Invalid, RuleBroken

EARLIEST = dt.date(1950, 1, 1)
"""No career in the trust began before this day; an earlier date is a slip of the keyboard."""
LEAST_HOURS, MOST_HOURS = 0.25, 400
"""Hours come in quarters, which binary numbers add without error."""
MOST_VERSIONS = 200
"""A record's whole past stays in its document, so a record cannot be changed for ever."""


class DayRefused(Invalid):
    """A record says what was done, on days that can have been."""

    slug = "day-refused"
    title = "CPD is recorded once it has happened"

    def __init__(self, *, field: str, day: dt.date, because: str) -> None:
        super().__init__(
            f"{day.isoformat()} {because}.", errors=[FieldError(f"/{field}", f"{day.isoformat()} {because}")]
        )


class HoursRefused(Invalid):
    """Hours are counted in quarters, between the least and the most that one record holds."""

    slug = "hours-refused"
    title = "Hours of CPD are counted in quarters"

    def __init__(self, *, hours: float) -> None:
        detail = f"{hours:g} is not a number of quarter hours from {LEAST_HOURS:g} to {MOST_HOURS}"
        super().__init__(f"{detail}.", errors=[FieldError("/hours", detail)])


class OwnRecord(RuleBroken):
    """Nobody confirms or questions their own CPD, whatever their access."""

    slug = "own-record"
    title = "Nobody judges their own CPD"

    def __init__(self) -> None:
        super().__init__("This record is your own. Your line manager, your headteacher or HR judges it.")


class WrongState(RuleBroken):
    """What is asked for does not follow from the state that the record is in."""

    slug = "wrong-state"
    title = "The record's state does not allow this"

    def __init__(self, *, asked: str, state: State) -> None:
        super().__init__(f"The record cannot be {asked}: it is {state.value}.", state=state.value)


class ChangedTooOften(RuleBroken):
    """A record's past is kept whole, and it is full."""

    slug = "changed-too-often"
    title = "The record has been changed too often"

    def __init__(self) -> None:
        super().__init__(f"This record has {MOST_VERSIONS} versions. Withdraw it and declare the CPD anew.")
