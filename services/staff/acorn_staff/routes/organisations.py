"""Academies and the central team."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from acorn_staff.model.days import ONE_DAY
from acorn_staff.model.person import Person
from acorn_staff.operations import organisations as operations
from acorn_staff.routes.calling import change, document, store
from acorn_staff.schemas.organisations import (
    Departure,
    DepartureNew,
    DepartureQuery,
    InspectionNew,
    Organisation,
    OrganisationNew,
    OrganisationPage,
    OrganisationPatch,
    OrganisationsQuery,
)
from acorn_staff.schemas.values import Retraction
from servicekit.access import CEO, HR, OWN, SIL, allows
from servicekit.answers import tell_names
from servicekit.app import Answer, answer, created, if_match, page, record_read, versioned, writes
from servicekit.paging import Paging
from servicekit.routing import blueprint as make_blueprint

blueprint = make_blueprint("organisations", __name__, description="The academies of the trust, and its central team.")


@blueprint.get("/organisations")
@allows(OWN, HR, SIL, CEO)
@blueprint.arguments(OrganisationsQuery, location="query")
@blueprint.response(200, OrganisationPage)
def list_organisations(query: dict[str, Any]) -> Answer:
    """The academies and the central team, by name.

    For everybody who has a person here, and HR, SIL and CEO.
    """
    return page(store().read_organisations(paging=Paging.out_of(query), **query))


@blueprint.post("/organisations")
@allows(HR)
@blueprint.arguments(OrganisationNew)
@blueprint.response(201, Organisation)
@writes
def add_organisation(new: dict[str, Any]) -> Answer:
    """Add an academy (prospective ones too) or the central team."""
    added = operations.add_organisation(change=change(new), store=store(), **new)
    return created(document(added), f"/v1/organisations/{added.id}")


@blueprint.get("/organisations/<id:organisation_id>")
@allows(OWN, HR, SIL, CEO)
@blueprint.response(200, Organisation)
def read_organisation(organisation_id: str) -> Answer:
    """An academy or the central team."""
    found = store().read_organisation(organisation_id)
    return answer(found, etag=found["version"])


@blueprint.patch("/organisations/<id:organisation_id>")
@allows(HR)
@blueprint.arguments(OrganisationPatch)
@blueprint.response(200, Organisation)
@versioned
@writes
def change_organisation(patch: dict[str, Any], organisation_id: str) -> Answer:
    """Change what is known of an academy, such as the day on which it joined the trust."""
    changed = operations.change_organisation(
        organisation_id, version=if_match(), change=change(patch), store=store(), **patch
    )
    return answer(document(changed), etag=changed.version)


@blueprint.post("/organisations/<id:organisation_id>/inspections")
@allows(HR, SIL, CEO)
@blueprint.arguments(InspectionNew)
@blueprint.response(201, Organisation)
@versioned
@writes
def record_inspection(new: dict[str, Any], organisation_id: str) -> Answer:
    """Record what Ofsted judged of an academy.

    Until September 2024 an overall grade, with areas on four grades; since November 2025 the areas of a report card.
    """
    new["areas"] = tuple(new["areas"])
    inspected = operations.record_inspection(
        organisation_id, version=if_match(), change=change(new), store=store(), **new
    )
    return created(document(inspected), f"/v1/organisations/{inspected.id}")


@blueprint.post("/organisations/<id:organisation_id>/inspections/<id:inspection_id>/retraction")
@allows(HR, SIL, CEO)
@blueprint.arguments(Retraction)
@blueprint.response(200, Organisation)
@versioned
@writes
def retract_inspection(said: dict[str, Any], organisation_id: str, inspection_id: str) -> Answer:
    """Take back an inspection that was recorded in error."""
    without = operations.retract_inspection(
        organisation_id, inspection_id, version=if_match(), change=change(said), store=store()
    )
    return answer(document(without), etag=without.version)


@blueprint.get("/organisations/<id:organisation_id>/departure")
@allows(HR)
@blueprint.arguments(DepartureQuery, location="query")
@blueprint.response(200, Departure)
def preview_departure(query: dict[str, Any], organisation_id: str) -> Answer:
    """Who would leave with an academy on its last day in the trust; nothing is changed."""
    store().organisation(organisation_id)
    leaving = operations.those_who_would_leave(organisation_id, query["on"], store())
    return answer(_departure(organisation_id, leaving, query["on"], "preview_departure"))


@blueprint.post("/organisations/<id:organisation_id>/departure")
@allows(HR)
@blueprint.arguments(DepartureNew)
@blueprint.response(200, Departure)
@versioned
@writes
def let_academy_leave(new: dict[str, Any], organisation_id: str) -> Answer:
    """Let an academy leave the trust with its people: every appointment there ends on its last day."""
    kept, leaving = operations.let_academy_leave(
        organisation_id, on=new["on"], version=if_match(), change=change(new), store=store()
    )
    return answer(_departure(organisation_id, leaving, new["on"], "let_academy_leave"), etag=kept.version)


def _departure(organisation: str, people: Sequence[Person], on: date, operation: str) -> dict[str, Any]:
    leaving = [{"person": one.id, "stays": one.works_elsewhere(organisation, on + ONE_DAY)} for one in people]
    record_read([one.id for one in people], operation)
    tell_names((one, "name", str(one["person"])) for one in leaving)
    return {"on": on.isoformat(), "people": leaving}
