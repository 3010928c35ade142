"""The filters of a CPD history. They are sent by GET, change nothing, and take what they cannot read for nothing."""

import re
from collections.abc import Iterable
from typing import TypedDict

from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectField

from acorn_portal import words


class Asked(TypedDict):
    """What the CPD service is asked for; None for everything."""

    academic_year: str | None
    kind: str | None
    topic: str | None
    state: str | None


class Filters(Form):
    """Which part of a history is shown."""

    academic_year = SelectField("Academic year", choices={"": "All years"})
    kind = SelectField("Kind of CPD", choices={"": "All kinds", **words.KINDS})
    topic = SelectField("Topic", choices={"": "All topics", **words.TOPICS})
    state = SelectField("State", choices={"": "All but withdrawn", **words.STATES})

    def __init__(self, asked: MultiDict[str, str]) -> None:
        super().__init__(asked)
        year = asked.get("academic_year", "")
        # Which years there are is not known yet: the service is asked for all at once.
        self.offer_years([year] if _is_year(year) else [])
        for field in self._selects():
            if field.data not in _texts(field):
                field.data = ""

    def offer_years(self, years: Iterable[str]) -> None:
        """Offer academic years, the latest first, beside the one that is chosen."""
        chosen = [self.academic_year.data] if _is_year(self.academic_year.data) else []
        found = sorted({*years, *chosen}, reverse=True)
        self.academic_year.choices = {"": "All years", **{year: year for year in found}}

    def asked(self) -> Asked:
        """What the service is asked for."""
        return Asked(
            academic_year=self.academic_year.data or None,
            kind=self.kind.data or None,
            topic=self.topic.data or None,
            state=self.state.data or None,
        )

    def chosen(self) -> list[dict[str, str]]:
        """The filters that are set: each with its name and what it says."""
        return [{"name": one.name, "text": _texts(one)[one.data]} for one in self._selects() if one.data]

    def _selects(self) -> tuple[SelectField, ...]:
        return self.academic_year, self.kind, self.topic, self.state


def _texts(field: SelectField) -> dict[str, str]:
    return {str(choice[0]): str(choice[1]) for choice in field.iter_choices()}


def _is_year(text: str | None) -> bool:
    if not text or not re.fullmatch("[0-9]{4}-[0-9]{2}", text, re.ASCII):
        return False
    return (int(text[:4]) + 1) % 100 == int(text[5:])
