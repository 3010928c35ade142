"""What a service holds, counted in its database about once a minute: figures without personal data, and dead letters.

A service says what it counts (`Count`); its worker counts. Counting is bounded, whatever a database holds.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from time import monotonic

from prometheus_client import Gauge
from pymongo.database import Database

from servicekit import deadletters
from servicekit.clock import Clock, london_today
from servicekit.mongo import Document

EVERY = timedelta(minutes=1)
Count = Callable[[Database[Document], date], Mapping[str, int]]
"""Counts figures by name, as of a day in London."""

FIGURES = Gauge("acorn_figure", "What a service holds, by figure: people employed, records, academies.", ["figure"])
OPEN = Gauge("acorn_dead_letters_open", "Dead letters that wait for somebody to replay or dismiss them.")
_COUNTED = 10_000


def none(_database: Database[Document], _today: date) -> Mapping[str, int]:
    """No figures of a service's own."""
    return {}


class Figures:
    """Counts when it is time to."""

    def __init__(self, database: Database[Document], count: Count, clock: Clock) -> None:
        self._database = database
        self._count = count
        self._clock = clock
        self._counted: float | None = None

    def measure(self) -> None:
        """Count, unless that was done within `EVERY`."""
        now = monotonic()
        if self._counted is not None and now - self._counted < EVERY.total_seconds():
            return
        self._counted = now
        OPEN.set(self._database[deadletters.COLLECTION].count_documents({"state": "open"}, limit=_COUNTED))
        for name, value in self._count(self._database, london_today(self._clock())).items():
            FIGURES.labels(name).set(value)
