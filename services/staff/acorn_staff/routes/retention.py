"""Retention: whom the trust keeps, by year, academy, post and length of service."""

from dataclasses import asdict
from typing import Any

from acorn_staff.model import retention as model
from acorn_staff.model.refusals import Malformed
from acorn_staff.model.retention import Cohort
from acorn_staff.model.vocabularies import VocabularyName
from acorn_staff.routes.calling import store
from acorn_staff.schemas.retention import Retention, RetentionQuery
from servicekit.access import CEO, HR, SIL, allows
from servicekit.app import Answer, answer, today
from servicekit.clock import academic_year
from servicekit.routing import blueprint as make_blueprint

blueprint = make_blueprint("retention", __name__, description="Whom the trust keeps, and why others left.")


@blueprint.get("/retention")
@allows(HR, SIL, CEO)
@blueprint.arguments(RetentionQuery, location="query")
@blueprint.response(200, Retention)
def read_retention(query: dict[str, Any]) -> Answer:
    """Whom the trust kept in an academic year: of those in post as it began, who stayed, moved within the trust, left.

    Figures alone, exact ones: for those who may see every person behind them.
    """
    try:
        over = model.period(query["academic_year"] or academic_year(today()), today())
    except Malformed as refused:
        raise Malformed(f"query/{refused.field}", refused.detail) from None
    place = query["organisation"]
    if place is not None:
        store().organisation(place)
    careers = store().careers(place)
    found = model.retention(careers, over, organisation=place)
    places = store().places()
    rows = sorted((places[key]["name"], key, row) for key, row in found.by_organisation.items() if place in {None, key})
    posts = [term for term in store().vocabulary(VocabularyName.POSTS).terms if term.code in found.by_post]
    return answer(
        {
            "academic_year": over.academic_year,
            "from": over.first.isoformat(),
            "until": over.until.isoformat(),
            "complete": over.complete,
            "everybody": _shown(found.everybody),
            "by_organisation": [{"organisation": key, "name": name, **_shown(row)} for name, key, row in rows],
            "by_post": [{"post": term.code, "title": term.title, **_shown(found.by_post[term.code])} for term in posts],
            "by_service": [{"service": key.value, **_shown(row)} for key, row in found.by_service.items()],
            "reasons": [{"reason": key, "count": count} for key, count in found.reasons.most_common()],
            "destinations": [{"destination": key, "count": count} for key, count in found.destinations.most_common()],
            "joined": found.joined,
            "returned": found.returned,
            "promoted": found.promoted,
            "leaving": found.leaving,
            "years": [
                {"academic_year": one.academic_year, **_shown(cohort)}
                for one, cohort in model.by_year(careers, today(), organisation=place)
            ],
        }
    )


def _shown(cohort: Cohort) -> dict[str, int | None]:
    return {**asdict(cohort), "retained_percent": cohort.retained_percent}
