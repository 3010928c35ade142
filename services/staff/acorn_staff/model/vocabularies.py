"""The trust's vocabularies: the codes that facts are recorded in, and what people call them.

A code means the same for ever. Its title may change, and what it was called before stays; it may be retired from a day
on, and what was recorded with it stays true. Source: domain brief, "Terms".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from acorn_staff.model import identifiers
from acorn_staff.model.days import day_before
from acorn_staff.model.person import NOT_YET
from acorn_staff.model.posts import POSTS
from acorn_staff.model.refusals import CodeRetired, Malformed, NoSuchTerm, TitleTaken
from acorn_staff.model.words import folded

TITLE_LENGTH = 100


class VocabularyName(StrEnum):
    """The vocabularies that there are."""

    POSTS = "posts"
    RESPONSIBILITIES = "responsibilities"
    AREAS = "areas"
    TOPICS = "topics"
    PHASES = "phases"
    YEAR_GROUPS = "year_groups"


@dataclass(frozen=True, kw_only=True)
class FormerTitle:
    """What a term was called until a day."""

    title: str
    until: date


@dataclass(frozen=True, kw_only=True)
class Term:
    """One code, its title, what it was called before, and from which day on nothing new is recorded with it."""

    code: str
    title: str
    former_titles: tuple[FormerTitle, ...] = ()
    retired_from: date | None = None


@dataclass(frozen=True, kw_only=True)
class Vocabulary:
    """The terms of one vocabulary, in the order in which people expect them."""

    id: str
    name: VocabularyName
    terms: tuple[Term, ...]
    version: int = 1
    shape: int = 1
    changed_at: datetime = NOT_YET

    def term(self, code: str) -> Term:
        """The term with a code; `NoSuchTerm`."""
        for term in self.terms:
            if term.code == code:
                return term
        raise NoSuchTerm

    def refuse_unknown(self, code: str, *, field: str) -> Term:
        """The term with a code; `Malformed`, naming the field, where there is none."""
        try:
            return self.term(code)
        except NoSuchTerm:
            sentence = f"There is no such code. GET /v1/vocabularies/{self.name} lists them."
            raise Malformed(field, sentence) from None

    def refuse_unusable(self, code: str, *, on: date, field: str) -> None:
        """`Malformed` for a code that is not there, `CodeRetired` for one that is retired on that day."""
        term = self.refuse_unknown(code, field=field)
        if term.retired_from is not None and term.retired_from <= on:
            raise CodeRetired(field=field, title=term.title, since=term.retired_from)

    def with_term(self, title: str, *, on: date, code: str | None = None) -> "Vocabulary":
        """The vocabulary with a term more, last; its code is made from its title unless one is given.

        `Malformed`, or `TitleTaken` if a term that is not retired is called so, or has the code.
        """
        tidy = identifiers.text(title, field="title", longest=TITLE_LENGTH)
        new = Term(code=code or _code_of(tidy), title=tidy)
        self._refuse_taken(tidy, on)
        for one in self.terms:
            if one.code == new.code:
                raise TitleTaken(field="code" if code else "title", title=one.title, code=one.code)
        return replace(self, terms=(*self.terms, new))

    def renamed(self, code: str, title: str, *, on: date) -> "Vocabulary":
        """The vocabulary with a term called otherwise from a day on; `NoSuchTerm`, `TitleTaken`, `Malformed`."""
        old = self.term(code)
        tidy = identifiers.text(title, field="title", longest=TITLE_LENGTH)
        if tidy == old.title:
            return self
        called = old.former_titles
        if all(one.until != day_before(on) for one in called):
            # What was said for less than a day was a slip; the change history keeps it.
            called = (*called, FormerTitle(title=old.title, until=day_before(on)))
        return self._with(replace(old, title=tidy, former_titles=called), on)

    def retired(self, code: str, *, from_: date | None, on: date) -> "Vocabulary":
        """The vocabulary with a term retired from a day on, or (None) in use again; `NoSuchTerm`, `TitleTaken`."""
        old = self.term(code)
        return self if old.retired_from == from_ else self._with(replace(old, retired_from=from_), on)

    def completed(self, *, on: date) -> "Vocabulary":
        """The vocabulary with the terms that this release begins with and that it lacks; what the trust says stays.

        Where a term of the trust's own is called the same, the new one says its code too, until somebody renames it.
        """
        there = {term.code for term in self.terms}
        lacking = [term for term in _begins_with(self.name) if term.code not in there]
        told_apart = [
            term if self._called(term.title, on) is None else replace(term, title=f"{term.title} ({term.code})")
            for term in lacking
        ]
        return replace(self, terms=(*self.terms, *told_apart)) if lacking else self

    def _with(self, term: Term, on: date) -> "Vocabulary":
        self._refuse_taken(term.title, on, but=term.code)
        return replace(self, terms=tuple(term if one.code == term.code else one for one in self.terms))

    def _refuse_taken(self, title: str, on: date, but: str | None = None) -> None:
        other = self._called(title, on, but)
        if other is not None:
            raise TitleTaken(field="title", title=other.title)

    def _called(self, title: str, on: date, but: str | None = None) -> Term | None:
        """The term that is in use on a day under a title, but for one code."""
        for term in self.terms:
            in_use = term.retired_from is None or term.retired_from > on
            if term.code != but and in_use and term.title.casefold() == title.casefold():
                return term
        return None


def new_vocabulary(id: str, name: VocabularyName) -> Vocabulary:
    """A vocabulary as every trust begins with it."""
    return Vocabulary(id=id, name=name, terms=_begins_with(name))


def _begins_with(name: VocabularyName) -> tuple[Term, ...]:
    return tuple(Term(code=code, title=title) for code, title in FIRST_TERMS[name].items())


def _code_of(title: str) -> str:
    words = "".join(one if one.isascii() and one.isalnum() else " " for one in folded(title)).split()
    if not words:
        raise Malformed("title", "It has no letter of which a code could be made. Say a code too.")
    return "_".join(words)[:60].rstrip("_")


FIRST_TERMS: Mapping[VocabularyName, Mapping[str, str]] = {
    VocabularyName.POSTS: {code: post.title for code, post in POSTS.items()},
    VocabularyName.RESPONSIBILITIES: {
        "senco": "SENCO",
        "designated_safeguarding_lead": "Designated safeguarding lead",
        "deputy_designated_safeguarding_lead": "Deputy designated safeguarding lead",
        "curriculum_lead": "Curriculum lead",
        "english_lead": "English lead",
        "phonics_lead": "Phonics lead",
        "maths_lead": "Maths lead",
        "science_lead": "Science lead",
        "computing_lead": "Computing lead",
        "humanities_lead": "Humanities lead",
        "arts_lead": "Arts lead",
        "pe_lead": "PE lead",
        "early_years_lead": "EYFS lead",
        "key_stage_1_lead": "Key stage 1 lead",
        "key_stage_2_lead": "Key stage 2 lead",
        "assessment_lead": "Assessment lead",
        "behaviour_lead": "Behaviour lead",
        "mental_health_lead": "Mental health lead",
        "looked_after_children_teacher": "Designated teacher for looked-after children",
        "ect_mentor": "Early career teacher mentor",
        "induction_tutor": "Induction tutor",
    },
    VocabularyName.AREAS: {
        "curriculum": "Curriculum",
        "sen": "Special educational needs",
        "early_years": "Early years",
        "english": "English",
        "phonics": "Phonics",
        "maths": "Maths",
        "science": "Science",
        "computing": "Computing",
        "pe": "PE",
        "behaviour": "Behaviour",
        "assessment": "Assessment",
        "safeguarding": "Safeguarding",
        "leadership": "Leadership",
        "coaching": "Coaching",
        "well_being": "Workload and well-being",
    },
    VocabularyName.TOPICS: {
        "safeguarding": "Safeguarding",
        "curriculum": "Curriculum",
        "assessment": "Assessment",
        "send": "Special educational needs and disabilities",
        "eyfs": "Early years foundation stage",
        "english": "English",
        "phonics": "Phonics",
        "early_reading": "Early reading",
        "maths": "Maths",
        "science": "Science",
        "behaviour": "Behaviour",
        "leadership": "Leadership",
        "governance": "Governance",
        "wellbeing": "Workload and well-being",
        "digital": "Digital",
        "other": "Other",
    },
    VocabularyName.PHASES: {
        "nursery": "Nursery",
        "primary": "Primary",
        "middle_deemed_primary": "Middle deemed primary",
        "middle_deemed_secondary": "Middle deemed secondary",
        "secondary": "Secondary",
        "all_through": "All-through",
        "16_plus": "16 plus",
    },
    VocabularyName.YEAR_GROUPS: {
        "nursery": "Nursery",
        "reception": "Reception",
        **{f"year_{year}": f"Year {year}" for year in range(1, 14)},
    },
}
"""The terms that every trust begins with."""
