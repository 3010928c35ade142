"""The access token between two commands: in one file of the user's own, by issuer, until it expires."""

import json
import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from acorn.trouble import Trouble

SPARE_SECONDS = 30


@dataclass(frozen=True)
class Session:
    """Somebody signed in: the token, when it expires (seconds since 1970), and who that is."""

    access_token: str
    expires_at: float
    name: str


def folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where this user's settings of Acorn are (XDG base directories)."""
    base = environment.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "acorn"


def token(issuer: str, environment: Mapping[str, str] = os.environ) -> str:
    """The token to send: ACORN_TOKEN, else that of the last sign-in at this issuer; `Trouble` says to sign in."""
    given = environment.get("ACORN_TOKEN")
    if given:
        return given
    kept = _read(environment).get(issuer)
    if kept is None:
        raise Trouble("You are not signed in. Run: acorn sign-in")
    if kept["expires_at"] - SPARE_SECONDS < time.time():
        raise Trouble(f"Your sign-in as {kept['name']} has expired. Run: acorn sign-in")
    return str(kept["access_token"])


def keep(issuer: str, session: Session, environment: Mapping[str, str] = os.environ) -> None:
    """Keep a sign-in for the commands that follow; only this user can read it."""
    _write({**_read(environment), issuer: asdict(session)}, environment)


def forget(issuer: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Forget the sign-in at an issuer; tell whether there was one."""
    sessions = _read(environment)
    there = sessions.pop(issuer, None) is not None
    if there:
        _write(sessions, environment)
    return there


def _read(environment: Mapping[str, str]) -> dict[str, Any]:
    file = folder(environment) / "session.json"
    if not file.exists():
        return {}
    try:
        sessions: dict[str, Any] = json.loads(file.read_text())
    except (ValueError, OSError):
        raise Trouble(f"{file} cannot be read. Remove it and run: acorn sign-in") from None
    return sessions


def _write(sessions: Mapping[str, Any], environment: Mapping[str, str]) -> None:
    place = folder(environment)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A file of mkstemp is the user's alone from its first moment; renaming it leaves no half-written one.
    handle, draft = tempfile.mkstemp(dir=place, prefix=".session-")
    with os.fdopen(handle, "w") as file:
        json.dump(sessions, file)
    Path(draft).replace(place / "session.json")
