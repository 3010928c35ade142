"""What this process renewed: tabs that need a new access token at once use their one refresh token once.

An identity provider that gives a new refresh token with each renewal may end the whole sign-in when an old one comes
back.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SignIn = Mapping[str, Any]
"""A sign-in as a session keeps it."""

_AT_MOST = 10_000
_REST_SECONDS = 5.0


@dataclass
class Renewal:
    """The latest of one sign-in. `lock` is for whoever renews it."""

    latest: SignIn | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    _rests_until: float = 0.0

    def newest(self, held: SignIn) -> SignIn:
        """Answer with what a session holds, or with what another request has renewed it to meanwhile."""
        latest = self.latest
        return latest if latest is not None and latest["expires"] > held["expires"] else held

    @property
    def rests(self) -> bool:
        """Whether it failed just now: those who waited for it need not each find that out anew."""
        return time.monotonic() < self._rests_until

    def failed(self) -> None:
        """Leave the identity provider alone for some seconds."""
        self._rests_until = time.monotonic() + _REST_SECONDS


class Renewals:
    """By sign-in; those that were asked for longest ago are forgotten."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Renewal] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, sign_in: str) -> Renewal:
        """That of a sign-in, by its id."""
        with self._lock:
            found = self._known.setdefault(sign_in, Renewal())
            self._known.move_to_end(sign_in)
            if len(self._known) > _AT_MOST:
                self._known.popitem(last=False)
            return found

    def forget(self, sign_in: str) -> None:
        """Let go of a sign-in that has ended."""
        with self._lock:
            self._known.pop(sign_in, None)
