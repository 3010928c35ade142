"""Somebody joins: who they are, whether the trust knows them already, their first appointment, a check, done."""

from flask import Blueprint
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.clients.staff import Person
from acorn_portal.forms.person_changes import JoinForm
from acorn_portal.pages import render
from acorn_portal.trust import Trust, trust_later
from acorn_portal.views.person_changes.appointing import appointed, described_appointment, preview
from acorn_portal.views.person_changes.consequences import of_appointing
from acorn_portal.views.person_changes.finding import described, offer, settled
from acorn_portal.views.person_changes.subject import PEOPLE, Row, step
from acorn_portal.words import PERSON_KINDS, long_date

blueprint = Blueprint("joining", __name__)

_PATH = "/people/new"
_ALIKE = 10
_LONGEST_SEARCH = 100


@blueprint.route(_PATH, methods=["GET", "POST"])
def join() -> Response:
    """Add somebody with their first appointment, in steps that carry each other's answers."""
    trust = trust_later()()
    form = JoinForm.opened()
    form.organisation.choices, form.post.choices = trust.places_to_choose(), trust.posts_to_choose()
    pressed = step()
    if pressed in ("", "change-who") or not form.complete(form.WHO):
        return _who(form)
    # Who confirms has passed this question; and sent a second time, the one who is alike is the one just added.
    if pressed not in ("not-these", "confirm") and (alike := _unseen(form)):
        form.not_these.data = _ids(alike, form)
        return _somebody_alike(form, alike, trust)
    begun = any((form.organisation.data, form.post.data, form.starts.data))
    first_seen = pressed != "appointment" and not begun
    if pressed == "change-appointment" or first_seen or not form.complete(form.APPOINTMENT):
        offer(form, trust)
        return _appointment(form)
    manager = settled(form, trust)
    if form.problems:
        return _appointment(form)
    if pressed != "confirm":
        return _check(form, trust, manager)
    person = form.attempt(lambda: services().staff.add_person(form.person(), key=f"{form.key.data}-person"))
    if person is None:
        return _who(form)
    return appointed(person, form, trust, manager, added=True)


def _who(form: JoinForm) -> Response:
    # Who has this e-mail address, if that is what the service refused.
    taken_by = form.refused.facts.get("person") if form.refused and form.refused.kind == "email-taken" else None
    return render("person_changes/who.html", status=form.status, form=form, trail=_trail(), taken_by=taken_by)


def _somebody_alike(form: JoinForm, alike: list[Person], trust: Trust) -> Response:
    people = [{"id": person["id"], "described": described(person, trust), "person": person} for person in alike]
    return render("person_changes/alike.html", form=form, people=people, trail=_trail(), carried=form.carried())


def _appointment(form: JoinForm) -> Response:
    return render("person_changes/first_appointment.html", status=form.status, form=form, trail=_trail())


def _check(form: JoinForm, trust: Trust, manager: str | None) -> Response:
    who = "change-who"
    rows = [
        Row("Name", form.name, "given_name", who),
        Row("What they are to the trust", PERSON_KINDS[str(form.kind.data)], "kind", who),
        Row("Work e-mail address", form.email.data or "Not given", "email", who),
        Row("TRN", form.trn.data or "Not given", "trn", who),
        Row("Employee number", form.employee_numbers.data or "Not given", "employee_numbers", who),
        Row("Date of birth", long_date(form.date_of_birth.data) or "Not given", "date_of_birth-day", who),
        *described_appointment(form, trust, manager, "change-appointment"),
    ]
    return render(
        "person_changes/check.html",
        title=f"Check before {form.name} joins",
        label="Confirm and add them",
        path=_PATH,
        form=form,
        rows=rows,
        consequences=of_appointing(form.name, [], preview(form), trust),
        carried=form.carried(),
        trail=_trail(),
    )


def _unseen(form: JoinForm) -> list[Person]:
    """People who are known already and might be the one who joins; without those whom HR said it is not."""
    staff = services().staff
    asked = [later(staff.list_people, name=form.name[:_LONGEST_SEARCH], limit=_ALIKE)]
    if form.email.data and len(form.email.data) <= 254:
        asked.append(later(staff.list_people, email=form.email.data, limit=_ALIKE))
    if form.employee_numbers.data and len(form.employee_numbers.data) <= 40:
        asked.append(later(staff.list_people, employee_number=form.employee_numbers.data, limit=_ALIKE))
    found = {person["id"]: person for page in asked for person in page.answer()["items"]}
    seen = set((form.not_these.data or "").split())
    return [person for person_id, person in found.items() if person_id not in seen]


def _ids(alike: list[Person], form: JoinForm) -> str:
    return " ".join([*(form.not_these.data or "").split(), *(person["id"] for person in alike)])


def _trail() -> list[dict[str, str]]:
    return [*PEOPLE, {"text": "Add somebody"}]
