"""A person's whole life at the trust, in any order of events, held against a ledger of days that shares no code."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from acorn_staff.model.appointments import Appointment, Override, Reason
from acorn_staff.model.person import Kind, Person, new_person
from servicekit.problems import Problem

FIRST = date(2019, 9, 1)
LAST = 40
"""The ledger's days are counted from `FIRST`; what has no end is written down to `LAST`."""

OVERRIDE = Override(by="person:hr", at=datetime(2019, 8, 1, tzinfo=UTC), why="Covers an absence.")
DAY = st.integers(0, LAST - 5)
TENTHS = st.sampled_from((2, 3, 5, 8, 10))
PLACES = st.sampled_from(("elm", "ash"))
POSTS = st.sampled_from(("teacher", "senco"))


@dataclass
class Line:
    """One appointment in the ledger: tenths of a job on each of its days."""

    id: str
    place: str
    post: str
    tenths: int
    days: set[int]
    open_ended: bool
    overridden: bool
    closed: tuple[int, str] | None = None
    follows: str | None = None


def on(number: int) -> date:
    """The date of a day in the ledger."""
    return FIRST + timedelta(days=number)


class Life(RuleBasedStateMachine):
    """Joins, moves, ends and retains somebody; refuses what the ledger refuses, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.person: Person = new_person(
            id="amina", on=FIRST, kind=Kind.EMPLOYEE, given_name="Amina", family_name="Yusuf"
        )
        self.ledger: dict[str, Line] = {}
        self.ended: dict[str, Appointment] = {}
        self.made = 0

    # -- what HR does

    @rule(
        place=PLACES, post=POSTS, tenths=TENTHS, day=DAY, length=st.none() | st.integers(0, 8), override=st.booleans()
    )
    def joins(self, place: str, post: str, tenths: int, day: int, length: int | None, override: bool) -> None:
        """An appointment is added."""
        last = None if length is None else day + length
        line = self._line(place, post, tenths, day, last)
        self._add(
            line,
            allowed=self._fits(line, override),
            needed=self._too_much(line),
            make=lambda: self.person.joined(
                Appointment(
                    id=line.id,
                    organisation=place,
                    post=post,
                    fte=tenths / 10,
                    from_=on(day),
                    to=None if last is None else on(last),
                    override=OVERRIDE if override else None,
                )
            ),
        )

    @precondition(lambda self: self.ledger)
    @rule(data=st.data(), place=PLACES, post=POSTS, tenths=TENTHS, day=DAY, override=st.booleans())
    def moves(self, data: st.DataObject, place: str, post: str, tenths: int, day: int, override: bool) -> None:
        """An appointment ends and the next starts."""
        old = self.ledger[data.draw(st.sampled_from(sorted(self.ledger)))]
        before = self.person
        if (place, post, tenths) == (old.place, old.post, old.tenths):
            same = before.moved(old.id, id="never", on=on(day), organisation=place, post=post, fte=tenths / 10)
            assert same is before
            return
        line = self._line(place, post, tenths, day, None if old.open_ended else max(old.days))
        possible = old.closed is None and min(old.days) < day and (old.open_ended or day <= max(old.days))
        left = {one for one in old.days if one < day}
        kept, old.days = old.days, left
        allowed = possible and self._fits(line, override)
        needed = self._too_much(line)
        old.days = kept
        self._add(
            line,
            allowed=allowed,
            needed=needed,
            make=lambda: before.moved(
                old.id,
                id=line.id,
                on=on(day),
                organisation=place,
                post=post,
                fte=tenths / 10,
                override=OVERRIDE if override else None,
            ),
        )
        if allowed:
            old.days, old.open_ended, old.closed = left, False, (day - 1, "moved_in_trust")
            line.follows = old.id
            ended, started = self.person.appointment(old.id), self.person.appointment(line.id)
            assert ended.to is not None
            assert started.from_ - ended.to == timedelta(days=1), "a move leaves consecutive days"
            self.ended[old.id] = ended

    @precondition(lambda self: self.ledger)
    @rule(data=st.data(), day=DAY, reason=st.sampled_from((Reason.RESIGNED, Reason.RETIRED)))
    def ends(self, data: st.DataObject, day: int, reason: Reason) -> None:
        """An appointment is ended, or ended again."""
        line = self.ledger[data.draw(st.sampled_from(sorted(self.ledger)))]
        before = self.person
        same = line.closed == (day, reason.value)
        possible = line.closed is None and day >= min(line.days) and (line.open_ended or day <= max(line.days))
        try:
            self.person = before.ended(line.id, on=on(day), reason=reason)
        except Problem:
            assert not possible
            assert not same
            return
        if same:
            assert self.person is before
            return
        assert possible
        line.days = {one for one in line.days if one <= day}
        line.open_ended, line.closed = False, (day, reason.value)
        self.ended[line.id] = self.person.appointment(line.id)

    @precondition(lambda self: self.ended)
    @rule(data=st.data(), today=DAY, last=st.none() | DAY, override=st.booleans())
    def stays(self, data: st.DataObject, today: int, last: int | None, override: bool) -> None:
        """An end is taken back; of a move, what it was to begin goes with it."""
        old = self.ledger[data.draw(st.sampled_from(sorted(self.ended)))]
        assert old.closed is not None
        called_off = next((one for one in self.ledger.values() if one.follows == old.id), None)
        fixed = max(called_off.days) if called_off and not called_off.open_ended else None
        until = last if last is not None else fixed
        line = self._line(old.place, old.post, old.tenths, min(old.days), until)
        others = {id_: one for id_, one in self.ledger.items() if one is not old and one is not called_off}
        held, self.ledger = self.ledger, others
        possible = today <= old.closed[0] and (called_off is None or called_off.closed is None)
        allowed = possible and self._fits(line, override or old.overridden)
        line.id, line.follows, line.overridden = old.id, old.follows, self._too_much(line)
        self.ledger = held
        try:
            self.person = self.person.retained(
                old.id,
                today=on(today),
                to=None if last is None else on(last),
                override=OVERRIDE if override else None,
            )
        except Problem:
            assert not allowed
            return
        assert allowed
        self.ledger = {**others, old.id: line}
        del self.ended[old.id]

    # -- what must always hold

    @invariant()
    def nobody_works_more_than_one_job_without_an_override(self) -> None:
        """Counted from the person's own appointments, day by day."""
        for number in range(LAST + 1):
            here = [
                a for a in self.person.appointments if a.from_ <= on(number) and (a.to is None or on(number) <= a.to)
            ]
            assert sum(round(one.fte * 10) for one in here) <= 10 or any(one.override for one in here)
            assert len({(one.organisation, one.post) for one in here}) == len(here)

    @invariant()
    def history_is_never_rewritten(self) -> None:
        """What ended keeps its facts, and none disappears: but for ends to come that are taken back."""
        for id_, ended in self.ended.items():
            assert self.person.appointment(id_) == ended
        assert {one.id for one in self.person.appointments} == set(self.ledger)

    @invariant()
    def the_ledger_and_the_person_agree(self) -> None:
        """Day by day, place by place."""
        for one in self.person.appointments:
            line = self.ledger[one.id]
            assert one.from_ == on(min(line.days))
            assert one.to == (None if line.open_ended else on(max(line.days)))
            assert bool(one.override) == line.overridden

    # -- the ledger

    def _line(self, place: str, post: str, tenths: int, first: int, last: int | None) -> Line:
        self.made += 1
        days = set(range(first, (LAST if last is None else last) + 1))
        return Line(f"{self.made:03}", place, post, tenths, days, last is None, overridden=False)

    def _too_much(self, new: Line) -> bool:
        held = self.ledger.values()
        return any(sum(one.tenths for one in held if day in one.days) + new.tenths > 10 for day in new.days)

    def _fits(self, new: Line, override: bool) -> bool:
        twice = any(
            (one.place, one.post) == (new.place, new.post) and one.days & new.days for one in self.ledger.values()
        )
        return bool(new.days) and not twice and (override or not self._too_much(new))

    def _add(self, line: Line, *, allowed: bool, needed: bool, make: Callable[[], Person]) -> None:
        try:
            self.person = make()
        except Problem:
            assert not allowed
            return
        assert allowed
        line.overridden = needed
        self.ledger[line.id] = line


Life.TestCase.settings = settings(max_examples=80, stateful_step_count=25, deadline=None)
TestLife = Life.TestCase
