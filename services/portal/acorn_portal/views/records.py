"""One CPD record: declare it, see it with its past, change it, withdraw it."""

import re
import secrets
from collections.abc import Sequence
from typing import cast

from flask import Blueprint, abort, flash, redirect
from werkzeug.wrappers import Response

from acorn_portal import past, words
from acorn_portal.calls import later, services
from acorn_portal.clients.calling import Refused
from acorn_portal.clients.cpd import Record, RecordNew, RecordPatch
from acorn_portal.forms import Answers
from acorn_portal.forms.records import Contents, Correction, Withdrawal
from acorn_portal.pages import me, render, today
from acorn_portal.signing_in import Me
from acorn_portal.whose import Whose

blueprint = Blueprint("records", __name__)

_RECORD = "/people/<id:person_id>/records/<id:record_id>"


@blueprint.route("/records/new", methods=["GET", "POST"])
def declare_own() -> Response:
    """Declare CPD of one's own."""
    own = me().person_id
    return _declare(own) if own else abort(403)


@blueprint.route("/people/<id:person_id>/records/new", methods=["GET", "POST"])
def declare(person_id: str) -> Response:
    """Declare CPD of somebody: their own, or HR for them."""
    return _declare(person_id)


@blueprint.get(_RECORD)
def show(person_id: str, record_id: str) -> Response:
    """A record with all that it says, and its past."""
    who = me()
    asked = later(services().cpd.read_record, person_id, record_id)
    whose = Whose(person_id, who)
    record = asked.answer()
    return render(
        "records/show.html",
        whose=whose,
        record=record,
        happenings=past.happenings(record),
        may_change=_writes(who, person_id) and record["state"] != "withdrawn",
        key=secrets.token_urlsafe(16),
    )


@blueprint.route(f"{_RECORD}/change", methods=["GET", "POST"])
def change(person_id: str, record_id: str) -> Response:
    """Correct a record; its past keeps what it said before."""
    who = me()
    if not _writes(who, person_id):
        abort(403)
    asked = later(services().cpd.read_record, person_id, record_id)
    whose = Whose(person_id, who)
    record = asked.answer()
    form = Correction.of(record)
    if form.sent():
        try:
            return _amended(whose, record, form)
        except Refused as refusal:
            if refusal.status == 412:
                return _overtaken(whose, record_id, form, refusal)
            _kept_by(form, refusal)
    return _changing(whose, record, form)


@blueprint.route(f"{_RECORD}/withdraw", methods=["GET", "POST"])
def withdraw(person_id: str, record_id: str) -> Response:
    """Take a record back for good, once its bearer has read what that means."""
    who = me()
    if not _writes(who, person_id):
        abort(403)
    asked = later(services().cpd.read_record, person_id, record_id)
    whose = Whose(person_id, who)
    record = asked.answer()
    form = Withdrawal.opened(version=str(record["version"]))
    if form.sent():
        try:
            taken = services().cpd.withdraw_record(
                person_id, record_id, {"why": str(form.why.data)}, version=_version(form), key=form.key.data
            )
        except Refused as refusal:
            _kept_by(form, refusal)
            if refusal.status == 412:
                form.form_errors = ["This record changed while you were reading. Look at it as it is now, then decide."]
                form.version.data = str(record["version"])
        else:
            flash(f"Withdrawn: {taken['title']}. It no longer counts.", "success")
            return redirect(f"{whose.page}/records/{record_id}")
    return render("records/withdraw.html", status=422 if form.problems else 200, whose=whose, record=record, form=form)


def _declare(person_id: str) -> Response:
    who = me()
    if not _writes(who, person_id):
        abort(403)
    whose = Whose(person_id, who)
    form = Contents.opened()
    if form.sent():
        try:
            made = services().cpd.declare_record(person_id, _new(form), key=form.key.data)
        except Refused as refusal:
            _kept_by(form, refusal)
        else:
            what = f"{made['title']}, {words.hours(made['hours'])} in {made['academic_year']}"
            flash(f"Recorded: {what}. It waits for somebody to verify it.", "success")
            return redirect(f"{whose.page}/records/{made['id']}")
    return render("records/new.html", status=422 if form.problems else 200, whose=whose, form=form, today=today())


def _amended(whose: Whose, record: Record, form: Correction) -> Response:
    patch: RecordPatch = {**_new(form), "why": str(form.why.data)}
    version = _version(form)
    changed = services().cpd.amend_record(whose.person_id, record["id"], patch, version=version, key=form.key.data)
    if changed["version"] == version:
        flash("Nothing was changed: the record says this already.", "important")
    else:
        flash(f"Changed: {changed['title']}. It waits for somebody to verify it.", "success")
    return redirect(f"{whose.page}/records/{record['id']}")


def _overtaken(whose: Whose, record_id: str, form: Correction, refusal: Refused) -> Response:
    """Show what somebody else made of a record meanwhile.

    A field that was left alone takes what it says now; what was typed stays. Pressing the button again saves both.
    """
    record = services().cpd.read_record(whose.person_id, record_id)
    read_at = _version(form)
    before, now, typed = past.contents_at(record, read_at), past.contents(record), form.contents()
    theirs = [name for name in words.RECORD_FIELDS if now[name] != before[name]]
    rows = [
        words.Step(label, words.record_value(name, typed[name]), words.record_value(name, now[name]))
        for name, label in words.RECORD_FIELDS.items()
        if name in theirs and typed[name] not in (before[name], now[name])
    ]
    for name in theirs:
        if typed[name] == before[name]:
            form.put(name, now[name])
    form.version.data = str(record["version"])
    form.refuse(
        Refused(
            412,
            refusal.kind,
            "This record changed while you were changing it, so nothing was saved yet. Check it, then save again.",
        )
    )
    return _changing(whose, record, form, meanwhile=past.since(record, read_at), clashes=rows)


def _changing(
    whose: Whose,
    record: Record,
    form: Correction,
    meanwhile: Sequence[past.Happening] = (),
    clashes: Sequence[words.Step] = (),
) -> Response:
    status = 422 if form.problems else 200
    return render(
        "records/change.html",
        status=status,
        whose=whose,
        record=record,
        form=form,
        today=today(),
        meanwhile=meanwhile,
        clashes=clashes,
    )


def _new(form: Contents) -> RecordNew:
    return cast(RecordNew, form.contents())


def _version(form: Correction | Withdrawal) -> int:
    text = str(form.version.data)
    return int(text) if re.fullmatch("[0-9]{1,9}", text, re.ASCII) else abort(400)


def _writes(who: Me, person_id: str) -> bool:
    """Whether to offer somebody to write a person's records; the service has the last word."""
    return who.hr or who.person_id == person_id


def _kept_by(form: Answers, refusal: Refused) -> None:
    """Show a refusal in its form, where it is one that whoever typed can do something about."""
    if refusal.status not in (409, 412, 422):
        raise refusal
    form.refuse(refusal)
