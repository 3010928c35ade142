"""A person's CPD history: one timeline, the hours of each year, and both as a file."""

from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, request
from flask import Response as Streamed
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.chart import chart
from acorn_portal.forms.history import Filters
from acorn_portal.pages import me, render
from acorn_portal.whose import Whose

blueprint = Blueprint("history", __name__)

_KEPT = ("content-type", "content-disposition")


@blueprint.get("/history")
def show_own() -> Response:
    """One's own history."""
    own = me().person_id
    return _show(own) if own else abort(403)


@blueprint.get("/people/<id:person_id>/history")
def show(person_id: str) -> Response:
    """The history of somebody whom one may see; one's own is at its own address."""
    if person_id == me().person_id:
        return redirect(f"/history?{request.query_string.decode()}".rstrip("?"))
    return _show(person_id)


@blueprint.get("/history.csv")
def download_own() -> Response:
    """One's own history as a file."""
    own = me().person_id
    return _download(own) if own else abort(403)


@blueprint.get("/people/<id:person_id>/history.csv")
def download(person_id: str) -> Response:
    """Somebody's history as a file."""
    return _download(person_id)


def _show(person_id: str) -> Response:
    cpd = services().cpd
    filters = Filters(request.args)
    found = later(cpd.read_history, person_id, cursor=request.args.get("cursor") or None, count=True, **filters.asked())
    hours = later(cpd.read_hours, person_id)
    whose = Whose(person_id, me())
    records = found.answer()
    by_year = hours.or_away()
    years = by_year["items"] if by_year else []
    filters.offer_years(year["academic_year"] for year in years)
    return render(
        "history/show.html",
        whose=whose.ready(),
        records=records,
        filters=filters,
        years=years,
        chart=chart(years),
        may_record=whose.own or me().hr,
        csv=_beside(whose, filters),
    )


def _beside(whose: Whose, filters: Filters) -> str:
    """The address of the same history as a file."""
    query = urlencode({name: value for name, value in filters.asked().items() if value})
    return f"{whose.home}.csv" + (f"?{query}" if query else "")


def _download(person_id: str) -> Response:
    asked = later(services().cpd.read_history_csv, person_id, **Filters(request.args).asked())
    file = asked.answer()
    headers = {name: value for name, value in file.headers.items() if name in _KEPT}
    return Streamed(file.pieces, headers=headers)
