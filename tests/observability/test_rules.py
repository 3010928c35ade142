"""Alerts: each fires and keeps still as its tests say, and has a page for whoever is on call."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
RULES = sorted((ROOT / "charts" / "platform" / "rules").glob("*.yaml"))
TESTS = sorted((ROOT / "charts" / "platform" / "rules-tests").glob("*.yaml"))
RUNBOOKS = ROOT / "docs" / "runbooks"


def alerts() -> list[dict[str, object]]:
    """Every alert of the rules."""
    groups = [group for file in RULES for group in yaml.safe_load(file.read_text())["groups"]]
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]


def test_the_rules_are_rules(promtool: Any) -> None:
    assert "SUCCESS" in promtool("check", "rules", *RULES)


def test_each_alert_fires_and_keeps_still_as_its_tests_say(promtool: Any) -> None:
    assert "SUCCESS" in promtool("test", "rules", *TESTS)


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: str(alert["alert"]))
def test_an_alert_is_tested_both_ways_and_has_its_page(alert: dict[str, object]) -> None:
    cases = [
        case
        for file in TESTS
        for test in yaml.safe_load(file.read_text())["tests"]
        for case in test["alert_rule_test"]
        if case["alertname"] == alert["alert"]
    ]
    assert any(case["exp_alerts"] for case in cases), "no test in which it fires"
    others = {"AcornSlow"}  # its test has a second service that is quick: only one of them may fire
    assert alert["alert"] in others or any(not case["exp_alerts"] for case in cases), "no test in which it keeps still"
    annotations = alert["annotations"]
    assert isinstance(annotations, dict)
    assert annotations["runbook"] == f"docs/runbooks/{alert['alert']}.md"
    assert (ROOT / annotations["runbook"]).is_file()
    assert annotations["summary"].endswith(".")
    assert annotations["description"].endswith(".")
    assert alert["labels"] in ({"severity": "page"}, {"severity": "ticket"})


def test_every_runbook_is_of_an_alert() -> None:
    assert {page.stem for page in RUNBOOKS.glob("*.md")} == {alert["alert"] for alert in alerts()}


@pytest.mark.parametrize("page", sorted(RUNBOOKS.glob("*.md")), ids=lambda page: page.stem)
def test_a_runbook_says_what_to_look_at_and_what_to_do(page: Path) -> None:
    text = page.read_text()
    assert text.startswith(f"# {page.stem}: ")
    for part in ("What people notice", "Look", "Likely causes", "What to do", "It is over"):
        assert f"**{part}" in text, part
    for link in re.findall(r"\]\(([\w./-]+)\)", text):
        assert (page.parent / link).exists(), link
