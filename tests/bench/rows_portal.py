"""The portal's home page, measured: what it costs beyond the slowest of its calls, and what a first visit weighs."""

import re
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import requests
from tests.bench.stage import Measure, Row, Stage

from embedded.testing import whole_run

TEACHER = "teacher.elm@oaktrees.example"
WARMING = 20
PAGES = 200
MOST_BYTES = 250_000


def home_page(of: Stage) -> Sequence[Row]:
    """Home of a teacher: session, three reads side by side, the page."""
    folder = Path(of.folder) / "portal"
    folder.mkdir()
    with whole_run(folder) as run:
        browser = requests.Session()
        begun = browser.get(f"{run.portal}/sign-in", allow_redirects=False, timeout=10)
        page = browser.get(f"{begun.headers['Location']}&login_hint={TEACHER}", timeout=10)
        weight = _first_visit(browser, run.portal, page.text)
        measured = [_timed(browser, run.portal) for _ in range(WARMING + PAGES)][WARMING:]
    ours, slowest = median(page for page, _ in measured), median(slowest for _, slowest in measured)
    return [
        Row("Home page", ours, slowest, "ms", "a teacher's home on the server, p50; plain: the slowest of its calls"),
        Row("First visit", weight / 1000, MOST_BYTES / 1000, "KB", "all that a browser fetches; plain: what we allow"),
    ]


def _timed(browser: requests.Session, portal: str) -> tuple[float, float]:
    """How long a page took and the slowest call behind it, in milliseconds, as the server tells."""
    told = browser.get(f"{portal}/", timeout=10).headers["Server-Timing"]
    took = [(name, float(spent)) for name, spent in re.findall(r"([\w-]+);dur=([\d.]+)", told)]
    return next(spent for name, spent in took if name == "page"), max(spent for name, spent in took if name != "page")


def _first_visit(browser: requests.Session, portal: str, page: str) -> int:
    """The bytes that cross the line: the page and every file that it names, as they are sent."""
    weight = len(page.encode())
    for name in dict.fromkeys(re.findall(r'(?:href|src|data-frontend)="(/static/[^"]+)"', page)):
        with browser.get(portal + name, stream=True, timeout=10) as answer:
            weight += len(answer.raw.read(decode_content=False))
    return weight


ROWS: Sequence[Measure] = (home_page,)
