# More than 400 lines: a trust is made step by step, and test modules cannot import each other.
"""Both services as they run in production: gunicorn and workers as processes, over HTTP, on the real engines.

`services` runs them once a pytest process; `trust` fills them with a small trust in which every confidential field
holds a canary: a text of its own that occurs nowhere else. Everybody in it exists once for each trust that is made, so
tests that write make a trust of their own with `make_trust`.
"""

import random
import secrets
import string
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from pymongo import MongoClient
from pymongo.database import Database

from embedded.processes import Process, free_ports, start
from servicekit.clock import LONDON, london_today, utc_now
from servicekit.generations import live
from servicekit.mongo import Document, projection
from servicekit.testing import Engines, Tokens, wait_until

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("staff", "cpd")
SUBJECTS = ("teacher", "leaver")
TWIN = "twin"
TOKEN_SECONDS = 3600

Json = dict[str, Any]


@dataclass(frozen=True)
class Running:
    """The processes of both services, and where they answer."""

    web: dict[str, str]
    """Address of each service's web process."""
    health: dict[str, str]
    """Address of each service's worker's health and metrics."""
    processes: list[Process]
    databases: dict[str, Database[Document]]
    issuer: Tokens
    kafka: str

    def logs(self) -> dict[str, str]:
        """Everything that the processes have written so far, by process."""
        return {process.name: process.log.read_text(errors="replace") for process in self.processes}


@dataclass
class Someone:
    """Somebody who calls: what their token says, and the person that they are."""

    name: str
    issuer: Tokens
    roles: tuple[str, ...] = ()
    email: str | None = None
    subject: str = ""
    person: str | None = None
    anonymous: bool = False
    _header: dict[str, str] = field(default_factory=dict)

    def header(self) -> dict[str, str]:
        """The Authorization header, none for somebody who is not signed in."""
        if not self.anonymous and not self._header:
            token = self.issuer.make(self.roles, subject=self.subject, email=self.email, expires_in=TOKEN_SECONDS)
            self._header = {"Authorization": f"Bearer {token}"}
        return self._header


@dataclass(frozen=True)
class Canary:
    """A text that stands in one confidential place: whose it is, what it is, the words that would give it away."""

    subject: str
    what: str
    text: str


class Refused(Exception):
    """A request of the set-up was not answered as it should be."""


class Trust:
    """Two academies and a central team, and everybody whose access differs from the others'."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self._http = requests.Session()
        self._http.trust_env = False  # no proxy, and no look for one at every request
        self.tag = "".join(random.SystemRandom().choices(string.ascii_lowercase, k=6))
        self.today = london_today(utc_now())
        self.yesterday = self.today - timedelta(days=1)
        self.tomorrow = self.today + timedelta(days=1)
        self.academic_year = "2019-20"
        self.people: dict[str, Someone] = {}
        self.canaries: list[Canary] = []
        self.organisations: dict[str, str] = {}
        self.records: dict[str, dict[str, str]] = {}
        self.imports: dict[str, str] = {}
        self.import_kinds = {"staff": "people", "cpd": "records"}
        self.appointments: dict[str, str] = {}
        self._builder = _Builder(self)
        self._builder.build()

    def ask(self, who: str, service: str, method: str, path: str, **sent: Any) -> requests.Response:
        """Send one request as somebody of the trust."""
        headers = {**self.people[who].header(), **sent.pop("headers", {})}
        return self._http.request(
            method, f"{self.running.web[service]}{path}", headers=headers, timeout=30, allow_redirects=False, **sent
        )

    def person(self, who: str) -> str:
        """The person id of somebody of the trust."""
        found = self.people[who].person
        assert found is not None, f"{who} has no person"
        return found

    def join(self, where: str, post: str = "teacher") -> str:
        """Have somebody join who has no canary, and bind their sign-in; answers a name for them."""
        name = f"joiner{len(self.people)}"
        self._builder.join(name, where, post)
        return name

    def add_twin(self) -> None:
        """Have the teacher known a second time, at Ash under another manager, with canaries of that record's own."""
        self._builder.twin()

    def name_of(self, who: str) -> str:
        """Given and family name of somebody, as HR reads it."""
        person = self.read("hr", "staff", f"/v1/people/{self.person(who)}")
        return f"{person['given_name']} {person['family_name']}"

    def version_in(self, service: str, person: str) -> int:
        """The version at which a service's database holds a person, 0 for nobody."""
        # The live generation, for tests of access start rebuilds on these same services.
        database = self.running.databases[service]
        collection = "people" if service == "staff" else projection("people", live(database))
        found = database[collection].find_one({"_id": person}, {"version": 1})
        return int(found["version"]) if found else 0

    def read(self, who: str, service: str, path: str, **query: Any) -> Json:
        """What somebody reads who may read it."""
        answer = self.ask(who, service, "GET", path, params=query)
        assert answer.status_code == 200, answer.text
        document: Json = answer.json()
        return document

    def send(self, who: str, service: str, method: str, path: str, body: Json, *, version: int | None = None) -> Json:
        """What somebody is answered who may change what they change."""
        headers = {"If-Match": f'"{version}"'} if version is not None else {}
        answer = self.ask(who, service, method, path, json=body, headers=headers)
        assert answer.ok, answer.text
        document: Json = answer.json() if answer.content else {}
        return document


class _Builder:
    """Makes a trust over HTTP as HR would, and binds everybody's sign-in."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._long_ago = "2015-09-01"

    def build(self) -> None:
        trust = self._trust
        self._someone("hr", roles=("hr",))
        for name in ("trustee", "operations", "data_protection"):
            self._someone(name, roles=(name,))
        self._someone("stranger")
        trust.people["nobody"] = Someone("nobody", trust.running.issuer, anonymous=True)
        self._organisations()
        self._calendar()
        self._staff()
        self._subjects()
        self._sign_ins()
        self._talent("teacher", seen_by="manager_ash", successor_at="ash")
        self._leavers()
        self._cpd()
        self._imports()

    def _calendar(self) -> None:
        """The calendar of a year, unless a trust before this one on the same services has made it."""
        days = ("09-03", "10-18"), ("10-28", "12-20"), ("01-06", "02-14"), ("02-24", "04-03"), ("04-20", "05-22")
        first, last = self._trust.academic_year[:4], str(int(self._trust.academic_year[:4]) + 1)
        halves = [
            {"from": f"{first if begins > '08' else last}-{begins}", "to": f"{first if ends > '08' else last}-{ends}"}
            for begins, ends in (*days, ("06-01", "07-21"))
        ]
        terms = [
            {"term": term, "half_terms": halves[2 * number : 2 * number + 2]}
            for number, term in enumerate(("autumn", "spring", "summer"))
        ]
        new = {"academic_year": self._trust.academic_year, "terms": terms}
        answer = self._trust.ask("hr", "staff", "POST", "/v1/calendars", json=new)
        if answer.status_code not in (201, 409):
            raise Refused(f"the calendar: {answer.status_code} {answer.text}")

    def join(self, name: str, where: str, post: str) -> None:
        """Have somebody join, and bind their sign-in."""
        self._add(name)
        self._appoint(name, where, post)
        self._send(name, "staff", "POST", "/v1/sign-ins", 201)

    def twin(self) -> None:
        """Add the second record, with CPD and talent data kept under its id."""
        trust = self._trust
        email = f"{self._canary(TWIN, 'email').lower()}@oaktrees.example"
        names: Json = {name: self._canary(TWIN, name) for name in ("given_name", "family_name")}
        birth = self._canary(TWIN, "date_of_birth", f"195{digits(1)}-1{digits(1, '012')}-2{digits(1, '12345678')}")
        number, why = self._canary(TWIN, "employee_numbers"), self._canary(TWIN, "changes.why")
        self._add(TWIN, email=email, **names, date_of_birth=birth, employee_numbers=[number], why=why)
        self._appoint(TWIN, "ash", "governor")
        self._manage(TWIN, "manager_elsewhere")
        self._send(TWIN, "staff", "POST", "/v1/sign-ins", 201)
        self._talent(TWIN, seen_by="head_ash", successor_at="elm")
        path = f"/v1/people/{trust.person(TWIN)}"
        wait_until(lambda: trust.ask(TWIN, "cpd", "GET", f"{path}/history").ok, 30, "cpd knows the second record")
        trust.records[TWIN] = {"declared": self._declare(TWIN, f"{path}/records", TWIN)}

    def _send(self, who: str, service: str, method: str, path: str, status: int, **sent: Any) -> Json:
        answer = self._trust.ask(who, service, method, path, **sent)
        if answer.status_code != status:
            raise Refused(f"{who}: {method} {path} of {service}: {answer.status_code} {answer.text}")
        document: Json = answer.json() if answer.content else {}
        return document

    def _hr(self, method: str, path: str, status: int, body: Json, **sent: Any) -> Json:
        return self._send("hr", "staff", method, path, status, json=body, **sent)

    def _canary(self, subject: str, what: str, text: str = "") -> str:
        # Letters only, so that one may be a name; capitalised, for names are.
        text = text or "Q" + "".join(secrets.choice(string.ascii_lowercase) for _ in range(15))
        self._trust.canaries.append(Canary(subject, what, text))
        return text

    def _someone(self, name: str, *, roles: tuple[str, ...] = (), email: str | None = None) -> Someone:
        email = email or f"{name}.{self._trust.tag}@oaktrees.example"
        subject = self._canary(name, "sign_ins") if name in SUBJECTS else f"{name}-{self._trust.tag}"
        made = Someone(name, self._trust.running.issuer, roles, email, subject)
        self._trust.people[name] = made
        return made

    def _organisations(self) -> None:
        for name, kind in (("elm", "academy"), ("ash", "academy"), ("central", "central_team")):
            body: Json = {"kind": kind, "name": f"{name.title()} {self._trust.tag}"}
            if kind == "academy":
                body |= {"urn": digits(6), "membership": "member", "founder": True, "joined": "2017-09-01"}
                body |= {"address": {"street": self._canary("trust", "address"), "town": "Oakham"}}
            self._trust.organisations[name] = self._hr("POST", "/v1/organisations", 201, body)["id"]

    def _add(self, name: str, *, roles: tuple[str, ...] = (), **details: Any) -> str:
        someone = self._someone(name, roles=roles, email=details.pop("email", None))
        body = {
            "kind": "employee",
            "given_name": name.title().replace("_", " "),
            "family_name": self._trust.tag.title(),
            "email": someone.email,
            **details,
        }
        someone.person = self._hr("POST", "/v1/people", 201, body)["id"]
        return someone.person

    def _appoint(self, name: str, where: str, post: str, from_: date | str = "", **more: Any) -> str:
        body = {
            "organisation": self._trust.organisations[where],
            "post": post,
            "from": str(from_ or self._long_ago),
            **{key: str(value) if isinstance(value, date) else value for key, value in more.items()},
        }
        before = {one["id"] for one in self._person(name)["appointments"]}
        after = self._hr("POST", f"/v1/people/{self._trust.person(name)}/appointments", 201, body)["appointments"]
        (made,) = {one["id"] for one in after} - before
        self._trust.appointments[name] = made
        return str(made)

    def _end(self, name: str, appointment: str, on: date | str, **how: Any) -> None:
        path = f"/v1/people/{self._trust.person(name)}/appointments/{appointment}/end"
        self._hr("POST", path, 200, {"on": str(on), "reason": "resigned", **how})

    def _manage(self, name: str, manager: str, from_: date | str = "") -> None:
        body = {"person": self._trust.person(manager), "from": str(from_ or self._long_ago)}
        self._hr("PUT", f"/v1/people/{self._trust.person(name)}/line-manager", 200, body)

    def _person(self, name: str) -> Json:
        return self._send("hr", "staff", "GET", f"/v1/people/{self._trust.person(name)}", 200)

    def _staff(self) -> None:
        trust = self._trust
        staff = {
            "hr_person": ("central", "hr_officer", ("hr",)),
            "sil": ("central", "school_improvement_lead", ("sil",)),
            "ceo": ("central", "chief_executive", ("ceo",)),
            "head_elm": ("elm", "headteacher", ()),
            "head_ash": ("ash", "executive_headteacher", ()),
            "deputy_elm": ("elm", "deputy_headteacher", ()),
            "manager_ash": ("ash", "assistant_headteacher", ()),
            "manager_elsewhere": ("ash", "senco", ()),
            "colleague": ("elm", "teacher", ()),
            "governor": ("elm", "governor", ()),
        }
        for name, (where, post, roles) in staff.items():
            self._add(name, roles=roles)
            self._appoint(name, where, post)
        # A head until yesterday, a head from tomorrow, a line manager until yesterday.
        self._add("former_head")
        self._end("former_head", self._appoint("former_head", "elm", "acting_headteacher"), trust.yesterday)
        self._appoint("former_head", "ash", "teacher", trust.today)
        self._add("coming_head")
        self._appoint("coming_head", "ash", "teacher", to=trust.today)
        self._appoint("coming_head", "elm", "headteacher", trust.tomorrow)
        self._add("former_manager")
        self._appoint("former_manager", "elm", "head_of_year")
        # Somebody who manages, but not the person whose canaries are looked for.
        self._manage("deputy_elm", "manager_elsewhere")

    def _subjects(self) -> None:
        """Two people full of canaries: a teacher of Elm, and somebody who was co-head of it until yesterday."""
        for name in SUBJECTS:
            email = f"{self._canary(name, 'email').lower()}@oaktrees.example"
            self._add(
                name,
                email=email,
                given_name=self._canary(name, "given_name"),
                family_name=self._canary(name, "former_names"),
                trn=self._canary(name, "trn", digits(7)),
                employee_numbers=[self._canary(name, "employee_numbers")],
                date_of_birth=self._canary(
                    name, "date_of_birth", f"19{digits(1, '34')}{digits(1)}-0{digits(1, '123456789')}-1{digits(1)}"
                ),
                why=self._canary(name, "changes.why"),
            )
            body = {"family_name": self._canary(name, "family_name")}
            version = self._person(name)["version"]
            self._hr("PATCH", f"/v1/people/{self._trust.person(name)}", 200, body, headers={"If-Match": f'"{version}"'})
        past = self._appoint("teacher", "ash", "teacher", "2014-09-01")
        self._end(
            "teacher",
            past,
            "2015-08-31",
            reason=self._canary("teacher", "appointments.reason", "ill_health"),
            destination=self._canary("teacher", "appointments.destination", "left_education"),
        )
        self._appoint("teacher", "elm", "teacher")
        override = {"why": self._canary("teacher", "appointments.override")}
        self._appoint("teacher", "elm", "cover_supervisor", fte=0.25, override=override)
        absent = {
            "from": "2018-01-08",
            "to": "2018-02-02",
            "reason": self._canary("teacher", "absences.reason", "sabbatical"),
        }
        self._hr("POST", f"/v1/people/{self._trust.person('teacher')}/absences", 201, absent)
        self._manage("teacher", "former_manager", "2016-09-01")
        self._manage("teacher", "manager_ash", self._trust.today)
        self._appoint("leaver", "elm", "headteacher")
        self._manage("leaver", "manager_ash")
        # Nobody ended this when the leaver left: it must give them nothing.
        self._manage("colleague", "leaver")

    def _sign_ins(self) -> None:
        for name, someone in self._trust.people.items():
            if someone.person is not None:
                self._send(name, "staff", "POST", "/v1/sign-ins", 201)

    def _talent(self, name: str, *, seen_by: str, successor_at: str) -> None:
        """What somebody is strong at and wishes for, and what is thought of them in confidence."""
        trust = self._trust
        person = f"/v1/people/{trust.person(name)}"
        strength = {"area": "phonics", "level": "secure", "evidence": self._canary(name, "strength")}
        made = self._send(name, "staff", "POST", f"{person}/strengths", 201, json=strength)
        word = {"evidence": self._canary(name, "endorsement")}
        path = f"{person}/strengths/{made['id']}/endorsements"
        self._send(seen_by, "staff", "POST", path, 201, json=word)
        wish = {"post": "headteacher", "mobility": "nearby", "note": self._canary(name, "aspiration")}
        self._send(name, "staff", "POST", f"{person}/aspirations", 201, json=wish)
        review = {"readiness": "now", "risk": "high", "notes": self._canary(name, "talent review")}
        self._send("sil", "staff", "POST", f"{person}/talent-reviews", 201, json=review)
        post = f"{trust.organisations[successor_at]}/headteacher"
        grown = {"ready": "later", "developing": self._canary(name, "candidate")}
        self._send("ceo", "staff", "PUT", f"/v1/succession/{post}/candidates/{trust.person(name)}", 200, json=grown)

    def _leavers(self) -> None:
        self._end(
            "leaver",
            self._trust.appointments["leaver"],
            self._trust.yesterday,
            reason=self._canary("leaver", "appointments.reason", "redundancy"),
            destination=self._canary("leaver", "appointments.destination", "elsewhere_in_education"),
        )

    def _cpd(self) -> None:
        trust = self._trust
        for name in ("teacher", "head_elm", "manager_ash"):
            who = trust.person(name)
            path = f"/v1/people/{who}/history"
            wait_until(
                lambda name=name, path=path: trust.ask(name, "cpd", "GET", path).status_code == 200,  # type: ignore[misc]
                seconds=30,
                what=f"cpd has heard of {name} from staff",
            )
        teacher = f"/v1/people/{trust.person('teacher')}/records"
        leaver = f"/v1/people/{trust.person('leaver')}/records"
        wait_until(
            lambda: trust.ask("manager_ash", "cpd", "GET", f"/v1/people/{trust.person('teacher')}/hours").ok,
            seconds=30,
            what="cpd has heard who manages the teacher",
        )
        first = self._declare("teacher", teacher, "teacher", title=self._canary("teacher", "amendments.before"))
        record = f"{teacher}/{first}"
        asked = {"question": self._canary("teacher", "judgements.question")}
        version = self._write("manager_ash", "POST", f"{record}/query", 1, asked)
        corrected = {"title": self._canary("teacher", "title"), "why": self._canary("teacher", "amendments.why")}
        version = self._write("teacher", "PATCH", record, version, corrected)
        asked = {"question": self._canary("teacher", "query")}
        self._write("manager_ash", "POST", f"{record}/query", version, asked)
        second = self._declare("teacher", teacher, "teacher")
        self._write(
            "teacher", "POST", f"{teacher}/{second}/withdraw", 1, {"why": self._canary("teacher", "withdrawal.why")}
        )
        third = self._declare("teacher", teacher, "teacher")
        of_leaver = self._declare("hr", leaver, "leaver", title=self._canary("leaver", "title"))
        trust.records = {
            "teacher": {"queried": first, "withdrawn": second, "declared": third},
            "leaver": {"declared": of_leaver},
        }

    def _declare(self, who: str, path: str, subject: str, **more: Any) -> str:
        body = {
            "title": self._canary(subject, "title") if "title" not in more else "",
            "kind": "course",
            "topics": ["phonics"],
            "date": str(self._trust.yesterday),
            "hours": 2.5,
            "provider": self._canary(subject, "provider"),
            "reflection": self._canary(subject, "reflection"),
            "impact": self._canary(subject, "impact"),
            **more,
        }
        made = self._send(who, "cpd", "POST", path, 201, json=body)
        return str(made["id"])

    def _write(self, who: str, method: str, path: str, version: int, body: Json) -> int:
        answered = self._send(who, "cpd", method, path, 200, json=body, headers={"If-Match": f'"{version}"'})
        return int(answered["version"])

    def _imports(self) -> None:
        """A dry run of a file of which one row is refused: what it said stays readable for HR."""
        refused = self._canary("import", "import row")
        sheets = {
            "staff": ("people", f"family_name,given_name,trn\nImported,Row,{refused}\n"),
            "cpd": ("records", f"employee_number,title,kind,date,hours\nnone-{refused},T,course,2020-01-06,1\n"),
        }
        for service, (kind, sheet) in sheets.items():
            sent = {"files": {"file": ("people.csv", sheet.encode())}, "data": {"kind": kind, "dry_run": "true"}}
            made = self._send("hr", service, "POST", "/v1/imports", 202, **sent)
            path = f"/v1/imports/{made['id']}"
            self._trust.imports[service] = made["id"]
            wait_until(
                lambda service=service, path=path: self._send("hr", service, "GET", path, 200)["state"] == "done",  # type: ignore[misc]
                seconds=30,
                what=f"{service} has judged the rows of an import",
            )


def digits(count: int, among: str = string.digits) -> str:
    """Random digits."""
    return "".join(secrets.choice(among) for _ in range(count))


@pytest.fixture(scope="session")
def services(
    engines: Engines, mongodb: MongoClient[Document], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """Web and worker of staff and cpd, in databases of this run."""
    folder = tmp_path_factory.mktemp("services")
    prefix = f"trust_{secrets.token_hex(6)}_"
    issuer = Tokens()
    ports = iter(free_ports(2 * len(SERVICES)))
    common = {
        "ACORN_MONGODB_URI": engines.mongodb_uri,
        "ACORN_DATABASE_PREFIX": prefix,
        "ACORN_KAFKA_BOOTSTRAP": engines.kafka_bootstrap,
        "ACORN_OIDC_ISSUER": issuer.issuer,
        "ACORN_CONTRACTS": str(ROOT / "contracts"),
        # The most that anybody can make the services say.
        "ACORN_LOG_LEVEL": "debug",
        "ACORN_ENVIRONMENT": "development",
    }
    databases = {service: mongodb[f"{prefix}{service}"] for service in SERVICES}
    running = Running({}, {}, [], databases, issuer, engines.kafka_bootstrap)
    try:
        for service in SERVICES:
            web, health = f"127.0.0.1:{next(ports)}", f"127.0.0.1:{next(ports)}"
            environment = {**common, "ACORN_BIND": web, "ACORN_WORKER_BIND": health}
            gunicorn = ["gunicorn", "-c", "docker/gunicorn.conf.py", f"acorn_{service}.app:create_app()"]
            worker = ["servicekit.worker", f"acorn_{service}.app:create_worker"]
            for kind, command in (("web", gunicorn), ("worker", worker)):
                running.processes.append(
                    start(
                        f"{service} {kind}",
                        [sys.executable, "-m", *command],
                        log=folder / f"{service}-{kind}.log",
                        environment=environment,
                        directory=ROOT,
                    )
                )
            running.web[service], running.health[service] = f"http://{web}", f"http://{health}"
        for process, address in zip(
            running.processes,
            [address for service in SERVICES for address in (running.web[service], running.health[service])],
            strict=True,
        ):
            process.wait_until(lambda address=address: _ready(address), seconds=60, what="ready")  # type: ignore[misc]
        yield running
    finally:
        for process in running.processes:
            process.ask_to_stop()
        for process in running.processes:
            process.stop(30)
        for database in databases.values():
            mongodb.drop_database(database)
        issuer.close()


def _ready(address: str) -> bool:
    try:
        return requests.get(f"{address}/readyz", timeout=2).ok
    except requests.RequestException:
        return False


@pytest.fixture(scope="session")
def make_trust(services: Running) -> Callable[[], Trust]:
    """Makes a trust of one's own in the running services."""
    return lambda: Trust(services)


@pytest.fixture(scope="session")
def trust(make_trust: Callable[[], Trust]) -> Trust:
    """A trust that tests only look at."""
    # Its dates are yesterday, today and tomorrow: one that is made just before midnight would be wrong just after.
    while (now := utc_now().astimezone(LONDON)).hour == 23 and now.minute >= 57:
        time.sleep(1)
    return make_trust()
