"""Succession: each key post, who holds it, who could follow, what is at risk; for the SIL and the CEO alone."""

from flask import Blueprint, abort, flash, redirect, request
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.forms.talent import CandidateForm, StandForm
from acorn_portal.pages import me, render
from acorn_portal.trust import known_trust, trust_later
from acorn_portal.views.person_changes.finding import choices, people_found
from acorn_portal.words import GAPS, READY
from servicekit.ids import valid_id

blueprint = Blueprint("succession", __name__)

_HOME = {"text": "Home", "href": "/"}
_POSTS = frozenset({"headteacher", "deputy_headteacher", "chief_executive", "school_improvement_lead"})


@blueprint.before_request
def only_who_plans() -> None:
    """Show these pages to the SIL and the CEO alone; the staff service judges each anew."""
    if not me().plans:
        abort(403)


@blueprint.get("/succession")
def show() -> Response:
    """Every key post of the trust, those at risk marked."""
    asked = later(services().staff.read_succession)
    trust = known_trust()(())
    return render(
        "talent/succession.html",
        found=asked.answer(),
        trust_words=trust,
        gaps=GAPS,
        ready=READY,
        stand=StandForm.opened(),
        trail=[_HOME, {"text": "Succession"}],
    )


@blueprint.route("/succession/<id:organisation_id>/<post>/candidate", methods=["GET", "POST"])
def candidate(organisation_id: str, post: str) -> Response:
    """Find who could follow in a key post, and say how soon."""
    if post not in _POSTS:
        abort(404)
    staff = services().staff
    trust = trust_later()()
    text = (request.form if request.method == "POST" else request.args).get("name", "").strip()
    found, more = people_found(text) if text else ([], False)
    form = CandidateForm.opened()
    form.person.choices = choices(found, trust)
    if form.sent():
        person = str(form.person.data)
        if form.attempt(lambda: staff.put_candidate(organisation_id, post, person, form.new(), key=form.key.data)):
            flash(f"{form.person.choices[person].partition(',')[0]} is a candidate now.", "success")
            return redirect("/succession")
    return render(
        "talent/candidate.html",
        status=form.status,
        place=trust.place(organisation_id),
        title_of_post=trust.title(post),
        text=text,
        found=found,
        more=more,
        form=form,
        trail=[_HOME, {"text": "Succession", "href": "/succession"}, {"text": "Add a candidate"}],
    )


@blueprint.post("/succession/<id:organisation_id>/<post>/withdrawal")
def withdraw(organisation_id: str, post: str) -> Response:
    """Say that somebody is no longer meant for a key post."""
    person = request.form.get("person", "")
    form = StandForm.opened()
    if post not in _POSTS or not valid_id(person) or not form.validate_on_submit():
        abort(404)
    services().staff.withdraw_candidate(organisation_id, post, person, key=form.key.data)
    flash("They are no longer a candidate for that post.", "success")
    return redirect("/succession")
