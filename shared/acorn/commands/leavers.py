"""Who is in post and not in a full extract: shown after its import, and ended by a command of its own."""

import sys
from typing import Any
from uuid import uuid4

import click

from acorn import screen
from acorn.client import Service
from acorn.desk import Desk, for_machines, pass_desk
from acorn.importing import FAILED, Done, follow
from acorn.trouble import Trouble


@click.command()
@click.argument("list_id", metavar="LIST")
@click.option("--confirm", type=click.IntRange(min=1), help="How many people the list has, where that is asked.")
@for_machines
@pass_desk
def leavers(desk: Desk, list_id: str, confirm: int | None, as_json: bool) -> None:
    """End the appointments on LIST, which `acorn import people --full-extract` has shown.

    Exit code 0: all ended. 1: some were refused. 2: nothing was done.
    """
    query = f"?confirmed={confirm}" if confirm is not None else ""
    try:
        sent = desk.staff.call(
            "POST", f"/imports/{list_id}/apply{query}", headers={"Idempotency-Key": str(uuid4())}
        ).json()
        done = follow(desk.staff, sent, quiet=as_json)
    except Trouble as trouble:
        trouble.show()
        sys.exit(FAILED)
    if as_json:
        screen.show({**done.document, "rows_with_reasons": done.rows})
    elif done.document["state"] == "failed":
        click.echo(f"acorn: {done.document['reason']}", err=True)
    else:
        _show(done)
        counts = done.document["rows"]
        refused = f", {counts['rejected']} refused" if counts["rejected"] else ""
        click.echo(f"{counts['changed']} left{refused}.")
    sys.exit(done.exit_code)


def show_list(service: Service, imported: Done) -> None:
    """Wait for the list that followed from a full extract and show it, if there is one; `Trouble`."""
    listed = fetch_list(service, imported)
    if remark := imported.document.get("remark"):
        click.echo(remark)
    if listed is None:
        return
    if listed.document["state"] == "failed":
        raise Trouble(listed.document["reason"])
    _show(listed)
    id, confirm = listed.document["id"], listed.document["confirm"]
    number = f" --confirm {confirm}" if confirm else ""
    click.echo(f"Nobody's appointment has ended. To end these: acorn leavers {id}{number}")


def fetch_list(service: Service, imported: Done) -> Done | None:
    """The list that followed from a full extract, once it is made."""
    followed_by = imported.document.get("followed_by")
    return follow(service, service.get(f"/imports/{followed_by}"), quiet=True) if followed_by else None


def _show(done: Done) -> None:
    rows: list[tuple[Any, ...]] = [
        (reason["value"], "refused" if row["outcome"] == "rejected" else "leaves", reason["reason"])
        for row in done.rows
        for reason in row["reasons"]
    ]
    screen.table(("Employee number", "Outcome", "What"), rows, nothing="")
