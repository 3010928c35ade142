"""Starting other programs, waiting for them with a deadline, and stopping them without leaving any behind."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LEASH = Path(__file__).with_name("leash.py")


class EngineFailed(Exception):
    """Something that this machine should run does not; the message says what, and what to do about it."""


class Process:
    """A program in a process group of its own, with its output in a log file."""

    def __init__(self, name: str, popen: "subprocess.Popen[bytes]", log: Path) -> None:
        self.name = name
        self.popen = popen
        self.log = log

    @property
    def pid(self) -> int:
        """The process id, which is also the id of its group."""
        return self.popen.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs; negative when a signal ended it."""
        return self.popen.poll()

    def tail(self, lines: int = 15) -> str:
        """The last lines of its log."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 16_384))
            return "\n".join(log.read().decode(errors="replace").splitlines()[-lines:])

    def wait_until(self, condition: Callable[[], bool], *, seconds: float, what: str) -> None:
        """Poll until `condition` holds; `EngineFailed` when the program ends first or the time is over."""
        deadline = time.monotonic() + seconds
        while not condition():
            if self.exit_code is not None:
                raise EngineFailed(f"{self.name} ended with exit code {self.exit_code} before {what}.\n{self.tail()}")
            if time.monotonic() > deadline:
                raise EngineFailed(f"{self.name}: not {what} within {seconds:g} s. Its log: {self.log}\n{self.tail()}")
            time.sleep(0.02)

    def stop(self, seconds: float = 10) -> None:
        """Ask it to end, and kill its whole group if it has not within `seconds`."""
        self.ask_to_stop()
        try:
            self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def ask_to_stop(self) -> None:
        """Send SIGTERM to the program alone: what it started, it stops itself."""
        if self.exit_code is None:
            self.popen.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill its whole group, as a power cut would."""
        if self.exit_code is None:
            os.killpg(self.pid, signal.SIGKILL)
        self.popen.wait()


def start(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> Process:
    """Start a program that dies with this process; its output is added to `log`.

    Only the main thread may call this: the kernel watches the thread that started the program, and a thread that
    ends would take the program with it.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("a program on a leash must be started by the main thread")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        popen = subprocess.Popen(
            leashed(command),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if environment is None else {**os.environ, **environment},
            cwd=directory,
            start_new_session=True,
        )
    return Process(name, popen, log)


def leashed(command: Sequence[str | Path]) -> list[str]:
    """The command that runs `command` on a leash: the kernel kills it when this process dies."""
    return [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), *map(str, command)]


def free_ports(count: int) -> list[int]:
    """Ports on 127.0.0.1 that nothing listens on at the moment, each once."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for listener in sockets:
            listener.bind(("127.0.0.1", 0))
        return [int(listener.getsockname()[1]) for listener in sockets]
    finally:
        for listener in sockets:
            listener.close()


def port_in_use(port: int) -> bool:
    """Tell whether something already listens on this port of 127.0.0.1."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
