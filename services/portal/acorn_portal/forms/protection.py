"""What data protection types: what may go, whom the law lets be forgotten, and why."""

from collections.abc import Mapping

from wtforms import HiddenField
from wtforms.validators import AnyOf, Regexp

from acorn_portal.forms.judged import JudgedAnswers
from acorn_portal.words import KEPT, count


class DisposalForm(JudgedAnswers):
    """That everything of one kind goes which is due; `due` is how many were shown."""

    RULES: Mapping[str, str] = {"due-changed": "kept"}

    kept = HiddenField(validators=[AnyOf(KEPT)])
    due = HiddenField(validators=[Regexp(r"\A[0-9]{1,7}\Z")])

    @property
    def counted(self) -> str:
        """How much goes: 1 person, 12 talent reviews."""
        return count({"count": self.due.data, "more": False}, *KEPT[self.kept.data])
