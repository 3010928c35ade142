"""Who am I: sign-ins and the people to whom they are bound."""

from typing import Any

from acorn_staff.model.appointments import Appointment
from acorn_staff.model.days import holds_on
from acorn_staff.model.person import Person as PersonModel
from acorn_staff.model.posts import LEADING
from acorn_staff.operations import sign_ins as operations
from acorn_staff.rights import fields_of_person
from acorn_staff.routes.calling import change, named_in, store
from acorn_staff.schemas.me import Me
from servicekit.access import DIRECT_REPORT, HR, OWN, SIGNED_IN, allows
from servicekit.answers import tell_names
from servicekit.app import Answer, answer, caller, created, no_content, permit, today, writes
from servicekit.routing import blueprint as make_blueprint

blueprint = make_blueprint("sign-ins", __name__, description="Who is calling, and whose login it is.")


@blueprint.post("/sign-ins")
@allows(SIGNED_IN)
@blueprint.response(201, Me)
@blueprint.alt_response(200, schema=Me, description="This login was bound to this person already.")
@writes
def bind_sign_in() -> Answer:
    """Bind the caller's login to the one current person who has its verified e-mail address.

    Once is enough: afterwards the login is known by issuer and subject alone. A leaver's binding ends by itself.
    """
    person, is_new = operations.bind_sign_in(caller().identity, change=change({}), store=store())
    document = _me(person)
    return created(document, "/v1/me") if is_new else answer(document, location="/v1/me")


@blueprint.get("/me")
@allows(SIGNED_IN)
@blueprint.response(200, Me)
def read_me() -> Answer:
    """The caller: access roles, person, and whom they lead or manage today."""
    identity = caller().identity
    bound = store().person_signing_in_as(identity.issuer, identity.subject)
    return answer(_me(bound if bound and not bound.left_before(today()) else None))


@blueprint.delete("/people/<id:person_id>/sign-ins")
@allows(HR)
@blueprint.response(204)
@writes
def end_sign_in(person_id: str) -> Answer:
    """Unbind a person's login, at once; nothing happens if there is none."""
    operations.end_sign_in(person_id, change=change({}), store=store())
    return no_content()


def _me(person: PersonModel | None) -> dict[str, Any]:
    identity = caller().identity
    me: dict[str, Any] = {
        "subject": identity.subject,
        "email": identity.email,
        "email_verified": identity.email_verified,
        "roles": sorted(identity.roles),
        "person": None,
        "leads": [],
        "has_reports": False,
    }
    if person is not None:
        reports = permit().scope.people_filter(person.id, frozenset({DIRECT_REPORT}), today())
        led = store().academies_among(held.organisation for held in person.appointments if _leads_today(held))
        document = store().read_person(person.id, fields_of_person([OWN]))
        tell_names(named_in([document]))
        me["person"] = {"id": document.pop("_id"), **document}
        me["leads"] = [{"id": one["_id"], "name": one["name"]} for one in led]
        me["has_reports"] = store().anybody(reports)
    # The line verifies CPD, and HR; the service of CPD judges each record by the same facts.
    me["verifies"] = bool(me["leads"]) or me["has_reports"] or HR in identity.roles
    return me


def _leads_today(held: Appointment) -> bool:
    return held.post in LEADING and holds_on(held, today())
