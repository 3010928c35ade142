"""What the generated clients stand on: one request to one service, and what can come of it.

A call answers with a document, or is `Refused` by the service, or finds the service `Away`, or nobody signed in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import quote, urlencode

import orjson
import urllib3

READ = urllib3.Timeout(connect=1.0, read=4.0)
WRITE = urllib3.Timeout(connect=1.0, read=8.0)


class Away(Exception):
    """A service that does not answer, or cannot for now. `unsure`: a change was sent and may have been made.

    `silence` is its sentence where it is there, and has not heard for too long who may see whom.
    """

    def __init__(self, service: str, *, unsure: bool = False, silence: str = "") -> None:
        super().__init__(service)
        self.service = service
        self.unsure = unsure
        self.silence = silence


class NotSignedIn(Exception):
    """The service does not take the access token (any more)."""


@dataclass
class Refused(Exception):
    """A service's refusal: what RFC 9457 has of it, `errors` by the pointer of the field."""

    status: int
    kind: str
    detail: str
    errors: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


def segment(value: str) -> str:
    """A value as one segment of a path, whatever somebody typed into an address; dots alone would lead out of it."""
    if value in (".", ".."):
        raise Refused(404, "not-found", "There is nothing with this id.")
    return quote(value, safe="")


@dataclass(frozen=True)
class Upload:
    """A file to send."""

    filename: str
    stream: IO[bytes]


@dataclass(frozen=True)
class Download:
    """A file as it comes, piece by piece; `headers` are those of the answer, their names in lower case."""

    headers: Mapping[str, str]
    pieces: Iterator[bytes]


class Client:
    """A service at an address, called as the bearer of a token; `trace` is the `traceparent` to hand on."""

    def __init__(self, name: str, address: str, http: urllib3.PoolManager, token: str, trace: str) -> None:
        self.name = name
        self._address = address
        self._http = http
        self._token = token
        self._trace = trace

    def _document(self, method: str, path: str, **sent: Any) -> Any:
        answer = self._answer(method, path, **sent)
        return self._json(answer)

    def _done(self, method: str, path: str, **sent: Any) -> None:
        self._answer(method, path, **sent)

    def _download(self, method: str, path: str, **sent: Any) -> Download:
        answer = self._answer(method, path, accept="text/csv", stream=True, **sent)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Download(headers, answer.stream(65_536))

    def _answer(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        parts: Mapping[str, Any] | None = None,
        version: int | None = None,
        key: str | None = None,
        accept: str = "application/json",
        stream: bool = False,
    ) -> urllib3.BaseHTTPResponse:
        headers = {"Authorization": f"Bearer {self._token}", "Accept": accept, "traceparent": self._trace}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if key is not None:
            headers["Idempotency-Key"] = key
        sent: dict[str, Any] = {}
        if body is not None:
            headers["Content-Type"] = "application/json"
            sent["body"] = orjson.dumps(body)
        if parts is not None:
            sent["fields"] = [_part(name, value) for name, value in parts.items() if value is not None]
        asked = {name: _written(value) for name, value in (query or {}).items() if value is not None}
        changing = method != "GET"
        try:
            answer = self._http.request(
                method,
                self._address + path + (f"?{urlencode(asked)}" if asked else ""),
                headers=headers,
                timeout=WRITE if changing else READ,
                # What was sent may have been done: a change is not sent twice behind somebody's back.
                retries=False,
                redirect=False,
                preload_content=not stream,
                **sent,
            )
            if stream and answer.status >= 400:
                # Nobody reads on, and only a read answer gives its connection back.
                answer.read(cache_content=True)
        except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
            raise Away(self.name) from error
        except urllib3.exceptions.HTTPError as error:
            raise Away(self.name, unsure=changing) from error
        if answer.status == 401:
            raise NotSignedIn
        if answer.status == 503 and (problem := self._refusal(answer)).kind == "scope-unknown":
            raise Away(self.name, silence=problem.detail)
        if answer.status >= 500:
            raise Away(self.name, unsure=changing and answer.status != 503)
        if answer.status >= 400:
            raise self._refusal(answer)
        return answer

    def _json(self, answer: urllib3.BaseHTTPResponse) -> Any:
        try:
            return orjson.loads(answer.data)
        except orjson.JSONDecodeError as error:
            raise Away(self.name) from error

    def _refusal(self, answer: urllib3.BaseHTTPResponse) -> Refused:
        problem = self._json(answer)
        known = {"type", "title", "status", "detail", "errors", "request_id"}
        return Refused(
            status=answer.status,
            kind=str(problem.get("type", "")).rpartition(":")[2],
            detail=str(problem.get("detail", "")),
            errors={error["pointer"]: error["detail"] for error in problem.get("errors", ())},
            facts={name: value for name, value in problem.items() if name not in known},
        )


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _part(name: str, value: Any) -> tuple[str, Any]:
    if isinstance(value, Upload):
        return name, (value.filename, value.stream.read())
    return name, _written(value)
