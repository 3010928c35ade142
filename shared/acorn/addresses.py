"""Where the services are: from the environment, else as `make run` of this folder says, else its usual ports."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from acorn.trouble import Trouble

IDENTITY = "identity"
USUAL = {"staff": "http://127.0.0.1:8401", "cpd": "http://127.0.0.1:8402", IDENTITY: "http://127.0.0.1:8409"}
"""Every service with an API, and the identity provider: where `make run` has them unless told otherwise."""

PAGES = ("portal",)
"""Services of pages, which have no worker and no API: only watched, and only where something says where they are."""

VARIABLES = {
    "staff": "ACORN_STAFF_URL",
    "cpd": "ACORN_CPD_URL",
    "portal": "ACORN_PORTAL_URL",
    IDENTITY: "ACORN_OIDC_ISSUER",
}
_STATE = ".acorn"


@dataclass(frozen=True)
class Addresses:
    """The addresses of the services, and the identity provider's issuer."""

    services: Mapping[str, str]
    issuer: str
    pages: Mapping[str, str] = field(default_factory=dict)
    guessed: frozenset[str] = frozenset()
    """Whose usual address was taken although there was a run here on other ports, perhaps: it is stopped."""


def find(environment: Mapping[str, str] = os.environ, folder: Path | None = None) -> Addresses:
    """The addresses that hold in a folder (the current one): each from its variable, else from a run there or above."""
    running = _running(folder or Path.cwd())
    told = {name: environment.get(variable) or (running or {}).get(name) for name, variable in VARIABLES.items()}
    found = {name: (told[name] or usual).rstrip("/") for name, usual in USUAL.items()}
    return Addresses(
        services={name: address for name, address in found.items() if name != IDENTITY},
        issuer=found[IDENTITY],
        pages={name: address.rstrip("/") for name in PAGES if (address := told[name])},
        guessed=frozenset(name for name in found if not told[name]) if running == {} else frozenset(),
    )


def _running(folder: Path) -> dict[str, str] | None:
    """What `make run` wrote down of itself, in this folder or the nearest above that has its data.

    Nothing of a run that was stopped; None where none ever was.
    """
    for place in (folder, *folder.parents):
        if not (place / _STATE).is_dir():
            continue
        file = place / _STATE / "run.json"
        try:
            written = json.loads(file.read_text())
            return {**written["services"], IDENTITY: written[IDENTITY]}
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError):
            raise Trouble(f"{file} cannot be read. Stop `make run` there and start it again.") from None
    return None
