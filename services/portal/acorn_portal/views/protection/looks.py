"""Who looked at what: the looks that each service keeps, at one person or by one, confidential ones too."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from acorn_portal import words
from acorn_portal.calls import Later, later, services
from acorn_portal.clients.calling import Refused
from acorn_portal.clients.cpd import ReadFoundPage as CpdPage
from acorn_portal.clients.staff import ReadFoundPage as StaffPage
from acorn_portal.forms.protection import LooksSearch
from acorn_portal.pages import render
from acorn_portal.views.protection.subject import only_data_protection, trail

blueprint = Blueprint("looks", __name__)

Found = CpdPage | StaffPage | None

_LISTED, _NAMED = 25, 5


@blueprint.get("/protection/looks")
def search() -> Response:
    """Search the looks of both services, side by side and each paged by itself: neither knows the other's."""
    only_data_protection()
    form = LooksSearch(request.args)
    asks = form.asks()
    lists: list[tuple[str, Found]] = []
    if asks:
        staff, cpd = services().staff, services().cpd
        asked = form.asked()
        of_staff = later(staff.search_reads, limit=_LISTED, count=True, cursor=_cursor("staff"), **asked)
        of_cpd = later(cpd.search_reads, limit=_LISTED, count=True, cursor=_cursor("cpd"), **asked)
        lists = [("staff", _found(of_staff, form)), ("cpd", _found(of_cpd, form))]
    return render(
        "protection/looks.html",
        status=422 if form.problems else 200,
        form=form,
        lists_found=lists if any(found for _, found in lists) else [],
        said={**words.LOOKS, **words.CONFIDENTIAL_LOOKS},
        most=_NAMED,
        trail=trail({"text": "Who looked at what"}),
    )


def _found(asked: Later[StaffPage] | Later[CpdPage], form: LooksSearch) -> Found:
    """A service's answer; what it cannot search by is said by the form."""
    try:
        return asked.or_away()
    except Refused as refusal:
        if refusal.status not in (404, 409, 422):
            raise
        form.refuse(refusal)
        return None


def _cursor(argument: str) -> str | None:
    return request.args.get(argument) or None
