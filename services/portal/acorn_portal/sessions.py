"""Sessions on the server's side: a cookie of 256 random bits, its contents sealed under a key that only it has.

Whoever reads the database reads no token and nothing that somebody typed. A session whose bearer has done nothing for
the idle time is signed out, but stays open for what is being typed: see `acorn_portal.signing_in`.
"""

import hashlib
import secrets
from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any

import orjson
from flask import Flask, Request, Response
from flask.sessions import SessionInterface, SessionMixin
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from werkzeug.datastructures import CallbackDict

from acorn_portal.settings import Settings
from acorn_portal.store import Store
from servicekit.clock import Clock

LIFE = timedelta(hours=12)
"""A working day: afterwards somebody signs in anew, however busy."""

_SEEN_AGAIN = timedelta(seconds=30)
_SEALED = {"alg": "dir", "enc": "A256GCM"}


class Session(CallbackDict[str, Any], SessionMixin):
    """What is kept of one browser. `idle`: its bearer was away for longer than the idle time."""

    def __init__(self, cookie: str = "", contents: MutableMapping[str, Any] | None = None) -> None:
        def changed(_: CallbackDict[str, Any]) -> None:
            self.modified = True

        super().__init__(contents, changed)
        self.cookie = cookie
        self.new = not cookie
        self.modified = False
        self.idle = False
        self.seen_long_ago = False
        self.replaced = ""

    def renew(self) -> None:
        """Go on under another cookie, as after every sign-in: whoever knew the one before knows nothing now."""
        self.replaced = self.replaced or self.cookie
        self.cookie = ""
        self.modified = True


class Sessions(SessionInterface):
    """Opens and keeps the session of each request."""

    def __init__(self, store: Store, settings: Settings, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._idle = timedelta(minutes=settings.idle_minutes)
        self._secure = settings.secure
        # With the prefix, browsers take the cookie over TLS from this host only (RFC 6265bis).
        self.cookie = "__Host-acorn" if settings.secure else "acorn"

    def open_session(self, app: Flask, request: Request) -> Session:
        """The session of the request's cookie; an empty one without."""
        cookie = request.cookies.get(self.cookie, "")
        if request.path.startswith(("/static/", "/livez", "/readyz", "/metrics")) or len(cookie) != 43:
            return Session()
        now = self._clock()
        kept = self._store.find(_name(cookie), now)
        contents = _opened(kept.box, cookie) if kept else None
        if kept is None or contents is None:
            return Session()
        session = Session(cookie, contents)
        session.idle = now - kept.seen > self._idle
        session.seen_long_ago = now - kept.seen > _SEEN_AGAIN
        return session

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what changed, and set the cookie of a new session."""
        if not isinstance(session, Session):
            raise TypeError("only sessions that were opened here are kept here")
        now = self._clock()
        if session.replaced:
            self._store.end(_name(session.replaced))
        if not session:
            if session.cookie and session.modified:
                self._store.end(_name(session.cookie))
                response.delete_cookie(self.cookie, path="/", secure=self._secure, httponly=True, samesite="Lax")
        elif not session.cookie:
            session.cookie = secrets.token_urlsafe(32)
            self._store.add(_name(session.cookie), _sealed(session, session.cookie), now=now, life=LIFE)
            response.set_cookie(
                self.cookie, session.cookie, path="/", secure=self._secure, httponly=True, samesite="Lax"
            )
        elif session.modified:
            self._store.save(_name(session.cookie), _sealed(session, session.cookie), now=now)
        elif session.seen_long_ago:
            self._store.touch(_name(session.cookie), now=now)


def _name(cookie: str) -> str:
    return hashlib.sha256(b"name:" + cookie.encode()).hexdigest()


def _key(cookie: str) -> OctKey:
    return OctKey.import_key(hashlib.sha256(b"key:" + cookie.encode()).digest())


def _sealed(session: Session, cookie: str) -> bytes:
    return jwe.encrypt_compact(_SEALED, orjson.dumps(dict(session)), _key(cookie)).encode()


def _opened(box: bytes, cookie: str) -> dict[str, Any] | None:
    try:
        content: dict[str, Any] = orjson.loads(jwe.decrypt_compact(box, _key(cookie)).plaintext or b"{}")
    except (JoseError, ValueError):
        return None
    return content
