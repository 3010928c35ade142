"""`make run` as a newcomer meets it: everything comes up, Ctrl-C stops it all, what was entered stays."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from embedded.places import ROOT
from embedded.plan import make_plan
from embedded.processes import port_in_use
from servicekit.testing import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.engines, pytest.mark.timeout(400)]


class Run:
    """One `make run` with a state and ports of its own."""

    def __init__(self, state: Path, base: int, *, arguments: tuple[str, ...] = (), **environment: str) -> None:
        self.state = state
        self.base = base
        self.output = state.parent / "output"
        with self.output.open("wb") as output:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", "embedded.run", *arguments],
                env={**os.environ, "ACORN_STATE": str(state), "ACORN_PORT_BASE": str(base), **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=ROOT,
            )

    def said(self) -> str:
        return self.output.read_text()

    def wait_until_up(self) -> None:
        """Wait until it says that it runs."""
        wait_until(lambda: "Acorn is running" in self.said() or self.popen.poll() is not None, 180, "it runs")
        assert "Acorn is running" in self.said(), self.said()

    def interrupt(self) -> int:
        """Press Ctrl-C; the exit code."""
        self.popen.send_signal(signal.SIGINT)
        return self.popen.wait(60)

    def processes(self) -> list[int]:
        """Every running process that was started for this state."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                environment = (folder / "environ").read_bytes()
                if f"ACORN_STATE={self.state}".encode() in environment.split(b"\0"):
                    found.append(int(folder.name))
        return found


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    runs: list[Run] = []
    bases = range(20_000, 30_000, 100)
    base = random.choice([base for base in bases if not any(port_in_use(base + offset) for offset in range(30))])

    def begin(*arguments: str, **environment: str) -> Run:
        runs.append(Run(tmp_path / "state", base, arguments=arguments, **environment))
        return runs[-1]

    yield begin
    for run in runs:
        run.popen.kill()
        run.popen.wait()


def organisations(base: int) -> list[str]:
    """The academies that HR sees, signed in as the command line does it."""
    acorn = Path(sys.executable).with_name("acorn")
    where = {"ACORN_STAFF_URL": f"http://127.0.0.1:{base + 1}", "ACORN_OIDC_ISSUER": f"http://127.0.0.1:{base + 9}"}
    environment = {**os.environ, **where}
    subprocess.run([acorn, "sign-in", "--as", "hr@oaktrees.example"], env=environment, check=True, capture_output=True)
    listed = subprocess.run([acorn, "organisations", "--json"], env=environment, check=True, capture_output=True)
    return sorted(organisation["name"] for organisation in json.loads(listed.stdout))


def test_all_comes_up_stops_at_ctrl_c_and_comes_back_with_what_was_there(
    start: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # a home of its own, so that the sign-in of whoever runs the tests is left alone
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    # given a first run, which loads the demo trust
    first = start()
    first.wait_until_up()
    written = json.loads((first.state / "run.json").read_text())
    assert set(written["services"]) >= {"staff", "cpd"}
    for name, address in written["services"].items():
        assert requests.get(f"{address}/readyz", timeout=5).status_code == 200
        if name != "portal":
            assert requests.get(f"{address}/docs", timeout=5).status_code == 200
    before = organisations(first.base)
    assert before
    # a second one from the same folder is refused
    refused = Run(first.state, first.base)
    assert refused.popen.wait(30) == 1
    assert f"already runs from this folder (process {first.popen.pid})" in refused.said()
    # when Ctrl-C is pressed, then nothing is left of it
    assert first.interrupt() == 0
    assert first.processes() == []
    assert not (first.state / "run.json").exists()
    # when it is started again, then it comes up with what was there
    second = start()
    second.wait_until_up()
    assert "demo trust" not in second.said()
    assert organisations(second.base) == before
    # when the supervisor is killed, then nothing outlives it, and the next run works
    second.popen.kill()
    second.popen.wait()
    wait_until(lambda: second.processes() == [], 20, "all its processes have ended")
    third = start()
    third.wait_until_up()
    assert organisations(third.base) == before
    # when a service ends by itself, then that is said and everything stops
    [web] = [
        pid
        for pid in third.processes()
        if b"acorn_cpd.app:create_app()" in Path(f"/proc/{pid}/cmdline").read_bytes()
        and int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]) == third.popen.pid
    ]
    os.kill(web, signal.SIGKILL)
    assert third.popen.wait(60) == 1
    assert "cpd (web) ended by itself (exit code -9), so everything stops" in third.said()
    assert third.processes() == []
    # when the data is removed, then it is gone
    assert start("clean-data").popen.wait(30) == 0
    assert not (third.state / "data").exists()


def test_nothing_embedded_starts_when_every_address_is_given(start: Callable[..., Run]) -> None:
    given = {"ACORN_MONGODB_URI": "mongodb://127.0.0.1:1/", "ACORN_KAFKA_BOOTSTRAP": "127.0.0.1:1"}
    run = start(**given, ACORN_OIDC_ISSUER="http://127.0.0.1:1")
    services = make_plan(ROOT, {"ACORN_PORT_BASE": str(run.base)}).services
    wait_until(lambda: all(port_in_use(service.port) for service in services), 60, "the services listen")
    logs = {log.name for log in (run.state / "logs").iterdir()}
    workers = {f"{service.name}-worker.log" for service in services if service.worker_port}
    assert logs == {f"{service.name}-web.log" for service in services} | workers
    assert not (run.state / "data").exists()
    assert run.interrupt() == 0


def test_the_development_sign_in_is_refused_in_production(start: Callable[..., Run]) -> None:
    run = start(ACORN_ENVIRONMENT="production")
    assert run.popen.wait(30) == 1
    assert "set ACORN_OIDC_ISSUER to your identity provider" in run.said()
    assert not (run.state / "logs").exists()


def test_a_port_in_use_is_named_before_anything_starts(start: Callable[..., Run], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = start(ACORN_PORT_BASE=str(port - 1))
        assert run.popen.wait(30) == 1
        assert f"Port {port}, meant for the staff service, is in use" in run.said()
        assert not (run.state / "logs").exists()
