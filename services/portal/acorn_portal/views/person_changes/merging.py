"""One human being with two records: found, looked at side by side, made one, and two again where that was a mistake."""

from collections.abc import Sequence

from flask import Blueprint, abort, flash, redirect, request
from werkzeug.wrappers import Response

from acorn_portal.calls import later, services
from acorn_portal.changes import FIELDS
from acorn_portal.clients.calling import Refused
from acorn_portal.clients.staff import DifferentPeople, LeftOut, MergePreview, MergeUndoing, Person
from acorn_portal.forms.person_changes import DifferentForm, MergeForm, UndoMergeForm
from acorn_portal.pages import render, version_of
from acorn_portal.trust import Trust, trust_later
from acorn_portal.views.person_changes.finding import described
from acorn_portal.views.person_changes.subject import PEOPLE, done, full_name, trail
from acorn_portal.words import LIKENESSES, days, long_date
from servicekit.ids import valid_id

blueprint = Blueprint("merging", __name__)

_MOST = 20
_LONGEST_SEARCH = 100


@blueprint.route("/people/duplicates", methods=["GET", "POST"])
def duplicates() -> Response:
    """Records that may be of one person, the likeliest pair first; HR says which are not."""
    form = DifferentForm.opened()
    if form.sent() and all(valid_id(str(field.data)) for field in (form.one, form.other)):
        said: DifferentPeople = {"one": str(form.one.data), "other": str(form.other.data)}
        form.attempt(lambda: services().staff.say_different(said, key=form.key.data))
        if not form.problems:
            flash("They are kept as two people, and not shown here again.", "success")
            return redirect("/people/duplicates")
    found = later(services().staff.list_duplicates).answer()
    return render(
        "person_changes/duplicates.html",
        status=form.status,
        found=found,
        likenesses=LIKENESSES,
        form=form,
        trail=[*PEOPLE, {"text": "Records that may be of one person"}],
    )


@blueprint.route("/people/<id:person_id>/merge", methods=["GET", "POST"])
def merge(person_id: str) -> Response:
    """Make one person of two records, once the other one is found and what that does is read."""
    staff = services().staff
    ask_trust = trust_later()
    asked = later(staff.read_person, person_id)
    other_id = request.values.get("other", "")
    if other_id and not valid_id(other_id):
        abort(404)
    other = later(staff.read_person, other_id).answer() if other_id else None
    person, trust = asked.answer(), ask_trust()
    name = request.args.get("name", "").strip()
    if other is None:
        return _find(person, name, trust)
    form = MergeForm.opened(version=str(person["version"]))
    form.keeps.choices = {"into": _signing_in(person), "other": _signing_in(other)}
    if form.sent():
        body, version = form.new(other_id), version_of(form.version.data)
        if form.attempt(lambda: staff.merge_people(person_id, body, version=version, key=form.key.data)):
            return done(person_id, f"{full_name(person)} has one record now.")
    preview = None
    try:
        preview = staff.preview_merge(person_id, form.asked(other_id))
    except Refused as refusal:
        if refusal.status not in (409, 422):
            raise
        if not form.problems:
            form.refuse(refusal)
    return render(
        "person_changes/merge.html",
        status=form.status if request.method == "POST" else 200,
        person=person,
        other=other,
        both=[(one, described(one, trust)) for one in (person, other)],
        form=form,
        asks_keeps=(form.refused.kind if form.refused else None) == "both-sign-in" or form.keeps.data is not None,
        preview=preview,
        consequences=_consequences(person, other, preview, trust) if preview else [],
        trail=trail(person, {"text": "Make one record of two"}),
    )


@blueprint.route("/people/<id:person_id>/merges", methods=["GET", "POST"])
def merges(person_id: str) -> Response:
    """Which records became part of this one; the latest can be undone."""
    staff = services().staff
    asked = later(staff.read_person, person_id)
    found = later(staff.list_merges, person_id).answer()["items"]
    person = asked.answer()
    form = UndoMergeForm.opened(version=str(person["version"]))
    merge_id = request.form.get("merge", "")
    if form.sent() and valid_id(merge_id):
        why: MergeUndoing = {"why": form.why.data} if form.why.data else {}
        version = version_of(form.version.data)
        if form.attempt(lambda: staff.undo_merge(person_id, merge_id, why, version=version, key=form.key.data)):
            return done(person_id, "They are two people again, each with what was theirs.")
    return render(
        "person_changes/merges.html",
        status=form.status,
        person=person,
        name=full_name(person),
        merges=found,
        form=form,
        trail=trail(person, {"text": "Records that became part of this one"}),
    )


def _find(person: Person, name: str, trust: Trust) -> Response:
    """The page that finds the other record, by name: leavers too, for it is often theirs."""
    found: Sequence[Person] = ()
    if name:
        page = later(services().staff.list_people, name=name[:_LONGEST_SEARCH], limit=_MOST).answer()
        found = [one for one in page["items"] if one["id"] != person["id"]]
    return render(
        "person_changes/merge_find.html",
        person=person,
        name=full_name(person),
        text=name,
        found=[(one["id"], described(one, trust), one.get("date_of_birth")) for one in found],
        trail=trail(person, {"text": "Another record"}),
    )


def _signing_in(person: Person) -> str:
    since = next((one["from"] for one in person.get("sign_ins", ()) if one["to"] is None), None)
    told = f", connected since {long_date(since)}" if since else ""
    return f"That of the record with {person['email'] or 'no e-mail address'}{told}"


def _consequences(person: Person, other: Person, preview: MergePreview, trust: Trust) -> list[str]:
    """What making one of two does, in sentences."""
    one = preview["person"]
    said = [
        f"{full_name(person)} stays, with {len(one['appointments'])} appointments and the CPD of both records.",
        f"The record of {full_name(other)} is found no more; old links to it lead to the one that stays.",
    ]
    if preview["referring"]:
        said.append(f"Others who have it for line manager or delegate, {preview['referring']}, have this one instead.")
    said += [f"Not taken over: {_left_out(each, other, trust)}." for each in preview["left_out"]]
    return [*said, "It can be undone: then each has again what was theirs."]


def _left_out(one: LeftOut, other: Person, trust: Trust) -> str:
    job = next((held for held in other["appointments"] if held["id"] == one["id"]), None)
    what = trust.job(job) if job else FIELDS.get(one["part"], one["part"]).lower()
    return f"{what}, {days(one['from'], one['to'])}" if one["from"] else what
