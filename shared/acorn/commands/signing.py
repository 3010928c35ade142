"""Who is at the keyboard: sign in, sign out, who am I."""

from typing import Any

import click

from acorn import screen, session, signing_in
from acorn.addresses import IDENTITY
from acorn.desk import Desk, for_machines, named, pass_desk
from acorn.trouble import Refused, Trouble

NOBODY = frozenset({"nobody-has-email", "email-not-verified"})
"""Refusals to bind a sign-in that are no fault: some who sign in have no record of their own."""


@click.command("sign-in")
@click.option("--as", "email", metavar="EMAIL", help="Who you are, where the sign-in takes your word for it.")
@for_machines
@pass_desk
def sign_in(desk: Desk, email: str | None, as_json: bool) -> None:
    """Sign in; the commands that follow act as you."""
    issuer = desk.addresses.issuer
    desk.tell_guessed(IDENTITY, issuer)
    made = signing_in.sign_in(
        issuer,
        hint=email,
        tell=lambda address: click.echo(f"Sign in at\n  {address}\n(your browser opens it)", err=True),
    )
    session.keep(issuer, made)
    signed_in = desk.for_token(made.access_token)
    bind(signed_in)
    me = signed_in.me()
    session.keep(issuer, session.Session(made.access_token, made.expires_at, me["email"] or me["subject"]))
    if as_json:
        screen.show(me)
    else:
        click.echo(f"Signed in as {_who(me)}.")


@click.command("sign-out")
@pass_desk
def sign_out(desk: Desk) -> None:
    """Forget the sign-in on this machine."""
    there = session.forget(desk.addresses.issuer)
    click.echo("Signed out." if there else "You were not signed in.")


@click.command("who-am-i")
@for_machines
@pass_desk
def who_am_i(desk: Desk, as_json: bool) -> None:
    """Show who you are to Acorn, and what you may do."""
    me = desk.me()
    if as_json:
        screen.show(me)
        return
    person = me["person"]
    screen.facts(
        [
            ("Name", named(person) if person else None),
            ("E-mail", me["email"]),
            ("Access roles", me["roles"]),
            ("Leads", [academy["name"] for academy in me["leads"]]),
            ("Manages people", me["has_reports"] or None),
            ("Person", person["id"] if person else "none: you have no record of your own"),
        ]
    )


def bind(desk: Desk) -> None:
    """Tell the staff service whose sign-in this is; some who sign in have no record of their own."""
    try:
        desk.staff.post("/sign-ins")
    except Refused as refusal:
        if refusal.kind not in NOBODY:
            raise
    except Trouble as trouble:
        raise Trouble(f"You are signed in, but: {trouble.message}") from None


def _who(me: dict[str, Any]) -> str:
    name = f"{named(me['person'])} ({me['email']})" if me["person"] else str(me["email"] or me["subject"])
    return f"{name}, {', '.join(me['roles'])}" if me["roles"] else name
