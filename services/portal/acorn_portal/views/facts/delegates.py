"""A delegate of a head or the chief executive: found by name, chosen, checked; HR names one, and they themselves do."""

from flask import Blueprint, request
from werkzeug.wrappers import Response

from acorn_portal.calls import services
from acorn_portal.forms.facts import DelegateForm
from acorn_portal.views.facts.kinds import DELEGATE, decides
from acorn_portal.views.facts.subject import checked, page, read, recorded
from acorn_portal.views.person_changes.finding import choices, people_found
from acorn_portal.views.person_changes.subject import Row, full_name, page_of, step

blueprint = Blueprint("delegates", __name__)


@blueprint.route("/people/<id:person_id>/delegates/new", methods=["GET", "POST"])
def name_delegate(person_id: str) -> Response:
    """Name who decides in a head's, or the chief executive's, stead for some days."""
    person, trust = read(person_id, DELEGATE)
    text = (request.form if request.method == "POST" else request.args).get("name", "").strip()
    found, more = people_found(text, but=person_id) if text else ([], False)
    form = DelegateForm.opened()
    form.person.choices = choices(found, trust)
    if step() in ("check", "confirm") and form.sent():
        chosen = next(full_name(one) for one in found if one["id"] == form.person.data)
        said = DELEGATE.sentence(full_name(person), {**form.body(), "name": chosen}, trust)
        if step() == "check":
            path = f"{page_of(person_id)}/delegates/new"
            title = f"Check the delegate of {full_name(person)}"
            rows, carried = [Row("Delegate", chosen, "person")], [("name", text)]
            return checked(DELEGATE, person, form, path, title, [said, *DELEGATE.seen], first=rows, carried=carried)
        if form.attempt(lambda: DELEGATE.add(services().staff, person_id, form.body(), key=form.key.data)):
            return recorded(DELEGATE, person, said)
    return page(
        DELEGATE,
        person,
        "delegate",
        form,
        text=text,
        found=found,
        more=more,
        decides=decides(person, trust),
        choosing=bool(found) or bool(form.problems),
    )
