"""What somebody types about a piece of CPD: declared, changed, withdrawn."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from wtforms import HiddenField, SelectField, SelectMultipleField
from wtforms.validators import DataRequired

from acorn_portal import words
from acorn_portal.clients.calling import Refused
from acorn_portal.forms.fields import Day, Number, Text
from acorn_portal.forms.judged import JudgedAnswers

_SENT_BEFORE = (
    "You have already sent this page with other answers, and those were saved. To correct them, find the record in the "
    "CPD history. To send these as well, press the button again."
)


class RecordAnswers(JudgedAnswers):
    """A form about a record."""

    def refuse(self, refusal: Refused) -> None:
        """Put the refusal beside its fields; an old page that is sent again with other answers says so."""
        if refusal.kind == "idempotency-key-reused":
            refusal = replace(refusal, kind="sent-before", detail=_SENT_BEFORE)
        super().refuse(refusal)


class Contents(RecordAnswers):
    """What a record says, as the CPD service has it (`RecordNew`). `again`: just sent, and meant once more."""

    title = Text("Title", missing="Enter a title.", description="For example, Phonics in Reception")
    kind = SelectField(
        "Kind of CPD",
        choices={"": "Choose a kind", **words.KINDS},
        validators=[DataRequired("Choose a kind of CPD.")],
    )
    date = Day("Date", missing="Enter the date.")
    ends = Day("Last day", description="Only if it took more than one day")
    hours = Number("Hours", missing="Enter the hours.", description="In quarters of an hour, for example 1.5")
    topics = SelectMultipleField("Topics", choices=dict(words.TOPICS))
    provider = Text("Who provided it", description="For example, an academy, a company or a charity")
    reflection = Text("What you took from it")
    impact = Text("What changed for pupils or colleagues")
    again = HiddenField()

    def contents(self) -> dict[str, Any]:
        """The whole of it as the service takes it."""
        return {
            "title": self.title.data,
            "kind": self.kind.data,
            "topics": sorted(self.topics.data or ()),
            "date": self.date.iso(),
            "ends": self.ends.iso(),
            "hours": self.hours.number,
            "provider": self.provider.data,
            "reflection": self.reflection.data,
            "impact": self.impact.data,
        }

    def of_another(self) -> None:
        """Speak of somebody else than whoever fills it in."""
        self.reflection.label.text = "What they took from it"

    def filled(self, *names: str) -> bool:
        """Whether any of these fields holds or lacks something that has to be seen."""
        return any(self._fields[name].data or self._fields[name].errors for name in names)


class Correction(Contents):
    """A correction of a record; `version` is the one that its text was read at."""

    why = Text("Why are you changing it?", missing="Enter why you are changing it.")
    version = HiddenField()

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> "Correction":
        """The form of this request, with what a record says."""
        said = {name: record[name] for name in words.RECORD_FIELDS}
        return cls.opened(**{**said, "hours": f"{record['hours']:g}", "version": str(record["version"])})

    def put(self, name: str, value: Any) -> None:
        """Put a value where something else was typed."""
        field = self._fields[name]
        field.raw_data = None
        field.process(None, f"{value:g}" if name == "hours" else value)


class Withdrawal(RecordAnswers):
    """Why a record is withdrawn; `version` is the one that was looked at."""

    why = Text("Why are you withdrawing it?", missing="Enter why you are withdrawing it.")
    version = HiddenField()
