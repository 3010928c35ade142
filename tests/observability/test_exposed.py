"""What rules, dashboards and the page of metrics speak of is what processes expose."""

import json
import re
import subprocess
import sys
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PLATFORM = ROOT / "charts" / "platform"
NAME = re.compile(r"\bacorn_[a-z_]+\b")
PARTS = re.compile(r"_(bucket|count|sum)$")
EXPOSED = """
import acorn_portal.app, acorn_staff.app, acorn_cpd.app, servicekit.worker
from prometheus_client import generate_latest
print(generate_latest().decode())
"""


@cache
def exposed() -> dict[str, str]:
    """Every metric that web processes and workers expose, by name, with its help."""
    done = subprocess.run([sys.executable, "-c", EXPOSED], capture_output=True, text=True, check=True, timeout=60)
    found = re.findall(r"^# HELP (acorn_\w+) (.*)$", done.stdout, re.MULTILINE)
    return {name: meaning for name, meaning in found if not name.endswith("_created")}


@pytest.fixture(scope="module")
def dashboards() -> ModuleType:
    """The code of the dashboards."""
    spec = spec_from_file_location("dashboards", ROOT / "charts" / "dashboards.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def rules() -> list[dict[str, Any]]:
    """Every rule."""
    files = [yaml.safe_load(file.read_text()) for file in (PLATFORM / "rules").glob("*.yaml")]
    return [rule for file in files for group in file["groups"] for rule in group["rules"]]


def named(expression: str) -> set[str]:
    """The metrics of Acorn in an expression."""
    return {PARTS.sub("", name) for name in NAME.findall(expression)}


def test_rules_speak_of_what_is_exposed() -> None:
    used = {name for rule in rules() for name in named(rule["expr"])}
    assert len(used) > 8
    assert used - exposed().keys() == set()


def test_dashboards_speak_of_what_is_exposed_or_recorded(dashboards: ModuleType) -> None:
    expressions = dashboards.expressions()
    assert {name for each in expressions for name in named(each)} - exposed().keys() == set()
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    assert {name for each in expressions for name in re.findall(r"acorn:[\w:]+", each)} <= recorded


def test_dashboards_are_as_their_code_says(dashboards: ModuleType) -> None:
    written = {file.name: file.read_text() for file in (PLATFORM / "dashboards").glob("*.json")}
    assert dashboards.documents() == written, "write them anew: make docs"
    assert {json.loads(text)["title"] for text in written.values()} == {
        "Acorn: how it stands",
        "Acorn: inside the services",
        "Acorn: the trust in figures",
    }


def test_every_expression_of_a_dashboard_is_promql(dashboards: ModuleType, tmp_path: Path, promtool: Any) -> None:
    made = [{"record": f"dashboard:{number}", "expr": each} for number, each in enumerate(dashboards.expressions())]
    file = tmp_path / "expressions.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboards", "rules": made}]}))
    assert "SUCCESS" in promtool("check", "rules", file)


def test_the_page_of_metrics_lists_what_is_exposed() -> None:
    page = (ROOT / "docs" / "metrics.md").read_text()
    assert set(re.findall(r"^\| `(acorn_\w+)` \|", page, re.MULTILINE)) == exposed().keys()


def test_no_metric_is_labelled_by_somebody() -> None:
    done = subprocess.run([sys.executable, "-c", EXPOSED], capture_output=True, text=True, check=True, timeout=60)
    labels = set(re.findall(r"[{,](\w+)=", done.stdout))
    assert not labels & {"person", "email", "name", "path", "user", "subject", "id"}
