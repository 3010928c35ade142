"""One process of a service, in the role that it is started in: `python -m servicekit.start ROLE`.

`ACORN_SERVICE` names the service; an image has it set. `web` answers HTTP, `worker` talks to Kafka, `topics` and
`migrate` make what is lacking of the service's Kafka topics and of its database's indexes, and end.
"""

import importlib
import importlib.util
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Event, Timer
from typing import Any

from pymongo.errors import PyMongoError

from servicekit import engines, logs
from servicekit.mongo import outage
from servicekit.settings import SETTINGS, BadSetting, Environment

GUNICORN = "docker/gunicorn.conf.py"
"""Below the folder that a process starts in: the repository, or /app of an image."""

PATIENCE = 240.0
"""Seconds that `topics` and `migrate` wait for an engine that is away, unless told otherwise."""

_log = logs.log(__name__)


def web(service: str) -> int:
    """Become gunicorn with the service's web application; answers only when the settings are refused."""
    _settings(service)
    app = f"{_package(service)}.app:create_app()"
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "-c", GUNICORN, app])  # noqa: S606 - no shell is wanted


def worker(service: str) -> int:
    """Run the service's worker until it is told to stop; answers the exit code."""
    code: int = _made(service, "create_worker").run()
    return code


def topics(service: str, seconds: float = PATIENCE) -> int:
    """Make the service's topics that are not there; 1, with a sentence, when that cannot be done in time."""
    # Here and not above: a web process never imports Kafka.
    from servicekit.topics import TopicTooSmall  # noqa: PLC0415

    made = _made(service, "create_worker")
    logs.configure(made.settings.log_level, service, "topics")
    over = Event()
    timer = Timer(seconds, over.set)
    timer.daemon = True
    timer.start()
    try:
        made.make_topics(over)
    except TopicTooSmall as refusal:
        return _ended(str(refusal))
    finally:
        timer.cancel()
    if over.is_set():
        return _ended(f"Kafka was not to be had for {seconds:g} s (why: above), so topics may be missing.")
    _log.info("the topics are there")
    return 0


def migrate(service: str, seconds: float = PATIENCE) -> int:
    """Make the indexes that are not there; 1, with a sentence, when that cannot be done in time."""
    state = _made(service, "create_app").extensions["acorn"]
    logs.configure(Environment(SETTINGS).text("ACORN_LOG_LEVEL"), service, "migrate")
    deadline = time.monotonic() + seconds
    while True:
        try:
            state.prepare()
        except PyMongoError as error:
            if not outage(error):
                return _ended(f"MongoDB refused: {error}. Nothing was changed by this step.")
            if time.monotonic() > deadline:
                return _ended(f"MongoDB was not to be had for {seconds:g} s (why: above), so nothing was changed.")
            engines.mongodb_failed(error, "the migration")
            time.sleep(1)
        else:
            _log.info("the database is as this release needs it")
            return 0


ROLES: Mapping[str, Callable[[str], int]] = {"web": web, "worker": worker, "topics": topics, "migrate": migrate}


def _package(service: str) -> str:
    package = f"acorn_{service}"
    if importlib.util.find_spec(package) is None:
        raise BadSetting(f"ACORN_SERVICE is {service!r}, and no such service is installed here.")
    return package


def _made(service: str, function: str) -> Any:
    app = importlib.import_module(f"{_package(service)}.app")
    make = getattr(app, function, None)
    if make is None:
        raise BadSetting(f"The {service} service has no worker and no topics: start it as web or migrate.")
    return make()


def _settings(service: str) -> None:
    """Read the settings before gunicorn does: it would wrap their refusal into a traceback."""
    own = f"{_package(service)}.settings"
    if importlib.util.find_spec(own):
        importlib.import_module(own).Settings.from_environment()
    else:
        importlib.import_module("servicekit.settings").Settings.from_environment(service)


def _ended(sentence: str) -> int:
    _log.error(sentence)
    return 1


def main(arguments: Sequence[str]) -> int:
    """Start in the role that the one argument names; answers the exit code: 2 for a usage or setting that is wrong."""
    if len(arguments) != 1 or arguments[0] not in ROLES:
        print(f"Usage: python -m servicekit.start {'|'.join(ROLES)}", file=sys.stderr)  # noqa: T201 - no logs yet
        return 2
    try:
        return ROLES[arguments[0]](Environment(SETTINGS).text("ACORN_SERVICE"))
    except BadSetting as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201 - no logs yet
        return 2


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stdout.flush()
    # A thread that hangs on a broker that is away must not keep the process: everything stored is safe.
    os._exit(code)
