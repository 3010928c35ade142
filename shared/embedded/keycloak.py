"""A real Keycloak on this machine, for the proof that Acorn signs people in at a provider that is not its own."""

import fcntl
import hashlib
import json
import shutil
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from embedded.kafka import java
from embedded.places import ENGINES
from embedded.processes import EngineFailed, Process, start

VERSION = "26.7.3"
SHA256 = "27a6535553c3cdcd083872ba40629efafb3475e3b758e0c6f691395561dd0f1f"
"""Of the zip file that the Maven registry has as org.keycloak:keycloak-quarkus-dist."""

STARTED = b"Listening on: http://"
_PARTS = ("lib", "conf", "themes", "providers")
_OPENED = ("java.util", "java.util.concurrent", "java.security", "java.lang")
_THREADS = "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory"


@dataclass(frozen=True)
class Keycloak:
    """A running Keycloak with one realm."""

    process: Process
    issuer: str


def distribution(engines: Path = ENGINES) -> Path:
    """The folder with Keycloak, fetched once (177 MB) and built for a database in memory; it is never written to."""
    folder = engines / f"keycloak-{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / "home"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            with TemporaryDirectory(dir=folder) as scratch:
                archive = _fetch(Path(scratch) / "repository")
                verify(archive)
                with zipfile.ZipFile(archive) as files:
                    files.extractall(scratch)
                fresh = Path(scratch) / f"keycloak-{VERSION}"
                _build(fresh)
                # All of it or nothing: a run that was interrupted fetches again.
                fresh.rename(home)
    return home


def _fetch(repository: Path) -> Path:
    from jgo.maven import MavenContext  # noqa: PLC0415 - it takes long to load, and only the very first run needs it

    maven = MavenContext(repo_cache=repository, local_repos=[])
    try:
        project = maven.project("org.keycloak", "keycloak-quarkus-dist")
        return Path(project.at_version(VERSION).artifact(packaging="zip").resolve())
    except Exception as error:
        raise EngineFailed(
            f"Keycloak could not be fetched ({type(error).__name__}: {error}): check that this machine reaches the "
            "Maven registry and run the command again."
        ) from error


def verify(archive: Path) -> None:
    """Hold what was fetched against its pinned SHA-256; `EngineFailed` when it differs."""
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise EngineFailed(
            f"What was fetched as Keycloak {VERSION} has another SHA-256 than shared/embedded/keycloak.py pins: "
            "something between here and the Maven registry changes files. Fetch over another network."
        )


def _build(home: Path) -> None:
    done = subprocess.run([*_program(home), "build", "--db=dev-mem"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise EngineFailed(f"Keycloak could not be built in {home}:\n{done.stdout}{done.stderr}")


def _program(home: Path) -> list[str]:
    """What Keycloak's own kc.sh runs, with the Java that is here; no shell stands between, so it can be stopped."""
    properties = {
        "java.util.concurrent.ForkJoinPool.common.threadFactory": _THREADS,
        "java.util.logging.manager": "org.jboss.logmanager.LogManager",
        "picocli.disable.closures": "true",
        "jboss.server.config.dir": home / "conf",
        "kc.home.dir": home,
    }
    return [
        *(str(java()), "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
        *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED),
        "--enable-native-access=ALL-UNNAMED",
        *(f"-D{name}={value}" for name, value in properties.items()),
        *("-cp", str(home / "lib" / "quarkus-run.jar"), "io.quarkus.bootstrap.runner.QuarkusEntryPoint"),
    ]


def launch(data: Path, log: Path, port: int, realm: Mapping[str, Any]) -> Keycloak:
    """Start Keycloak on 127.0.0.1 with this realm alone, in memory; it answers only after `make_ready`.

    Each sign-in, renewal and sign-out is a line of its log (`type="LOGIN"` and so on), so that tests can tell.
    """
    home = data / "home"
    imported = home / "data" / "import"
    shutil.rmtree(home, ignore_errors=True)
    imported.mkdir(parents=True)
    for part in _PARTS:
        (home / part).symlink_to(distribution() / part)
    (imported / "realm.json").write_text(json.dumps(realm))
    address = f"http://127.0.0.1:{port}"
    options = {
        "http-enabled": "true",
        "http-host": "127.0.0.1",
        "http-port": port,
        "hostname": address,
        "cache": "local",
        "spi-events-listener--jboss-logging--success-level": "info",
    }
    given = [f"--{name}={value}" for name, value in options.items()]
    log.unlink(missing_ok=True)
    process = start("Keycloak", [*_program(home), "start", "--optimized", "--import-realm", *given], log=log)
    return Keycloak(process, f"{address}/realms/{realm['realm']}")


def make_ready(keycloak: Keycloak, seconds: float = 240) -> Keycloak:
    """Wait until it answers: half a minute on two free processors."""
    log = keycloak.process.log
    keycloak.process.wait_until(lambda: STARTED in log.read_bytes(), seconds=seconds, what="started")
    return keycloak


if __name__ == "__main__":
    distribution()
