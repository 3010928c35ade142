"""What is deployed and watched is every service of the repository, and nothing that is not."""

from pathlib import Path
from typing import Any

import yaml

from embedded.plan import ORDER, has_worker

ROOT = Path(__file__).resolve().parents[2]
PLATFORM = ROOT / "charts" / "platform"
SERVICES = {path.parent.name for path in ROOT.glob("services/*/pyproject.toml")}
WORKERS = {name for name in SERVICES if has_worker(ROOT / "services" / name / f"acorn_{name}" / "app.py")}


def read(path: Path) -> Any:
    """A YAML file."""
    return yaml.safe_load(path.read_text())


def test_the_umbrella_installs_every_service_once() -> None:
    aliases = [one["alias"] for one in read(PLATFORM / "Chart.yaml")["dependencies"]]
    assert sorted(aliases) == sorted(SERVICES)
    assert set(ORDER) >= SERVICES


def test_the_chart_gives_a_worker_to_those_that_have_one() -> None:
    values = read(PLATFORM / "values.yaml")
    assert {name for name in SERVICES if values[name].get("events", True)} == WORKERS


def test_compose_runs_every_process_and_prometheus_watches_each() -> None:
    processes = {f"{name}-web" for name in SERVICES} | {f"{name}-worker" for name in WORKERS}
    composed = read(ROOT / "docker" / "compose.yaml")["services"]
    assert {name for name in composed if name.endswith(("-web", "-worker"))} == processes
    [scrape] = read(ROOT / "docker" / "prometheus.yaml")["scrape_configs"]
    watched = {f"{one['labels']['service']}-{one['labels']['component']}" for one in scrape["static_configs"]}
    assert watched == processes


def test_compose_gives_no_process_more_than_it_needs() -> None:
    for name, process in read(ROOT / "docker" / "compose.yaml")["services"].items():
        assert process["read_only"] is True, name
        assert process["cap_drop"] == ["ALL"], name
        assert all(port.startswith("127.0.0.1:") for port in process.get("ports", [])), name
