"""The past of a CPD record as its reader follows it: what happened, newest first, and what it said at each version."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from acorn_portal import words
from acorn_portal.clients.cpd import Record


@dataclass(frozen=True)
class Happening:
    """Something that happened to a record: what, by whom, when; what they wrote; what it changed."""

    what: str
    by: str
    by_name: str | None
    at: str
    said: str | None = None
    note: str | None = None
    steps: tuple[words.Step, ...] = ()


def happenings(record: Record) -> list[Happening]:
    """All that happened to a record, newest first."""
    told = sorted(_told(record), key=lambda one: one[:2], reverse=True)
    return [happening for _, _, happening in told]


def contents(record: Record) -> dict[str, Any]:
    """What a record says now."""
    return {name: record[name] for name in words.RECORD_FIELDS}  # type: ignore[literal-required]


def contents_at(record: Record, version: int) -> dict[str, Any]:
    """What a record said at an earlier version: its corrections since then, undone."""
    said = contents(record)
    for amendment in reversed(record["amendments"]):
        if amendment["version"] > version:
            said |= {name: value for name, value in amendment["before"].items() if name in said}
    return said


def since(record: Record, version: int) -> list[Happening]:
    """What happened to a record after a version, newest first."""
    return [happening for at, _, happening in sorted(_told(record), key=lambda one: one[:2])[::-1] if at > version]


def _told(record: Record) -> Iterator[tuple[int, int, Happening]]:
    # With the version that it made and its place among what made the same one.
    made = "Imported by" if record["source"]["kind"] == "import" else "Recorded by"
    yield 1, 0, Happening(made, record["declared_by"], record["declared_by_name"], record["declared_at"])
    for amendment in record["amendments"]:
        before, after = amendment["before"], contents_at(record, amendment["version"])
        steps = tuple(
            words.Step(label, words.record_value(name, before[name]), words.record_value(name, after[name]))
            for name, label in words.RECORD_FIELDS.items()
            if name in before
        )
        was = words.STATES.get(before.get("state", ""), "").lower()
        note = f"It had been {was}, and waits to be verified again." if was else None
        yield (
            amendment["version"],
            1,
            Happening(
                "Changed by", amendment["by"], amendment["by_name"], amendment["at"], amendment["why"], note, steps
            ),
        )
    for judgement in record["judgements"]:
        what = "Verified by" if judgement["state"] == "verified" else "Queried by"
        yield (
            judgement["version"],
            2,
            Happening(what, judgement["by"], judgement["by_name"], judgement["at"], judgement["question"]),
        )
    taken = record["withdrawal"]
    if taken:
        yield (
            record["version"],
            3,
            Happening("Withdrawn by", taken["by"], taken["by_name"], taken["at"], taken["why"]),
        )
