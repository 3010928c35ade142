"""gunicorn's threaded worker, but for this: a thread is given whole requests only, and never waits for a client.

gunicorn's own gives a connection to one of its threads at its first byte, so a dozen clients that send a byte at a time
stop a service. Here the loop that accepts connections also receives what they send, within deadlines; threads answer.
`docker/gunicorn.conf.py` names this class. TLS ends before it.
"""

import socket
from concurrent.futures import Future
from functools import partial
from http import HTTPStatus
from selectors import EVENT_READ
from time import monotonic
from typing import Any

import orjson
from gunicorn import http  # type: ignore[import-untyped]
from gunicorn.errors import ConfigError  # type: ignore[import-untyped]
from gunicorn.http import errors  # type: ignore[import-untyped]
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker  # type: ignore[import-untyped]

from servicekit import logs, metrics
from servicekit.incoming import Incoming, Progress

GRACE = 15.0
"""Seconds in which a request's head has to be here, and in which a body may be slower than `RATE`."""

RATE = 32_000
"""Bytes a second that a body has to bring after that, on average: a quarter of a slow line's 1 Mbit/s."""

LARGE_AT_ONCE = 16
"""Bodies received at once that do not fit into memory; one more is refused."""

SENDING = 60.0
"""Seconds in which a client has to take each part of an answer."""

# What a client does not take at once is kept by the kernel, up to this, and by no thread: a page of a long list fits.
_SEND_BUFFER = 400_000
_LINGERING = 2.0
_SWEEPING = 0.5
_RECEIVED_AT_ONCE = 262_144
_MAX_BODY = 25_000_000
_STATUS = {
    errors.LimitRequestLine: 414,
    errors.LimitRequestHeaders: 431,
    errors.ExpectationFailed: 417,
    errors.UnsupportedTransferCoding: 501,
    errors.InvalidResponseHeader: 500,
    errors.InvalidResponseHeaderName: 500,
    errors.ConfigurationProblem: 500,
    errors.ParseException: 400,
}
_TOO_LONG = {Progress.HEAD_TOO_LONG: 431, Progress.BODY_TOO_LONG: 413}
_SENTENCES = {
    400: "The request's first line, its headers or the chunks of its body are not HTTP/1.1. Please send it again.",
    408: "The request came too slowly. Please try again, over a better connection if there is one.",
    413: "The request is too large. Send less at once; a file, in parts.",
    414: "The address is too long. Ask for less at once.",
    417: "Only 100-continue can be expected of us.",
    431: "The request's headers are too large. Leave out cookies and headers that we do not need.",
    500: "It is our fault, and it is in our logs. Please try again.",
    501: "Bodies can be sent in chunks or with a length, and in no other coding.",
    503: "We cannot take another large request at the moment. Please try again soon.",
}
_log = logs.log(__name__)


class Connection(TConn):  # type: ignore[misc]
    """A client's connection, and the request that arrives on it."""

    def __init__(self, *arguments: Any, max_body: int) -> None:
        super().__init__(*arguments)
        self.max_body = max_body
        self.incoming = Incoming(max_body)
        self.rest = b""
        """What came behind the request in hand: the beginning of the next one."""
        self.leaving = False
        """Whether its last answer was given."""
        self.since = 0.0
        self.until = 0.0

    @property
    def resting(self) -> bool:
        """Whether no request is arriving on it."""
        return self.leaving or self.incoming.progress is Progress.NOTHING

    @property
    def deadline(self) -> float:
        """When our patience with it ends, on the monotonic clock."""
        if self.resting:
            return self.until
        earned = self.incoming.received / RATE if self.incoming.progress is Progress.BODY else 0
        return self.since + GRACE + earned


class Worker(ThreadWorker):  # type: ignore[misc]
    """Receives requests in its loop, and answers them in its threads."""

    @classmethod
    def check_config(cls, cfg: Any, log: Any) -> None:  # noqa: ARG003 - as gunicorn calls it
        """`ConfigError` for what this worker does not serve."""
        if cfg.is_ssl:
            raise ConfigError("TLS ends before Acorn's services: leave out certfile and keyfile.")

    def init_process(self) -> None:
        """Prepare what the loop holds: the connections that it reads, the one that waits longest first."""
        self.waiting: dict[Connection, None] = {}
        self.swept = monotonic()
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        """Accept a connection. When there is no room, the one that waits longest makes some."""
        try:
            client, address = listener.accept()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
        except OSError:
            return
        max_body = getattr(self.wsgi, "config", {}).get("MAX_CONTENT_LENGTH") or _MAX_BODY
        self.nr_conns += 1
        if self.waiting and self.nr_conns >= self.worker_connections:
            self._drop(next(iter(self.waiting)))
        self._wait(Connection(self.cfg, client, address, listener.getsockname(), max_body=max_body), self.cfg.keepalive)

    def handle(self, connection: Connection) -> bool:
        """Answer a request, in a thread; whether its connection may bring another."""
        request = None
        try:
            connection.sock.settimeout(SENDING)
            request = next(http.get_parser(self.cfg, connection.incoming.pieces(), connection.client))
            return bool(self.handle_request(request, connection)) and not connection.incoming.cut
        except (OSError, StopIteration):
            # The client is gone, or does not take its answer.
            return False
        except Exception as failure:
            self.handle_error(request, connection.sock, connection.client, failure)
            return False
        finally:
            connection.incoming.close()

    def finish_request(self, connection: Connection, answered: "Future[bool]") -> None:
        """Wait for the connection's next request, or end it."""
        if answered.cancelled() or answered.exception() or not answered.result():
            self._leave(connection)
            return
        connection.incoming = Incoming(connection.max_body)
        self._wait(connection, self.cfg.keepalive if self.alive else STOP_KEEPALIVE_LINGER)
        self._take(connection, connection.rest)

    def handle_error(self, request: Any, client: socket.socket, address: Any, failure: Exception) -> None:
        """Answer what gunicorn's parser refuses, without a word of what was sent."""
        status = next((status for kind, status in _STATUS.items() if isinstance(failure, kind)), 500)
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.error("a request failed outside of the service", exc_info=failure)
        _send(client, _refusal(status))

    def murder_pending(self) -> None:
        """End what takes too long; the loop calls it each time it turns."""
        now = monotonic()
        if now - self.swept < _SWEEPING:
            return
        self.swept = now
        for connection in [each for each in self.waiting if each.deadline < now]:
            if connection.resting:
                self._drop(connection)
            else:
                self._refuse(connection, 408)

    def _cap_keepalive(self, deadline: float) -> None:
        """A worker that stops does not wait longer than this for connections that bring nothing."""
        for connection in self.waiting:
            connection.until = min(connection.until, deadline)

    def _wait(self, connection: Connection, seconds: float) -> None:
        connection.sock.setblocking(False)
        connection.until = monotonic() + seconds
        self.waiting[connection] = None
        self.poller.register(connection.sock, EVENT_READ, partial(self._readable, connection))

    def _readable(self, connection: Connection, _: socket.socket) -> None:
        if connection not in self.waiting:
            # It was dropped a moment ago, in the same turn of the loop.
            return
        try:
            data = connection.sock.recv(_RECEIVED_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._drop(connection)
        elif not connection.leaving:
            self._take(connection, data)

    def _take(self, connection: Connection, data: bytes) -> None:
        """Go on with a request: give it to a thread once it is here, refuse it when it cannot be received."""
        if not data:
            return
        incoming = connection.incoming
        if incoming.progress is Progress.NOTHING:
            connection.since = monotonic()
        before, was_large = incoming.progress, incoming.large
        try:
            connection.rest = incoming.feed(data)
        except OSError as failure:
            _log.error("a large request cannot be kept", reason=failure.strerror)
            self._refuse(connection, 503)
            return
        if incoming.progress is Progress.WHOLE:
            self._forget(connection)
            self.enqueue_req(connection)
        elif incoming.progress in _TOO_LONG:
            self._refuse(connection, _TOO_LONG[incoming.progress])
        elif incoming.large and not was_large and sum(each.incoming.large for each in self.waiting) > LARGE_AT_ONCE:
            self._refuse(connection, 503)
        elif incoming.asks_to_continue and before is not Progress.BODY:
            _send(connection.sock, b"HTTP/1.1 100 Continue\r\n\r\n")

    def _refuse(self, connection: Connection, status: int) -> None:
        metrics.REFUSED.labels(str(status)).inc()
        self._forget(connection)
        _send(connection.sock, _refusal(status))
        self._leave(connection)

    def _leave(self, connection: Connection) -> None:
        """Close our side, and wait until the client has read and closed its own (RFC 9112, section 9.6)."""
        connection.incoming.close()
        connection.leaving = True
        try:
            connection.sock.shutdown(socket.SHUT_WR)
            self._wait(connection, _LINGERING)
        except (OSError, ValueError):
            self._drop(connection)

    def _drop(self, connection: Connection) -> None:
        self._forget(connection)
        self.nr_conns -= 1
        connection.incoming.close()
        connection.close()

    def _forget(self, connection: Connection) -> None:
        if connection in self.waiting:
            del self.waiting[connection]
            self.poller.unregister(connection.sock)


def _send(client: socket.socket, answer: bytes) -> None:
    """Send a few bytes, if the client takes them now."""
    try:
        client.setblocking(False)
        client.send(answer)
    except OSError:
        return


def _refusal(status: int) -> bytes:
    """A problem (RFC 9457) as a whole answer, after which the connection is closed."""
    title = HTTPStatus(status).phrase
    problem = {
        "type": f"urn:acorn:problem:{title.lower().replace(' ', '-')}",
        "title": title,
        "status": status,
        "detail": _SENTENCES[status],
    }
    body = orjson.dumps(problem)
    head = [
        f"HTTP/1.1 {status} {title}",
        "Content-Type: application/problem+json",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Connection: close",
        *(["Retry-After: 5"] if status == HTTPStatus.SERVICE_UNAVAILABLE else []),
    ]
    return "\r\n".join([*head, "", ""]).encode() + body
