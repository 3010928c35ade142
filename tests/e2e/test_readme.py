"""The README's walk-through, followed as it is written: each command gives what is shown below it."""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from embedded.places import ROOT
from embedded.testing import whole_run
from embedded.walks import steps, walk

pytestmark = [pytest.mark.engines, pytest.mark.timeout(300)]

README = (ROOT / "README.md").read_text()


@pytest.fixture
def walker(tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """A `make run` of this test alone, and the environment of a second terminal beside it."""
    with whole_run(tmp_path) as run:
        yield {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "LANG": "C.UTF-8",
            "NO_PROXY": "127.0.0.1",
            "COLUMNS": "200",
            "ACORN_STAFF_URL": run.staff,
            "ACORN_CPD_URL": run.cpd,
            "ACORN_PORTAL_URL": run.portal,
            "ACORN_OIDC_ISSUER": run.issuer,
        }


def test_the_walk_through_gives_what_it_shows(walker: Mapping[str, str]) -> None:
    walked = steps(README)

    assert len(walked) > 20
    walk(walked, walker)
