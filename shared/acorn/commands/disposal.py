"""What is kept longer than it is needed: looked at first, then let go."""

import click

from acorn import screen
from acorn.desk import Desk, for_machines, pass_desk


@click.group()
def disposal() -> None:
    """See what is not needed any more, and let it go (data protection)."""


@disposal.command()
@for_machines
@pass_desk
def show(desk: Desk, as_json: bool) -> None:
    """Show what is due: who left long ago, talent reviews that say nothing any more."""
    found = desk.staff.get("/disposal")
    if as_json:
        screen.show(found)
        return
    screen.table(
        ("What", "Kept", "From before", "Due"),
        ((one["kept"].replace("_", " "), f"{one['years']} years", one["before"], one["due"]) for one in found["items"]),
        nothing="Nothing is kept.",
    )
    click.echo()
    screen.table(
        ("Due", "Person", "Since"),
        (
            (one["kept"].replace("_", " "), due["person"], due["since"])
            for one in found["items"]
            for due in one["items"]
        ),
        nothing="Nothing is due.",
    )


@disposal.command()
@click.argument("kept", type=click.Choice(["people", "talent_reviews"]))
@click.option("--due", type=int, required=True, help="How many are due, as `acorn disposal show` says.")
@pass_desk
def start(desk: Desk, kept: str, due: int) -> None:
    """Let everything of a kind go that is due; people are erased from every service. It cannot be undone."""
    desk.staff.post("/disposal", {"kept": kept, "due": due})
    click.echo(f"Begun: {kept.replace('_', ' ')}, {due}. See what is left with: acorn disposal show")
