"""What pages say of an import: its state, what became of its rows, and what can be done with it next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

OUTCOMES: Mapping[str, str] = MappingProxyType(
    {
        "added": "Added",
        "changed": "Changed",
        "unchanged": "Unchanged",
        "left_out": "Left out",
        "rejected": "Rejected",
    }
)
MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "added": "something new",
        "changed": "something that was there is changed; what it was before stays in its history",
        "unchanged": "Acorn knew all of it already",
        "left_out": "not for this trust, or closed before Acorn knew it",
        "rejected": "each says why",
    }
)
COLOURS: Mapping[str, str] = MappingProxyType(
    {"added": "green", "changed": "blue", "unchanged": "grey", "left_out": "grey", "rejected": "red"}
)
REMARKS = "remarks"
"""The filter of rows of which there is something to say, whatever became of them."""
ALL = "all"
"""The filter that lets every row through."""


@dataclass(frozen=True)
class Import:
    """An import of a service, as the service tells of it."""

    service: str
    told: Mapping[str, Any]
    now: datetime

    @property
    def address(self) -> str:
        """Where its page is."""
        return f"/imports/{self.service}/{self.told['id']}"

    @property
    def again(self) -> str:
        """Where another file of its kind is sent."""
        return f"/imports/{self.service}/{'people' if self.is_list else self.told['kind']}/new"

    @property
    def is_list(self) -> bool:
        """Whether it is a list that Acorn made, of those who are not in a full extract."""
        return bool(self.told.get("follows"))

    @property
    def press(self) -> str:
        """What a press of the button does with a list."""
        return f"End the appointments of {self._people}"

    @property
    def _people(self) -> str:
        return "1 person" if self.to_import == 1 else f"{self.to_import:,} people"

    @property
    def name(self) -> str:
        """The file's name without what cannot be seen: some of it turns round what stands beside it."""
        return "".join(letter for letter in self.told["filename"] if letter.isprintable()) or "A file without a name"

    @property
    def going(self) -> bool:
        """Whether it has not ended yet."""
        return self.told["state"] in ("waiting", "running")

    @property
    def nothing_in(self) -> bool:
        """Whether no row of it went in, whatever was only judged."""
        rows = self.told["rows"]
        return self.only_judged or not (rows["added"] or rows["changed"])

    @property
    def failed(self) -> bool:
        """Whether the file as a whole was refused."""
        return bool(self.told["state"] == "failed")

    @property
    def dry_run(self) -> bool:
        """Whether it only checks."""
        return bool(self.told["dry_run"])

    @property
    def only_judged(self) -> bool:
        """Whether no row of it has gone in, however many were judged."""
        return self.dry_run or bool(self.told.get("rehearsing"))

    @property
    def has_rows(self) -> bool:
        """Whether there is something to say of its rows: they were judged, if only to refuse the file for some."""
        return not self.going and (not self.failed or bool(self.told.get("rehearsing") and self.told["rows"]["judged"]))

    @property
    def title(self) -> str:
        """What the page of it is called."""
        if self.failed:
            return f"{self.name} was refused"
        if self.is_list and not self.going:
            return "Not in the full extract" if self.dry_run else f"The appointments of {self._people} have ended"
        if self.dry_run:
            return f"Checking {self.name}" if self.going else f"{self.name} is checked"
        if self.going:
            return f"Importing {self.name}"
        return f"{self.name} is imported" if self.to_import else f"{self.name} changed nothing"

    @property
    def tag(self) -> tuple[str, str]:
        """Its state in a word, and the colour of that word."""
        match self.told["state"]:
            case "waiting":
                return "Waiting", "blue"
            case "running":
                return "Running", "light-blue"
            case "failed":
                return "Refused", "red"
        if not self.dry_run:
            return "Imported", "green"
        return "Checked" if self.told["applied_by"] else "Checked only", "grey"

    @property
    def progress(self) -> str:
        """How far it is, as a sentence."""
        rows = self.told["rows"]
        if self.told["state"] == "waiting":
            return "It waits for its turn."
        if not self.going:
            return "It has ended."
        if rows["total"] is None:
            return "The file is being read."
        return (
            f"{rows['judged']:,} of {many(rows['total'])} {'checked' if self.only_judged else 'gone through'} so far."
        )

    @property
    def to_import(self) -> int:
        """How many rows do something; of a dry run, how many would if it were done for real."""
        return int(self.told["rows"]["added"] + self.told["rows"]["changed"])

    @property
    def file_kept(self) -> bool:
        """Whether the file is still there, to be applied or for its rejected rows."""
        until = self.told["file_until"]
        return bool(until) and datetime.fromisoformat(until) > self.now

    @property
    def may_apply(self) -> bool:
        """Whether it can be done for real from here."""
        ended = self.dry_run and self.told["state"] == "done"
        return bool(ended and self.to_import and self.file_kept and not self.told["applied_by"])

    @property
    def to_mend(self) -> bool:
        """Whether its rejected rows can be downloaded."""
        return bool(not self.going and self.told["rows"]["rejected"] and self.file_kept)

    @property
    def summary(self) -> str:
        """What became of its rows, in a line: 3 rows, 2 added, 1 rejected."""
        rows = self.told["rows"]
        if self.told["state"] != "done":
            return ""
        parts = [f"{rows[name]:,} {OUTCOMES[name].lower()}" for name in OUTCOMES if rows[name]]
        return ", ".join([many(rows["judged"]), *parts])

    def filters(self) -> list[tuple[str, str]]:
        """Which rows can be asked for, each with how many there are."""
        rows = self.told["rows"]
        found = [(REMARKS, "Rows with a remark"), (ALL, f"All rows ({rows['judged']:,})")]
        return found + [(name, f"{text} ({rows[name]:,})") for name, text in OUTCOMES.items() if rows[name]]


def many(rows: int) -> str:
    """A number of rows: 1 row, 5,000 rows."""
    return f"{rows:,} row{'' if rows == 1 else 's'}"


def within(title: str) -> str:
    """A kind's title within a sentence: people, CPD records."""
    return title if title[:2].isupper() else f"{title[:1].lower()}{title[1:]}"


def megabytes(size: int) -> str:
    """A file's size in megabytes: 20 MB."""
    return f"{size / 1_000_000:g} MB"


def needs(one_of: Iterable[Sequence[str]]) -> list[str]:
    """Sentences on the sets of columns of which every row must fill one."""
    return [f"Every row needs {', '.join(names[:-1])}{' or ' if names[1:] else ''}{names[-1]}." for names in one_of]


def newest_first(imports: Iterable[Import]) -> list[Import]:
    """Imports of several services in one list."""
    return sorted(imports, key=lambda one: str(one.told["created_at"]), reverse=True)
