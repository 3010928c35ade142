"""What was brought from outside is what was looked at when it was put here."""

import hashlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PINS = [
    (place.parent / name, digest)
    for place in sorted(ROOT.glob("[st]*/**/VENDORED.sha512"))
    for line in place.read_text().splitlines()
    if line and not line.startswith("#")
    for digest, name in [line.split()]
]


def test_every_folder_of_vendored_files_is_pinned() -> None:
    assert {path.parent.name for path, _ in PINS} == {"docs", "vendor"}


@pytest.mark.parametrize(("path", "digest"), PINS, ids=[path.name for path, _ in PINS])
def test_a_vendored_file_is_the_one_that_was_pinned(path: Path, digest: str) -> None:
    assert hashlib.sha512(path.read_bytes()).hexdigest() == digest
