"""Who may be known twice: pairs of records with reasons to think so. HR decides; nothing is merged by itself."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations

from acorn_staff.model.person import FormerName
from acorn_staff.model.words import folded

_MOST_ALIKE = 20
"""How many records may share a name, or a birthday and initial, before it says nothing about any two of them."""


class Likeness(StrEnum):
    """A reason to think that two records are of one person, the strongest first."""

    EMAIL = "email"
    NAME_AND_BIRTH = "name_and_birth"
    BIRTH_AND_INITIAL = "birth_and_initial"
    NAME = "name"
    FORMER_NAME = "former_name"


_WEIGHT = {
    Likeness.NAME_AND_BIRTH: 8,
    Likeness.EMAIL: 6,
    Likeness.BIRTH_AND_INITIAL: 3,
    Likeness.FORMER_NAME: 2,
    Likeness.NAME: 2,
}


@dataclass(frozen=True, kw_only=True)
class Known:
    """What two records are compared by."""

    id: str
    given_name: str
    family_name: str
    former_names: tuple[FormerName, ...] = ()
    email: str | None = None
    trn: str | None = None
    date_of_birth: date | None = None


@dataclass(frozen=True)
class Alike:
    """Two records that may be of one person, the one known for longer first, and why."""

    people: tuple[str, str]
    because: tuple[Likeness, ...]

    @property
    def weight(self) -> int:
        """How much speaks for it."""
        return sum(_WEIGHT[likeness] for likeness in self.because)


def alike(people: Iterable[Known], different: Iterable[tuple[str, str]] = ()) -> list[Alike]:
    """The pairs that may be one person, the likeliest first, without those that HR said are `different` people.

    Two TRNs that differ, or two dates of birth, are two people, whatever their names.
    """
    known = {person.id: person for person in people}
    reasons: defaultdict[tuple[str, str], set[Likeness]] = defaultdict(set)
    for likeness, groups in _groups(known.values()).items():
        for group in groups.values():
            if len(group) <= _MOST_ALIKE:
                for pair in combinations(sorted(group), 2):
                    reasons[pair].add(likeness)
    told = {tuple(sorted(pair)) for pair in different}
    found = [
        Alike(pair, _tidy(because, known[pair[0]], known[pair[1]]))
        for pair, because in reasons.items()
        if pair not in told and not _differ(known[pair[0]], known[pair[1]])
    ]
    return sorted(found, key=lambda one: (-one.weight, one.people))


def _groups(people: Iterable[Known]) -> Mapping[Likeness, Mapping[object, set[str]]]:
    groups: dict[Likeness, defaultdict[object, set[str]]] = {
        likeness: defaultdict(set) for likeness in (Likeness.EMAIL, Likeness.BIRTH_AND_INITIAL, Likeness.NAME)
    }
    called: defaultdict[object, set[str]] = defaultdict(set)
    for person in people:
        name = (folded(person.given_name), folded(person.family_name))
        groups[Likeness.NAME][name].add(person.id)
        for former in person.former_names:
            called[folded(former.given_name), folded(former.family_name)].add(person.id)
        if person.email is not None:
            groups[Likeness.EMAIL][person.email].add(person.id)
        if person.date_of_birth is not None:
            groups[Likeness.BIRTH_AND_INITIAL][person.date_of_birth, name[0][:1]].add(person.id)
    former_names = {name: ids | groups[Likeness.NAME].get(name, set()) for name, ids in called.items()}
    return {**groups, Likeness.FORMER_NAME: former_names}


def _tidy(because: set[Likeness], one: Known, other: Known) -> tuple[Likeness, ...]:
    born = one.date_of_birth is not None and one.date_of_birth == other.date_of_birth
    if born and Likeness.NAME in because:
        because = because - {Likeness.NAME, Likeness.BIRTH_AND_INITIAL} | {Likeness.NAME_AND_BIRTH}
    if because & {Likeness.NAME, Likeness.NAME_AND_BIRTH}:
        because = because - {Likeness.FORMER_NAME}
    return tuple(likeness for likeness in Likeness if likeness in because)


def _differ(one: Known, other: Known) -> bool:
    pairs: Sequence[tuple[object, object]] = (
        (one.trn, other.trn),
        (one.date_of_birth, other.date_of_birth),
    )
    return any(None not in pair and pair[0] != pair[1] for pair in pairs)
