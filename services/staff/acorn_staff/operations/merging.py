"""One human being, two records: found, made one, and two again where that was a mistake."""

from collections.abc import Collection
from dataclasses import replace

from acorn_staff.model import merging
from acorn_staff.model.events import (
    PERSON_DELEGATES_CHANGED,
    PERSON_LINE_MANAGER_CHANGED,
    PERSON_MERGE_UNDONE,
    PERSON_MERGED,
)
from acorn_staff.model.history import Change
from acorn_staff.model.merge_refusals import SamePerson
from acorn_staff.model.merging import Keeps, Merge, Merged, Reference, Undoing
from acorn_staff.model.person import Person
from acorn_staff.model.refusals import Malformed
from acorn_staff.operations.keeping import keep_person, overriding
from acorn_staff.store import Store
from servicekit.clock import london_today
from servicekit.ids import new_id


def preview_merge(
    into_id: str, other_id: str, *, keeps: Keeps | None, override: str | None, change: Change, store: Store
) -> Merged:
    """What would become of two records that are made one; nothing is changed."""
    return merging.merged(
        store.person(into_id),
        _other(other_id, store),
        on=london_today(change.at),
        keeps=keeps,
        override=overriding(override, change),
    )


def merge_people(
    into_id: str,
    other_id: str,
    *,
    version: int,
    keeps: Keeps | None = None,
    override: str | None = None,
    change: Change,
    store: Store,
) -> tuple[Merge, Person]:
    """HR makes one person of two records; whoever refers to the one that goes refers to the one that stays."""
    into, other = store.person(into_id, version), _other(other_id, store)
    found = preview_merge(into_id, other_id, keeps=keeps, override=override, change=change, store=store)
    # What is somebody's alone, such as a number, is given away before it is taken.
    store.save(found.other, before=other, because=PERSON_MERGED, change=change)
    kept = keep_person(found.into, before=into, because=PERSON_MERGED, change=change, store=store)
    referring = store.people_referring_to(other_id)
    referred = tuple(reference for one in referring for reference in merging.references(one, other_id))
    for person in referring:
        _redirect(person, other_id, into_id, referred, change, store)
    merge = Merge(
        id=new_id(),
        into=into_id,
        other=other_id,
        by=change.by,
        at=change.at,
        why=change.why,
        into_was=into,
        other_was=other,
        into_became=kept,
        referred=referred,
        changed_at=change.at,
    )
    return store.keep_merge(merge, before=None), kept


def undo_merge(into_id: str, merge_id: str, *, version: int, change: Change, store: Store) -> tuple[Merge, Person]:
    """HR makes two people again of one; others refer to the one whom they referred to before."""
    merge = store.merge(into_id, merge_id)
    into, other = store.person(into_id, version), store.person(merge.other)
    rest, again = merging.parted(merge, into, other, on=london_today(change.at))
    kept = store.save(rest, before=into, because=PERSON_MERGE_UNDONE, change=change)
    keep_person(again, before=other, because=PERSON_MERGE_UNDONE, change=change, store=store)
    for person in store.people({reference.person for reference in merge.referred}).values():
        _redirect(person, into_id, merge.other, merge.referred, change, store)
    undone = replace(merge, undone=Undoing(by=change.by, at=change.at, why=change.why), changed_at=change.at)
    return store.keep_merge(undone, before=merge), kept


def say_different(one: str, other: str, *, change: Change, store: Store) -> None:
    """HR says that two records which look alike are of two people: the pair is not offered again."""
    if one == other:
        raise SamePerson
    for person in (one, other):
        _other(person, store)
    store.keep_different(one, other, change)


def _other(person_id: str, store: Store) -> Person:
    found = store.people([person_id])
    if not found:
        raise Malformed("other", "There is nobody with this id.")
    return found[person_id]


def _redirect(person: Person, from_: str, to: str, places: Collection[Reference], change: Change, store: Store) -> None:
    after = merging.redirected(person, from_, to, places)
    managed = after.line_managers != person.line_managers
    because = PERSON_LINE_MANAGER_CHANGED if managed else PERSON_DELEGATES_CHANGED
    keep_person(after, before=person, because=because, change=change, store=store)
