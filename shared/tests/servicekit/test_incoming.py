"""Where a request ends is found as its bytes come, however they are cut."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from gunicorn.config import Config  # type: ignore[import-untyped]
from gunicorn.http import get_parser  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from servicekit.incoming import MAX_HEAD, Incoming, Progress

POST = b"POST /notes HTTP/1.1\r\nHost: acorn\r\n"
NEXT = b"GET / HTTP/1.1\r\n"


def chunked(chunks: list[bytes], trailer: bytes = b"") -> bytes:
    """A body in chunks."""
    parts = [b"%x;part=1\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks if chunk]
    return b"".join(parts) + b"0\r\n" + trailer + b"\r\n"


BODIES = st.binary(max_size=300)
REQUESTS = st.one_of(
    st.just(b"GET / HTTP/1.1\r\nHost: acorn\r\n\r\n"),
    BODIES.map(lambda body: POST + b"content-LENGTH:  %d\r\n\r\n%s" % (len(body), body)),
    st.tuples(st.lists(BODIES, max_size=5), st.sampled_from([b"", b"Sum: 1\r\n", b"A: 1\r\nB: 2\r\n"])).map(
        lambda parts: POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunked(*parts)
    ),
)


@pytest.fixture
def incoming() -> Iterator[Incoming]:
    arriving = Incoming(max_body=10_000)
    yield arriving
    arriving.close()


@given(request=REQUESTS, cuts=st.lists(st.integers(0, 2000), max_size=12), following=st.booleans())
def test_a_request_is_whole_exactly_at_its_last_byte(request: bytes, cuts: list[int], following: bool) -> None:
    incoming = Incoming(max_body=10_000)
    sent = request + NEXT * following
    places = sorted({0, len(sent), *(cut for cut in cuts if cut < len(sent))})

    rest = b""
    for start, end in pairwise(places):
        assert incoming.progress is not Progress.WHOLE or start >= len(request)
        rest = rest + sent[start:end] if incoming.progress is Progress.WHOLE else incoming.feed(sent[start:end])

    assert (incoming.progress, incoming.cut) == (Progress.WHOLE, False)
    assert b"".join(incoming.pieces()) == request
    assert rest == NEXT * following
    incoming.close()


@given(request=REQUESTS)
def test_gunicorn_reads_as_much_as_was_kept(request: bytes) -> None:
    incoming = Incoming(max_body=10_000)
    incoming.feed(request + NEXT)

    parser = get_parser(Config(), incoming.pieces(), ("127.0.0.1", 1))
    next(parser).body.read()

    assert parser.unreader.read() == b""
    incoming.close()


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 5\r\nContent-Length: 6\r\n",
        b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: +5\r\n",
        b"Content-Length: five\r\n",
        b"Content-Length : 5\r\n",
        b"Transfer-Encoding: gzip\r\n",
    ],
)
def test_a_body_whose_length_is_in_doubt_is_not_waited_for(incoming: Incoming, headers: bytes) -> None:
    incoming.feed(POST + headers + b"\r\n")

    assert incoming.progress is Progress.WHOLE


@pytest.mark.parametrize("chunks", [b"-5\r\n", b"0x5\r\n", b"5\nhello", b"5\r\nhello!\r\n", b"\r\n", b"9" * 9000])
def test_broken_chunks_end_the_request_and_its_connection(incoming: Incoming, chunks: bytes) -> None:
    incoming.feed(POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)

    assert (incoming.progress, incoming.cut) == (Progress.WHOLE, True)


@pytest.mark.parametrize("length", [b"10001", b"9" * 400])
def test_a_body_over_the_limit_is_not_waited_for(incoming: Incoming, length: bytes) -> None:
    incoming.feed(POST + b"Content-Length: " + length + b"\r\n\r\n")

    assert (incoming.progress, incoming.cut) == (Progress.WHOLE, True)


def test_chunks_over_the_limit_are_not_waited_for(incoming: Incoming) -> None:
    incoming.feed(POST + b"Transfer-Encoding: chunked\r\n\r\n")

    while incoming.progress is Progress.BODY:
        incoming.feed(b"400\r\n" + b"x" * 1024 + b"\r\n")

    assert incoming.progress is Progress.BODY_TOO_LONG
    assert 10_000 < incoming.received < 20_000


def test_a_chunk_that_says_that_it_is_over_the_limit_is_not_waited_for(incoming: Incoming) -> None:
    incoming.feed(POST + b"Transfer-Encoding: chunked\r\n\r\nffffff\r\n")

    assert incoming.progress is Progress.BODY_TOO_LONG


def test_what_frames_the_chunks_is_limited_too(incoming: Incoming) -> None:
    incoming.feed(POST + b"Transfer-Encoding: chunked\r\n\r\n")

    while incoming.progress is Progress.BODY:
        incoming.feed(b"1;x=" + b"x" * 1024 + b"\r\nx\r\n")

    assert incoming.progress is Progress.BODY_TOO_LONG
    assert incoming.received < 30_000


def test_a_head_that_does_not_end_is_given_up(incoming: Incoming) -> None:
    incoming.feed(POST)

    while incoming.progress is Progress.HEAD:
        incoming.feed(b"X-Name: " + b"x" * 1000 + b"\r\n")

    assert incoming.progress is Progress.HEAD_TOO_LONG
    assert incoming.received < MAX_HEAD + 2000


def test_a_request_knows_whether_it_is_large_and_asks_to_continue(incoming: Incoming) -> None:
    incoming.feed(POST + b"Content-Length: 9000\r\n")
    assert (incoming.large, incoming.asks_to_continue) == (False, False)

    incoming.feed(b"Expect: 100-continue\r\n\r\n")

    assert incoming.asks_to_continue


def test_a_body_that_does_not_fit_into_memory_is_large() -> None:
    incoming = Incoming(max_body=1_000_000)

    incoming.feed(POST + b"Content-Length: 900000\r\n\r\n")

    assert incoming.large
    incoming.close()
