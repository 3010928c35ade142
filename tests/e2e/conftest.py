"""One `make run` for all who follow what is written."""

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from embedded.testing import whole_run


@pytest.fixture(scope="session")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """A `make run` of these tests alone, and the environment of a second terminal beside it."""
    folder = tmp_path_factory.mktemp("run")
    with whole_run(folder) as run:
        yield {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), *os.get_exec_path()]),
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "LANG": "C.UTF-8",
            "NO_PROXY": "127.0.0.1",
            "COLUMNS": "200",
            "ACORN_STAFF_URL": run.staff,
            "ACORN_CPD_URL": run.cpd,
            "ACORN_PORTAL_URL": run.portal,
            "ACORN_OIDC_ISSUER": run.issuer,
        }
