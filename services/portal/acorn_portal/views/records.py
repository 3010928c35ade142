"""One CPD record: declare it, see it with its past, change it, withdraw it."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import orjson
from flask import Blueprint, abort, flash, redirect, request, session
from werkzeug.wrappers import Response

from acorn_portal import past, words
from acorn_portal.calls import later, services
from acorn_portal.clients.cpd import Record, RecordNew, RecordPatch, WithdrawalNew
from acorn_portal.forms.records import Contents, Correction, Withdrawal
from acorn_portal.pages import me, render, today, version_of
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
        whose=whose.ready(),
        record=record,
        happenings=past.happenings(record),
        may_change=_writes(who, person_id) and record["state"] != "withdrawn",
        may_ask=record["state"] == "verified" and _judges(who, person_id),
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
    if record["state"] == "withdrawn" and request.method == "GET":
        return redirect(f"{whose.page}/records/{record_id}")
    form = Correction.of(record)
    if not whose.own:
        form.of_another()
    meanwhile = None
    if form.sent():
        patch: RecordPatch = {**_new(form), "why": str(form.why.data)}
        version = version_of(form.version.data)
        amend = services().cpd.amend_record
        changed = form.attempt(lambda: amend(person_id, record_id, patch, version=version, key=form.key.data))
        if changed is not None:
            return _amended(whose, changed, version)
        if form.overtaken:
            record = services().cpd.read_record(person_id, record_id)
            meanwhile = _meet(record, form, version)
    return render(
        "records/change.html",
        status=form.status,
        whose=whose.ready(),
        record=record,
        form=form,
        today=today(),
        meanwhile=meanwhile,
    )


@blueprint.route(f"{_RECORD}/withdraw", methods=["GET", "POST"])
def withdraw(person_id: str, record_id: str) -> Response:
    """Take a record back for good, once its bearer has read what that means."""
    who = me()
    if not _writes(who, person_id):
        abort(403)
    asked = later(services().cpd.read_record, person_id, record_id)
    whose = Whose(person_id, who)
    record = asked.answer()
    if record["state"] == "withdrawn" and request.method == "GET":
        return redirect(f"{whose.page}/records/{record_id}")
    form = Withdrawal.opened(version=str(record["version"]))
    if form.sent():
        why: WithdrawalNew = {"why": str(form.why.data)}
        version = version_of(form.version.data)
        take = services().cpd.withdraw_record
        taken = form.attempt(lambda: take(person_id, record_id, why, version=version, key=form.key.data))
        if taken is not None:
            flash(f"Withdrawn: {taken['title']}. It no longer counts.", "success")
            return redirect(f"{whose.page}/records/{record_id}")
        if form.overtaken:
            record = services().cpd.read_record(person_id, record_id)
            form.form_errors = ["This record changed while you were reading. Look at it as it is now, then decide."]
            form.version.data = str(record["version"])
    return render("records/withdraw.html", status=form.status, whose=whose.ready(), record=record, form=form)


def _declare(person_id: str) -> Response:
    who = me()
    if not _writes(who, person_id):
        abort(403)
    whose = Whose(person_id, who)
    form = Contents.opened()
    if not whose.own:
        form.of_another()
    if form.sent() and not _declared_a_moment_ago(person_id, form):
        new, declare = _new(form), services().cpd.declare_record
        made = form.attempt(lambda: declare(person_id, new, key=form.key.data))
        if made is not None:
            session["declared"] = {"what": _digest(person_id, form), "key": form.key.data}
            what = f"{made['title']}, {words.hours(made['hours'])} in {made['academic_year']}"
            flash(f"Recorded: {what}. It waits for somebody to verify it.", "success")
            return redirect(f"{whose.page}/records/{made['id']}")
    return render("records/new.html", status=form.status, whose=whose.ready(), form=form, today=today())


def _declared_a_moment_ago(person_id: str, form: Contents) -> bool:
    """Whether the last that was declared here is the same once more, which the form then says; pressed again, it goes.

    Browsers that go back show a new form with the old answers, so its key is no other form's.
    """
    last, digest = session.get("declared"), _digest(person_id, form)
    if not last or last["what"] != digest or form.key.data == last["key"] or form.again.data == digest:
        return False
    form.again.data = digest
    form.form_errors = [
        "You have just recorded exactly this, so it was not recorded a second time. If you did the same twice that "
        "day, press Record again."
    ]
    return True


def _digest(person_id: str, form: Contents) -> str:
    return hashlib.sha256(orjson.dumps([person_id, form.contents()])).hexdigest()


def _amended(whose: Whose, changed: Record, version: int) -> Response:
    if changed["version"] == version:
        flash("Nothing was changed: the record says this already.", "important")
    else:
        flash(f"Changed: {changed['title']}. It waits for somebody to verify it.", "success")
    return redirect(f"{whose.page}/records/{changed['id']}")


@dataclass(frozen=True)
class Meanwhile:
    """What happened to a record while somebody was changing it, and the fields that both changed: theirs, and now."""

    happenings: Sequence[past.Happening]
    clashes: Sequence[words.Step]


def _meet(record: Record, form: Correction, read_at: int) -> Meanwhile:
    """Bring what was typed and what the record says now together in the form, to be checked and saved once more.

    A field that was left alone takes what it says now; what was typed stays.
    """
    before, now, typed = past.contents_at(record, read_at), past.contents(record), form.contents()
    theirs = [name for name in words.RECORD_FIELDS if now[name] != before[name]]
    clashes = [
        words.Step(
            words.RECORD_FIELDS[name], words.record_value(name, typed[name]), words.record_value(name, now[name])
        )
        for name in theirs
        if typed[name] not in (before[name], now[name])
    ]
    for name in theirs:
        if typed[name] == before[name]:
            form.put(name, now[name])
    form.version.data = str(record["version"])
    form.form_errors = [
        "This record changed while you were changing it, so nothing was saved yet. Check it, then save again."
    ]
    return Meanwhile(past.since(record, read_at), clashes)


def _new(form: Contents) -> RecordNew:
    return cast(RecordNew, form.contents())


def _writes(who: Me, person_id: str) -> bool:
    """Whether to offer somebody to write a person's records; the service has the last word."""
    return who.hr or who.person_id == person_id


def _judges(who: Me, person_id: str) -> bool:
    """Whether somebody who sees a record of this person judges it: the line does, and HR (contracts/access.md)."""
    return who.verifies and who.person_id != person_id and (who.hr or not who.sees_everybody)
