"""What people are searched by. It is sent by GET and changes nothing."""

import re
from collections.abc import Collection
from datetime import date
from typing import TypedDict

from werkzeug.datastructures import MultiDict
from wtforms import Form, SelectField, StringField

from acorn_portal import words
from acorn_portal.clients.calling import Refused
from acorn_portal.forms.fields import Day
from acorn_portal.trust import Trust

_LONGEST_NAME, _LONGEST_EMAIL, _LONGEST_NUMBER = 100, 254, 40
"""As the staff service takes them."""

_LEFT = {"": False, "all": None, "left": True}


class Asked(TypedDict):
    """What the staff service is asked for; None for everything."""

    name: str | None
    email: str | None
    employee_number: str | None
    organisation: str | None
    post: str | None
    left: bool | None
    on: str | None


class Search(Form):
    """Whom somebody looks for. Its choices are the trust's: `offer` them before `asked` where they narrow anything."""

    name = StringField("Name")
    organisation = SelectField("Academy or central team", choices={"": "All"}, default="")
    post = SelectField("Post", choices={"": "All posts"}, default="")
    left = SelectField(
        "Leavers",
        choices={"": "Without leavers", "all": "With leavers", "left": "Only leavers"},
    )
    on = Day("Day", description="Who held a post on this day. Leave it empty for today.")

    def __init__(self, asked: MultiDict[str, str]) -> None:
        super().__init__(asked, data={"on": _day(asked.get("on", ""))})
        self.unplaced: list[str] = []
        if self.left.data not in _LEFT:
            self.left.data = ""

    def offer(self, trust: Trust, within: Collection[str] | None = None) -> None:
        """Offer the academies, those `within` these ids if they are given, and the posts; take none but them."""
        found = [one for one in trust.organisations.values() if within is None or one["id"] in within]
        self.organisation.choices = {"": "All", **{one["id"]: one["name"] for one in found}}
        self.post.choices = {"": "All posts", **{code: post["title"] for code, post in trust.posts.items()}}
        for field in (self.organisation, self.post):
            if field.data not in _texts(field):
                field.data = ""

    def readable(self) -> bool:
        """Whether the day can be read; what else is not on offer is not asked for."""
        return bool(self.on.validate(self))

    def asked(self, *, numbers: bool) -> Asked:
        """What the staff service is asked for; a word with a digit is an employee number to whom `numbers` are open."""
        text = str(self.name.data or "").strip()
        number = numbers and bool(re.fullmatch(r"\S*[0-9]\S*", text))
        by_name = text and "@" not in text and not number
        return Asked(
            name=text[:_LONGEST_NAME] if by_name else None,
            email=text[:_LONGEST_EMAIL] if "@" in text else None,
            employee_number=text[:_LONGEST_NUMBER] if number and "@" not in text else None,
            organisation=self.organisation.data or None,
            post=self.post.data or None,
            left=_LEFT[self.left.data],
            on=self.on.iso(),
        )

    def chosen(self) -> list[dict[str, str]]:
        """What narrows the search: each with its name and what it says."""
        said = [(field.name, _texts(field)[field.data]) for field in self._selects() if field.data]
        text = str(self.name.data or "").strip()
        named = [("name", f"“{text}”")] if text else []
        day = [("on", f"On {words.long_date(self.on.data)}")] if self.on.data else []
        return [{"name": name, "text": text} for name, text in (*named, *said, *day)]

    def refuse(self, refusal: Refused) -> None:
        """Say what the service could not search by."""
        self.on.errors = [f"Day: {sentence}" for at, sentence in refusal.errors.items() if at.endswith("/on")]
        self.unplaced = [] if self.on.errors else [refusal.detail]

    @property
    def problems(self) -> list[dict[str, str]]:
        """All that is wrong, for the summary above the page."""
        said = [{"text": sentence} for sentence in self.unplaced]
        return [*said, *({"text": str(sentence), "href": f"#{self.on.first_id}"} for sentence in self.on.errors)]

    def _selects(self) -> tuple[SelectField, ...]:
        return self.organisation, self.post, self.left


def _day(text: str) -> str | None:
    """A day in an address, None where it is none."""
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text, re.ASCII):
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _texts(field: SelectField) -> dict[str, str]:
    return {str(choice[0]): str(choice[1]) for choice in field.iter_choices()}
