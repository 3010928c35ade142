"""Mappings that are saved in Acorn, by name: for files of the same system, month after month."""

import json
from pathlib import Path

import click

from acorn import screen
from acorn.desk import Desk, for_machines, pass_desk
from acorn.importing import WHAT
from acorn.trouble import Trouble

_for = click.option("--for", "what", type=click.Choice(list(WHAT)), required=True, help="What its files hold.")


@click.group()
def mappings() -> None:
    """Save mappings by name, to be used with `acorn import … --mapping-name NAME`."""


@mappings.command("list")
@for_machines
@pass_desk
def list_(desk: Desk, as_json: bool) -> None:
    """List the mappings that are saved."""
    services = dict.fromkeys(name for name, _ in WHAT.values())
    found = [one for name in services for one in desk.service(name).items("/import-mappings")]
    if as_json:
        screen.show(found)
        return
    words = {kind: what for what, (_, kind) in WHAT.items()}
    screen.table(
        ("Name", "For", "Saved", "By"),
        ((one["name"], words.get(one["kind"], one["kind"]), one["at"][:10], one["by_name"]) for one in found),
        nothing="No mapping is saved.",
    )


@mappings.command()
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_for
@pass_desk
def save(desk: Desk, name: str, file: Path, what: str) -> None:
    """Save the mapping file FILE under NAME, in the place of the one before."""
    service, kind = WHAT[what]
    try:
        mapping = json.loads(file.read_text(encoding="utf-8-sig"))
    except ValueError:
        raise Trouble(f"{file} is not JSON in UTF-8. docs/imports.md shows a mapping file.") from None
    desk.service(service).call("PUT", f"/import-mappings/{name}", json={"kind": kind, "mapping": mapping})
    click.echo(f"Saved: {name}. Use it with: acorn import {what} FILE --mapping-name {name}")


@mappings.command()
@click.argument("name")
@_for
@pass_desk
def show(desk: Desk, name: str, what: str) -> None:
    """Show what NAME says, as a mapping file."""
    screen.show(desk.service(WHAT[what][0]).get(f"/import-mappings/{name}")["mapping"])


@mappings.command()
@click.argument("name")
@_for
@pass_desk
def remove(desk: Desk, name: str, what: str) -> None:
    """Forget NAME; imports that used it stay as they are."""
    desk.service(WHAT[what][0]).call("DELETE", f"/import-mappings/{name}")
    click.echo(f"Forgotten: {name}.")
