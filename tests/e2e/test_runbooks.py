"""What runbooks have somebody on call type at Acorn's own command line is there, and works on a healthy system."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from embedded.places import ROOT
from embedded.testing import whole_run
from embedded.walks import steps, walk

pytestmark = [pytest.mark.engines, pytest.mark.timeout(300)]

PAGES = sorted((ROOT / "docs" / "runbooks").glob("*.md"))


def test_what_the_runbooks_say_to_type_works(tmp_path: Path) -> None:
    with whole_run(tmp_path) as run:
        terminal = {
            **os.environ,
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), *os.get_exec_path()]),
            "HOME": str(tmp_path),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "ACORN_STAFF_URL": run.staff,
            "ACORN_CPD_URL": run.cpd,
            "ACORN_PORTAL_URL": run.portal,
            "ACORN_OIDC_ISSUER": run.issuer,
        }
        on_call = ["acorn", "sign-in", "--as", "operations@oaktrees.example"]
        subprocess.run(on_call, env=terminal, check=True, timeout=60)
        walked = {step.command: step for page in PAGES for step in steps(page.read_text())}
        assert len(walked) >= 2
        for step in walked.values():
            done = subprocess.run(["bash", "-c", step.command], env=terminal, check=False, timeout=60, cwd=ROOT)
            assert done.returncode == 0, step.command
        walk(walked.values(), terminal)
