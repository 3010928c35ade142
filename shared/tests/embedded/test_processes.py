"""Processes on a leash: started, waited for, stopped, and never left behind."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from embedded.processes import EngineFailed, free_ports, port_in_use, start
from servicekit.testing import wait_until

FOREVER = [sys.executable, "-c", "import time\nprint('up', flush=True)\ntime.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('up', flush=True)\ntime.sleep(600)",
]
# A supervisor that starts one child, says its process id, and waits to be killed.
SUPERVISOR = """
import sys, time
from pathlib import Path
from embedded.processes import start
child = start("child", [sys.executable, "-c", "import time; time.sleep(600)"], log=Path(sys.argv[1]))
print(child.pid, flush=True)
time.sleep(600)
"""


def alive(pid: int) -> bool:
    """Tell whether a process runs: a zombie, which nobody has asked about yet, does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_process_runs_until_it_is_stopped(tmp_path: Path) -> None:
    process = start("sleeper", FOREVER, log=tmp_path / "log")
    process.wait_until(lambda: "up" in process.tail(), seconds=10, what="up")
    process.stop()
    assert process.exit_code == -signal.SIGTERM


def test_a_process_that_ignores_the_request_to_stop_is_killed(tmp_path: Path) -> None:
    process = start("stubborn", STUBBORN, log=tmp_path / "log")
    process.wait_until(lambda: "up" in process.tail(), seconds=10, what="up")
    process.stop(seconds=0.2)
    assert process.exit_code == -signal.SIGKILL


def test_stopping_twice_is_stopping_once(tmp_path: Path) -> None:
    process = start("sleeper", FOREVER, log=tmp_path / "log")
    process.kill()
    process.stop()
    process.kill()
    assert process.exit_code == -signal.SIGKILL


def test_a_process_that_ends_early_is_reported_with_its_last_words(tmp_path: Path) -> None:
    process = start("talker", [sys.executable, "-c", "print('no disk'); raise SystemExit(3)"], log=tmp_path / "log")
    with pytest.raises(EngineFailed, match=r"talker ended with exit code 3 before ready\.\nno disk"):
        process.wait_until(lambda: False, seconds=10, what="ready")


def test_a_process_that_takes_too_long_is_reported_with_its_log(tmp_path: Path) -> None:
    process = start("sleeper", FOREVER, log=tmp_path / "log")
    with pytest.raises(EngineFailed, match=r"sleeper: not ready within 0\.1 s\. Its log: .*log"):
        process.wait_until(lambda: False, seconds=0.1, what="ready")
    process.kill()


def test_only_the_last_lines_of_a_long_log_are_told(tmp_path: Path) -> None:
    script = "for n in range(100_000): print(n)"
    process = start("talker", [sys.executable, "-c", script], log=tmp_path / "log")
    wait_until(lambda: process.exit_code == 0, what="it has said everything")
    assert process.tail(2) == "99998\n99999"


def test_a_thread_may_not_start_one_since_the_process_would_end_with_the_thread(tmp_path: Path) -> None:
    refusals = []

    def attempt() -> None:
        try:
            start("sleeper", FOREVER, log=tmp_path / "log")
        except RuntimeError as refusal:
            refusals.append(str(refusal))

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    assert refusals == ["a program on a leash must be started by the main thread"]


def test_a_killed_supervisor_leaves_no_orphan(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SUPERVISOR, str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        child = int(supervisor.stdout.readline())
        assert alive(child)
        supervisor.kill()
        wait_until(lambda: not alive(child), what="the child has died with its supervisor")


def test_a_leash_to_a_process_that_is_already_gone_starts_nothing(tmp_path: Path) -> None:
    leash = Path(__file__).parents[2] / "embedded" / "leash.py"
    stranger = os.getppid()
    done = subprocess.run([sys.executable, leash, str(stranger), "touch", tmp_path / "started"], check=True, timeout=10)
    assert done.returncode == 0
    assert not (tmp_path / "started").exists()


def test_free_ports_are_free_and_different() -> None:
    ports = free_ports(5)
    assert len(set(ports)) == 5
    assert not any(port_in_use(port) for port in ports)
