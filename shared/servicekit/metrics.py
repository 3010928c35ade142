"""Rate, errors and duration of requests, labelled by route template and never by path."""

from importlib.metadata import PackageNotFoundError, version

from flask import Flask, Response, abort, request
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest

from servicekit.access import PUBLIC, allows

REQUESTS = Counter("acorn_http_requests_total", "Requests answered.", ["route", "method", "status"])
DURATION = Histogram(
    "acorn_http_request_seconds",
    "Time from the first byte of a request to its answer.",
    ["route", "method"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
BUILD = Gauge("acorn_build_info", "1: which service this is, and in which version.", ["service", "version"])
REFUSED = Counter("acorn_http_refused_total", "Requests refused because of how they arrived.", ["status"])


def tell_build(service: str) -> None:
    """Say which service this process is of, and in which version."""
    try:
        built = version(f"acorn-{service}")
    except PackageNotFoundError:  # a service of a test's own
        built = "unknown"
    BUILD.labels(service, built).set(1)


def route_template() -> str:
    """The request's route as it is declared, or `unmatched`."""
    return str(request.url_rule) if request.url_rule else "unmatched"


def observe(status: int, seconds: float) -> None:
    """Count one answered request."""
    method = request.method if request.method in _METHODS else "OTHER"
    REQUESTS.labels(route_template(), method, str(status)).inc()
    DURATION.labels(route_template(), method).observe(seconds)


# A method is whatever a client sends: only the known ones become labels.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def expose(app: Flask) -> None:
    """Serve this process's metrics at `/metrics`."""

    @app.get("/metrics")
    @allows(PUBLIC)
    def metrics() -> Response:
        # Whoever watches asks the pod itself; what came through an ingress is from outside.
        if "X-Forwarded-For" in request.headers:
            abort(404)
        return Response(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)
