"""Home: what waits, my latest records, my hours this year; and what every site has to say of itself."""

from collections.abc import Sequence
from typing import TypeVar

from flask import Blueprint, session
from werkzeug.wrappers import Response

from acorn_portal.calls import Later, later, services
from acorn_portal.clients.calling import Away, Refused
from acorn_portal.clients.cpd import OperationsStatus as CpdStatus
from acorn_portal.clients.staff import OperationsStatus as StaffStatus
from acorn_portal.gate import everybody
from acorn_portal.pages import me, render, today
from acorn_portal.signing_in import Me
from acorn_portal.standing import Health, Standing, away, standing
from servicekit.clock import academic_year

blueprint = Blueprint("home", __name__)

T = TypeVar("T")
_LATEST = 5
Status = Later[CpdStatus] | Later[StaffStatus]


@blueprint.get("/")
@everybody
def home() -> Response:
    """What waits for somebody, and their own CPD at a glance; for who is not signed in, what this is."""
    if "sign_in" not in session:
        return render("start.html")
    who = me()
    cpd = services().cpd
    own = who.person_id
    # All at once: the page takes as long as the slowest of them.
    to_verify = later(cpd.list_records, limit=1, count=True, may_verify=True) if who.verifies else None
    latest = later(cpd.read_history, own, limit=_LATEST) if own else None
    to_answer = later(cpd.read_history, own, limit=_LATEST, state="queried", count=True) if own else None
    hours = later(cpd.read_hours, own) if own else None
    statuses = _statuses() if who.operates else {}
    waiting = _shown(to_verify)
    queried = _shown(to_answer)
    years = _shown(hours)
    year = academic_year(today())
    return render(
        "home.html",
        year=year,
        hours_known=years is not None,
        this_year=next((one for one in years["items"] if one["academic_year"] == year), None) if years else None,
        latest=_shown(latest),
        waiting=waiting,
        queried=queried,
        missing=(to_verify is not None and waiting is None) or (to_answer is not None and queried is None),
        ill=[one for one in (_standing(*asked) for asked in statuses.items()) if one.health is not Health.WELL],
        links=_links(who),
    )


def _shown(asked: Later[T] | None) -> T | None:
    """An answer; None too for somebody who lost the access a moment ago: home is for everybody."""
    try:
        return asked.or_away() if asked else None
    except Refused as refusal:
        if refusal.status != 403:
            raise
        return None


def _statuses() -> dict[str, Status]:
    """Begin to ask every service how it stands."""
    return {"staff": later(services().staff.read_status), "cpd": later(services().cpd.read_status)}


def _standing(service: str, asked: Status) -> Standing:
    try:
        return standing(service, asked.answer())
    except Away:
        return away(service)


def _links(who: Me) -> Sequence[dict[str, str]]:
    """What else somebody may want from here, beside the sections of the navigation."""
    offered = [
        ("Who looked at my record", "/who-looked", who.person_id is not None),
        ("My people", "/people", who.has_people and not who.sees_everybody),
        ("People across the trust", "/people", who.sees_everybody),
        ("My strengths and wishes", f"/people/{who.person_id}/strengths", who.person_id is not None),
        ("Who is strong at what", "/strengths", who.sees_everybody or who.has_people),
        ("Audiences: whom a course is for", "/audiences", who.sees_everybody or who.has_people),
        ("Future leaders", "/talent", who.plans),
        ("Succession", "/succession", who.plans),
        ("Retention: whom the trust keeps", "/retention", who.sees_everybody),
        ("Academies of the trust", "/academies", who.sees_everybody),
        ("Term dates and INSET days", "/calendar", True),
        ("Posts, responsibilities and other terms", "/vocabularies", who.keeps_terms),
        ("Import a file", "/imports", who.hr),
        ("Answer a subject access request", "/protection/subject-access", who.protects_data),
        ("Who looked at what", "/protection/looks", who.protects_data),
        ("Erase somebody", "/protection/erasure", who.protects_data),
        ("How long things are kept", "/protection/disposal", who.protects_data),
        ("How the services stand", "/operations", who.operates),
    ]
    return [{"text": text, "href": path} for text, path, has in offered if has]


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
