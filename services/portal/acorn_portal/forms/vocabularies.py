"""What HR and the School Improvement Lead type of the trust's terms."""

from typing import Any, cast

from wtforms import HiddenField

from acorn_portal.clients.staff import TermNew
from acorn_portal.forms.fields import Day, Text
from acorn_portal.forms.judged import JudgedAnswers

_WHY = "Note for the change history (optional)"


class NewTermForm(JudgedAnswers):
    """A term more."""

    title = Text("What people call it", missing="Enter what people call it.", description="Such as Oracy lead.")
    code = Text(
        "Code (optional)",
        description="For files and programs, and for ever. Leave it empty to have one made.",
    )
    why = Text(_WHY)

    def new(self) -> TermNew:
        """The term to add."""
        said = {"title": self.title.data, "code": self.code.data, "why": self.why.data}
        return cast(TermNew, {name: value for name, value in said.items() if value})


class TermForm(JudgedAnswers):
    """A term called otherwise, or retired. `base` is what the page said when it was opened."""

    title = Text("What people call it", missing="Enter what people call it.")
    retired_from = Day(
        "Retired from (optional)",
        description="From this day on nothing new is recorded with it. Leave it empty while it is in use.",
    )
    why = Text(_WHY)

    base = HiddenField()

    def details(self) -> dict[str, Any]:
        """All that the form says, in the service's words."""
        return {"title": self.title.data, "retired_from": self.retired_from.iso()}
