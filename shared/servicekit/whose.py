"""Who is meant by an identifier, for those who may ask about anybody and cannot search: data protection."""

from servicekit.ids import valid_id
from servicekit.problems import Conflict, NotFound
from servicekit.request import state

_CALLED = {"email": "e-mail address", "employee_number": "employee number", "trn": "TRN"}


def person_meant(
    *, person: str | None = None, email: str | None = None, employee_number: str | None = None, trn: str | None = None
) -> str:
    """The present id of whoever is meant by exactly one of these, leavers too.

    `NotFound` for nobody; `Conflict` where several have it, which says how many and not who. An id that is not known is
    taken for somebody's: a service may hold something of people of whom it has not heard yet.
    """
    people = state().people
    if person is not None:
        return people.present([person]).get(person, person)
    asked = {"email": email, "employee_number": employee_number, "trn": trn}
    name, value = next((name, value) for name, value in asked.items() if value is not None)
    found = people.people_by_identifier(**{name: value})
    if not found:
        raise NotFound(f"Nobody has this {_CALLED[name]}, and nobody who has left had it.")
    if len(found) > 1:
        raise Conflict(
            f"{len(found)} people have this {_CALLED[name]}. Say who is meant by an employee number or a TRN.",
            people=len(found),
        )
    return str(found[0]["_id"])


def person_called(said: str) -> str:
    """The present id of whoever is meant by an id, an e-mail address or an employee number; refusals as above."""
    if valid_id(said):
        return person_meant(person=said)
    return person_meant(email=said) if "@" in said else person_meant(employee_number=said)
