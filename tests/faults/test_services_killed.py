"""The real services killed with SIGKILL at each named point: what HR was told is done, arrives at cpd, once."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from pymongo import MongoClient
from pymongo.database import Database

from embedded.processes import Process, free_ports, start
from servicekit.ids import new_id
from servicekit.mongo import Document, connect, projection
from servicekit.testing import Tokens, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
ROOT = Path(__file__).resolve().parents[2]
ROWS = 300
KILLED = -9
SETTLED = 120
"""Seconds within which everything has arrived: a transaction that a killed relay left open on a topic that these tests
share, holds every reader of it back until the broker ends it, some 40 seconds later."""


@dataclass
class Trust:
    """Staff and cpd as processes on engines of their own, and somebody of HR who calls."""

    client: MongoClient[Document]
    prefix: str
    environment: dict[str, str]
    token: str
    folder: Path
    web: int = field(default_factory=lambda: free_ports(1)[0])
    running: list[Process] = field(default_factory=list)

    @property
    def staff(self) -> Database[Document]:
        """The database of staff."""
        return self.client[f"{self.prefix}staff"]

    def run(self, name: str, command: list[str], fault: str, **settings: str) -> Process:
        """Start a process, with a point at which it kills itself if one is named."""
        environment = {**self.environment, "ACORN_FAULT_POINT": fault, **settings}
        process = start(name, command, log=self.folder / f"{name}.log", environment=environment, directory=ROOT)
        self.running.append(process)
        return process

    def start_web(self, fault: str = "") -> Process:
        """Start staff's web process, and wait until it answers."""
        command = [sys.executable, "-m", "gunicorn", "-c", "docker/gunicorn.conf.py", "acorn_staff.app:create_app()"]
        process = self.run("staff-web", command, fault, ACORN_BIND=f"127.0.0.1:{self.web}")
        wait_until(lambda: self.ask("GET", "/readyz") == 200, seconds=60, what="staff answers")
        return process

    def start_worker(self, service: str, fault: str = "") -> Process:
        """Start a service's worker."""
        command = [sys.executable, "-m", "servicekit.worker", f"acorn_{service}.app:create_worker"]
        return self.run(f"{service}-worker", command, fault, ACORN_WORKER_BIND=f"127.0.0.1:{free_ports(1)[0]}")

    def ask(self, method: str, path: str, **sent: Any) -> int:
        """The status that a request is answered with; 0 for no answer."""
        headers = {"Authorization": f"Bearer {self.token}", **sent.pop("headers", {})}
        try:
            answer = requests.request(method, f"http://127.0.0.1:{self.web}{path}", headers=headers, timeout=30, **sent)
        except requests.ConnectionError:
            return 0
        return answer.status_code

    def add_person(self, name: str, key: str) -> int:
        """Ask for a person to be added, with an Idempotency-Key."""
        body = {"kind": "employee", "given_name": name, "family_name": "Marsh"}
        return self.ask("POST", "/v1/people", json=body, headers={"Idempotency-Key": key})

    def add_twice(self) -> None:
        """Have Amina known twice, Ben managed by the record of her that is to go."""
        for name in ("Amina", "Again", "Ben"):
            assert self.add_person(name, new_id()) == 201
        line = {"person": self.person("Again")["_id"], "from": "2026-09-01"}
        assert self.ask("PUT", f"/v1/people/{self.person('Ben')['_id']}/line-manager", json=line) == 200
        wait_until(self.settled, seconds=SETTLED, what="cpd knows all three")

    def merge(self, key: str) -> int:
        """Ask for Amina's records to be made one, as she was when both were added."""
        headers = {"Idempotency-Key": key, "If-Match": '"1"'}
        body = {"other": self.person("Again")["_id"], "why": "Imported twice"}
        return self.ask("POST", f"/v1/people/{self.person('Amina')['_id']}/merges", json=body, headers=headers)

    def merged(self) -> bool:
        """Whether the merge is there, each part of it; `AssertionError` where there are some and not the others."""
        amina, again, ben = (self.person(name) for name in ("Amina", "Again", "Ben"))
        types = [row["type"].split("-", 1)[1] for row in self.staff["outbox"].find()]
        whole = bool(amina["former_ids"])
        assert amina["former_ids"] == ([again["_id"]] if whole else [])
        assert again["merged_into"] == (amina["_id"] if whole else None)
        assert ben["line_managers"][-1]["person"] == (amina if whole else again)["_id"]
        assert self.staff["merges"].count_documents({}) == (1 if whole else 0)
        assert [types.count(one) for one in ("merged.v1", "line-manager-changed.v1")] == ([2, 2] if whole else [0, 1])
        return whole

    def cpd_merged(self) -> bool:
        """Whether cpd knows everybody, and of the merge."""
        amina, again = self.person("Amina")["_id"], self.person("Again")["_id"]
        known = self.client[f"{self.prefix}cpd"][projection("people")]
        merged = known.count_documents({"_id": amina, "former_ids": [again]})
        return self.settled() and merged + known.count_documents({"_id": again, "merged_into": amina}) == 2

    def person(self, name: str) -> Document:
        """The person with a given name, as staff holds them."""
        found = self.staff["people"].find_one({"given_name": name})
        assert found is not None
        return found

    def send_people(self, rows: int) -> int:
        """Send a file of people; the status of the answer."""
        lines = ["employee_number,given_name,family_name", *(f"E{row},Name{row},Marsh" for row in range(rows))]
        file = ("people.csv", "\n".join(lines).encode(), "text/csv")
        return self.ask("POST", "/v1/imports", files={"file": file}, data={"kind": "people"})

    def settled(self) -> bool:
        """Whether cpd knows the people of staff, at the same versions; it knows those of other tests too."""
        ours = {person["_id"]: person["version"] for person in self.staff["people"].find()}
        theirs = self.client[f"{self.prefix}cpd"][projection("people")].find({"_id": {"$in": list(ours)}})
        return bool(ours) and ours == {person["_id"]: person["version"] for person in theirs}

    def people(self) -> list[str]:
        """The given name of everybody in staff."""
        return sorted(person["given_name"] for person in self.staff["people"].find())


@pytest.fixture
def trust(own_engines: Any, tokens: Tokens, tmp_path: Path) -> Iterator[Trust]:
    """The services, not running yet."""
    prefix = f"f{new_id()[-12:]}_"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ACORN_")},
        "ACORN_MONGODB_URI": own_engines.uri,
        "ACORN_DATABASE_PREFIX": prefix,
        "ACORN_KAFKA_BOOTSTRAP": own_engines.bootstrap,
        "ACORN_OIDC_ISSUER": tokens.issuer,
        "ACORN_OIDC_JWKS_URI": tokens.jwks_uri,
        "ACORN_CONTRACTS": str(ROOT / "contracts"),
        "ACORN_ENVIRONMENT": "development",
    }
    token = tokens.make(["hr"], email="hr@oaktrees.example", expires_in=3_600)
    with connect(own_engines.uri) as client:
        made = Trust(client, prefix, environment, token, tmp_path)
        yield made
        for process in made.running:
            process.kill()
        client.admin.command({"killAllSessions": []})
        for service in ("staff", "cpd"):
            client.drop_database(f"{prefix}{service}")


@pytest.mark.parametrize("point", ["transaction: before commit", "transaction: after commit"])
def test_a_request_whose_process_was_killed_is_repeated_and_done_once(trust: Trust, point: str) -> None:
    for service in ("staff", "cpd"):
        trust.start_worker(service)
    web = trust.start_web()
    assert trust.add_person("Amina", new_id()) == 201
    web.kill()
    web = trust.start_web(point)
    key = new_id()

    assert trust.add_person("Ben", key) == 0, f"it never came to {point}"
    web.kill()
    assert ("Ben" in trust.people()) is point.endswith("after commit")
    trust.start_web()
    answers: set[int] = set()
    wait_until(lambda: repeated(trust, key, answers), seconds=40, what="the same request is answered")

    assert answers <= {201, 503}, "until then it may only be asked to come again"
    assert trust.people() == ["Amina", "Ben"]
    wait_until(trust.settled, seconds=SETTLED, what="cpd knows both")


@pytest.mark.parametrize(
    "point",
    [
        "import: after a batch",
        "transaction: before commit",
        "transaction: after commit",
        "relay: before send",
        "relay: after the acknowledgement",
        "relay: before the position is saved",
    ],
)
def test_an_import_whose_worker_was_killed_goes_on_and_each_row_goes_in_once(trust: Trust, point: str) -> None:
    trust.start_worker("cpd")
    trust.start_web()
    dying = trust.start_worker("staff", point)
    assert trust.send_people(ROWS) == 202
    wait_until(lambda: dying.exit_code is not None, seconds=60, what=f"the worker came to {point}")
    assert dying.exit_code == KILLED
    expire_leases(trust.staff)
    trust.start_worker("staff")

    wait_until(lambda: state(trust.staff) == "done", seconds=90, what="the import is done")
    assert trust.people() == sorted(f"Name{row}" for row in range(ROWS))
    wait_until(trust.settled, seconds=SETTLED, what="cpd knows everybody")


def test_an_import_whose_worker_is_stopped_goes_on_at_once_under_its_successor(trust: Trust) -> None:
    trust.start_worker("cpd")
    trust.start_web()
    stopped = trust.start_worker("staff")
    assert trust.send_people(5 * ROWS) == 202
    wait_until(lambda: trust.people() != [], seconds=60, what="some rows are in")

    stopped.stop(seconds=30)
    assert stopped.exit_code == 0
    assert state(trust.staff) == "running", "it was done before it could be stopped"
    trust.start_worker("staff")

    wait_until(lambda: state(trust.staff) == "done", seconds=50, what="the import is done, with no lease to wait for")
    assert trust.people() == sorted(f"Name{row}" for row in range(5 * ROWS))
    wait_until(trust.settled, seconds=SETTLED, what="cpd knows everybody")


@pytest.mark.parametrize("point", ["consumer: before commit", "consumer: after commit"])
def test_cpd_killed_while_it_listens_knows_everybody_in_the_end(trust: Trust, point: str) -> None:
    trust.start_worker("staff")
    trust.start_web()
    dying = trust.start_worker("cpd", point)
    for number in range(5):
        assert trust.add_person(f"Name{number}", new_id()) == 201
    wait_until(lambda: dying.exit_code is not None, seconds=60, what=f"the worker came to {point}")
    assert dying.exit_code == KILLED

    trust.start_worker("cpd")

    wait_until(trust.settled, seconds=SETTLED, what="cpd knows everybody")


@pytest.mark.parametrize("point", ["transaction: before commit", "transaction: after commit"])
def test_a_merge_whose_process_was_killed_is_whole_or_not_at_all(trust: Trust, point: str) -> None:
    for service in ("staff", "cpd"):
        trust.start_worker(service)
    web = trust.start_web()
    trust.add_twice()
    web.kill()
    web, key = trust.start_web(point), new_id()

    assert trust.merge(key) == 0, f"it never came to {point}"
    web.kill()
    assert trust.merged() is point.endswith("after commit")
    # The dead process's locks run out by themselves; that is waited for in another test.
    trust.client.admin.command({"killAllSessions": []})
    trust.start_web()

    assert trust.merge(key) == 200
    assert trust.merged()
    wait_until(trust.cpd_merged, seconds=SETTLED, what="cpd knows of the merge")


def test_a_merge_arrives_whole_though_the_worker_is_killed_with_half_of_it_told(trust: Trust) -> None:
    trust.start_worker("cpd")
    worker = trust.start_worker("staff")
    trust.start_web()
    trust.add_twice()
    worker.stop(seconds=30)
    dying = trust.start_worker("staff", "relay: after the acknowledgement")

    assert trust.merge(new_id()) == 200
    wait_until(lambda: dying.exit_code is not None, seconds=60, what="the worker came to its point")
    assert dying.exit_code == KILLED
    trust.start_worker("staff")

    wait_until(trust.cpd_merged, seconds=SETTLED, what="cpd knows of the merge")
    assert trust.merged()


def repeated(trust: Trust, key: str, answers: set[int]) -> bool:
    """Ask again, noting the answer; whether it is done."""
    answers.add(trust.add_person("Ben", key))
    return 201 in answers


def expire_leases(database: Database[Document]) -> None:
    """Let the dead worker's lease of its work run out at once: waiting for it proves nothing more."""
    database["work"].update_many({"state": "running"}, [{"$set": {"expires": "$$NOW"}}])


def state(database: Database[Document]) -> str:
    """The state of the one import there is."""
    found = database["imports"].find_one()
    return str(found["state"]) if found else ""
