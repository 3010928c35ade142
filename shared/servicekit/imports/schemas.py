"""What the import resource says: imports, what became of their rows, and the kinds of files that a service reads."""

from marshmallow import fields, validate

from servicekit.imports.kinds import Outcome
from servicekit.schemas import Id, PageArgs, Schema


class ImportValue(Schema):
    """One of the values that a column takes."""

    value = fields.String(required=True, metadata={"description": "Its code.", "example": "teacher"})
    title = fields.String(
        required=True, metadata={"description": "Its title, which is read as well.", "example": "Teacher"}
    )


class ImportColumn(Schema):
    """One column of a file."""

    name = fields.String(required=True, metadata={"description": "Its name in the header.", "example": "post"})
    required = fields.Boolean(required=True, metadata={"description": "Every row must fill it.", "example": False})
    meaning = fields.String(required=True, metadata={"description": "What it holds.", "example": "The job."})
    example = fields.String(required=True, metadata={"description": "As in the template.", "example": "Teacher"})
    values = fields.List(
        fields.Nested(ImportValue),
        required=True,
        allow_none=True,
        metadata={"description": "The only values that it takes; null where it takes others too."},
    )


class ImportOption(Schema):
    """Something that can be said beside a file."""

    name = fields.String(required=True, metadata={"description": "Its name in the request.", "example": "trust"})
    description = fields.String(
        required=True, metadata={"description": "What it says.", "example": "Whose schools to take."}
    )
    example = fields.String(required=True, metadata={"description": "As one may say it.", "example": "9901"})
    required = fields.Boolean(required=True, metadata={"description": "It must be said.", "example": False})


class ImportKindSchema(Schema):
    """A kind of file that this service reads."""

    name = fields.String(required=True, metadata={"description": "Its name in requests.", "example": "people"})
    title = fields.String(required=True, metadata={"description": "Its name for people.", "example": "People"})
    description = fields.String(
        required=True, metadata={"description": "What such a file holds.", "example": "People and their jobs."}
    )
    columns = fields.List(
        fields.Nested(ImportColumn), required=True, metadata={"description": "In the template's order."}
    )
    one_of = fields.List(
        fields.List(fields.String()),
        required=True,
        metadata={
            "description": "Sets of columns of which every row must fill at least one.",
            "example": [["employee_number", "trn", "email"]],
        },
    )
    options = fields.List(
        fields.Nested(ImportOption), required=True, metadata={"description": "What can be said beside the file."}
    )
    largest_bytes = fields.Integer(
        required=True, metadata={"description": "How large a file may be.", "example": 20_000_000}
    )


class ImportKindsSchema(Schema):
    """The kinds of files that this service reads."""

    items = fields.List(
        fields.Nested(ImportKindSchema), required=True, metadata={"description": "In the order to bring them in."}
    )


class RowCounts(Schema):
    """How many rows came to what; those judged so far are the sum of the outcomes."""

    total = fields.Integer(
        allow_none=True,
        metadata={
            "description": "Rows in the file, without the header; null until they were counted.",
            "example": 5000,
        },
    )
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
    all_or_nothing = fields.Boolean(
        metadata={
            "description": "Its rows are all judged before any goes in; if one would be rejected, none does.",
            "example": False,
        }
    )
    rehearsing = fields.Boolean(
        metadata={
            "description": "All or nothing: its rows were only judged so far; none has gone in.",
            "example": False,
        }
    )
    applies = Id(
        allow_none=True,
        metadata={
            "description": "The dry run that this import does for real, or null.",
            "example": "01938b5e-8e6b-7b4e-9d6b-0c9f4b7d2a0f",
        },
    )
    applied_by = Id(
        allow_none=True,
        metadata={"description": "Of a dry run: the import that does it for real, or null.", "example": None},
    )
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
    mapping_name = fields.String(
        allow_none=True, metadata={"description": "The saved mapping that was used, or null.", "example": None}
    )
    rows = fields.Nested(RowCounts, metadata={"description": "What became of the rows."})
    reason = fields.String(allow_none=True, metadata={"description": "Why it failed, or null.", "example": None})
    remark = fields.String(
        allow_none=True,
        metadata={"description": "What there is to say of the file as a whole, or null.", "example": None},
    )
    follows = Id(
        allow_none=True,
        metadata={"description": "The import of which Acorn made this list, or null for a file.", "example": None},
    )
    followed_by = Id(
        allow_none=True,
        metadata={
            "description": "The list that Acorn made of it, as a dry run to be applied; or null.",
            "example": None,
        },
    )
    confirm = fields.Integer(
        allow_none=True,
        metadata={"description": "The number that must be confirmed to apply it, or null.", "example": None},
    )
    encoding = fields.String(allow_none=True, metadata={"description": "How its text was read.", "example": "utf-8"})
    delimiter = fields.String(allow_none=True, metadata={"description": "What parts its cells.", "example": "comma"})
    ignored_columns = fields.List(
        fields.String(), metadata={"description": "Columns of the file that were not used.", "example": ["Title"]}
    )
    file_until = fields.String(
        allow_none=True,
        metadata={
            "description": "Until when the file is kept for `apply` and `rejected`; null when it is not, or not yet.",
            "example": "2026-11-24T09:00:04.000Z",
        },
    )
    by = fields.String(
        metadata={"description": "Who sent it.", "example": "person:01938b5e-8e6b-7b4e-9d6b-0c9f4b7d2a10"}
    )
    by_name = fields.String(
        allow_none=True, metadata={"description": "Their name, where it is known.", "example": "Priya Raman"}
    )
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


class ApplyQuery(Schema):
    """What is said with taking a dry run for real."""

    confirmed = fields.Integer(
        load_default=None,
        validate=validate.Range(min=1),
        metadata={"description": "The number that the dry run says is to be confirmed.", "example": 12},
    )


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
