"""Importing a file that is larger than a service takes at once: part by part, in bounded memory, as one import."""

import json
import sys
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from acorn.client import Service
from acorn.importing import Done, begin, wait
from acorn.parting import DELIMITERS, Part, Table, folded, opener
from acorn.trouble import Refused, Trouble

LARGEST = 20_000_000
"""A larger file is parted; a service may take less at once, and says so."""
KEPT = 1_000
"""Of so many rows it is kept what there is to say; of more it is only counted."""
_STAYS = " What has gone in by then stays: put that right and import the file again."
_MANAGED = "people"
_WHOLE = "academies"


@dataclass
class _Sum:
    """What became of the parts so far."""

    rows: dict[str, int] = field(default_factory=dict)
    remarks: list[dict[str, Any]] = field(default_factory=list)
    more: int = 0
    incomplete: "array[int]" = field(default_factory=lambda: array("Q"))
    ignored: list[str] = field(default_factory=list)
    failed: str | None = None

    def remark(self, row: dict[str, Any]) -> None:
        if len(self.remarks) < KEPT:
            self.remarks.append(row)
        else:
            self.more += 1


@dataclass
class Large:
    """One large file of a kind, to be sent with the same words beside each part."""

    service: Service
    kind: str
    path: Path
    mapping: str | None
    options: dict[str, str]
    errors: Path | None = None
    quiet: bool = False

    def send(self, *, dry_run: bool, all_or_nothing: bool) -> Done:
        """Send all parts and sum up; of people, those whose line manager came later a second time."""
        if self.kind == _WHOLE:
            raise Trouble("A register's extract is taken whole: filter it for your trust before you download it.")
        if "leavers_on" in self.options:
            raise Trouble("A full extract is taken whole: leave columns out of it that are not used.")
        kind = self._kind()
        mapping = self._mapping()
        known = {folded(name) for name in (*(column["name"] for column in kind["columns"]), *mapping["columns"])}
        with Table(opener(self.path), known=known, delimiter=DELIMITERS.get(mapping.get("delimiter", ""))) as table:
            most = min(LARGEST, kind["largest_bytes"])
            # The whole file is read once before any of it is sent: a quotation mark that is never closed refuses it.
            count = sum(1 for _ in table.parts(table.rows(), most))
            if all_or_nothing and not dry_run:
                rehearsed = self._sent(table.parts(table.rows(), most), count, dry_run=True, all_or_nothing=False)
                if rehearsed.failed or rehearsed.rows["rejected"]:
                    rehearsed.failed = rehearsed.failed or _not_all(rehearsed.rows["rejected"])
                    return _done(rehearsed, count, dry_run=False, rehearsing=True)
            found = self._sent(table.parts(table.rows(), most), count, dry_run=dry_run, all_or_nothing=all_or_nothing)
            if found.incomplete and not dry_run and not found.failed:
                self._again(table, most, found)
            return _done(found, count, dry_run=dry_run, rehearsing=False)

    def _again(self, table: Table, most: int, found: _Sum) -> None:
        """Send the rows again of which not all went in: whom they name may have come in a later part."""
        lines, found.incomplete = found.incomplete, array("Q")
        kept = [row for row in found.remarks if row["outcome"] in ("rejected", "left_out")]
        found.more -= len(lines) - (len(found.remarks) - len(kept))
        found.remarks = kept
        self._say(f"once more: {len(lines):,} rows that name somebody who was not in yet")
        again = self._sent(
            table.parts(table.chosen(lines), most), None, dry_run=False, all_or_nothing=False, errors=False
        )
        found.failed = again.failed
        for row in again.remarks:
            found.remark(row)
        found.more += again.more
        found.rows["incomplete"] = again.rows["incomplete"] + again.rows["rejected"]

    def _sent(
        self, parts: Iterable[Part], count: int | None, *, dry_run: bool, all_or_nothing: bool, errors: bool = True
    ) -> _Sum:
        found = _Sum()
        for number, part in enumerate(parts, 1):
            of = f"part {number}{f' of {count}' if count else ''} (lines {part.first} to {part.last})"
            try:
                document = begin(
                    self.service,
                    self.kind,
                    part.content,
                    filename=f"{self.path.stem}-{number}{self.path.suffix}",
                    mapping=self.mapping,
                    dry_run=dry_run,
                    all_or_nothing=all_or_nothing,
                    options=self.options,
                )
            except Refused as refusal:
                if number == 1:
                    raise
                found.failed = f"It stopped at {of}, whose own lines are meant here. {refusal.format_message()}{_STAYS}"
                return found
            document = wait(self.service, document, quiet=self.quiet)
            for name, rows in document["rows"].items():
                found.rows[name] = found.rows.get(name, 0) + (rows or 0)
            found.ignored = document["ignored_columns"]
            for row in self.service.items(f"/imports/{document['id']}/rows", with_reasons="true"):
                row["line"] = part.line(row["line"])
                found.remark(row)
                if self.kind == _MANAGED and row["outcome"] in ("added", "changed", "unchanged"):
                    found.incomplete.append(row["line"])
            if document["state"] == "failed":
                found.failed = (
                    f"It stopped at {of}. {document['reason']} What has gone in stays: import the file again."
                )
                return found
            rejected = document["rows"]["rejected"]
            if errors and self.errors is not None and rejected:
                self._keep_rejected(document["id"], self.errors, first=found.rows["rejected"] == rejected)
            self._say(f"{of}: {document['rows']['judged']:,} rows, {rejected:,} rejected")
        return found

    def _keep_rejected(self, import_id: str, errors: Path, *, first: bool) -> None:
        """Write the rejected rows of a part behind those of the parts before."""
        content = self.service.call("GET", f"/imports/{import_id}/rejected").content
        rows = content if first else content.partition(b"\n")[2]
        try:
            with errors.open("wb" if first else "ab") as file:
                file.write(rows)
        except OSError as fault:
            raise Trouble(f"{errors} cannot be written: {fault.strerror}.") from None

    def _kind(self) -> dict[str, Any]:
        kinds = self.service.get("/import-kinds")["items"]
        return next(kind for kind in kinds if kind["name"] == self.kind)

    def _mapping(self) -> dict[str, Any]:
        """What the mapping says, as far as it can be read here: the service says what is wrong with it."""
        said: Any = {}
        if "mapping_name" in self.options:
            said = self.service.get(f"/import-mappings/{self.options['mapping_name']}")["mapping"]
        elif self.mapping is not None:
            try:
                said = json.loads(self.mapping)
            except ValueError:
                said = {}
        said = said if isinstance(said, dict) else {}
        return {**said, "columns": said["columns"] if isinstance(said.get("columns"), dict) else {}}

    def _say(self, sentence: str) -> None:
        if not self.quiet:
            click.echo(f"{self.path.name}, {sentence}.", file=sys.stderr)


def _not_all(rejected: int) -> str:
    many = "One row" if rejected == 1 else f"{rejected:,} rows"
    return (
        f"{many} would be rejected, and all was to go in or nothing: nothing has gone in. Put what the reasons name "
        "right in your file, and send all of it again."
    )


def _done(found: _Sum, count: int, *, dry_run: bool, rehearsing: bool) -> Done:
    document = {
        "state": "failed" if found.failed else "done",
        "reason": found.failed,
        "parts": count,
        "dry_run": dry_run,
        "rehearsing": rehearsing,
        "rows": found.rows,
        "ignored_columns": found.ignored,
        "remark": None,
        "followed_by": None,
    }
    return Done(document, found.remarks, found.more)
