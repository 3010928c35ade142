"""The person whose facts are recorded: who may do so, what pages about one fact have in common."""

from typing import Any

from flask import abort
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.clients.staff import Person
from acorn_portal.forms.facts import DaysForm
from acorn_portal.forms.judged import JudgedAnswers
from acorn_portal.pages import me, render
from acorn_portal.trust import Trust, trust_later
from acorn_portal.views.facts.kinds import Fact, Kind, reason
from acorn_portal.views.person_changes.subject import Row, done, full_name, page_of, step, trail
from acorn_portal.words import long_date


def read(person_id: str, kind: Kind) -> tuple[Person, Trust]:
    """Somebody of whom such facts may be recorded by whoever is here, and the trust; the service judges it anew."""
    who = me()
    if not (who.hr or (kind.themselves and person_id == who.person_id)):
        abort(403)
    trust = trust_later()
    person = later(services().staff.read_person, person_id).answer()
    return person, trust()


def held(kind: Kind, person: Person, fact_id: str) -> Fact:
    """A fact that is recorded of somebody."""
    return next((one for one in kind.of(person) if one["id"] == fact_id), None) or abort(404)


def page(kind: Kind, person: Person, name: str, form: JudgedAnswers, **values: Any) -> Response:
    """A page with a form about a fact."""
    return render(
        f"facts/{name}.html",
        status=form.status,
        kind=kind,
        person=person,
        name=full_name(person),
        form=form,
        trail=trail_to(person, {"text": kind.noun.capitalize()}),
        **values,
    )


def checked(
    kind: Kind,
    person: Person,
    form: DaysForm,
    path: str,
    title: str,
    said: list[str],
    *,
    first: list[Row],
    carried: list[tuple[str, str]] | None = None,
    again: bool = False,
) -> Response:
    """What is about to be recorded, for a look; `again` offers to record one more after it."""
    rows = [
        *first,
        Row(form.starts.label.text, long_date(form.starts.data), "starts-day"),
        Row(form.ends.label.text.removesuffix(" (optional)"), long_date(form.ends.data) or "Not known yet", "ends-day"),
        *([Row("Note for the change history", form.why.data, "why")] if form.why.data else []),
    ]
    return render(
        "person_changes/check.html",
        title=title,
        label=f"Confirm the {kind.noun}",
        again=f"Confirm, then record another {kind.noun}" if again else None,
        path=path,
        form=form,
        rows=rows,
        consequences=said,
        carried=[*form.carried(), *(carried or [])],
        trail=trail_to(person, {"text": "Check"}),
    )


def reason_row(form: DaysForm) -> list[Row]:
    """The reason of an absence, for a check page."""
    return [Row("Reason", reason({"reason": form["reason"].data}), "reason")] if "reason" in form else []


def recorded(kind: Kind, person: Person, sentence: str) -> Response:
    """Say what is recorded, on the person's page, or on the form for one more."""
    if step() == "again":
        return done(person["id"], sentence, f"{page_of(person['id'])}/{kind.path}/new")
    return done(person["id"], sentence)


def trail_to(person: Person, *further: dict[str, Any]) -> list[dict[str, Any]]:
    """The way from home to somebody, one's own record too."""
    if me().sees_everybody:
        return trail(person, *further)
    return [{"text": "Home", "href": "/"}, {"text": "Your staff record", "href": page_of(person["id"])}, *further]
