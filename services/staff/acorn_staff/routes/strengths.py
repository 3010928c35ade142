"""Strengths and aspirations: what people are strong at, who vouches for it, and what they would like to do next."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from acorn_staff.model.aspirations import Aspiration as Wish
from acorn_staff.model.strengths import Strength as Held
from acorn_staff.model.vocabularies import VocabularyName
from acorn_staff.operations import talent as operations
from acorn_staff.routes.calling import change, store
from acorn_staff.schemas.talent import (
    Aspiration,
    AspirationNew,
    AspirationPatch,
    Aspirations,
    EndorsementNew,
    Strength,
    StrengthNew,
    StrengthPage,
    StrengthRenewal,
    Strengths,
    StrengthsQuery,
)
from acorn_staff.schemas.values import Retraction
from acorn_staff.store.talent import Talent
from servicekit.access import CEO, DIRECT_REPORT, HR, LEADS_ACADEMY, OWN, SIL, allows
from servicekit.answers import Mention, actor_in, tell_names
from servicekit.app import Answer, answer, bound, created, page, permit, record_read, today, writes
from servicekit.documents import from_document, to_plain
from servicekit.paging import Paging
from servicekit.routing import blueprint as make_blueprint

blueprint = make_blueprint("strengths", __name__, description="What people are strong at, and what they aim for.")
talent = bound(Talent)

STRENGTHS = "/people/<id:person_id>/strengths"
ASPIRATIONS = "/people/<id:person_id>/aspirations"


@blueprint.get(STRENGTHS)
@allows(OWN, DIRECT_REPORT, LEADS_ACADEMY, HR, SIL, CEO)
@blueprint.response(200, Strengths)
def read_strengths(person_id: str) -> Answer:
    """What somebody is strong at, who endorsed it on what evidence, and whether it stands today."""
    store().person(person_id)
    items = [_strength(one, person_id) for one in talent().strengths_of(store().directory.identities(person_id))]
    record_read([person_id], "read_strengths")
    tell_names(_named(items))
    return answer({"items": items})


@blueprint.post(STRENGTHS)
@allows(OWN)
@blueprint.arguments(StrengthNew)
@blueprint.response(201, Strength)
@writes
def declare_strength(new: dict[str, Any], person_id: str) -> Answer:
    """Say what one is strong at; it stands for two years unless it is renewed or endorsed."""
    made = operations.declare_strength(person_id, change=change({}), store=store(), talent=talent(), **new)
    return created(_strength(made, person_id), f"/v1/people/{person_id}/strengths")


@blueprint.post(f"{STRENGTHS}/<id:strength_id>/renewal")
@allows(OWN)
@blueprint.arguments(StrengthRenewal)
@blueprint.response(200, Strength)
@writes
def renew_strength(said: dict[str, Any], person_id: str, strength_id: str) -> Answer:
    """Stand by a strength anew, perhaps at another level."""
    renewed = operations.renew_strength(
        person_id, strength_id, change=change({}), store=store(), talent=talent(), **said
    )
    return _shown(renewed, person_id, "renew_strength")


@blueprint.post(f"{STRENGTHS}/<id:strength_id>/withdrawal")
@allows(OWN)
@blueprint.arguments(Retraction)
@blueprint.response(200, Strength)
@writes
def withdraw_strength(said: dict[str, Any], person_id: str, strength_id: str) -> Answer:
    """Take a strength back; it stays in history."""
    withdrawn = operations.withdraw_strength(
        person_id, strength_id, change=change(said), store=store(), talent=talent()
    )
    return _shown(withdrawn, person_id, "withdraw_strength")


@blueprint.post(f"{STRENGTHS}/<id:strength_id>/endorsements")
@allows(DIRECT_REPORT, LEADS_ACADEMY, SIL, CEO)
@blueprint.arguments(EndorsementNew)
@blueprint.response(201, Strength)
@writes
def endorse_strength(new: dict[str, Any], person_id: str, strength_id: str) -> Answer:
    """Vouch for a strength that one has seen, and say what that was."""
    endorsed = operations.endorse_strength(
        person_id, strength_id, change=change({}), store=store(), talent=talent(), **new
    )
    record_read([person_id], "endorse_strength")
    told = _strength(endorsed, person_id)
    tell_names(_named([told]))
    return created(told, f"/v1/people/{person_id}/strengths")


@blueprint.get("/strengths")
@allows(DIRECT_REPORT, LEADS_ACADEMY, HR, SIL, CEO)
@blueprint.arguments(StrengthsQuery, location="query")
@blueprint.response(200, StrengthPage)
def list_strengths(query: dict[str, Any]) -> Answer:
    """Who is strong at something, of those whom the caller may see: the most often endorsed first."""
    if query["area"] is not None:
        store().vocabulary(VocabularyName.AREAS).refuse_unknown(query["area"], field="query/area")
    found = talent().strong_at(
        query["area"],
        permit().person_ids(),
        level=query["level"],
        standing=query["standing"],
        on=today(),
        paging=Paging.out_of(query),
    )
    present = store().directory.present({document["person"] for document in found.items})
    items = [
        _strength(one, present.get(one.person, one.person))
        for one in (from_document(Held, document) for document in found.items)
    ]
    record_read([one["person"] for one in items], "list_strengths")
    tell_names([*((one, "name", one["person"]) for one in items), *_named(items)])
    return page(replace(found, items=items))


@blueprint.get(ASPIRATIONS)
@allows(OWN, HR, SIL, CEO)
@blueprint.response(200, Aspirations)
def list_aspirations(person_id: str) -> Answer:
    """What somebody would like to do next. Not for their head or line manager: a wish to move on is theirs to tell."""
    store().person(person_id)
    items = [_aspiration(one) for one in talent().aspirations_of(store().directory.identities(person_id))]
    record_read([person_id], "list_aspirations")
    return answer({"items": items})


@blueprint.post(ASPIRATIONS)
@allows(OWN)
@blueprint.arguments(AspirationNew)
@blueprint.response(201, Aspiration)
@writes
def add_aspiration(new: dict[str, Any], person_id: str) -> Answer:
    """Say which post one would like to hold, by when, and how far one would go for it."""
    made = operations.add_aspiration(person_id, change=change({}), store=store(), talent=talent(), **new)
    return created(_aspiration(made), f"/v1/people/{person_id}/aspirations")


@blueprint.patch(f"{ASPIRATIONS}/<id:aspiration_id>")
@allows(OWN)
@blueprint.arguments(AspirationPatch)
@blueprint.response(200, Aspiration)
@writes
def change_aspiration(said: dict[str, Any], person_id: str, aspiration_id: str) -> Answer:
    """Say a wish otherwise, whole."""
    changed = operations.change_aspiration(
        person_id, aspiration_id, change=change({}), store=store(), talent=talent(), **said
    )
    return answer(_aspiration(changed))


@blueprint.post(f"{ASPIRATIONS}/<id:aspiration_id>/withdrawal")
@allows(OWN)
@blueprint.arguments(Retraction)
@blueprint.response(200, Aspiration)
@writes
def withdraw_aspiration(said: dict[str, Any], person_id: str, aspiration_id: str) -> Answer:
    """Take a wish back."""
    withdrawn = operations.withdraw_aspiration(
        person_id, aspiration_id, change=change(said), store=store(), talent=talent()
    )
    return answer(_aspiration(withdrawn))


def _shown(strength: Held, person_id: str, operation: str) -> Answer:
    record_read([person_id], operation)
    told = _strength(strength, person_id)
    tell_names(_named([told]))
    return answer(told)


def _strength(strength: Held, person_id: str) -> dict[str, Any]:
    plain: dict[str, Any] = to_plain(strength)
    fields = ("id", "area", "level", "evidence", "declared", "refreshed", "endorsements", "withdrawn")
    return {"person": person_id, **{name: plain[name] for name in fields}, "standing": strength.standing(today()).value}


def _aspiration(wish: Wish) -> dict[str, Any]:
    plain: dict[str, Any] = to_plain(wish)
    return {name: plain[name] for name in ("id", "post", "when", "mobility", "note", "added", "withdrawn")}


def _named(strengths: Iterable[dict[str, Any]]) -> Iterator[Mention]:
    return (actor_in(said) for one in strengths for said in one["endorsements"])
