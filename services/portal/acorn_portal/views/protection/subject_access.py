"""Answering a subject access request: the parts that both services hold, and all of it as one archive.

No page shows what the parts say: somebody's whole life does not belong in a browser. It is in the archive alone.
"""

from typing import Any, cast

from flask import Blueprint, current_app
from werkzeug.wrappers import Response

from acorn_portal.calls import services
from acorn_portal.clients.calling import Away, Refused
from acorn_portal.forms.protection import SubjectForm
from acorn_portal.pages import me, render
from acorn_portal.views.person_changes.subject import step
from acorn_portal.views.protection.subject import only_data_protection, trail
from acorn_portal.words import SERVICES
from servicekit import archive

blueprint = Blueprint("subject_access", __name__)

_PAGE = "/protection/subject-access"
_TITLE = "Answer a subject access request"

Answers = list[dict[str, Any]]


@blueprint.route(_PAGE, methods=["GET", "POST"])
def ask() -> Response:
    """Ask both services for everything that they hold about one person; tell its parts, or hand out the archive."""
    only_data_protection()
    form = SubjectForm.opened()
    answers = _answered(form) if form.sent() else None
    if answers is None:
        return render("protection/subject_access.html", status=form.status, form=form, trail=trail({"text": _TITLE}))
    if step() == "archive":
        return _archive(answers, withheld=form.without_planning.data)
    person = answers[0]["person"]
    return render(
        "protection/subject_access_answer.html",
        form=form,
        person=person,
        name=archive.name_of(answers),
        at=answers[0]["at"],
        parts=[(SERVICES[answer["service"]], answer["sections"]) for answer in answers],
        carried=[("known_by", "person"), ("who", person), ("reason", form.reason.data)],
        trail=trail({"text": _TITLE, "href": _PAGE}, {"text": "What is held"}),
    )


def _answered(form: SubjectForm) -> Answers | None:
    """What both services hold, staff's answer first, which knows who is meant; None where either says why not."""
    staff, cpd = services().staff, services().cpd
    try:
        of_staff = staff.answer_subject_access(form.asked())
        of_cpd = cpd.answer_subject_access(form.of_person(of_staff["person"]))
    except Refused as refusal:
        if refusal.status not in (404, 409, 422):
            raise
        form.refuse(refusal)
        return None
    except Away as away:
        form.nothing_from(away)
        return None
    return cast(Answers, [of_staff, of_cpd])


def _archive(answers: Answers, *, withheld: bool) -> Response:
    response = current_app.response_class(
        archive.made(answers, by=me().name, withheld=withheld), mimetype="application/zip"
    )
    name = f"subject-access-{answers[0]['at'][:10]}-{answers[0]['person'][-12:]}.zip"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response
