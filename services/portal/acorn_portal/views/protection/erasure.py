"""Erasing somebody for good: what each service has is shown first, and after the word where it is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, cast

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.clients.calling import Refused
from acorn_portal.clients.cpd import Erasure as CpdErasure
from acorn_portal.clients.staff import Erasure, ErasureNew
from acorn_portal.forms.protection import ErasureForm, WhoseForm
from acorn_portal.pages import render, version_of
from acorn_portal.views.person_changes.subject import step
from acorn_portal.views.protection.subject import only_data_protection, trail
from acorn_portal.words import SERVICES, count

blueprint = Blueprint("erasure", __name__)

_PAGE = "/protection/erasure"
_TITLE = "Erase somebody"
_CHANGED = "Their record changed meanwhile, so nothing was erased. Look again at what there is, then confirm."

# What services keep of somebody: one of it, several of it.
_HELD: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "people": ("staff record", "staff records"),
        "changes": ("change of it", "changes of it"),
        "merges": ("merge with another record", "merges with other records"),
        "different": ("word that another record is not theirs", "words that other records are not theirs"),
        "strengths": ("strength", "strengths"),
        "aspirations": ("aspiration", "aspirations"),
        "talent_reviews": ("talent review", "talent reviews"),
        "candidates": ("candidacy for a key post", "candidacies for key posts"),
        "records": ("CPD record", "CPD records"),
    }
)


@dataclass(frozen=True)
class Part:
    """What one service has of somebody, in words, and how far it has erased them; not known where it is away."""

    service: str
    known: bool
    holds: tuple[str, ...] = ()
    erased: bool = False
    done_at: str | None = None

    @classmethod
    def of(cls, name: str, found: Erasure | CpdErasure | None) -> "Part":
        """As the service answered, or did not."""
        if found is None:
            return cls(SERVICES[name], known=False)
        holds = tuple(_counted(one["what"], one["count"]) for one in found["holds"])
        return cls(SERVICES[name], True, holds, found["erased_at"] is not None, found["done_at"])


@blueprint.route(_PAGE, methods=["GET", "POST"])
def choose() -> Response:
    """Ask who is meant, by the id that the answer to a subject access request names."""
    only_data_protection()
    form = WhoseForm.opened()
    return redirect(f"{_PAGE}/{form.person.data}") if form.sent() else _choose(form)


@blueprint.route(f"{_PAGE}/<id:person_id>", methods=["GET", "POST"])
def erase(person_id: str) -> Response:
    """Show what there is of somebody, take the reason, ask once more, erase; then show where it is done."""
    only_data_protection()
    staff, cpd = services().staff, services().cpd
    form = ErasureForm.opened()
    if form.sent() and step() == "confirm":
        new = cast(ErasureNew, {"reason": form.reason.data})
        version = version_of(form.version.data)
        if form.attempt(lambda: staff.erase_person(person_id, new, version=version, key=form.key.data)):
            flash("The erasure is begun. It cannot be stopped.", "success")
            return redirect(f"{_PAGE}/{person_id}")
    of_staff, of_cpd = later(staff.read_erasure, person_id), later(cpd.read_erasure, person_id)
    try:
        found = of_staff.answer()
    except Refused as refusal:
        if refusal.status != 404:
            raise
        return _nobody(person_id)
    parts = [Part.of("staff", found), Part.of("cpd", of_cpd.or_away())]
    shown: dict[str, Any] = {"person_id": person_id, "name": found["name"], "parts": parts, "form": form}
    if found["erased_at"] is not None:
        done = all(part.done_at for part in parts)
        return render(
            "protection/erased.html", **shown, at=found["erased_at"], done=done, trail=_trail({"text": "Erased"})
        )
    checking = form.is_submitted() and (form.overtaken or (not form.problems and step() != "change"))
    if form.overtaken:
        form.form_errors = [_CHANGED]
    form.version.data = str(found["version"])
    return render(
        "protection/erasure_check.html" if checking else "protection/erasure.html",
        status=form.status,
        **shown,
        trail=_trail({"text": "Check" if checking else "What there is"}),
    )


def _choose(form: WhoseForm, *, status: int = 200) -> Response:
    return render(
        "protection/erasure_whose.html",
        status=422 if form.problems and status == 200 else status,
        form=form,
        trail=trail({"text": _TITLE}),
    )


def _nobody(person_id: str) -> Response:
    """Ask again who is meant, where nobody has the id."""
    form = WhoseForm.opened(person=person_id)
    form.person.data = person_id
    form.refuse_field("person", "Nobody has this id. Take it from the answer to their subject access request.")
    return _choose(form, status=404)


def _trail(last: dict[str, str]) -> list[dict[str, str]]:
    return trail({"text": _TITLE, "href": _PAGE}, last)


def _counted(what: str, number: int) -> str:
    """How much there is of something; what has no words yet goes by the service's own."""
    plain = what.replace("_", " ")
    return count({"count": number, "more": False}, *_HELD.get(what, (plain, plain)))
