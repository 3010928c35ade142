"""Files for a service to import: sent, followed, and what became of their rows."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from acorn import screen
from acorn.client import Service
from acorn.commands.leavers import fetch_list, show_list
from acorn.commands.people import Day
from acorn.desk import Desk, for_machines, pass_desk
from acorn.importing import FAILED, WHAT, Done, send
from acorn.trouble import Trouble

SHOWN = 50
LINES_SHOWN = 10
OUTCOMES = ("added", "changed", "unchanged", "left_out", "rejected")


@click.command("import")
@click.argument("what", type=click.Choice(list(WHAT)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A mapping file (JSON).")
@click.option("--mapping-name", metavar="NAME", help="Instead: one that was saved with `acorn mappings save`.")
@click.option("--trust", metavar="CODE-OR-NAME", help="Which trust's academies to take from a GIAS extract.")
@click.option("--dry-run", is_flag=True, help="Judge every row, write nothing.")
@click.option("--all-or-nothing", is_flag=True, help="Judge every row first; if any would be rejected, write nothing.")
@click.option(
    "--full-extract", is_flag=True, help="It has everybody: show who is in post where it speaks of and not in it."
)
@click.option("--leavers-on", type=Day(), help="Their last day, to be said with --full-extract; today unless given.")
@click.option(
    "--errors",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write rejected rows here, each with its reasons: to be put right and imported.",
)
@for_machines
@pass_desk
def import_(
    desk: Desk,
    what: str,
    file: Path,
    mapping: Path | None,
    mapping_name: str | None,
    trust: str | None,
    dry_run: bool,
    all_or_nothing: bool,
    full_extract: bool,
    leavers_on: str | None,
    errors: Path | None,
    as_json: bool,
) -> None:
    """Import a file: academies (from GIAS), people, or cpd records.

    Exit code 0: all good. 1: some rows were refused. 2: the file as a whole was refused.
    """
    name, kind = WHAT[what]
    options = {name: said for name, said in (("trust", trust), ("mapping_name", mapping_name)) if said}
    if full_extract:
        options["leavers_on"] = leavers_on or date.today().isoformat()  # noqa: DTZ011 - as for Day
    elif leavers_on:
        raise click.BadParameter("It needs --full-extract beside it.", param_hint="--leavers-on")
    if errors is not None and errors.exists() and errors.samefile(file):
        raise click.BadParameter("It must be another file than the one that is imported.", param_hint="--errors")
    if mapping and mapping_name:
        raise click.BadParameter("Give this or a mapping file, not both.", param_hint="--mapping-name")
    service = desk.service(name)
    try:
        done = send(
            service,
            kind,
            file.read_bytes(),
            filename=file.name,
            mapping=mapping.read_text(encoding="utf-8-sig") if mapping else None,
            dry_run=dry_run,
            all_or_nothing=all_or_nothing,
            options=options,
        )
        if errors is not None and done.document["rows"]["rejected"] and done.document["state"] == "done":
            _write_rejected(service, done, errors)
        _report(service, done, file.name, errors, as_json=as_json)
    except UnicodeDecodeError:
        click.echo(f"acorn: {mapping} is not UTF-8 text. Save it as UTF-8.", err=True)
        sys.exit(FAILED)
    except Trouble as trouble:
        trouble.show()
        sys.exit(FAILED)
    sys.exit(done.exit_code)


def _report(service: Service, done: Done, filename: str, errors: Path | None, *, as_json: bool) -> None:
    """Say what became of a file, and of a full extract who is not in it."""
    if as_json:
        listed = fetch_list(service, done)
        shown = {**listed.document, "rows_with_reasons": listed.rows} if listed else None
        screen.show({**done.document, "rows_with_reasons": done.rows, "not_in_the_extract": shown})
        return
    _tell(done, filename)
    if errors is not None:
        click.echo(_where(done, errors))
    show_list(service, done)


def _tell(done: Done, filename: str) -> None:
    document = done.document
    if document["state"] == "failed":
        how = "only in part" if document["rows"]["judged"] and not _only_judged(document) else "not"
        click.echo(f"acorn: {filename} was {how} imported. {document['reason']}", err=True)
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
    if document["rows"]["incomplete"]:
        click.echo(_not_in(done.rows))


def _not_in(rows: list[dict[str, Any]]) -> str:
    """Which cells of rows that went in did not, by column."""
    lines: dict[str, list[str]] = {}
    for row in rows:
        for reason in row["reasons"] if row["outcome"] in OUTCOMES[:3] else ():
            lines.setdefault(reason["column"], []).append(str(row["line"]))
    columns = []
    for column, found in lines.items():
        shown = ", ".join(found[:LINES_SHOWN]) + (" and others" if len(found) > LINES_SHOWN else "")
        columns.append(f"{column} (line{'s' if len(found) > 1 else ''} {shown})")
    return f"Of the rows that go in, these cells do not: {'; '.join(columns)}."


def _write_rejected(service: Service, done: Done, errors: Path) -> None:
    """Fetch the rejected rows into a file; `Trouble` when it cannot be written."""
    content = service.call("GET", f"/imports/{done.document['id']}/rejected").content
    try:
        errors.write_bytes(content)
    except OSError as fault:
        raise Trouble(f"{errors} cannot be written: {fault.strerror}. The import itself has ended.") from None


def _where(done: Done, errors: Path) -> str:
    count = done.document["rows"]["rejected"]
    if done.document["state"] == "failed" or not count:
        return f"There are no rejected rows to put right: {errors} was not written."
    if count == 1:
        return f"The rejected row is in {errors}, with its reasons. Put it right there and import that file."
    return f"The {count} rejected rows are in {errors}, with their reasons. Put them right there and import that file."


def _only_judged(document: dict[str, Any]) -> bool:
    """Whether no row of an import has gone in, however many were judged."""
    return bool(document["dry_run"] or document["rehearsing"])


def summary(document: dict[str, Any], filename: str) -> str:
    """One line on what became of a file."""
    rows = document["rows"]
    counts = [f"{rows[name]} {name.replace('_', ' ')}" for name in OUTCOMES if rows[name]]
    many = "1 row" if rows["total"] == 1 else f"{rows['total']} rows"
    return f"{filename}: {many}, {'would be: ' if _only_judged(document) else ''}{', '.join(counts) or 'nothing done'}."
