"""The person whom HR changes: read once for a page, named in its trail, shown again when the change is made."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request
from werkzeug.wrappers import Response

from acorn_portal.clients.staff import Person

PEOPLE: tuple[dict[str, Any], ...] = ({"text": "Home", "href": "/"}, {"text": "People", "href": "/people"})
"""The way from home to the people of the trust."""


@dataclass(frozen=True)
class Row:
    """An answer on a check page: its label, what was answered, the id of its field, and the step that shows it.

    One that cannot be changed has no field.
    """

    label: str
    value: str
    at: str
    step: str = "change"


def step() -> str:
    """The button that was pressed; empty when a page is opened."""
    return request.form.get("step", "")


def full_name(person: Person) -> str:
    """Given and family name."""
    return f"{person['given_name']} {person['family_name']}"


def page_of(person_id: str) -> str:
    """Where a person is shown."""
    return f"/people/{person_id}"


def trail(person: Person, *further: dict[str, Any]) -> list[dict[str, Any]]:
    """The way from home to a person, and on."""
    return [*PEOPLE, {"text": full_name(person), "href": page_of(person["id"])}, *further]


def done(person_id: str, sentence: str, page: str = "") -> Response:
    """Show the person again, or the page of them that is said, with what was changed."""
    flash(sentence, "success")
    return redirect(page or page_of(person_id))
