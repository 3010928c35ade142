"""One record of one person: declare, read, amend, verify, query, withdraw."""

from typing import Any

from acorn_cpd import operations
from acorn_cpd.routes.showing import JUDGES, actors, may_verify
from acorn_cpd.schemas import QueryNew, Record, RecordNew, RecordPatch, WithdrawalNew
from acorn_cpd.store import Store
from servicekit.access import CEO, DIRECT_REPORT, HR, LEADS_ACADEMY, OWN, SIL, allows, caller, permit
from servicekit.answers import tell_names
from servicekit.app import Answer, answer, bound, created, if_match, now, record_read, versioned, writes
from servicekit.app import blueprint as make_blueprint
from servicekit.mongo import Document

blueprint = make_blueprint("records", __name__, description="CPD records: one piece of one person's development each.")
store = bound(Store)

RECORDS = "/people/<id:person_id>/records"
RECORD = f"{RECORDS}/<id:record_id>"


@blueprint.post(RECORDS)
@allows(OWN, HR)
@blueprint.arguments(RecordNew)
@blueprint.response(201, Record)
@writes
def declare_record(new: dict[str, Any], person_id: str) -> Answer:
    """Record CPD that a person did outside the trust's programme.

    It waits until somebody else verifies it. HR may record it for anybody, also for somebody whom this service has not
    heard of yet.
    """
    made = operations.declare_record(person_id, new, by=caller().actor, at=now(), store=store())
    return created(_told(store().served(person_id, made.id)), f"/v1/people/{person_id}/records/{made.id}")


@blueprint.get(RECORD)
@allows(OWN, DIRECT_REPORT, LEADS_ACADEMY, HR, SIL, CEO)
@blueprint.response(200, Record)
def read_record(person_id: str, record_id: str) -> Answer:
    """Read a record with its whole past: who verified, queried and amended it, and what was there before."""
    return _shown(person_id, record_id, "read_record")


@blueprint.patch(RECORD)
@allows(OWN, HR)
@blueprint.arguments(RecordPatch)
@blueprint.response(200, Record)
@writes
@versioned
def amend_record(changes: dict[str, Any], person_id: str, record_id: str) -> Answer:
    """Correct a record.

    What stood there before is kept, and the record waits to be verified again. A correction that changes nothing is
    answered with the record as it is.
    """
    fields = {name: value for name, value in changes.items() if name != "why"}
    operations.amend_record(
        person_id,
        record_id,
        fields,
        why=changes["why"],
        version=if_match(),
        by=caller().actor,
        at=now(),
        store=store(),
    )
    return _shown(person_id, record_id, "amend_record")


@blueprint.post(f"{RECORD}/verify")
@allows(*JUDGES)
@blueprint.response(200, Record)
@writes
@versioned
def verify_record(person_id: str, record_id: str) -> Answer:
    """Confirm somebody else's record: from now on its hours count as verified."""
    operations.verify_record(person_id, record_id, version=if_match(), by=caller().actor, at=now(), store=store())
    return _shown(person_id, record_id, "verify_record")


@blueprint.post(f"{RECORD}/query")
@allows(*JUDGES)
@blueprint.arguments(QueryNew)
@blueprint.response(200, Record)
@writes
@versioned
def query_record(new: dict[str, Any], person_id: str, record_id: str) -> Answer:
    """Ask a question about somebody else's record; a verified one waits again."""
    operations.query_record(
        person_id, record_id, new["question"], version=if_match(), by=caller().actor, at=now(), store=store()
    )
    return _shown(person_id, record_id, "query_record")


@blueprint.post(f"{RECORD}/withdraw")
@allows(OWN, HR)
@blueprint.arguments(WithdrawalNew)
@blueprint.response(200, Record)
@writes
@versioned
def withdraw_record(new: dict[str, Any], person_id: str, record_id: str) -> Answer:
    """Take a record back for good: it stays in the history and no longer counts."""
    operations.withdraw_record(
        person_id, record_id, new["why"], version=if_match(), by=caller().actor, at=now(), store=store()
    )
    return _shown(person_id, record_id, "withdraw_record")


def _shown(person_id: str, record_id: str, what: str) -> Answer:
    # The answer to a write shows the whole record too, so it is a read like any other.
    document = store().served(person_id, record_id)
    record_read([person_id], what)
    return answer(_told(document), etag=document["version"])


def _told(record: Document) -> Document:
    tell_names(actors(record))
    return {**record, "may_verify": may_verify(record, judges=bool(permit().only(*JUDGES).grants))}
