"""The import resource of every service: send a file, follow it, apply a dry run, mend what was rejected. HR only."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask import Response

from servicekit import files
from servicekit.access import HR, allows, caller
from servicekit.answers import Answer, accepted, actor_in, answer, page, tell_names
from servicekit.imports import saved, writing
from servicekit.imports.intake import FilesBlueprint, import_new, taken_on
from servicekit.imports.kinds import ImportKind
from servicekit.imports.mapping import opened
from servicekit.imports.schemas import ApplyQuery, Import, ImportKindsSchema, ImportRow, RowQuery
from servicekit.imports.store import ImportStore, hand_over
from servicekit.mongo import Document
from servicekit.paging import Paging
from servicekit.problems import NotFound
from servicekit.request import bound, now, session, state, writes
from servicekit.routing import Blueprint
from servicekit.schemas import PageArgs, page_schema

store = bound(ImportStore)

_CSV = "text/csv"
_PIECE = 64_000


def blueprint(kinds: Sequence[ImportKind]) -> Blueprint:
    """The routes under /v1/import-kinds and /v1/imports of a service that takes these kinds of files."""
    by_name = {kind.name: kind for kind in kinds}
    offered = [kind.name for kind in kinds if not kind.ours]
    imports = FilesBlueprint("imports", __name__, url_prefix="/v1", description="Files that HR sends, and their rows.")

    @imports.get("/import-kinds")
    @allows(HR)
    @imports.response(200, ImportKindsSchema)
    def list_import_kinds() -> Answer:
        """The kinds of files that this service reads, and the columns of each."""
        return answer({"items": [_described(kind) for kind in kinds if not kind.ours]})

    @imports.get("/import-kinds/<kind>/template")
    @allows(HR)
    @imports.response(200, {"type": "string"}, content_type=_CSV, description="A header and a row that is invented.")
    def read_import_template(kind: str) -> Answer:
        """A file to fill in: this kind's columns, and one row that shows how."""
        if kind not in offered:
            raise NotFound(f"There is no kind of import of this name. There are: {', '.join(offered)}.")
        return _csv([writing.template(by_name[kind])], f"acorn-{kind}.csv")

    @imports.post("/imports")
    @allows(HR)
    @imports.arguments(import_new(kinds), location="files")
    @imports.response(202, Import)
    @writes
    def start_import(new: dict[str, Any]) -> Answer:
        """Send a file. Its header is judged at once, its rows by a worker: follow the Location."""
        return _following(taken_on(new, by_name[new["kind"]]))

    @imports.get("/imports")
    @allows(HR)
    @imports.arguments(PageArgs, location="query")
    @imports.response(200, page_schema(Import))
    def list_imports(query: dict[str, Any]) -> Answer:
        """The imports of the last 90 days, newest first."""
        found = store().page(Paging.out_of(query))
        tell_names(map(actor_in, found.items))
        return page(found)

    @imports.get("/imports/<id:import_id>")
    @allows(HR)
    @imports.response(200, Import)
    def get_import(import_id: str) -> Answer:
        """How far an import is."""
        served = store().served(import_id)
        tell_names([actor_in(served)])
        return answer(served)

    @imports.post("/imports/<id:import_id>/apply")
    @allows(HR)
    @imports.arguments(ApplyQuery, location="query")
    @imports.response(202, Import)
    @writes
    def apply_import(query: dict[str, Any], import_id: str) -> Answer:
        """Do for real what a dry run tried: another import, of the same file, mapping and options.

        Its rows are judged anew. It can be done once, while the file is kept (`file_until`); afterwards the refusal
        names the import that did it (`applied_by`). Where the dry run says `confirm`, that number must be said again.
        """
        document = store().apply(import_id, confirmed=query["confirmed"], by=caller().actor, at=now())
        hand_over(state().database, document["_id"], now(), session())
        return _following(document)

    @imports.get("/imports/<id:import_id>/rows")
    @allows(HR)
    @imports.arguments(RowQuery, location="query")
    @imports.response(200, page_schema(ImportRow))
    def list_import_rows(query: dict[str, Any], import_id: str) -> Answer:
        """What became of the rows of an import, in the order of the file."""
        outcome, with_reasons = query.pop("outcome"), query.pop("with_reasons")
        return page(store().rows(import_id, outcome=outcome, with_reasons=with_reasons, paging=Paging.out_of(query)))

    @imports.get("/imports/<id:import_id>/rejected")
    @allows(HR)
    @imports.response(200, {"type": "string"}, content_type=_CSV, description="The rows as they were sent, and why.")
    def read_rejected_rows(import_id: str) -> Answer:
        """The rows that were rejected, in a file to mend and send again with the same mapping.

        It has the columns of the file that was sent, and a last one with the reasons, which an import passes over.
        """
        of = store().with_rejected_rows(import_id, at=now())
        try:
            content = files.fetch(state().database, of["upload"])
        except files.NoUpload:
            raise NotFound("The file of this import is no longer kept. Send it again.") from None
        table = opened(content, by_name[of["kind"]], of["mapping"])
        return _csv(writing.rejected(table, store().rejected_rows(import_id)), f"rejected-{import_id}.csv")

    saved.add_routes(imports, by_name)
    return imports


def _described(kind: ImportKind) -> Document:
    return {
        "name": kind.name,
        "title": kind.title,
        "description": kind.description,
        "columns": [
            {
                "name": column.name,
                "required": column.required,
                "meaning": column.meaning,
                "example": column.example,
                "values": [{"value": code, "title": title} for code, title in column.values.items()] or None,
            }
            for column in kind.columns
        ],
        "one_of": [list(names) for names in kind.needs],
        "options": [
            {"name": name, "description": option.meaning, "example": option.example, "required": option.required}
            for name, option in kind.options.items()
        ],
        "largest_bytes": state().settings.max_upload_bytes,
    }


def _following(document: Document) -> Answer:
    served = store().served(document["_id"])
    tell_names([actor_in(served)])
    return accepted(served, f"/v1/imports/{document['_id']}")


def _csv(lines: Iterable[str], filename: str) -> Answer:
    response = Response(_pieces(lines), content_type=f"{_CSV}; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


def _pieces(lines: Iterable[str]) -> Iterator[bytes]:
    """The lines in pieces of some size, so that neither the whole file is held nor each line sent by itself."""
    piece = bytearray()
    for line in lines:
        piece += line.encode()
        if len(piece) >= _PIECE:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)
