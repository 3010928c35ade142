"""People: found, read, added, changed; their line managers and the history of their changes."""

from typing import Any

from acorn_staff.model.vocabularies import VocabularyName
from acorn_staff.operations import people as operations
from acorn_staff.rights import (
    fields_of_people,
    fields_of_person,
    may_search_employee_numbers,
    may_search_former_names,
    may_see_what_merged,
)
from acorn_staff.routes.calling import change, changed, document, named_in, store
from acorn_staff.schemas.people import (
    ChangePage,
    LineManagerNew,
    PeopleQuery,
    Person,
    PersonNew,
    PersonPage,
    PersonPatch,
)
from servicekit.access import CEO, DIRECT_REPORT, HR, LEADS_ACADEMY, OWN, SIL, allows
from servicekit.answers import actor_in, tell_names
from servicekit.app import (
    Answer,
    PageArgs,
    answer,
    created,
    if_match,
    page,
    permit,
    record_read,
    today,
    versioned,
    writes,
)
from servicekit.paging import Paging
from servicekit.routing import blueprint as make_blueprint

blueprint = make_blueprint("people", __name__, description="People: who they are, and who manages them.")


_CODES = {
    "post": VocabularyName.POSTS,
    "responsibility": VocabularyName.RESPONSIBILITIES,
    "year_group": VocabularyName.YEAR_GROUPS,
}


@blueprint.get("/people")
@allows(OWN, DIRECT_REPORT, LEADS_ACADEMY, HR, SIL, CEO)
@blueprint.arguments(PeopleQuery, location="query")
@blueprint.response(200, PersonPage)
def list_people(query: dict[str, Any]) -> Answer:
    """The people whom the caller may see, by family name: found by name, academy, post, on a day.

    Heads find who works at their academies today, line managers whom they manage today, HR, SIL and CEO everybody.
    Whoever no longer works at a head's academy is not found there for a day in the past either.
    """
    granted = permit()
    day = query.pop("on")
    for field, vocabulary in _CODES.items():
        if query[field] is not None:
            store().vocabulary(vocabulary).refuse_unknown(query[field], field=f"query/{field}")
    within = granted.people_filter()
    if query["employee_number"] is not None and not may_search_employee_numbers(granted.grants):
        # To find somebody by a number is to learn it: others find themselves alone.
        within = {"$and": [within, {"_id": granted.caller.person_id}]}
    found = store().read_people(
        within,
        fields_of_people(granted.grants),
        paging=Paging.out_of(query),
        on=day or today(),
        in_post=day is not None,
        today=today(),
        former_names=may_search_former_names(granted.grants),
        **query,
    )
    record_read([person["_id"] for person in found.items], "list_people")
    tell_names(named_in(found.items))
    return page(found)


@blueprint.post("/people")
@allows(HR)
@blueprint.arguments(PersonNew)
@blueprint.response(201, Person)
@writes
def add_person(new: dict[str, Any]) -> Answer:
    """Add somebody whom the trust does not know; an appointment then makes them a joiner."""
    added = operations.add_person(change=change(new), store=store(), **new)
    return created(document(added), f"/v1/people/{added.id}")


@blueprint.get("/people/<id:person_id>")
@allows(OWN, DIRECT_REPORT, LEADS_ACADEMY, HR, SIL, CEO)
@blueprint.response(200, Person)
def read_person(person_id: str) -> Answer:
    """A person, with the fields that the caller's access covers."""
    found = store().read_person(person_id, fields_of_person(permit().grants))
    record_read([person_id], "read_person")
    tell_names(named_in([found]))
    return answer(found, etag=found["version"])


@blueprint.patch("/people/<id:person_id>")
@allows(HR)
@blueprint.arguments(PersonPatch)
@blueprint.response(200, Person)
@versioned
@writes
def change_person(patch: dict[str, Any], person_id: str) -> Answer:
    """Change names, kind, identifiers or date of birth; a name that goes stays as a former name."""
    person = operations.change_person(person_id, version=if_match(), change=change(patch), store=store(), **patch)
    return changed(person, "change_person")


@blueprint.put("/people/<id:person_id>/line-manager")
@allows(HR)
@blueprint.arguments(LineManagerNew)
@blueprint.response(200, Person)
@writes
def change_line_manager(new: dict[str, Any], person_id: str) -> Answer:
    """Name who manages somebody from a day on; the one before ends the day before."""
    person = operations.change_line_manager(
        person_id, manager=new["person"], from_=new["from_"], change=change(new), store=store()
    )
    return changed(person, "change_line_manager")


@blueprint.get("/people/<id:person_id>/changes")
@allows(OWN, HR)
@blueprint.arguments(PageArgs, location="query")
@blueprint.response(200, ChangePage)
def list_changes(query: dict[str, Any], person_id: str) -> Answer:
    """The change history of a person, newest first: who, when, why, and each field before and after.

    What two records that were made one brought to it is for HR: where that was undone, it is somebody else's.
    """
    found = store().read_person(person_id, {"_id": 1})
    record_read([person_id], "list_changes")
    merged = may_see_what_merged(permit().grants)
    changes = store().read_changes(found["_id"], Paging.out_of(query), merged=merged)
    tell_names(actor_in(one) for one in changes.items)
    return page(changes)
