"""The README's walk-through, followed as it is written: each command gives what is shown below it."""

from collections.abc import Mapping

import pytest

from embedded.places import ROOT
from embedded.walks import steps, walk

pytestmark = [pytest.mark.engines, pytest.mark.timeout(300)]


def test_the_walk_through_gives_what_it_shows(terminal: Mapping[str, str]) -> None:
    walked = steps((ROOT / "README.md").read_text())

    assert len(walked) > 20
    walk(walked, terminal)
