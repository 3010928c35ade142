"""The README's walk-through, followed as it is written: each command gives what is shown below it.

A line `…` stands for any lines, `…` in a line for any text. Ids are compared by place: the one that a command shows is
the one that later commands name.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from embedded.places import ROOT
from embedded.testing import whole_run
from servicekit.testing import wait_until

pytestmark = [pytest.mark.engines, pytest.mark.timeout(300)]

ID = re.compile(r"\b(?:[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-)?[0-9a-f]{12}\b")
README = (ROOT / "README.md").read_text()


@dataclass(frozen=True)
class Step:
    """A command of the walk-through and what it is shown to print."""

    command: str
    shown: str


def steps(text: str) -> list[Step]:
    """The commands in the fenced console blocks of a Markdown text, in order."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            found.append(Step(command, shown.rstrip()))
    return found


def pattern(shown: str) -> str:
    """The regular expression of what may be printed where `shown` is shown."""
    lines = [
        r"(?:.*\n)*" if line.strip() == "…" else ".*".join(map(re.escape, re.split("… *", line.rstrip()))) + r" *\n"
        for line in shown.splitlines()
    ]
    return "".join(lines)


def as_shown(printed: str, shown: str, known: dict[str, str]) -> str:
    """What was printed, with each id as the README has it; ids not seen before are matched in order."""
    real = [one for one in dict.fromkeys(ID.findall(printed)) if one not in known.values()]
    documented = [one for one in dict.fromkeys(ID.findall(shown)) if one not in known]
    known |= dict(zip(documented, real, strict=False))
    for documented_id, real_id in known.items():
        printed = printed.replace(real_id, documented_id)
    return printed


@pytest.fixture
def walker(tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """A `make run` of this test alone, and the environment of a second terminal beside it."""
    with whole_run(tmp_path) as run:
        yield {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "LANG": "C.UTF-8",
            "NO_PROXY": "127.0.0.1",
            "COLUMNS": "200",
            "ACORN_STAFF_URL": run.staff,
            "ACORN_CPD_URL": run.cpd,
            "ACORN_PORTAL_URL": run.portal,
            "ACORN_OIDC_ISSUER": run.issuer,
        }


def test_the_walk_through_gives_what_it_shows(walker: Mapping[str, str]) -> None:
    known: dict[str, str] = {}
    walked = steps(README)

    assert len(walked) > 20
    for step in walked:
        command = step.command
        for documented, real in known.items():
            command = command.replace(documented, real)
        matches(command, step.shown, walker, known)


def matches(command: str, shown: str, environment: Mapping[str, str], known: dict[str, str]) -> None:
    """Run a command until it prints what is shown: what one service learns of another is a moment old."""
    printed = ""

    def right() -> bool:
        nonlocal printed
        done = subprocess.run(
            ["bash", "-c", command],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            timeout=60,
            check=False,
        )
        printed = as_shown(done.stdout, shown, known)
        return re.fullmatch(pattern(shown), printed) is not None

    only_reads = re.match(r"acorn (cpd (history|hours|waiting)|people (find|show)|status)", command)
    try:
        wait_until(right, 10 if only_reads else 0, command)
    except AssertionError:
        pytest.fail(f"$ {command}\n--- shown\n{shown}\n--- printed\n{printed}")
