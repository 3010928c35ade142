"""What data protection types: what may go, whom the law lets be forgotten, and why."""

from collections.abc import Mapping
from typing import Any

from wtforms import HiddenField
from wtforms.validators import AnyOf, Regexp, ValidationError

from acorn_portal.forms.fields import Text
from acorn_portal.forms.judged import JudgedAnswers
from acorn_portal.words import KEPT, count
from servicekit.ids import valid_id


class DisposalForm(JudgedAnswers):
    """That everything of one kind goes which is due; `due` is how many were shown."""

    RULES: Mapping[str, str] = {"due-changed": "kept"}

    kept = HiddenField(validators=[AnyOf(KEPT)])
    due = HiddenField(validators=[Regexp(r"\A[0-9]{1,7}\Z")])

    @property
    def number(self) -> int:
        """How many were shown."""
        return int(str(self.due.data))

    @property
    def counted(self) -> str:
        """How much goes: 1 person, 12 talent reviews."""
        return count({"count": self.number, "more": False}, *KEPT[str(self.kept.data)])


class WhoseForm(JudgedAnswers):
    """Who is to be erased."""

    person = Text(
        "Their id",
        missing="Enter their id.",
        description="The answer to a subject access request names it. It is like 01971281-3b20-7a4e-8f10-6c2d9e0b7a11.",
    )

    def validate_person(self, field: Any) -> None:
        """Say so when it is no id: names and e-mail addresses can be two people's."""
        if not valid_id(field.data):
            raise ValidationError("This is no id. It is like 01971281-3b20-7a4e-8f10-6c2d9e0b7a11, in small letters.")


class ErasureForm(JudgedAnswers):
    """Why somebody is erased; `version` is that of the record which was looked at."""

    reason = Text(
        "Why? Which request or rule asks for it",
        missing="Say which request or rule asks for it.",
        description="Such as “Request 2026-14, article 17”. It is kept for good beside the id, so name nobody.",
    )
    version = HiddenField()
