"""Line managers by dates: who manages whom on a day, never oneself, never round in a circle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from acorn_staff.model.days import common, day_before, holds_on
from acorn_staff.model.refusals import LaterLineManager, LineManagementLoop, OwnLineManager


@dataclass(frozen=True, kw_only=True)
class LineManagement:
    """Somebody's line manager over one interval of days."""

    person: str
    from_: date
    to: date | None = None


ManagersAbove = Mapping[str, Sequence[LineManagement]]
"""By person, the line managers that they ever had or will have."""


def with_manager(
    held: tuple[LineManagement, ...], person: str, manager: str | None, from_: date
) -> tuple[LineManagement, ...]:
    """The line managers with another one (None: nobody) from a day on; the same tuple where nothing changes.

    The one before ends the day before. One recorded from that very day is replaced: it was a mistake, and the change
    history keeps it. `LaterLineManager` if another begins later: to change a plan, say its day.
    """
    if manager == person:
        raise OwnLineManager
    later = [one.from_ for one in held if one.from_ > from_]
    if later:
        raise LaterLineManager(day=min(later))
    current = next((one for one in held if holds_on(one, from_)), None)
    if (current.person if current and current.to is None else None) == manager and (manager or current is None):
        return held
    before = tuple(
        replace(one, to=day_before(from_)) if one is current else one
        for one in held
        if not (one is current and one.from_ == from_)
    )
    if manager is None:
        return before
    if before and before[-1].person == manager and before[-1].to == day_before(from_):
        # The same manager without a day between: one interval, not two.
        return (*before[:-1], replace(before[-1], to=None))
    return (*before, LineManagement(person=manager, from_=from_))


def refuse_a_loop(person: str, line: LineManagement, above: ManagersAbove) -> None:
    """`LineManagementLoop` if, on any day of `line`, the chain of managers above leads back to the person.

    Chains are followed with the days that all their links share: A manages B this year and B manages A the next is no
    circle.
    """
    to_follow: list[tuple[str, date, date | None]] = [(line.person, line.from_, line.to)]
    seen = set(to_follow)
    while to_follow:
        manager, from_, to = to_follow.pop()
        for higher in above.get(manager, ()):
            shared = common(from_, to, higher.from_, higher.to)
            if shared is None:
                continue
            if higher.person == person:
                raise LineManagementLoop(day=shared[0])
            step = (higher.person, *shared)
            if step not in seen:
                seen.add(step)
                to_follow.append(step)
