"""What somebody is strong at and would like to do next; and who is strong at what."""

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.clients.staff import EndorsementNew
from acorn_portal.forms.talent import AspirationForm, EndorsementForm, StandForm, StrengthForm
from acorn_portal.pages import me, render, today
from acorn_portal.trust import known_trust
from acorn_portal.views.person_changes.subject import done
from acorn_portal.whose import Whose
from acorn_portal.words import LEVELS, MOBILITIES, STANDINGS
from servicekit.clock import academic_year
from servicekit.ids import valid_id

blueprint = Blueprint("strengths", __name__)

PAGE = "/people/<id:person_id>/strengths"
_YEARS_AHEAD = 10


@blueprint.route(PAGE, methods=["GET", "POST"])
def show(person_id: str) -> Response:
    """Somebody's strengths: one's own, to say and renew them; others', to endorse what one has seen."""
    who = me()
    staff = services().staff
    asked = later(staff.read_strengths, person_id)
    whose = Whose(person_id, who)
    reads_wishes = whose.own or who.sees_everybody
    wishes = later(staff.list_aspirations, person_id) if reads_wishes else None
    trust = known_trust()(())
    form, endorsement, stand = StrengthForm.opened(), EndorsementForm.opened(), StandForm.opened()
    form.area.choices = {"": "Choose", **trust.titles.get("areas", {})}
    act, strength = request.form.get("act", ""), request.form.get("strength", "")
    sentence = _declared(person_id, form) if act == "declare" else _acted(person_id, act, strength, endorsement, stand)
    if sentence:
        return done(person_id, sentence, f"/people/{person_id}/strengths")
    forms = (form, endorsement, stand)
    return render(
        "talent/strengths.html",
        status=next((one.status for one in forms if one.status != 200), 200) if request.method == "POST" else 200,
        whose=whose.ready(),
        strengths=[one for one in asked.answer()["items"] if not one["withdrawn"]],
        areas=trust.titles.get("areas", {}),
        wishes=[one for one in wishes.answer()["items"] if not one["withdrawn"]] if wishes else None,
        posts=trust,
        levels=LEVELS,
        standings=STANDINGS,
        mobilities=MOBILITIES,
        form=form,
        endorsement=endorsement,
        stand=stand,
        endorsing=strength if act == "endorse" else "",
    )


@blueprint.route("/people/<id:person_id>/aspirations", methods=["GET", "POST"])
def wish(person_id: str) -> Response:
    """Say what one would like to do next, or take it back; one's own alone."""
    if person_id != me().person_id:
        abort(403)
    staff = services().staff
    trust = known_trust()(())
    form, stand = AspirationForm.opened(), StandForm.opened()
    form.post.choices = trust.posts_to_choose()
    first = int(academic_year(today())[:4])
    years = [f"{year}-{(year + 1) % 100:02d}" for year in range(first, first + _YEARS_AHEAD)]
    form.when.choices = {"": "Not said yet", **{year: year for year in years}}
    page = f"/people/{person_id}/strengths"
    withdrawn = request.form.get("withdraw", "")
    if valid_id(withdrawn) and stand.sent():
        if stand.attempt(lambda: staff.withdraw_aspiration(person_id, withdrawn, {}, key=stand.key.data)):
            return done(person_id, "It is withdrawn.", page)
    elif form.sent():
        added = form.attempt(lambda: staff.add_aspiration(person_id, form.new(), key=form.key.data))
        if added:
            return done(person_id, "What you would like to do has been added.", page)
    whose = Whose(person_id, me())
    return render("talent/wish.html", status=form.status, whose=whose.ready(), form=form)


@blueprint.get("/strengths")
def search() -> Response:
    """Who is strong at what, of those whom one may see: the most often endorsed first."""
    who = me()
    if not (who.sees_everybody or who.has_people):
        abort(403)
    trust = known_trust()(())
    areas = trust.titles.get("areas", {})
    area = request.args.get("area") if request.args.get("area") in areas else None
    found = later(
        services().staff.list_strengths, area=area, cursor=request.args.get("cursor"), limit=25, count=True
    ).answer()
    return render(
        "talent/search.html",
        found=found,
        area=area,
        areas=areas,
        levels=LEVELS,
        standings=STANDINGS,
        trail=[{"text": "Home", "href": "/"}, {"text": "Who is strong at what"}],
    )


def _declared(person_id: str, form: StrengthForm) -> str | None:
    """Add what the form says; the sentence that says so, None where it was not done."""
    if not form.sent():
        return None
    made = form.attempt(lambda: services().staff.declare_strength(person_id, form.new(), key=form.key.data))
    return "Your strength has been added." if made else None


def _acted(person_id: str, act: str, strength: str, endorsement: EndorsementForm, stand: StandForm) -> str | None:
    """Do to a strength what its button says; the sentence that says so, None where nothing was done."""
    staff = services().staff
    if not valid_id(strength):
        return None
    if act == "endorse":
        word: EndorsementNew = {"evidence": str(endorsement.evidence.data)}
        done_it = endorsement.sent() and endorsement.attempt(
            lambda: bool(staff.endorse_strength(person_id, strength, word, key=endorsement.key.data))
        )
        return "Your word for it has been added." if done_it else None
    if act not in {"renew", "withdraw"} or not stand.sent():
        return None
    if act == "renew":
        renewed = stand.attempt(lambda: staff.renew_strength(person_id, strength, {}, key=stand.key.data))
        return "It is renewed for two years." if renewed else None
    withdrawn = stand.attempt(lambda: staff.withdraw_strength(person_id, strength, {}, key=stand.key.data))
    return "It is withdrawn." if withdrawn else None
