"""What a change of somebody's appointments brings about, said before HR confirms it and after it was made.

Source of who sees whom: domain brief, rule 12.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from acorn_portal.clients.staff import Appointment, Organisation, Person
from acorn_portal.trust import Trust
from acorn_portal.views.person_changes.subject import full_name
from acorn_portal.words import long_date, weekdays

_A_DAY = timedelta(days=1)
_GONE = (
    "From the day after they cannot see their record, and heads and line managers cannot either. It stays for HR, "
    "the School Improvement Lead and the CEO."
)


def of_appointing(name: str, held: Sequence[Appointment], new: Appointment, trust: Trust) -> list[str]:
    """What an appointment does: when somebody starts, and who sees them from then on."""
    starts = date.fromisoformat(new["from"])
    said = [f"{name} starts at {trust.place(new['organisation'])} on {long_date(starts)}."]
    kept = _kept(held, starts)
    if kept:
        said.append("They keep: " + "; ".join(_held(one, trust) for one in kept) + ".")
    place = trust.organisations.get(new["organisation"])
    if place and place["kind"] == "academy":
        if not _works_at(held, place["id"], starts - _A_DAY):
            said.append(f"{_from(starts, trust.today)} the head of {place['name']} sees their record.")
        said += _leads(name, new["post"], place, starts, trust)
    return said


def of_moving(person: Person, old: Appointment, new: Appointment, trust: Trust) -> list[str]:
    """What a move does: what ends and starts when, and which heads see whom from then on."""
    name, on = full_name(person), date.fromisoformat(new["from"])
    last, first = long_date(on - _A_DAY), long_date(on)
    before, after = trust.place(old["organisation"]), trust.place(new["organisation"])
    if new["organisation"] == old["organisation"]:
        said = [
            f"{name} stays at {after}: {_job(old, trust)} until {last}, then {_job(new, trust)} from {first}.",
        ]
    else:
        said = [f"{name} leaves {before} on {last} and starts at {after} on {first}."]
    if old["to"]:
        said.append(f"The last day that is already fixed stays: {long_date(old['to'])}.")
    others = [one for one in person["appointments"] if one["id"] != old["id"]]
    said += _who_sees(old, new, others, on, trust)
    manager = next((line for line in person["line_managers"] if line["to"] is None), None)
    if manager and manager["name"] and new["organisation"] != old["organisation"]:
        said.append(f"Their line manager stays {manager['name']}; change it on their page if somebody else takes over.")
    place = trust.organisations.get(new["organisation"])
    if place and place["kind"] == "academy" and (old["organisation"], old["post"]) != (place["id"], new["post"]):
        said += _leads(name, new["post"], place, on, trust)
    return said


def of_ending(person: Person, old: Appointment, on: date, trust: Trust) -> list[str]:
    """What the end of an appointment does: whether somebody leaves the trust by it, or what they keep."""
    name = full_name(person)
    place = trust.place(old["organisation"])
    said = [f"{name}’s last day as {trust.title(old['post'])} at {place} is {long_date(on)}."]
    others = [one for one in person["appointments"] if one["id"] != old["id"]]
    kept = _kept(others, on + _A_DAY)
    if kept:
        return [*said, "They stay in the trust: " + "; ".join(_held(one, trust) for one in kept) + "."]
    return [
        *said,
        f"They have no other appointment after that day, so they leave the trust on {long_date(on)}.",
        _GONE,
    ]


def of_leaving(person: Person, ending: Sequence[Appointment], on: date, trust: Trust) -> list[str]:
    """What it does that somebody leaves with all that they hold: what ends, and who sees them no longer."""
    name = full_name(person)
    leads = [one for one in ending if one["post"] in trust.posts and trust.posts[one["post"]]["leads"]]
    return [
        f"{name} leaves the trust on {long_date(on)}.",
        *(
            f"Their last day as {trust.title(one['post'])} at {trust.place(one['organisation'])} is then."
            for one in ending
        ),
        "What they answer for and the year groups that they teach or lead end with it.",
        *(
            f"{trust.place(one['organisation'])} has no head from the next day, unless another one is recorded."
            for one in leads
        ),
        _GONE,
    ]


def left(person: Person, on: date, trust: Trust) -> str:
    """That somebody leaves, once it is saved."""
    return f"{full_name(person)} {'left' if on < trust.today else 'leaves'} the trust on {long_date(on)}."


def ended(person: Person, old: Appointment, on: date, trust: Trust) -> str:
    """That an appointment ends, once it is saved."""
    name = full_name(person)
    if not _kept([one for one in person["appointments"] if one["id"] != old["id"]], on + _A_DAY):
        return left(person, on, trust)
    verb = "was" if on < trust.today else "is"
    return f"{name}’s last day at {trust.place(old['organisation'])} {verb} {long_date(on)}."


def of_retaining(person: Person, old: Appointment, trust: Trust) -> list[str]:
    """What it does to take back an end: that somebody stays, and which move is called off with it."""
    name = full_name(person)
    said = [f"{name} stays in this post: {long_date(old['to'])} is no longer their last day in it."]
    for called_off in _moved_to(person, old):
        said.append(f"Their move is called off: {trust.job(called_off)}, from {long_date(called_off['from'])}.")
        if called_off["to"]:
            said.append(f"The last day that is already fixed stays: {long_date(called_off['to'])}.")
    return said


def retained(person: Person, old: Appointment, trust: Trust) -> str:
    """That somebody stays, once it is saved."""
    off = " Their move is called off." if _moved_to(person, old) else ""
    return f"{full_name(person)} stays: {trust.job(old)}.{off}"


def _moved_to(person: Person, old: Appointment) -> list[Appointment]:
    return [one for one in person["appointments"] if one.get("follows") == old["id"]]


def _who_sees(old: Appointment, new: Appointment, others: Sequence[Appointment], on: date, trust: Trust) -> list[str]:
    """Which head begins to see somebody's record, and which no longer does."""
    if new["organisation"] == old["organisation"]:
        return []
    place, was = trust.organisations.get(new["organisation"]), trust.organisations.get(old["organisation"])
    parts = []
    if place and place["kind"] == "academy" and not _works_at(others, place["id"], on - _A_DAY):
        parts.append(f"the head of {place['name']} sees their record")
    if was and was["kind"] == "academy" and not _works_at(others, was["id"], on):
        parts.append(f"the head of {was['name']} no longer {'does' if parts else 'sees their record'}")
    return [f"{_from(on, trust.today)} {', '.join(parts)}."] if parts else []


def _leads(name: str, post: str, place: Organisation, on: date, trust: Trust) -> list[str]:
    if post not in trust.posts or not trust.posts[post]["leads"]:
        return []
    return [f"{_from(on, trust.today)} {name} leads {place['name']} and sees the records of everybody who works there."]


def _kept(held: Sequence[Appointment], after: date) -> list[Appointment]:
    """The appointments that are in force on a day, or begin later."""
    return [one for one in held if one["to"] is None or date.fromisoformat(one["to"]) >= after]


def _works_at(held: Sequence[Appointment], organisation: str, on: date) -> bool:
    day = on.isoformat()
    return any(
        one["organisation"] == organisation and one["from"] <= day and (one["to"] is None or day <= one["to"])
        for one in held
    )


def _from(on: date, today: date) -> str:
    return "At once" if on <= today else f"From {long_date(on)}"


def _job(one: Appointment, trust: Trust) -> str:
    on = weekdays(one.get("working_days") or ())
    return f"{trust.title(one['post'])}, {one['fte']:g} FTE,{f' on {on},' if on else ''}"


def _held(one: Appointment, trust: Trust) -> str:
    until = f" until {long_date(one['to'])}" if one["to"] else ""
    return f"{trust.job(one)}{until}"
