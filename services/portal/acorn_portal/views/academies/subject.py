"""The academy that a page is about: where it is shown, who may change it, the way there."""

from typing import Any

from flask import abort

from acorn_portal.clients.staff import Organisation
from acorn_portal.pages import me

ACADEMIES: tuple[dict[str, Any], ...] = (
    {"text": "Home", "href": "/"},
    {"text": "Academies", "href": "/academies"},
)
"""The way from home to the academies of the trust."""


def page_of(organisation_id: str) -> str:
    """Where an academy is shown."""
    return f"/academies/{organisation_id}"


def trail(academy: Organisation, *further: dict[str, Any]) -> list[dict[str, Any]]:
    """The way from home to an academy, and on."""
    return [*ACADEMIES, {"text": academy["name"], "href": page_of(academy["id"])}, *further]


def only_hr() -> None:
    """Show a page to HR alone; the staff service judges each change anew."""
    if not me().hr:
        abort(403)
