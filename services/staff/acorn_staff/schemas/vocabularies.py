"""The trust's vocabularies, in and out."""

from marshmallow import fields

from acorn_staff.model import identifiers
from acorn_staff.model.vocabularies import TITLE_LENGTH, VocabularyName
from acorn_staff.schemas import values
from servicekit.schemas import Day, Id, Schema


def _title(**how: object) -> values.Judged:
    return values.Judged(
        lambda value: identifiers.text(value, field="title", longest=TITLE_LENGTH),
        metadata=values.said("What people call it.", "Oracy lead", minLength=1, maxLength=TITLE_LENGTH),
        **how,
    )


class TermNew(Schema):
    """A term that the vocabulary does not have yet."""

    title = _title(required=True)
    code = values.code("Its code for ever; made from the title unless it is given.", "oracy_lead", load_default=None)
    why = values.why()


class TermPatch(Schema):
    """What changes of a term: its title from today on, or the day from which nothing new is recorded with it."""

    title = _title()
    retired_from = Day(
        allow_none=True,
        metadata=values.said("From which day nothing new is recorded with it; null: in use.", "2027-09-01"),
    )
    why = values.why()


class FormerTitle(Schema):
    """What a term was called."""

    title = fields.String(required=True, metadata=values.said("What it was called.", "Speaking and listening lead"))
    until = Day(required=True, metadata=values.said("The last day on which it was.", "2026-08-31"))


class Term(Schema):
    """One term of a vocabulary."""

    code = fields.String(required=True, metadata=values.said("Its code, for ever.", "oracy_lead"))
    title = fields.String(required=True, metadata=values.said("What people call it.", "Oracy lead"))
    former_titles = fields.List(
        fields.Nested(FormerTitle), required=True, metadata={"description": "What it was called before."}
    )
    retired_from = Day(
        required=True,
        allow_none=True,
        metadata=values.said("From which day nothing new is recorded with it; null: in use.", None),
    )


class Vocabulary(Schema):
    """A vocabulary: its terms, in the order in which people expect them."""

    id = Id(metadata=values.said("Its id.", "0197f0aa-4e5f-7061-9273-8d9e0f1a2b3c"))
    name = values.one_of(VocabularyName, "Which vocabulary.", VocabularyName.RESPONSIBILITIES, required=True)
    terms = fields.List(fields.Nested(Term), required=True, metadata={"description": "Its terms, retired ones too."})
    version = fields.Integer(required=True, metadata=values.said("Its version.", 1))


class VocabularyList(Schema):
    """All vocabularies."""

    items = fields.List(fields.Nested(Vocabulary), required=True, metadata={"description": "By name."})
