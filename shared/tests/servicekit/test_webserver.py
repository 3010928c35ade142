"""The real gunicorn, over real sockets: clients that are slow, silent or wrong cost nobody else anything."""

import json
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import pytest

from embedded.processes import Process, free_ports, start
from servicekit.testing import wait_until

ROOT = Path(__file__).resolve().parents[3]
# A service of one screen. Patience is shortened, so that its end can be seen: a body may be slow for a second.
APPLICATION = """
import tempfile
from flask import Flask, request
from servicekit import logs, webserver

webserver.GRACE, webserver.LARGE_AT_ONCE = 1.0, 4
logs.configure("info", "tiny", "web")
tempfile.gettempdir()  # chosen now: a test removes the folder
app = Flask("tiny")
app.config["MAX_CONTENT_LENGTH"] = 1_000_000

@app.get("/livez")
def livez():
    return "alive"

@app.post("/length")
def length():
    return str(len(request.get_data()))

@app.post("/unread")
def unread():
    return "not read"

@app.get("/long")
def long():
    return "x" * 300_000
"""
AT_ONCE = 2
"""Seconds: an answer takes milliseconds, also on a busy machine, unless it waits for a slow client."""
LIVEZ = b"GET /livez HTTP/1.1\r\nHost: acorn\r\n\r\n"
POST = b"POST /length HTTP/1.1\r\nHost: acorn\r\n"
SLOW = {
    "headers": b"GET /livez HTTP/1.1\r\nX-Slow: ",
    "body": POST + b"Content-Length: 50000\r\n\r\n",
    "chunks": POST + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n",
}
Answer = tuple[int, dict[str, str], bytes]


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Process, tuple[str, int]]]:
    """gunicorn with the tiny application and the settings that every service has; the process, and where it serves."""
    (folder / "tiny.py").write_text(APPLICATION)
    (folder / "kept").mkdir()
    port = free_ports(1)[0]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-c",
        "docker/gunicorn.conf.py",
        "--pythonpath",
        str(folder),
        "tiny:app",
    ]
    environment = {"ACORN_BIND": f"127.0.0.1:{port}", "TMPDIR": str(folder / "kept")}
    process = start("gunicorn", command, log=folder / "log", environment=environment, directory=ROOT)
    try:
        process.wait_until(lambda: _answers(port), seconds=30, what="gunicorn answers")
        yield process, ("127.0.0.1", port)
    finally:
        process.stop()
    assert "Traceback" not in process.tail(100)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """Where gunicorn serves."""
    with serving(tmp_path_factory.mktemp("webserver")) as (_, place):
        yield place


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


class Client:
    """A connection, and what is read from it."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, 10)
        self._answers = self.socket.makefile("rb")

    def send(self, content: bytes) -> None:
        self.socket.sendall(content)

    def read(self) -> Answer:
        """The next answer: status, headers with lower-case names, body."""
        first = self._answers.readline()
        assert first, "the connection was closed"
        headers = {}
        while line := self._answers.readline().decode().strip():
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        body = self._answers.read(int(headers.get("content-length", 0)))
        return int(first.split()[1]), headers, body

    def close(self) -> None:
        self._answers.close()
        self.socket.close()


Connect = Callable[[], Client]


@pytest.fixture
def connect(address: tuple[str, int]) -> Iterator[Connect]:
    """Open connections; they are closed when the test ends."""
    with ExitStack() as opened:

        def open_one() -> Client:
            return opened.enter_context(closing(Client(address)))

        yield open_one


def ask(connect: Connect, request: bytes) -> Answer:
    client = connect()
    client.send(request)
    return client.read()


def chunk(content: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(content), content)


@pytest.mark.parametrize("kind", SLOW)
def test_others_are_answered_at_once_while_fifty_are_slow(connect: Connect, kind: str) -> None:
    slow = [connect() for _ in range(50)]
    for client in slow:
        client.send(SLOW[kind])

    for _ in range(10):
        began = time.monotonic()
        assert ask(connect, LIVEZ)[2] == b"alive"
        assert ask(connect, POST + b"Content-Length: 5\r\n\r\nhello")[2] == b"5"
        assert time.monotonic() - began < AT_ONCE

    for client in slow:
        assert client.read()[0] == 408


@pytest.mark.parametrize("kind", SLOW)
def test_patience_with_a_byte_at_a_time_ends(connect: Connect, kind: str) -> None:
    client = connect()
    client.send(SLOW[kind])
    client.socket.settimeout(0.1)

    began, answer = time.monotonic(), b""
    while not answer:
        assert time.monotonic() - began < 4
        try:
            client.send(b"1")
            answer = client.socket.recv(1000)
        except TimeoutError:
            continue

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"Connection: close" in head
    assert json.loads(body)["type"] == "urn:acorn:problem:request-timeout"


def test_a_steady_upload_on_a_slow_line_passes(connect: Connect) -> None:
    """It takes three times as long as a body may be slower than the rate."""
    client = connect()
    client.send(POST + b"Content-Length: 210000\r\n\r\n")

    for _ in range(30):
        time.sleep(0.1)
        client.send(b"x" * 7000)

    assert client.read()[2] == b"210000"


def test_large_bodies_beyond_the_most_are_refused_at_once(connect: Connect) -> None:
    large = [connect() for _ in range(4)]
    for client in large:
        client.send(POST + b"Content-Length: 200000\r\n\r\n")
        client.send(b"x" * 100_000)
    assert ask(connect, POST + b"Content-Length: 5\r\n\r\nhello")[2] == b"5"

    status, headers, body = ask(connect, POST + b"Content-Length: 200000\r\n\r\n")

    assert (status, headers["retry-after"], headers["connection"]) == (503, "5", "close")
    assert "another large request" in json.loads(body)["detail"]
    for client in large:
        client.send(b"x" * 100_000)
        assert client.read()[2] == b"200000"


def test_clients_that_do_not_read_their_answers_hold_no_thread(connect: Connect) -> None:
    for _ in range(20):
        connect().send(b"GET /long HTTP/1.1\r\nHost: acorn\r\n\r\n")

    began = time.monotonic()
    assert ask(connect, LIVEZ)[0] == 200

    assert time.monotonic() - began < AT_ONCE


def test_clients_that_do_not_close_delay_nobody(connect: Connect) -> None:
    for _ in range(20):
        assert ask(connect, b"GET /livez HTTP/1.1\r\nHost: acorn\r\nConnection: close\r\n\r\n")[0] == 200

    began = time.monotonic()
    assert ask(connect, LIVEZ)[0] == 200

    assert time.monotonic() - began < AT_ONCE


def test_a_connection_brings_one_request_after_another_even_ahead_of_the_answers(connect: Connect) -> None:
    client = connect()
    bodies = [b"Content-Length: 2\r\n\r\nab", b"Transfer-Encoding: chunked\r\n\r\n" + chunk(b"abc") + chunk(b"")]

    for body in bodies:
        client.send(POST + body)
        assert client.read()[2] == str(2 + bodies.index(body)).encode()
    client.send(POST.replace(b"length", b"unread") + bodies[1] + POST + bodies[0])

    assert client.read()[2] == b"not read"
    assert client.read()[2] == b"2"


def test_who_asks_whether_to_continue_is_told_so(connect: Connect) -> None:
    client = connect()
    client.send(POST + b"Content-Length: 5\r\nExpect: 100-continue\r\n\r\n")
    assert client.read()[0] == 100

    client.send(b"hello")

    # gunicorn says it once more, when a thread has the request: that is allowed.
    assert client.read()[0] == 100
    assert client.read()[2] == b"5"


def test_a_body_over_the_limit_is_refused_by_the_application_before_it_came(connect: Connect) -> None:
    client = connect()
    client.send(POST + b"Content-Length: 1000001\r\n\r\n" + b"x" * 50_000)

    assert client.read()[0] == 413
    assert client.socket.recv(1) == b""


def test_chunks_over_the_limit_are_refused(connect: Connect) -> None:
    client = connect()
    client.send(POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunk(b"x" * 100_000) * 14)

    assert client.read()[0] == 413


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nBad Header: secret\r\n\r\n", 400),
        (b"GET /" + b"secret" * 1000 + b" HTTP/1.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\n" + b"X-Name: secret\r\n" * 200 + b"\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"X-Name: secret\r\n" * 5000, 431),
        (POST + b"Transfer-Encoding: secret\r\n\r\n", 501),
        (POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", 400),
    ],
)
def test_what_is_not_http_is_refused_as_a_problem_that_quotes_nothing(
    connect: Connect, request_: bytes, status: int
) -> None:
    answered, headers, body = ask(connect, request_)

    assert (answered, headers["content-type"]) == (status, "application/problem+json")
    assert json.loads(body)["status"] == status
    assert b"secret" not in body.lower()


def test_beyond_the_most_connections_the_longest_waiting_makes_room(connect: Connect) -> None:
    waiting = [connect() for _ in range(450)]

    assert ask(connect, LIVEZ)[2] == b"alive"

    assert waiting[0].socket.recv(1) == b""
    waiting[-1].send(LIVEZ)
    assert waiting[-1].read()[2] == b"alive"


def test_a_large_request_that_cannot_be_kept_is_refused_and_small_ones_are_not(tmp_path: Path) -> None:
    with serving(tmp_path) as (_, place), closing(Client(place)) as large, closing(Client(place)) as small:
        small.send(LIVEZ)
        assert small.read()[0] == 200
        (tmp_path / "kept").rmdir()

        large.send(POST + b"Content-Length: 200000\r\n\r\n" + b"x" * 200_000)
        small.send(POST + b"Content-Length: 5\r\n\r\nhello")

        assert large.read()[0] == 503
        assert small.read()[2] == b"5"


def test_a_worker_that_stops_finishes_what_is_arriving_and_waits_for_nobody_else(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, place), closing(Client(place)) as idle, closing(Client(place)) as sending:
        idle.send(LIVEZ)
        assert idle.read()[0] == 200
        sending.send(POST + b"Content-Length: 5\r\n\r\nhe")
        time.sleep(0.1)

        process.ask_to_stop()
        time.sleep(0.3)
        sending.send(b"llo")

        status, headers, body = sending.read()
        assert (status, headers["connection"], body) == (200, "close", b"5")
        sending.close()
        # Requests under way may take 20 seconds, and connections that bring none are kept for 75.
        wait_until(lambda: process.exit_code is not None, seconds=15, what="it has stopped")
