"""Answers are stored documents, not dumps of schemas: here each is held against the schema that documents it."""

from collections.abc import Callable
from typing import Any

from acorn_cpd import schemas


def test_every_answer_is_as_documented(trust: Any) -> None:
    record = trust.step("ben", trust.declare(impact="More read on.", ends="2026-10-15"), "verify")
    record = trust.step("ben", record, "query", {"question": "Was it the whole day?"})
    record = trust.amend("amina", record, hours=6.0)
    record = trust.step("ben", record, "verify")
    withdrawn = trust.step("amina", trust.declare(), "withdraw", {"why": "I was ill."})
    trust.declare("hr", trust.somebody_new)
    trust.declare()
    history = f"/people/{trust.amina}/history"
    answers: dict[Callable[[], Any], list[Any]] = {
        schemas.Record: [record, withdrawn, trust.as_("ben").get(trust.at(record)).get_json()],
        schemas.RecordLinePage: [
            trust.as_("ben").get(history, query_string={"limit": 1}).get_json(),
            trust.as_("ben").get(history, query_string={"state": "withdrawn"}).get_json(),
        ],
        schemas.RecordOfSomebodyPage: [trust.as_("hr").get("/records").get_json()],
        schemas.HoursByYear: [trust.as_("sil").get(f"/people/{trust.amina}/hours").get_json()],
    }

    for schema, given in answers.items():
        for answer in given:
            assert answer.get("items") != []
            assert schema().validate(answer) == {}


def test_a_schema_of_an_answer_notices_what_is_missing_and_what_is_too_much(trust: Any) -> None:
    record = trust.declare()

    assert schemas.Record().validate({**record, "imported": None}) == {"imported": ["Unknown field."]}
    del record["impact"]
    assert list(schemas.Record().validate(record)) == ["impact"]
