"""Structured logs: one JSON line an event on standard output, never a name, an address, a body or a query string."""

import logging
import re
import secrets
import sys
from typing import Any

import orjson
import structlog

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}")


def configure(level: str, service: str, process: str) -> None:
    """Send structlog and the standard library's loggers to one JSON line each on standard output."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _named(service, process),
        _frames_without_values,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=_dump)],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.BytesLoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=lambda event, **_: _dump(event).decode()),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    # Libraries log what they handle, messages with keys and values among it: warnings and worse only.
    root.setLevel(max(threshold, logging.WARNING))


def log(name: str) -> Any:
    """The logger of a module."""
    return structlog.get_logger(module=name)


def trace(traceparent: str | None) -> tuple[str, str]:
    """The trace id of a request and the `traceparent` to hand on (W3C Trace Context); a bad one begins a new trace."""
    match = _TRACEPARENT.fullmatch(traceparent or "")
    trace_id = match.group(1) if match and set(match.group(1)) != {"0"} else secrets.token_hex(16)
    return trace_id, f"00-{trace_id}-{secrets.token_hex(8)}-01"


def _dump(event: Any, **_: Any) -> bytes:
    return orjson.dumps(event, default=str)


def _named(service: str, process: str) -> structlog.typing.Processor:
    def add(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        return {**event, "service": service, "process": process}

    return add


def _frames_without_values(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Replace an exception by its class and the places it passed: its message may quote what somebody sent."""
    failure = event.pop("exc_info", None)
    if failure is True:
        failure = sys.exc_info()[1]
    elif isinstance(failure, tuple):
        failure = failure[1]
    if isinstance(failure, BaseException):
        places = []
        step = failure.__traceback__
        while step:
            code = step.tb_frame.f_code
            places.append(f"{code.co_filename.rsplit('/', 1)[-1]}:{step.tb_lineno}:{code.co_name}")
            step = step.tb_next
        event["error"] = type(failure).__name__
        event["where"] = places[-12:]
    return event
