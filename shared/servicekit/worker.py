"""The worker: relay, consumer, due work and status as threads of one process, with health and metrics beside them.

`python -m servicekit.worker acorn_staff.app:create_worker` runs one. A thread that ends for a reason nobody thought
of ends the process, with a line in the log, so that its supervisor starts it again; outages end nothing.
"""

import importlib
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from pymongo import IndexModel
from pymongo.database import Database
from pymongo.errors import PyMongoError

from servicekit import deadletters, engines, events, generations, logs, metrics, schedule, status
from servicekit.clock import Clock, utc_now
from servicekit.consumer import Consumer, Reading
from servicekit.figures import Count, Figures, none
from servicekit.ids import new_id
from servicekit.inbox import Handler, Inbox, MakeStore, passing
from servicekit.mongo import Document, ensure_indexes
from servicekit.rebuild import job, store
from servicekit.relay import Relay
from servicekit.replaying import replays
from servicekit.schedule import Schedule, WorkHandler
from servicekit.settings import BadSetting, Settings
from servicekit.status import Reporter
from servicekit.topics import TopicSpec, TopicTooSmall, ensure

DRAIN = 20.0
"""Seconds that threads have, after SIGTERM, to finish what they hold. What they do not, nobody loses."""

_log = logs.log(__name__)


class Worker:
    """A service's worker process."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        database: Database[Document],
        *,
        topics: Sequence[TopicSpec] = (),
        handlers: Mapping[str, Handler] | None = None,
        subscribes: Sequence[str] = (),
        make_store: MakeStore | None = None,
        work: Mapping[str, WorkHandler] | None = None,
        indexes: Mapping[str, Sequence[IndexModel]] | None = None,
        count: Count = none,
        begin: Callable[[Database[Document]], None] | None = None,
        clock: Clock = utc_now,
    ) -> None:
        """Wire the worker; nothing is connected before `run`.

        `topics` are those that the service owns, `subscribes` those that it listens to, `handlers` what it does with
        their events, through the store that `make_store` opens for each batch. `work` does what is due, by kind;
        `count` counts what the service holds; `begin` is done before anything else, and again when it met an outage.
        """
        if subscribes and (handlers is None or make_store is None):
            raise ValueError(f"{name} subscribes to topics and has no handlers or no store for them")
        self.name = name
        self.id = f"{name}-{socket.gethostname()}-{new_id()[-12:]}"
        self.settings = settings
        self._topics = topics
        self._database = database
        self._stop = Event()
        self._prepared = False
        self._preparing = Lock()
        self._begin = begin
        self._failed = False
        self._indexes: dict[str, Sequence[IndexModel]] = {
            **deadletters.INDEXES,
            **schedule.INDEXES,
            **status.INDEXES,
            **store.INDEXES,
        }
        self._indexes |= indexes or {}
        due = dict(work or {})
        self._relay = Relay(
            database,
            kafka=settings.kafka,
            holder=self.id,
            topics=topics,
            replication=settings.kafka_replication,
        )
        self._consumer: Consumer | None = None
        if subscribes and handlers is not None and make_store is not None:
            due[deadletters.REPLAY] = replays(handlers, make_store, clock)
            read = partial(Reading, tuple(subscribes), settings.kafka)
            due |= job.work(read, handlers, make_store, indexes=self._indexes, clock=clock)
            self._inbox = Inbox(database, handlers=handlers, make_store=make_store, clock=clock, holder=self.id)
            self._consumer = Consumer(self._inbox, group=database.name, subscribes=subscribes, kafka=settings.kafka)
        self._schedule = Schedule(database, due, holder=self.id, clock=clock)
        self._reporter = Reporter(
            database,
            worker=self.id,
            service=name,
            standing=self._consumer.standing if self._consumer else list,
            figures=Figures(database, count, clock),
        )

    def run(self) -> int:
        """Work until SIGTERM or SIGINT, finish what is in hand, and answer the exit code: 1 when a thread broke."""
        logs.configure(self.settings.log_level, self.name, "worker")
        events.use_contracts(self.settings.contracts)
        metrics.tell_build(self.name)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())
        try:
            server = _serve(self)
        except OSError as error:
            host, port = self.settings.worker_bind
            _log.error(f"the worker cannot listen at {host}:{port}: change ACORN_WORKER_BIND", reason=error.strerror)
            return 2
        threads = [
            Thread(target=self._guard, args=(name, run), name=name, daemon=True) for name, run in self._loops().items()
        ]
        _log.info("the worker starts", worker=self.id)
        for thread in threads:
            thread.start()
        while not self._stop.wait(0.5):
            pass
        for thread in threads:
            thread.join(DRAIN)
        unfinished = [thread.name for thread in threads if thread.is_alive()]
        if unfinished:
            _log.warning("the worker leaves threads behind", threads=unfinished)
        server.shutdown()
        _log.info("the worker ends", worker=self.id, failed=self._failed)
        return int(self._failed)

    def stop(self) -> None:
        """Ask every thread to finish what it holds and end."""
        self._stop.set()

    def make_topics(self, stop: Event) -> None:
        """Make the service's topics that are not there, without working; waits for a broker that is away until told.

        `TopicTooSmall` when one is there with too few partitions.
        """
        ensure(self.settings.kafka, self._topics, replication=self.settings.kafka_replication, stop=stop)

    @property
    def ready(self) -> bool:
        """Whether the worker has started and reached MongoDB once."""
        return self._prepared

    def _loops(self) -> dict[str, Callable[[Event], None]]:
        loops: dict[str, Callable[[Event], None]] = {
            "relay": self._relay.run,
            "schedule": self._schedule.run,
            "status": self._reporter.run,
        }
        if self._consumer:
            loops["consumer"] = self._consumer.run
        return loops

    def _guard(self, name: str, run: Callable[[Event], None]) -> None:
        try:
            self._prepare()
            run(self._stop)
        except TopicTooSmall as refusal:
            _log.error(str(refusal), thread=name)
        except BaseException:
            _log.exception("a thread of the worker broke", thread=name)
            self._failed = True
        finally:
            if not self._stop.is_set():
                self._failed = True
                _log.error("a thread of the worker ended before its time: the worker ends", thread=name)
            self._stop.set()

    def _prepare(self) -> None:
        """Make the indexes and do what comes first, once, waiting for a database that is away."""
        with self._preparing:
            while not self._stop.is_set() and not self._prepared:
                try:
                    at = generations.live(self._database)
                    ensure_indexes(self._database, generations.indexes_of(self._indexes, at))
                    if self._begin is not None:
                        self._begin(self._database)
                    self._prepared = True
                except PyMongoError as error:
                    if not passing(error):
                        raise
                    engines.mongodb_failed(error, "the worker")
                    self._stop.wait(1)


def _serve(worker: Worker) -> ThreadingHTTPServer:
    """Serve /livez, /readyz and /metrics at `ACORN_WORKER_BIND`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, CONTENT_TYPE_LATEST, generate_latest(REGISTRY))
            elif self.path == "/livez":
                self._answer(200, "text/plain", b"alive\n")
            elif self.path == "/readyz":
                self._answer(*((200, "text/plain", b"ready\n") if worker.ready else (503, "text/plain", b"starting\n")))
            else:
                self._answer(404, "text/plain", b"not found\n")

        def _answer(self, code: int, content_type: str, body: bytes) -> None:
            self.send_response(code)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: probes come every few seconds."""

    server = ThreadingHTTPServer(worker.settings.worker_bind, Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="health", daemon=True).start()
    return server


def main(arguments: Sequence[str]) -> int:
    """Run the worker that `module:function` makes; answers the exit code."""
    if len(arguments) != 1 or ":" not in arguments[0]:
        print("Usage: python -m servicekit.worker module:function", file=sys.stderr)  # noqa: T201 - no logs yet
        return 2
    module, _, function = arguments[0].partition(":")
    make: Callable[[], Worker] = getattr(importlib.import_module(module), function)
    try:
        worker = make()
    except BadSetting as missing:
        print(missing, file=sys.stderr)  # noqa: T201 - no logs yet
        return 2
    return worker.run()


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    # A thread that hangs on a broker that is away must not keep the process: everything stored is safe.
    os._exit(code)
