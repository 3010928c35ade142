"""The whole wiring of the portal: its web application. It has no worker."""

import logging
import secrets
import threading

from flask import Flask
from flask_wtf import CSRFProtect

from acorn_portal import assets, gate, pages, refusals, signing_in
from acorn_portal.calls import Exchange
from acorn_portal.sessions import Sessions
from acorn_portal.settings import Settings
from acorn_portal.store import INDEXES, Store
from acorn_portal.views import BLUEPRINTS
from servicekit import health, logs, metrics
from servicekit.clock import Clock, utc_now
from servicekit.mongo import connect, ensure_indexes
from servicekit.observe import observe
from servicekit.routing import IdConverter


class State:
    """What has to be reached before the portal can answer."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        self._app = app
        self.client = connect(settings.mongodb_uri)
        self._database = self.client[settings.database]
        self._preparing = threading.Lock()
        self.store = Store(self._database)

    def prepare(self) -> None:
        """Reach the database once: its indexes, and the secret that all replicas share."""
        if self._app.secret_key:
            return
        with self._preparing:
            if not self._app.secret_key:
                ensure_indexes(self._database, INDEXES)
                self._app.secret_key = self.store.secret(secrets.token_urlsafe(32))


def create_app(settings: Settings | None = None, *, clock: Clock = utc_now) -> Flask:
    """The web application: pages over the services, for whoever is signed in."""
    settings = settings or Settings.from_environment()
    logs.configure(settings.log_level, "portal", "web")
    # Its warnings hold addresses with their queries, and those hold what somebody looked for.
    logging.getLogger("urllib3").setLevel(logging.ERROR)
    app = Flask("acorn_portal", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + 100_000,
        MAX_FORM_MEMORY_SIZE=500_000,
        # The token is the session's, which ends by itself.
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.url_map.converters["id"] = IdConverter
    app.jinja_options = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}
    state = State(app, settings)
    app.extensions["acorn"] = state
    app.session_interface = Sessions(state.store, settings, clock)
    app.extensions["exchange"] = Exchange(settings)
    app.extensions["clock"] = clock
    observe(app, begin=state.prepare)
    CSRFProtect(app)
    signing_in.configure(app, settings)
    gate.close(app, settings)
    refusals.expose(app)
    pages.dress(app, settings)
    assets.expose(app, settings)
    health.expose(app, state)
    metrics.expose(app)
    metrics.tell_build("portal")
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
