"""The import resource of every service: send a file, follow it, read what became of its rows. HR only."""

from collections.abc import Sequence
from typing import Any, cast

from flask import Request, g
from flask_smorest.fields import Upload
from marshmallow import ValidationError, fields, validate
from werkzeug.datastructures import FileStorage

from servicekit import files, schedule
from servicekit.access import HR, allows, caller
from servicekit.answers import Answer, accepted, answer, page
from servicekit.imports.kinds import ImportKind, Outcome
from servicekit.imports.mapping import NO_MAPPING, open_table, read_mapping
from servicekit.imports.reading import FileRefused
from servicekit.imports.store import ImportStore
from servicekit.paging import Paging
from servicekit.problems import FieldError, Invalid
from servicekit.request import bound, now, state, writes
from servicekit.routing import Blueprint, Parser
from servicekit.schemas import Id, PageArgs, Schema, page_schema

WORK = "import"
"""The kind of due work under which the worker finds an import."""

store = bound(ImportStore)


class _Multipart(Parser):
    def load_files(self, req: Request, schema: Any) -> Any:
        """Read the parts of a multipart body, the file and the fields beside it."""
        return {**req.form.to_dict(), **req.files.to_dict()}


class _Blueprint(Blueprint):
    ARGUMENTS_PARSER = _Multipart()


class RowCounts(Schema):
    """How many rows came to what; those judged so far are the sum of the outcomes."""

    total = fields.Integer(metadata={"description": "Rows in the file, without the header.", "example": 5000})
    judged = fields.Integer(metadata={"description": "Rows judged so far.", "example": 5000})
    added = fields.Integer(metadata={"description": "Rows that made something new.", "example": 12})
    changed = fields.Integer(metadata={"description": "Rows that changed something.", "example": 3})
    unchanged = fields.Integer(metadata={"description": "Rows that said what is there already.", "example": 4980})
    left_out = fields.Integer(metadata={"description": "Rows that are not for this trust.", "example": 0})
    rejected = fields.Integer(metadata={"description": "Rows that did not go in, each with its reasons.", "example": 5})
    incomplete = fields.Integer(
        metadata={"description": "Rows among the first three that went in without one of their cells.", "example": 0}
    )


class Import(Schema):
    """One file that was sent, and how far it is."""

    id = Id(metadata={"description": "The import's id.", "example": "01938b5e-8e6b-7b4e-9d6b-0c9f4b7d2a10"})
    kind = fields.String(metadata={"description": "What the file holds.", "example": "people"})
    dry_run = fields.Boolean(metadata={"description": "Only judged: nothing goes in.", "example": False})
    state = fields.String(
        validate=validate.OneOf(["waiting", "running", "done", "failed"]),
        metadata={
            "description": "How far it is; failed means that the file as a whole was refused.",
            "example": "done",
        },
    )
    filename = fields.String(metadata={"description": "The file's name as it was sent.", "example": "people.csv"})
    options = fields.Dict(
        keys=fields.String(), values=fields.String(), metadata={"description": "Options of this kind.", "example": {}}
    )
    rows = fields.Nested(RowCounts, metadata={"description": "What became of the rows."})
    reason = fields.String(allow_none=True, metadata={"description": "Why it failed, or null.", "example": None})
    encoding = fields.String(allow_none=True, metadata={"description": "How its text was read.", "example": "utf-8"})
    delimiter = fields.String(allow_none=True, metadata={"description": "What parts its cells.", "example": "comma"})
    ignored_columns = fields.List(
        fields.String(), metadata={"description": "Columns of the file that were not used.", "example": ["Ethnicity"]}
    )
    by = fields.String(metadata={"description": "Who sent it.", "example": "sign-in:hr"})
    created_at = fields.String(metadata={"description": "When it was sent.", "example": "2026-11-23T09:00:00.000Z"})
    started_at = fields.String(
        allow_none=True, metadata={"description": "When a worker began.", "example": "2026-11-23T09:00:00.100Z"}
    )
    finished_at = fields.String(
        allow_none=True, metadata={"description": "When it ended.", "example": "2026-11-23T09:00:04.000Z"}
    )


class RowReason(Schema):
    """Why a row did not go in, or not wholly."""

    column = fields.String(
        allow_none=True, metadata={"description": "The column, by its name in the file.", "example": "TRN"}
    )
    value = fields.String(allow_none=True, metadata={"description": "What the cell says.", "example": "12A4567"})
    reason = fields.String(
        metadata={"description": "A sentence.", "example": "A TRN has seven digits and nothing else."}
    )


class ImportRow(Schema):
    """What became of one row."""

    line = fields.Integer(metadata={"description": "The line it begins on; the header is line 1.", "example": 17})
    outcome = fields.String(
        validate=validate.OneOf(list(Outcome)), metadata={"description": "What became of it.", "example": "rejected"}
    )
    reasons = fields.List(fields.Nested(RowReason), metadata={"description": "Why, where that needs saying."})


class RowQuery(PageArgs):
    """Which rows of an import."""

    outcome = fields.String(
        load_default=None,
        validate=validate.OneOf(list(Outcome)),
        metadata={"description": "Only rows that came to this.", "example": "rejected"},
    )
    with_reasons = fields.Boolean(
        load_default=False, metadata={"description": "Only rows of which there is something to say.", "example": True}
    )


def blueprint(kinds: Sequence[ImportKind]) -> Blueprint:
    """The routes under /v1/imports of a service that takes these kinds of files."""
    by_name = {kind.name: kind for kind in kinds}
    imports = _Blueprint("imports", __name__, url_prefix="/v1", description="Files that HR sends, and their rows.")

    @imports.post("/imports")
    @allows(HR)
    @imports.arguments(_new(kinds), location="files")
    @imports.response(202, Import)
    @writes
    def start_import(new: dict[str, Any]) -> Answer:
        """Send a file. Its header is judged at once, its rows by a worker: follow the Location."""
        document = _taken_on(new, by_name[new["kind"]])
        return accepted(store().served(document["_id"]), f"/v1/imports/{document['_id']}")

    @imports.get("/imports")
    @allows(HR)
    @imports.arguments(PageArgs, location="query")
    @imports.response(200, page_schema(Import))
    def list_imports(query: dict[str, Any]) -> Answer:
        """The imports of the last 90 days, newest first."""
        return page(store().page(Paging.out_of(query)))

    @imports.get("/imports/<id:import_id>")
    @allows(HR)
    @imports.response(200, Import)
    def get_import(import_id: str) -> Answer:
        """How far an import is."""
        return answer(store().served(import_id))

    @imports.get("/imports/<id:import_id>/rows")
    @allows(HR)
    @imports.arguments(RowQuery, location="query")
    @imports.response(200, page_schema(ImportRow))
    def list_import_rows(query: dict[str, Any], import_id: str) -> Answer:
        """What became of the rows of an import, in the order of the file."""
        outcome, with_reasons = query.pop("outcome"), query.pop("with_reasons")
        return page(store().rows(import_id, outcome=outcome, with_reasons=with_reasons, paging=Paging.out_of(query)))

    return imports


def _is_a_file(part: object) -> None:
    if not isinstance(part, FileStorage):
        raise ValidationError("Send it as a file with a name, not as text.")


def _new(kinds: Sequence[ImportKind]) -> type[Schema]:
    """The schema of what is sent; it has the options that some kind of this service takes."""
    names = [kind.name for kind in kinds]
    options = {
        name: fields.String(validate=validate.Length(1, 200), metadata={"description": meaning, "example": example})
        for kind in kinds
        for name, (meaning, example) in kind.options.items()
    }
    made = Schema.from_dict(
        {
            "file": Upload(
                required=True, validate=_is_a_file, metadata={"description": "The file: CSV, at most 20 MB."}
            ),
            "kind": fields.String(
                required=True,
                validate=validate.OneOf(names),
                metadata={"description": "What the file holds.", "example": names[0]},
            ),
            "mapping": fields.String(
                metadata={
                    "description": "JSON: which column is which, what values mean, how dates are written "
                    "(docs/imports.md).",
                    "example": '{"columns": {"Surname": "family_name"}, "dates": "dd/mm/yyyy"}',
                }
            ),
            "dry_run": fields.Boolean(
                load_default=False, metadata={"description": "Judge every row, write nothing.", "example": True}
            ),
            **options,
        },
        name="ImportNew",
    )
    return cast(type[Schema], made)


def _taken_on(new: dict[str, Any], kind: ImportKind) -> dict[str, Any]:
    """Store an import and the work that it is, once its file and mapping have been found readable."""
    options = {name: new[name] for name in kind.options if name in new}
    strange = new.keys() - {"file", "kind", "mapping", "dry_run"} - options.keys()
    if strange:
        raise Invalid(
            f"An import of {kind.name} has no such option.",
            errors=[
                FieldError(f"/{name}", f"It is no option of an import of {kind.name}.") for name in sorted(strange)
            ],
        )
    mapping = read_mapping(new["mapping"], kind) if "mapping" in new else NO_MAPPING
    content = files.read_limited(new["file"].stream, state().settings.max_upload_bytes)
    new["file"].stream.seek(0)
    try:
        table = open_table(content, kind, mapping)
    except FileRefused as refusal:
        raise Invalid("The file cannot be imported.", errors=[FieldError("/file", str(refusal))]) from None
    if "upload" not in g:  # the view runs again after a conflict; the upload is not part of its transaction
        g.upload = files.keep(state().database, content)
    document = store().add(
        {
            "kind": kind.name,
            "dry_run": new["dry_run"],
            "filename": (new["file"].filename or "file").rpartition("/")[2][:200],
            "options": options,
            "mapping": new.get("mapping"),
            "upload": g.upload,
            "encoding": table.encoding,
            "delimiter": table.delimiter,
            "ignored_columns": list(table.ignored),
            "by": caller().actor,
        },
        now(),
    )
    schedule.add(
        state().database,
        kind=WORK,
        key=f"{WORK}:{document['_id']}",
        due=now(),
        payload={"import": document["_id"]},
        session=g.session,
    )
    return document
