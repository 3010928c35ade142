"""Facts with days, as staff publishes and keeps them: ISO dates, both ends inclusive, null while no end is known."""

from datetime import date
from typing import Any

from servicekit.mongo import Document


def last_day(fact: Document) -> str | None:
    """The last day of a fact: what staff worked out beside what was said, or what it published."""
    last: str | None = fact.get("until", fact["to"])
    return last


def holds(fact: Document, day: date) -> bool:
    """Tell whether a fact holds on a day."""
    iso, last = day.isoformat(), last_day(fact)
    return bool(fact["from"] <= iso and (last is None or iso <= last))


def in_force(day: date, last: str = "to") -> dict[str, Any]:
    """The condition, in MongoDB's language, of a fact that holds on a day; `last` is the field with its last day."""
    iso = day.isoformat()
    return {"from": {"$lte": iso}, "$or": [{last: None}, {last: {"$gte": iso}}]}
