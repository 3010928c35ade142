"""The supervisor behind `make run`: starts everything in order, says where it is, watches it, stops it in reverse."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from embedded import identity, kafka, mongo
from embedded.places import DATA, LOGS, ROOT, RUN_FILE, STATE
from embedded.plan import Plan, Service, check_ports, environment_of, make_plan
from embedded.processes import EngineFailed, Process, leashed, port_in_use, start

SIGN_INS = ROOT / "shared" / "acorn" / "demo" / "sign-ins.json"
ACORN = Path(sys.executable).with_name("acorn")
DEMO_LOADED = DATA / "demo-loaded"

# No proxy stands between a machine and itself, whatever the environment says of the world outside.
_loopback = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Supervisor:
    """One run: the processes by tiers, each of which needs those before it."""

    def __init__(self, plan: Plan, environment: Mapping[str, str]) -> None:
        self.plan = plan
        self.environment = environment
        self.tiers: list[list[Process]] = []
        self.mongodb_uri = plan.given.get("ACORN_MONGODB_URI", "")
        self.bootstrap = plan.given.get("ACORN_KAFKA_BOOTSTRAP", "")
        self.issuer = plan.given.get("ACORN_OIDC_ISSUER", "")
        self._mongodb: mongo.MongoDB | None = None
        self._kafka: kafka.Kafka | None = None

    def start(self) -> None:
        """Bring everything up; returns when every process says that it is ready."""
        self._launch_engines()
        webs = self._add_tier()
        for service in self.plan.services:
            webs.append(self._start_service(service, "web"))
        # The engines start while the web processes load: these reach MongoDB when it answers.
        if self._mongodb:
            mongo.make_ready(self._mongodb)
        if self._kafka:
            kafka.make_ready(self._kafka)
        workers = self._add_tier()
        addresses = [service.address for service in self.plan.services]
        for service in self.plan.services:
            if service.worker_address:
                workers.append(self._start_service(service, "worker"))
                addresses.append(service.worker_address)
        for process, address in zip([*webs, *workers], addresses, strict=True):
            self._wait_for(process, f"{address}/readyz")

    def watch(self) -> None:
        """Return never; `EngineFailed` when a process ends by itself, with its last lines."""
        while True:
            self.check()
            time.sleep(0.2)

    def check(self) -> None:
        """`EngineFailed` when a process has ended."""
        for process in (process for tier in self.tiers for process in tier):
            if process.exit_code is not None:
                raise EngineFailed(
                    f"{process.name} ended by itself (exit code {process.exit_code}), so everything stops. "
                    f"The end of {process.log}:\n{process.tail()}"
                )

    def stop(self) -> None:
        """Stop the tiers in reverse order, the processes of a tier side by side."""
        for tier in reversed(self.tiers):
            for process in tier:
                process.ask_to_stop()
            for process in tier:
                process.stop(seconds=25)

    def _add_tier(self) -> list[Process]:
        self.tiers.append([])
        return self.tiers[-1]

    def _launch_engines(self) -> None:
        plan, tier = self.plan, self._add_tier()
        if plan.mongodb_port:
            self._mongodb = mongo.launch(DATA / "mongodb", log("mongodb"), plan.mongodb_port)
            self.mongodb_uri = self._mongodb.uri
            tier.append(self._mongodb.process)
        if plan.kafka_ports:
            self._kafka = kafka.launch(DATA / "kafka", log("kafka"), *plan.kafka_ports)
            self.bootstrap = self._kafka.bootstrap
            tier.append(self._kafka.process)
        if plan.identity_port:
            self.issuer = f"http://127.0.0.1:{plan.identity_port}"
            command: list[str | Path] = [sys.executable, "-m", "embedded.identity", "--port", str(plan.identity_port)]
            command += ["--data", DATA / "identity", "--sign-ins", SIGN_INS]
            tier.append(start("the sign-in", command, log=log("identity"), environment=self.environment))

    def _start_service(self, service: Service, role: str) -> Process:
        variables = environment_of(
            service, self.plan, ROOT, mongodb=self.mongodb_uri, kafka=self.bootstrap, issuer=self.issuer
        )
        return start(
            f"{service.name} ({role})",
            [sys.executable, "-m", "servicekit.start", role],
            log=log(f"{service.name}-{role}"),
            environment={**self.environment, **variables},
            directory=ROOT,
        )

    def _wait_for(self, process: Process, address: str) -> None:
        def ready() -> bool:
            self.check()
            return answers(address)

        process.wait_until(ready, seconds=60, what=f"ready at {address}")


def say(sentence: str) -> None:
    """Tell the person at the terminal; when the terminal is gone, work goes on: there is still something to stop."""
    with suppress(OSError):
        print(sentence, flush=True)


def answers(address: str) -> bool:
    """Tell whether a GET is answered with 200."""
    try:
        with _loopback.open(address, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def log(name: str) -> Path:
    """The log file of a process in this run; that of the run before is kept beside it."""
    LOGS.mkdir(parents=True, exist_ok=True)
    file = LOGS / f"{name}.log"
    if file.exists():
        file.replace(LOGS / f"{name}.previous.log")
    return file


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Hold the clone for this process; `EngineFailed` when another `make run` has it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise EngineFailed(
                f"Acorn already runs from this folder (process {file.read().strip()}): stop it there with Ctrl-C first."
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def load_demo(plan: Plan, issuer: str) -> None:
    """Load the demo trust with the command line, once for this data."""
    if DEMO_LOADED.exists():
        return
    say("Loading the demo trust (only the first time) ...")
    addresses = {f"ACORN_{service.name.upper()}_URL": service.address for service in plan.services}
    environment = {**os.environ, **addresses, "ACORN_OIDC_ISSUER": issuer}
    loading = subprocess.run(
        leashed([ACORN, "demo", "load"]), stdin=subprocess.DEVNULL, env=environment, cwd=ROOT, check=False
    )
    if loading.returncode != 0:
        raise EngineFailed(
            "The demo trust could not be loaded (why: above). Begin again with `make clean-data` and `make run`."
        )
    DEMO_LOADED.touch()


def write_addresses(plan: Plan, issuer: str) -> None:
    """Tell other programs of this clone, such as the command line, where everything is."""
    document = {
        "identity": issuer,
        "services": {service.name: service.address for service in plan.services},
        "workers": {service.name: service.worker_address for service in plan.services if service.worker_address},
    }
    RUN_FILE.write_text(json.dumps(document, indent=2) + "\n")


def summary(plan: Plan, issuer: str, seconds: float, people: list[dict[str, object]]) -> str:
    """What `make run` prints when all is up: where to look, as whom to sign in, the addresses, how to stop."""
    lines = [f"Acorn is running ({seconds:.1f} s).", ""]
    if plan.portal:
        lines += [f"Open {plan.given.get('ACORN_PORTAL_URL', plan.portal.address)}/ in a browser.", ""]
    if people:
        lines += ["Sign in as (no password):"]
        lines += [f"  {person['email']!s:32}{person['name']!s:24}{person['note']}" for person in people]
        lines += ["", f"In another terminal: .venv/bin/acorn sign-in --as {people[0]['email']}", ""]
    lines += ["For programs:"]
    lines += [f"  {service.name:16}{service.address}/docs" for service in plan.services if service != plan.portal]
    lines += [f"  {'sign-in':16}{issuer}"]
    lines += ["", "Ctrl-C stops it. What you enter stays; `make clean-data` removes it. Logs: .acorn/logs/", ""]
    return "\n".join(lines)


def serve(environment: Mapping[str, str]) -> None:
    """Run everything until interrupted; `EngineFailed` when it cannot be."""
    began = time.monotonic()
    plan = make_plan(ROOT, environment)
    variables = {"ACORN_ENVIRONMENT": environment.get("ACORN_ENVIRONMENT", "development")}
    if plan.identity_port:
        identity.check_environment(variables)
        variables |= {"ACORN_OIDC_AUDIENCE": identity.AUDIENCE, "ACORN_OIDC_JWKS_URI": ""}
    for name in ("NO_PROXY", "no_proxy"):
        variables[name] = ",".join(filter(None, [environment.get(name), "127.0.0.1", "localhost"]))
    check_ports(plan, {port: port_in_use(port) for port in plan.ports})
    if plan.kafka_ports and not kafka.fetched():
        say("Fetching Kafka (43 MB, only the first time) ...")
        kafka.library()
    supervisor = Supervisor(plan, variables)
    try:
        say("Starting ...")
        supervisor.start()
        write_addresses(plan, supervisor.issuer)
        people = []
        if plan.identity_port:
            load_demo(plan, supervisor.issuer)
            people = json.loads(SIGN_INS.read_text())
        say(summary(plan, supervisor.issuer, time.monotonic() - began, people))
        supervisor.watch()
    finally:
        RUN_FILE.unlink(missing_ok=True)
        stop(supervisor)


def stop(supervisor: Supervisor) -> None:
    """Stop everything, undisturbed by a second Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    say("\nStopping ...")
    supervisor.stop()


def main() -> None:
    """`python -m embedded.run`, or `python -m embedded.run clean-data`."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    try:
        with only_one(STATE / "run.lock"):
            if sys.argv[1:] == ["clean-data"]:
                shutil.rmtree(DATA, ignore_errors=True)
            else:
                serve(os.environ)
    except KeyboardInterrupt:
        say("Stopped.")
    except EngineFailed as failure:
        print(failure, file=sys.stderr)
        sys.exit(1)


def _interrupted(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
