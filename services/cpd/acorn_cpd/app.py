"""The whole wiring of the CPD service: its web application and its worker."""

from typing import TYPE_CHECKING

from flask import Flask

from acorn_cpd.handlers import HANDLERS
from acorn_cpd.imports import KINDS
from acorn_cpd.routes import BLUEPRINTS
from acorn_cpd.store import INDEXES, TOPIC, count_figures, erase, holdings, look, make_store
from directory import Directory
from directory.scope import Scope
from servicekit import imports
from servicekit.app import chassis_indexes, create
from servicekit.clock import Clock, utc_now
from servicekit.erasure.routes import blueprint as erasure_routes
from servicekit.erasure.store import work as erasure_work
from servicekit.mongo import connect
from servicekit.settings import Settings

if TYPE_CHECKING:
    from servicekit.worker import Worker

_INDEXES = {**INDEXES, **imports.INDEXES}


def create_app(settings: Settings | None = None, *, clock: Clock = utc_now) -> Flask:
    """The web application: CPD records and each person's history."""
    settings = settings or Settings.from_environment("cpd")
    database = connect(settings.mongodb_uri)[settings.database]
    directory = Directory(database)
    return create(
        name="cpd",
        title="Acorn CPD",
        description="CPD records of the trust's people, and each person's history: what they did, who verified it.",
        settings=settings,
        database=database,
        scope=Scope(directory, clock=clock),
        people=directory,
        blueprints=[*BLUEPRINTS, imports.blueprint(KINDS), erasure_routes(look)],
        indexes=_INDEXES,
        holds=holdings,
        clock=clock,
    )


def create_worker(settings: Settings | None = None, *, clock: Clock = utc_now) -> "Worker":
    """The worker: sends the records' events, learns who is who from staff, judges imported files."""
    # Here and not above: web processes never import Kafka.
    from servicekit.topics import TopicSpec  # noqa: PLC0415
    from servicekit.worker import Worker  # noqa: PLC0415

    settings = settings or Settings.from_environment("cpd")
    return Worker(
        "cpd",
        settings,
        connect(settings.mongodb_uri)[settings.database],
        topics=[TopicSpec(TOPIC, 24)],
        handlers=HANDLERS,
        subscribes=["staff.people", "staff.organisations"],
        make_store=make_store,
        work={"import": imports.work(KINDS, make_store, clock=clock), **erasure_work(erase, clock=clock)},
        indexes=chassis_indexes(_INDEXES),
        count=count_figures,
        clock=clock,
    )
