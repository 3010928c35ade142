"""Audiences: whom a rule means on a day, and why; for those who plan CPD, networks and support by it."""

from datetime import date
from typing import Any

from acorn_staff.model.vocabularies import VocabularyName
from acorn_staff.routes.calling import store
from acorn_staff.schemas.audiences import Audience, AudienceExplanation, AudienceQuestion
from directory import audience
from servicekit.access import CEO, DIRECT_REPORT, HR, LEADS_ACADEMY, OWN, SIL, allows
from servicekit.app import Answer, PageArgs, answer, permit, record_read, today
from servicekit.paging import Paging
from servicekit.problems import FieldError, Invalid
from servicekit.routing import blueprint as make_blueprint

blueprint = make_blueprint("audiences", __name__, description="Whom a rule means on a day, and why.")

_TITLED = (VocabularyName.POSTS, VocabularyName.RESPONSIBILITIES, VocabularyName.YEAR_GROUPS)


@blueprint.post("/audiences/preview")
@allows(DIRECT_REPORT, LEADS_ACADEMY, HR, SIL, CEO)
@blueprint.arguments(AudienceQuestion)
@blueprint.arguments(PageArgs, location="query")
@blueprint.response(200, Audience)
def preview_audience(asked: dict[str, Any], query: dict[str, Any]) -> Answer:
    """Whom a rule means on a day, of those whom the caller may see: counted, by family name, and said in words.

    Nothing is kept. A rule that means nobody or everybody is answered with a remark.
    """
    rule, on = _rule(asked["rule"]), asked["on"] or today()
    places = store().places()
    found, count, everybody = store().read_meant(permit().people_filter(), rule, on, places, Paging.out_of(query))
    record_read([person["_id"] for person in found.items], "preview_audience")
    return answer(
        {
            "items": [{"id": one["_id"], **{name: one[name] for name in _NAMES}} for one in found.items],
            "next": found.next,
            "previous": found.previous,
            "total": found.total,
            "count": count,
            "on": on.isoformat(),
            "sentence": audience.sentence(rule, _titles(), places),
            "remark": _remark(count, everybody, on),
        }
    )


@blueprint.post("/people/<id:person_id>/audience-explanation")
@allows(OWN, DIRECT_REPORT, LEADS_ACADEMY, HR, SIL, CEO)
@blueprint.arguments(AudienceQuestion)
@blueprint.response(200, AudienceExplanation)
def explain_audience(asked: dict[str, Any], person_id: str) -> Answer:
    """Why a rule means somebody on a day, or does not, condition by condition."""
    rule, on = _rule(asked["rule"]), asked["on"] or today()
    person = store().read_person(person_id, _FACTS)
    record_read([person_id], "explain_audience")
    told = audience.explained(rule, person, on, _titles(), store().places())
    return answer(
        {
            "on": on.isoformat(),
            "meant": told.member,
            "sentence": told.sentence,
            "conditions": [{"holds": one.member, "sentence": one.sentence} for one in told.conditions],
        }
    )


_NAMES = ("given_name", "family_name")
# What rules are about, and nothing that some who may ask may not see.
_FACTS = dict.fromkeys((*_NAMES, "kind", "appointments", "responsibilities", "year_groups"), 1) | {
    "absences.from": 1,
    "absences.to": 1,
}


def _rule(sent: Any) -> audience.Rule:
    try:
        return audience.parsed(sent)
    except audience.BadRule as refused:
        raise Invalid(refused.sentence, errors=[FieldError(f"/rule{refused.pointer}", refused.sentence)]) from refused


def _titles() -> dict[str, dict[str, str]]:
    return {name.value: {term.code: term.title for term in store().vocabulary(name).terms} for name in _TITLED}


def _remark(count: int, everybody: int, on: date) -> str | None:
    if count == 0:
        return f"Nobody whom you may see is meant on {on}."
    return f"Everybody whom you may see is meant on {on}." if count == everybody else None
