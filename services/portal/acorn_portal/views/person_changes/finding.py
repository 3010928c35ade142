"""Line managers: found by what HR types, chosen where several are."""

from collections.abc import Sequence

from acorn_portal.calls import later, services
from acorn_portal.clients.staff import Person
from acorn_portal.forms.person_changes import ManagerFields
from acorn_portal.trust import Trust
from acorn_portal.views.person_changes.subject import full_name

_MOST = 10
_LONGEST_SEARCH = 100
"""Of a name, as the service takes one."""


def people_found(text: str, *, but: str | None = None) -> tuple[list[Person], bool]:
    """The people who have not left and are found by a name or an e-mail address, and whether there are more."""
    staff = services().staff
    if "@" in text:
        page = later(staff.list_people, email=text[:254], left=False, limit=_MOST).answer()
    else:
        page = later(staff.list_people, name=text[:_LONGEST_SEARCH], left=False, limit=_MOST).answer()
    return [person for person in page["items"] if person["id"] != but], page["next"] is not None


def described(person: Person, trust: Trust) -> str:
    """A person told apart from others of the same name: what they do where today, or their e-mail address."""
    day = trust.today.isoformat()
    jobs = [
        f"{trust.title(one['post'])} at {trust.place(one['organisation'])}"
        for one in person["appointments"]
        if one["from"] <= day and (one["to"] is None or day <= one["to"])
    ]
    return ", ".join([full_name(person), *(jobs or [person["email"] or "no appointment today"])])


def choices(people: Sequence[Person], trust: Trust) -> dict[str, str]:
    """People to choose from, for a form."""
    return {person["id"]: described(person, trust) for person in people}


def offer(form: ManagerFields, trust: Trust, *, but: str | None = None) -> None:
    """Show again whom the form's search finds, so that what was chosen stays chosen."""
    if form.manager_name.data and not form.manager.choices:
        form.manager.choices = choices(people_found(form.manager_name.data, but=but)[0], trust)


def settled(form: ManagerFields, trust: Trust, *, but: str | None = None) -> str | None:
    """The line manager's name where the form names one whom it can only be; else the form says what to do.

    None where nobody is named, and where the form has a question left.
    """
    text = form.manager_name.data
    if not text:
        form.manager.data = None
        return None
    people, more = people_found(text, but=but)
    form.manager.choices = choices(people, trust)
    found = {person["id"]: person for person in people}
    if len(found) == 1 and not more:
        form.manager.data = next(iter(found))
    if form.manager.data in found:
        return full_name(found[form.manager.data])
    form.manager.data = None
    if not found:
        form.refuse_field(
            "manager_name",
            "Nobody who works here is found by this. Type their work e-mail address or their whole name, or leave it "
            "empty and name them later.",
        )
    elif more:
        form.refuse_field("manager", f"More than {len(found)} people are found. Choose one, or type more of the name.")
    else:
        form.refuse_field("manager", "Several people are found. Choose one of them.")
    return None
