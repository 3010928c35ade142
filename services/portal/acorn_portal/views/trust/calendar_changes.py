"""HR sets the dates of an academic year, changes them, and says in what an academy differs."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from flask import Blueprint, abort, flash, redirect, request
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.clients.staff import Calendar, CalendarNew, CalendarPatch, OwnDatesNew
from acorn_portal.forms.calendars import CalendarForm, FollowForm, NewCalendarForm, OwnDatesForm, term_days
from acorn_portal.meanwhile import SENTENCE, Clash, caught_up, opened_with, typed_in
from acorn_portal.pages import me, render, today, version_of
from acorn_portal.trust import trust_later
from acorn_portal.words import TERMS, long_date
from servicekit.clock import academic_year as year_of

blueprint = Blueprint("calendar_changes", __name__)

_HOME = {"text": "Home", "href": "/"}
_CALENDAR = {"text": "Calendar", "href": "/calendar"}
_YEARS_AHEAD = 3
_LABELS = {"terms": "Terms", "inset_days": "INSET days", "bank_holidays": "Bank holidays"}


@blueprint.before_request
def only_hr() -> None:
    """Show these pages to HR alone; the staff service judges each change anew."""
    if not me().hr:
        abort(403)


@blueprint.route("/calendar/new", methods=["GET", "POST"])
def add() -> Response:
    """Set the dates of an academic year that has no calendar yet."""
    there = {one["academic_year"] for one in later(services().staff.list_calendars, limit=100).answer()["items"]}
    this = int(year_of(today())[:4])
    years = (f"{year}-{(year + 1) % 100:02}" for year in range(this - 1, this + 1 + _YEARS_AHEAD))
    form = NewCalendarForm.opened()
    offered = {year: year for year in years if year not in there or request.method == "POST"}
    form.academic_year.choices = {"": "Choose a year", **offered}
    if form.sent():
        year = {"academic_year": form.academic_year.data, "terms": form.terms_typed()}
        new = cast(CalendarNew, {**year, "inset_days": form.inset_days.iso(), **_why(form.why.data)})
        made = form.attempt(lambda: services().staff.add_calendar(new, key=form.key.data))
        if made:
            return _done(made)
    trail = [_HOME, _CALENDAR, {"text": "Add a year"}]
    return render("trust/calendar_new.html", status=form.status, form=form, trail=trail)


@blueprint.route("/calendar/<academic_year>/change", methods=["GET", "POST"])
def change(academic_year: str) -> Response:
    """Change the trust's dates of a year."""
    staff = services().staff
    calendar = later(staff.read_calendar, academic_year).answer()
    held = _details(calendar)
    form = CalendarForm.opened(
        **term_days(held["terms"]),
        inset_days=held["inset_days"],
        bank_holidays=held["bank_holidays"],
        version=str(calendar["version"]),
        base=json.dumps(held),
    )
    if not form.sent():
        return _page(calendar, form)
    base = opened_with(form.base.data, held)
    changed = typed_in(form.details(), base)
    if not changed:
        form.form_errors = ["Nothing is changed yet. Change something, or go back to the calendar."]
        return _page(calendar, form)
    patch, version = cast(CalendarPatch, {**changed, **_why(form.why.data)}), version_of(form.version.data)
    saved = form.attempt(lambda: staff.change_calendar(academic_year, patch, version=version, key=form.key.data))
    if saved:
        return _done(saved)
    return _overtaken(academic_year, form, base) if form.overtaken else _page(calendar, form)


@blueprint.route("/calendar/<academic_year>/academies/<id:organisation_id>/change", methods=["GET", "POST"])
def set_own_dates(academic_year: str, organisation_id: str) -> Response:
    """Say in what an academy differs from the trust in a year."""
    staff = services().staff
    ask_trust = trust_later()
    calendar = later(staff.read_calendar, academic_year).answer()
    trust = ask_trust()
    if organisation_id not in trust.organisations:
        abort(404)
    own = next((one for one in calendar["academies"] if one["organisation"] == organisation_id), None)
    form = OwnDatesForm.opened(
        # An academy's own terms begin as the trust's: what differs is changed.
        **term_days((own and own.get("terms")) or calendar["terms"]),
        inset_days=own.get("inset_days", []) if own else [],
        terms="own" if own and own.get("terms") else "trust",
        version=str(calendar["version"]),
    )
    if form.sent():
        new, version = cast(OwnDatesNew, form.new()), version_of(form.version.data)
        saved = form.attempt(
            lambda: staff.set_own_dates(academic_year, organisation_id, new, version=version, key=form.key.data)
        )
        if saved:
            return _done(saved)
        if form.overtaken:
            form.version.data, form.form_errors = str(calendar["version"]), [SENTENCE]
    return _own_page("calendar_own", calendar, trust.place(organisation_id), form, organisation_id)


@blueprint.route("/calendar/<academic_year>/academies/<id:organisation_id>/retraction", methods=["GET", "POST"])
def follow_trust(academic_year: str, organisation_id: str) -> Response:
    """Let an academy follow the trust's dates again."""
    staff = services().staff
    ask_trust = trust_later()
    calendar = later(staff.read_calendar, academic_year).answer()
    trust = ask_trust()
    form = FollowForm.opened(version=str(calendar["version"]))
    if form.sent():
        version, why = version_of(form.version.data), cast(Any, _why(form.why.data))
        saved = form.attempt(
            lambda: staff.drop_own_dates(academic_year, organisation_id, why, version=version, key=form.key.data)
        )
        if saved:
            return _done(saved)
        if form.overtaken:
            form.version.data, form.form_errors = str(calendar["version"]), [SENTENCE]
    if organisation_id not in {one["organisation"] for one in calendar["academies"]}:
        abort(404)
    return _own_page("calendar_follow", calendar, trust.place(organisation_id), form, organisation_id)


def _own_page(
    name: str, calendar: Calendar, place: str, form: OwnDatesForm | FollowForm, organisation_id: str
) -> Response:
    return render(
        f"trust/{name}.html",
        status=form.status,
        calendar=calendar,
        place=place,
        organisation=organisation_id,
        form=form,
        trail=[_HOME, _CALENDAR, {"text": place}],
    )


def _overtaken(academic_year: str, form: CalendarForm, base: Mapping[str, Any]) -> Response:
    """Show what somebody else changed meanwhile; what was left alone follows them, what was typed stays."""
    calendar = services().staff.read_calendar(academic_year)
    now = _details(calendar)
    found = caught_up(form, _LABELS, base=base, now=now, version=calendar["version"], said=_said)
    return _page(calendar, form, found)


def _page(calendar: Calendar, form: CalendarForm, found: Sequence[Clash] = ()) -> Response:
    return render(
        "trust/calendar_change.html",
        status=form.status,
        calendar=calendar,
        form=form,
        clashes=found,
        trail=[_HOME, _CALENDAR, {"text": "Change the dates"}],
    )


def _details(calendar: Calendar) -> dict[str, Any]:
    return {
        "terms": calendar["terms"],
        "inset_days": calendar.get("inset_days", []),
        "bank_holidays": calendar.get("bank_holidays", []),
    }


def _said(name: str, value: Any) -> str:
    if name != "terms":
        return ", ".join(map(long_date, value)) or "None"
    return "; ".join(
        f"{TERMS[one['term']]}: "
        + " and ".join(f"{long_date(half['from'])} to {long_date(half['to'])}" for half in one["half_terms"])
        for one in value
    )


def _why(text: str | None) -> dict[str, str]:
    return {"why": text} if text else {}


def _done(calendar: Calendar) -> Response:
    year = calendar["academic_year"]
    flash(f"The calendar of {year} is saved.", "success")
    return redirect(f"/calendar/{year}")
