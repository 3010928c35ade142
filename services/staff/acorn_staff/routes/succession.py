"""Talent reviews and succession: for the School Improvement Lead and the CEO alone.

What they look at here is kept among the reads of their service, and shown to nobody below data protection: that
somebody has been reviewed is as confidential as what was written.
"""

from typing import Any

from acorn_staff.model import succession as model
from acorn_staff.model import talent_reviews
from acorn_staff.model.posts import LEADING
from acorn_staff.model.succession import Position as Found
from acorn_staff.model.talent_reviews import TalentReview as Review
from acorn_staff.operations import talent as operations
from acorn_staff.routes.calling import change, store
from acorn_staff.routes.strengths import talent
from acorn_staff.schemas.talent import (
    Candidate,
    CandidateNew,
    Succession,
    SuccessionQuery,
    TalentOverview,
    TalentQuery,
    TalentReview,
    TalentReviewNew,
    TalentReviews,
)
from servicekit.access import CEO, SIL, allows
from servicekit.answers import actor_in, no_content, tell_names
from servicekit.app import Answer, answer, created, record_read, today, writes
from servicekit.documents import to_plain
from servicekit.paging import Paging
from servicekit.routing import blueprint as make_blueprint

blueprint = make_blueprint("succession", __name__, description="Talent reviews, and who could follow whom.")

REVIEWS = "/people/<id:person_id>/talent-reviews"
CANDIDATE = "/succession/<id:organisation_id>/<post>/candidates/<id:person_id>"
_KEY_POSTS = LEADING | {"deputy_headteacher", "chief_executive", "school_improvement_lead"}


@blueprint.get(REVIEWS)
@allows(SIL, CEO)
@blueprint.response(200, TalentReviews)
def list_talent_reviews(person_id: str) -> Answer:
    """The reviews of somebody, the latest first."""
    store().person(person_id)
    items = [_review(one) for one in talent().reviews(store().directory.identities(person_id))]
    record_read([person_id], "list_talent_reviews", confidential=True)
    tell_names(actor_in(one) for one in items)
    return answer({"items": items})


@blueprint.post(REVIEWS)
@allows(SIL, CEO)
@blueprint.arguments(TalentReviewNew)
@blueprint.response(201, TalentReview)
@writes
def add_talent_review(new: dict[str, Any], person_id: str) -> Answer:
    """Write down how ready somebody is for the next post, and how likely to leave. A review is never edited."""
    made = _review(operations.add_talent_review(person_id, change=change({}), store=store(), talent=talent(), **new))
    tell_names([actor_in(made)])
    return created(made, f"/v1/people/{person_id}/talent-reviews")


@blueprint.get("/talent-overview")
@allows(SIL, CEO)
@blueprint.arguments(TalentQuery, location="query")
@blueprint.response(200, TalentOverview)
def read_talent_overview(query: dict[str, Any]) -> Answer:
    """The latest review of each person who is here: how many are as ready and as likely to leave, and who, by name."""
    paging = Paging.out_of(query)
    everything = talent().reviews()
    people = talent().concerned((), {one.person for one in everything}, today())
    counting = talent_reviews.reviewed(everything, people, today(), organisation=query["organisation"])
    shown = [
        person
        for person, one in counting.items()
        if query["readiness"] in (None, one.readiness) and query["risk"] in (None, one.risk)
    ]
    found = talent().by_name(shown, paging)
    items = [{**_review(counting[one["_id"]]), "person": one["_id"]} for one in found.items]
    record_read([one["person"] for one in items], "read_talent_overview", confidential=True)
    tell_names([mention for one in items for mention in ((one, "name", one["person"]), actor_in(one))])
    cells = talent_reviews.counted(counting.values())
    return answer(
        {
            "items": items,
            "next": found.next,
            "previous": found.previous,
            "total": found.total,
            "counts": [to_plain(cell) for cell in cells],
            "reviewed": len(counting),
        }
    )


@blueprint.get("/succession")
@allows(SIL, CEO)
@blueprint.arguments(SuccessionQuery, location="query")
@blueprint.response(200, Succession)
def read_succession(query: dict[str, Any]) -> Answer:
    """Each key post: who holds it, who could follow, what is at risk; and who is the only hope of several.

    No page: a trust has two key posts for each academy at most, and two at its central team.
    """
    place = query["organisation"]
    if place is not None:
        store().organisation(place)
    candidates = talent().candidates()
    people = talent().concerned(_KEY_POSTS, {one.person for one in candidates}, today())
    present = {former: person.id for person in people for former in person.former_ids}
    organisations = talent().organisations()
    found = model.positions(organisations, people, model.known_as(candidates, present), today())
    relied_on = [
        {"person": person, "positions": len(positions)} for person, positions in model.relied_on(found).items()
    ]
    items = [_position(one) for one in found if place in (None, one.organisation)]
    titles = {one.id: one.name for one in organisations}
    for one in items:
        one["organisation_name"] = titles[one["organisation"]]
    parts = [part for one in items for part in (*one["holders"], *one["candidates"])]
    record_read(sorted({part["person"] for part in (*parts, *relied_on)}), "read_succession", confidential=True)
    tell_names(
        [
            *((part, "name", part["person"]) for part in (*parts, *relied_on)),
            *(actor_in(part) for one in items for part in one["candidates"]),
        ]
    )
    return answer({"items": items, "relied_on": relied_on})


@blueprint.put(CANDIDATE)
@allows(SIL, CEO)
@blueprint.arguments(CandidateNew)
@blueprint.response(200, Candidate)
@writes
def put_candidate(new: dict[str, Any], organisation_id: str, post: str, person_id: str) -> Answer:
    """Say that somebody could follow in a key post, how soon, and what they are given to grow into it."""
    kept = operations.put_candidate(
        organisation_id, post, person_id, change=change({}), store=store(), talent=talent(), **new
    )
    told = _candidate(kept)
    tell_names([(told, "name", person_id), actor_in(told)])
    return answer(told, location="/v1/succession")


@blueprint.delete(CANDIDATE)
@allows(SIL, CEO)
@blueprint.response(204)
@writes
def withdraw_candidate(organisation_id: str, post: str, person_id: str) -> Answer:
    """Say that somebody is no longer meant for a key post; nothing happens where they are not."""
    operations.withdraw_candidate(organisation_id, post, person_id, change=change({}), store=store(), talent=talent())
    return no_content()


def _review(review: Review) -> dict[str, Any]:
    plain: dict[str, Any] = to_plain(review)
    return {name: value for name, value in plain.items() if name != "person"}


def _candidate(candidate: model.Candidate) -> dict[str, Any]:
    plain: dict[str, Any] = to_plain(candidate)
    return {name: plain[name] for name in ("person", "ready", "developing", "by", "at")}


def _position(position: Found) -> dict[str, Any]:
    return {
        "organisation": position.organisation,
        "post": position.post,
        "holders": [to_plain(holder) for holder in position.holders],
        "candidates": [_candidate(one) for one in position.candidates],
        "gaps": [gap.value for gap in position.gaps],
    }
