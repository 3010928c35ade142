"""Several people doing the same thing at the same moment, on the real database."""

import datetime as dt
from collections import Counter
from typing import Any

from acorn_cpd import operations
from acorn_cpd.model.vocabulary import Kind
from acorn_cpd.store import Store
from servicekit.mongo import transaction
from servicekit.testing import at_once

AT_ONCE = 8


def test_of_many_verifications_at_once_one_wins_and_the_others_are_stale(trust: Any) -> None:
    record = trust.declare()
    verifiers = [trust.as_(who) for who in ("ben", "head of elm") * (AT_ONCE // 2)]

    answers = at_once(AT_ONCE, lambda number: verifiers[number].change("POST", trust.at(record, "verify"), 1))

    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: AT_ONCE - 1}
    assert [event["type"] for event in trust.events()] == ["cpd.record-declared.v1", "cpd.record-verified.v1"]
    assert trust.as_("amina").get(trust.at(record)).get_json()["version"] == 2


def test_of_a_verification_and_amendments_at_once_one_wins(trust: Any) -> None:
    record = trust.declare()
    amina, ben = trust.as_("amina"), trust.as_("ben")

    def do(number: int) -> Any:
        if number % 2:
            return ben.change("POST", trust.at(record, "verify"), 1)
        return amina.change("PATCH", trust.at(record), 1, {"why": "x", "hours": 1.0 + number})

    assert Counter(answer.status_code for answer in at_once(AT_ONCE, do)) == {200: 1, 412: AT_ONCE - 1}
    assert len(trust.events()) == 2


def test_one_declaration_sent_many_times_at_once_with_its_key_is_one_record(trust: Any) -> None:
    amina, path = trust.as_("amina"), f"/people/{trust.amina}/records"

    answers = at_once(AT_ONCE, lambda _: amina.post(path, {**trust.phonics}, headers={"Idempotency-Key": "k"}))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.get_json()["id"] for answer in answers}) == 1
    assert len(trust.events()) == 1


def test_one_row_imported_many_times_at_once_is_one_record(trust: Any) -> None:
    row = {"title": "Safeguarding", "kind": Kind.COURSE, "date": dt.date(2026, 9, 2), "hours": 6.0}
    database = trust.app.extensions["acorn"].database

    def do(_: int) -> Any:
        return transaction(
            database.client,
            lambda session: operations.import_record(
                trust.amina, row, "CPD-7", by="person:hr", at=trust.clock(), store=Store(database, session=session)
            ),
        )

    made = [record for record in at_once(AT_ONCE, do) if record]

    assert len(made) == 1
    assert [event["type"] for event in trust.events()] == ["cpd.record-imported.v1"]
