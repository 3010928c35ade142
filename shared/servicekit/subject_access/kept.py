"""What every service keeps about a person beside its own: who looked, what they did, rows of imports, dead letters."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from pymongo.database import Database

from servicekit import audit, deadletters
from servicekit.clock import instant
from servicekit.ids import PATTERN
from servicekit.imports import saved
from servicekit.imports.remarks import of_identifiers
from servicekit.mongo import Document
from servicekit.rebuild import store as rebuilds

UNKNOWN = "somebody who is not known here"
NO_RECORD = "a sign-in without a record"
_MENTION = re.compile(rf"(?P<actor>person:)?(?P<id>{PATTERN})|(?P<sign_in>sign-in:).*", re.DOTALL)


@dataclass(frozen=True)
class Subject:
    """Whose data is asked for: every id that is theirs, the present one first, and what else they are known by here."""

    ids: Sequence[str]
    identifiers: Sequence[str] = ()

    @property
    def id(self) -> str:
        """The id that they have now."""
        return self.ids[0]

    @property
    def actors(self) -> list[str]:
        """How they stand in `by`."""
        return [f"person:{one}" for one in self.ids]


@dataclass(frozen=True)
class Section:
    """Things of one kind that are held about somebody, and why the trust holds them, in a sentence for that person."""

    name: str
    title: str
    why: str
    items: Sequence[Document] = field(default_factory=list)


Holds = Callable[[Database[Document], Subject], Iterable[Section]]
"""What a service itself holds about somebody, in sections; `NotFound` where it would know them and does not."""


def nothing(_database: Database[Document], _subject: Subject) -> Iterable[Section]:
    """Nothing of a service's own."""
    return ()


def sections(database: Database[Document], subject: Subject) -> Iterator[Section]:
    """What every service keeps about somebody."""
    looks = database[audit.COLLECTION].find({"people": {"$in": list(subject.ids)}})
    yield Section(
        "looks",
        "Who looked at your record",
        "So that you and the trust can see who looked at your data, when, and by what; for six years. Looks that are "
        "marked as confidential are for data protection alone to know of.",
        [
            {"at": row["at"], "what": row["what"], "by": row["by"], "confidential": row.get("confidential", False)}
            for row in looks.sort([("at", -1), ("_id", -1)])
        ],
    )
    yield Section(
        "acts",
        "What you looked at and did",
        "So that others can see who looked at their data. Whose data it was is theirs and is left out; what was done "
        "with a sign-in before it was bound to you is kept under that sign-in alone.",
        sorted(_acts(database, subject.actors), key=lambda act: act["at"], reverse=True),
    )
    yield Section(
        "import_rows",
        "Rows of imported files",
        "So that HR can put right what a file could not bring in; for 90 days. A row can be matched to you only where "
        "a remark on it quotes your e-mail address, TRN or an employee number: rows that went in with no remark keep "
        "nothing but their line, remarks that quote anything else, such as a name, cannot be told to be about you, "
        "and files themselves are gone after a day.",
        of_identifiers(database, subject.identifiers),
    )
    yield Section(
        "dead_letters",
        "Messages between services that could not be taken",
        "So that whoever runs Acorn can have them handled again; until a week after that. Of a message about somebody "
        "else that mentions you, only that there is one is told.",
        list(_letters(database, subject)),
    )


def _acts(database: Database[Document], actors: Sequence[str]) -> Iterator[Document]:
    """Everything that somebody did here, but on whom."""
    by = {"by": {"$in": list(actors)}}
    for row in database[audit.COLLECTION].find(by, {"at": 1, "what": 1}):
        yield {"at": row["at"], "what": row["what"]}
    for collection, at, what in (
        ("imports", "created_at", "start_import"),
        (saved.COLLECTION, "at", "save_import_mapping"),
        (rebuilds.COLLECTION, "asked_at", "start_rebuild"),
    ):
        for row in database[collection].find(by, {at: 1}):
            yield {"at": row[at], "what": what}
    for letter in database[deadletters.COLLECTION].find({**by, "closed": {"$ne": None}}, {"closed": 1}):
        yield {"at": instant(letter["closed"]), "what": "close_dead_letter"}


def _letters(database: Database[Document], subject: Subject) -> Iterator[Document]:
    """Dead letters about somebody with what they say, and those that mention them without; there are never many."""
    shown = ("at", "topic", "type", "reason", "state")
    sought = [one.encode() for one in subject.ids]
    for letter in database[deadletters.COLLECTION].find().sort("_id", 1):
        value = bytes(letter["value"])
        theirs = letter["aggregate"] in subject.ids
        if theirs or any(one in value for one in sought):
            yield {name: letter[name] for name in shown} | {"payload": _read(value) if theirs else None}


def _read(value: bytes) -> Any:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value.decode(errors="replace")


def mentioned(part: Any) -> Iterator[str]:
    """Every id in a part of an answer, of people and of others."""
    if isinstance(part, Mapping):
        for inner in part.values():
            yield from mentioned(inner)
    elif isinstance(part, list | tuple):
        for inner in part:
            yield from mentioned(inner)
    elif isinstance(part, str) and (found := _MENTION.fullmatch(part)) and found["id"]:
        yield found["id"]


def told(part: Any, subject: Subject, names: Mapping[str, str]) -> Any:
    """A part of an answer with names for the ids of others: an id of somebody is nothing to its reader.

    The subject's own ids stay, for their other papers name them.
    """
    if isinstance(part, Mapping):
        return {("id" if key == "_id" else key): told(inner, subject, names) for key, inner in part.items()}
    if isinstance(part, list | tuple):
        return [told(inner, subject, names) for inner in part]
    found = _MENTION.fullmatch(part) if isinstance(part, str) else None
    if found is None:
        return part
    if found["sign_in"]:
        return NO_RECORD
    if found["actor"]:
        return names.get(found["id"], UNKNOWN)
    return part if found["id"] in subject.ids else names.get(found["id"], part)
