"""What this service tells the others: every event type it publishes, and the part of a record that goes with it.

The type only says why; the state is whole each time. What a person writes for their manager (reflection, impact), what
they were asked and what an amendment replaced stay in this service.
"""

from typing import Any

from acorn_cpd.model.record import Record
from servicekit.documents import to_plain

RECORD_DECLARED = "cpd.record-declared.v1"
RECORD_IMPORTED = "cpd.record-imported.v1"
RECORD_VERIFIED = "cpd.record-verified.v1"
RECORD_QUERIED = "cpd.record-queried.v1"
RECORD_AMENDED = "cpd.record-amended.v1"
RECORD_WITHDRAWN = "cpd.record-withdrawn.v1"
RECORD_ERASED = "cpd.record-erased.v1"

EVENTS: tuple[str, ...] = (
    RECORD_DECLARED,
    RECORD_IMPORTED,
    RECORD_VERIFIED,
    RECORD_QUERIED,
    RECORD_AMENDED,
    RECORD_WITHDRAWN,
    RECORD_ERASED,
)
"""Every event type that the service publishes; each has a schema and an example in `contracts/events`."""

_PUBLISHED = (
    "id",
    "person",
    "title",
    "kind",
    "topics",
    "date",
    "ends",
    "hours",
    "provider",
    "academic_year",
    "source",
    "state",
)


def published(record: Record) -> dict[str, Any]:
    """The state that an event carries: all that other services may know."""
    plain: dict[str, Any] = to_plain(record)
    return {field: plain[field] for field in _PUBLISHED}
