"""Talent reviews: how ready people are and how likely to leave, for the School Improvement Lead and the CEO alone."""

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.forms.talent import ReviewForm
from acorn_portal.pages import me, render
from acorn_portal.trust import known_trust
from acorn_portal.views.person_changes.subject import done
from acorn_portal.whose import Whose
from acorn_portal.words import READINESS, RISKS

blueprint = Blueprint("reviews", __name__)


@blueprint.before_request
def only_who_plans() -> None:
    """Show these pages to the SIL and the CEO alone; the staff service judges each anew."""
    if not me().plans:
        abort(403)


@blueprint.get("/talent")
def overview() -> Response:
    """How many are as ready and as likely to leave, and who."""
    readiness, risk = request.args.get("readiness"), request.args.get("risk")
    asked = later(
        services().staff.read_talent_overview,
        readiness=readiness if readiness in READINESS else None,
        risk=risk if risk in RISKS else None,
        cursor=request.args.get("cursor") or None,
    )
    trust = known_trust()(())
    found = asked.answer()
    return render(
        "talent/overview.html",
        found=found,
        counts={(cell["readiness"], cell["risk"]): cell["count"] for cell in found["counts"]},
        readiness=READINESS,
        risks=RISKS,
        trust_words=trust,
        chosen=[
            {"name": name, "text": words[code]}
            for name, code, words in (("readiness", readiness, READINESS), ("risk", risk, RISKS))
            if code is not None and code in words
        ],
        trail=[{"text": "Home", "href": "/"}, {"text": "Future leaders"}],
    )


@blueprint.route("/people/<id:person_id>/talent-reviews", methods=["GET", "POST"])
def of_person(person_id: str) -> Response:
    """The reviews of somebody, and a new one."""
    staff = services().staff
    whose = Whose(person_id, me())
    asked = later(staff.list_talent_reviews, person_id)
    trust = known_trust()(())
    form = ReviewForm.opened()
    form.next_post.choices = {"": "Not said", **{code: post["title"] for code, post in trust.posts.items()}}
    kept = form.sent() and form.attempt(lambda: bool(staff.add_talent_review(person_id, form.new(), key=form.key.data)))
    if kept:
        return done(person_id, "The review is kept. Nobody but you and the CEO or SIL sees it.", request.path)
    return render(
        "talent/reviews.html",
        status=form.status,
        whose=whose.ready(),
        reviews=asked.answer()["items"],
        readiness=READINESS,
        risks=RISKS,
        trust_words=trust,
        form=form,
    )
