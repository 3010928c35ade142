"""The trust's academic years, for everybody to read: terms, INSET days, bank holidays, an academy's own dates."""

import re

from flask import Blueprint
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.clients.staff import Calendar
from acorn_portal.pages import me, render, today
from acorn_portal.trust import Trust, known_trust
from servicekit.clock import academic_year
from servicekit.ids import PATTERN

blueprint = Blueprint("calendar", __name__)

_MOST_YEARS = 100


@blueprint.get("/calendar")
def show_current() -> Response:
    """This academic year; where it has no calendar yet, the latest that has one."""
    found = later(services().staff.list_calendars, limit=_MOST_YEARS).answer()["items"]
    now = academic_year(today())
    return _shown(next((one for one in found if one["academic_year"] == now), found[0] if found else None), found)


@blueprint.get("/calendar/<academic_year>")
def show(academic_year: str) -> Response:
    """One academic year."""
    years = later(services().staff.list_calendars, limit=_MOST_YEARS)
    found = later(services().staff.read_calendar, academic_year).answer()
    return _shown(found, years.answer()["items"])


def _told(warning: str, trust: Trust | None) -> str:
    """A warning of the service, with academies by their names."""
    return re.sub(f"The academy ({PATTERN})", lambda found: trust.place(found[1]) if trust else "An academy", warning)


def _shown(calendar: Calendar | None, years: list[Calendar]) -> Response:
    who = me()
    own = calendar["academies"] if calendar else []
    # Who has neither a person here nor everybody in view is not told which academies there are.
    knows = bool(who.person_id or who.sees_everybody)
    trust = known_trust()({one["organisation"] for one in own}) if knows and (own or who.hr) else None
    names = [(trust.place(one["organisation"]) if trust else "An academy", one) for one in own]
    differing = {one["organisation"] for one in own}
    others = [
        one
        for one in (trust.organisations.values() if trust else ())
        if one["kind"] == "academy" and one["membership"] == "member" and one["id"] not in differing
    ]
    return render(
        "trust/calendar.html",
        calendar=calendar,
        years=sorted((one["academic_year"] for one in years), reverse=True),
        own=sorted(names, key=lambda named: named[0]),
        others=others,
        warnings=[_told(one, trust) for one in calendar["warnings"]] if calendar and who.hr else [],
        trail=[{"text": "Home", "href": "/"}, {"text": "Calendar"}],
    )
