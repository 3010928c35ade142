"""Taking a file in: the multipart body, what may be said beside the file, and what is refused before any worker."""

from collections.abc import Sequence
from typing import Any, cast

from flask import Request, g
from flask_smorest.fields import Upload
from marshmallow import ValidationError, fields, validate
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from servicekit import files
from servicekit.access import caller
from servicekit.imports.columns import UNLESS_TOLD, Refused
from servicekit.imports.kinds import ImportKind
from servicekit.imports.mapping import opened
from servicekit.imports.reading import FileRefused
from servicekit.imports.saved import SavedMappings
from servicekit.imports.store import ImportStore, hand_over
from servicekit.mongo import Document
from servicekit.problems import FieldError, Invalid, TooLarge
from servicekit.request import now, session, state
from servicekit.routing import Blueprint, Parser
from servicekit.schemas import Schema

_ALWAYS = frozenset({"file", "kind", "mapping", "mapping_name", "dry_run", "all_or_nothing"})


class _Multipart(Parser):
    def load_files(self, req: Request, schema: Any) -> Any:
        """Read the parts of a multipart body, the file and the fields beside it; each may be there once."""
        limit = state().settings.max_upload_bytes
        try:
            parts = [*req.form.items(multi=True), *req.files.items(multi=True)]
        except RequestEntityTooLarge:
            # The whole body is over the limit, or what stands beside the file is.
            if req.content_length is None or req.content_length > limit:
                raise files.too_large(limit) from None
            raise TooLarge("The mapping is too long. Leave out of it what this file does not need.") from None
        names = [name for name, _ in parts]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise Invalid(
                "Send one file at a time, and say everything once.",
                errors=[FieldError(f"/{name}", _TWICE.get(name, "It is said twice.")) for name in twice],
            )
        return dict(parts)


_TWICE = {"file": "There are several files. Send them one after the other."}


class FilesBlueprint(Blueprint):
    """A blueprint whose views can take files."""

    ARGUMENTS_PARSER = _Multipart()


def _is_a_file(part: object) -> None:
    if not isinstance(part, FileStorage):
        raise ValidationError("Send it as a file with a name, not as text.")


def import_new(kinds: Sequence[ImportKind]) -> type[Schema]:
    """The schema of what is sent; it has the options that some kind of this service takes."""
    names = [kind.name for kind in kinds if not kind.ours]
    options = {
        name: fields.String(
            validate=validate.Length(1, 200), metadata={"description": option.meaning, "example": option.example}
        )
        for kind in kinds
        for name, option in kind.options.items()
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
            "mapping_name": fields.String(
                metadata={
                    "description": "Instead of `mapping`: the name of one that was saved.",
                    "example": "payroll-export",
                }
            ),
            "dry_run": fields.Boolean(
                load_default=False, metadata={"description": "Judge every row, write nothing.", "example": True}
            ),
            "all_or_nothing": fields.Boolean(
                load_default=False,
                metadata={
                    "description": "Judge every row first; if any would be rejected, write nothing.",
                    "example": False,
                },
            ),
            **options,
        },
        name="ImportNew",
    )
    return cast(type[Schema], made)


def taken_on(new: dict[str, Any], kind: ImportKind) -> Document:
    """Store an import and the work that it is, once its file and mapping have been found readable."""
    options = _options(new, kind)
    content = files.read_limited(new["file"].stream, state().settings.max_upload_bytes)
    new["file"].stream.seek(0)
    mapping = _mapping(new, kind)
    try:
        table = opened(content, kind, mapping)
    except FileRefused as refusal:
        raise Invalid("The file cannot be imported.", errors=[FieldError("/file", str(refusal))]) from None
    if "upload" not in g:  # the view runs again after a conflict; the upload is not part of its transaction
        g.upload = files.keep(state().database, content)
    document = ImportStore(state().database, session=session()).add(
        {
            "kind": kind.name,
            "dry_run": new["dry_run"],
            "all_or_nothing": new["all_or_nothing"],
            "filename": (new["file"].filename or "file").rpartition("/")[2][:200],
            "options": options,
            "mapping": mapping,
            "mapping_name": new.get("mapping_name"),
            "upload": g.upload,
            "encoding": table.encoding,
            "delimiter": table.delimiter,
            "ignored_columns": list(table.ignored),
            "by": caller().actor,
        },
        now(),
    )
    hand_over(state().database, document["_id"], now(), session())
    return document


def _mapping(new: dict[str, Any], kind: ImportKind) -> str | None:
    """What was said beside the file of how to read it, or what was saved under the name that was said."""
    if "mapping_name" not in new:
        return new.get("mapping")
    if "mapping" in new:
        fault = FieldError("/mapping_name", "Send a mapping or the name of a saved one, not both.")
        raise Invalid("The file cannot be imported.", errors=[fault])
    return SavedMappings(state().database, session=session()).text(new["mapping_name"], kind)


def _options(new: dict[str, Any], kind: ImportKind) -> dict[str, str]:
    """The options that were said; `Invalid` for one of another kind, and for one that is missing."""
    said = {name: new[name] for name in kind.options if name in new}
    strange = new.keys() - _ALWAYS - said.keys()
    faults = [FieldError(f"/{name}", f"It is no option of an import of {kind.name}.") for name in sorted(strange)]
    for name, value in said.items():
        try:
            if (read := kind.options[name].read) is not None:
                read(value, UNLESS_TOLD)
        except Refused as refusal:
            faults.append(FieldError(f"/{name}", str(refusal)))
    faults += [
        FieldError(f"/{name}", f"An import of {kind.name} needs it. {option.meaning}")
        for name, option in kind.options.items()
        if option.required and name not in said
    ]
    if faults:
        raise Invalid(f"The options of an import of {kind.name} do not fit.", errors=faults)
    return said
