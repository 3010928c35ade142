"""The environment from hashed locks: what a newcomer reads when their machine is not ready."""

import ast
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


PROGRAM = (ROOT / "shared" / "embedded" / "bootstrap.py").read_text()


def test_an_old_python_can_read_it_far_enough_to_say_that_it_is_too_old() -> None:
    tree = ast.parse(PROGRAM, feature_version=(3, 7))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    annotations = [
        node.annotation for function in functions for node in ast.walk(function) if isinstance(node, ast.arg)
    ]
    annotations += [function.returns for function in functions]
    # A name or a quoted text: an older Python evaluates nothing that it does not know.
    assert all(isinstance(annotation, ast.Name | ast.Constant | None) for annotation in annotations)


def test_it_needs_nothing_but_the_standard_library() -> None:
    imported = {
        name
        for node in ast.walk(ast.parse(PROGRAM))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


@pytest.fixture
def asked_of_pip(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    asked: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "pip", lambda *arguments: asked.append([str(argument) for argument in arguments]))
    return asked


def test_everything_comes_from_the_hashed_locks_and_our_packages_from_their_sources(
    asked_of_pip: list[list[str]],
) -> None:
    bootstrap.install("x86_64", with_dev=True)
    packages, ours = asked_of_pip
    assert packages[:2] == ["--require-hashes", "--no-deps"]
    assert [Path(argument).name for argument in packages if argument.endswith(".txt")] == [
        "services.txt",
        "dev.txt",
        "engines.txt",
    ]
    assert ours[:2] == ["--no-deps", "--no-build-isolation"]
    assert {Path(argument).name for argument in ours if argument.startswith("/")} >= {"shared", "staff", "cpd"}


def test_on_a_processor_without_engines_the_rest_is_installed_and_the_remedy_is_said(
    asked_of_pip: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    bootstrap.install("riscv64", with_dev=False)
    assert not any("engines.txt" in argument for argument in asked_of_pip[0])
    assert any("builder.txt" in argument for argument in asked_of_pip[0])
    assert "set ACORN_MONGODB_URI and ACORN_KAFKA_BOOTSTRAP" in capsys.readouterr().err


def test_packages_that_cannot_be_had_end_it_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    python = tmp_path / "bin" / "python"
    python.parent.mkdir()
    python.write_text("#!/bin/sh\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    with pytest.raises(SystemExit):
        bootstrap.pip("--require-hashes")
    assert "check that this machine reaches the Python package registry" in capsys.readouterr().err
