"""Ending a sign-in: whoever used it must sign in anew, and is known again by their e-mail address only."""

from flask import Blueprint
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.forms.person_changes import ConfirmForm
from acorn_portal.pages import render
from acorn_portal.views.person_changes.subject import done, full_name, trail

blueprint = Blueprint("sign_ins", __name__)


@blueprint.route("/people/<id:person_id>/sign-ins/end", methods=["GET", "POST"])
def end(person_id: str) -> Response:
    """End somebody's sign-in, once HR has read what that means."""
    person = later(services().staff.read_person, person_id).answer()
    name = full_name(person)
    form = ConfirmForm.opened()
    if form.sent():
        form.attempt(lambda: services().staff.end_sign_in(person_id, key=form.key.data))
        if not form.problems:
            return done(person_id, f"The sign-in of {name} has ended. They must sign in anew.")
    return render(
        "person_changes/end_sign_in.html",
        status=form.status,
        person=person,
        name=name,
        bound=next((one for one in person.get("sign_ins", ()) if one["to"] is None), None),
        form=form,
        trail=trail(person, {"text": "End their sign-in"}),
    )
