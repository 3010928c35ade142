"""How a page asks the services: side by side, each with a time limit; one that is away leaves the rest of the page.

    hours = later(services().cpd.read_hours, person_id)      # begins at once
    records = later(services().cpd.read_history, person_id)
    render(..., hours=hours.or_away(), records=records.answer())

`answer()` is for what the page is about: without it there is no page. `or_away()` answers None when the service is
away, and the page says so.
"""

import contextvars
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass, field
from typing import Generic, ParamSpec, TypeVar

import urllib3
from flask import current_app, g
from prometheus_client import Histogram
from structlog.contextvars import get_contextvars

from acorn_portal.clients.calling import Away, Client, Refused
from acorn_portal.clients.cpd import Cpd
from acorn_portal.clients.staff import Staff
from acorn_portal.settings import Settings
from acorn_portal.signing_in import access_token
from servicekit.logs import log

P = ParamSpec("P")
T = TypeVar("T")
_log = log(__name__)

PAGE_SECONDS = 5.0
"""For all that a page reads together."""

CALLS = Histogram(
    "acorn_portal_call_seconds",
    "Time of the portal's reads of a service, by what came of them: answered, refused, away.",
    ["called", "outcome"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)

_AT_ONCE = 32
_FAILURES, _REST_SECONDS = 3, 5.0


@dataclass(frozen=True)
class Services:
    """The services, as whoever is signed in."""

    staff: Staff
    cpd: Cpd


@dataclass
class Breaker:
    """Leaves a service alone for some seconds after it has failed several times in a row, so that pages stay quick."""

    failures: int = 0
    rests_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def closed(self) -> bool:
        """Tell whether to ask the service; while it rests, one asker in some seconds finds out how it is."""
        with self._lock:
            now = time.monotonic()
            if self.failures < _FAILURES:
                return True
            if now < self.rests_until:
                return False
            self.rests_until = now + _REST_SECONDS
            return True

    def heard(self, *, well: bool) -> None:
        """Count what came of asking."""
        with self._lock:
            self.failures = 0 if well else self.failures + 1
            if self.failures == _FAILURES:
                self.rests_until = time.monotonic() + _REST_SECONDS


class Exchange:
    """What one process calls the services with: connections, threads, and a breaker for each service."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.http = urllib3.PoolManager(num_pools=8, maxsize=_AT_ONCE, block=False)
        self.breakers = {name: Breaker() for name in settings.services}
        self.pools = {
            name: ThreadPoolExecutor(max_workers=_AT_ONCE, thread_name_prefix=f"calls-{name}")
            for name in settings.services
        }

    def close(self) -> None:
        """Let connections and threads go."""
        self.http.clear()
        for pool in self.pools.values():
            pool.shutdown(wait=False, cancel_futures=True)


class Later(Generic[T]):
    """An answer that is on its way."""

    def __init__(self, future: "Future[T]", service: str, breaker: Breaker) -> None:
        self._future = future
        self._service = service
        self._breaker = breaker

    def answer(self) -> T:
        """The answer; `Away`, `Refused` or `NotSignedIn` when there is none."""
        left = g.calls_until - time.monotonic()
        try:
            return self._future.result(timeout=max(left, 0))
        except TooLate as error:
            self._breaker.heard(well=False)
            raise Away(self._service) from error

    def or_away(self) -> T | None:
        """The answer, or None when the service is away: the page then names it."""
        try:
            return self.answer()
        except Away as away:
            g.away = {**g.get("away", {}), away.service: away.silence}
            return None


def services() -> Services:
    """The services, with the token of whoever is signed in; `NotSignedIn`."""
    if "services" not in g:
        exchange: Exchange = current_app.extensions["exchange"]
        token, trace = access_token(), str(get_contextvars().get("traceparent", ""))
        staff, cpd = (
            kind(name, exchange.settings.services[name], exchange.http, token, trace)
            for name, kind in (("staff", Staff), ("cpd", Cpd))
        )
        g.services = Services(staff=staff, cpd=cpd)  # type: ignore[arg-type]
    found: Services = g.services
    return found


def later(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Later[T]:
    """Begin a read of a service: `call` is a method of one of `services()`."""
    client: Client = call.__self__  # type: ignore[attr-defined]
    exchange: Exchange = current_app.extensions["exchange"]
    breaker = exchange.breakers[client.name]
    g.setdefault("calls_until", time.monotonic() + PAGE_SECONDS)

    took: list[tuple[str, float]] = g.setdefault("calls_took", [])

    def asked() -> T:
        if not breaker.closed():
            raise Away(client.name)
        began = time.perf_counter()
        outcome = "answered"
        try:
            found = call(*args, **kwargs)
        except Away as away:
            outcome = "away"
            breaker.heard(well=bool(away.silence))
            _log.warning("a service is away", service_called=client.name)
            raise
        except Refused:
            outcome = "refused"
            raise
        finally:
            seconds = time.perf_counter() - began
            CALLS.labels(client.name, outcome).observe(seconds)
            took.append((f"{client.name}-{call.__name__}", seconds))
        breaker.heard(well=True)
        return found

    context = contextvars.copy_context()
    return Later(exchange.pools[client.name].submit(context.run, asked), client.name, breaker)
