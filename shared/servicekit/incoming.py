"""A request while it arrives: whether all of it is here is decided as its bytes come, without waiting for any.

It finds where a request ends and nothing else: gunicorn's parser, which reads what was kept here, stays the only judge
of whether a request is sound. What it would refuse need not be complete.
"""

import re
from collections.abc import Iterator
from enum import Enum, auto
from tempfile import SpooledTemporaryFile

MAX_HEAD = 64_000
"""Bytes of a request's line and headers; gunicorn's own limits for each of them are lower."""

IN_MEMORY = 64_000
"""Bytes of a request beyond which it goes to a temporary file."""

_MAX_LINE = 8_000
_PIECE = 65_536
_HEXADECIMAL = re.compile(rb"[0-9A-Fa-f]{1,16}")
_END_OF_HEAD = b"\r\n\r\n"


class Progress(Enum):
    """How far a request has come."""

    NOTHING = auto()
    HEAD = auto()
    BODY = auto()
    WHOLE = auto()
    HEAD_TOO_LONG = auto()
    BODY_TOO_LONG = auto()


class Incoming:
    """One request as it arrives on a connection. Not for several threads at once."""

    def __init__(self, max_body: int) -> None:
        """A body that says it has more than `max_body` bytes, or whose chunks are broken, is not waited for.

        The request is `WHOLE` without the rest, and `cut`: what follows on its connection is not known. Chunks that
        turn out to be more are `BODY_TOO_LONG`.
        """
        self.progress = Progress.NOTHING
        self.cut = False
        self.asks_to_continue = False
        self.received = 0
        self._max_body = max_body
        self._head = bytearray()
        self._left = 0
        self._chunks: _Chunks | None = None
        self._kept = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by close()

    @property
    def large(self) -> bool:
        """Whether it does not fit into memory, or will not."""
        return self.progress is Progress.BODY and self.received + self._left > IN_MEMORY

    def feed(self, data: bytes) -> bytes:
        """Take what came; answers what is behind the request's end: the beginning of the next one."""
        self.received += len(data)
        if self.progress in (Progress.NOTHING, Progress.HEAD):
            data = self._feed_head(data)
        if self.progress is Progress.BODY:
            data = self._feed_body(data)
        return data

    def pieces(self) -> Iterator[bytes]:
        """The request's bytes, once it is whole."""
        self._kept.seek(0)
        return iter(lambda: self._kept.read(_PIECE), b"")

    def close(self) -> None:
        """Forget it."""
        self._kept.close()

    def _feed_head(self, data: bytes) -> bytes:
        self.progress = Progress.HEAD
        # Only the end of what came before can be the beginning of the head's end.
        searched = max(0, len(self._head) - len(_END_OF_HEAD))
        self._head += data
        end = self._head.find(_END_OF_HEAD, searched) + len(_END_OF_HEAD)
        if end < len(_END_OF_HEAD):
            if len(self._head) > MAX_HEAD:
                self.progress = Progress.HEAD_TOO_LONG
            return b""
        head, rest = bytes(self._head[:end]), bytes(self._head[end:])
        self._head.clear()
        self._kept.write(head)
        self._measure(head)
        return rest

    def _measure(self, head: bytes) -> None:
        """Find out from the headers how long the body is; what contradicts itself has none, and is refused later."""
        lengths, coded = [], False
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                lengths.append(value.strip())
            self.asks_to_continue |= name.lower() == b"expect"
            coded |= name.lower() == b"transfer-encoding" and value.strip().lower().endswith(b"chunked")
        self.progress = Progress.WHOLE
        if coded and not lengths:
            self._chunks = _Chunks()
            self.progress = Progress.BODY
        elif len(lengths) == 1 and lengths[0].isdigit() and not coded:
            # A number of that many digits is beyond every limit, and too long to be read as one.
            self._left = int(lengths[0][:18])
            self.cut = self._left > self._max_body
            self.progress = Progress.BODY if self._left and not self.cut else Progress.WHOLE

    def _feed_body(self, data: bytes) -> bytes:
        if self._chunks:
            used = self._chunks.scan(data)
            self.cut = self._chunks.broken
            whole = self._chunks.ended
        else:
            used = min(self._left, len(data))
            self._left -= used
            whole = not self._left
        self._kept.write(data[:used])
        if whole:
            self.progress = Progress.WHOLE
        # What frames the chunks may be as long as what is in them, and no longer.
        elif self._chunks and max(self._chunks.total, self.received // 2) > self._max_body:
            self.progress = Progress.BODY_TOO_LONG
        return data[used:]


class _Chunks:
    """Finds the end of a body in chunks (RFC 9112, section 7.1), as strictly as gunicorn reads one."""

    def __init__(self) -> None:
        self.ended = False
        self.broken = False
        self.total = 0
        self._skip = 0
        self._line = b""
        self._next = self._size

    def scan(self, data: bytes) -> int:
        """Go on with what came; answers how many bytes of it belong to the body."""
        at = 0
        while at < len(data) and not self.ended:
            if self._skip:
                step = min(self._skip, len(data) - at)
                self._skip -= step
                at += step
                continue
            end = data.find(b"\n", at) + 1 or len(data)
            self._line += data[at:end]
            at = end
            if self._line.endswith(b"\r\n"):
                line, self._line = self._line[:-2], b""
                self._next(line)
            elif self._line.endswith(b"\n") or len(self._line) > _MAX_LINE:
                self._break()
        return at

    def _size(self, line: bytes) -> None:
        digits = line.partition(b";")[0].rstrip(b" \t")
        if not _HEXADECIMAL.fullmatch(digits):
            self._break()
            return
        self._skip = int(digits, 16)
        self.total += self._skip
        self._next = self._after_chunk if self._skip else self._trailer

    def _after_chunk(self, line: bytes) -> None:
        self._next = self._size
        if line:
            self._break()

    def _trailer(self, line: bytes) -> None:
        self.ended = not line

    def _break(self) -> None:
        self.ended = self.broken = True
