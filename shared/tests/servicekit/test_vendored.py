"""What the documentation page brings from outside is what was looked at when it was put here."""

import hashlib
from importlib.resources import files

import pytest

DOCS = files("servicekit") / "static" / "docs"
PINS = [
    line.split() for line in (DOCS / "VENDORED.sha512").read_text().splitlines() if line and not line.startswith("#")
]


@pytest.mark.parametrize(("digest", "name"), PINS, ids=[name for _, name in PINS])
def test_a_vendored_file_is_the_one_that_was_pinned(digest: str, name: str) -> None:
    assert hashlib.sha512((DOCS / name).read_bytes()).hexdigest() == digest
