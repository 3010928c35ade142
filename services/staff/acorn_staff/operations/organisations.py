"""The academies of the trust, and its central team."""

from typing import Unpack

from acorn_staff.model.events import ORGANISATION_ADDED, ORGANISATION_CHANGED
from acorn_staff.model.history import Change
from acorn_staff.model.organisation import (
    Facts,
    Organisation,
    OrganisationDetails,
    OrganisationKind,
    new_organisation,
)
from acorn_staff.store import Store
from servicekit.ids import new_id


def add_organisation(
    *, kind: OrganisationKind, name: str, change: Change, store: Store, **facts: Unpack[Facts]
) -> Organisation:
    """HR adds an academy (prospective ones too) or the central team."""
    organisation = new_organisation(id=new_id(), kind=kind, name=name, **facts)
    return store.save(organisation, before=None, because=ORGANISATION_ADDED, change=change)


def change_organisation(
    organisation_id: str, *, version: int, change: Change, store: Store, **details: Unpack[OrganisationDetails]
) -> Organisation:
    """HR changes what is known of an academy, such as the day on which it joined the trust."""
    organisation = store.organisation(organisation_id, version)
    changed = organisation.with_details(**details)
    return store.save(changed, before=organisation, because=ORGANISATION_CHANGED, change=change)
