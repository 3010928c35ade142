"""Keeps one engine running for as long as another process lives: `python -m embedded.keep mongodb FOLDER PID`.

Tests use it: whichever pytest worker first needs an engine starts a keeper, all workers share the engine, and it goes
away with the pytest run, however that ends. The address (or the reason why there is none) appears in FOLDER/NAME.json.
"""

import json
import os
import select
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from embedded import kafka, mongo
from embedded.processes import EngineFailed, free_ports


def main(name: str, folder: Path, pid: int) -> None:
    """Go into the background, start the engine, say where it is, and stop it with process `pid` or at SIGTERM."""
    if os.fork():
        return
    os.setsid()
    signal.signal(signal.SIGTERM, _leave)
    owner = os.pidfd_open(pid)
    try:
        stop, pid_of_engine, address = _start(name, folder / name, folder / f"{name}.log")
    except Exception as failure:
        # Whoever waits for the file must hear of it, whatever it was.
        _say(folder, name, {"error": str(failure) if isinstance(failure, EngineFailed) else repr(failure)})
        raise
    try:
        _say(folder, name, {"address": address, "keeper": os.getpid(), "pid": pid_of_engine})
        select.select([owner], [], [])
    finally:
        # The data goes with it: there is nothing to save.
        stop()
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / f"{name}.json").unlink(missing_ok=True)


def _start(name: str, data: Path, log: Path) -> tuple[Callable[[], object], int, str]:
    """How to stop it, its process (0 for one in a container), its address."""
    if os.environ.get("ACORN_TEST_ENGINES") == "containers":
        from embedded import containers  # noqa: PLC0415 - few have docker, and its client takes its time to load

        container, address = containers.start(name)
        return container.stop, 0, address
    if name == "mongodb":
        mongodb = mongo.run(data, log, *free_ports(1), expiry=False)
        return mongodb.process.kill, mongodb.process.pid, mongodb.uri
    broker = kafka.run(data, log, *free_ports(2))
    return broker.process.kill, broker.process.pid, broker.bootstrap


def _say(folder: Path, name: str, document: dict[str, str | int]) -> None:
    # Whoever waits for the file sees it whole or not at all.
    draft = folder / f"{name}.draft"
    draft.write_text(json.dumps(document))
    draft.rename(folder / f"{name}.json")


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
