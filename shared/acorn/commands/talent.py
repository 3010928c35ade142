"""The talent programme: whom the trust keeps, who is strong at what, who is ready, who could follow."""

from typing import Any

import click

from acorn import screen
from acorn.desk import Desk, for_machines, named, pass_desk

_READINESS = ("now", "one_to_two_years", "three_or_more_years")
_RISKS = ("low", "medium", "high")
_READY = ("ready_now", "soon", "later")


@click.group()
def talent() -> None:
    """Plan who leads the trust next: reviews, succession, strengths, retention."""


@talent.command()
@click.option("--academy", metavar="URN-OR-NAME", help="Only this academy, or the central team.")
@for_machines
@pass_desk
def succession(desk: Desk, academy: str | None, as_json: bool) -> None:
    """Show each key post: who holds it, who could follow, what is at risk (SIL and CEO)."""
    where = desk.organisation(academy)["id"] if academy else None
    found = desk.staff.get("/succession", organisation=where)
    if as_json:
        screen.show(found)
        return
    screen.table(
        ("Where", "Post", "Held by", "Could follow", "At risk"),
        (
            (
                one["organisation_name"],
                _words(one["post"]),
                [_held(holder) for holder in one["holders"]],
                [f"{held['name']} ({_words(held['ready'])})" for held in one["candidates"]],
                [_words(gap) for gap in one["gaps"]],
            )
            for one in found["items"]
        ),
        nothing="There are no academies of the trust yet.",
    )
    for one in found["relied_on"]:
        click.echo(f"{one['name']} is the only one who could follow soon in {one['positions']} posts.")


@talent.command()
@click.argument("who")
@click.option("--at", "academy", metavar="URN-OR-NAME", required=True, help="The academy, or the central team.")
@click.option("--post", default="headteacher", show_default=True, help="The key post.")
@click.option("--ready", type=click.Choice(_READY), help="How soon they could follow.")
@click.option("--developing", metavar="TEXT", help="What they are given to grow into it.")
@click.option("--withdraw", is_flag=True, help="They are no longer a candidate.")
@pass_desk
def candidate(
    desk: Desk, who: str, academy: str, post: str, ready: str | None, developing: str | None, withdraw: bool
) -> None:
    """Say that somebody could follow in a key post, and how soon (SIL and CEO)."""
    person, place = desk.person(who), desk.organisation(academy)
    path = f"/succession/{place['id']}/{post}/candidates/{person['id']}"
    said = f"{_words(post)} at {place['name']}"
    if withdraw:
        desk.staff.call("DELETE", path)
        click.echo(f"{named(person)} is no longer a candidate: {said}.")
        return
    if ready is None:
        raise click.UsageError("Say how soon they could follow: --ready ready_now, soon or later.")
    desk.staff.call("PUT", path, json={"ready": ready, "developing": developing})
    click.echo(f"{named(person)} could follow as {said}: {_words(ready)}.")


@talent.command()
@click.argument("who")
@click.option(
    "--readiness", type=click.Choice(_READINESS), required=True, help="When they are ready for the next post."
)
@click.option("--risk", type=click.Choice(_RISKS), required=True, help="How likely it is that they leave.")
@click.option("--next-post", metavar="POST", help="Which post is meant, such as deputy_headteacher.")
@click.option("--notes", metavar="TEXT", help="Notes, which nobody but SIL and CEO ever reads.")
@pass_desk
def review(desk: Desk, who: str, readiness: str, risk: str, next_post: str | None, notes: str | None) -> None:
    """Write down how ready somebody is and how likely to leave (SIL and CEO)."""
    person = desk.person(who)
    body = {"readiness": readiness, "risk": risk, "next_post": next_post, "notes": notes}
    made = desk.staff.post(f"/people/{person['id']}/talent-reviews", body)
    click.echo(f"Reviewed on {made['on']}: {named(person)}, ready {_words(readiness)}, {risk} risk of leaving.")


@talent.command()
@for_machines
@pass_desk
def overview(desk: Desk, as_json: bool) -> None:
    """Show the latest review of each person who is here (SIL and CEO)."""
    found = list(desk.staff.items("/talent-overview"))
    if as_json:
        screen.show(found)
        return
    screen.table(
        ("Name", "Ready", "For", "Risk of leaving", "Reviewed"),
        (
            (one["name"], _words(one["readiness"]), _words(one["next_post"] or ""), one["risk"], one["on"])
            for one in found
        ),
        nothing="Nobody has been reviewed yet.",
    )


@talent.command()
@click.option("--area", help="In which area, such as phonics.")
@for_machines
@pass_desk
def strengths(desk: Desk, area: str | None, as_json: bool) -> None:
    """Show who is strong at what, of those whom you may see."""
    found = list(desk.staff.items("/strengths", area=area))
    if as_json:
        screen.show(found)
        return
    screen.table(
        ("Name", "Area", "Level", "Endorsed", "Stands"),
        (
            (one["name"], _words(one["area"]), _words(one["level"]), len(one["endorsements"]), one["standing"])
            for one in found
        ),
        nothing="Nobody whom you may see has said so yet.",
    )


@talent.command()
@click.option("--year", help="The academic year, such as 2025-26; this one unless given.")
@click.option("--academy", metavar="URN-OR-NAME", help="Only this academy, or the central team.")
@for_machines
@pass_desk
def retention(desk: Desk, year: str | None, academy: str | None, as_json: bool) -> None:
    """Show whom the trust keeps: of those in post as a year began, who stayed, moved, left (HR, SIL and CEO)."""
    where = desk.organisation(academy)["id"] if academy else None
    found = desk.staff.get("/retention", academic_year=year, organisation=where)
    if as_json:
        screen.show(found)
        return
    rows = [("Everybody", found["everybody"]), *((one["name"], one) for one in found["by_organisation"])]
    screen.table(
        (f"{found['academic_year']}, to {found['until']}", "In post", "Stayed", "Moved", "Left", "Retained"),
        (
            (said, row["in_post"], row["stayed"], row["moved"], row["left"], _percent(row["retained_percent"]))
            for said, row in rows
        ),
        nothing="",
    )


def _held(holder: dict[str, Any]) -> str:
    until = f" until {holder['until']}" if holder["until"] else ""
    return f"{holder['name']}{until}"


def _percent(number: int | None) -> str:
    return "" if number is None else f"{number}%"


def _words(code: str) -> str:
    return code.replace("_", " ")
