"""promtool, for whoever checks rules and expressions."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def promtool() -> Callable[..., str]:
    """What promtool says; it comes with Debian's package prometheus."""
    if shutil.which("promtool") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("promtool is missing: install the package prometheus.", pytrace=False)
        pytest.skip("promtool is missing (Debian and Ubuntu: the package prometheus)")

    def ask(*arguments: str | Path) -> str:
        done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return ask
