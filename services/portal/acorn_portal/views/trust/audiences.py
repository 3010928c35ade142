"""Audiences: whom a rule means on a day, how many they are, and why somebody is meant or not."""

import json
from typing import Any

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.clients.calling import Refused
from acorn_portal.clients.staff import Audience, AudienceExplanation, AudienceQuestion
from acorn_portal.forms.audiences import AudienceForm, RuleForm
from acorn_portal.pages import me, render
from acorn_portal.trust import Trust, trust_later
from acorn_portal.views.person_changes.finding import described, people_found

blueprint = Blueprint("audiences", __name__)

_FIRST = 25
_MOST_EXPLAINED = 5


@blueprint.route("/audiences", methods=["GET", "POST"])
def build() -> Response:
    """Say whom a rule means, ticked or written: in a sentence, counted, with the first of them."""
    who = me()
    if not (who.sees_everybody or who.has_people):
        abort(403)
    trust = trust_later()()
    ticked, written = AudienceForm(request.args, trust), RuleForm.opened()
    form: AudienceForm | RuleForm = ticked
    rule: dict[str, Any] | None = None
    if written.is_submitted():
        form = written
        rule = written.read() if written.sent() else None
        on, somebody = written.day.iso(), written.somebody.data or ""
    else:
        rule = ticked.rule() if ticked.readable() else None
        on, somebody = ticked.on.iso(), str(ticked.who.data or "").strip()
        if request.args and rule is None and not ticked.problems:
            ticked.unplaced = [
                "Tick whom you mean: a post, a responsibility, a year group, an academy or another fact."
            ]
    found, told = _asked(form, rule, on, somebody, trust) if rule else (None, [])
    if rule and form is ticked:
        written.rule.data = json.dumps(rule, indent=2)
        written.day.process(None, on)
    return render(
        "trust/audiences.html",
        status=422 if form.problems else 200,
        form=form,
        ticked=ticked,
        written=written,
        found=found,
        told=told,
        somebody=somebody,
        trail=[{"text": "Home", "href": "/"}, {"text": "Audiences"}],
    )


def _asked(
    form: AudienceForm | RuleForm, rule: dict[str, Any], on: str | None, somebody: str, trust: Trust
) -> tuple[Audience | None, list[tuple[str, str, AudienceExplanation]]]:
    """Whom the rule means; and for those who are found by what was typed, why they are meant or not."""
    staff = services().staff
    question: AudienceQuestion = {"rule": rule, "on": on}
    asked = later(staff.preview_audience, question, limit=_FIRST)
    people = people_found(somebody)[0][:_MOST_EXPLAINED] if somebody else []
    explained = [(one, later(staff.explain_audience, one["id"], question)) for one in people]
    try:
        return asked.answer(), [(one["id"], described(one, trust), why.answer()) for one, why in explained]
    except Refused as refusal:
        if refusal.status != 422:
            raise
        form.refuse(refusal)
        return None, []
