"""One human being, two records: found, made one, and two again where that was a mistake."""

from collections.abc import Iterator
from typing import Any

from acorn_staff.model.merging import Merge as Made
from acorn_staff.operations import merging as operations
from acorn_staff.routes.calling import change, changed, document, store
from acorn_staff.schemas.merging import (
    DifferentPeople,
    Duplicates,
    MergeAsked,
    MergeNew,
    MergePreview,
    Merges,
    MergeUndoing,
)
from acorn_staff.schemas.people import Person
from servicekit.access import HR, allows
from servicekit.answers import Mention, actor_in, no_content, tell_names
from servicekit.app import Answer, answer, if_match, record_read, versioned, writes
from servicekit.documents import to_plain
from servicekit.routing import blueprint as make_blueprint

blueprint = make_blueprint("merging", __name__, description="Two records of one person, made one.")

_MOST_PAIRS = 100


@blueprint.get("/duplicates")
@allows(HR)
@blueprint.response(200, Duplicates)
def list_duplicates() -> Answer:
    """Who may be known twice: pairs of records with the reasons to think so, the likeliest first.

    Two TRNs or dates of birth that differ are two people. Pairs that HR said are different people are left out.
    """
    found = store().alike()
    shown = [(pair, [{"id": person} for person in pair.people]) for pair in found[:_MOST_PAIRS]]
    record_read(sorted({person for pair, _ in shown for person in pair.people}), "list_duplicates")
    tell_names((one, "name", one["id"]) for _, people in shown for one in people)
    items = [{"people": people, "because": list(pair.because)} for pair, people in shown]
    return answer({"items": items, "count": len(found)})


@blueprint.post("/duplicates/dismissals")
@allows(HR)
@blueprint.arguments(DifferentPeople)
@blueprint.response(204)
@writes
def say_different(said: dict[str, Any]) -> Answer:
    """Say that two records which look alike are of two people."""
    operations.say_different(said["one"], said["other"], change=change(said), store=store())
    return no_content()


@blueprint.post("/people/<id:person_id>/merges/preview")
@allows(HR)
@blueprint.arguments(MergeAsked)
@blueprint.response(200, MergePreview)
def preview_merge(asked: dict[str, Any], person_id: str) -> Answer:
    """What would become of this record and another one of the same person; nothing is changed."""
    other = asked.pop("other")
    found = operations.preview_merge(person_id, other, change=change(asked), store=store(), **asked)
    record_read([person_id, other], "preview_merge")
    shown = document(found.into)
    return answer(
        {
            "person": {"id": shown.pop("_id"), **shown},
            "left_out": [to_plain(one) for one in found.left_out],
            "referring": len(store().people_referring_to(other)),
        }
    )


@blueprint.post("/people/<id:person_id>/merges")
@allows(HR)
@blueprint.arguments(MergeNew)
@blueprint.response(200, Person)
@versioned
@writes
def merge_people(new: dict[str, Any], person_id: str) -> Answer:
    """Make one person of two records: this one stays, and whatever is told of the other is told of this one."""
    other = new.pop("other")
    told = change(new)
    _, person = operations.merge_people(person_id, other, version=if_match(), change=told, store=store(), **new)
    record_read([other], "merge_people")
    return changed(person, "merge_people")


@blueprint.get("/people/<id:person_id>/merges")
@allows(HR)
@blueprint.response(200, Merges)
def list_merges(person_id: str) -> Answer:
    """Which records became part of this one, by whose word, and whether that was undone."""
    store().person(person_id)
    items = [_shown(merge) for merge in store().merges(person_id)]
    record_read([person_id], "list_merges")
    tell_names(mention for merge in items for mention in _named(merge))
    return answer({"items": items})


@blueprint.post("/people/<id:person_id>/merges/<id:merge_id>/undoing")
@allows(HR)
@blueprint.arguments(MergeUndoing)
@blueprint.response(200, Person)
@versioned
@writes
def undo_merge(said: dict[str, Any], person_id: str, merge_id: str) -> Answer:
    """Make two people again of one, each with what was theirs and what happened to it since."""
    _, person = operations.undo_merge(person_id, merge_id, version=if_match(), change=change(said), store=store())
    return changed(person, "undo_merge")


def _shown(merge: Made) -> dict[str, Any]:
    plain: dict[str, Any] = to_plain(merge)
    return {field: plain[field] for field in ("id", "other", "by", "at", "why", "undone")}


def _named(merge: dict[str, Any]) -> Iterator[Mention]:
    yield actor_in(merge)
    yield merge, "other_name", merge["other"]
    if merge["undone"] is not None:
        yield actor_in(merge["undone"])
