"""How long things are kept: what is due to go, by id and day, and the word that lets one kind of it go."""

from typing import cast

from flask import Blueprint, abort, flash, redirect
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.clients.staff import DisposalNew
from acorn_portal.forms.protection import KEPT, DisposalForm
from acorn_portal.pages import render
from acorn_portal.views.person_changes.subject import step
from acorn_portal.views.protection.subject import only_data_protection, trail

blueprint = Blueprint("disposal", __name__)

_PAGE = "/protection/disposal"
_SHOWN = 20
_TITLE = "How long things are kept"


@blueprint.route("/protection/disposal", methods=["GET", "POST"])
def dispose() -> Response:
    """Show what is due, ask once more, and let one kind of it go: as many as were shown, or none."""
    only_data_protection()
    staff = services().staff
    form = DisposalForm.opened()
    if form.is_submitted():
        if not form.sent():
            abort(400)
        if step() != "confirm":
            return render(
                "protection/disposal_check.html",
                form=form,
                due=form.number,
                trail=trail({"text": _TITLE, "href": _PAGE}, {"text": "Check"}),
            )
        new = cast(DisposalNew, {"kept": form.kept.data, "due": form.number})
        if form.attempt(lambda: staff.dispose(new, key=form.key.data)):
            flash(f"Begun: {form.counted}. It takes some minutes; open this page again to see what is left.", "success")
            return redirect(_PAGE)
    found = later(staff.read_disposal).answer()
    return render(
        "protection/disposal.html",
        status=form.status,
        form=form,
        kinds=found["items"],
        kept=KEPT,
        most=_SHOWN,
        trail=trail({"text": _TITLE}),
    )
