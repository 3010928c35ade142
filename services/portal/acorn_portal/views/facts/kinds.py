"""The kinds of facts: what each is called, how it is said, which operations record, change and take it back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from acorn_portal.clients.staff import Person, Staff
from acorn_portal.forms.facts import AbsenceForm, DaysForm, DelegateForm, ResponsibilityForm, YearGroupForm
from acorn_portal.trust import Trust
from acorn_portal.words import ABSENCE_REASONS, lasting

Fact = Mapping[str, Any]
"""A responsibility, year group, absence or delegate, as the staff service answers or takes it."""
Operation = Callable[..., Person]


@dataclass(frozen=True)
class Kind:
    """A kind of fact. `themselves`: people may say it of themselves, where the rest is HR's; `changeable` is
    what of it can be put right."""

    path: str
    held: str
    noun: str
    new: type[DaysForm]
    change: type[DaysForm]
    said: Callable[[str, Fact, Trust], str]
    seen: tuple[str, ...]
    add: Operation
    put_right: Operation
    take_back: Operation
    themselves: bool = False
    changeable: tuple[str, ...] = ("from", "to")

    def of(self, person: Person) -> list[Fact]:
        """What is recorded of somebody."""
        found: list[Fact] = person.get(self.held, [])  # type: ignore[assignment]
        return found

    def sentence(self, name: str, fact: Fact, trust: Trust) -> str:
        """A fact with its days, in a sentence."""
        return f"{self.said(name, fact, trust)} {lasting(fact['from'], fact['to'])}."


def _responsibility(name: str, fact: Fact, trust: Trust) -> str:
    title = trust.called("responsibilities", fact["responsibility"])
    return f"{name} is {title} at {trust.place(fact['organisation'])}"


def _year_group(name: str, fact: Fact, trust: Trust) -> str:
    does = "teaches" if fact["part"] == "taught" else "leads"
    return f"{name} {does} {trust.called('year_groups', fact['year_group'])} at {trust.place(fact['organisation'])}"


def _absence(name: str, _: Fact, __: Trust) -> str:
    return f"{name} is away"


def _delegate(name: str, fact: Fact, _: Trust) -> str:
    return f"{fact.get('name') or 'Somebody who is not listed'} decides in {name}’s stead"


_SEEN = "Whoever sees their record sees this, and it counts for training and groups that are meant for such people."
_THERE = "It ends by itself with their last day there, if that comes first."

RESPONSIBILITY = Kind(
    path="responsibilities",
    held="responsibilities",
    noun="responsibility",
    new=ResponsibilityForm,
    change=DaysForm,
    said=_responsibility,
    seen=(_SEEN, _THERE),
    add=Staff.add_responsibility,
    put_right=Staff.change_responsibility,
    take_back=Staff.retract_responsibility,
)
YEAR_GROUP = Kind(
    path="year-groups",
    held="year_groups",
    noun="year group",
    new=YearGroupForm,
    change=DaysForm,
    said=_year_group,
    seen=(_SEEN, _THERE),
    add=Staff.add_year_group,
    put_right=Staff.change_year_group,
    take_back=Staff.retract_year_group,
)
ABSENCE = Kind(
    path="absences",
    held="absences",
    noun="absence",
    new=AbsenceForm,
    change=AbsenceForm,
    said=_absence,
    seen=(
        "Their line manager and their head see that they are away on these days, and not why.",
        "The reason stays between HR and themselves.",
    ),
    add=Staff.record_absence,
    put_right=Staff.change_absence,
    take_back=Staff.retract_absence,
    changeable=("from", "to", "reason"),
)
DELEGATE = Kind(
    path="delegates",
    held="delegates",
    noun="delegate",
    new=DelegateForm,
    change=DaysForm,
    said=_delegate,
    seen=(
        "On these days what needs a head’s or the chief executive’s word is for the delegate to decide.",
        "It opens nobody’s record to the delegate.",
    ),
    add=Staff.add_delegate,
    put_right=Staff.change_delegate,
    take_back=Staff.retract_delegate,
    themselves=True,
)

KINDS: Mapping[str, Kind] = {kind.path: kind for kind in (RESPONSIBILITY, YEAR_GROUP, ABSENCE, DELEGATE)}


def decides(person: Person, trust: Trust) -> bool:
    """Tell whether somebody holds a post, or will, whose holder may have a delegate."""
    day = trust.today.isoformat()
    posts = {one["post"] for one in person["appointments"] if one["to"] is None or day <= one["to"]}
    return any(post == "chief_executive" or (post in trust.posts and trust.posts[post]["leads"]) for post in posts)


def reason(fact: Fact) -> str:
    """Why somebody is away, in words."""
    return ABSENCE_REASONS.get(fact.get("reason", ""), "Not said")
