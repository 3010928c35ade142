"""The environment from hashed locks: what a newcomer reads when their machine is not ready."""

import subprocess
import sys
from pathlib import Path

import pytest

from embedded import bootstrap
from embedded.places import ROOT


def test_a_python_that_is_complete_and_new_enough_is_fit() -> None:
    assert bootstrap.unfit((3, 11, 0), None, complete=True) is None
    assert bootstrap.unfit((3, 14, 1), None, complete=True) is None


def test_a_python_that_is_too_old_is_told_of_a_newer_one_on_the_machine() -> None:
    assert bootstrap.unfit((3, 9, 2), "python3.12", complete=True) == (
        "Acorn needs Python 3.11 or later and python3 here is 3.9.2: this machine has python3.12, so add "
        "PYTHON=python3.12 to the command."
    )


def test_a_python_that_is_too_old_and_alone_is_told_what_to_install() -> None:
    assert bootstrap.unfit((3, 10, 1), None, complete=True) == (
        "Acorn needs Python 3.11 or later and python3 here is 3.10.1: install a newer one and add "
        "PYTHON=/path/to/it to the command."
    )


def test_a_python_without_ensurepip_is_told_the_package() -> None:
    reason = bootstrap.unfit((3, 11, 2), None, complete=False)
    assert reason is not None
    assert "sudo apt-get install python3-venv" in reason


def test_the_newest_python_on_the_path_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bootstrap.newer_python() is None
    for name in ("python3.9", "python3.11", "python3.12"):
        (tmp_path / name).touch(mode=0o755)
    assert bootstrap.newer_python() == "python3.12"


def test_one_package_can_be_taken_out_of_a_lock_with_its_hashes() -> None:
    lock = "jgo==1 \\\n    --hash=sha256:aa\nsetuptools==2 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\nzip==3\n"
    assert bootstrap.locked(lock, "setuptools") == "setuptools==2 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
    with pytest.raises(ValueError, match="does not pin pip"):
        bootstrap.locked(lock, "pip")


def test_the_builder_of_our_packages_is_in_the_lock_of_the_engines() -> None:
    assert "--hash=sha256:" in bootstrap.locked((ROOT / "requirements" / "engines.txt").read_text(), "setuptools")


@pytest.mark.parametrize("lock", ["services", "engines", "dev"])
def test_every_locked_package_has_its_hash_and_no_lock_names_a_registry(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    requirements = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert requirements
    assert all("==" in line and line.endswith("\\") for line in requirements)
    assert "://" not in text


def test_it_needs_nothing_but_the_standard_library() -> None:
    program = ROOT / "shared" / "embedded" / "bootstrap.py"
    listing = f"import ast, sys; tree = ast.parse(open({str(program)!r}).read()); " + (
        "print(*{name.name.split('.')[0] for node in ast.walk(tree) if isinstance(node, ast.Import) "
        "for name in node.names} | {node.module.split('.')[0] for node in ast.walk(tree) "
        "if isinstance(node, ast.ImportFrom)})"
    )
    done = subprocess.run([sys.executable, "-c", listing], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= sys.stdlib_module_names
