"""What an answer says of a stored record beyond what is stored: who those are that acted, and who may act now."""

from collections.abc import Iterator

from acorn_cpd.model.record import takes_a_verification
from acorn_cpd.model.vocabulary import State
from servicekit.access import DIRECT_REPORT, HR, LEADS_ACADEMY, caller
from servicekit.answers import Mention, actor_in
from servicekit.mongo import Document

JUDGES = (DIRECT_REPORT, LEADS_ACADEMY, HR)
"""Who verifies and queries records: the line, and HR. SIL and CEO read everything and judge nothing."""


def actors(record: Document) -> Iterator[Mention]:
    """Everybody who acted on a record."""
    yield actor_in(record, "declared_by")
    past = (*record.get("judgements", ()), *record.get("amendments", ()))
    for fact in (record["verification"], record["query"], record["withdrawal"], *past):
        if fact is not None:
            yield actor_in(fact)


def may_verify(record: Document, *, judges: bool) -> bool:
    """Tell whether the caller may verify a record now; `judges` says whether they judge its person's CPD."""
    own = record["person"] == caller().person_id
    return judges and not own and takes_a_verification(State(record["state"]), record["version"])
