"""What this service learns from others: delivered twice and out of order, the newest state is what is known."""

import itertools
from typing import Any

import pytest

from acorn_cpd.app import create_worker
from acorn_cpd.handlers import HANDLERS
from acorn_cpd.store import make_store
from servicekit.events import Event
from servicekit.mongo import transaction
from servicekit.settings import Settings


def heard(trust: Any, version: int, **changes: Any) -> Event:
    """An event of Amina's with her state at a version."""
    state = {**trust.published_person(trust.amina), "family_name": f"Yusuf {version}", **changes}
    return Event(
        id=f"e{version}",
        type="staff.person-changed.v1",
        source="/acorn/staff",
        subject=trust.amina,
        time=trust.clock(),
        epoch=1,
        version=version,
        state=state,
    )


@pytest.mark.parametrize("order", [*itertools.permutations([2, 3, 4]), (4, 4, 2), (2, 2, 4)])
def test_a_person_is_known_at_their_newest_state_whatever_order_the_events_come_in(trust: Any, order: Any) -> None:
    record = trust.declare()

    for version in order:

        def batch(session: Any, version: int = version) -> None:
            store = make_store(trust.database, session)
            HANDLERS["staff.person-*.v1"](heard(trust, version), store)
            store.flush()

        transaction(trust.database.client, batch)

    [line] = trust.as_("hr").get("/records").get_json()["items"]
    assert (line["id"], line["name"]) == (record["id"], f"Amina Yusuf {max(order)}")


def test_a_record_of_somebody_unknown_is_seen_by_their_manager_once_they_are_heard_of(trust: Any) -> None:
    record = trust.declare("hr", trust.somebody_new)
    assert trust.as_("ben").get(trust.at(record)).status_code == 404

    state = {**trust.published_person(trust.amina), "id": trust.somebody_new, "given_name": "New", "sign_ins": []}
    transaction(trust.database.client, lambda session: _hear(trust, session, state))

    assert trust.as_("ben").get(trust.at(record)).status_code == 200
    assert trust.as_("head of elm").get("/records").get_json()["items"][0]["name"] == "New Yusuf"


def _hear(trust: Any, session: Any, state: dict[str, Any]) -> None:
    store = make_store(trust.database, session)
    HANDLERS["staff.person-*.v1"](heard(trust, 1, **state), store)
    store.flush()


def test_the_worker_can_be_wired(trust: Any) -> None:
    settings = Settings(
        mongodb_uri="mongodb://127.0.0.1:1/", database="cpd", kafka={"bootstrap": "127.0.0.1:1"}, oidc_issuer="x"
    )

    assert create_worker(settings, clock=trust.clock).name == "cpd"
