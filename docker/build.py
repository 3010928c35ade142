"""Builds the images: `python docker/build.py`, called by `make images`.

Wheels are fetched here, held against the locks' hashes, and given to builds that have no network. What is fetched is
kept below build/images and used again for as long as the lock stays as it is.
"""

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from embedded.kit import exported

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build" / "images"
SERVICES = sorted(path.parent.name for path in ROOT.glob("services/*/pyproject.toml"))
TRIAL = "trial"
PYTHON = "3.11"
"""The Python of the base image."""

_MACHINE = platform.machine()
_PLATFORMS = [f"manylinux_2_{minor}_{_MACHINE}" for minor in (28, 27, 26, 24, 17, 12, 5)]
_PLATFORMS += [f"manylinux{old}_{_MACHINE}" for old in ("2014", "2010", "1")]
KIT = "ACORN_CLUSTER_KIT"


class CannotBuild(Exception):
    """The images cannot be built; the message says why, and what to do."""


def run(*command: str | Path, environment: dict[str, str] | None = None) -> str:
    """Run a program; `CannotBuild`, with the end of what it printed, when it fails."""
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        check=False,
    )
    if done.returncode != 0:
        raise CannotBuild(f"This failed: {' '.join(map(str, command))}\n{done.stdout[-3000:]}")
    return done.stdout


def docker() -> dict[str, str]:
    """The environment in which docker answers: ours, else that of the cluster kit; `CannotBuild` without either."""
    ours = dict(os.environ)
    if _answers(ours):
        return ours
    kit = os.environ.get(KIT)
    if kit is None:
        raise CannotBuild(
            "No docker answers here, and images are built with it: start it, set DOCKER_HOST to one that runs, or "
            f"{KIT} to a folder with a docker-up.sh that starts one."
        )
    place = (ROOT / kit).resolve()
    run(place / "install-packages.sh", "--with-docker")
    return exported(place / "docker-up.sh")


def _answers(environment: dict[str, str]) -> bool:
    if shutil.which("docker") is None:
        return False
    asked = subprocess.run(["docker", "version"], env=environment, capture_output=True, check=False)
    return asked.returncode == 0


def base(name: str, environment: dict[str, str]) -> None:
    """See that the base image is there: by itself, pulled, or made by the cluster kit; `CannotBuild` otherwise."""
    if subprocess.run(
        ["docker", "image", "inspect", name], env=environment, capture_output=True, check=False
    ).returncode:
        if os.environ.get(KIT):
            archive = BUILD / "base.tar"
            run((ROOT / os.environ[KIT]).resolve() / "base-image.sh", archive, name)
            run("docker", "load", "--input", archive, environment=environment)
            archive.unlink()
        else:
            run("docker", "pull", name, environment=environment)


def fetched(lock: str) -> Path:
    """The folder with the wheels of a lock, each held against its hash; fetched when the lock is another."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_bytes()
    digest = hashlib.sha256(text + PYTHON.encode() + _MACHINE.encode()).hexdigest()[:16]
    folder = BUILD / f"{lock}-{digest}"
    if not folder.exists():
        print(f"Fetching the wheels of requirements/{lock}.txt ...", flush=True)
        fresh = BUILD / f"{lock}.draft"
        shutil.rmtree(fresh, ignore_errors=True)
        options = [f"--platform={one}" for one in _PLATFORMS]
        options += [f"--python-version={PYTHON}", "--only-binary=:all:", "--no-deps", "--require-hashes"]
        source = ROOT / "requirements" / f"{lock}.txt"
        run(sys.executable, "-m", "pip", "download", "--quiet", *options, "--dest", fresh, "-r", source)
        fresh.rename(folder)
    return folder


def tools() -> Path:
    """The folder with what builds run beside docker; it is not in .venv, which it would slow down."""
    lock = ROOT / "requirements" / "images.txt"
    folder = BUILD / f"tools-{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"
    if not folder.exists():
        fresh = BUILD / "tools.draft"
        shutil.rmtree(fresh, ignore_errors=True)
        options = ("--quiet", "--no-deps", "--require-hashes", "--target")
        run(sys.executable, "-m", "pip", "install", *options, fresh, "-r", lock)
        fresh.rename(folder)
    return folder


def local() -> Path:
    """The folder with the wheels of this repository's own packages, made anew."""
    folder = BUILD / "local"
    shutil.rmtree(folder, ignore_errors=True)
    packages = [ROOT / "shared", *(ROOT / "services" / name for name in SERVICES)]
    with_sources = BUILD / "sources"
    shutil.rmtree(with_sources, ignore_errors=True)
    copies = []
    for package in packages:
        # Setuptools leaves what it makes beside the sources.
        ignored = shutil.ignore_patterns("tests", "__pycache__", "build", "*.egg-info")
        copies.append(shutil.copytree(package, with_sources / package.name, ignore=ignored))
    run(
        *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"),
        *("--wheel-dir", folder),
        *copies,
    )
    return folder


def context(*, trial: bool) -> Path:
    """A folder with what a build needs, and nothing else."""
    folder = BUILD / ("context-trial" if trial else "context")
    shutil.rmtree(folder, ignore_errors=True)
    _linked(fetched("services"), folder / "wheels" / "locked")
    shutil.copy(ROOT / "requirements" / "services.txt", folder)
    if trial:
        _linked(fetched("engines"), folder / "wheels" / "engines")
        shutil.copy(ROOT / "requirements" / "engines.txt", folder)
        from embedded import kafka  # noqa: PLC0415 - only the trial image has Kafka

        _linked(kafka.library(), folder / "kafka" / f"kafka-{kafka.VERSION}" / "lib")
        for name in ("servicekit", "embedded", "acorn"):
            shutil.copytree(
                ROOT / "shared" / name, folder / "shared" / name, ignore=shutil.ignore_patterns("__pycache__")
            )
    else:
        _linked(local(), folder / "wheels" / "local")
        shutil.copytree(ROOT / "contracts", folder / "contracts", ignore=shutil.ignore_patterns("openapi", "*.md"))
        shutil.copy(ROOT / "docker" / "gunicorn.conf.py", folder)
    return folder


def _linked(source: Path, target: Path) -> None:
    shutil.copytree(source, target, copy_function=os.link)


def version() -> str:
    """The version of the packages, which is that of the images."""
    return str(tomllib.loads((ROOT / "shared" / "pyproject.toml").read_text())["project"]["version"])


def bill_of_materials(image: str, environment: dict[str, str]) -> None:
    """Write what is installed in a service's image as CycloneDX: build/images/<image>.cdx.json."""
    listing = "from importlib.metadata import distributions as d; print(*sorted(f'{x.name}=={x.version}' for x in d()))"
    inside = ["docker", "run", "--rm", "--network=none", "--entrypoint=python", image, "-c", listing]
    installed = BUILD / "installed.txt"
    installed.write_text("\n".join(run(*inside, environment=environment).split()) + "\n")
    target = BUILD / f"{image.partition(':')[0]}.cdx.json"
    options = ("requirements", "--output-reproducible", "--of", "JSON", "--output-file")
    apart = {**os.environ, "PYTHONPATH": str(tools())}
    run(sys.executable, "-m", "cyclonedx_py", *options, target, installed, environment=apart)


def build(names: list[str], *, tag: str, image_of_base: str) -> None:
    """Build the images of these services, and of the trial's engines, by this tag."""
    BUILD.mkdir(parents=True, exist_ok=True)
    environment = docker()
    base(image_of_base, environment)
    revision = run("git", "rev-parse", "HEAD").strip()
    common = ["--network=none", "--quiet", f"--build-arg=BASE={image_of_base}", f"--build-arg=VERSION={tag}"]
    common += [f"--build-arg=REVISION={revision}"]
    contexts: dict[bool, Path] = {}
    for name in names:
        trial = name == TRIAL
        folder = contexts.setdefault(trial, contexts.get(trial) or context(trial=trial))
        image = f"acorn-{name}:{tag}"
        file = ROOT / "docker" / ("trial.Dockerfile" if trial else "Dockerfile")
        own = [] if trial else [f"--build-arg=SERVICE={name}"]
        run("docker", "build", *common, *own, "--tag", image, "--file", file, folder, environment=environment)
        if not trial:
            bill_of_materials(image, environment)
        size = int(run("docker", "image", "inspect", "--format={{.Size}}", image, environment=environment))
        print(f"{image}  {size / 1e6:.0f} MB", flush=True)


def main() -> None:
    """Read the options and build."""
    options = argparse.ArgumentParser(prog="docker/build.py", description="Builds Acorn's images.")
    options.add_argument("--tag", default=version(), help="the images' tag (the packages' version)")
    options.add_argument("--base", default=f"python:{PYTHON}-slim", help="the image that they stand on")
    options.add_argument("names", nargs="*", help="staff, cpd, ... or trial; all when none is named")
    chosen = options.parse_args()
    known = [*SERVICES, TRIAL]
    unknown = sorted(set(chosen.names) - set(known))
    if unknown:
        options.error(f"there is no {', '.join(unknown)}: choose from {', '.join(known)}")
    try:
        build(chosen.names or known, tag=chosen.tag, image_of_base=chosen.base)
    except CannotBuild as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
