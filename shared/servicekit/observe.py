"""What every Acorn web process does around each request, whether it has an API or pages."""

import time
from collections.abc import Callable

from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars

from servicekit import logs, metrics

_log = logs.log(__name__)
# Asked every few seconds by machines: neither logged nor counted.
_PROBES = frozenset({"/livez", "/readyz", "/metrics"})


def observe(app: Flask, *, begin: Callable[[], None]) -> None:
    """Bind each request's id and trace; write one log line and one observation when it is answered.

    `begin` is called first in each request, once its id is known, and may refuse it. Answers say, unless the view
    said otherwise, that nobody stores them and that browsers take their type as it is.
    """

    @app.before_request
    def _begin() -> None:
        g.began = time.perf_counter()
        g.trace_id, traceparent = logs.trace(request.headers.get("traceparent"))
        clear_contextvars()
        bind_contextvars(trace_id=g.trace_id, traceparent=traceparent)
        begin()

    @app.after_request
    def _end(response: Response) -> Response:
        # A request may fail before it has begun here, as when a session cannot be opened.
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        response.headers["X-Request-Id"] = g.setdefault("trace_id", logs.trace(None)[0])
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Cache-Control", "no-store")
        if request.path in _PROBES:
            return response
        metrics.observe(response.status_code, seconds)
        _log.info(
            "answered",
            method=request.method,
            route=metrics.route_template(),
            status=response.status_code,
            milliseconds=round(seconds * 1000, 1),
        )
        return response
