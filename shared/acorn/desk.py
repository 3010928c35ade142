"""What every command works with: the services, the token, and who is meant by what was typed."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, TypeVar

import click

from acorn import addresses, session
from acorn.client import Service
from acorn.trouble import Trouble

F = TypeVar("F", bound=Callable[..., Any])


class Desk:
    """One command's services. `token` overrides the one that is kept, for commands that sign in by themselves."""

    def __init__(self, token: Callable[[], str] | None = None) -> None:
        self.addresses = addresses.find()
        self._told = False
        self._token = token or (lambda: session.token(self.addresses.issuer))

    def for_token(self, token: str) -> "Desk":
        """A desk for the same command acting as somebody else; what was said once is not said again."""
        other = Desk(lambda: token)
        other._told = self._told
        return other

    def service(self, name: str) -> Service:
        """A service by its name; `Trouble` when there is none of that name."""
        if name not in self.addresses.services:
            raise Trouble(f"There is no service {name}. There are: {', '.join(self.addresses.services)}.")
        self.tell_guessed(name, self.addresses.services[name])
        return Service(name, self.addresses.services[name], self._token)

    def pages(self, name: str) -> Service:
        """A service of pages by its name, to ask whether it is there."""
        return Service(name, self.addresses.pages[name], self._token)

    def tell_guessed(self, name: str, address: str) -> None:
        """Say, once, that an address is the usual one of `make run` although no run of this folder has it."""
        if name in self.addresses.guessed and not self._told:
            self._told = True
            click.echo(
                f"acorn: `make run` of this folder is stopped. Asking at the usual ports, {address} and on.", err=True
            )

    @cached_property
    def staff(self) -> Service:
        """Who is who."""
        return self.service("staff")

    @cached_property
    def cpd(self) -> Service:
        """Professional development."""
        return self.service("cpd")

    @cached_property
    def organisations(self) -> list[dict[str, Any]]:
        """All academies and the central team."""
        return list(self.staff.items("/organisations"))

    def organisation(self, asked: str) -> dict[str, Any]:
        """The organisation with a URN, an id or a name; `Trouble` when that is none or several."""
        meant = " ".join(asked.casefold().split())
        found = [
            one
            for one in self.organisations
            if meant in (one["urn"], one["id"], " ".join(one["name"].casefold().split()))
        ]
        if len(found) != 1:
            raise Trouble(f"No organisation has the URN or name {asked}. See them with: acorn organisations")
        return found[0]

    def organisation_name(self, organisation_id: str) -> str:
        """The name of an organisation, or its id."""
        return next((one["name"] for one in self.organisations if one["id"] == organisation_id), organisation_id)

    def me(self) -> dict[str, Any]:
        """The caller, as the staff service knows them."""
        me: dict[str, Any] = self.staff.get("/me")
        return me

    def person_id(self, who: str | None) -> str:
        """The id of whoever is meant: an e-mail address, employee number or id; without one, the caller."""
        if who is None:
            person = self.me()["person"]
            if person is None:
                raise Trouble(
                    "Nobody in Acorn has your sign-in. Say who is meant: an e-mail address or employee number."
                )
            return str(person["id"])
        if is_id(who):
            return who
        asked = {"email": who} if "@" in who else {"employee_number": who}
        found = list(self.staff.items("/people", **asked))
        if len(found) != 1:
            some = "Several people have" if found else "Nobody whom you may see has"
            what = "e-mail address" if "@" in who else "employee number"
            raise Trouble(f"{some} the {what} {who}. Look for them with: acorn people find NAME")
        return str(found[0]["id"])

    def person(self, who: str | None) -> dict[str, Any]:
        """Whoever is meant, with what the caller may see of them."""
        person: dict[str, Any] = self.staff.get(f"/people/{self.person_id(who)}")
        return person


def is_id(text: str) -> bool:
    """Tell whether a text is an id."""
    return len(text) == 36 and [len(part) for part in text.split("-")] == [8, 4, 4, 4, 12]


pass_desk = click.make_pass_decorator(Desk)


def for_machines(command: F) -> F:
    """Give a command the option `--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")(command)


def named(person: Mapping[str, Any]) -> str:
    """A person's name."""
    return f"{person['given_name']} {person['family_name']}"
