"""Academies and the central team."""

from typing import Any

from acorn_staff.operations import organisations as operations
from acorn_staff.routes.calling import change, document, store
from acorn_staff.schemas.organisations import (
    Organisation,
    OrganisationNew,
    OrganisationPage,
    OrganisationPatch,
    OrganisationsQuery,
)
from servicekit.access import CEO, HR, OWN, SIL, allows
from servicekit.app import Answer, answer, created, if_match, page, versioned, writes
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
