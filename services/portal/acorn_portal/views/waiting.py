"""What waits to be verified: several records at once, after a look at what that will be; one; or a question first."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, request, session
from werkzeug.wrappers import Response

from acorn_portal import past, verifying, words
from acorn_portal.calls import later, services
from acorn_portal.clients.calling import Refused
from acorn_portal.forms.waiting import Choice, Chosen, Question
from acorn_portal.gate import typed_before
from acorn_portal.pages import me, render, today, version_of
from acorn_portal.whose import Whose

blueprint = Blueprint("waiting", __name__)

_RECORD = "/people/<id:person_id>/records/<id:record_id>"
# More than a page of the list has: what came before the chosen ones meanwhile must not push them out.
_LISTED = 100
_OVERTAKEN = "This record changed while you were reading it"


@blueprint.before_request
def only_those_who_verify() -> None:
    """Nobody else has anything here; the CPD service judges each record anew."""
    if not me().verifies:
        abort(403)


@blueprint.get("/waiting")
def show() -> Response:
    """What waits, the longest waiting first."""
    return _list(Chosen.on(today()))


@blueprint.route("/waiting/check", methods=["GET", "POST"])
def check() -> Response:
    """Show what is about to be verified; sent by the list, it leads to its own address, to which one can come back."""
    form = Chosen.on(today())
    chosen = form.choices()
    if request.method == "POST":
        if form.sent() and chosen:
            return redirect(f"/waiting/check{form.query(chosen)}")
        form.chosen.errors = ["Select at least one record."]
        return _list(form, status=422)
    return _check(form, chosen) if chosen else redirect(f"/waiting{form.query()}")


@blueprint.route("/waiting/verify", methods=["GET", "POST"])
def verify() -> Response:
    """Verify what was looked at; opened, it leads to another look, as after a session ended in between."""
    form = Chosen.on(today())
    chosen = form.choices()
    if request.method == "POST" and form.sent():
        return _verified(form, chosen)
    return redirect(f"/waiting/check{form.query(chosen)}")


@blueprint.route(f"{_RECORD}/verify", methods=["GET", "POST"])
def verify_one(person_id: str, record_id: str) -> Response:
    """Verify the record that somebody has just read; opened, it leads back to it."""
    here = f"/people/{person_id}/records/{record_id}"
    if request.method == "GET":
        typed_before()
        return redirect(here)
    one = Choice(person_id, record_id, version_of(request.form.get("version", "")))
    key = verifying.key_for(request.form.get("key", ""), one)
    try:
        record = services().cpd.verify_record(person_id, record_id, version=one.version, key=key)
    except Refused as refusal:
        if refusal.status == 412:
            flash(f"{_OVERTAKEN}, so it was not verified. Here it is as it is now.", "important")
        elif refusal.status == 409:
            flash(f"It was not verified. {refusal.detail}", "important")
        else:
            raise
    else:
        if verifying.still_verified(record):
            flash(f"Verified: {record['title']}, {words.hours(record['hours'])}.", "success")
        else:
            flash("You verified this record, and it changed afterwards. Here it is as it is now.", "important")
    return redirect(here)


@blueprint.route(f"{_RECORD}/query", methods=["GET", "POST"])
def query_one(person_id: str, record_id: str) -> Response:
    """Ask somebody a question about a record before it is verified, or after."""
    asked = later(services().cpd.read_record, person_id, record_id)
    whose = Whose(person_id, me())
    record = asked.answer()
    here = f"{whose.page}/records/{record_id}"
    form = Question.opened(version=str(record["version"]))
    if form.sent():
        version, question = version_of(form.version.data), str(form.question.data)
        query = services().cpd.query_record
        queried = form.attempt(
            lambda: query(person_id, record_id, {"question": question}, version=version, key=form.key.data)
        )
        if queried:
            flash(f"Your question is sent. “{queried['title']}” waits for an answer.", "success")
            return redirect(here)
        if form.overtaken:
            form.form_errors = [f"{_OVERTAKEN}, so your question was not sent yet. Check it, then send it again."]
            form.version.data = str(record["version"])
    elif not (record["may_verify"] or record["state"] == "verified") or record["state"] == "queried":
        flash(
            "A question about this record waits for an answer already."
            if record["state"] == "queried"
            else "You cannot ask a question about this record as it is now.",
            "important",
        )
        return redirect(here)
    return render(
        "waiting/query.html",
        status=form.status,
        whose=whose.ready(),
        record=record,
        form=form,
        meanwhile=past.since(record, version) if form.overtaken else (),
    )


def _list(form: Chosen, status: int = 200) -> Response:
    asking = later(
        services().cpd.list_records, may_verify=True, count=True, cursor=form.cursor.data or None, **form.asked()
    )
    try:
        page = asking.answer()
    except Refused as refusal:
        if refusal.kind != "bad-cursor":
            raise
        # Whose records one verifies has changed since that page was shown.
        return redirect(f"/waiting{form.query(page=False)}")
    return render(
        "waiting/list.html",
        status=status,
        form=form,
        page=page,
        checked=set(form.chosen.data or ()),
        not_verified=session.pop("not_verified", None) or [],
    )


def _check(form: Chosen, chosen: Sequence[Choice]) -> Response:
    asking = later(
        services().cpd.list_records, may_verify=True, limit=_LISTED, cursor=form.cursor.data or None, **form.asked()
    )
    try:
        listed = asking.answer()["items"]
    except Refused as refusal:
        if refusal.kind != "bad-cursor":
            raise
        listed = []
    wanted = {one.text for one in chosen}
    records: list[dict[str, Any]] = [
        {**record} for record in listed if record["may_verify"] and Choice.of(record).text in wanted
    ]
    found = {record["id"] for record in records}
    # What the list has no more, or has changed, is looked at by itself: it says why, or that it is fine after all.
    others = verifying.look_again([one for one in chosen if one.record not in found])
    records += [{**one.record, "name": one.name} for one in others if one.record and one.unchanged]
    changed = [one for one in others if not one.unchanged]
    return render(
        "waiting/check.html",
        form=form,
        records=records,
        so_many=_so_many(len(records), len({record["person"] for record in records})),
        hours=sum(record["hours"] for record in records),
        change=f"/waiting{form.query(chosen)}",
        left_out=verifying.explain(changed, [None] * len(changed), me().person_id),
    )


def _verified(form: Chosen, chosen: Sequence[Choice]) -> Response:
    outcomes = verifying.verify(chosen, str(form.key.data))
    verified = [outcome for _, outcome in outcomes if verifying.still_verified(outcome)]
    left = [(one, outcome) for one, outcome in outcomes if not verifying.still_verified(outcome)]
    if len(verified) == 1:
        flash(f"Verified: {verified[0]['title']}.", "success")
    elif verified:
        flash(f"Verified: {_so_many(len(verified), len({record['person'] for record in verified}))}.", "success")
    if left:
        seen = verifying.look_again([one for one, _ in left])
        explained = verifying.explain(seen, [outcome for _, outcome in left], me().person_id)
        session["not_verified"] = [vars(one) for one in explained]
    return redirect(f"/waiting{form.query(page=False)}")


def _so_many(records: int, people: int) -> str:
    """So many records of so many people."""
    of = "1 person" if people == 1 else f"{people} people"
    return f"{records} record{'' if records == 1 else 's'} of {of}"
