"""Forms of HR whose answers the staff service judges by rules: what it refuses stands beside the field to mend."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from wtforms import Field, SelectField, SelectMultipleField
from wtforms.validators import StopValidation

from acorn_portal.clients.calling import Away, Refused
from acorn_portal.forms.answers import Answers
from acorn_portal.forms.fields import Day
from acorn_portal.words import SERVICES, long_date

T = TypeVar("T")

_ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b", re.ASCII)

_TOO_LONG = re.compile(r"Length must be between \d+ and (\d+)\.", re.ASCII)

_ADVICE: Mapping[str, str] = {
    "appointments-overlap": "Choose another post, another academy or other days.",
    "appointment-ended": "Move or end the appointment that follows it, or add a new one.",
    "own-line-manager": "",
    "line-management-loop": "Choose somebody else, or change who manages them first.",
    "email-taken": "If it is the same person, add nobody: change the record that is there.",
}
"""What to do about a rule's refusal, after the service's own sentence."""

_SENTENCES: Mapping[str, str] = {
    "idempotency-key-reused": (
        "You have already saved this page with other answers. To correct those, go to the person’s record and change "
        "them there. If you want to save these as well, press the button again."
    ),
}
"""Refusals that a person never caused as the service says it."""


class JudgedAnswers(Answers):
    """A form whose refusals by rule, which name no field of the request, stand beside the field to change."""

    RULES: Mapping[str, str] = {}
    """Which field a rule's refusal is about, by the kind of the problem."""

    refused: Refused | None = None
    """The service's refusal that the form shows."""
    away: Away | None = None
    """The service that did not answer, so that the form is shown again to be sent again."""

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows the form."""
        if self.away:
            return 503
        return 422 if self.problems else 200

    @property
    def overtaken(self) -> bool:
        """Whether it was refused because what it is about had changed since it was read."""
        return self.refused is not None and self.refused.status == 412

    def attempt(self, change: Callable[[], T]) -> T | None:
        """Make a change; None where it was refused or nobody answered, which the form then says.

        What nobody can mend by typing, such as a missing right, is raised. After no answer the key stays: sent again,
        the change is made once.
        """
        try:
            return change()
        except Refused as refusal:
            if refusal.status not in (409, 412, 422):
                raise
            self.refuse(refusal)
        except Away as away:
            self.away = away
            name = SERVICES[away.service]
            self.form_errors = [
                f"{name} did not answer in time, so we do not know whether this was saved. Your answers are still "
                "here. Send them again: they are saved once, however often you send them."
                if away.unsure
                else f"{name} cannot be reached right now, so nothing was saved. Your answers are still here: send "
                "them again in a few minutes."
            ]
        return None

    def refuse(self, refusal: Refused) -> None:
        """Put the refusal beside its fields, its days written out and what to do said."""
        errors = {pointer: self._said(pointer, sentence) for pointer, sentence in refusal.errors.items()}
        detail = _SENTENCES.get(refusal.kind) or said_of(refusal)
        if not errors and (about := self.RULES.get(refusal.kind)) in self._fields:
            errors = {f"/{about}": detail}
        self.refused = refusal
        super().refuse(replace(refusal, errors=errors, detail=detail))

    def carried(self) -> list[tuple[str, str]]:
        """Its answers as hidden fields of another page carry them."""
        pairs: list[tuple[str, str]] = []
        for field in self:
            if field.name in ("csrf_token", "key"):
                continue
            if isinstance(field, Day):
                pairs += [(f"{field.name}-{box}", part) for box, part in zip(_BOXES, field.parts, strict=True)]
            elif isinstance(field, SelectMultipleField):
                pairs += [(field.name, str(value)) for value in field.data or ()]
            else:
                pairs.append((field.name, "" if field.data is None else str(field.data)))
        return pairs

    def _said(self, pointer: str, sentence: str) -> str:
        name = self.POINTERS.get(pointer, pointer.strip("/").partition("/")[0])
        field = self._fields.get(name)
        text = dated(sentence)
        if not isinstance(field, Field):
            return text
        label = field.label.text.removesuffix(" (optional)")
        if most := _TOO_LONG.fullmatch(text):
            about = "Your answer" if label.endswith("?") else label
            return f"{about} must have {int(most[1]):,} characters at most."
        # The service's sentence is about "it"; in the summary above the form nobody would know what that is.
        if text.startswith("It "):
            return f"{label} {text.removeprefix('It ')}"
        return text


class Choice(SelectField):
    """One of a list; `missing` is the sentence when it must be chosen. Choices are set when they are known."""

    def __init__(
        self, label: str = "", *, missing: str = "", choices: Mapping[str, str] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(label, choices=dict(choices or {}), **kwargs)
        self.missing = missing

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take what was chosen; an empty choice is none."""
        self.data = (str(valuelist[0]) if valuelist else "") or None

    def pre_validate(self, form: Any) -> None:
        """Say so when nothing was chosen, or what is not on the list."""
        if not self.data:
            if self.missing:
                raise StopValidation(self.missing)
            return
        if self.data not in (self.choices or {}):
            raise StopValidation(f"{self.label.text}: choose one from the list.")


def said_of(refusal: Refused) -> str:
    """A refusal as HR reads it: its days written out, and what to do about it."""
    if refusal.kind == "fte-exceeded":
        return (
            f"From {long_date(refusal.facts['day'])} the appointments would add up to {refusal.facts['fte']:g} "
            "full-time equivalent (FTE). Lower it, change the days, or say below why more than 1 is right."
        )
    return f"{dated(refusal.detail)} {_ADVICE.get(refusal.kind, '')}".strip()


def dated(sentence: str) -> str:
    """A sentence with its days as people write them."""
    return _ISO_DAY.sub(lambda found: long_date(found[0]), sentence)


_BOXES = ("day", "month", "year")
