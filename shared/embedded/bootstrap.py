"""Makes .venv from the hashed locks: `python3 shared/embedded/bootstrap.py [dev]`.

It runs before anything is installed, so it has the standard library only; and on whatever `python3` is, to say what is
wrong with it: hence the quoted annotations, which an older Python does not look at.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
OLDEST = (3, 11)
PROCESSORS = ("x86_64", "aarch64")


def say(sentence: str) -> None:
    """Tell the person at the terminal."""
    print(sentence, file=sys.stderr, flush=True)


def unfit(version: "tuple[int, ...]", newer: "str | None", complete: bool) -> "str | None":
    """Why a Python of this version cannot be used, with the remedy; None when it can."""
    have = ".".join(map(str, version[:3]))
    if version[:2] < OLDEST:
        remedy = f"this machine has {newer}, so add PYTHON={newer} to the command"
        if newer is None:
            remedy = "install a newer one and add PYTHON=/path/to/it to the command"
        return f"Acorn needs Python 3.11 or later and python3 here is {have}: {remedy}."
    if not complete:
        return (
            f"This Python ({have}) lacks ensurepip, without which it cannot make virtual environments: install it "
            "(Debian and Ubuntu: sudo apt-get install python3-venv) and run the command again."
        )
    return None


def newer_python() -> "str | None":
    """The newest Python on the PATH that is new enough, if there is one."""
    names = [f"python3.{minor}" for minor in range(19, OLDEST[1] - 1, -1)]
    return next((name for name in names if shutil.which(name)), None)


def locked(lock: str, package: str) -> str:
    """The lines of a lock that pin one package, with its hashes."""
    found = re.search(rf"^{re.escape(package)}==(?:.*\\\n)*.*\n", lock, re.MULTILINE)
    if found is None:
        raise ValueError(f"the lock does not pin {package}")
    return found.group(0)


def make_environment() -> None:
    """Make .venv, or keep the one that is there when its Python still runs."""
    python = VENV / "bin" / "python"
    if python.exists():
        works = subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True, check=False)
        if works.returncode == 0:
            return
    import venv  # noqa: PLC0415 - some systems lack it, which main() has found out by now

    say(f"Making .venv with Python {'.'.join(map(str, sys.version_info[:3]))} ...")
    venv.create(VENV, clear=True, with_pip=True, symlinks=True)


def pip(*arguments: "str | Path") -> None:
    """Run the environment's pip, or end with a sentence."""
    command = [VENV / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet", *arguments]
    if subprocess.run([str(part) for part in command], check=False).returncode != 0:
        say(
            "The packages could not be installed (pip says why, above): check that this machine reaches the Python "
            "package registry, and run the command again."
        )
        sys.exit(1)


def install(processor: str, with_dev: bool) -> None:
    """Bring .venv to what the locks say, and put this repository's packages into it as links to their sources."""
    locks = ROOT / "requirements"
    chosen = [locks / "services.txt", *([locks / "dev.txt"] if with_dev else [])]
    say("Installing the locked packages (a minute or two, and only when they change) ...")
    with tempfile.TemporaryDirectory() as scratch:
        if processor in PROCESSORS:
            chosen.append(locks / "engines.txt")
        else:
            say(
                f"There are no embedded engines for this processor ({processor}): set ACORN_MONGODB_URI and "
                "ACORN_KAFKA_BOOTSTRAP to a MongoDB and a Kafka of your own."
            )
            chosen.append(Path(scratch) / "builder.txt")
            chosen[-1].write_text(locked((locks / "engines.txt").read_text(), "setuptools"))
        # The locks name everything, so nothing is left to resolve: a resolver looks at releases newer than the locks,
        # and stumbles over those that a package asks for with an extra.
        pip("--require-hashes", "--no-deps", *[part for lock in chosen for part in ("-r", lock)])
    packages = [ROOT / "shared", *sorted(project.parent for project in ROOT.glob("services/*/pyproject.toml"))]
    pip("--no-deps", "--no-build-isolation", *[part for package in packages for part in ("--editable", package)])


def main() -> None:
    """Check this Python, make the environment, fill it."""
    complete = all(importlib.util.find_spec(module) for module in ("venv", "ensurepip"))
    reason = unfit(tuple(sys.version_info[:3]), newer_python(), complete)
    if reason:
        say(reason)
        sys.exit(1)
    make_environment()
    install(os.uname().machine, "dev" in sys.argv[1:])


if __name__ == "__main__":
    main()
