"""What a command shows: tables for people, JSON for machines."""

import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

_WIDE = 500


def show(answer: Any) -> None:
    """Print an answer as JSON, for machines."""
    click.echo(json.dumps(answer, indent=2, ensure_ascii=False))


@contextmanager
def progress(
    waiting: str, doing: str, far: Callable[[dict[str, Any]], tuple[int, int | None]], *, quiet: bool
) -> Iterator[Callable[[dict[str, Any]], None]]:
    """A bar on a terminal, and nothing anywhere else.

    It is shown documents of work that a service does; `far` tells how much of one is done, and of how much, which is
    nothing while it waits.
    """
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(waiting, total=None)

        def show(document: dict[str, Any]) -> None:
            done, of = far(document)
            if of:
                bar.update(task, description=doing, total=max(of, done), completed=done)

        yield show


def table(headers: Sequence[str], rows: Iterable[Sequence[Any]], *, nothing: str) -> None:
    """Print a table; `nothing` is what to say when it has no rows. Lines are only folded on a terminal."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for header in headers:
        made.add_column(header, overflow="fold")
    for row in rows:
        made.add_row(*(Text(_cell(cell)) for cell in row))
    if not made.row_count:
        click.echo(nothing)
        return
    on_terminal = sys.stdout.isatty()
    drawn = io.StringIO()
    Console(
        file=drawn,
        width=None if on_terminal else _WIDE,
        force_terminal=on_terminal,
        highlight=False,
        legacy_windows=False,
    ).print(made)
    for line in drawn.getvalue().splitlines():
        click.echo(line.rstrip())


def facts(pairs: Iterable[tuple[str, Any]]) -> None:
    """Print what is known of one thing, a line a fact; what is empty is left out."""
    known = [(name, _cell(value)) for name, value in pairs if value not in (None, "", [])]
    width = max((len(name) for name, _ in known), default=0)
    for name, value in known:
        click.echo(f"{name:{width}}  {value}")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return ", ".join(_cell(one) for one in value)
    return str(value)
