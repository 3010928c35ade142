"""What a view asks of the request in hand: its time, its store, its one transaction, the version it changes."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import wraps
from threading import Lock
from typing import Any, Protocol, TypeVar

from flask import Response, current_app, g, request
from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database
from werkzeug.exceptions import HTTPException

from servicekit import audit, generations, idempotency
from servicekit.access import Scope, caller
from servicekit.auth import Verifier
from servicekit.clock import Clock, instant, london_today
from servicekit.mongo import Document, ensure_indexes, transaction
from servicekit.problems import BadRequest, VersionMissing
from servicekit.settings import Settings

ETAG = r'(?:W/)?"?([0-9]{1,15})"?'
"""A version as If-Match brings it: also weakened by a proxy, or without quotation marks; no more digits than fit."""

_ETAG = re.compile(ETAG, re.ASCII)
S_co = TypeVar("S_co", covariant=True)
View = TypeVar("View", bound=Callable[..., Any])


class People(Protocol):
    """What the chassis asks of people; `directory.Directory` is the one that services use."""

    def names(self, person_ids: Iterable[str]) -> Mapping[str, str]:
        """Given and family name by person id; who is not known is left out."""

    def identities(self, person_id: str) -> Sequence[str]:
        """A person's id first, and those under which they were known besides."""

    def present(self, person_ids: Iterable[str]) -> Mapping[str, str]:
        """Of these ids those of records that have become part of another one, each with the id that it has now."""

    def person(self, person_id: str) -> Document | None:
        """What is known of a person; None for nobody."""

    def people_by_identifier(
        self, *, trn: str | None = None, email: str | None = None, employee_number: str | None = None
    ) -> Sequence[Document]:
        """Everybody with the one identifier that is given."""

    def places(self, organisation_ids: Iterable[str]) -> Mapping[str, str]:
        """Names of organisations by id; what is not known is left out."""


@dataclass
class State:
    """What one web process holds: made once by `servicekit.app.create`."""

    name: str
    settings: Settings
    database: Database[Document]
    scope: Scope
    people: People
    verifier: Verifier
    clock: Clock
    indexes: Mapping[str, Sequence[IndexModel]]
    prepared: bool = False
    _preparing: Lock = field(default_factory=Lock)

    def prepare(self) -> None:
        """Reach the database once and make its indexes; until that worked, the process is not ready."""
        if self.prepared:
            return
        with self._preparing:
            if not self.prepared:
                at = generations.live(self.database)
                ensure_indexes(self.database, generations.indexes_of(self.indexes, at))
                self.prepared = True


class OpensStore(Protocol[S_co]):
    """A service's `Store` class."""

    def __call__(self, database: Database[Document], *, session: ClientSession | None = None) -> S_co:
        """Open the store on a database, inside a transaction where one is given."""


def state() -> State:
    """What this process holds."""
    held: State = current_app.extensions["acorn"]
    return held


def bound(store: OpensStore[S_co]) -> Callable[[], S_co]:
    """The function with which a service's routes open their store, inside the request's transaction if there is one."""
    return lambda: store(state().database, session=session())


def session() -> ClientSession | None:
    """The session of the request's transaction, inside a view that `writes`."""
    held: ClientSession | None = g.get("session")
    return held


def now() -> datetime:
    """The instant at which this request began."""
    at: datetime = g.now
    return at


def today() -> date:
    """The day in England on which this request began."""
    day: date = g.today
    return day


def begin_request() -> None:
    """Fix the request's time, once, so that everything in it happens at one instant."""
    g.now = state().clock()
    g.today = london_today(g.now)


def if_match() -> int:
    """The version that the request changes, from If-Match."""
    header = request.headers.get("If-Match", "").strip()
    if not header:
        raise VersionMissing
    tag = _ETAG.fullmatch(header)
    if tag is None:
        raise BadRequest('If-Match must be the ETag of what you read, such as "3".')
    return int(tag.group(1))


def record_read(people: Sequence[str], what: str, *, confidential: bool = False, reason: str | None = None) -> None:
    """Record that the caller reads these people's data; their own is left out, and nobody at all leaves no row.

    `confidential`: that there was anything to read is not for the people read about, nor for HR. `reason`: what needed
    one is recorded of the caller's own data too.
    """
    own = caller().person_id if reason is None else None
    others = [person for person in dict.fromkeys(people) if person != own]
    if others:
        audit.store_read(
            state().database,
            people=others,
            by=caller().actor,
            what=what,
            at=instant(now()),
            request_id=g.trace_id,
            session=session(),
            confidential=confidential,
            reason=reason,
        )


def versioned(view: View) -> View:
    """Declare that a view changes the version that If-Match names; it reads it with `if_match`."""
    view.versioned = True  # type: ignore[attr-defined]
    return view


def writes(view: View) -> View:
    """Run the whole view in one transaction: its effect, its events and its idempotency key, or nothing of them.

    The view runs again when another writer was in its way, so it has no effect but through its store.
    """

    @wraps(view)
    def in_one_transaction(*args: Any, **kwargs: Any) -> Response:
        held = state()
        header = request.headers.get("Idempotency-Key")
        route = f"{request.method} {request.url_rule}"
        key = idempotency.key_of(caller().actor, route, header) if header is not None else None
        fingerprint = idempotency.fingerprint(request.path, _body()) if key else ""

        def work(transaction_session: ClientSession) -> Response | Document:
            g.session = transaction_session
            try:
                if key and (earlier := idempotency.recall(held.database, key, fingerprint, transaction_session)):
                    return earlier
                # A view may take things out of what it was given, and must find them there when it runs again.
                given = [dict(each) if isinstance(each, dict) else each for each in args]
                response: Response = current_app.make_response(view(*given, **kwargs))
                if key:
                    location = response.headers.get("Location") or response.headers.get("Content-Location", "")
                    idempotency.remember(
                        held.database,
                        key,
                        fingerprint,
                        status=response.status_code,
                        location=location,
                        at=now(),
                        session=transaction_session,
                    )
                return response
            finally:
                g.session = None

        outcome = transaction(held.database.client, work)
        return outcome if isinstance(outcome, Response) else _again(outcome)

    in_one_transaction.writes = True  # type: ignore[attr-defined]
    return in_one_transaction  # type: ignore[return-value]


def _body() -> bytes:
    if request.mimetype == "multipart/form-data":
        # Parts are split by a boundary that a client makes anew: compare what they say.
        parts = sorted(request.form.items())
        for name, upload in sorted(request.files.items()):
            parts.append((name, upload.read().hex()))
            upload.seek(0)
        return repr(parts).encode()
    return request.get_data(cache=True)


def _again(earlier: Document) -> Response:
    """Answer a repeated request as the first was answered, reading what it made under today's rights."""
    location = earlier["location"]
    response = Response(status=204)
    if location:
        headers = {"Authorization": request.headers["Authorization"]}
        with current_app.test_request_context(location, headers=headers):
            response = current_app.full_dispatch_request()
        if response.status_code == 200:
            response.status_code = earlier["status"]
            response.headers["Location" if earlier["status"] in (201, 202) else "Content-Location"] = location
    response.headers["Idempotent-Replayed"] = "true"
    return response


def readable(path: str) -> str:
    """The address where the outcome of a write to `path` can be read: itself, or the nearest one above it."""
    adapter = current_app.create_url_adapter(request)
    while path.strip("/") and adapter is not None:
        try:
            adapter.match(path, method="GET")
        except HTTPException:
            path = path.rpartition("/")[0]
        else:
            return path
    return ""
