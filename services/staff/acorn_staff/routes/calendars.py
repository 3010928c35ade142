"""The trust's calendar: an academic year each, with the dates that an academy has of its own."""

from typing import Any

from acorn_staff.model import calendar as model
from acorn_staff.model.calendar import OwnDates
from acorn_staff.operations import calendars as operations
from acorn_staff.routes.calling import change, store
from acorn_staff.schemas.calendars import (
    Calendar,
    CalendarNew,
    CalendarPage,
    CalendarPatch,
    OwnDatesNew,
)
from acorn_staff.schemas.values import Retraction
from servicekit.access import HR, SIGNED_IN, allows
from servicekit.app import Answer, PageArgs, answer, created, if_match, page, versioned, writes
from servicekit.documents import from_document, to_document
from servicekit.paging import Paging
from servicekit.routing import blueprint as make_blueprint

blueprint = make_blueprint("calendars", __name__, description="Academic years: terms, INSET days, bank holidays.")


@blueprint.get("/calendars")
@allows(SIGNED_IN)
@blueprint.arguments(PageArgs, location="query")
@blueprint.response(200, CalendarPage)
def list_calendars(query: dict[str, Any]) -> Answer:
    """The academic years that have a calendar, the latest first."""
    found = store().read_calendars(Paging.out_of(query))
    for kept in found.items:
        kept["warnings"] = from_document(model.Calendar, kept).warnings()
    return page(found)


@blueprint.post("/calendars")
@allows(HR)
@blueprint.arguments(CalendarNew)
@blueprint.response(201, Calendar)
@writes
def add_calendar(new: dict[str, Any]) -> Answer:
    """Set the dates of an academic year; other than five INSET days is a warning, never a refusal."""
    added = operations.add_calendar(change=change(new), store=store(), **new)
    return created(_shown(added), f"/v1/calendars/{added.academic_year}")


@blueprint.get("/calendars/<academic_year>")
@allows(SIGNED_IN)
@blueprint.response(200, Calendar)
def read_calendar(academic_year: str) -> Answer:
    """The calendar of an academic year, such as `2026-27`."""
    found = store().calendar(academic_year)
    return answer(_shown(found), etag=found.version)


@blueprint.patch("/calendars/<academic_year>")
@allows(HR)
@blueprint.arguments(CalendarPatch)
@blueprint.response(200, Calendar)
@versioned
@writes
def change_calendar(patch: dict[str, Any], academic_year: str) -> Answer:
    """Change the trust's dates of an academic year."""
    return _changed(
        operations.change_calendar(academic_year, version=if_match(), change=change(patch), store=store(), **patch)
    )


@blueprint.put("/calendars/<academic_year>/academies/<id:organisation_id>")
@allows(HR)
@blueprint.arguments(OwnDatesNew)
@blueprint.response(200, Calendar)
@versioned
@writes
def set_own_dates(new: dict[str, Any], academic_year: str, organisation_id: str) -> Answer:
    """Set in what an academy differs from the trust in a year: its terms, its own INSET days."""
    why = change(new)
    own = OwnDates(organisation=organisation_id, **{name: tuple(dates) for name, dates in new.items()})
    return _changed(operations.set_own_dates(academic_year, own, version=if_match(), change=why, store=store()))


@blueprint.post("/calendars/<academic_year>/academies/<id:organisation_id>/retraction")
@allows(HR)
@blueprint.arguments(Retraction)
@blueprint.response(200, Calendar)
@versioned
@writes
def drop_own_dates(said: dict[str, Any], academic_year: str, organisation_id: str) -> Answer:
    """Let an academy follow the trust's dates again."""
    return _changed(
        operations.drop_own_dates(
            academic_year, organisation_id, version=if_match(), change=change(said), store=store()
        )
    )


def _changed(calendar: model.Calendar) -> Answer:
    return answer(_shown(calendar), etag=calendar.version)


def _shown(calendar: model.Calendar) -> dict[str, Any]:
    shown = to_document(calendar) | {"warnings": calendar.warnings()}
    del shown["shape"]
    return shown
