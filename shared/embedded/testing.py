"""The whole running system for tests, and a real browser in front of it."""

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from embedded.places import ROOT
from embedded.processes import port_in_use
from servicekit.testing import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_BASES = range(30_000, 40_000, 100)
_ARGUMENTS = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)


@dataclass(frozen=True)
class Run:
    """A `make run` of its own: where its parts are."""

    base: int
    state: Path
    process: "subprocess.Popen[bytes]"

    def address(self, place: int) -> str:
        """The address at a place in the order of services (`embedded.plan.ORDER`), from 1; the sign-in is 9."""
        return f"http://127.0.0.1:{self.base + place}"

    @property
    def staff(self) -> str:
        """The staff service."""
        return self.address(1)

    @property
    def cpd(self) -> str:
        """The CPD service."""
        return self.address(2)

    @property
    def portal(self) -> str:
        """The portal."""
        return self.address(8)

    @property
    def issuer(self) -> str:
        """The development sign-in."""
        return self.address(9)

    @property
    def mongodb_uri(self) -> str:
        """Its MongoDB."""
        return f"mongodb://127.0.0.1:{self.base + 27}/?replicaSet=rs0&directConnection=true"


@contextmanager
def whole_run(folder: Path, **environment: str) -> Iterator[Run]:
    """Everything that `make run` starts, the demo trust loaded, on ports and with data of its own."""
    base = random.choice([base for base in _BASES if not any(port_in_use(base + offset) for offset in range(30))])  # noqa: S311 - a free port, no secret
    state, output = folder / ".acorn", folder / "output"
    given = {**os.environ, "ACORN_STATE": str(state), "ACORN_PORT_BASE": str(base), **environment}
    with output.open("wb") as file:
        command = [sys.executable, "-m", "embedded.run"]
        process = subprocess.Popen(command, env=given, stdin=subprocess.DEVNULL, stdout=file, stderr=file, cwd=ROOT)
    try:
        wait_until(lambda: "Acorn is running" in output.read_text() or process.poll() is not None, 180, "it runs")
        if process.poll() is not None:
            raise AssertionError(output.read_text())
        yield Run(base, state, process)
    finally:
        process.send_signal(signal.SIGINT)
        ended = process.wait(60)
    if ended != 0:
        raise AssertionError(f"make run ended with {ended}: {output.read_text()}")


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """A real Chromium: the system's, else the one that `playwright install chromium` brought."""
    # Few tests have a browser, and its driver takes its time to load.
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    # Chromium's own sandbox cannot be had as root.
    arguments = [*_ARGUMENTS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        yield browser
        browser.close()
