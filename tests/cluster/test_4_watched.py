"""A real Prometheus watches the pods: every process is seen, and a provoked fault fires its alert and no other."""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from embedded.cluster import Installation, kubectl, pods, rolled_out
from embedded.places import ROOT
from embedded.processes import free_ports, start
from embedded.walks import steps, walk
from servicekit.testing import wait_until

RULES = ROOT / "charts" / "platform" / "rules" / "acorn.yaml"
SHORT = re.compile(r"^(\s+for: )\d+[mh]$", re.MULTILINE)

# Debian's Prometheus cannot ask Kubernetes for its pods: the test does, with the labels that a PodMonitor would give.
CONFIG = """
global: {{ scrape_interval: 2s, evaluation_interval: 2s }}
rule_files: [{folder}/rules.yaml]
scrape_configs:
  - job_name: acorn
    file_sd_configs: [{{ files: [{folder}/targets.json], refresh_interval: 5s }}]
"""


class Prometheus:
    """A Prometheus at work, told of the pods whenever it is asked something."""

    def __init__(self, port: int, targets: Path) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.targets = targets

    def tell(self) -> None:
        """Tell it which pods there are."""
        found = [
            {
                "targets": [f"{pod['status']['podIP']}:{port['containerPort']}"],
                "labels": {"service": pod["metadata"]["labels"]["app.kubernetes.io/name"], "component": component},
            }
            for component in ("web", "worker")
            for pod in pods(component=component)
            if pod["status"].get("podIP")
            for port in pod["spec"]["containers"][0]["ports"]
        ]
        draft = self.targets.with_suffix(".draft")
        draft.write_text(json.dumps(found))
        draft.replace(self.targets)

    def asked(self, path: str, **query: str) -> Any:
        """What its API answers."""
        self.tell()
        found = requests.get(f"{self.address}/api/v1/{path}", params=query, timeout=10)
        found.raise_for_status()
        return found.json()["data"]

    def ready(self) -> bool:
        """Whether it answers."""
        try:
            return bool(self.asked("query", query="1"))
        except requests.RequestException:
            return False

    def seen(self) -> dict[tuple[str, str], int]:
        """How many processes are up, by service and component."""
        up = self.asked("query", query='count by (service, component) (up{job="acorn"} == 1)')["result"]
        return {(one["metric"]["service"], one["metric"]["component"]): int(one["value"][1]) for one in up}

    def firing(self) -> set[tuple[str, str]]:
        """The alerts that fire, each with its service."""
        alerts = self.asked("alerts")["alerts"]
        firing = [one["labels"] for one in alerts if one["state"] == "firing"]
        return {(labels["alertname"], labels.get("service", "")) for labels in firing}


@pytest.fixture(scope="module")
def prometheus(acorn: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """One of this machine, with our rules: the same, but that an alert waits for seconds where it says minutes."""
    program = shutil.which("prometheus")
    if program is None:
        pytest.fail("prometheus is missing: install the package of that name.", pytrace=False)
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "rules.yaml").write_text(SHORT.sub(r"\g<1>6s", RULES.read_text()))
    (folder / "prometheus.yaml").write_text(CONFIG.format(folder=folder))
    [port] = free_ports(1)
    options = [f"--config.file={folder}/prometheus.yaml", f"--storage.tsdb.path={folder}/data"]
    options += [f"--web.listen-address=127.0.0.1:{port}"]
    process = start("Prometheus", [program, *options], log=folder / "log")
    watching = Prometheus(port, folder / "targets.json")
    process.wait_until(watching.ready, seconds=30, what="answering")
    yield watching
    process.stop()


def test_every_process_is_seen_and_nothing_fires(acorn: Installation, prometheus: Prometheus) -> None:
    rolled_out()
    expected = {("staff", "web"), ("staff", "worker"), ("cpd", "web"), ("cpd", "worker"), ("portal", "web")}
    wait_until(lambda: prometheus.seen().keys() == expected, seconds=60, what="all processes are seen")
    wait_until(lambda: not prometheus.firing(), seconds=120, what="nothing fires")
    # and it stays so for as long as an alert would take
    deadline = time.monotonic() + 12
    while time.monotonic() < deadline:
        assert prometheus.firing() == set()
        time.sleep(1)


def test_a_service_without_a_worker_pages_and_stops_when_it_is_back(
    acorn: Installation, prometheus: Prometheus
) -> None:
    kubectl("scale", "deployment/acorn-cpd-worker", "--replicas=0")
    try:
        wait_until(
            lambda: ("AcornWorkerMissing", "cpd") in prometheus.firing(), seconds=120, what="somebody is paged for cpd"
        )
        assert {name for name, _ in prometheus.firing()} == {"AcornWorkerMissing"}
    finally:
        kubectl("scale", "deployment/acorn-cpd-worker", "--replicas=1")
        rolled_out()
    wait_until(lambda: not prometheus.firing(), seconds=120, what="nothing fires any more")


def test_what_the_runbooks_say_to_look_at_is_there(acorn: Installation) -> None:
    for page in sorted((ROOT / "docs" / "runbooks").glob("*.md")):
        walk(steps(page.read_text(), "console cluster"), os.environ)


def test_promtool_finds_no_fault_with_what_the_pods_expose(acorn: Installation, tmp_path: Path) -> None:
    for service in ("staff", "cpd", "portal"):
        found = requests.get(f"{acorn.address(service)}/metrics", timeout=10)
        checked = subprocess.run(
            ["promtool", "check", "metrics"], input=found.content, capture_output=True, check=False, timeout=30
        )
        assert checked.returncode == 0, checked.stdout.decode() + checked.stderr.decode()
