"""The trust's vocabularies: terms added, renamed, retired, and told to the other services from the first day on."""

from datetime import date, datetime
from typing import TypedDict, Unpack

from acorn_staff.model.events import VOCABULARY_CHANGED
from acorn_staff.model.history import Change
from acorn_staff.model.vocabularies import Vocabulary, VocabularyName
from acorn_staff.store import Store
from servicekit.clock import london_today


class TermChanges(TypedDict, total=False):
    """What of a term changes; absent means unchanged."""

    title: str
    retired_from: date | None


def add_term(name: VocabularyName, *, title: str, code: str | None = None, change: Change, store: Store) -> Vocabulary:
    """HR, or the School Improvement Lead, adds a term; what it is called may change later, its code does not."""
    vocabulary = store.vocabulary(name)
    after = vocabulary.with_term(title, code=code, on=london_today(change.at))
    return store.save(after, before=vocabulary, because=VOCABULARY_CHANGED, change=change)


def change_term(
    name: VocabularyName, code: str, *, change: Change, store: Store, **changes: Unpack[TermChanges]
) -> Vocabulary:
    """A term is called otherwise from today on, or is retired from a day on (None: it is in use again)."""
    vocabulary = store.vocabulary(name)
    today = london_today(change.at)
    after = vocabulary.renamed(code, changes["title"], on=today) if "title" in changes else vocabulary
    if "retired_from" in changes:
        after = after.retired(code, from_=changes["retired_from"], on=today)
    after.term(code)
    return store.save(after, before=vocabulary, because=VOCABULARY_CHANGED, change=change)


def complete_vocabularies(*, at: datetime, store: Store) -> None:
    """Keep, and tell, every vocabulary with all the terms that this release begins with; nothing where that is so."""
    # Of two workers that begin at once, one waits here and then finds nothing to do.
    store.hold("vocabularies")
    change = Change(by="acorn", at=at, why="The terms that this release begins with")
    for name in VocabularyName:
        vocabulary = store.vocabulary(name)
        before = vocabulary if vocabulary.version else None
        store.save(vocabulary.completed(on=london_today(at)), before=before, because=VOCABULARY_CHANGED, change=change)
