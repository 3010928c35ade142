"""People: found, and each with what they do, did and will do, and their CPD at a glance."""

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, request
from werkzeug.wrappers import Response

from acorn_portal import words
from acorn_portal.calls import later, services
from acorn_portal.career import absences, career, delegates, facts, left_on, managed
from acorn_portal.clients.calling import Refused
from acorn_portal.clients.staff import Person, PersonPage
from acorn_portal.forms.people import Search
from acorn_portal.pages import link, me, render, today
from acorn_portal.signing_in import Me
from acorn_portal.trust import known_trust
from acorn_portal.views.facts.kinds import decides
from servicekit.clock import academic_year

blueprint = Blueprint("people", __name__)

_LATEST = 5
_BOXES = ("on-day", "on-month", "on-year")


@blueprint.get("/people")
def search() -> Response:
    """The people whom somebody may see, searched by those who see many."""
    who = me()
    if not (who.sees_everybody or who.has_people):
        abort(403)
    asked = Search(request.args)
    readable = asked.readable()
    if readable and asked.on.data and any(box in request.args for box in _BOXES):
        # A day in one piece, so that one link takes its filter off; who worked here then may well have left since.
        return redirect(f"/people?{urlencode({'left': 'all', **_canonical(asked)})}")
    known = known_trust()
    if request.args.get("organisation") or request.args.get("post"):
        asked.offer(known(()))
    try:
        found = _found(asked, who) if readable else None
    except Refused as refusal:
        if refusal.kind != "bad-cursor":
            raise
        # Whom one may see has changed since that page was shown.
        return redirect(link(cursor=None))
    people = found["items"] if found else []
    trust = known({one["organisation"] for person in people for one in person["appointments"]})
    led = [one["id"] for one in trust.organisations.values() if one["name"] in who.leads]
    asked.offer(trust, None if who.sees_everybody else led)
    day = asked.on.data or today()
    return render(
        "people/search.html",
        status=422 if asked.problems else 200,
        form=asked,
        found=found,
        rows=[(person, career(person, day, trust), left_on(person, today())) for person in people],
        several_academies=len(led) > 1,
        with_leavers=_with_leavers(asked),
    )


@blueprint.get("/people/<id:person_id>")
def show(person_id: str) -> Response:
    """A person, as far as their reader may see them."""
    who = me()
    staff, cpd = services().staff, services().cpd
    asked = later(staff.read_person, person_id)
    hours = later(cpd.read_hours, person_id)
    latest = later(cpd.read_history, person_id, limit=_LATEST)
    known = known_trust()
    person = asked.answer()
    if person.get("merged_into"):
        # Links and bookmarks of a record that became part of another one of the same person lead to that one.
        return redirect(f"/people/{person['merged_into']}")
    places = (*person["appointments"], *person.get("responsibilities", ()), *person.get("year_groups", ()))
    trust = known({one["organisation"] for one in places})
    day = today()
    manager, next_manager, earlier_managers = managed(person, day)
    years = hours.or_away()
    year = academic_year(day)
    own = person_id == who.person_id
    return render(
        "people/show.html",
        person=person,
        own=own,
        kind=words.PERSON_KINDS.get(person["kind"], person["kind"]),
        trail=_trail(person, who, own=own),
        career=career(person, day, trust),
        facts_held=facts(person, day, trust),
        absences_held=absences(person, day),
        delegates_held=delegates(person, day),
        decides=decides(person, trust),
        left=left_on(person, day),
        manager=manager,
        next_manager=next_manager,
        earlier_managers=earlier_managers,
        signs_in=next((one for one in person.get("sign_ins", ()) if one["to"] is None), None),
        year=year,
        hours_known=years is not None,
        this_year=next((one for one in years["items"] if one["academic_year"] == year), None) if years else None,
        latest=latest.or_away(),
    )


def _with_leavers(asked: Search) -> str:
    """The address of the same search among leavers too."""
    return f"/people?{urlencode({**_canonical(asked), 'left': 'all'})}"


def _found(asked: Search, who: Me) -> PersonPage | None:
    cursor = request.args.get("cursor") or None
    asking = later(services().staff.list_people, cursor=cursor, count=True, **asked.asked(numbers=who.hr))
    try:
        return asking.answer()
    except Refused as refusal:
        if refusal.status != 422:
            raise
        asked.refuse(refusal)
        return None


def _canonical(asked: Search) -> dict[str, str]:
    said = {name: request.args.get(name, "") for name in ("name", "organisation", "post", "left")}
    return {name: value for name, value in {**said, "on": asked.on.iso() or ""}.items() if value}


def _trail(person: Person, who: Me, *, own: bool) -> Sequence[dict[str, str]]:
    home = {"text": "Home", "href": "/"}
    here = {"text": "Your staff record" if own else f"{person['given_name']} {person['family_name']}"}
    people = {"text": "People" if who.sees_everybody else "My people", "href": "/people"}
    return [home, people, here] if who.sees_everybody or who.has_people else [home, here]
