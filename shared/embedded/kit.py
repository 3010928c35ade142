"""The cluster kit: a folder, named by ACORN_CLUSTER_KIT, whose scripts bring up docker, helm's tools and Kubernetes."""

import subprocess
from pathlib import Path


def exported(script: Path) -> dict[str, str]:
    """The environment after evaluating what a script of the kit prints; `CalledProcessError` when it fails."""
    told = subprocess.run(
        ["bash", "-c", f'set -e; printed=$("{script}"); eval "$printed"; env -0'],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=300,
    )
    return dict(line.partition("=")[::2] for line in told.stdout.split("\0") if line)
