"""The trust's vocabularies: what posts, responsibilities and the rest are called; HR and the SIL keep them."""

import json
from typing import cast

from flask import Blueprint, abort, flash, redirect
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.clients.staff import TermPatch, Vocabulary
from acorn_portal.forms.vocabularies import NewTermForm, TermForm
from acorn_portal.meanwhile import opened_with, typed_in
from acorn_portal.pages import me, render, today
from acorn_portal.words import VOCABULARIES, long_date

blueprint = Blueprint("vocabularies", __name__)

_HOME = {"text": "Home", "href": "/"}
_ALL = {"text": "Vocabularies", "href": "/vocabularies"}


@blueprint.get("/vocabularies")
def show_all() -> Response:
    """The vocabularies, each with how many terms of it are in use."""
    found = later(services().staff.list_vocabularies).answer()["items"]
    rows = [
        (one["name"], _title(one), sum(not _retired(term["retired_from"]) for term in one["terms"])) for one in found
    ]
    return render("trust/vocabularies.html", rows=rows, trail=[_HOME, {"text": "Vocabularies"}])


@blueprint.route("/vocabularies/<vocabulary>", methods=["GET", "POST"])
def show(vocabulary: str) -> Response:
    """The terms of one vocabulary, retired ones apart; whoever keeps them adds one."""
    staff = services().staff
    form = NewTermForm.opened()
    if form.is_submitted():
        _only_who_keeps_them()
    if form.sent():
        kept = form.attempt(lambda: staff.add_term(vocabulary, form.new(), key=form.key.data))
        if kept:
            return _done(kept, f"{form.title.data} is among the {_title(kept).lower()} now.")
    found = later(staff.read_vocabulary, vocabulary).answer()
    return render(
        "trust/vocabulary.html",
        status=form.status,
        vocabulary=found,
        title=_title(found),
        in_use=[one for one in found["terms"] if not _retired(one["retired_from"])],
        retired=[one for one in found["terms"] if _retired(one["retired_from"])],
        form=form,
        trail=[_HOME, _ALL, {"text": _title(found)}],
    )


@blueprint.route("/vocabularies/<vocabulary>/terms/<code>", methods=["GET", "POST"])
def change(vocabulary: str, code: str) -> Response:
    """Call a term otherwise, retire it from a day on, or take it into use again."""
    _only_who_keeps_them()
    staff = services().staff
    found = later(staff.read_vocabulary, vocabulary).answer()
    term = next((one for one in found["terms"] if one["code"] == code), None) or abort(404)
    held = {"title": term["title"], "retired_from": term["retired_from"]}
    form = TermForm.opened(**held, base=json.dumps(held))
    if form.sent():
        base = opened_with(form.base.data, held)
        changed = typed_in(form.details(), base)
        why = {"why": form.why.data} if form.why.data else {}
        patch = cast(TermPatch, {**changed, **why})
        if not changed:
            form.form_errors = ["Nothing is changed yet. Change something, or go back to the terms."]
        elif kept := form.attempt(lambda: staff.change_term(vocabulary, code, patch, key=form.key.data)):
            said = [f"{base['title']} is called {form.title.data} from today on."] if "title" in changed else []
            if "retired_from" in changed:
                day = form.retired_from.data
                said.append(
                    f"Nothing new is recorded with {form.title.data} from {long_date(day)} on."
                    if day
                    else f"{form.title.data} is in use again."
                )
            return _done(kept, " ".join(said))
    return render(
        "trust/term.html",
        status=form.status,
        vocabulary=found,
        term=term,
        form=form,
        trail=[_HOME, _ALL, {"text": _title(found), "href": f"/vocabularies/{vocabulary}"}, {"text": term["title"]}],
    )


def _title(vocabulary: Vocabulary) -> str:
    name = vocabulary["name"]
    return VOCABULARIES.get(name, name.replace("_", " "))


def _retired(day: str | None) -> bool:
    return day is not None and day <= today().isoformat()


def _only_who_keeps_them() -> None:
    if not me().keeps_terms:
        abort(403)


def _done(vocabulary: Vocabulary, sentence: str) -> Response:
    flash(sentence, "success")
    return redirect(f"/vocabularies/{vocabulary['name']}")
