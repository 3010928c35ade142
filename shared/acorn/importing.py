"""Sending a file to a service that imports it, and following what becomes of it."""

import json
import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from acorn import screen
from acorn.client import Service
from acorn.trouble import Trouble

ALL_GOOD, SOME_REFUSED, FAILED = 0, 1, 2
WHAT = {"academies": ("staff", "academies"), "people": ("staff", "people"), "cpd": ("cpd", "records")}
"""What is imported: into which service, and what it calls that kind of file."""
WAIT_SECONDS = 3600.0
_EVERY_SECONDS = 0.2


@dataclass
class Done:
    """An import that has ended, and the rows of which there is something to say."""

    document: dict[str, Any]
    rows: list[dict[str, Any]]

    @property
    def exit_code(self) -> int:
        """0: all good; 1: some rows were refused, or not all of their cells went in; 2: it failed."""
        if self.document["state"] == "failed":
            return FAILED
        counts = self.document["rows"]
        return SOME_REFUSED if counts["rejected"] or counts["incomplete"] else ALL_GOOD


def send(
    service: Service,
    kind: str,
    content: bytes,
    *,
    filename: str,
    mapping: str | None = None,
    dry_run: bool = False,
    all_or_nothing: bool = False,
    options: dict[str, str] | None = None,
    quiet: bool = False,
) -> Done:
    """Send a file, wait for its import to end, and fetch what there is to say of its rows."""
    said = {"dry_run": dry_run, "all_or_nothing": all_or_nothing}
    parts = {"kind": kind, **{name: json.dumps(value) for name, value in said.items()}, **(options or {})}
    if mapping is not None:
        parts["mapping"] = mapping
    headers = {"Idempotency-Key": str(uuid4())}
    sent = service.call(
        "POST", "/imports", data=parts, files={"file": (filename, content, "text/csv")}, headers=headers
    )
    return follow(service, sent.json(), quiet=quiet)


def follow(service: Service, document: dict[str, Any], *, quiet: bool = False) -> Done:
    """Wait for an import to end, and fetch what there is to say of its rows."""
    path = f"/imports/{document['id']}"
    deadline = time.monotonic() + WAIT_SECONDS
    with screen.progress("waiting for the worker", "judging rows", _far, quiet=quiet) as show:
        while document["state"] in ("waiting", "running"):
            if time.monotonic() > deadline:
                raise Trouble(
                    "The import takes longer than we wait; it goes on by itself. Whoever is on call can see in acorn "
                    f"status whether the {service.name} service is busy or down. Import the file again later: what is "
                    "in by then is unchanged."
                )
            time.sleep(_EVERY_SECONDS)
            document = service.get(path)
            show(document)
    return Done(document, list(service.items(f"{path}/rows", with_reasons="true")))


def _far(document: dict[str, Any]) -> tuple[int, int | None]:
    return document["rows"]["judged"], document["rows"]["total"]
