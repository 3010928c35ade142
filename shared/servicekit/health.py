"""Liveness and readiness of a web process.

Ready means started, and MongoDB was reached once. An outage afterwards is a 503 from ready pods and an alert: taking
every pod out of service at once would turn a slow answer into none.
"""

from typing import Protocol

from flask import Flask
from pymongo.errors import PyMongoError

from servicekit import engines
from servicekit.access import PUBLIC, allows
from servicekit.answers import Answer, answer
from servicekit.problems import Unavailable


class Prepares(Protocol):
    """What has to be reached before a process can answer."""

    def prepare(self) -> None:
        """Reach it, once; `PyMongoError` while it cannot be reached."""


def expose(app: Flask, state: Prepares) -> None:
    """Serve `/livez` and `/readyz`."""

    @app.get("/livez")
    @allows(PUBLIC)
    def livez() -> Answer:
        return answer({"status": "alive"})

    @app.get("/readyz")
    @allows(PUBLIC)
    def readyz() -> Answer:
        try:
            state.prepare()
        except PyMongoError as error:
            engines.mongodb_failed(error, "this process")
            raise Unavailable("MongoDB has not been reached yet.") from error
        return answer({"status": "ready"})
