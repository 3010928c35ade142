"""The past of a record, told from what the CPD service keeps of it."""

from typing import Any

from acorn_portal import past
from acorn_portal.clients.cpd import Record
from acorn_portal.words import Step

AMINA, BEN = "person:01971281-3b20-7a4e-8f10-6c2d9e0b7a11", "person:01971281-3b20-7a4e-8f10-6c2d9e0b7a22"


def record(**said: Any) -> Record:
    """A record at its first version, as its person declared it."""
    plain = {
        "id": "01971281-3b20-7a4e-8f10-6c2d9e0b7b01",
        "person": AMINA.partition(":")[2],
        "title": "Phonics in Reception",
        "kind": "course",
        "topics": ["phonics"],
        "date": "2026-03-02",
        "ends": None,
        "hours": 3.0,
        "provider": None,
        "reflection": None,
        "impact": None,
        "academic_year": "2025-26",
        "source": {"kind": "declared", "reference": None},
        "state": "declared",
        "verification": None,
        "query": None,
        "withdrawal": None,
        "declared_by": AMINA,
        "declared_by_name": "Amina Yusuf",
        "declared_at": "2026-03-02T16:00:00.000Z",
        "changed_at": "2026-03-02T16:00:00.000Z",
        "version": 1,
        "may_verify": False,
        "judgements": [],
        "amendments": [],
    }
    return {**plain, **said}  # type: ignore[typeddict-item]


def amendment(version: int, **before: Any) -> dict[str, Any]:
    """A correction that made a version, with what stood there before."""
    at = f"2026-03-0{version + 1}T16:00:00.000Z"
    return {"by": AMINA, "by_name": "Amina Yusuf", "at": at, "version": version, "why": "Wrong", "before": before}


def judgement(version: int, state: str, question: str | None = None) -> dict[str, Any]:
    """A verification or a query that made a version."""
    at = f"2026-03-0{version + 1}T17:00:00.000Z"
    return {"by": BEN, "by_name": "Ben Okafor", "at": at, "version": version, "state": state, "question": question}


def test_what_a_record_said_at_each_version_can_be_told() -> None:
    now = record(
        version=4,
        hours=5.0,
        provider="Early Excellence",
        judgements=[judgement(3, "verified")],
        amendments=[amendment(2, hours=3.0), amendment(4, hours=4.0, provider=None, state="verified")],
    )

    told = {version: past.contents_at(now, version) for version in (1, 2, 3, 4)}

    assert {version: said["hours"] for version, said in told.items()} == {1: 3.0, 2: 4.0, 3: 4.0, 4: 5.0}
    assert told[3]["provider"] is None
    assert "state" not in told[1]


def test_what_happened_stands_newest_first() -> None:
    now = record(
        version=4,
        hours=4.0,
        state="withdrawn",
        judgements=[judgement(2, "queried", "The whole day?")],
        amendments=[amendment(3, hours=3.0, state="queried")],
        withdrawal={"by": AMINA, "by_name": "Amina Yusuf", "at": "2026-04-01T09:00:00.000Z", "why": "Twice"},
    )

    told = past.happenings(now)

    assert [one.what for one in told] == ["Withdrawn by", "Changed by", "Queried by", "Recorded by"]
    assert [one.said for one in told] == ["Twice", "Wrong", "The whole day?", None]


def test_a_correction_says_each_field_before_and_after_as_of_then() -> None:
    now = record(
        version=3,
        hours=5.0,
        topics=[],
        amendments=[amendment(2, hours=3.0, topics=["phonics", "early_reading"]), amendment(3, hours=4.0)],
    )

    _, first, _ = past.happenings(now)

    assert first.steps == (Step("Hours", "3", "4"), Step("Topics", "Phonics, Early reading", None))


def test_a_correction_of_a_verified_record_says_that_it_waits_again() -> None:
    now = record(
        version=3, judgements=[judgement(2, "verified")], amendments=[amendment(3, hours=2.0, state="verified")]
    )

    assert past.happenings(now)[0].note == "It had been verified, and waits to be verified again."


def test_a_row_that_was_imported_again_was_changed_before_it_was_verified() -> None:
    now = record(
        version=2,
        source={"kind": "import", "reference": None},
        judgements=[judgement(1, "verified"), judgement(2, "verified")],
        amendments=[amendment(2, hours=2.0, state="verified")],
    )

    told = [one.what for one in past.happenings(now)]

    assert told == ["Verified by", "Changed by", "Verified by", "Imported by"]


def test_only_what_happened_since_a_version_is_told() -> None:
    now = record(version=3, judgements=[judgement(2, "verified")], amendments=[amendment(3, hours=2.0)])

    assert [one.what for one in past.since(now, 2)] == ["Changed by"]
    assert past.since(now, 3) == []
