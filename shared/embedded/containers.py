"""Engines in containers for tests: `ACORN_TEST_ENGINES=containers`, from the trial's image that `make images` makes."""

import tomllib

from testcontainers.core.container import DockerContainer
from testcontainers.core.waiting_utils import wait_for_logs

from embedded.places import ROOT
from embedded.processes import free_ports
from embedded.trial import KAFKA_PORT, MONGODB_PORT


def image() -> str:
    """The trial's image, in the version of the packages."""
    shared = tomllib.loads((ROOT / "shared" / "pyproject.toml").read_text())
    return f"acorn-trial:{shared['project']['version']}"


def start(name: str) -> tuple[DockerContainer, str]:
    """Start an engine and wait until it answers; with the container, its address."""
    [port] = free_ports(1)
    container = DockerContainer(image()).with_command(name)
    if name == "mongodb":
        # Tests live by a clock of their own: nothing may expire by the machine's.
        container = container.with_env("ACORN_TRIAL_EXPIRY", "off").with_bind_ports(MONGODB_PORT, port)
        address = f"mongodb://127.0.0.1:{port}/?directConnection=true"
    else:
        container = container.with_env("ACORN_TRIAL_HOST", "127.0.0.1").with_env("ACORN_TRIAL_PORT", str(port))
        container = container.with_bind_ports(KAFKA_PORT, port)
        address = f"127.0.0.1:{port}"
    container.start()
    wait_for_logs(container, "has started", timeout=120)
    return container, address
