"""People: found, shown, moved, left, retained; who changed what about them, and who looked."""

import re
from datetime import date
from typing import Any

import click

from acorn import screen
from acorn.desk import Desk, for_machines, named, pass_desk
from acorn.trouble import Trouble

_ID = re.compile(r"/[0-9a-f-]{36}")


class Day(click.ParamType[str]):
    """A day as YYYY-MM-DD, or `today`."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The day in ISO form."""
        if value == "today":
            return date.today().isoformat()  # noqa: DTZ011 - today where the person at the keyboard is
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            self.fail(f"{value} is not a day. Write it as YYYY-MM-DD.", param, ctx)


@click.group()
def people() -> None:
    """Find people, see them, move them."""


@people.command()
@click.argument("name", required=False)
@click.option("--academy", metavar="URN-OR-NAME", help="Who works there on the day.")
@click.option("--post", help="Who holds this post on the day, such as teacher.")
@click.option("--on", type=Day(), help="The day; today unless given.")
@for_machines
@pass_desk
def find(desk: Desk, name: str | None, academy: str | None, post: str | None, on: str | None, as_json: bool) -> None:
    """Find people by the beginnings of their names, by academy, by post."""
    where = desk.organisation(academy)["id"] if academy else None
    found = list(desk.staff.items("/people", name=name, organisation=where, post=post, on=on))
    if as_json:
        screen.show(found)
        return
    day = on or date.today().isoformat()  # noqa: DTZ011
    screen.table(
        ("Name", "Post", "Where", "E-mail", "Id"),
        (
            (
                named(one),
                [held["post"].replace("_", " ") for held in _held(one, day)],
                [desk.organisation_name(held["organisation"]) for held in _held(one, day)],
                one.get("email"),
                one["id"],
            )
            for one in found
        ),
        nothing="Nobody whom you may see is found.",
    )


@people.command()
@click.argument("who", required=False)
@for_machines
@pass_desk
def show(desk: Desk, who: str | None, as_json: bool) -> None:
    """Show a person: WHO is an e-mail address, an employee number or an id; without it, you."""
    person = desk.person(who)
    if as_json:
        screen.show(person)
        return
    screen.facts(
        [
            ("Name", named(person)),
            ("Formerly", [f"{had['given_name']} {had['family_name']}" for had in person.get("former_names", [])]),
            ("Kind", person["kind"].replace("_", " ")),
            ("E-mail", person.get("email")),
            ("TRN", person.get("trn")),
            ("Employee numbers", person.get("employee_numbers")),
            ("Date of birth", person.get("date_of_birth")),
            ("Id", person["id"]),
        ]
    )
    click.echo()
    screen.table(
        ("Post", "Where", "FTE", "From", "To", "Reason"),
        (
            (
                held["post"].replace("_", " "),
                desk.organisation_name(held["organisation"]),
                held["fte"],
                held["from"],
                held["to"],
                (held.get("reason") or "").replace("_", " "),
            )
            for held in person.get("appointments", [])
        ),
        nothing="No appointments.",
    )


@people.command()
@click.argument("who")
@click.option("--to", "where", metavar="URN-OR-NAME", required=True, help="The academy, or the central team.")
@click.option("--on", "day", type=Day(), required=True, help="The first day there.")
@click.option("--post", help="The post there; as before unless given.")
@click.option("--fte", type=float, help="The FTE there; as before unless given.")
@click.option("--from", "source", metavar="URN-OR-NAME", help="Which appointment ends, where there are several.")
@click.option("--why", help="Why, in your words.")
@for_machines
@pass_desk
def move(
    desk: Desk,
    who: str,
    where: str,
    day: str,
    post: str | None,
    fte: float | None,
    source: str | None,
    why: str | None,
    as_json: bool,
) -> None:
    """Move a person: one appointment ends the day before, the next starts on the day."""
    person = desk.person(who)
    leaving = desk.organisation(source)["id"] if source else None
    held = [
        one
        for one in person["appointments"]
        if one["from"] <= day <= (one["to"] or day) and leaving in (None, one["organisation"])
    ]
    if len(held) != 1:
        many = "has several appointments then: say which ends with --from" if held else "has no appointment then"
        raise Trouble(f"{named(person)} {many}. See them with: acorn people show {who}")
    body = {
        "appointment": held[0]["id"],
        "organisation": desk.organisation(where)["id"],
        "on": day,
        **{name: value for name, value in (("post", post), ("fte", fte), ("why", why)) if value is not None},
    }
    moved = desk.staff.post(f"/people/{person['id']}/moves", body)
    place = desk.organisation_name(body["organisation"])
    if as_json:
        screen.show(moved)
    elif moved["version"] == person["version"]:
        click.echo(f"Nothing changes: {named(moved)} is at {place} then already.")
    else:
        click.echo(f"{named(moved)} moves to {place} on {day}.")


@people.command()
@click.argument("who")
@click.option("--on", "day", type=Day(), required=True, help="The last day.")
@click.option("--reason", required=True, help="Why, such as resigned or retired.")
@click.option("--destination", help="Where to, such as another_school.")
@click.option("--why", help="More, in your words.")
@for_machines
@pass_desk
def leave(desk: Desk, who: str, day: str, reason: str, destination: str | None, why: str | None, as_json: bool) -> None:
    """Record that a person leaves the trust: each of their appointments ends on the day."""
    person = desk.person(who)
    body = {"on": day, "reason": reason}
    body |= {name: value for name, value in (("destination", destination), ("why", why)) if value is not None}
    left = desk.staff.post(f"/people/{person['id']}/departure", body)
    if as_json:
        screen.show(left)
    else:
        click.echo(f"{named(left)} leaves on {day}.")


@people.command()
@click.argument("who")
@click.option("--why", help="Why, in your words.")
@for_machines
@pass_desk
def stay(desk: Desk, who: str, why: str | None, as_json: bool) -> None:
    """Take back the last end or move that is recorded of a person, before it has come."""
    person = desk.person(who)
    recorded = [one for one in person["appointments"] if one.get("reason")]
    if not recorded:
        raise Trouble(f"No end is recorded of {named(person)}. See their posts with: acorn people show {who}")
    last = max(one["to"] for one in recorded)
    body = {} if why is None else {"why": why}
    for one in recorded:
        if one["to"] == last:
            person = desk.staff.post(f"/people/{person['id']}/appointments/{one['id']}/end/retraction", body)
    if as_json:
        screen.show(person)
    else:
        click.echo(f"{named(person)} stays: {last} is no longer their last day.")


@people.command("history-of-changes")
@click.argument("who", required=False)
@for_machines
@pass_desk
def history_of_changes(desk: Desk, who: str | None, as_json: bool) -> None:
    """Show who changed what about a person, when and why; without WHO, about you."""
    changes = list(desk.staff.items(f"/people/{desk.person_id(who)}/changes"))
    if as_json:
        screen.show(changes)
        return
    screen.table(
        ("When", "Version", "Field", "Before", "After", "By", "Why"),
        (
            (
                change["at"],
                change["version"],
                _ID.sub("", one["field"]).replace("/", " "),
                _brief(desk, one["before"]),
                _brief(desk, one["after"]),
                change["by"],
                change["why"],
            )
            for change in changes
            for one in change["fields"]
        ),
        nothing="Nothing was ever changed.",
    )


@people.command()
@click.argument("who", required=False)
@click.option("--of", "whose", metavar="PERSON", help="For data protection: whose data was looked at, leavers too.")
@click.option("--by", metavar="PERSON", help="For data protection: who looked.")
@click.option("--operation", metavar="NAME", help="With --of or --by: by which operation, such as read_history.")
@click.option("--from", "first", type=Day(), help="With --of or --by: from this day on.")
@click.option("--to", "last", type=Day(), help="With --of or --by: to this day.")
@for_machines
@pass_desk
def reads(
    desk: Desk,
    who: str | None,
    whose: str | None,
    by: str | None,
    operation: str | None,
    first: str | None,
    last: str | None,
    as_json: bool,
) -> None:
    """Show who looked at a person's record, in every service; without WHO, at yours.

    With --of or --by everything that is kept of looks, confidential ones too; PERSON is an e-mail address, an employee
    number, an id, or a sign-in of nobody (sign-in:…).
    """
    narrowed = {"operation": operation, "from": first, "to": last}
    if whose or by:
        if who:
            raise click.UsageError("Say WHO, or --of and --by, and not both.")
        _search_reads(desk, {"person": whose, "by": by, **narrowed}, as_json=as_json)
        return
    if any(narrowed.values()):
        raise click.UsageError("--operation, --from and --to go with --of or --by.")
    person = desk.person_id(who)
    found = _in_every_service(desk, f"/people/{person}/reads")
    if as_json:
        screen.show(found)
        return
    screen.table(
        ("When", "Service", "What", "By"),
        (
            (read["at"], read["service"], read["what"], read["by"]["name"] or "a sign-in without a record")
            for read in found
        ),
        nothing="Nobody has looked.",
    )


@click.command()
@click.argument("name", required=False)
@for_machines
@pass_desk
def organisations(desk: Desk, name: str | None, as_json: bool) -> None:
    """List the academies and the central team, or those whose names begin so."""
    found = list(desk.staff.items("/organisations", q=name))
    if as_json:
        screen.show(found)
        return
    screen.table(
        ("URN", "Name", "Membership", "Phase", "Status", "Joined"),
        (
            (
                one["urn"],
                one["name"],
                one["membership"] if one["kind"] == "academy" else "central team",
                one["phase"],
                ((one["establishment"] or {}).get("status") or "").replace("_", " "),
                one["joined"],
            )
            for one in found
        ),
        nothing=f"No organisation has a name that begins so: {name}."
        if name
        else "No organisation is known yet. Import some with: acorn import academies FILE",
    )


def _search_reads(desk: Desk, asked: dict[str, str | None], *, as_json: bool) -> None:
    found = _in_every_service(desk, "/reads", **asked)
    if as_json:
        screen.show(found)
        return
    screen.table(
        ("When", "Service", "What", "By", "People", "Confidential", "Reason"),
        (
            (
                *(read["at"], read["service"], read["what"], read["by"]["name"] or read["sign_in"]),
                *(len(read["people"]), read["confidential"] or None, read["reason"]),
            )
            for read in found
        ),
        nothing="Nobody has looked.",
    )


def _in_every_service(desk: Desk, path: str, **query: str | None) -> list[dict[str, Any]]:
    """Reads of every service, newest first."""
    found = [
        {"service": name, **read}
        for name in desk.addresses.services
        for read in desk.service(name).items(path, **query)
    ]
    return sorted(found, key=lambda read: str(read["at"]), reverse=True)


def _held(person: dict[str, Any], day: str) -> list[dict[str, Any]]:
    return [
        one for one in person.get("appointments", []) if one["from"] <= day and (one["to"] is None or day <= one["to"])
    ]


def _brief(desk: Desk, value: Any) -> str:
    """A value of the change history on one line, organisations by name."""
    if isinstance(value, dict):
        told = {name: _brief(desk, inner) for name, inner in value.items() if inner is not None and name != "id"}
        return "; ".join(f"{name} {inner}" for name, inner in told.items())
    if isinstance(value, list):
        return ", ".join(_brief(desk, one) for one in value)
    return desk.organisation_name(value) if isinstance(value, str) else "" if value is None else f"{value:g}"
