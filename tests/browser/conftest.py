"""Real people at the real portal: the whole of `make run`, a real Chromium at telephone and desktop width."""

import json
import os
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect

from acorn.signing_in import sign_in
from embedded.places import ROOT
from embedded.testing import Run, whole_run

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
OUTPUT = ROOT / "build" / "screenshots"
WIDTHS = {"telephone": 390, "desktop": 1280}
HEIGHT = 900
# WCAG 2.2 AA and what it stands on; best practices that GOV.UK Frontend departs from are not among them.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

PEOPLE = {
    "teacher": "teacher.elm@oaktrees.example",
    "manager": "manager.elm@oaktrees.example",
    "head": "head.elm@oaktrees.example",
    "other_head": "head.ash@oaktrees.example",
    "hr": "hr@oaktrees.example",
    "sil": "sil@oaktrees.example",
    "ceo": "ceo@oaktrees.example",
    "trustee": "trustee@oaktrees.example",
    "operations": "operations@oaktrees.example",
    "data_protection": "dataprotection@oaktrees.example",
}

ELM = "Elm Primary Academy"
ASH = "Ash Infant and Nursery Academy"

SIGN_INS = json.loads((ROOT / "shared" / "acorn" / "demo" / "sign-ins.json").read_text())
NAMES = {one["email"]: one["name"] for one in SIGN_INS}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs the whole system and a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(240))


@pytest.fixture(scope="session")
def acorn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """All of Acorn with the demo trust; tests add to it and count on nothing that another test may have changed."""
    with whole_run(tmp_path_factory.mktemp("acorn")) as run:
        yield run


@dataclass
class Visitor:
    """Somebody at the portal in a browser of their own."""

    run: Run
    page: Page
    width: str
    javascript: bool
    portal: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str, status: int = 200) -> Page:
        """Go to a page, which must answer with this status."""
        answer = self.page.goto(self.portal + path)
        assert answer is not None
        assert answer.status == status, f"{path} answered {answer.status}: {self.page.title()}"
        return self.page

    def resize(self, width: str) -> None:
        """Turn from a telephone to a desktop, or back."""
        self.width = width
        self.page.set_viewport_size({"width": WIDTHS[width], "height": HEIGHT})

    def pick(self, role: str) -> None:
        """Say at the sign-in who one is."""
        self.page.get_by_role("link", name=NAMES[PEOPLE[role]], exact=True).click()

    def look(self, name: str, *, titled: bool = True) -> None:
        """Hold a page against what every page must be; `titled`: as the portal does."""
        named = f"{name}-{self.width}{'' if self.javascript else '-plain'}"
        look(self.page, named, axe=self.javascript, titled=titled)

    def press(self, name: str) -> None:
        """Press a button or a link that looks like one."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def follow(self, name: str) -> None:
        """Follow a link of the page's own part."""
        self.page.locator("main").get_by_role("link", name=name).first.click()

    def says(self, text: str) -> None:
        """The page shows a text."""
        expect(self.page.locator("main")).to_contain_text(text)

    def day(self, group: str, iso: str) -> None:
        """Fill in a day's three boxes."""
        year, month, day = iso.split("-")
        boxes = self.page.get_by_role("group", name=group)
        boxes.get_by_label("Day").fill(str(int(day)))
        boxes.get_by_label("Month").fill(str(int(month)))
        boxes.get_by_label("Year").fill(year)


def look(page: Page, name: str, *, axe: bool = True, titled: bool = True) -> None:
    """No accessibility violation, one first heading, a title that names the page, nothing wider than the screen."""
    # What was pressed may still be on its way: an answer that has only begun has no heading yet.
    page.wait_for_load_state()
    if os.environ.get("ACORN_TEST_PICTURES"):
        # A picture of a whole page costs as much as everything else here, so it is taken for those who look at it.
        OUTPUT.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=OUTPUT / f"{name}.png", full_page=True)
    assert page.locator("h1").count() == 1, f"{name} has {page.locator('h1').count()} first headings"
    assert not titled or re.fullmatch(r"(Error: )?.+ – Acorn – .+", page.title()), page.title()
    assert page.title().startswith("Error: ") == (page.locator(".govuk-error-summary").count() == 1), page.title()
    if axe:
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is {wide} pixels wider than the screen"
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE)
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        told = {one["help"]: [node["html"][:200] for node in one["nodes"]] for one in found["violations"]}
        assert told == {}, name


@pytest.fixture
def visit(acorn: Run, chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors: `visit("teacher")`, signed in; `visit(None)`, not; what browsers complain of fails the test."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def make(
        role: str | None, *, width: str = "desktop", javascript: bool = True, portal: str | None = None
    ) -> Visitor:
        size = {"width": WIDTHS[width], "height": HEIGHT}
        context = chromium.new_context(viewport=size, java_script_enabled=javascript, reduced_motion="reduce")  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        contexts.append(context)
        visitor = Visitor(acorn, context.new_page(), width, javascript, portal or acorn.portal)
        visitors.append(visitor)
        visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitor.page.on(
            "console",
            lambda said: (
                visitor.complaints.append(said.text)
                # A refusal's status is what a test asked for; what a policy or a script says is not.
                if said.type == "error" and "status of 4" not in said.text and "status of 503" not in said.text
                else None
            ),
        )
        if role is not None:
            visitor.page.goto(visitor.portal + "/sign-in")
            visitor.pick(role)
            expect(visitor.page.get_by_role("button", name="Sign out")).to_be_visible()
        return visitor

    yield make
    for context in contexts:
        context.close()
    assert [one for visitor in visitors for one in visitor.complaints] == []


@dataclass(frozen=True)
class Api:
    """The services, as somebody, for what a test needs to be there before it begins."""

    run: Run
    token: str

    def call(self, method: str, service: str, path: str, **kwargs: Any) -> Any:
        """Send a request; answers its document."""
        headers = {"Authorization": f"Bearer {self.token}", **kwargs.pop("headers", {})}
        address = getattr(self.run, service) + path
        answer = requests.request(method, address, headers=headers, timeout=20, **kwargs)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    def me(self) -> str:
        """The id of whoever this is."""
        return str(self.call("GET", "staff", "/v1/me")["person"]["id"])

    def declare(self, title: str, *, kind: str = "course", date: str = "2026-10-14", hours: float = 2) -> Any:
        """Declare CPD of one's own."""
        body = {"title": title, "kind": kind, "date": date, "hours": hours}
        return self.call("POST", "cpd", f"/v1/people/{self.me()}/records", json=body)

    def organisation(self, name: str) -> str:
        """The id of an academy or the central team."""
        found = self.call("GET", "staff", "/v1/organisations?limit=100")["items"]
        return next(str(one["id"]) for one in found if one["name"] == name)

    def person(self, given: str, family: str, *, at: str = ELM, fte: float = 1, since: str = "2024-09-01") -> Any:
        """Add somebody who teaches at an academy, as HR."""
        named = {"kind": "employee", "given_name": given, "family_name": family}
        made = self.call("POST", "staff", "/v1/people", json=named)
        body = {"organisation": self.organisation(at), "post": "teacher", "fte": fte, "from": since}
        return self.call("POST", "staff", f"/v1/people/{made['id']}/appointments", json=body)


@pytest.fixture(scope="session")
def api(acorn: Run) -> Callable[[str], Api]:
    """The services as one of the demo people: `api("teacher")`."""
    known: dict[str, Api] = {}

    def as_somebody(role: str) -> Api:
        if role not in known:
            session = sign_in(acorn.issuer, hint=PEOPLE[role], tell=print)
            known[role] = Api(acorn, session.access_token)
        return known[role]

    return as_somebody


@pytest.fixture
def family() -> str:
    """A family name that nobody else has."""
    return "Testley" + "".join(chr(ord("a") + int(digit, 16)) for digit in uuid.uuid4().hex[:8])


@pytest.fixture
def title() -> str:
    """A title that no other test uses."""
    return f"Course {uuid.uuid4().hex[:10]}"
