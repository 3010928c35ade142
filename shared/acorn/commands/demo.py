"""The demo trust: invented academies, people and CPD, loaded over HTTP as HR would load a real trust's."""

import hashlib
import json
import time
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import click

from acorn import signing_in
from acorn.client import Service
from acorn.commands.imports import summary
from acorn.commands.signing import bind
from acorn.desk import Desk, pass_desk
from acorn.importing import send
from acorn.trouble import Refused, Trouble

TRUST = "Oak Trees Multi Academy Trust"
CENTRAL_TEAM = "Oak Trees Central Team"
HR = "hr@oaktrees.example"
JOINED = {"990101": "2017-09-01", "990102": "2017-09-01", "990103": "2017-09-01", "990104": "2019-09-01"}
FOUNDERS = frozenset({"990101", "990102", "990103"})
"""What GIAS does not know and HR records by hand: since when an academy is in the trust, and whether it founded it."""
WAIT_SECONDS = 120
_EVERY_SECONDS = 0.3


@click.group()
def demo() -> None:
    """A small invented trust to try things on."""


@demo.command()
@click.option("--quiet", is_flag=True, help="Say nothing unless something is wrong.")
@pass_desk
def load(desk: Desk, quiet: bool) -> None:
    """Load the demo trust; what is there already stays as it is.

    It signs in as the demo trust's people by itself: your own sign-in stays as it is.
    """
    say: Callable[[str], None] = (lambda _: None) if quiet else click.echo
    people = json.loads(_file("sign-ins.json"))
    desk.tell_guessed("staff", desk.addresses.services["staff"])
    hr = _as(desk, HR)
    if _loaded(hr):
        say("The demo trust is loaded already.")
        return
    say(_import(hr.staff, "academies", "gias-extract.csv", options={"trust": TRUST}))
    _complete_organisations(hr)
    say(_import(hr.staff, "people", "people.csv", mapping=_file("mapping.json").decode()))
    signed_in = [person for person in people if _bound(_as(desk, person["email"]))]
    say(f"{len(signed_in)} of {len(people)} sign-ins belong to people of the trust.")
    _wait_for(desk, [person["email"] for person in signed_in])
    say(_import_once_known(hr.cpd, "records", "cpd.csv"))
    say("The demo trust is loaded.")


def _as(desk: Desk, email: str) -> Desk:
    """A desk signed in as one of the demo trust, in memory only."""
    made = signing_in.sign_in(desk.addresses.issuer, hint=email, tell=lambda _: None)
    return desk.for_token(made.access_token)


def _file(name: str) -> bytes:
    return (files("acorn") / "demo" / name).read_bytes()


def _name(name: str) -> str:
    """A file's name with a digest of what it holds: a newer release's file is another one."""
    return f"demo-{hashlib.sha256(_file(name)).hexdigest()[:12]}-{name}"


def _loaded(hr: Desk) -> bool:
    """Tell whether the last of the files that make the demo trust has gone in."""
    done = [one for one in hr.cpd.items("/imports") if one["state"] == "done" and not one["dry_run"]]
    return any(one["filename"] == _name("cpd.csv") and not one["rows"]["rejected"] for one in done)


def _import(service: Service, kind: str, name: str, **parts: Any) -> str:
    """Import one of the files; what somebody has changed since by hand may refuse rows, and stays as it is."""
    done = send(service, kind, _file(name), filename=_name(name), quiet=True, **parts)
    if done.document["state"] == "failed":
        raise Trouble(f"The demo trust's {name} did not go in: {done.document['reason']}")
    return summary(done.document, name)


def _import_once_known(service: Service, kind: str, name: str) -> str:
    """Import; people of whom the service has not heard yet are taken from the same file once it has."""
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        done = send(service, kind, _file(name), filename=_name(name), quiet=True)
        if not done.exit_code:
            return summary(done.document, name)
        if time.monotonic() > deadline:
            reasons = [reason["reason"] for row in done.rows for reason in row["reasons"]]
            raise Trouble(f"The demo trust's {name} did not go in whole: {done.document['reason'] or reasons[0]}")
        time.sleep(_EVERY_SECONDS)


def _complete_organisations(hr: Desk) -> None:
    """Add what no register has: the central team, and since when each academy is in the trust."""
    if not any(one["name"] == CENTRAL_TEAM for one in hr.organisations):
        hr.staff.post("/organisations", {"kind": "central_team", "name": CENTRAL_TEAM, "membership": "member"})
    for one in hr.organisations:
        if one["urn"] in JOINED and one["joined"] is None:
            facts = {"joined": JOINED[one["urn"]], "founder": one["urn"] in FOUNDERS}
            hr.staff.patch(f"/organisations/{one['id']}", facts, one["version"])


def _bound(person: Desk) -> bool:
    """Bind a sign-in to its person; tell whether there is one."""
    bind(person)
    return person.me()["person"] is not None


def _wait_for(desk: Desk, emails: list[str]) -> None:
    """Wait until the CPD service has heard of these people: what staff publishes takes a moment to get there."""
    deadline = time.monotonic() + WAIT_SECONDS
    for email in emails:
        person = _as(desk, email)
        path = f"/people/{person.me()['person']['id']}/hours"
        while not _answers(person.cpd, path):
            if time.monotonic() > deadline:
                raise Trouble("The CPD service hears nothing of the staff service. See: acorn status")
            time.sleep(_EVERY_SECONDS)


def _answers(service: Service, path: str) -> bool:
    try:
        service.get(path)
    except Refused:
        return False
    return True
