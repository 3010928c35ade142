"""The rule of an audience: what it may say, and how what was sent becomes one."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from servicekit.ids import valid_id

MOST_DEEP = 5
MOST_LEAVES = 50
MOST_VALUES = 200
KINDS: Mapping[str, str] = {
    "employee": "employees",
    "governor": "governors",
    "trustee": "trustees",
    "agency": "agency staff",
    "trainee": "trainees",
    "external_consultant": "external consultants",
}
"""In what capacity the trust knows people, and what several of them are called."""

_CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")


class BadRule(Exception):
    """A rule that says nothing that can be judged: `pointer` says where (RFC 6901), `sentence` what to do."""

    def __init__(self, pointer: str, sentence: str) -> None:
        super().__init__(f"{pointer}: {sentence}")
        self.pointer = pointer
        self.sentence = sentence


@dataclass(frozen=True)
class Place:
    """Which organisations are meant: all that is said must hold of one; nothing said: any."""

    organisations: frozenset[str] | None = None
    phases: tuple[str, ...] | None = None
    kind: str | None = None
    founder: bool | None = None

    def takes(self, organisation: Mapping[str, Any]) -> bool:
        """Tell whether an organisation's document is one of those meant; phases whatever their case."""
        phase = (organisation.get("phase") or "").casefold()
        return (
            (self.organisations is None or organisation["_id"] in self.organisations)
            and (self.phases is None or phase in {one.casefold() for one in self.phases})
            and (self.kind is None or organisation["kind"] == self.kind)
            and (self.founder is None or organisation.get("founder") is self.founder)
        )


ANYWHERE = Place()


@dataclass(frozen=True)
class OfKind:
    """Those whom the trust knows in one of these capacities."""

    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Works:
    """Those with an appointment, to one of these posts if any are said, at such a place."""

    posts: tuple[str, ...] | None
    at: Place


@dataclass(frozen=True)
class AnswersFor:
    """Those with one of these responsibilities at such a place."""

    responsibilities: tuple[str, ...]
    at: Place


@dataclass(frozen=True)
class OfYearGroup:
    """Those who teach or lead (None: either) one of these year groups at such a place."""

    year_groups: tuple[str, ...]
    part: str | None
    at: Place


@dataclass(frozen=True)
class Named:
    """These people and nobody else."""

    people: tuple[str, ...]


@dataclass(frozen=True)
class Absent:
    """Those who are away."""


@dataclass(frozen=True)
class AnyOf:
    """Those of whom one of the rules holds."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True)
class AllOf:
    """Those of whom all the rules hold."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True)
class Not:
    """Those of whom a rule does not hold."""

    rule: "Rule"


Leaf = OfKind | Works | AnswersFor | OfYearGroup | Named | Absent
Rule = Leaf | AnyOf | AllOf | Not


def parsed(sent: Any) -> Rule:
    """The rule that JSON says; `BadRule` names the first place that says nothing that can be judged."""
    rule = _rule(sent, "", 1)
    if len(leaves(rule)) > MOST_LEAVES:
        raise BadRule("", f"It has more than {MOST_LEAVES} conditions. Name a larger group, or split it.")
    return rule


def leaves(rule: Rule) -> list[Leaf]:
    """The conditions of a rule, in the order in which they are written."""
    if isinstance(rule, AnyOf | AllOf):
        return [leaf for part in rule.rules for leaf in leaves(part)]
    return leaves(rule.rule) if isinstance(rule, Not) else [rule]


def _rule(sent: Any, at: str, depth: int) -> Rule:
    if depth > MOST_DEEP:
        raise BadRule(at, f"Rules stand in rules more than {MOST_DEEP} deep. Make it flatter.")
    if not isinstance(sent, Mapping):
        raise BadRule(at, "A rule is an object such as {“post”: [“teacher”]}.")
    # "at" is the last of the forms: beside another one, it says where.
    said = next((name for name in _FORMS if name in sent), None)
    if said is None:
        raise BadRule(at, f"A rule says one of {', '.join(_FORMS)}.")
    read, others = _FORMS[said]
    for name in sent:
        if name != said and name not in others:
            raise BadRule(f"{at}/{name}", f"“{name}” does not stand beside “{said}”. Join rules with “all” or “any”.")
    return read(sent, at, depth)


def _branches(kind: Callable[[tuple[Rule, ...]], Rule], name: str) -> Callable[[Mapping[str, Any], str, int], Rule]:
    def read(sent: Mapping[str, Any], at: str, depth: int) -> Rule:
        rules = _list(sent[name], f"{at}/{name}")
        return kind(tuple(_rule(one, f"{at}/{name}/{number}", depth + 1) for number, one in enumerate(rules)))

    return read


def _place(sent: Mapping[str, Any], at: str) -> Place:
    if "at" not in sent:
        return ANYWHERE
    said, where = sent["at"], f"{at}/at"
    if not isinstance(said, Mapping) or not said:
        raise BadRule(where, "A place says organisation, phase, kind or founder.")
    for name in said:
        if name not in {"organisation", "phase", "kind", "founder"}:
            raise BadRule(f"{where}/{name}", "A place says organisation, phase, kind or founder, and nothing else.")
    if "kind" in said and said["kind"] not in ("academy", "central_team"):
        raise BadRule(f"{where}/kind", "An organisation is an academy or the central_team.")
    if "founder" in said and not isinstance(said["founder"], bool):
        raise BadRule(f"{where}/founder", "Say true for founders, false for those that joined.")
    organisations = _ids(said["organisation"], f"{where}/organisation") if "organisation" in said else None
    return Place(
        organisations=frozenset(organisations) if organisations is not None else None,
        phases=_texts(said["phase"], f"{where}/phase") if "phase" in said else None,
        kind=said.get("kind"),
        founder=said.get("founder"),
    )


def _of_kind(sent: Mapping[str, Any], at: str, _: int) -> Rule:
    kinds = _codes(sent["kind"], f"{at}/kind")
    for number, kind in enumerate(kinds):
        if kind not in KINDS:
            raise BadRule(f"{at}/kind/{number}", f"People are of one of these kinds: {', '.join(sorted(KINDS))}.")
    return OfKind(kinds)


def _works(sent: Mapping[str, Any], at: str, _: int) -> Rule:
    return Works(_codes(sent["post"], f"{at}/post") if "post" in sent else None, _place(sent, at))


def _answers_for(sent: Mapping[str, Any], at: str, _: int) -> Rule:
    return AnswersFor(_codes(sent["responsibility"], f"{at}/responsibility"), _place(sent, at))


def _of_year_group(sent: Mapping[str, Any], at: str, _: int) -> Rule:
    if sent.get("part") not in (None, "taught", "led"):
        raise BadRule(f"{at}/part", "A year group is taught or led.")
    return OfYearGroup(_codes(sent["year_group"], f"{at}/year_group"), sent.get("part"), _place(sent, at))


def _absent(sent: Mapping[str, Any], at: str, _: int) -> Rule:
    if sent["absent"] is not True:
        raise BadRule(f"{at}/absent", "Say true; for those who are not away, put it into “not”.")
    return Absent()


_FORMS: Mapping[str, tuple[Callable[[Mapping[str, Any], str, int], Rule], frozenset[str]]] = {
    "any": (_branches(AnyOf, "any"), frozenset()),
    "all": (_branches(AllOf, "all"), frozenset()),
    "not": (lambda sent, at, depth: Not(_rule(sent["not"], f"{at}/not", depth + 1)), frozenset()),
    "kind": (_of_kind, frozenset()),
    "post": (_works, frozenset({"at"})),
    "responsibility": (_answers_for, frozenset({"at"})),
    "year_group": (_of_year_group, frozenset({"part", "at"})),
    "people": (lambda sent, at, _: Named(_ids(sent["people"], f"{at}/people")), frozenset()),
    "absent": (_absent, frozenset()),
    "at": (_works, frozenset()),
}


def _list(value: Any, at: str) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise BadRule(at, "This is a list with something in it.")
    if len(value) > MOST_VALUES:
        raise BadRule(at, f"It lists more than {MOST_VALUES}.")
    return value


def _texts(value: Any, at: str) -> tuple[str, ...]:
    texts = _list(value, at)
    for number, text in enumerate(texts):
        if not isinstance(text, str) or not text.strip() or len(text) > 60:
            raise BadRule(f"{at}/{number}", "This is a text of at most 60 characters.")
    return tuple(dict.fromkeys(texts))


def _codes(value: Any, at: str) -> tuple[str, ...]:
    codes = _texts(value, at)
    for number, code in enumerate(codes):
        if not _CODE.fullmatch(code):
            raise BadRule(f"{at}/{number}", "This is a code of a vocabulary, such as english_lead.")
    return codes


def _ids(value: Any, at: str) -> tuple[str, ...]:
    ids = _list(value, at)
    for number, one in enumerate(ids):
        if not isinstance(one, str) or not valid_id(one):
            raise BadRule(f"{at}/{number}", "This is no id.")
    return tuple(dict.fromkeys(ids))
