"""The whole wiring of the staff service: its web application and its worker."""

from typing import TYPE_CHECKING

from flask import Flask

from acorn_staff.imports import KINDS
from acorn_staff.model.events import PEOPLE_HEARTBEAT
from acorn_staff.operations.disposal import erase_leaver
from acorn_staff.operations.vocabularies import complete_vocabularies
from acorn_staff.routes import BLUEPRINTS
from acorn_staff.store import Store, transact
from acorn_staff.store.disposal import work as disposal_work
from acorn_staff.store.erasing import erase, look
from acorn_staff.store.figures import count_figures
from acorn_staff.store.holdings import holdings
from acorn_staff.store.layout import (
    CALENDAR_TOPIC,
    INDEXES,
    ORGANISATIONS,
    ORGANISATIONS_TOPIC,
    PEOPLE,
    PEOPLE_TOPIC,
    VOCABULARIES_TOPIC,
)
from acorn_staff.store.talent import INDEXES as TALENT
from directory import Directory
from directory.scope import Scope
from servicekit import imports
from servicekit.app import create
from servicekit.clock import Clock, utc_now
from servicekit.erasure.routes import blueprint as erasure_routes
from servicekit.erasure.store import work as erasure_work
from servicekit.mongo import connect
from servicekit.settings import Settings

if TYPE_CHECKING:
    from servicekit.worker import Worker


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
        people=directory,
        blueprints=[*BLUEPRINTS, imports.blueprint(KINDS), erasure_routes(look)],
        indexes={**INDEXES, **TALENT, **imports.INDEXES},
        holds=holdings,
        clock=clock,
    )


def create_worker(settings: Settings | None = None, *, clock: Clock = utc_now) -> "Worker":
    """The worker: it sends this service's events and judges the files that HR imports. It listens to nobody."""
    # Only workers talk to Kafka: a web process must not even import its client.
    from servicekit.topics import TopicSpec  # noqa: PLC0415
    from servicekit.worker import Worker  # noqa: PLC0415

    settings = settings or Settings.from_environment("staff")
    return Worker(
        "staff",
        settings,
        connect(settings.mongodb_uri)[settings.database],
        # As many partitions as the largest trust will ever need: they are fixed when the topic is made.
        topics=(
            TopicSpec(PEOPLE_TOPIC, partitions=24, heartbeat=PEOPLE_HEARTBEAT),
            TopicSpec(ORGANISATIONS_TOPIC, partitions=6),
            TopicSpec(CALENDAR_TOPIC, partitions=1),
            TopicSpec(VOCABULARIES_TOPIC, partitions=1),
        ),
        work={
            "import": imports.work(KINDS, lambda database, session: Store(database, session=session), clock=clock),
            **erasure_work(erase, clock=clock),
            **disposal_work(erase_leaver, clock=clock),
        },
        indexes={**INDEXES, **TALENT, **imports.INDEXES},
        count=count_figures,
        begin=lambda database: transact(database, lambda store: complete_vocabularies(at=clock(), store=store)),
        clock=clock,
    )
