"""Retention: whom the trust keeps, in figures, and why others left."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.clients.staff import Retention
from acorn_portal.pages import link, me, render
from acorn_portal.words import DESTINATIONS, REASONS, SERVICE_LENGTHS
from servicekit.ids import valid_id

blueprint = Blueprint("retention", __name__)

_HOME = {"text": "Home", "href": "/"}


@dataclass(frozen=True)
class Row:
    """A group of people: what it is called, where its own page is if it has one, and its figures."""

    text: str
    figures: Mapping[str, Any]
    href: str | None = None


@dataclass(frozen=True)
class Table:
    """Several groups side by side."""

    caption: str
    first: str
    rows: tuple[Row, ...]


@blueprint.get("/retention")
def show_retention() -> Response:
    """Whom the trust, or an academy of it, kept in an academic year: by academy, post and length of service."""
    if not me().sees_everybody:
        abort(403)
    year, place = request.args.get("academic_year"), request.args.get("organisation")
    if (year and not re.fullmatch("[0-9]{4}-[0-9]{2}", year, re.ASCII)) or (place and not valid_id(place)):
        abort(404)
    staff = services().staff
    asked = later(staff.read_retention, academic_year=year or None, organisation=place or None)
    academy = later(staff.read_organisation, place).answer()["name"] if place else None
    found = asked.answer()
    return render(
        "talent/retention.html",
        found=found,
        academy=academy,
        tables=[table for table in _tables(found, academy) if table.rows],
        reasons=[(REASONS.get(row["reason"] or "", "No reason recorded"), row["count"]) for row in found["reasons"]],
        destinations=[
            (DESTINATIONS.get(row["destination"] or "", "Not recorded"), row["count"]) for row in found["destinations"]
        ],
        trail=[_HOME, {"text": "Retention"}],
    )


def _tables(found: Retention, academy: str | None) -> Iterable[Table]:
    def of_year(year: str) -> str | None:
        return link(academic_year=year) if year != found["academic_year"] else None

    yield Table(
        "Year by year",
        "Academic year",
        tuple(Row(one["academic_year"], one, of_year(one["academic_year"])) for one in found["years"]),
    )
    if academy is None:
        places = (Row(one["name"], one, link(organisation=one["organisation"])) for one in found["by_organisation"])
        yield Table("By academy", "Academy", tuple(places))
    yield Table("By post", "Post", tuple(Row(one["title"], one) for one in found["by_post"]))
    lengths = (Row(SERVICE_LENGTHS[one["service"]], one) for one in found["by_service"] if one["in_post"])
    yield Table("By length of service", "Had worked here", tuple(lengths))
