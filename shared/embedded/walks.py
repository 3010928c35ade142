"""Commands in a Markdown text, followed as they are written: each gives what is shown below it.

A line `…` stands for any lines, `…` in a line for any text. Ids are compared by place: the one that a command shows is
the one that later commands name.
"""

import re
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from embedded.places import ROOT

ID = re.compile(r"\b(?:[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-)?[0-9a-f]{12}\b")
_READS = re.compile(r"acorn (cpd (history|hours|waiting)|people (find|show)|status)")


class Strayed(Exception):
    """A command did not print what is shown; the message has the command and both texts."""


@dataclass(frozen=True)
class Step:
    """A command of the walk-through and what it is shown to print."""

    command: str
    shown: str


def steps(text: str, kind: str = "console") -> list[Step]:
    """The commands in the fenced blocks of this kind in a Markdown text, in order."""
    found = []
    for block in re.findall(rf"^```{kind}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        for command, shown in re.findall(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
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


def walk(walked: Iterable[Step], environment: Mapping[str, str]) -> None:
    """Follow the steps in order, in the repository's folder; `Strayed` at the first that gives something else."""
    known: dict[str, str] = {}
    for step in walked:
        command = step.command
        for documented, real in known.items():
            command = command.replace(documented, real)
        _follow(command, step.shown, environment, known)


def _follow(command: str, shown: str, environment: Mapping[str, str], known: dict[str, str]) -> None:
    """Run a command; one that only reads, until it prints what is shown: what services learn is a moment old."""
    deadline = time.monotonic() + (20 if _READS.match(command) else 0)
    while True:
        done = subprocess.run(
            ["bash", "-c", command],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=ROOT,
            timeout=600,
            check=False,
        )
        printed = as_shown(done.stdout, shown, known)
        if re.fullmatch(pattern(shown), printed):
            return
        if time.monotonic() >= deadline:
            raise Strayed(f"$ {command}\n--- shown\n{shown}\n--- printed\n{printed}")
        time.sleep(0.2)
