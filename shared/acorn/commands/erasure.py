"""Erasing somebody under data-protection law, in every service: looked at first, and followed until it is done."""

import time
from typing import Any

import click

from acorn import screen
from acorn.client import Service
from acorn.desk import Desk, for_machines, pass_desk
from acorn.trouble import Trouble

_WAIT_SECONDS = 30.0
_EVERY = 0.5


@click.group()
def erasure() -> None:
    """Erase somebody for good, as data-protection law asks (data protection)."""


@erasure.command()
@click.argument("person")
@for_machines
@pass_desk
def show(desk: Desk, person: str, as_json: bool) -> None:
    """Show what each service has of a person, by their id, or that it has erased it."""
    found = {service.name: service.get(f"/people/{person}/erasure") for service in _services(desk)}
    if as_json:
        screen.show(found)
        return
    if name := found["staff"]["name"]:
        click.echo(f"{name}:")
    screen.table(
        ("Service", "Has", "Erased"),
        ((name, _held(one), one["done_at"] or ("not yet" if one["erased_at"] else "")) for name, one in found.items()),
        nothing="Nothing.",
    )


@erasure.command()
@click.argument("person")
@click.option("--reason", metavar="TEXT", required=True, help="Which request or rule asks for it; it names nobody.")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@pass_desk
def start(desk: Desk, person: str, reason: str, yes: bool) -> None:
    """Erase a person who has left from every service. It cannot be undone."""
    path = f"/people/{person}/erasure"
    services = _services(desk)
    found = [(service.name, service.get(path)) for service in services]
    staff = dict(found)["staff"]
    if staff["erased_at"] is None:
        held = "; ".join(f"{name}: {_held(one)}" for name, one in found)
        if not yes:
            click.confirm(f"{staff['name']} ({held}). Erase all of it? It cannot be undone.", abort=True)
        desk.staff.post(path, {"reason": reason}, **{"If-Match": f'"{staff["version"]}"'})
    waiting = {service.name: service for service in services}
    until = time.monotonic() + _WAIT_SECONDS
    while waiting and time.monotonic() < until:
        waiting = {name: service for name, service in waiting.items() if service.get(path)["done_at"] is None}
        if waiting:
            time.sleep(_EVERY)
    if waiting:
        raise Trouble(
            f"It is begun, and {' and '.join(waiting)} not done yet. Look again with: acorn erasure show {person}"
        )
    click.echo(f"Erased in {' and '.join(service.name for service in services)}.")


def _services(desk: Desk) -> list[Service]:
    return [desk.service(name) for name in desk.addresses.services]


def _held(found: dict[str, Any]) -> str:
    counts = [f"{one['count']} {one['what'].replace('_', ' ')}" for one in found["holds"]]
    return ", ".join(counts) or "nothing"
