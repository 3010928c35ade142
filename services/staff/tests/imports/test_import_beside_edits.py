"""People go on editing while thousands of others are imported."""

import threading
import time
from typing import Any

import pytest

pytestmark = pytest.mark.engines


def longest_wait(office: Any, people: int, *, between: float = 0) -> tuple[float, float]:
    """The longest that an edit took beside an import of so many new people, and how long the import took.

    `between` are the seconds from one edit to the next.
    """
    ours = ("given_name", "family_name", "email", "employee_number")
    office.people(
        *(dict(zip(ours, (name, "Edited", f"{name}@oaktrees.example", name), strict=True)) for name in ("One", "Two"))
    )
    one, two = office.database["people"].find({"family_name": "Edited"}).sort("given_name", 1)
    rows = [
        {
            "employee_number": f"E{number}",
            "given_name": "New",
            "family_name": "Person",
            "academy_urn": "990101",
            "post": "teacher",
            "fte": "1",
            "start_date": "2020-09-01",
            "line_manager_employee_number": "One",
        }
        for number in range(people)
    ]
    importing = threading.Thread(target=office.people, args=rows)
    started = time.monotonic()
    importing.start()
    waited: list[float] = []
    while importing.is_alive():
        began = time.monotonic()
        # Both touch the one guard that keeps line managers from going round in a circle.
        body = {"person": one["_id"] if len(waited) % 2 == 0 else None, "from": "2026-11-23"}
        office.request("PUT", f"/people/{two['_id']}/line-manager", json=body)
        waited.append(time.monotonic() - began)
        importing.join(between)
    importing.join()
    assert office.database["people"].count_documents({}) == people + 2
    return max(waited), time.monotonic() - started


def test_an_edit_waits_for_one_batch_of_an_import_and_not_for_all(trust_office: Any) -> None:
    waited, took = longest_wait(trust_office, 400)

    # Eight batches: whoever had to wait for all of them would have waited nearly as long as the import took.
    assert waited < took / 2


@pytest.mark.faults
@pytest.mark.timeout(600)
def test_beside_five_thousand_people_no_edit_waits_for_five_seconds(trust_office: Any) -> None:
    waited, _ = longest_wait(trust_office, 5_000, between=0.5)

    assert waited < 5
