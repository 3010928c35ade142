"""How people and organisations are found: what is kept beside them for it, and the conditions that a search makes."""

import re
from datetime import date
from typing import Any

from acorn_staff.model import words
from acorn_staff.model.calendar import Calendar
from acorn_staff.model.organisation import Organisation
from acorn_staff.model.person import Person
from acorn_staff.model.vocabularies import Vocabulary
from directory.dates import in_force
from directory.scope import not_left

Condition = dict[str, Any]
"""A condition, or a part of a document, in MongoDB's language."""


def found_by(kept: Person | Organisation | Calendar | Vocabulary) -> Condition:
    """What an aggregate is searched and sorted by: beside its document's own fields, and never served."""
    if isinstance(kept, Organisation):
        return {"words": words.searchable(kept.name), "sort_name": words.sort_name(kept.name)}
    if not isinstance(kept, Person):
        return {}
    former = [name for had in kept.former_names for name in (had.given_name, had.family_name)]
    by: Condition = {
        "words": words.searchable(kept.given_name, kept.family_name),
        "words_ever": words.searchable(kept.given_name, kept.family_name, *former),
        "sort_name": words.sort_name(kept.family_name, kept.given_name),
    }
    for bound in kept.sign_ins:
        if bound.to is None:
            by["signs_in_as"] = {"issuer": bound.issuer, "subject": bound.subject}
    return by


def conditions(
    *,
    on: date,
    name: str | None = None,
    former_names: bool = False,
    email: str | None = None,
    employee_number: str | None = None,
    organisation: str | None = None,
    post: str | None = None,
    responsibility: str | None = None,
    year_group: str | None = None,
    in_post: bool = False,
    left: bool | None = None,
    today: date,
) -> list[Condition]:
    """The conditions of a search for people.

    `name`: words that begin so, former names too where `former_names`; `email`, `employee_number`: exactly;
    `organisation`, `post`, `responsibility`, `year_group`: held on the day `on`, the last two at that organisation
    where one is given; `in_post`: holding any appointment on that day; `left`: whether they have left `today`.
    """
    # A record that has become part of another one is found there.
    found: list[Condition] = [{"merged_into": None}]
    if name is not None:
        found += beginnings(name, "words_ever" if former_names else "words")
    if email is not None:
        found.append({"email": email.strip().lower()})
    if employee_number is not None:
        found.append({"employee_numbers": employee_number.strip()})
    there = {"organisation": organisation} if organisation else {}
    if organisation or post or in_post:
        held = {"post": post} if post else {}
        found.append({"appointments": {"$elemMatch": {**in_force(on), **there, **held}}})
    for kept, field, code in (
        ("responsibilities", "responsibility", responsibility),
        ("year_groups", "year_group", year_group),
    ):
        if code:
            found.append({kept: {"$elemMatch": {**in_force(on, "until"), **there, field: code}}})
    if left is not None:
        found.append({"$nor": [not_left(today)]} if left else not_left(today))
    return found


def beginnings(asked: str, field: str) -> list[Condition]:
    """The conditions that a field has words that begin with the words of a query; no word at all finds nothing."""
    prefixes = words.asked(asked)
    if not prefixes:
        # Nothing but dots and dashes begins no word.
        return [{"_id": {"$in": []}}]
    return [{field: {"$regex": "^" + re.escape(prefix)}} for prefix in prefixes]
