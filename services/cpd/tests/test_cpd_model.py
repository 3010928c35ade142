"""The rules of a CPD record, without any engine."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acorn_cpd.model.events import published
from acorn_cpd.model.record import Contents, Record, declare, digest, import_key, import_new, settled
from acorn_cpd.model.refusals import (
    EARLIEST,
    MOST_VERSIONS,
    ChangedTooOften,
    DayRefused,
    HoursRefused,
    OwnRecord,
    WrongState,
)
from acorn_cpd.model.vocabulary import Kind, SourceKind, State, Topic
from servicekit.documents import from_document, to_document

TODAY = dt.date(2019, 11, 22)
AT = dt.datetime(2019, 11, 22, 16, 30, tzinfo=dt.UTC)
AMINA, MANAGER, HR = "person:amina", "person:manager", "person:hr"
PHONICS = Contents(
    title="Phonics in Reception",
    kind=Kind.COURSE,
    topics=(Topic.PHONICS, Topic.EYFS),
    date=dt.date(2019, 10, 14),
    hours=3.5,
    provider="Early Excellence",
    reflection="I tried the blending game.",
)


def declared(contents: Contents = PHONICS) -> Record:
    return declare(contents, record="r1", person="amina", by=AMINA, at=AT)


def test_a_declared_record_waits_for_somebody_to_verify_it() -> None:
    record = declared()

    assert record.state == State.DECLARED
    assert record.source.kind == SourceKind.DECLARED
    assert record.academic_year == "2019-20"
    assert (record.declared_by, record.version) == (AMINA, 1)


@pytest.mark.parametrize(
    ("day", "year"),
    [(dt.date(2019, 8, 31), "2018-19"), (dt.date(2019, 9, 1), "2019-20"), (dt.date(1999, 9, 1), "1999-00")],
)
def test_a_record_belongs_to_the_academic_year_of_its_first_day(day: dt.date, year: str) -> None:
    assert declared(replace(PHONICS, date=day, ends=dt.date(2019, 9, 2))).academic_year == year


def test_today_is_the_calendar_day_in_london() -> None:
    half_past_midnight_in_london = dt.datetime(2019, 6, 30, 23, 30, tzinfo=dt.UTC)

    record = declare(
        replace(PHONICS, date=dt.date(2019, 7, 1)),
        record="r1",
        person="amina",
        by=AMINA,
        at=half_past_midnight_in_london,
    )

    assert record.date == dt.date(2019, 7, 1)


@pytest.mark.parametrize(
    ("contents", "field"),
    [
        (replace(PHONICS, date=TODAY + dt.timedelta(days=1)), "/date"),
        (replace(PHONICS, ends=TODAY + dt.timedelta(days=1)), "/ends"),
        (replace(PHONICS, ends=PHONICS.date - dt.timedelta(days=1)), "/ends"),
        (replace(PHONICS, date=EARLIEST - dt.timedelta(days=1)), "/date"),
    ],
)
def test_days_that_cannot_have_been_are_refused(contents: Contents, field: str) -> None:
    with pytest.raises(DayRefused) as refusal:
        settled(contents, TODAY)

    assert [error.pointer for error in refusal.value.errors] == [field]


def test_a_last_day_that_is_the_first_is_one_day() -> None:
    assert settled(replace(PHONICS, ends=PHONICS.date), TODAY).ends is None


@pytest.mark.parametrize("hours", [0, -1, 0.1, 0.2499999, 400.25, 1e300, float("inf"), float("-inf"), float("nan")])
def test_hours_that_are_not_quarters_in_range_are_refused(hours: float) -> None:
    with pytest.raises(HoursRefused):
        declared(replace(PHONICS, hours=hours))


@given(quarters=st.integers(min_value=1, max_value=1600))
def test_every_quarter_hour_in_range_is_taken_exactly(quarters: int) -> None:
    assert declared(replace(PHONICS, hours=quarters / 4)).hours * 4 == quarters


def test_topics_are_a_set_whatever_their_order() -> None:
    shuffled = replace(PHONICS, topics=(Topic.EYFS, Topic.PHONICS, Topic.EYFS))

    assert declared().topics == declared(shuffled).topics == (Topic.EYFS, Topic.PHONICS)


def test_a_line_manager_verifies_a_record() -> None:
    verified = declared().verify(by=MANAGER, at=AT)

    assert verified.state == State.VERIFIED
    assert verified.verification is not None
    assert (verified.verification.by, verified.version) == (MANAGER, 2)


def test_nobody_judges_their_own_record() -> None:
    with pytest.raises(OwnRecord):
        declared().verify(by=AMINA, at=AT)
    with pytest.raises(OwnRecord):
        declared().ask("Which school?", by=AMINA, at=AT)


def test_a_queried_record_no_longer_counts_as_verified_and_can_be_verified_again() -> None:
    queried = declared().verify(by=MANAGER, at=AT).ask("How long was it?", by=HR, at=AT)
    assert (queried.state, queried.verification) == (State.QUERIED, None)
    assert queried.query is not None

    verified = queried.verify(by=MANAGER, at=AT)

    assert (verified.state, verified.query) == (State.VERIFIED, None)
    assert [(judgement.version, judgement.state, judgement.by) for judgement in verified.judgements] == [
        (2, State.VERIFIED, MANAGER),
        (3, State.QUERIED, HR),
        (4, State.VERIFIED, MANAGER),
    ]


def test_an_amendment_keeps_what_was_there_before_and_waits_again() -> None:
    amended = (
        declared()
        .verify(by=MANAGER, at=AT)
        .amend({"hours": 4.0, "date": dt.date(2019, 8, 30)}, why="I read the certificate wrong.", by=AMINA, at=AT)
    )

    assert (amended.hours, amended.academic_year, amended.state) == (4.0, "2018-19", State.DECLARED)
    assert amended.verification is None
    [amendment] = amended.amendments
    assert amendment.before == {"hours": 3.5, "date": "2019-10-14", "state": "verified"}
    assert (amendment.by, amendment.why, amendment.version) == (AMINA, "I read the certificate wrong.", 3)


def test_an_amendment_that_changes_nothing_is_no_amendment() -> None:
    verified = declared().verify(by=MANAGER, at=AT)

    same = verified.amend({"hours": 3.5, "topics": (Topic.EYFS, Topic.PHONICS)}, why="Checked.", by=AMINA, at=AT)

    assert same is verified


def test_a_withdrawn_record_is_final() -> None:
    withdrawn = declared().withdraw("I was ill that day.", by=AMINA, at=AT)
    assert withdrawn.withdrawal is not None
    assert withdrawn.withdrawal.before == State.DECLARED

    steps: list[Callable[[], Record]] = [
        lambda: withdrawn.verify(by=MANAGER, at=AT),
        lambda: withdrawn.ask("Why?", by=MANAGER, at=AT),
        lambda: withdrawn.amend({"hours": 1.0}, why="No.", by=AMINA, at=AT),
        lambda: withdrawn.withdraw("Again.", by=AMINA, at=AT),
    ]
    for step in steps:
        with pytest.raises(WrongState):
            step()


def test_a_judgement_is_not_repeated() -> None:
    verified = declared().verify(by=MANAGER, at=AT)
    queried = declared().ask("Which day?", by=MANAGER, at=AT)

    with pytest.raises(WrongState):
        verified.verify(by=HR, at=AT)
    with pytest.raises(WrongState):
        queried.ask("Which school?", by=HR, at=AT)


def test_a_record_that_was_changed_too_often_can_only_be_withdrawn() -> None:
    worn = replace(declared(), version=MOST_VERSIONS)

    with pytest.raises(ChangedTooOften):
        worn.verify(by=MANAGER, at=AT)
    assert worn.withdraw("Declared anew.", by=AMINA, at=AT).state == State.WITHDRAWN


def test_what_is_published_leaves_out_what_is_written_for_the_manager() -> None:
    queried = declared().ask("Which key stage?", by=MANAGER, at=AT)

    assert published(queried) == {
        "id": "r1",
        "person": "amina",
        "title": "Phonics in Reception",
        "kind": "course",
        "topics": ["eyfs", "phonics"],
        "date": "2019-10-14",
        "ends": None,
        "hours": 3.5,
        "provider": "Early Excellence",
        "academic_year": "2019-20",
        "source": {"kind": "declared", "reference": None},
        "state": "queried",
    }


def test_a_record_is_the_same_after_it_was_stored_and_read() -> None:
    record = (
        import_new(ROW, "CPD-7", record="r1", person="amina", by=HR, at=AT)
        .ask("How long?", by=MANAGER, at=AT)
        .amend({"hours": 2.0}, why="Half a day.", by=AMINA, at=AT)
        .withdraw("Not mine.", by=AMINA, at=AT)
    )

    assert from_document(Record, to_document(record)) == record


# Imports

ROW = {"title": "Safeguarding", "kind": Kind.COURSE, "date": dt.date(2019, 9, 2), "hours": 6.0}


def imported() -> Record:
    return import_new(ROW, "CPD-7", record="r1", person="amina", by=HR, at=AT)


def test_whoever_imports_a_record_vouches_for_it() -> None:
    record = imported()

    assert (record.state, record.version) == (State.VERIFIED, 1)
    assert (record.source.kind, record.source.reference) == (SourceKind.IMPORT, "CPD-7")
    assert record.verification is not None
    assert record.verification.by == HR


def test_whoever_imports_their_own_record_still_needs_somebody_to_verify_it() -> None:
    own = import_new(ROW, "CPD-7", record="r1", person="hr", by=HR, at=AT)
    assert (own.state, own.verification) == (State.DECLARED, None)

    changed = own.import_again({**ROW, "hours": 5.0}, by=HR, at=AT)

    assert (changed.state, changed.hours) == (State.DECLARED, 5.0)


def test_the_same_row_changes_nothing_even_after_the_person_amended_the_record() -> None:
    amended = imported().amend({"hours": 5.0}, why="We finished early.", by=AMINA, at=AT)

    assert amended.import_again(dict(reversed(ROW.items())), by=HR, at=AT) is amended


def test_a_changed_row_amends_and_an_absent_cell_leaves_what_was_there() -> None:
    record = imported().amend({"provider": "NSPCC"}, why="I forgot who led it.", by=AMINA, at=AT)

    changed = record.import_again({**ROW, "hours": 5.5}, by=HR, at=AT)

    assert (changed.hours, changed.provider, changed.state) == (5.5, "NSPCC", State.VERIFIED)
    assert changed.amendments[-1].before == {"hours": 6.0}
    assert changed.version == record.version + 1
    assert changed.import_again({**ROW, "hours": 5.5}, by=HR, at=AT) is changed


def test_a_row_that_confirms_an_amendment_verifies_it() -> None:
    amended = imported().amend({"hours": 5.0}, why="We finished early.", by=AMINA, at=AT)

    confirmed = amended.import_again({**ROW, "hours": 5.0}, by=HR, at=AT)

    assert (confirmed.state, confirmed.version) == (State.VERIFIED, amended.version + 1)
    assert confirmed.amendments == amended.amendments


def test_a_row_that_says_what_a_verified_record_says_changes_nothing() -> None:
    verified = imported().amend({"hours": 5.0}, why="Early.", by=AMINA, at=AT).verify(by=MANAGER, at=AT)

    assert verified.import_again({**ROW, "hours": 5.0}, by=HR, at=AT) is verified


def test_a_changed_row_does_not_bring_a_withdrawn_record_back() -> None:
    withdrawn = imported().withdraw("I was ill.", by=AMINA, at=AT)

    assert withdrawn.import_again(ROW, by=HR, at=AT) is withdrawn
    with pytest.raises(WrongState):
        withdrawn.import_again({**ROW, "hours": 1.0}, by=HR, at=AT)


def test_a_reference_and_a_row_never_name_the_same_record() -> None:
    assert import_key(ROW, None) != import_key(ROW, digest(ROW))
    assert import_key(ROW, "") != import_key(ROW, None)
