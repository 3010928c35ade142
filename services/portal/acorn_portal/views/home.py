"""Home: what waits, my latest records, my hours this year; and what every site has to say of itself."""

from flask import Blueprint, session
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.gate import everybody
from acorn_portal.pages import me, render, today
from servicekit.clock import academic_year

blueprint = Blueprint("home", __name__)

_LATEST = 5


@blueprint.get("/")
@everybody
def home() -> Response:
    """What waits for somebody, and their own CPD at a glance; for who is not signed in, what this is."""
    if "sign_in" not in session:
        return render("start.html")
    who = me()
    cpd = services().cpd
    waiting = later(cpd.list_records, limit=1) if who.verifies else None
    own = who.person_id
    latest = later(cpd.read_history, own, limit=_LATEST) if own else None
    queried = later(cpd.read_history, own, limit=_LATEST, state="queried") if own else None
    hours = later(cpd.read_hours, own) if own else None
    year = academic_year(today())
    years = hours.or_away() if hours else None
    this_year = next((one for one in years["items"] if one["academic_year"] == year), None) if years else None
    return render(
        "home.html",
        year=year,
        hours_known=years is not None,
        this_year=this_year,
        latest=latest.or_away() if latest else None,
        queried=queried.or_away() if queried else None,
        waiting=waiting.or_away() if waiting else None,
    )


@blueprint.get("/accessibility")
@everybody
def accessibility() -> Response:
    """How far these pages are accessible, and whom to tell where they are not."""
    return render("accessibility.html")


@blueprint.get("/privacy")
@everybody
def privacy() -> Response:
    """What is kept of whom, who sees it, and the one cookie."""
    return render("privacy.html")
