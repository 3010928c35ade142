"""A dead and a slow service behind the portal: pages come in time, with the rest of what they show, and say so."""

import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from embedded.places import ROOT
from embedded.plan import environment_of, make_plan
from embedded.processes import free_ports, start
from embedded.run import answers
from embedded.testing import Run

Visit = Callable[..., Any]

SLOWEST = 7.0
"""Seconds that a page may take while a service behind it does not answer."""


@contextmanager
def portal_before(run: Run, folder: Path, cpd: str) -> Iterator[str]:
    """A second portal over the same sessions and staff service, told that CPD is at another address."""
    plan = make_plan(ROOT, {"ACORN_PORT_BASE": str(run.base)})
    assert plan.portal is not None
    (port,) = free_ports(1)
    address = f"http://127.0.0.1:{port}"
    kafka = f"127.0.0.1:{run.base + 28}"
    told = environment_of(plan.portal, plan, ROOT, mongodb=run.mongodb_uri, kafka=kafka, issuer=run.issuer)
    told |= {"ACORN_BIND": f"127.0.0.1:{port}", "ACORN_PORTAL_URL": address, "ACORN_CPD_URL": cpd}
    told |= {name: ",".join(filter(None, [os.environ.get(name), "127.0.0.1"])) for name in ("NO_PROXY", "no_proxy")}
    command = [sys.executable, "-m", "gunicorn", "-c", "docker/gunicorn.conf.py", "acorn_portal.app:create_app()"]
    portal = start("a second portal", command, log=folder / "portal.log", environment=told, directory=ROOT)
    try:
        portal.wait_until(lambda: answers(f"{address}/readyz"), seconds=60, what="ready")
        yield address
    finally:
        portal.stop()


@pytest.fixture(scope="module")
def without_cpd(acorn: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A portal for which nobody listens where CPD was."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # held but not listened on: connections are refused
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with portal_before(acorn, tmp_path_factory.mktemp("without-cpd"), address) as portal:
            yield portal


@pytest.fixture(scope="module")
def slow_cpd(acorn: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A portal for which CPD takes every connection and never says a word."""
    held: list[socket.socket] = []

    def listen() -> None:
        while True:
            try:
                held.append(listener.accept()[0])
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        threading.Thread(target=listen, daemon=True).start()
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with portal_before(acorn, tmp_path_factory.mktemp("slow-cpd"), address) as portal:
            yield portal
        listener.shutdown(socket.SHUT_RDWR)
    for one in held:
        one.close()


@pytest.fixture(params=["without_cpd", "slow_cpd"])
def portal(request: pytest.FixtureRequest) -> str:
    """Each of the two."""
    return str(request.getfixturevalue(request.param))


def opened(visitor: Any, path: str, status: int = 200) -> None:
    """Open a page, which must come in time."""
    began = time.monotonic()
    visitor.open(path, status)
    assert time.monotonic() - began < SLOWEST


def test_home_comes_in_time_without_what_cannot_be_had_and_says_so(visit: Visit, portal: str) -> None:
    visitor = visit("manager", portal=portal)
    opened(visitor, "/")

    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("Ben Okafor")
    visitor.says("CPD records cannot be reached right now, so a part of this page is missing.")
    expect(visitor.page.get_by_role("button", name="Record CPD")).to_be_visible()
    assert "Nothing is waiting for you" not in visitor.page.locator("main").inner_text()
    visitor.look("home-cpd-away")


def test_a_persons_page_shows_what_staff_knows(visit: Visit, portal: str, api: Callable[[str], Any]) -> None:
    visitor = visit("head", portal=portal, width="telephone")
    opened(visitor, f"/people/{api('teacher').me()}")

    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("Amina Yusuf")
    visitor.says("Elm Primary Academy")
    visitor.says("CPD records cannot be reached right now")
    visitor.look("person-cpd-away")


def test_a_history_that_cannot_be_had_says_what_to_do_in_time(visit: Visit, portal: str) -> None:
    visitor = visit("teacher", portal=portal)
    opened(visitor, "/history", 503)

    visitor.says("CPD records cannot be reached right now")
    visitor.says("Try again in a few minutes")
    visitor.look("history-cpd-away")


def test_on_call_sees_which_service_does_not_answer(visit: Visit, portal: str) -> None:
    visitor = visit("operations", portal=portal, width="telephone")
    opened(visitor, "/operations")

    expect(visitor.page.get_by_role("region", name="CPD records")).to_contain_text("does not answer")
    expect(visitor.page.get_by_role("region", name="Staff records")).to_contain_text("Yes, it answers")
    visitor.look("operations-cpd-away")


def test_what_was_typed_is_kept_when_it_cannot_be_saved(visit: Visit, without_cpd: str, title: str) -> None:
    visitor = visit("teacher", portal=without_cpd, javascript=False)
    visitor.open("/records/new")
    visitor.page.get_by_label("Title").fill(title)
    visitor.page.get_by_label("Kind of CPD").select_option("Course")
    visitor.day("Date", "2026-11-05")
    visitor.page.get_by_label("Hours").fill("2")
    visitor.press("Record")

    visitor.says("CPD records cannot be reached right now, so nothing was saved.")
    visitor.look("declare-cpd-away")
    expect(visitor.page.get_by_label("Title")).to_have_value(title)


def test_a_change_that_was_sent_into_silence_says_that_nobody_knows(visit: Visit, slow_cpd: str, title: str) -> None:
    visitor = visit("teacher", portal=slow_cpd, width="telephone")
    visitor.page.set_default_timeout(40_000)
    visitor.open("/records/new")
    visitor.page.get_by_label("Title").fill(title)
    visitor.page.get_by_label("Kind of CPD").select_option("Course")
    visitor.day("Date", "2026-11-05")
    visitor.page.get_by_label("Hours").fill("2")
    visitor.press("Record")

    visitor.says("we do not know whether this was saved")
    visitor.says("they are saved once, however often you send them")
    expect(visitor.page.get_by_label("Title")).to_have_value(title)
    visitor.look("declare-cpd-slow")
