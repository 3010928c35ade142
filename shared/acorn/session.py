"""The access token between two commands: in one file of the user's own, by issuer, until it expires."""

import json
import os
import re
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from acorn.trouble import Trouble

SPARE_SECONDS = 30
# The characters of a bearer token (RFC 6750, section 2.1).
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")


@dataclass(frozen=True)
class Session:
    """Somebody signed in: the token, when it expires (seconds since 1970), and who that is."""

    access_token: str
    expires_at: float
    name: str


def folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where this user's settings of Acorn are (XDG base directories)."""
    base = environment.get("XDG_CONFIG_HOME")
    try:
        return (Path(base) if base else Path.home() / ".config") / "acorn"
    except RuntimeError:
        raise Trouble("You have no home folder. Set XDG_CONFIG_HOME to a folder of yours.") from None


def token(issuer: str, environment: Mapping[str, str] = os.environ) -> str:
    """The token to send: ACORN_TOKEN, else that of the last sign-in at this issuer; `Trouble` says to sign in."""
    # A file's last line end comes along easily.
    given = environment.get("ACORN_TOKEN", "").strip()
    if given and not _TOKEN.fullmatch(given):
        raise Trouble(
            "ACORN_TOKEN is no access token: it has spaces, line ends or other signs in it. Set it again, or unset it "
            "and run: acorn sign-in"
        )
    if given:
        return given
    kept = _read(environment).get(issuer)
    if kept is None:
        raise Trouble("You are not signed in. Run: acorn sign-in")
    if kept.expires_at - SPARE_SECONDS < time.time():
        raise Trouble(f"Your sign-in as {kept.name} has expired. Run: acorn sign-in")
    return kept.access_token


def keep(issuer: str, session: Session, environment: Mapping[str, str] = os.environ) -> None:
    """Keep a sign-in for the commands that follow; only this user can read it."""
    _write({**_read(environment), issuer: session}, environment)


def forget(issuer: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Forget the sign-in at an issuer; tell whether there was one."""
    sessions = _read(environment)
    there = sessions.pop(issuer, None) is not None
    if there:
        _write(sessions, environment)
    return there


def _read(environment: Mapping[str, str]) -> dict[str, Session]:
    file = folder(environment) / "session.json"
    try:
        kept = json.loads(file.read_text())
        return {
            str(issuer): Session(str(one["access_token"]), float(one["expires_at"]), str(one["name"]))
            for issuer, one in kept.items()
        }
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Trouble(f"{file} cannot be read. Remove it and run: acorn sign-in") from None


def _write(sessions: Mapping[str, Session], environment: Mapping[str, str]) -> None:
    place = folder(environment)
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        # A file of mkstemp is the user's alone from its first moment; renaming it leaves no half-written one.
        handle, draft = tempfile.mkstemp(dir=place, prefix=".session-")
        with os.fdopen(handle, "w") as file:
            json.dump({issuer: asdict(session) for issuer, session in sessions.items()}, file)
        Path(draft).replace(place / "session.json")
    except OSError as error:
        raise Trouble(
            f"Sign-ins cannot be kept in {place} ({error.strerror}). Set XDG_CONFIG_HOME to a folder of yours, or "
            "ACORN_TOKEN to an access token."
        ) from None
