"""People at work while something happens to an installation: a bounded stream of requests, each answer kept."""

import html
import itertools
import re
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urljoin

import requests

from embedded.cluster import HR, SERVICES, TEACHER, Installation, NotAnswered


class Load:
    """Requests at a steady pace: `with Load(acorn) as load:`.

    A teacher declares CPD, HR adds people and reads, somebody looks at the portal's home page. Each request has a
    connection of its own and is never repeated, so that a failure is one.
    """

    EVERY = 0.15
    AT_MOST = 2_000

    def __init__(self, acorn: Installation) -> None:
        self.acorn = acorn
        self.records: list[str] = []
        self.people: list[str] = []
        self.failures: list[str] = []
        self.answered = 0
        self._stop = threading.Event()
        self._addresses = {name: acorn.address(name) for name in SERVICES}
        self._me = acorn.call(TEACHER, "GET", "staff", "/v1/me")["person"]["id"]
        self._cookies = visitor(acorn.address("portal"))
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> "Load":
        self._thread.start()
        self.goes_on(8)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(60)

    def goes_on(self, requests: int = 24, seconds: float = 150) -> None:
        """Return when so many requests in a row were answered; `NotAnswered`, with the last failure, if never."""
        deadline = time.monotonic() + seconds
        began, failed = self.answered, len(self.failures)
        while self.answered < began + requests:
            if len(self.failures) > failed:
                began, failed = self.answered, len(self.failures)
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise NotAnswered(f"requests are not answered again: {self.failures[-1:]}")
            time.sleep(0.05)

    def nothing_is_lost(self) -> None:
        """What was acknowledged is there, and cpd knows what staff published, once it settles; else `NotAnswered`."""
        with self.acorn.mongodb() as client:
            records = {one["_id"] for one in client["acorn_cpd"]["records"].find({"_id": {"$in": self.records}}, {})}
            people = {one["_id"] for one in client["acorn_staff"]["people"].find({"_id": {"$in": self.people}}, {})}
        lost = {*self.records, *self.people} - records - people
        if lost:
            raise NotAnswered(f"{len(lost)} acknowledged changes are lost")
        deadline = time.monotonic() + 150
        while behind := self.acorn.behind():
            if time.monotonic() > deadline:
                raise NotAnswered(f"cpd does not hear of {len(behind)} people of staff: {sorted(behind.items())[:3]}")
            time.sleep(0.5)

    def _work(self) -> None:
        turns: list[Callable[[], None]] = [self._declare, self._join, self._read, self._visit]
        for turn in itertools.islice(itertools.cycle(turns), self.AT_MOST):
            if self._stop.wait(self.EVERY):
                return
            try:
                turn()
            except (requests.RequestException, NotAnswered) as error:
                self.failures.append(
                    f"{time.strftime('%H:%M:%S')} {turn.__name__}: {type(error).__name__} {error}"[:400]
                )
            else:
                self.answered += 1

    def _send(self, method: str, service: str, path: str, email: str, **kwargs: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.acorn.token(email)}", "Connection": "close"}
        answer = requests.request(method, self._addresses[service] + path, headers=headers, timeout=15, **kwargs)
        if not answer.ok:
            raise NotAnswered(f"{answer.status_code} {answer.text}")
        return answer.json()

    def _declare(self) -> None:
        body = {"title": f"Course {uuid.uuid4().hex[:10]}", "kind": "course", "date": "2026-10-14", "hours": 1}
        made = self._send("POST", "cpd", f"/v1/people/{self._me}/records", TEACHER, json=body)
        self.records.append(made["id"])

    def _join(self) -> None:
        body = {"kind": "employee", "given_name": "Load", "family_name": f"Test{uuid.uuid4().hex[:8]}"}
        self.people.append(self._send("POST", "staff", "/v1/people", HR, json=body)["id"])

    def _read(self) -> None:
        self._send("GET", "cpd", f"/v1/people/{self._me}/history", HR)

    def _visit(self) -> None:
        answer = requests.get(
            f"{self._addresses['portal']}/", cookies=self._cookies, headers={"Connection": "close"}, timeout=15
        )
        if answer.status_code != 200 or "Amina Yusuf" not in answer.text:
            raise NotAnswered(f"the portal's home: {answer.status_code} at {answer.url}")
        if "right now" in answer.text:
            raise NotAnswered("a part of the portal's home is away")


def visitor(portal: str) -> dict[str, str]:
    """The cookies of a teacher who has signed in at the portal; `NotAnswered` when she could not."""
    with requests.Session() as session:
        picker = session.get(f"{portal}/sign-in", timeout=20)
        links = re.findall(rf'href="([^"]*login_hint={re.escape(quote(TEACHER, safe=""))}[^"]*)"', picker.text)
        if not links:
            raise NotAnswered(f"no way to sign in at {picker.url}: {picker.status_code}")
        home = session.get(urljoin(picker.url, html.unescape(links[0])), timeout=20)
        if "Amina Yusuf" not in home.text:
            raise NotAnswered(f"signing in ended at {home.url}: {home.status_code}")
        return {cookie.name: cookie.value or "" for cookie in session.cookies}
