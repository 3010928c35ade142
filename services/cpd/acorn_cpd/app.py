"""The whole wiring of the CPD service: its web application and its worker."""

from flask import Flask

from acorn_cpd.routes import BLUEPRINTS
from acorn_cpd.store import INDEXES
from directory import Directory
from directory.scope import Scope
from servicekit import imports
from servicekit.app import create
from servicekit.clock import Clock, utc_now
from servicekit.mongo import connect
from servicekit.settings import Settings


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
        scope=Scope(directory),
        names=directory.names,
        blueprints=BLUEPRINTS,
        indexes={**INDEXES, **imports.INDEXES},
        clock=clock,
    )
