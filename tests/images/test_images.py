"""The images that `make images` made: small, with nobody's rights, with nothing in them that has no work there."""

import json
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

pytestmark = [pytest.mark.images, pytest.mark.timeout(300)]

ROOT = Path(__file__).resolve().parents[2]
VERSION = tomllib.loads((ROOT / "shared" / "pyproject.toml").read_text())["project"]["version"]
SERVICES = sorted(path.parent.name for path in ROOT.glob("services/*/pyproject.toml"))
BASE = "python:3.11-slim"
MOST = 60_000_000


@cache
def environment() -> dict[str, str]:
    """Where docker answers: as docker/build.py finds it."""
    asked = "import json, sys; sys.path.insert(0, 'docker'); import build; print(json.dumps(build.docker()))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode != 0:
        pytest.fail(done.stderr.strip().splitlines()[-1], pytrace=False)
    found: dict[str, str] = json.loads(done.stdout)
    return found


def docker(*arguments: str) -> tuple[int, str]:
    """Ask docker; answers the exit code and what it printed."""
    done = subprocess.run(
        ["docker", *arguments],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout


def inside(service: str, program: str) -> str:
    """What a Python program prints in a service's image, run as a cluster runs it."""
    shut = ["--network=none", "--read-only", "--cap-drop=ALL", "--tmpfs=/tmp", "--security-opt=no-new-privileges"]
    code, said = docker("run", "--rm", *shut, "--entrypoint=python", f"acorn-{service}:{VERSION}", "-c", program)
    assert code == 0, said
    return said.strip()


def size(image: str) -> int:
    """An image's size in bytes."""
    code, said = docker("image", "inspect", "--format={{.Size}}", image)
    assert code == 0, said
    return int(said)


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_is_at_most_60_mb_above_its_base(service: str) -> None:
    assert size(f"acorn-{service}:{VERSION}") - size(BASE) <= MOST


@pytest.mark.parametrize("service", SERVICES)
def test_it_runs_as_nobody_and_has_neither_pip_nor_compiler(service: str) -> None:
    asked = (
        "import os, shutil, importlib.util as u; "
        "print(os.getuid(), [p for p in ('pip', 'cc', 'gcc', 'make') if shutil.which(p)], "
        "[m for m in ('pip', 'setuptools', 'ensurepip', 'embedded', 'acorn', 'rich') if u.find_spec(m)])"
    )
    assert inside(service, asked) == "10001 [] []"


@pytest.mark.parametrize("service", SERVICES)
def test_it_has_its_own_code_the_contracts_and_no_other_service(service: str) -> None:
    others = [f"acorn_{other}" for other in SERVICES if other != service]
    asked = (
        "import importlib.util as u, pathlib; "
        f"print(bool(u.find_spec('acorn_{service}')), [m for m in {others} if u.find_spec(m)], "
        "len(list(pathlib.Path('contracts/events').glob('*.json'))) > 5, "
        "pathlib.Path('docker/gunicorn.conf.py').is_file())"
    )
    assert inside(service, asked) == "True [] True True"


@pytest.mark.parametrize("service", SERVICES)
def test_a_missing_setting_ends_the_start_with_a_sentence(service: str) -> None:
    code, said = docker("run", "--rm", "--network=none", "--read-only", "--cap-drop=ALL", f"acorn-{service}:{VERSION}")
    assert code == 2
    assert said.startswith("ACORN_MONGODB_URI is not set. It is: ")


@pytest.mark.parametrize("service", SERVICES)
def test_its_labels_say_what_it_is(service: str) -> None:
    code, said = docker("image", "inspect", "--format={{json .Config}}", f"acorn-{service}:{VERSION}")
    assert code == 0
    config = json.loads(said)
    assert config["User"] == "10001:10001"
    assert config["Labels"]["org.opencontainers.image.title"] == f"acorn-{service}"
    assert config["Labels"]["org.opencontainers.image.version"] == VERSION
    assert config["Labels"]["org.opencontainers.image.licenses"] == "MIT"


@pytest.mark.parametrize("service", SERVICES)
def test_the_bill_of_materials_lists_what_is_installed(service: str) -> None:
    made = json.loads((ROOT / "build" / "images" / f"acorn-{service}.cdx.json").read_text())
    listed = {(one["name"].lower(), one["version"]) for one in made["components"]}
    asked = (
        "import json; from importlib.metadata import distributions as d; "
        "print(json.dumps([(x.name.lower(), x.version) for x in d()]))"
    )
    assert made["bomFormat"] == "CycloneDX"
    assert listed == {tuple(one) for one in json.loads(inside(service, asked))}


def test_tests_run_on_engines_in_containers() -> None:
    chosen = ["shared/tests/servicekit/events/test_topics.py", "shared/tests/servicekit/test_mongo.py"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *chosen],
        env={**environment(), "ACORN_TEST_ENGINES": "containers", "TESTCONTAINERS_RYUK_DISABLED": "true"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout
