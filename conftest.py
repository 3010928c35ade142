"""What every test of the repository may use comes from these plugins; and which tests stay in one process."""

from typing import Any

import pytest

pytest_plugins = ["servicekit.testing", "embedded.testing"]

TOGETHER = ("tests/integration/", "tests/e2e/", "tests/browser/")
"""Folders whose tests share running services: to start those in each process of xdist would cost more than it gains."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Give each test to whichever process is free, but all of a folder that stays together to one."""
    # xdist's own way, marks for `--dist loadgroup`, writes to what pytest 9.2 no longer reads.
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415

    class ByFolder(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)

    return ByFolder(config, log)
