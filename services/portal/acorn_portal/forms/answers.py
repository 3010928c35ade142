"""The form that every form is: what was typed, where it came from, and which of it was refused."""

import secrets
from collections.abc import Mapping
from typing import Any, Self

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField

from acorn_portal.clients.calling import Refused
from acorn_portal.gate import typed_before


class Answers(FlaskForm):  # type: ignore[misc]
    """A form. `key` makes a repeated press of its button one change: it is sent as Idempotency-Key."""

    POINTERS: Mapping[str, str] = {}
    """Which field of the form a service's pointer is about, where the names differ: `{"/from": "starts"}`."""

    key = HiddenField()

    @classmethod
    def opened(cls, **values: Any) -> Self:
        """The form of this request: as it was sent, as it was typed before somebody was signed out, or with values."""
        typed = None if request.method == "POST" else typed_before()
        form = cls(formdata=typed, data=values) if typed is not None else cls(data=values)
        if not form.key.data:
            form.key.data = secrets.token_urlsafe(16)
        return form

    def sent(self) -> bool:
        """Whether it was sent and can be read; what cannot be says so beside its field."""
        return bool(self.validate_on_submit())

    def refuse(self, refusal: Refused) -> None:
        """Put a service's refusal beside the fields that it is about; what is about no field stands above them all.

        The next press of the button is a new attempt, with a key of its own.
        """
        self.key.data = secrets.token_urlsafe(16)
        self.key.raw_data = None
        unplaced = []
        for pointer, sentence in refusal.errors.items():
            name = self.POINTERS.get(pointer, pointer.strip("/").partition("/")[0])
            field = self._fields.get(name)
            if isinstance(field, Field):
                field.errors = [*field.errors, sentence]
            else:
                unplaced.append(sentence)
        if not refusal.errors:
            unplaced.append(refusal.detail)
        self.form_errors: list[str] = [*self.form_errors, *unplaced]

    def refuse_field(self, name: str, sentence: str) -> None:
        """Put a sentence beside a field."""
        field = self._fields[name]
        field.errors = [*field.errors, sentence]

    @property
    def problems(self) -> list[dict[str, str]]:
        """All that is wrong, for the summary above the form: each sentence, linked to its field."""
        found = [{"text": str(sentence)} for sentence in self.form_errors]
        for field in self:
            at = getattr(field, "first_id", field.id)
            found += [{"text": str(sentence), "href": f"#{at}"} for sentence in field.errors]
        return found
