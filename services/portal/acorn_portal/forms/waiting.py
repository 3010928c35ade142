"""What line managers, heads and HR choose and type about others' CPD: what to verify, what to ask."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypedDict
from urllib.parse import urlencode

from flask import request
from wtforms import HiddenField, SelectField, SelectMultipleField

from acorn_portal import words
from acorn_portal.clients.cpd import RecordOfSomebody
from acorn_portal.forms.answers import Answers
from acorn_portal.forms.fields import Text
from acorn_portal.forms.judged import JudgedAnswers
from servicekit.clock import academic_year
from servicekit.ids import PATTERN

_CHOICE = re.compile(rf"({PATTERN})\.({PATTERN})\.([0-9]{{1,9}})", re.ASCII)
_YEARS = 10
_MOST = 100


@dataclass(frozen=True)
class Choice:
    """A record that somebody chose, at the version that they saw."""

    person: str
    record: str
    version: int

    @classmethod
    def read(cls, text: str) -> "Choice | None":
        """From the value of its box; None for what no box ever said."""
        found = _CHOICE.fullmatch(text)
        return cls(found[1], found[2], int(found[3])) if found else None

    @classmethod
    def of(cls, record: RecordOfSomebody) -> "Choice":
        """A record as a list has it."""
        return cls(record["person"], record["id"], record["version"])

    @property
    def text(self) -> str:
        """The value of its box."""
        return f"{self.person}.{self.record}.{self.version}"

    @property
    def page(self) -> str:
        """Where the record is shown."""
        return f"/people/{self.person}/records/{self.record}"


class Asked(TypedDict):
    """What the CPD service is asked for; None for everything, or for what it takes for granted."""

    academic_year: str | None
    kind: str | None
    state: str | None


class Chosen(Answers):
    """Which of the list's records were chosen; the filters and the page are the address's, also when it is sent."""

    academic_year = SelectField("Academic year", choices={"": "All years"})
    kind = SelectField("Kind of CPD", choices={"": "All kinds", **words.KINDS})
    state = SelectField("State", choices={"": "Waiting", "queried": "Queried, not answered yet"})
    cursor = HiddenField()
    chosen = SelectMultipleField("Records", validate_choice=False)

    @classmethod
    def on(cls, today: date) -> "Chosen":
        """The form of this request on a day; what no filter offers is no filter."""
        year = today.year if today.month >= 9 else today.year - 1
        years = [academic_year(date(one, 9, 1)) for one in range(year, year - _YEARS, -1)]
        asked = request.args
        said = {name: asked.get(name, "") for name in (*_FILTERS, "cursor")}
        form: Chosen = cls.opened(**said, chosen=asked.getlist("chosen"))
        form.academic_year.choices = {"": "All years", **{one: one for one in years}}
        for field in form._filters():
            if field.data not in _texts(field):
                field.data = ""
        return form

    def asked(self) -> Asked:
        """What the service is asked for."""
        return Asked(
            academic_year=self.academic_year.data or None,
            kind=self.kind.data or None,
            state=self.state.data or None,
        )

    def query(self, chosen: Sequence[Choice] = (), *, page: bool = True) -> str:
        """An address's query: the filters that are set, where in the list somebody is, and what they chose."""
        said = [(field.name, field.data) for field in self._filters() if field.data]
        said += [("cursor", self.cursor.data)] if page and self.cursor.data else []
        said += [("chosen", one.text) for one in chosen]
        return f"?{urlencode(said)}" if said else ""

    def removable(self) -> list[dict[str, str]]:
        """The filters that are set: each with its name and what it says."""
        return [{"name": field.name, "text": _texts(field)[field.data]} for field in self._filters() if field.data]

    def choices(self) -> list[Choice]:
        """The records that were chosen, each once."""
        read = (Choice.read(text) for text in self.chosen.data or ())
        return list({one.record: one for one in read if one}.values())[:_MOST]

    @property
    def problems(self) -> list[dict[str, str]]:
        """All that is wrong, for the summary above the list."""
        return [{"text": str(sentence), "href": "#chosen"} for sentence in self.chosen.errors]

    def _filters(self) -> tuple[SelectField, ...]:
        return self.academic_year, self.kind, self.state


class Question(JudgedAnswers):
    """A question about a record; `version` is the one that was read."""

    question = Text(
        "What do you want to know?",
        missing="Enter your question.",
        description="They see your question and your name, and answer by changing the record.",
    )
    version = HiddenField()


_FILTERS = ("academic_year", "kind", "state")


def _texts(field: SelectField) -> dict[str, str]:
    return {str(choice[0]): str(choice[1]) for choice in field.iter_choices()}
