"""Acorn installed as its guide says: every process is up, and people use it through its Services and in a browser."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from embedded.cluster import Installation, described, pods, ready
from embedded.places import ROOT
from embedded.walks import steps, walk

PROCESSES = {
    ("staff", "web"),
    ("staff", "worker"),
    ("cpd", "web"),
    ("cpd", "worker"),
    ("portal", "web"),
}


def test_every_process_is_ready_and_none_was_started_twice(acorn: Installation) -> None:
    for name, component in PROCESSES:
        found = pods(name=name, component=component)
        assert found, f"no pod of {name} {component}"
        assert all(ready(pod) for pod in found), f"{name} {component}"
        restarts = [status["restartCount"] for pod in found for status in pod["status"]["containerStatuses"]]
        assert set(restarts) == {0}, f"{name} {component} was started again"


def test_topics_and_indexes_were_made_by_jobs_that_are_gone(acorn: Installation) -> None:
    assert described("jobs")["items"] == []
    with acorn.mongodb() as client:
        assert len(client["acorn_cpd"]["records"].index_information()) > 3


def test_nothing_runs_as_root_or_may_write_where_it_need_not(acorn: Installation) -> None:
    for name, component in PROCESSES:
        for pod in pods(name=name, component=component):
            spec = pod["spec"]
            assert spec["automountServiceAccountToken"] is False
            for container in spec["containers"]:
                secured = {**spec["securityContext"], **container["securityContext"]}
                assert secured["runAsNonRoot"] is True
                assert secured["readOnlyRootFilesystem"] is True
                assert secured["capabilities"] == {"drop": ["ALL"]}


def test_the_walk_through_of_the_readme_goes_as_it_is_written(acorn: Installation, tmp_path: Path) -> None:
    walked = steps((ROOT / "README.md").read_text())
    assert len(walked) > 20
    walk(walked, acorn.terminal(tmp_path))


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "plain"])
def test_a_teacher_declares_cpd_in_a_browser(acorn: Installation, chromium: Browser, javascript: bool) -> None:
    context = chromium.new_context(java_script_enabled=javascript, viewport={"width": 390, "height": 844})
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(acorn.address("portal"))
    page.get_by_role("button", name="Sign in").or_(
        page.get_by_role("link", name="Amina Yusuf", exact=True)
    ).first.click()
    picked = page.get_by_role("link", name="Amina Yusuf", exact=True)
    if picked.count():
        picked.click()
    page.get_by_role("button", name="Record CPD").first.click()
    page.get_by_label("Title").fill("Coaching in the cluster")
    page.get_by_label("Kind of CPD").select_option("Coaching")
    for box, value in (("Day", "3"), ("Month", "11"), ("Year", "2026")):
        page.get_by_role("group", name="Date").get_by_label(box).fill(value)
    page.get_by_label("Hours").fill("1" if javascript else "2")
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.locator("main")).to_contain_text("Recorded: Coaching in the cluster")
    context.close()
