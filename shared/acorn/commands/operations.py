"""For whoever is on call: how the services stand, and their dead letters."""

from collections.abc import Iterator
from typing import Any

import click
import requests

from acorn import screen
from acorn.client import Service
from acorn.commands.rebuild import told as rebuilding
from acorn.desk import Desk, for_machines, pass_desk
from acorn.trouble import Refused, Trouble

OVERDUE_SECONDS = 60
"""An event is sent within a second; one that waits for so long waits for something."""

BEHIND = 1_000
"""Messages that a service works off in seconds: more than these, and it does not keep up."""


@click.command()
@for_machines
@pass_desk
def status(desk: Desk, as_json: bool) -> None:
    """Show whether every service is healthy, and how far behind its events are.

    Exit code 1 when one of them is not: away, not ready, without a worker, with events that are not sent for a minute
    or many that are not handled, or with dead letters. The note says which.
    """
    found = [_status(desk.service(name)) for name in desk.addresses.services]
    found += [_ready(desk.pages(name)) for name in desk.addresses.pages]
    if as_json:
        screen.show(found)
    else:
        screen.table(
            ("Service", "Ready", "Workers", "To send", "Oldest (s)", "Behind by", "Dead letters", "Note"),
            (
                (
                    *(one["service"], one["ready"], one["workers"], one["outbox"], one["oldest_seconds"]),
                    *(one["lag"], one["dead_letters"], " ".join([*one["faults"], one["note"]]).strip()),
                )
                for one in found
            ),
            nothing="",
        )
    if any(one["faults"] for one in found):
        raise click.exceptions.Exit(1)


@click.group("dead-letters")
def dead_letters() -> None:
    """See, replay and dismiss messages that a service could not take."""


@dead_letters.command("list")
@click.argument("service")
@click.option("--state", type=click.Choice(["open", "replayed", "dismissed"]), default="open", show_default=True)
@for_machines
@pass_desk
def list_(desk: Desk, service: str, state: str, as_json: bool) -> None:
    """List a service's dead letters."""
    found = list(desk.service(service).items("/operations/dead-letters", state=state))
    if as_json:
        screen.show(found)
        return
    screen.table(
        ("Id", "When", "Topic", "Type", "Reason"),
        ((one["id"], one["at"], one["topic"], one["type"], one["reason"]) for one in found),
        nothing="There are none.",
    )


@dead_letters.command()
@click.argument("service")
@click.argument("letter", metavar="ID")
@pass_desk
def show(desk: Desk, service: str, letter: str) -> None:
    """Show a dead letter as JSON, its payload masked."""
    screen.show(desk.service(service).get(f"/operations/dead-letters/{letter}"))


@dead_letters.command()
@click.argument("service")
@click.argument("letter", metavar="ID")
@for_machines
@pass_desk
def replay(desk: Desk, service: str, letter: str, as_json: bool) -> None:
    """Have the service handle a dead letter again, once what made it fail is mended."""
    asked = desk.service(service).post(f"/operations/dead-letters/{letter}/replay")
    if as_json:
        screen.show(asked)
    else:
        click.echo(f"Asked for. See how it went with: acorn dead-letters show {service} {letter}")


@dead_letters.command()
@click.argument("service")
@click.argument("letter", metavar="ID")
@click.option("--because", required=True, help="Why it needs no replay.")
@pass_desk
def dismiss(desk: Desk, service: str, letter: str, because: str) -> None:
    """Close a dead letter that needs no replay."""
    desk.service(service).post(f"/operations/dead-letters/{letter}/dismiss", {"because": because})
    click.echo("Dismissed.")


def _ready(service: Service) -> dict[str, Any]:
    """Whether a service is ready, which anybody may ask; the rest is not known."""
    stands: dict[str, Any] = {"service": service.name, "ready": False, "faults": [], "note": ""}
    stands |= dict.fromkeys(("workers", "outbox", "oldest_seconds", "lag", "dead_letters"))
    try:
        service.reach("GET", "/readyz")
    except Trouble as trouble:
        return {**stands, "faults": [trouble.message]}
    return {**stands, "ready": True}


def _status(service: Service) -> dict[str, Any]:
    """How a service with an API stands: ready or not for everybody, the rest for operations."""
    stands = _ready(service)
    if not stands["ready"]:
        return stands
    try:
        told = service.get("/operations/status")
    except Trouble as trouble:
        # Somebody else than operations may know whether it is ready, and no more.
        refused = isinstance(trouble, Refused) and trouble.status == requests.codes.forbidden
        return {**stands, "note": trouble.message} if refused else {**stands, "faults": [trouble.message]}
    stands |= {
        "workers": len(told["workers"]),
        "outbox": told["outbox"]["depth"],
        "oldest_seconds": round(told["outbox"]["oldest_seconds"], 1),
        "lag": sum(partition["lag"] for worker in told["workers"] for partition in worker["partitions"]),
        "dead_letters": told["dead_letters"],
        "note": rebuilding(told["rebuild"]),
    }
    return {**stands, "faults": list(_faults(stands))}


def _faults(stands: dict[str, Any]) -> Iterator[str]:
    """What is wrong with a service that answers, a sentence each."""
    if not stands["workers"]:
        yield "No worker is alive: nothing is sent, heard or imported. Start one, or read its log."
    if stands["oldest_seconds"] > OVERDUE_SECONDS:
        yield f"Its oldest event waits for {stands['oldest_seconds']:.0f} s to be sent: see whether Kafka is there."
    if stands["lag"] > BEHIND:
        yield f"It is {stands['lag']} messages behind the other services: read its worker's log."
    if stands["dead_letters"]:
        yield f"There are dead letters. See them with: acorn dead-letters list {stands['service']}"
