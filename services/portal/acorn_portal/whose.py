"""Whose CPD a page is about: one's own, or that of somebody whom one may see."""

from typing import Any, Self

from flask import g

from acorn_portal.calls import later, services
from acorn_portal.signing_in import Me


class Whose:
    """A person whom a page is about. Another's name is asked for at once; `ready` waits for it, before a page is made.

    `name` is None for oneself, and while the staff service is away.
    """

    def __init__(self, person_id: str, me: Me) -> None:
        self.person_id = person_id
        self.own = person_id == me.person_id
        self._people = "People" if me.sees_everybody else "My people"
        self._asked = None if self.own else later(services().staff.read_person, person_id)
        self.name: str | None = None
        if self.own:
            g.section = "/history"

    def ready(self) -> Self:
        """The person with their name, as far as it can be had now."""
        person = self._asked.or_away() if self._asked else None
        if person:
            self.name = f"{person['given_name']} {person['family_name']}"
        return self

    @property
    def home(self) -> str:
        """Where their CPD is shown."""
        return "/history" if self.own else f"{self.page}/history"

    @property
    def page(self) -> str:
        """Where the person is shown."""
        return f"/people/{self.person_id}"

    def trail(self, *further: dict[str, Any]) -> list[dict[str, Any]]:
        """The way from home to their CPD, and further on."""
        cpd = {"text": "My CPD" if self.own else "CPD", "href": self.home}
        if self.own:
            return [{"text": "Home", "href": "/"}, cpd, *further]
        return [*self.trail_to_person(), cpd, *further]

    def trail_to_person(self) -> list[dict[str, Any]]:
        """The way from home to another person's page."""
        people = {"text": self._people, "href": "/people"}
        return [{"text": "Home", "href": "/"}, people, {"text": self.name or "Person", "href": self.page}]
