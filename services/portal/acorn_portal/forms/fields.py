"""Kinds of fields: a day in three boxes, a number as people write one, text without the spaces around it."""

import re
from calendar import day_abbr, day_name, month_abbr, month_name
from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms import Field, StringField
from wtforms.validators import StopValidation


class Text(StringField):
    """A text, None where nothing was typed; `missing` is the sentence when it must be there."""

    def __init__(self, label: str = "", *, missing: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.missing = missing

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the text without the spaces around it; a browser's line ends become plain ones."""
        text = str(valuelist[0]).replace("\r\n", "\n").strip() if valuelist else ""
        self.data = text or None

    def pre_validate(self, form: Any) -> None:
        """Say so when it is missing."""
        if self.missing and not self.data:
            raise StopValidation(self.missing)


class Number(Text):
    """A number as people write one: 3, 3.5 or 3,5; `number` has it."""

    @property
    def number(self) -> float | None:
        """The number, None where nothing was typed or it is none."""
        text = (self.data or "").replace(",", ".")
        return float(text) if re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,4})?", text, re.ASCII) else None

    def pre_validate(self, form: Any) -> None:
        """Say so when it is missing or no number."""
        super().pre_validate(form)
        if self.data and self.number is None:
            raise StopValidation(f"{self.label.text} must be a number, such as 1.5.")


class Day(Field):
    """A day in three boxes: day, month, year; a date, or None where nothing was typed."""

    def __init__(self, label: str = "", *, missing: str = "", **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.missing = missing
        self.parts = ("", "", "")
        self.data: date | None = None
        self.wrong: tuple[bool, bool, bool] = (False, False, False)

    @property
    def first_id(self) -> str:
        """Where a link to this field leads: the first box that is wrong."""
        return f"{self.id}-{_BOXES[self.wrong.index(True) if any(self.wrong) else 0]}"

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        """Read the three boxes, or show a date in them."""
        self.process_errors = []
        if formdata is not None and any(f"{self.name}-{box}" in formdata for box in _BOXES):
            day, month, year = (str(formdata.get(f"{self.name}-{box}", "")).strip()[:12] for box in _BOXES)
            self.parts = (day, month, year)
            self.data = _read(self.parts)
        else:
            value = self.default if data is None else data
            self.data = date.fromisoformat(value) if isinstance(value, str) and value else value or None
            if not isinstance(self.data, date):
                self.data = None
            self.parts = (str(self.data.day), str(self.data.month), str(self.data.year)) if self.data else ("", "", "")

    def pre_validate(self, form: Any) -> None:
        """Say what is missing of the day, or that there is no such day."""
        empty = tuple(not part for part in self.parts)
        if all(empty):
            if self.missing:
                self.wrong = (True, True, True)
                raise StopValidation(self.missing)
            return
        if any(empty):
            self.wrong = (empty[0], empty[1], empty[2])
            lacking = " and ".join(f"a {box}" for box, lacks in zip(_BOXES, empty, strict=True) if lacks)
            raise StopValidation(f"{self.label.text} must include {lacking}.")
        if self.data is None:
            self.wrong = (True, True, True)
            raise StopValidation(f"{self.label.text} must be a real day, such as 27 3 2026.")

    def iso(self) -> str | None:
        """The day as services take it."""
        return self.data.isoformat() if self.data else None


class OneDay(Text):
    """A day in one box, as it stands in a letter or a spreadsheet: 1 9 2026, 1/9/2026, Tuesday 1 September 2026."""

    def process_data(self, value: Any) -> None:
        """Show a date as people write it."""
        self.data = _written(value) if value else None

    def pre_validate(self, form: Any) -> None:
        """Say so when it is missing or no day."""
        super().pre_validate(form)
        if self.data and typed_day(self.data) is None:
            raise StopValidation(f"{self.label.text} must be a real day, such as 27 3 2026.")

    def iso(self) -> str | None:
        """The day as services take it."""
        day = typed_day(self.data or "")
        return day.isoformat() if day else None


class Days(Text):
    """Days, one on each line, each as `OneDay` takes it."""

    def process_data(self, value: Any) -> None:
        """Show dates as people write them."""
        self.data = "\n".join(map(_written, value)) if value else None

    def pre_validate(self, form: Any) -> None:
        """Say which line is no day."""
        super().pre_validate(form)
        wrong = next((line for line in self._lines() if typed_day(line) is None), None)
        if wrong is not None:
            raise StopValidation(f"{self.label.text}: “{wrong[:40]}” is no real day. Write it like 27 3 2026.")

    def iso(self) -> list[str]:
        """The days as services take them, each once, in order."""
        return sorted({day.isoformat() for line in self._lines() if (day := typed_day(line))})

    def _lines(self) -> list[str]:
        return [line for line in (self.data or "").split("\n") if line.strip()]


_BOXES = ("day", "month", "year")
_WEEKDAYS = frozenset(name.casefold() for names in (day_name, day_abbr) for name in names)
_MONTHS = {name.casefold(): number for names in (month_name, month_abbr) for number, name in enumerate(names) if name}
_MONTHS["sept"] = _MONTHS["sep"]


def typed_day(text: str) -> date | None:
    """A day that was typed in one piece; the day of the week before it does not matter."""
    parts = [part for part in re.split(r"[\s,./-]+", text.strip()) if part and part.casefold() not in _WEEKDAYS]
    if len(parts) != len(_BOXES):
        return None
    if re.fullmatch("[0-9]{4}", parts[0], re.ASCII):
        parts.reverse()
    return _read((re.sub("(?<=[0-9])(st|nd|rd|th)$", "", parts[0], flags=re.IGNORECASE), parts[1], parts[2]))


def _written(value: Any) -> str:
    day = date.fromisoformat(value) if isinstance(value, str) else value
    return f"{day.day} {day:%B %Y}"


def _read(parts: tuple[str, str, str]) -> date | None:
    """A day as it was typed; a month may be written as a word, a year needs its four digits."""
    day, month, year = parts
    number = _MONTHS.get(month.casefold())
    if number is None and re.fullmatch("[0-9]{1,2}", month, re.ASCII):
        number = int(month)
    if number is None or not re.fullmatch("[0-9]{1,2}", day, re.ASCII) or not re.fullmatch("[0-9]{4}", year, re.ASCII):
        return None
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None
