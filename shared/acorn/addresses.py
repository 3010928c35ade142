"""Where the services are: from the environment, else as `make run` of this folder says, else its usual ports."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from acorn.trouble import Trouble

USUAL = {"staff": "http://127.0.0.1:8401", "cpd": "http://127.0.0.1:8402", "identity": "http://127.0.0.1:8409"}
VARIABLES = {"staff": "ACORN_STAFF_URL", "cpd": "ACORN_CPD_URL", "identity": "ACORN_OIDC_ISSUER"}


@dataclass(frozen=True)
class Addresses:
    """The addresses of the services, and the identity provider's issuer."""

    services: Mapping[str, str]
    issuer: str


def find(environment: Mapping[str, str] = os.environ, folder: Path | None = None) -> Addresses:
    """The addresses that hold in a folder (the current one): each from its variable, else from a run there or above."""
    running = _running(folder or Path.cwd())
    found = {
        name: (environment.get(variable) or running.get(name) or USUAL[name]).rstrip("/")
        for name, variable in VARIABLES.items()
    }
    return Addresses({name: found[name] for name in ("staff", "cpd")}, found["identity"])


def _running(folder: Path) -> dict[str, str]:
    """What `make run` wrote down of itself, in this folder or the nearest above it that has such a file."""
    for place in (folder, *folder.parents):
        file = place / ".acorn" / "run.json"
        if file.is_file():
            try:
                written = json.loads(file.read_text())
                return {**written["services"], "identity": written["identity"]}
            except (ValueError, KeyError, TypeError):
                raise Trouble(f"{file} cannot be read. Stop `make run` there and start it again.") from None
    return {}
