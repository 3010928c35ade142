"""The data protection officer's page, followed as it is written: each command gives what is shown below it."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from embedded.places import ROOT
from embedded.walks import steps, walk

pytestmark = [pytest.mark.engines, pytest.mark.timeout(300)]


def test_what_the_page_says_to_type_gives_what_it_shows(terminal: Mapping[str, str]) -> None:
    # Somebody else than whoever walks through the README: their sign-in is another one.
    officer = {**terminal, "XDG_CONFIG_HOME": f"{terminal['HOME']}/officer"}
    walked = steps((ROOT / "docs" / "data-protection.md").read_text())

    assert len(walked) >= 4
    walk(walked, officer)

    with zipfile.ZipFile(Path(terminal["HOME"]) / "sar-12.zip") as archive:
        assert {"README.txt", "index.html", "data/staff/person.json", "data/cpd/records.json"} <= set(
            archive.namelist()
        )
