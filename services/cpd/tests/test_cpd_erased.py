"""Somebody was erased: their CPD goes too, whatever order it is heard in, and nobody declares any for them."""

import itertools
from dataclasses import replace
from typing import Any

import pytest

from acorn_cpd import store as stores
from acorn_cpd.handlers import HANDLERS
from servicekit.erasure.store import WORK, work
from servicekit.events import Event
from servicekit.inbox import Handlers
from servicekit.mongo import transaction


def event(trust: Any, version: int, why: str = "changed") -> Event:
    state = {**trust.published_person(trust.amina), "family_name": f"Yusuf {version}"}
    return Event(
        id=f"e{version}",
        type=f"staff.person-{why}.v1",
        source="/acorn/staff",
        subject=trust.amina,
        time=trust.clock(),
        epoch=1,
        version=version,
        state=state,
    )


def erased(trust: Any, version: int = 4) -> Event:
    return replace(event(trust, version, "erased"), state={"id": trust.amina, "erased": True})


def hear(trust: Any, heard: Event) -> None:
    def batch(session: Any) -> None:
        store = stores.make_store(trust.database, session)
        handler = Handlers(HANDLERS).find(heard.type)
        assert handler
        handler(heard, store)
        store.flush()

    transaction(trust.database.client, batch)


class Unhurried:
    """The progress of work that nobody takes away."""

    def renew(self) -> None: ...


def do_the_work(trust: Any) -> None:
    for unit in list(trust.database["work"].find({"kind": WORK})):
        work(stores.erase, clock=trust.clock)[WORK](trust.database, unit["payload"], Unhurried())  # type: ignore[arg-type]


@pytest.mark.parametrize("order", list(itertools.permutations([2, 3, 4])))
def test_an_erasure_is_final_in_any_order_delivered_twice(trust: Any, order: tuple[int, ...]) -> None:
    trust.declare()
    kept = trust.declare("olu", trust.olu)
    events = {2: event(trust, 2), 3: event(trust, 3), 4: erased(trust)}

    for version in (*order, *order):
        hear(trust, events[version])
    do_the_work(trust)

    assert [row["_id"] for row in trust.database["records"].find()] == [kept["id"]]
    assert trust.as_("hr").get(f"/people/{trust.amina}/history").get_json()["items"] == []
    assert stores.Store(trust.database).people.names([trust.amina]) == {}
    assert trust.as_("ben").get(f"/people/{trust.amina}/history").status_code == 404
    assert trust.database["work"].count_documents({"kind": WORK}) == 2, "once, and once more for what was under way"


def test_the_others_are_told_of_each_record_and_hold_no_older_word_of_it(trust: Any) -> None:
    record = trust.declare()
    trust.amend("amina", record, title="Corrected")

    hear(trust, erased(trust))
    do_the_work(trust)

    (told,) = trust.events()
    assert (told["type"], told["subject"]) == ("cpd.record-erased.v1", record["id"])
    assert told["data"] == {"epoch": 1, "version": 3, "state": {"id": record["id"], "erased": True}}


def test_more_records_than_one_transaction_holds_all_go(trust: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "_PAGE", 2)
    for number in range(5):
        trust.declare(title=f"Course {number}")

    hear(trust, erased(trust))
    do_the_work(trust)

    assert trust.database["records"].count_documents({}) == 0
    assert len(trust.events()) == 5


def test_nobody_declares_cpd_for_who_was_erased(trust: Any) -> None:
    hear(trust, erased(trust))

    refused = trust.as_("hr").post(f"/people/{trust.amina}/records", {**trust.phonics})

    assert refused.status_code == 404
    assert trust.database["records"].count_documents({}) == 0


def test_data_protection_sees_when_it_is_done(trust: Any) -> None:
    trust.declare()
    path = f"/people/{trust.amina}/erasure"
    before = trust.as_("data protection").get(path).get_json()
    hear(trust, erased(trust))
    begun = trust.as_("data protection").get(path).get_json()
    do_the_work(trust)
    done = trust.as_("data protection").get(path).get_json()

    assert before["holds"] == [{"what": "records", "count": 1}]
    assert [before["erased_at"], before["done_at"]] == [None, None]
    assert begun["erased_at"] == "2026-11-23T09:00:00.000Z"
    assert begun["done_at"] is None
    assert done["done_at"] == "2026-11-23T09:00:00.000Z"
    assert trust.as_("hr").get(path).status_code == 403
