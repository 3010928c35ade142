"""The whole wiring of the staff service: its web application and its worker."""

from typing import TYPE_CHECKING

from flask import Flask

from acorn_staff.routes import BLUEPRINTS
from acorn_staff.store import INDEXES, ORGANISATIONS, PEOPLE
from directory import Directory
from directory.scope import Scope
from servicekit.app import create
from servicekit.clock import Clock, utc_now
from servicekit.mongo import connect
from servicekit.settings import Settings

if TYPE_CHECKING:
    pass


def create_app(settings: Settings | None = None, *, clock: Clock = utc_now) -> Flask:
    """The web application: academies, people, their appointments and line managers."""
    settings = settings or Settings.from_environment("staff")
    database = connect(settings.mongodb_uri)[settings.database]
    # Other services learn who is who from events; here the directory looks at the originals.
    directory = Directory(database, people=PEOPLE, organisations=ORGANISATIONS)
    return create(
        name="staff",
        title="Acorn staff",
        description="Who is who and what is when: the trust's academies, people, appointments and line managers.",
        settings=settings,
        database=database,
        scope=Scope(directory),
        names=directory.names,
        blueprints=BLUEPRINTS,
        indexes=INDEXES,
        clock=clock,
    )
