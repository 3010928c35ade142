"""What a rule means in plain English, and why somebody is in or out, for those who make plans by it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from directory.audience.membership import facts, membership
from directory.audience.rule import (
    ANYWHERE,
    KINDS,
    Absent,
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
    leaves,
)
from directory.dates import holds, last_day
from servicekit.mongo import Document

Titles = Mapping[str, Mapping[str, str]]
"""What codes are called, by vocabulary (`posts`, `responsibilities`, `year_groups`); else a code is shown itself."""


@dataclass(frozen=True)
class Explanation:
    """Whether somebody is meant on a day, in a sentence, and so for each condition of the rule."""

    member: bool
    sentence: str
    conditions: tuple["Explanation", ...] = ()


def sentence(rule: Rule, titles: Titles, organisations: Mapping[str, Document]) -> str:
    """What a rule means: "People who teach Year 2 or Year 6 at primary academies."."""
    return f"People {_who(rule, titles, organisations)}."


def explained(
    rule: Rule, person: Document, day: date, titles: Titles, organisations: Mapping[str, Document]
) -> Explanation:
    """Why a person is meant by a rule on a day, or is not, condition by condition."""
    name = f"{person['given_name']} {person['family_name']}"
    member = any(one.holds_on(day) for one in membership(rule, person, organisations))
    conditions = []
    for leaf in leaves(rule):
        meant = any(one.holds_on(day) for one in membership(leaf, person, organisations))
        since = _since(leaf, person, day, organisations) if meant else ""
        is_one = f"{'is' if meant else 'is not'} one of the people"
        said = f"{name} {is_one} {_who(leaf, titles, organisations)}{since}."
        conditions.append(Explanation(meant, said))
    told = f"{name} {'belongs' if member else 'does not belong'} to this audience on {_long(day)}."
    if person["appointments"] and not any(holds(one, day) for one in person["appointments"]):
        told = f"{name} does not belong to this audience on {_long(day)}: they have no appointment on that day."
    return Explanation(member, told, tuple(conditions))


def _since(leaf: Rule, person: Document, day: date, organisations: Mapping[str, Document]) -> str:
    """Since when a condition holds, and where, from the first fact that makes it hold."""
    for fact in facts(leaf, person, organisations):
        if holds(fact, day):
            last = last_day(fact)
            where = organisations.get(fact["organisation"])
            at = f", at {where['name']}" if where else ""
            until = f" to {_long(date.fromisoformat(last))}" if last else ""
            return f"{at}, from {_long(date.fromisoformat(fact['from']))}{until}"
    return ""


def _who(rule: Rule, titles: Titles, organisations: Mapping[str, Document]) -> str:
    """A clause that says who is meant, to follow "people"; what stands within another is in brackets."""
    match rule:
        case AnyOf(rules):
            return _joined(rules, " or ", titles, organisations)
        case AllOf(rules):
            # What is left out is read last, whatever the order in which it was written.
            kept = tuple(one for one in rules if not isinstance(one, Not))
            left_out = tuple(one for one in rules if isinstance(one, Not))
            if not kept or not left_out:
                return _joined(rules, " and ", titles, organisations)
            said = " or ".join(_inner(one.rule, titles, organisations) for one in left_out)
            return f"{_joined(kept, ' and ', titles, organisations)}, but not those {said}"
        case Not(inner):
            return f"other than those {_inner(inner, titles, organisations)}"
        case OfKind(kinds):
            return f"who are {_either(KINDS[kind] for kind in kinds)}"
        case Named(people):
            return f"who are among {len(people)} named one by one" if len(people) > 1 else "who are named one by one"
        case Absent():
            return "who are away"
        case Works(posts, at):
            if posts is None:
                return f"who work{_at(at, organisations) or ' in the trust'}"
            return f"whose post is {_either(_title(titles, 'posts', one) for one in posts)}{_at(at, organisations)}"
        case AnswersFor(codes, at):
            held = _either(_title(titles, "responsibilities", one) for one in codes)
            return f"whose responsibility is {held}{_at(at, organisations)}"
        case OfYearGroup(codes, part, at):
            does = {"taught": "teach", "led": "lead", None: "teach or lead"}[part]
            return f"who {does} {_either(_title(titles, 'year_groups', one) for one in codes)}{_at(at, organisations)}"


def _joined(rules: Iterable[Rule], word: str, titles: Titles, organisations: Mapping[str, Document]) -> str:
    return word.join(_inner(one, titles, organisations) for one in rules)


def _inner(rule: Rule, titles: Titles, organisations: Mapping[str, Document]) -> str:
    said = _who(rule, titles, organisations)
    return f"({said})" if isinstance(rule, AnyOf | AllOf) and len(rule.rules) > 1 else said


def _at(place: Place, organisations: Mapping[str, Document]) -> str:
    if place == ANYWHERE:
        return ""
    if place.organisations is not None:
        names = sorted(organisations[one]["name"] if one in organisations else one for one in place.organisations)
        rest = _at(Place(phases=place.phases, kind=place.kind, founder=place.founder), organisations)
        return f" at {_either(names)}" + (f", if that is one of the places{rest}" if rest else "")
    words = []
    if place.founder is not None:
        words.append("founding" if place.founder else "joined")
    if place.phases is not None:
        words.append(_either(one.lower() for one in place.phases))
    kind = {"academy": "academies", "central_team": "the central team", None: "academies"}[place.kind]
    return f" at {' '.join([*words, kind])}" if place.kind != "central_team" else " in the central team"


def _title(titles: Titles, vocabulary: str, code: str) -> str:
    return titles.get(vocabulary, {}).get(code, code.replace("_", " "))


def _either(words: Iterable[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
