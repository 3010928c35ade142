"""Facts about people with their days: responsibilities, year groups, absences, delegates."""

from typing import Any

from acorn_staff.model.facts import Absence, Delegation, Fact, Responsibility, YearGroup
from acorn_staff.operations import facts as operations
from acorn_staff.routes.calling import change, changed, document, store
from acorn_staff.schemas.facts import (
    AbsenceNew,
    AbsencePatch,
    DaysPatch,
    DelegationNew,
    ResponsibilityNew,
    YearGroupNew,
)
from acorn_staff.schemas.people import Person
from acorn_staff.schemas.values import Retraction
from servicekit.access import HR, OWN, allows
from servicekit.app import Answer, created, record_read, writes
from servicekit.routing import blueprint as make_blueprint

blueprint = make_blueprint(
    "facts", __name__, description="Responsibilities, year groups, absences and delegates, from when to when."
)


def _recorded(person_id: str, kind: type[Fact], new: dict[str, Any], operation: str) -> Answer:
    person = operations.record_fact(person_id, kind, change=change(new), store=store(), **new)
    record_read([person.id], operation)
    return created(document(person), f"/v1/people/{person.id}")


def _changed(person_id: str, kind: type[Fact], fact_id: str, patch: dict[str, Any], operation: str) -> Answer:
    return changed(
        operations.change_fact(person_id, kind, fact_id, change=change(patch), store=store(), **patch), operation
    )


def _retracted(person_id: str, kind: type[Fact], fact_id: str, said: dict[str, Any], operation: str) -> Answer:
    return changed(operations.retract_fact(person_id, kind, fact_id, change=change(said), store=store()), operation)


@blueprint.post("/people/<id:person_id>/responsibilities")
@allows(HR)
@blueprint.arguments(ResponsibilityNew)
@blueprint.response(201, Person)
@writes
def add_responsibility(new: dict[str, Any], person_id: str) -> Answer:
    """Record what somebody answers for at an organisation where they work, such as English, from a day on."""
    return _recorded(person_id, Responsibility, new, "add_responsibility")


@blueprint.patch("/people/<id:person_id>/responsibilities/<id:fact_id>")
@allows(HR)
@blueprint.arguments(DaysPatch)
@blueprint.response(200, Person)
@writes
def change_responsibility(patch: dict[str, Any], person_id: str, fact_id: str) -> Answer:
    """Change the days of a responsibility, such as its last one."""
    return _changed(person_id, Responsibility, fact_id, patch, "change_responsibility")


@blueprint.post("/people/<id:person_id>/responsibilities/<id:fact_id>/retraction")
@allows(HR)
@blueprint.arguments(Retraction)
@blueprint.response(200, Person)
@writes
def retract_responsibility(said: dict[str, Any], person_id: str, fact_id: str) -> Answer:
    """Take back a responsibility that was recorded in error; one that is over is given its last day instead."""
    return _retracted(person_id, Responsibility, fact_id, said, "retract_responsibility")


@blueprint.post("/people/<id:person_id>/year-groups")
@allows(HR)
@blueprint.arguments(YearGroupNew)
@blueprint.response(201, Person)
@writes
def add_year_group(new: dict[str, Any], person_id: str) -> Answer:
    """Record which year group somebody teaches or leads, from a day on."""
    return _recorded(person_id, YearGroup, new, "add_year_group")


@blueprint.patch("/people/<id:person_id>/year-groups/<id:fact_id>")
@allows(HR)
@blueprint.arguments(DaysPatch)
@blueprint.response(200, Person)
@writes
def change_year_group(patch: dict[str, Any], person_id: str, fact_id: str) -> Answer:
    """Change the days on which somebody teaches or leads a year group."""
    return _changed(person_id, YearGroup, fact_id, patch, "change_year_group")


@blueprint.post("/people/<id:person_id>/year-groups/<id:fact_id>/retraction")
@allows(HR)
@blueprint.arguments(Retraction)
@blueprint.response(200, Person)
@writes
def retract_year_group(said: dict[str, Any], person_id: str, fact_id: str) -> Answer:
    """Take back a year group that was recorded in error."""
    return _retracted(person_id, YearGroup, fact_id, said, "retract_year_group")


@blueprint.post("/people/<id:person_id>/absences")
@allows(HR)
@blueprint.arguments(AbsenceNew)
@blueprint.response(201, Person)
@writes
def record_absence(new: dict[str, Any], person_id: str) -> Answer:
    """Record that somebody is away, with the reason; the other services hear the dates alone."""
    return _recorded(person_id, Absence, new, "record_absence")


@blueprint.patch("/people/<id:person_id>/absences/<id:fact_id>")
@allows(HR)
@blueprint.arguments(AbsencePatch)
@blueprint.response(200, Person)
@writes
def change_absence(patch: dict[str, Any], person_id: str, fact_id: str) -> Answer:
    """Change the days or the reason of an absence, such as the day of coming back."""
    return _changed(person_id, Absence, fact_id, patch, "change_absence")


@blueprint.post("/people/<id:person_id>/absences/<id:fact_id>/retraction")
@allows(HR)
@blueprint.arguments(Retraction)
@blueprint.response(200, Person)
@writes
def retract_absence(said: dict[str, Any], person_id: str, fact_id: str) -> Answer:
    """Take back an absence that was recorded in error."""
    return _retracted(person_id, Absence, fact_id, said, "retract_absence")


@blueprint.post("/people/<id:person_id>/delegates")
@allows(OWN, HR)
@blueprint.arguments(DelegationNew)
@blueprint.response(201, Person)
@writes
def add_delegate(new: dict[str, Any], person_id: str) -> Answer:
    """Name who decides in a head's, or the chief executive's, stead for some days: they may do so themselves."""
    return _recorded(person_id, Delegation, new, "add_delegate")


@blueprint.patch("/people/<id:person_id>/delegates/<id:fact_id>")
@allows(OWN, HR)
@blueprint.arguments(DaysPatch)
@blueprint.response(200, Person)
@writes
def change_delegate(patch: dict[str, Any], person_id: str, fact_id: str) -> Answer:
    """Change the days on which somebody decides in another's stead."""
    return _changed(person_id, Delegation, fact_id, patch, "change_delegate")


@blueprint.post("/people/<id:person_id>/delegates/<id:fact_id>/retraction")
@allows(OWN, HR)
@blueprint.arguments(Retraction)
@blueprint.response(200, Person)
@writes
def retract_delegate(said: dict[str, Any], person_id: str, fact_id: str) -> Answer:
    """Take back a delegate who was named in error."""
    return _retracted(person_id, Delegation, fact_id, said, "retract_delegate")
