"""A record's whole life, step by step and at random, held against an oracle that is a list of plain states."""

import datetime as dt
from collections import defaultdict
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from acorn_cpd.model.events import published
from acorn_cpd.model.record import CONTENTS, Contents, Record, declare, import_new
from acorn_cpd.model.vocabulary import Kind, State, Topic
from servicekit.documents import to_document
from servicekit.problems import RuleBroken

START = dt.datetime(2020, 3, 2, 9, 0, tzinfo=dt.UTC)
PERSON, MANAGER, HR = "person:p", "person:m", "person:h"
DAYS = st.dates(min_value=dt.date(2017, 1, 1), max_value=dt.date(2020, 3, 1))
QUARTERS = st.integers(min_value=1, max_value=1600)
TEXTS = st.sampled_from(["Phonics", "=cmd()", "Été \U0001f333", "\u202eright to left"])
TOPICS = st.lists(st.sampled_from(list(Topic)), max_size=4, unique=True).map(tuple)
ROWS = st.fixed_dictionaries(
    {
        "title": TEXTS,
        "kind": st.sampled_from([Kind.COURSE, Kind.OTHER]),
        "date": st.just(dt.date(2019, 9, 1)),
        "hours": st.sampled_from([0.25, 6.0]),
    },
    optional={"provider": TEXTS},
)
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "title": TEXTS,
        "kind": st.sampled_from(list(Kind)),
        "topics": TOPICS,
        "hours": QUARTERS.map(lambda quarters: quarters / 4),
        "date": DAYS,
        "provider": st.none() | TEXTS,
        "reflection": st.none() | TEXTS,
    },
)


def school_year(day: str) -> str:
    """The oracle's own way to an academic year: by the text of the date."""
    year, month = int(day[:4]), day[5:7]
    first = year if month in ("09", "10", "11", "12") else year - 1
    return f"{first}-{str(first + 1)[2:]}"


def said(document: dict[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in (*CONTENTS, "state")}


class RecordLife(RuleBasedStateMachine):
    """Any number of records of one person, each with every state that it was ever in."""

    def __init__(self) -> None:
        super().__init__()
        self.at = START
        self.current: dict[str, Record] = {}
        self.past: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.rows: dict[str, dict[str, Any]] = {}

    records = Bundle("records")

    def keep(self, record: Record) -> None:
        self.current[record.id] = record
        self.past[record.id].append(said(to_document(record)))

    def step(self, key: str, state: State, allowed: set[str], change: Any) -> None:
        """Take a step that the oracle allows from some states, and see that it is refused from the others."""
        before = self.current[key]
        try:
            after = change(before)
        except RuleBroken:
            assert before.state.value not in allowed
            return
        assert before.state.value in allowed
        assert after.version == before.version + 1
        assert after.state == state
        self.keep(after)

    @rule(target=records, title=TEXTS, kind=st.sampled_from(list(Kind)), topics=TOPICS, day=DAYS, quarters=QUARTERS)
    def declare(self, title: str, kind: Kind, topics: tuple[Topic, ...], day: dt.date, quarters: int) -> str:
        contents = Contents(title=title, kind=kind, topics=topics, date=day, hours=quarters / 4)
        record = declare(contents, record=str(len(self.current)), person="p", by=PERSON, at=self.at)
        self.keep(record)
        return record.id

    @rule(target=records, row=ROWS)
    def import_new(self, row: dict[str, Any]) -> str:
        key = str(len(self.current))
        self.keep(import_new(row, key, record=key, person="p", by=HR, at=self.at))
        self.rows[key] = row
        return key

    @precondition(lambda self: self.rows)
    @rule(data=st.data(), row=ROWS)
    def import_again(self, data: st.DataObject, row: dict[str, Any]) -> None:
        key = data.draw(st.sampled_from(sorted(self.rows)))
        record = self.current[key]
        news = row != self.rows[key]
        agrees = all(getattr(record, name) == value for name, value in row.items())
        if not news or (agrees and record.state == State.VERIFIED):
            assert record.import_again(row, by=HR, at=self.at) is record
            return
        allowed = {"declared", "verified", "queried"}
        self.step(key, State.VERIFIED, allowed, lambda old: old.import_again(row, by=HR, at=self.at))
        if record.state != State.WITHDRAWN:
            self.rows[key] = row

    @rule(key=records)
    def verify(self, key: str) -> None:
        self.step(key, State.VERIFIED, {"declared", "queried"}, lambda record: record.verify(by=MANAGER, at=self.at))

    @rule(key=records)
    def ask(self, key: str) -> None:
        self.step(key, State.QUERIED, {"declared", "verified"}, lambda record: record.ask("?", by=MANAGER, at=self.at))

    @rule(key=records)
    def withdraw(self, key: str) -> None:
        allowed = {"declared", "verified", "queried"}
        self.step(key, State.WITHDRAWN, allowed, lambda record: record.withdraw("Mine not.", by=PERSON, at=self.at))

    @rule(key=records, changes=CHANGES)
    def amend(self, key: str, changes: dict[str, Any]) -> None:
        record = self.current[key]
        plain = to_document(record)
        wanted = {**changes, "topics": tuple(sorted(changes["topics"]))} if "topics" in changes else changes
        news = any(getattr(record, name) != value for name, value in wanted.items())
        if plain["state"] != "withdrawn" and not news:
            assert record.amend(changes, why="Nothing.", by=PERSON, at=self.at) is record
            return
        allowed = {"declared", "verified", "queried"}
        self.step(key, State.DECLARED, allowed, lambda old: old.amend(changes, why="So.", by=PERSON, at=self.at))

    @rule(minutes=st.integers(min_value=1, max_value=10_000))
    def time_passes(self, minutes: int) -> None:
        self.at += dt.timedelta(minutes=minutes)

    @precondition(lambda self: self.current)
    @invariant()
    def every_earlier_version_can_be_told_from_the_record_alone(self) -> None:
        for key, record in self.current.items():
            document = to_document(record)
            told = [said(document)]
            judged = {judgement["version"]: judgement for judgement in document["judgements"]}
            amended = {amendment["version"]: amendment for amendment in document["amendments"]}
            for version in range(record.version, 1, -1):
                earlier = dict(told[-1])
                if version in amended:
                    earlier["state"] = "declared"
                    earlier |= amended[version]["before"]
                elif version in judged:
                    earlier["state"] = judged[version - 1]["state"] if version - 1 in judged else "declared"
                else:
                    earlier["state"] = document["withdrawal"]["before"]
                told.append(earlier)
            assert told[::-1] == self.past[key]

    @invariant()
    def what_is_published_is_what_is_stored_and_nothing_confidential(self) -> None:
        for record in self.current.values():
            document, state = to_document(record), published(record)
            assert state.pop("id") == document["_id"]
            assert state == {name: document[name] for name in state}
            assert not {"reflection", "impact", "query", "verification", "amendments"} & state.keys()
            assert state["academic_year"] == school_year(state["date"])

    @invariant()
    def a_judgement_in_force_is_the_last_one_made(self) -> None:
        for record in self.current.values():
            if record.state in (State.VERIFIED, State.QUERIED):
                last = record.judgements[-1]
                held = record.verification or record.query
                assert held is not None
                assert (last.state, last.by, last.at) == (record.state, held.by, held.at)


RecordLife.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestRecordLife = RecordLife.TestCase
