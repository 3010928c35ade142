"""What a CPD record says and what may happen to it: pure rules, each refusing with a fact."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from acorn_cpd.model.refusals import (
    EARLIEST,
    LEAST_HOURS,
    MOST_HOURS,
    MOST_VERSIONS,
    ChangedTooOften,
    DayRefused,
    HoursRefused,
    OwnRecord,
    WrongState,
)
from acorn_cpd.model.vocabulary import Kind, SourceKind, State, Topic
from servicekit.clock import academic_year, london_today
from servicekit.documents import to_plain


@dataclass(frozen=True, kw_only=True)
class Source:
    """How a record came about, and what names it there (the reference of an imported row)."""

    kind: SourceKind
    reference: str | None = None


@dataclass(frozen=True, kw_only=True)
class Verification:
    """Who confirmed the record, and when."""

    by: str
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Query:
    """Who asked what about the record, and when."""

    by: str
    at: dt.datetime
    question: str


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """A verification or a query that was ever made, and the version of the record that it made."""

    version: int
    state: State
    by: str
    at: dt.datetime
    question: str | None = None


@dataclass(frozen=True, kw_only=True)
class Amendment:
    """A correction: the version that it made, who, when, why, and what stood before in each field that it changed."""

    version: int
    by: str
    at: dt.datetime
    why: str
    before: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Withdrawal:
    """Who took the record back, when, why, and the state that it was in."""

    by: str
    at: dt.datetime
    why: str
    before: State


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What an import knows a record by (`key`), and the row that it last wrote, as a digest."""

    key: str
    row: str


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What a record says: all that its person may declare and amend."""

    title: str
    kind: Kind
    topics: tuple[Topic, ...] = ()
    date: dt.date
    ends: dt.date | None = None
    hours: float
    provider: str | None = None
    reflection: str | None = None
    impact: str | None = None


_C = TypeVar("_C", bound=Contents)
CONTENTS = tuple(field.name for field in fields(Contents))
_AWAITING = (State.DECLARED, State.QUERIED)


@dataclass(frozen=True, kw_only=True)
class Record(Contents):
    """One piece of professional development of one person, with its whole past."""

    id: str
    person: str
    academic_year: str
    source: Source
    state: State
    verification: Verification | None = None
    query: Query | None = None
    withdrawal: Withdrawal | None = None
    judgements: tuple[Judgement, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    imported: Imported | None = None
    declared_by: str
    declared_at: dt.datetime
    changed_at: dt.datetime
    version: int = 1
    shape: int = 1

    def verify(self, *, by: str, at: dt.datetime) -> "Record":
        """The record, confirmed by somebody other than its person."""
        self._refuse_own(by)
        self._refuse_unless("verified", *_AWAITING)
        return _verified(self._changed(at), by=by, at=at)

    def ask(self, question: str, *, by: str, at: dt.datetime) -> "Record":
        """The record with a question that its person has to answer; it no longer counts as verified."""
        self._refuse_own(by)
        self._refuse_unless("queried", State.DECLARED, State.VERIFIED)
        asked = self._changed(at)
        return replace(
            asked,
            state=State.QUERIED,
            verification=None,
            query=Query(by=by, at=at, question=question),
            judgements=(
                *self.judgements,
                Judgement(version=asked.version, state=State.QUERIED, by=by, at=at, question=question),
            ),
        )

    def amend(self, changes: Mapping[str, Any], *, why: str, by: str, at: dt.datetime) -> "Record":
        """The record as corrected, waiting again; the record itself when the correction changes nothing.

        `changes` holds fields of `Contents`. What stood in each changed field goes to `amendments`
        (domain rule 1: corrections are new facts).
        """
        self._refuse_unless("amended", State.DECLARED, State.VERIFIED, State.QUERIED)
        contents = settled(replace(self, **changes), london_today(at))
        if not _differences(self, contents):
            return self
        return self._corrected(contents, why=why, by=by, at=at)

    def import_again(self, row: Mapping[str, Any], *, by: str, at: dt.datetime) -> "Record":
        """The record as its row in a file now says it; the record itself when the row says what it said before.

        A row that has not changed since its last import changes nothing, even where the person has since
        amended the record: the file is not news.
        """
        assert self.imported is not None  # noqa: S101 - found by its import key, so it has one
        imported = Imported(key=self.imported.key, row=digest(row))
        if imported == self.imported:
            return self
        self._refuse_unless("imported again", State.DECLARED, State.VERIFIED, State.QUERIED)
        contents = settled(replace(self, **row), london_today(at))
        judged = State.DECLARED if _own(self.person, by) else State.VERIFIED
        if not _differences(self, contents):
            if self.state == judged:
                return self
            changed = self._changed(at)
        else:
            changed = self._corrected(contents, why="The imported row changed.", by=by, at=at)
        changed = replace(changed, imported=imported)
        return _verified(changed, by=by, at=at) if judged == State.VERIFIED else changed

    def withdraw(self, why: str, *, by: str, at: dt.datetime) -> "Record":
        """The record taken back for good: it stays in the history and no longer counts."""
        self._refuse_unless("withdrawn", State.DECLARED, State.VERIFIED, State.QUERIED)
        return replace(
            self,
            state=State.WITHDRAWN,
            withdrawal=Withdrawal(by=by, at=at, why=why, before=self.state),
            version=self.version + 1,
            changed_at=at,
        )

    def _changed(self, at: dt.datetime) -> "Record":
        if self.version >= MOST_VERSIONS:
            raise ChangedTooOften
        return replace(self, version=self.version + 1, changed_at=at)

    def _corrected(self, contents: "Record", *, why: str, by: str, at: dt.datetime) -> "Record":
        before = _differences(self, contents)
        if self.state != State.DECLARED:
            before["state"] = self.state.value
        corrected = contents._changed(at)
        return replace(
            corrected,
            academic_year=academic_year(corrected.date),
            state=State.DECLARED,
            verification=None,
            query=None,
            amendments=(
                *self.amendments,
                Amendment(version=corrected.version, by=by, at=at, why=why, before=before),
            ),
        )

    def _refuse_own(self, by: str) -> None:
        if _own(self.person, by):
            raise OwnRecord

    def _refuse_unless(self, asked: str, *states: State) -> None:
        if self.state not in states:
            raise WrongState(asked=asked, state=self.state)


def declare(contents: Contents, *, record: str, person: str, by: str, at: dt.datetime) -> Record:
    """A new record, `record` its id, of CPD that `person` did; it waits for somebody to verify it."""
    return _new(contents, Source(kind=SourceKind.DECLARED), record=record, person=person, by=by, at=at)


def import_new(
    row: Mapping[str, Any], reference: str | None, *, record: str, person: str, by: str, at: dt.datetime
) -> Record:
    """A new record from the row of a file. Whoever imports it vouches for it, but never for CPD of their own."""
    source = Source(kind=SourceKind.IMPORT, reference=reference)
    new = _new(Contents(**row), source, record=record, person=person, by=by, at=at)
    new = replace(new, imported=Imported(key=import_key(row, reference), row=digest(row)))
    return new if _own(person, by) else _verified(new, by=by, at=at)


def takes_a_verification(state: State, version: int) -> bool:
    """Tell whether a record in a state, at a version, can be verified by somebody who may."""
    return state in _AWAITING and version < MOST_VERSIONS


def settled(contents: _C, today: dt.date) -> _C:
    """The contents in their one spelling: topics in order and once each, no last day when it is the first.

    `DayRefused` for a day in the future, before `EARLIEST`, or a last day before the first; `HoursRefused`.
    """
    for field, day in (("date", contents.date), ("ends", contents.ends)):
        if day is not None and day > today:
            raise DayRefused(field=field, day=day, because="has not come yet")
        if day is not None and day < EARLIEST:
            raise DayRefused(field=field, day=day, because=f"is before {EARLIEST.year}")
    if contents.ends is not None and contents.ends < contents.date:
        raise DayRefused(field="ends", day=contents.ends, because="is before the first day")
    if not LEAST_HOURS <= contents.hours <= MOST_HOURS or not (contents.hours * 4).is_integer():
        raise HoursRefused(hours=contents.hours)
    return replace(
        contents,
        hours=float(contents.hours),
        topics=tuple(sorted(set(contents.topics))),
        ends=None if contents.ends == contents.date else contents.ends,
    )


def import_key(row: Mapping[str, Any], reference: str | None) -> str:
    """What an import knows a person's record by: the row's reference, or all that the row says."""
    return f"reference:{reference}" if reference is not None else f"row:{digest(row)}"


def digest(row: Mapping[str, Any]) -> str:
    """The same text for the same row, whatever the order of its columns."""
    text = json.dumps(to_plain(dict(row)), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _new(contents: Contents, source: Source, *, record: str, person: str, by: str, at: dt.datetime) -> Record:
    said = settled(contents, london_today(at))
    return Record(
        **{name: getattr(said, name) for name in CONTENTS},
        id=record,
        person=person,
        academic_year=academic_year(said.date),
        source=source,
        state=State.DECLARED,
        declared_by=by,
        declared_at=at,
        changed_at=at,
    )


def _verified(record: Record, *, by: str, at: dt.datetime) -> Record:
    judgement = Judgement(version=record.version, state=State.VERIFIED, by=by, at=at)
    return replace(
        record,
        state=State.VERIFIED,
        verification=Verification(by=by, at=at),
        query=None,
        judgements=(*record.judgements, judgement),
    )


def _differences(old: Contents, new: Contents) -> dict[str, Any]:
    # Plain values, as they are stored and served.
    return {name: to_plain(getattr(old, name)) for name in CONTENTS if getattr(old, name) != getattr(new, name)}


def _own(person: str, by: str) -> bool:
    return by == f"person:{person}"
