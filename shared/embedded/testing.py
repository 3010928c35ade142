"""The whole running system for tests, and a real browser in front of it."""

import os
import random
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from embedded.places import ROOT
from embedded.processes import port_in_use, start

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

_BASES = range(10_000, 30_000, 100)
_ARGUMENTS = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)


@dataclass(frozen=True)
class Run:
    """A `make run` of its own: where its parts are, by the first of its ports."""

    base: int

    def address(self, place: int) -> str:
        """The address at a place in the order of services (`embedded.plan.ORDER`), from 1."""
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
        return f"mongodb://127.0.0.1:{self.base + 27}/?replicaSet=rs0"


def free_base() -> int:
    """A first port of which none that follow from it is in use."""
    free = [base for base in _BASES if not any(port_in_use(base + offset) for offset in range(40))]
    return random.choice(free)  # noqa: S311 - a free port, no secret


@contextmanager
def whole_run(folder: Path, base: int | None = None, **environment: str) -> Iterator[Run]:
    """Everything that `make run` starts, the demo trust loaded, with data of its own, from a port on (a free one)."""
    base = base or free_base()
    log = folder / "acorn.log"
    given = {"ACORN_STATE": str(folder / "state"), "ACORN_PORT_BASE": str(base), **environment}
    run = start("Acorn", [sys.executable, "-m", "embedded.run"], log=log, environment=given, directory=ROOT)
    try:
        run.wait_until(lambda: "Acorn is running" in log.read_text(), seconds=180, what="running")
        yield Run(base)
    finally:
        run.stop(seconds=60)


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """A real Chromium: the system's, without a window if there is that one, else what `playwright install` brought."""
    # Few tests have a browser, and its driver takes its time to load.
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


def launched(playwright: "Playwright") -> "Browser":
    """Start that Chromium; its own sandbox cannot be had as root."""
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    return playwright.chromium.launch(executable_path=path, args=_ARGUMENTS, chromium_sandbox=os.getuid() != 0)
