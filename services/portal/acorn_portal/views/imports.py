"""For HR: files of people, academies and records. Every file is checked first; what it says goes in when HR says so.

The portal hands files on as they come and keeps none.
"""

import secrets
from typing import Any, cast

from flask import Blueprint, abort, current_app, flash, jsonify, redirect, request
from werkzeug.wrappers import Response

from acorn_portal import importing
from acorn_portal.calls import Services, later, services
from acorn_portal.clients.calling import Download, Refused
from acorn_portal.clients.cpd import Cpd
from acorn_portal.clients.staff import ImportKind, Staff
from acorn_portal.forms.imports import Go, NewFile, for_kind
from acorn_portal.importing import Import
from acorn_portal.pages import render

blueprint = Blueprint("imports", __name__, url_prefix="/imports")

_NAMES = tuple(Services.__dataclass_fields__)
_RECENT = 20
_MOST_SAVED = 100


@blueprint.get("")
def overview() -> Response:
    """How to import, the kinds of files that there are, and what was imported lately."""
    kinds = {name: later(_client(name).list_import_kinds) for name in _NAMES}
    recent = {name: later(_client(name).list_imports, limit=_RECENT) for name in _NAMES}
    offered = {name: listed["items"] for name in _NAMES if (listed := kinds[name].or_away())}
    lately = [_told(name, one) for name in _NAMES if (found := recent[name].or_away()) for one in found["items"]]
    return render(
        "imports/overview.html",
        offered=offered,
        titles=_titles(offered),
        recent=importing.newest_first(lately)[:_RECENT],
        known=[name for name in _NAMES if name in offered],
    )


@blueprint.get("/<service>")
def earlier(service: str) -> Response:
    """All imports of one service, newest first."""
    client = _client(service)
    kinds = later(client.list_import_kinds)
    page = later(client.list_imports, cursor=request.args.get("cursor"), count=True).answer()
    offered = kinds.or_away()
    return render(
        "imports/earlier.html",
        service=service,
        titles=_titles({service: offered["items"]} if offered else {}),
        page=page,
        imports=[_told(service, one) for one in page["items"]],
    )


@blueprint.get("/<service>/<kind>/template")
def template(service: str, kind: str) -> Response:
    """A file of a kind to fill in."""
    return _handed_on(_client(service).read_import_template(kind))


@blueprint.route("/<service>/<kind>/new", methods=["GET", "POST"])
def new(service: str, kind: str) -> Response:
    """Send a file to be checked."""
    found = _kind(service, kind)
    form = for_kind(found, _saved(service, kind)).opened()
    if form.sent() and form.take_mapping():
        try:
            if (to_save := form.to_save()) is not None:
                name, mapping = to_save
                _client(service).save_import_mapping(name, cast(Any, {"kind": kind, "mapping": mapping}))
            begun = _begin(_client(service), kind, form)
        except Refused as refusal:
            if refusal.status not in (413, 422):
                raise
            form.refuse(refusal)
        else:
            return redirect(_told(service, begun).address)
    return _asking(service, found, form)


@blueprint.get("/<service>/<id:import_id>")
def shown(service: str, import_id: str) -> Response:
    """How far an import is; once it has ended, what became of its rows and what to do next."""
    return _page(service, import_id, Go.opened())


@blueprint.get("/<service>/<id:import_id>/progress")
def progress(service: str, import_id: str) -> Response:
    """How far an import is, for the page that waits for it."""
    told = _told(service, later(_client(service).get_import, import_id).answer())
    answer = jsonify({"going": told.going, "sentence": told.progress})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.route("/<service>/<id:import_id>/apply", methods=["GET", "POST"])
def apply(service: str, import_id: str) -> Response:
    """Say what importing a checked file would change, and import it."""
    form = Go.opened()
    if form.sent():
        try:
            begun = _client(service).apply_import(import_id, confirmed=form.number, key=form.key.data)
        except Refused as refusal:
            if refusal.status != 409:
                raise
            if "confirm" not in refusal.facts:
                flash(refusal.detail, "important")
                return redirect(f"/imports/{service}/{refusal.facts.get('applied_by', import_id)}")
            form.refuse_field("confirmed", "Enter how many people are on the list, to confirm that they have left.")
        else:
            return redirect(_told(service, begun).address)
    told = _told(service, later(_client(service).get_import, import_id).answer())
    if not told.may_apply:
        return redirect(told.address)
    status = 422 if form.problems else 200
    return render("imports/apply.html", status=status, file=told, form=form, outcomes=importing.OUTCOMES)


@blueprint.get("/<service>/<id:import_id>/rejected")
def rejected(service: str, import_id: str) -> Response:
    """The rejected rows, in a file to mend and send again."""
    return _handed_on(_client(service).read_rejected_rows(import_id))


def _page(service: str, import_id: str, form: Go) -> Response:
    client = _client(service)
    wanted = request.args.get("rows", importing.REMARKS)
    if wanted not in (importing.REMARKS, importing.ALL, *importing.OUTCOMES):
        abort(404)
    told_later = later(client.get_import, import_id)
    rows_later = later(
        client.list_import_rows,
        import_id,
        cursor=request.args.get("cursor"),
        count=True,
        outcome=wanted if wanted in importing.OUTCOMES else None,
        with_reasons=wanted == importing.REMARKS or None,
    )
    told = _told(service, told_later.answer())
    return render(
        "imports/import.html",
        file=told,
        form=form,
        rows=rows_later.answer() if told.has_rows else None,
        wanted=wanted,
        outcomes=importing.OUTCOMES,
        meanings=importing.MEANINGS,
        colours=importing.COLOURS,
    )


def _begin(client: Staff | Cpd, kind: str, form: NewFile) -> Any:
    try:
        return client.start_import(cast(Any, form.new(kind)), key=form.key.data)
    except Refused as refusal:
        if refusal.kind != "idempotency-key-reused":
            raise
    # Somebody went back and chose another file: that is not what they sent before, but it is what they want now.
    return client.start_import(cast(Any, form.new(kind)), key=secrets.token_urlsafe(16))


def _asking(service: str, kind: ImportKind, form: NewFile) -> Response:
    return render(
        "imports/new.html",
        status=422 if form.problems else 200,
        service=service,
        kind=kind,
        title=f"Import {importing.within(kind['title'])}",
        form=form,
        options=[form[f"option_{name}"] for name in form.OPTIONS],
        needs=importing.needs(kind["one_of"]),
        largest=importing.megabytes(kind["largest_bytes"]),
    )


def _saved(service: str, kind: str) -> list[str]:
    """The names of the mappings that are saved for a kind; none from a service of the release before."""
    try:
        found = later(_client(service).list_import_mappings, limit=_MOST_SAVED).or_away()
    except Refused as refusal:
        if refusal.status != 404:
            raise
        return []
    return [one["name"] for one in found["items"] if one["kind"] == kind] if found else []


def _kind(service: str, name: str) -> ImportKind:
    found = later(_client(service).list_import_kinds).answer()
    kind = next((one for one in found["items"] if one["name"] == name), None)
    if kind is None:
        abort(404)
    return kind


def _titles(offered: dict[str, Any]) -> dict[str, str]:
    """What people call the kinds, by name."""
    return {kind["name"]: kind["title"] for kinds in offered.values() for kind in kinds}


def _told(service: str, document: Any) -> Import:
    return Import(service, document, current_app.extensions["clock"]())


def _client(service: str) -> Staff | Cpd:
    """The client of a service by its name in an address; for any other name there is no page."""
    if service not in _NAMES:
        abort(404)
    return cast(Staff | Cpd, getattr(services(), service))


def _handed_on(file: Download) -> Response:
    """A file of a service, piece by piece as it comes."""
    response = current_app.response_class(file.pieces, content_type=file.headers.get("content-type", "text/csv"))
    response.headers["Content-Disposition"] = file.headers.get("content-disposition", "attachment")
    response.headers["Cache-Control"] = "no-store"
    return response
