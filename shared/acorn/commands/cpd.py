"""Professional development: declared, verified, queried; a person's history and hours."""

from typing import Any

import click

from acorn import screen
from acorn.commands.people import Day
from acorn.desk import Desk, for_machines, pass_desk
from acorn.trouble import Trouble

SHORT = 12
"""How much of a record's id is shown, and must at least be typed: an id's end is random, its beginning is the time."""


@click.group()
def cpd() -> None:
    """Declare CPD, verify it, see a history."""


@cpd.command()
@click.option("--title", required=True, help="What it was.")
@click.option("--kind", required=True, help="What sort, such as course or conference.")
@click.option("--date", "day", type=Day(), required=True, help="The day, or the first of several.")
@click.option("--hours", type=float, required=True, help="Hours, in quarters.")
@click.option("--topic", "topics", multiple=True, help="What it was about; may be repeated.")
@click.option("--ends", type=Day(), help="The last day of several.")
@click.option("--provider", help="Who provided it.")
@click.option("--reflection", help="What you took from it.")
@click.option("--impact", help="What changed for pupils or colleagues.")
@click.option("--for", "who", metavar="WHO", help="Whose CPD it was (HR only); yours unless given.")
@for_machines
@pass_desk
def declare(desk: Desk, /, who: str | None, day: str, as_json: bool, **said: Any) -> None:
    """Record CPD that you did; your line manager verifies it."""
    said["topics"] = list(said["topics"])
    new = {"date": day, **{name: value for name, value in said.items() if value not in (None, [])}}
    record = desk.cpd.post(f"/people/{desk.person_id(who)}/records", new)
    if as_json:
        screen.show(record)
    else:
        hours = "1 hour" if record["hours"] == 1 else f"{record['hours']:g} hours"
        click.echo(f"Recorded: {record['title']}, {hours} in {record['academic_year']}. Not verified yet.")


@cpd.command()
@for_machines
@pass_desk
def waiting(desk: Desk, as_json: bool) -> None:
    """List what waits for you to verify it, the longest waiting first."""
    found = list(desk.cpd.items("/records"))
    if as_json:
        screen.show(found)
        return
    screen.table(
        ("Id", "Who", "Date", "What", "Kind", "Hours"),
        (
            (one["id"][-SHORT:], one["name"], one["date"], one["title"], one["kind"].replace("_", " "), one["hours"])
            for one in found
        ),
        nothing="Nothing waits.",
    )


@cpd.command()
@click.argument("record_id", metavar="ID")
@for_machines
@pass_desk
def verify(desk: Desk, record_id: str, as_json: bool) -> None:
    """Confirm somebody's CPD; ID is as `acorn cpd waiting` shows it."""
    record = _judge(desk, record_id, "verify", states=("declared", "queried"))
    if as_json:
        screen.show(record)
    else:
        click.echo(f"Verified: {record['title']}.")


@cpd.command()
@click.argument("record_id", metavar="ID")
@click.option("--question", required=True, help="What you want to know first.")
@for_machines
@pass_desk
def query(desk: Desk, record_id: str, question: str, as_json: bool) -> None:
    """Ask somebody a question about their CPD before you verify it."""
    record = _judge(desk, record_id, "query", {"question": question}, states=("declared", "verified"))
    if as_json:
        screen.show(record)
    else:
        click.echo(f"Asked about: {record['title']}.")


@cpd.command()
@click.argument("who", required=False)
@click.option("--year", "academic_year", metavar="2019-20", help="Only this academic year.")
@click.option("--kind", help="Only this kind, such as course.")
@click.option("--topic", help="Only what was about this, such as safeguarding.")
@click.option("--state", help="Only records in this state, such as declared.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@for_machines
@pass_desk
def history(
    desk: Desk,
    who: str | None,
    academic_year: str | None,
    kind: str | None,
    topic: str | None,
    state: str | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Show a CPD history, newest first: WHO is an e-mail address, an employee number or an id; without it, yours."""
    path = f"/people/{desk.person_id(who)}/history"
    asked = {"academic_year": academic_year, "kind": kind, "topic": topic, "state": state}
    if as_csv:
        given = {name: value for name, value in asked.items() if value is not None}
        answer = desk.cpd.call("GET", path, params=given, headers={"Accept": "text/csv"})
        click.echo(answer.content, nl=False)
        return
    found = list(desk.cpd.items(path, **asked))
    if as_json:
        screen.show(found)
        return
    screen.table(
        ("Date", "Year", "What", "Kind", "Topics", "Hours", "Provider", "State"),
        (
            (
                one["date"],
                one["academic_year"],
                one["title"],
                one["kind"].replace("_", " "),
                [topic.replace("_", " ") for topic in one["topics"]],
                one["hours"],
                one["provider"],
                one["state"],
            )
            for one in found
        ),
        nothing="There is nothing in this history yet.",
    )


@cpd.command()
@click.argument("who", required=False)
@for_machines
@pass_desk
def hours(desk: Desk, who: str | None, as_json: bool) -> None:
    """Show hours of CPD by academic year."""
    years = desk.cpd.get(f"/people/{desk.person_id(who)}/hours")["items"]
    if as_json:
        screen.show(years)
        return
    screen.table(
        ("Year", "Verified", "Waiting", "Total"),
        ((year["academic_year"], year["verified"], year["awaiting"], year["total"]) for year in years),
        nothing="No hours are recorded yet.",
    )


def _judge(desk: Desk, record_id: str, step: str, body: Any = None, *, states: tuple[str, ...]) -> dict[str, Any]:
    """Take a step with a record of somebody whom the caller may judge."""
    record = _find(desk, record_id, states)
    path = f"/people/{record['person']}/records/{record['id']}/{step}"
    version = {"If-Match": f'"{record["version"]}"'}
    judged: dict[str, Any] = desk.cpd.post(path, body, **version)
    return judged


def _find(desk: Desk, record_id: str, states: tuple[str, ...]) -> dict[str, Any]:
    if len(record_id) < SHORT:
        raise Trouble(f"{record_id} is too short for an id. Copy it from: acorn cpd waiting")
    for state in states:
        found = [one for one in desk.cpd.items("/records", state=state) if one["id"].endswith(record_id)]
        if len(found) == 1:
            return found[0]
    raise Trouble(f"No record that you can judge has the id {record_id}. Copy it from: acorn cpd waiting")
