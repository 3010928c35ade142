"""On which days somebody belongs to an audience: intervals, so that no event has to mark a midnight."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from directory.audience.rule import (
    ANYWHERE,
    AllOf,
    AnswersFor,
    AnyOf,
    Named,
    Not,
    OfKind,
    OfYearGroup,
    Place,
    Rule,
    Works,
)
from directory.dates import last_day
from servicekit.mongo import Document

Span = tuple[int, int]
"""Days from the first to the last as ordinals, both inclusive; what has no end ends with the calendar."""

_FIRST, _LAST = date.min.toordinal(), date.max.toordinal()
_ALWAYS: list[Span] = [(_FIRST, _LAST)]


@dataclass(frozen=True)
class Interval:
    """Days of membership, both ends inclusive; None where there is no first or no last."""

    from_: date | None
    to: date | None

    def holds_on(self, day: date) -> bool:
        """Tell whether a day is among them."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


def membership(rule: Rule, person: Document, organisations: Mapping[str, Document]) -> list[Interval]:
    """The days on which a person is meant by a rule, in order, with a day between any two.

    `person` is their state as staff published it, or staff's own document; `organisations` are by id, and one that is
    not known is no place that a rule can mean. Nobody belongs to an audience on days without an appointment in force;
    who never had one, such as a governor yet to be placed, is judged by the rest. A record that has become part of
    another one belongs to none.
    """
    if person.get("merged_into") is not None:
        return []
    here = _meeting(_span(one) for one in person["appointments"]) if person["appointments"] else _ALWAYS
    return [_interval(span) for span in _both(here, _days(rule, person, organisations))]


def facts(leaf: Rule, person: Document, organisations: Mapping[str, Document]) -> list[Document]:
    """The person's facts that a condition is about, whenever they hold; none for those that are about no fact."""
    if isinstance(leaf, Works):
        held, of = person["appointments"], ("post", leaf.posts)
    elif isinstance(leaf, AnswersFor):
        held, of = person.get("responsibilities") or [], ("responsibility", leaf.responsibilities)
    elif isinstance(leaf, OfYearGroup):
        held, of = person.get("year_groups") or [], ("year_group", leaf.year_groups)
        held = [one for one in held if leaf.part in (None, one["part"])]
    else:
        return []
    field, codes = of
    return [
        one
        for one in held
        if (codes is None or one[field] in codes) and _is_there(leaf.at, one["organisation"], organisations)
    ]


def _is_there(place: Place, organisation: str, organisations: Mapping[str, Document]) -> bool:
    known = organisations.get(organisation)
    return place == ANYWHERE or (known is not None and place.takes(known))


def _days(rule: Rule, person: Document, organisations: Mapping[str, Document]) -> list[Span]:
    if isinstance(rule, AnyOf):
        return _meeting(span for one in rule.rules for span in _days(one, person, organisations))
    if isinstance(rule, AllOf):
        days = _ALWAYS
        for one in rule.rules:
            days = _both(days, _days(one, person, organisations))
        return days
    if isinstance(rule, Not):
        return _others(_days(rule.rule, person, organisations))
    if isinstance(rule, OfKind):
        return _ALWAYS if person["kind"] in rule.kinds else []
    if isinstance(rule, Named):
        known_as = {person["_id"], *person.get("former_ids", ())}
        return _ALWAYS if known_as & set(rule.people) else []
    if isinstance(rule, Works | AnswersFor | OfYearGroup):
        return _meeting(_span(one) for one in facts(rule, person, organisations))
    return _meeting(_span(one) for one in person.get("absences") or [])


def _span(fact: Document) -> Span:
    last = last_day(fact)
    return date.fromisoformat(fact["from"]).toordinal(), date.fromisoformat(last).toordinal() if last else _LAST


def _meeting(spans: Iterable[Span]) -> list[Span]:
    """All the days of some spans, as few spans as that takes; those that end before they begin have none."""
    together: list[Span] = []
    for first, last in sorted(span for span in spans if span[0] <= span[1]):
        if together and first <= together[-1][1] + 1:
            together[-1] = (together[-1][0], max(last, together[-1][1]))
        else:
            together.append((first, last))
    return together


def _both(ones: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """The days of both."""
    shared = ((max(a, c), min(b, d)) for a, b in ones for c, d in others)
    return _meeting(span for span in shared if span[0] <= span[1])


def _others(spans: Sequence[Span]) -> list[Span]:
    """All days but these, which meet nowhere."""
    firsts = [_FIRST, *(last + 1 for _, last in spans)]
    lasts = [*(first - 1 for first, _ in spans), _LAST]
    return [(first, last) for first, last in zip(firsts, lasts, strict=True) if first <= last]


def _interval(span: Span) -> Interval:
    first, last = span
    return Interval(
        from_=None if first == _FIRST else date.fromordinal(first),
        to=None if last == _LAST else date.fromordinal(last),
    )
