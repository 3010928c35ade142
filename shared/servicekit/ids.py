"""Identifiers: UUIDv7 (RFC 9562), so that ids sort by the time they were made and indexes grow at one end."""

import re

import uuid6

PATTERN = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
_ID = re.compile(PATTERN)


def new_id() -> str:
    """Make a fresh UUIDv7 in its lower-case text form."""
    return str(uuid6.uuid7())


def valid_id(text: str) -> bool:
    """Tell whether `text` is the lower-case text form of a UUIDv7; no other id was ever made here."""
    return _ID.fullmatch(text) is not None
