"""Records together: a person's history and hours, and what waits for a manager."""

from typing import Any

from flask import Response, request

from acorn_cpd import sheet
from acorn_cpd.routes.showing import JUDGES, actors, may_verify
from acorn_cpd.schemas import HistoryQuery, HoursByYear, RecordLinePage, RecordOfSomebodyPage, WaitingQuery
from acorn_cpd.store import Store, history_filter, waiting_filter
from servicekit.access import CEO, DIRECT_REPORT, HR, LEADS_ACADEMY, OWN, SIL, allows, caller, permit
from servicekit.answers import tell_names
from servicekit.app import Answer, answer, bound, page, record_read, today
from servicekit.app import blueprint as make_blueprint
from servicekit.paging import Paging

blueprint = make_blueprint("history", __name__, description="Histories, hours by academic year, and what waits.")
store = bound(Store)

_CSV = "text/csv"


@blueprint.get("/people/<id:person_id>/history")
@allows(OWN, DIRECT_REPORT, LEADS_ACADEMY, HR, SIL, CEO)
@blueprint.arguments(HistoryQuery, location="query")
@blueprint.response(200, RecordLinePage)
@blueprint.doc(
    responses={
        200: {
            "content": {
                _CSV: {
                    "schema": {"type": "string"},
                    "example": f"{','.join(sheet.COLUMNS)}\r\n2019-10-14,,2019-20,Phonics in Reception,course,…\r\n",
                }
            }
        }
    }
)
def read_history(query: dict[str, Any], person_id: str) -> Answer:
    """A person's CPD history: one timeline, newest first.

    Withdrawn records are shown when they are asked for (`state=withdrawn`). With `Accept: text/csv` the answer is the
    whole filtered history as a CSV file, whatever `limit` and `cursor` say.
    """
    paging = Paging.out_of(query)
    filters = history_filter(store().people.identities(person_id), query)
    if request.accept_mimetypes.best_match(["application/json", _CSV], default="application/json") == _CSV:
        records = store().whole_history(filters)
        record_read([person_id], "export_history")
        response = Response(sheet.lines(records), content_type=f"{_CSV}; charset=utf-8; header=present")
        response.headers["Content-Disposition"] = f'attachment; filename="cpd-history-{person_id}-{today()}.csv"'
    else:
        found = store().history(filters, paging, caller().actor)
        record_read([person_id], "read_history")
        for record in found.items:
            record["person"] = person_id
        tell_names(mention for record in found.items for mention in actors(record))
        response = page(found)
    response.vary.add("Accept")
    return response


@blueprint.get("/people/<id:person_id>/hours")
@allows(OWN, DIRECT_REPORT, LEADS_ACADEMY, HR, SIL, CEO)
@blueprint.response(200, HoursByYear)
def read_hours(person_id: str) -> Answer:
    """A person's hours of CPD by academic year, the latest first: verified, awaiting verification, and by kind."""
    years = store().hours(person_id)
    record_read([person_id], "read_hours")
    return answer({"items": years})


@blueprint.get("/records")
@allows(DIRECT_REPORT, LEADS_ACADEMY, HR, SIL, CEO)
@blueprint.arguments(WaitingQuery, location="query")
@blueprint.response(200, RecordOfSomebodyPage)
def list_records(query: dict[str, Any]) -> Answer:
    """The records of the people whom the caller may see, one's own left out: by default those that wait.

    The longest declared comes first.
    """
    paging = Paging.out_of(query)
    judged = permit().only(*JUDGES).person_ids()
    people = judged if query["may_verify"] else permit().person_ids()
    reader = caller().person_id
    own = store().people.identities(reader) if reader else []
    found = store().waiting(waiting_filter(people, own, query), paging, caller().actor)
    present = store().people.present({record["person"] for record in found.items})
    for record in found.items:
        record["person"] = present.get(record["person"], record["person"])
    record_read([record["person"] for record in found.items], "list_records")
    for record in found.items:
        record["may_verify"] = may_verify(record, judges=judged is None or record["person"] in judged)
    tell_names(mention for record in found.items for mention in ((record, "name", record["person"]), *actors(record)))
    return page(found)
