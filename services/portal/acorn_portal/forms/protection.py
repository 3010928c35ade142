"""What data protection types: what may go, whom the law lets be forgotten, and why."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypedDict, cast

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, HiddenField, RadioField, SelectField
from wtforms.validators import AnyOf, Regexp, ValidationError

from acorn_portal.clients.calling import Away, Refused
from acorn_portal.clients.staff import SubjectAsked
from acorn_portal.forms.fields import Day, Text
from acorn_portal.forms.judged import JudgedAnswers
from acorn_portal.words import CONFIDENTIAL_LOOKS, LOOKS, SERVICES, count
from servicekit.ids import valid_id

KEPT: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"people": ("person who has left", "people who have left"), "talent_reviews": ("talent review", "talent reviews")}
)
"""What is kept for so many years and then let go: one of it, several of it."""


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


_IDENTIFIERS = {"email": "E-mail address", "employee_number": "Employee number", "trn": "TRN", "person": "Id in Acorn"}


class SubjectForm(JudgedAnswers):
    """Whose data is asked for, and why; `without_planning` leaves out of an archive what may be withheld."""

    POINTERS: Mapping[str, str] = {f"/{name}": "who" for name in _IDENTIFIERS}
    RULES: Mapping[str, str] = {"not-found": "who", "conflict": "who"}

    known_by = RadioField("What do you have of them?", choices=_IDENTIFIERS, default="email")
    who = Text(
        "The e-mail address, number or id",
        missing="Enter the e-mail address, number or id.",
        description="Of somebody who has left too. Nobody is found by name.",
    )
    reason = Text(
        "Why",
        missing="Say why, such as the reference of the request.",
        description="The reference of the request, such as SAR-12. It is kept beside your look, so name nobody.",
    )
    without_planning = BooleanField("Leave out talent reviews, succession and confidential looks")

    def asked(self) -> SubjectAsked:
        """What the staff service is asked for."""
        return cast(SubjectAsked, {str(self.known_by.data): self.who.data, "reason": self.reason.data})

    def of_person(self, person_id: str) -> SubjectAsked:
        """The same of the person who is meant, by the id that every service knows."""
        return cast(SubjectAsked, {"person": person_id, "reason": self.reason.data})

    def nothing_from(self, away: Away) -> None:
        """Say which service did not answer, and that there is no answer without it."""
        self.away = away
        self.form_errors = [
            f"{SERVICES[away.service]} did not answer, and half an answer is none. Nothing was made; what you entered "
            "is still here. Send it again in a few minutes."
        ]


_DONE = dict(sorted({**LOOKS, **CONFIDENTIAL_LOOKS}.items(), key=lambda one: one[1]))


class LooksAsked(TypedDict):
    """What the services are asked for; None for everything."""

    person: str | None
    by: str | None
    operation: str | None
    from_: str | None
    to: str | None


class LooksSearch(Form):
    """Whose data was looked at, or who looked; by what and when. It is sent by GET and changes nothing."""

    person = Text(
        "Whose data was looked at",
        description="Their id, work e-mail address or employee number; leavers are found too.",
    )
    by = Text(
        "Who looked",
        description="Their id, work e-mail address or employee number, or a sign-in of nobody such as sign-in:7f3a.",
    )
    operation = SelectField(
        "What they did",
        choices={"": "Everything", **_DONE},
        default="",
    )
    first = Day("From this day on (optional)")
    last = Day("To this day (optional)")

    def __init__(self, asked: MultiDict[str, str]) -> None:
        super().__init__(asked)
        self.unplaced: list[str] = []
        self._sent = bool(asked)
        if self.operation.data not in _DONE:
            self.operation.data = ""

    def asks(self) -> bool:
        """Whether it says somebody, and can be read; an empty one asks nothing, and is as a page is opened."""
        somebody = bool(self.person.data or self.by.data)
        if self._sent and not somebody:
            self.unplaced = ["Say whose data was looked at, or who looked."]
        return bool(self.validate()) and somebody

    def asked(self) -> LooksAsked:
        """What the services are asked for."""
        return LooksAsked(
            person=self.person.data,
            by=self.by.data,
            operation=self.operation.data or None,
            from_=self.first.iso(),
            to=self.last.iso(),
        )

    def refuse(self, refusal: Refused) -> None:
        """Say what the services could not search by, each sentence once."""
        said = list(refusal.errors.values()) or [refusal.detail]
        self.unplaced = list(dict.fromkeys([*self.unplaced, *said]))

    @property
    def problems(self) -> list[dict[str, str]]:
        """All that is wrong, for the summary above the page."""
        days = (self.first, self.last)
        wrong = [{"text": str(one), "href": f"#{day.first_id}"} for day in days for one in day.errors]
        return [*({"text": sentence} for sentence in self.unplaced), *wrong]
