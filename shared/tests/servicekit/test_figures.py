"""What a worker counts about once a minute: open dead letters, and what its service says."""

from collections.abc import Mapping
from datetime import date

import pytest
from prometheus_client import REGISTRY
from pymongo.database import Database

from servicekit import figures
from servicekit.figures import Figures
from servicekit.mongo import Document
from servicekit.testing import FixedClock

pytestmark = pytest.mark.engines


def test_open_dead_letters_and_the_services_own_figures_are_counted(
    database: Database[Document], clock: FixedClock
) -> None:
    database["dead_letters"].insert_many([{"state": "open"}, {"state": "open"}, {"state": "replayed"}])
    asked: list[date] = []

    def count(_: Database[Document], today: date) -> Mapping[str, int]:
        asked.append(today)
        return {"oaks": 7}

    clock.set("2026-06-30T23:30:00Z")
    counting = Figures(database, count, clock)
    counting.measure()
    # and not again at once
    counting.measure()

    assert REGISTRY.get_sample_value("acorn_dead_letters_open") == 2
    assert REGISTRY.get_sample_value("acorn_figure", {"figure": "oaks"}) == 7
    # then the day is London's, where it is half past midnight
    assert asked == [date(2026, 7, 1)]


def test_they_are_counted_anew_after_a_while(
    database: Database[Document], clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter((0.0, 30.0, 61.0, 90.0, 125.0))
    monkeypatch.setattr(figures, "monotonic", lambda: next(seconds))
    counted = 0

    def count(_: Database[Document], __: date) -> Mapping[str, int]:
        nonlocal counted
        counted += 1
        return {}

    counting = Figures(database, count, clock)
    for _ in range(5):
        counting.measure()
    assert counted == 3
