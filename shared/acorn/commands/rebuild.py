"""For whoever is on call: have a service learn anew what it learnt of others."""

import time
from typing import Any
from uuid import uuid4

import click

from acorn import screen
from acorn.client import Service
from acorn.desk import Desk, for_machines, pass_desk
from acorn.trouble import Trouble

WAIT_SECONDS = 1_800.0
"""A rebuild of the largest trust takes minutes; after so long something stands still."""

_EVERY_SECONDS = 0.5


@click.command()
@click.argument("service")
@click.option("--wait/--no-wait", default=True, help="Wait until it has ended (the default), or only ask for it.")
@for_machines
@pass_desk
def rebuild(desk: Desk, service: str, wait: bool, as_json: bool) -> None:
    """Learn anew what SERVICE has learnt of other services, from the events that they sent.

    It goes on answering from what it has until the new copy is complete; what it owns is not touched. Exit code 1 when
    it failed: then everything is as it was.
    """
    at = desk.service(service)
    asked = at.post("/operations/rebuilds", **{"Idempotency-Key": str(uuid4())})
    ended = _followed(at, asked, quiet=as_json) if wait else asked
    if as_json:
        screen.show(ended)
    else:
        click.echo(_outcome(ended, service))
    if ended["state"] == "failed":
        raise click.exceptions.Exit(1)


def told(rebuild: dict[str, Any] | None) -> str:
    """One sentence on a rebuild under way, for the note of a service; nothing where there is none."""
    if rebuild is None:
        return ""
    if rebuild["state"] == "waiting":
        again = rebuild["reason"]
        return f"A rebuild waits: {again}" if again else "A rebuild waits for a worker."
    expected = rebuild["messages_expected"]
    of = f" of about {expected:,}" if expected is not None else ""
    return f"A rebuild runs: {rebuild['messages_read']:,}{of} messages read."


def _followed(service: Service, rebuild: dict[str, Any], *, quiet: bool) -> dict[str, Any]:
    deadline = time.monotonic() + WAIT_SECONDS
    with screen.progress("waiting for a worker", "reading messages", _far, quiet=quiet) as show:
        while rebuild["state"] in ("waiting", "running"):
            if time.monotonic() > deadline:
                raise Trouble(
                    "The rebuild takes longer than we wait; it goes on by itself. See how far it is, and whether a "
                    "worker is alive, with: acorn status"
                )
            time.sleep(_EVERY_SECONDS)
            rebuild = service.get(f"/operations/rebuilds/{rebuild['id']}")
            show(rebuild)
    return rebuild


def _outcome(rebuild: dict[str, Any], service: str) -> str:
    match rebuild["state"]:
        case "done":
            dead = rebuild["dead_letters"]
            letters = f" {dead} could not be taken. See them with: acorn dead-letters list {service}" if dead else ""
            read = rebuild["messages_read"]
            return f"Rebuilt from {read:,} messages: generation {rebuild['generation']} is live.{letters}"
        case "failed":
            return f"The rebuild failed. {rebuild['reason']}"
        case _:
            return "Asked for. See how far it is with: acorn status"


def _far(rebuild: dict[str, Any]) -> tuple[int, int | None]:
    return rebuild["messages_read"], rebuild["messages_expected"]
