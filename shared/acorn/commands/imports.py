"""Files for a service to import: sent, followed, and what became of their rows."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from acorn import screen
from acorn.client import Service
from acorn.desk import Desk, for_machines, pass_desk
from acorn.trouble import Trouble

ALL_GOOD, SOME_REFUSED, FAILED = 0, 1, 2
SHOWN = 50
_EVERY_SECONDS = 0.2
WAIT_SECONDS = 3600.0
WHAT = {"academies": ("staff", "academies"), "people": ("staff", "people"), "cpd": ("cpd", "records")}
"""What is imported: into which service, and what it calls that kind of file."""
OUTCOMES = ("added", "changed", "unchanged", "left_out", "rejected")


@dataclass
class Done:
    """An import that has ended, and the rows of which there is something to say."""

    document: dict[str, Any]
    rows: list[dict[str, Any]]

    @property
    def exit_code(self) -> int:
        """0: all good; 1: some rows were refused, or went in without one of their cells; 2: it failed."""
        if self.document["state"] == "failed":
            return FAILED
        counts = self.document["rows"]
        return SOME_REFUSED if counts["rejected"] or counts["incomplete"] else ALL_GOOD


@click.command("import")
@click.argument("what", type=click.Choice(list(WHAT)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A mapping file (JSON).")
@click.option("--trust", metavar="CODE-OR-NAME", help="Which trust's academies to take from a GIAS extract.")
@click.option("--dry-run", is_flag=True, help="Judge every row, write nothing.")
@for_machines
@pass_desk
def import_(
    desk: Desk, what: str, file: Path, mapping: Path | None, trust: str | None, dry_run: bool, as_json: bool
) -> None:
    """Import a file: academies (from GIAS), people, or cpd records.

    Exit code 0: all good. 1: some rows were refused. 2: the file as a whole was refused.
    """
    service, kind = WHAT[what]
    try:
        done = send(
            desk.service(service),
            kind,
            file.read_bytes(),
            filename=file.name,
            mapping=mapping.read_text(encoding="utf-8-sig") if mapping else None,
            dry_run=dry_run,
            options={"trust": trust} if trust else {},
        )
    except UnicodeDecodeError:
        click.echo(f"acorn: {mapping} is not UTF-8 text. Save it as UTF-8.", err=True)
        sys.exit(FAILED)
    except Trouble as trouble:
        trouble.show()
        sys.exit(FAILED)
    if as_json:
        screen.show({**done.document, "rows_with_reasons": done.rows})
    else:
        _tell(done, file.name)
    sys.exit(done.exit_code)


def send(
    service: Service,
    kind: str,
    content: bytes,
    *,
    filename: str,
    mapping: str | None = None,
    dry_run: bool = False,
    options: dict[str, str] | None = None,
    quiet: bool = False,
) -> Done:
    """Send a file, wait for its import to end, and fetch what there is to say of its rows."""
    parts = {"kind": kind, "dry_run": json.dumps(dry_run), **(options or {})}
    if mapping is not None:
        parts["mapping"] = mapping
    headers = {"Idempotency-Key": str(uuid4())}
    sent = service.call(
        "POST", "/imports", data=parts, files={"file": (filename, content, "text/csv")}, headers=headers
    )
    path = f"/imports/{sent.json()['id']}"
    document = sent.json()
    deadline = time.monotonic() + WAIT_SECONDS
    with _progress(quiet) as show:
        while document["state"] in ("waiting", "running"):
            if time.monotonic() > deadline:
                raise Trouble(
                    f"The import goes on without us; the worker of the {service.name} service is busy or down."
                )
            time.sleep(_EVERY_SECONDS)
            document = service.get(path)
            show(document)
    return Done(document, list(service.items(f"{path}/rows", with_reasons="true")))


@contextmanager
def _progress(quiet: bool) -> Iterator[Any]:
    """A bar on a terminal, and nothing anywhere else."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("waiting for the worker", total=None)

        def show(document: dict[str, Any]) -> None:
            rows = document["rows"]
            if rows["total"]:
                bar.update(task, description="judging rows", total=rows["total"], completed=rows["judged"])

        yield show


def _tell(done: Done, filename: str) -> None:
    document = done.document
    if document["state"] == "failed":
        click.echo(f"acorn: {filename} was not imported whole. {document['reason']}", err=True)
    if not document["rows"]["total"]:
        return
    if len(document["ignored_columns"]) <= 20 and document["ignored_columns"]:
        click.echo(f"Columns that were not used: {', '.join(document['ignored_columns'])}.")
    shown = done.rows[:SHOWN]
    if shown:
        screen.table(
            ("Line", "Outcome", "Column", "Value", "Reason"),
            (
                (row["line"], row["outcome"].replace("_", " "), reason["column"], reason["value"], reason["reason"])
                for row in shown
                for reason in row["reasons"]
            ),
            nothing="",
        )
        if len(done.rows) > SHOWN:
            click.echo(f"... and {len(done.rows) - SHOWN} more rows: --json shows them all.")
    click.echo(summary(document, filename))


def summary(document: dict[str, Any], filename: str) -> str:
    """One line on what became of a file."""
    rows = document["rows"]
    counts = [f"{rows[name]} {name.replace('_', ' ')}" for name in OUTCOMES if rows[name]]
    if rows["incomplete"]:
        counts.append(f"{rows['incomplete']} of them without one of their cells")
    many = "1 row" if rows["total"] == 1 else f"{rows['total']} rows"
    return f"{filename}: {many}, {'would be: ' if document['dry_run'] else ''}{', '.join(counts) or 'nothing done'}."
