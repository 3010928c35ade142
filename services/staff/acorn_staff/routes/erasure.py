"""What data-protection law asks to be forgotten: begun here, done in every service."""

from typing import Any

from acorn_staff.operations import erasure as operations
from acorn_staff.routes.calling import store
from acorn_staff.schemas.erasure import ErasureNew
from servicekit.access import DATA_PROTECTION, allows
from servicekit.app import Answer, accepted, caller, if_match, now, record_read, versioned, writes
from servicekit.erasure.routes import ErasureSchema, Held, shown
from servicekit.erasure.store import erased
from servicekit.request import session, state
from servicekit.routing import blueprint as make_blueprint

blueprint = make_blueprint("erasing", __name__, description="Erase somebody for good.")


@blueprint.post("/people/<id:person_id>/erasure")
@allows(DATA_PROTECTION)
@blueprint.arguments(ErasureNew)
@blueprint.response(202, ErasureSchema)
@versioned
@writes
def erase_person(new: dict[str, Any], person_id: str) -> Answer:
    """Erase somebody for good: here at once, in the other services as soon as they hear of it.

    Somebody who works for the trust is refused. It cannot be undone, and is not done again for who was erased already.
    """
    if erased(state().database, person_id, session()) is None:
        at, by = now(), caller().actor
        operations.erase_person(person_id, new["reason"], version=if_match(), by=by, at=at, store=store())
        record_read([person_id], "erase_person", confidential=True)
    note = erased(state().database, person_id, session())
    return accepted(shown(person_id, Held(), note), f"/v1/people/{person_id}/erasure")
