"""What runbooks have somebody on call type at Acorn's own command line is there, and works on a healthy system."""

import subprocess
from collections.abc import Mapping

import pytest

from embedded.places import ROOT
from embedded.walks import steps

pytestmark = [pytest.mark.engines, pytest.mark.timeout(300)]

PAGES = sorted((ROOT / "docs" / "runbooks").glob("*.md"))


def test_what_the_runbooks_say_to_type_works(terminal: Mapping[str, str]) -> None:
    # Somebody else than whoever walks through the README: their sign-in is another one.
    on_call = {**terminal, "XDG_CONFIG_HOME": f"{terminal['HOME']}/on-call"}
    typed = {step.command for page in PAGES for step in steps(page.read_text())}

    for command in ["acorn sign-in --as operations@oaktrees.example", *sorted(typed)]:
        done = subprocess.run(["bash", "-c", command], env=on_call, stdin=subprocess.DEVNULL, check=False, timeout=60)
        assert done.returncode == 0, command

    assert len(typed) > 1
