"""Workers that tests run as real processes: `python -m servicekit.worker workers_under_test:<function>`."""

from threading import Event
from typing import Any

from servicekit.mongo import connect
from servicekit.settings import Settings
from servicekit.topics import TopicSpec
from servicekit.worker import Worker


def _worker(**wiring: Any) -> Worker:
    settings = Settings.from_environment("notes")
    database = connect(settings.mongodb_uri)[settings.database]
    return Worker("notes", settings, database, **wiring)


def create_notes() -> Worker:
    """A worker that sends its notes and does what is due."""

    def remind(database: Any, payload: dict[str, Any], _: Any) -> None:
        database["reminded"].insert_one(payload)

    return _worker(topics=[TopicSpec("notes.worker-under-test", 1)], work={"reminder": remind})


def create_larger() -> Worker:
    """A worker whose topic was made with fewer partitions."""
    return _worker(topics=[TopicSpec("notes.worker-under-test", 3)])


def create_broken() -> Worker:
    """A worker one of whose threads breaks for a reason that nobody thought of."""
    worker = _worker()

    def break_down(stop: Event) -> None:
        raise ZeroDivisionError("Amina Yusuf")

    worker._schedule.run = break_down  # type: ignore[method-assign]
    return worker
