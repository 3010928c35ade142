# More than 400 lines: one proof whose parts share what each caller may see.
"""Who sees what, proved from outside: every confidential field holds a canary, and everybody looks everywhere.

What each caller may see is computed from the tables of `contracts/access.md` and from how the trust was set up, by
hand; no code of the services takes part. A canary before the wrong reader fails, and so does one that a reader who may
see it cannot find.
"""

import base64
import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from kafka import KafkaConsumer, TopicPartition

from servicekit.ids import new_id
from servicekit.testing import wait_until

if TYPE_CHECKING:
    from tests.integration.conftest import Canary, Trust

pytestmark = pytest.mark.engines

ACCESS = Path(__file__).resolve().parents[2] / "contracts" / "access.md"
Json = dict[str, Any]

EVERYBODY = (
    *("hr", "hr_person", "sil", "ceo", "trustee", "operations", "data_protection", "stranger", "nobody"),
    *("head_elm", "head_ash", "deputy_elm", "former_head", "coming_head", "governor", "colleague"),
    *("manager_ash", "manager_elsewhere", "former_manager", "teacher", "leaver"),
)
ROLES = {
    **{name: name for name in ("hr", "sil", "ceo", "trustee", "operations", "data_protection")},
    "hr_person": "hr",
}
# How people stand to the two of whom every field is a canary; everybody else stands to them in no way.
RELATIONS = {
    "teacher": {"teacher": "own", "head_elm": "leads_academy", "manager_ash": "direct_report"},
    "leaver": {},
}
# A leaver's sign-in is nobody's; those who were never people here are nobody either.
WITHOUT_PERSON = {"hr", "trustee", "operations", "data_protection", "stranger", "nobody", "leaver"}
TWIN = "twin"
"""A second record of the teacher's, in the trust that merges the two."""
BEFORE = {**RELATIONS, TWIN: {TWIN: "own", "head_ash": "leads_academy", "manager_elsewhere": "direct_report"}}
# One person with two academies and the line manager of the record that stays, whichever id something is kept under.
ONE_PERSON = {
    "teacher": "own",
    "head_elm": "leads_academy",
    "head_ash": "leads_academy",
    "manager_ash": "direct_report",
}
MERGED = {**RELATIONS, "teacher": ONE_PERSON, TWIN: ONE_PERSON}
# Canaries that stand in no field of the two tables: the operation whose rules decide.
PLACES = {
    "changes.why": "list_changes",
    "import row": "list_import_rows",
    "address": "read_organisation",
    "strength": "read_strengths",
    "endorsement": "read_strengths",
    "aspiration": "list_aspirations",
    "talent review": "list_talent_reviews",
    "candidate": "read_succession",
}
# What another operation shows besides.
ALSO = {"given_name": "read_erasure", "family_name": "read_erasure"}
# What stays in its service by the contract, but was published while it was current.
PUBLISHED_ONCE = {"former_names", "amendments.before"}
TOPICS = ("staff.people", "staff.organisations", "staff.calendar", "staff.vocabularies", "cpd.records")


@cache
def fields() -> dict[str, set[str]]:
    """Who may see each field of a person and of a record, by the contract's tables."""
    found: dict[str, set[str]] = {}
    header: list[str] = []
    for line in ACCESS.read_text().splitlines():
        cells = [cell.strip(" `") for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if not cells or cells[0] == "field":
            header = cells
        elif header and cells[0] != "---":
            found[cells[0]] = {rule for rule, may in zip(header[1:], cells[1:], strict=True) if may == "yes"}
    return found


@cache
def operations() -> dict[tuple[str, str], set[str]]:
    """The rules of each request of each service, by the contract."""
    found: dict[tuple[str, str], set[str]] = {}
    services: tuple[str, ...] = ()
    for line in ACCESS.read_text().splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ").lower()
            services = ("staff", "cpd") if heading == "every service" else (heading,)
        request = re.match(r"\| `\w+` \| `([^`]+)` \| ([\w ]+) \|", line)
        if request:
            found |= {(service, request[1]): set(request[2].split()) for service in services}
    return found


@cache
def stays() -> dict[str, str]:
    """What is in no event and no other service, and where it is, by the contract."""
    section = ACCESS.read_text().partition("\n## Events\n")[2]
    return dict(re.findall(r"^\| `([^`]+)` \| (\w+) \|", section, re.MULTILINE))


@cache
def rules_of(operation: str) -> set[str]:
    (rules,) = re.findall(rf"^\| `{operation}` \| `[^`]+` \| ([\w ]+) \|", ACCESS.read_text(), re.MULTILINE)
    return set(rules.split())


def may_see(who: str, canary: "Canary", relations: dict[str, dict[str, str]] = RELATIONS) -> bool:
    """Tell whether somebody may see a canary, by the contract and how they stand to whose it is."""
    if canary.what in PLACES:
        rules = rules_of(PLACES[canary.what])
    else:
        whole = canary.what.partition(".")[0]
        rules = fields()[canary.what if canary.what in fields() else whole]
        rules = rules | rules_of(ALSO[canary.what]) if canary.what in ALSO else rules
    if who == canary.subject and canary.what in {"email", "sign_ins"}:
        return True  # their own token says so, whether or not they left
    grants = {ROLES.get(who), relations.get(canary.subject, {}).get(who)}
    if canary.subject == "trust" and who not in WITHOUT_PERSON:
        grants.add("own")
    return bool(rules & grants)


def holds(text: str, canary: "Canary") -> bool:
    """Tell whether a text gives a canary away, in any case; digits and codes only where they stand alone."""
    if canary.text[0] == "Q":
        return (
            canary.text in text
            or canary.text.lower() in text
            or re.search(canary.text, text, re.IGNORECASE) is not None
        )
    return re.search(rf"(?<![0-9A-Za-z_-]){re.escape(canary.text)}(?![0-9A-Za-z_-])", text) is not None


class Sweep:
    """Everything that one caller can read: each GET operation, each filter, each page, CSV, and refusals too.

    `filters` off, each operation is asked for whole alone.
    """

    def __init__(self, trust: "Trust", who: str, *, filters: bool = True) -> None:
        self.answers: list[tuple[str, str]] = []
        self._trust = trust
        self._who = who
        self._filters = filters
        for service in ("staff", "cpd"):
            # /openapi.json shows codes such as reasons of leaving as what they are: words of the API.
            paths: Json = requests.get(f"{trust.running.web[service]}/openapi.json", timeout=30).json()["paths"]
            for path, item in paths.items():
                if "get" in item:
                    for filled in self._paths(service, path):
                        self._sweep(service, filled, item["get"])

    def _paths(self, service: str, path: str) -> Iterator[str]:
        """A path with every id that could stand in it."""
        trust = self._trust
        people = {trust.person(name) for name in ("teacher", "leaver", TWIN) if name in trust.people}
        records = {record for kept in trust.records.values() for record in kept.values()}
        values = {
            "person_id": people | ({own} if (own := trust.people[self._who].person) else set()),
            "organisation_id": set(trust.organisations.values()),
            "record_id": records,
            "import_id": {trust.imports[service]},
            "kind": {trust.import_kinds[service]},
            "mapping_name": {"payroll-export"},
            "letter_id": {new_id()},
            "rebuild_id": {new_id()},
            "academic_year": {trust.academic_year},
            "vocabulary": {"responsibilities"},
        }
        filled = {path}
        for name in re.findall(r"{(\w+)}", path):
            filled = {one.replace(f"{{{name}}}", value) for one in filled for value in values[name]}
        yield from sorted(filled)

    def _sweep(self, service: str, path: str, operation: Json) -> None:
        names = [parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] == "query"]
        if self._page(service, path, {}).status_code in (401, 403):
            names = []  # refused before anything of the request is read
        if not self._filters:
            return
        for name in names:
            for value in self._values(name):
                self._page(service, path, {name: value})
        self._ask(service, path, {"surplus": "1"})
        if path.endswith("/history"):
            self._ask(service, path, {}, {"Accept": "text/csv"})
            self._ask(service, path, {"state": "withdrawn"}, {"Accept": "text/csv"})

    def _values(self, name: str) -> list[str]:
        """What is asked for in a query argument; one that is new to this test must be added here."""
        trust = self._trust
        names = {"given_name", "family_name", "former_names", "email"}
        return {
            "name": [one.text[:9] for one in trust.canaries if one.what in names] + ["'", "q"],
            "email": [f"{one.text.lower()}@oaktrees.example" for one in trust.canaries if one.what == "email"],
            "employee_number": [one.text for one in trust.canaries if one.what == "employee_numbers"],
            "q": [trust.tag, one_of(trust.canaries, "address")],
            "organisation": sorted(trust.organisations.values()),
            "post": ["headteacher", "teacher", "cover_supervisor"],
            "responsibility": ["senco", "nonsense"],
            "year_group": ["year_6"],
            "on": [str(trust.today), str(trust.yesterday), str(trust.tomorrow), "2015-08-31", "not-a-day"],
            "kind": ["academy", "course", "nonsense"],
            "membership": ["member"],
            "academic_year": ["2019-20", "1066"],
            "topic": ["phonics", "maths"],
            "state": ["declared", "queried", "verified", "withdrawn", "open", "nonsense"],
            "outcome": ["rejected", "added"],
            "with_reasons": ["true"],
            "limit": ["1", "0"],
            "cursor": ["bm90LW91cnM"],
            "count": ["true", "yes"],
            "left": ["true", "false"],
            "area": ["phonics", "nonsense"],
            "level": ["secure", "nonsense"],
            "standing": ["current", "faded"],
            "readiness": ["now"],
            "risk": ["high", "low"],
            "may_verify": ["true", "false"],
            "person": [trust.person("teacher"), trust.person("leaver"), new_id()],
            "by": [trust.person("sil"), trust.person("teacher"), f"sign-in:{trust.people['hr'].subject}"],
            "operation": ["read_person"],
            "from": [str(trust.today)],
            "to": [str(trust.today)],
        }[name]

    def _page(self, service: str, path: str, query: dict[str, str]) -> requests.Response:
        """A list to its end, page by page; answers the last page."""
        cursor, pages = None, 0
        while pages == 0 or (cursor and pages < 40):
            answer = self._ask(service, path, {**query, **({"cursor": cursor} if cursor else {})})
            is_page = answer.ok and "json" in answer.headers["Content-Type"] and "next" in answer.json()
            told = answer.json() if is_page else {"next": None, "previous": None}
            cursor, pages = told["next"], pages + 1
            for sealed in filter(None, (cursor, told["previous"])):
                self.answers.append((f"cursor of {service} {path}", unsealed(sealed)))
        return answer

    def _ask(
        self, service: str, path: str, query: dict[str, str], headers: dict[str, str] | None = None
    ) -> requests.Response:
        answer = self._trust.ask(self._who, service, "GET", path, params=query, headers=headers or {})
        assert answer.status_code < 500, f"{answer.status_code} for GET {path} {query} of {service}: {answer.text}"
        told = "\n".join([*(f"{name}: {value}" for name, value in answer.headers.items()), answer.text])
        self.answers.append((f"{answer.status_code} {service} GET {path} {query}", told))
        return answer


def one_of(canaries: "list[Canary]", what: str) -> str:
    return next(one.text for one in canaries if one.what == what)


def unsealed(cursor: str) -> str:
    """What can be read in a cursor by somebody who takes it apart."""
    return base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode(errors="replace")


@pytest.fixture(scope="module")
def sweep(trust: "Trust") -> Callable[[str], Sweep]:
    """Looks everywhere as somebody, once."""
    return cache(lambda who: Sweep(trust, who))


@pytest.mark.parametrize("who", EVERYBODY)
def test_each_caller_finds_every_canary_they_may_see_and_no_other(
    trust: "Trust", sweep: Callable[[str], Sweep], who: str
) -> None:
    answers = sweep(who).answers

    everything = "\n".join(told for _, told in answers)
    found = [canary for canary in trust.canaries if holds(everything, canary)]
    leaked = [
        f"{canary.what} of {canary.subject} in {place}"
        for canary in found
        if not may_see(who, canary)
        for place, told in answers
        if holds(told, canary)
    ]
    lacking = [one for one in trust.canaries if may_see(who, one) and one not in found]

    assert leaked == []
    assert lacking == []


def test_the_proof_has_teeth(trust: "Trust") -> None:
    """Every table of the contract is looked at, some may and some may not see each kind of canary."""
    confidential = {one.what.partition(".")[0] for one in trust.canaries} | {one.what for one in trust.canaries}
    plain = {"id", "kind", "version", "line_managers", "appointments", "changed_at"}
    plain |= {"responsibilities", "year_groups", "delegates", "former_ids", "merged_into"}

    assert fields().keys() - plain <= confidential
    for canary in trust.canaries:
        readers = {who for who in EVERYBODY if may_see(who, canary)}
        assert {"sil" if canary.what in {"talent review", "candidate"} else "hr"} <= readers
        assert readers <= set(EVERYBODY) - {"nobody", "stranger", "trustee", "operations"}
    assert {who for who in EVERYBODY if may_see(who, find(trust, "teacher", "email"))} == {
        *("hr", "hr_person", "sil", "ceo", "teacher", "head_elm", "manager_ash")
    }
    assert {who for who in EVERYBODY if may_see(who, find(trust, "leaver", "given_name"))} == {
        *("hr", "hr_person", "sil", "ceo", "data_protection")
    }
    assert {who for who in EVERYBODY if may_see(who, find(trust, "teacher", "date_of_birth"))} == {
        *("hr", "hr_person", "teacher")
    }


def find(trust: "Trust", subject: str, what: str) -> "Canary":
    return next(one for one in trust.canaries if (one.subject, one.what) == (subject, what))


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_operation_admits_exactly_whom_the_contract_admits(trust: "Trust", who: str) -> None:
    """Each request with valid ids and nothing else: whoever may not make it hears that, before anything is read."""
    held = {ROLES.get(who), "public"} | ({"signed_in"} if who != "nobody" else set())
    wrong = []
    for (service, request), rules in operations().items():
        method, _, template = request.partition(" ")
        for subject in ("teacher", "leaver"):
            grants = {*held, RELATIONS[subject].get(who)}
            if "person_id" not in template:
                if subject == "leaver":
                    continue  # asked already: nobody stands in this path
                grants |= {"own", "direct_report", "leads_academy"} if who not in WITHOUT_PERSON else set()
            path = filled(trust, service, template, subject)
            if rules & grants and method == "DELETE":
                continue  # it would do it
            answer = trust.ask(who, service, method, path, **({} if method == "GET" else {"json": {"surplus": 1}}))
            refused = answer.status_code in (401, 403, 404) and answer.json()["type"].split(":")[-1] != "not-here"
            admitted = bool(rules & grants)
            absent = {"letter_id", "rebuild_id", "mapping_name", "name"} & set(re.findall(r"<(\w+)>", template))
            if (refused == admitted and not absent) or (who == "nobody" and not admitted and answer.status_code != 401):
                wrong.append(f"{answer.status_code} for {method} {path} of {service}: {sorted(rules)}")
            # The words of the API, codes of reasons among them, are for everybody.
            told = "" if path == "/openapi.json" else answer.text
            leaked = [one for one in trust.canaries if not may_see(who, one) and holds(told, one)]
            wrong += [f"{one.what} of {one.subject} in {method} {path}" for one in leaked]

    assert wrong == []


def filled(trust: "Trust", service: str, template: str, subject: str) -> str:
    values = {
        "person_id": trust.person(subject),
        "record_id": trust.records[subject]["declared"],
        "appointment_id": trust.appointments[subject],
        "organisation_id": trust.organisations["elm"],
        "import_id": trust.imports[service],
        "kind": trust.import_kinds[service],
        "mapping_name": "payroll-export",
        "letter_id": new_id(),
        "rebuild_id": new_id(),
        "fact_id": new_id(),
        "inspection_id": new_id(),
        "merge_id": new_id(),
        "strength_id": new_id(),
        "aspiration_id": new_id(),
        "post": "headteacher",
        "academic_year": trust.academic_year,
        "vocabulary": "responsibilities",
        "code": "senco",
        "name": "index.html",
    }
    return re.sub(r"<(\w+)>", lambda found: values[found[1]], template)


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who not in WITHOUT_PERSON and who not in ROLES])
def test_somebody_out_of_reach_cannot_be_told_from_nobody(trust: "Trust", who: str) -> None:
    compared = 0
    for (service, request), rules in operations().items():
        method, _, template = request.partition(" ")
        for subject in ("teacher", "leaver"):
            if "<person_id>" not in template or {RELATIONS[subject].get(who)} & rules:
                continue
            path = filled(trust, service, template, subject)
            of_somebody, of_nobody = (
                trust.ask(who, service, method, one, **({} if method == "GET" else {"json": {}}))
                for one in (path, path.replace(trust.person(subject), new_id()))
            )
            assert of_somebody.status_code in (403, 404), path
            assert impression(of_somebody) == impression(of_nobody), path
            compared += 1

    assert compared >= 20


def impression(answer: requests.Response) -> tuple[int, Json, set[str]]:
    """What somebody could compare of two refusals."""
    told: Json = {name: value for name, value in answer.json().items() if name != "request_id"}
    return answer.status_code, told, set(answer.headers) - {"Date"}


@pytest.mark.parametrize("who", ["head_ash", "former_head", "coming_head", "manager_elsewhere", "colleague"])
def test_a_search_for_somebody_out_of_reach_finds_as_much_as_one_for_nobody(trust: "Trust", who: str) -> None:
    looks: list[Json] = [{"name": one.text} for one in trust.canaries if one.subject in ("teacher", "leaver")]
    looks += [{"name": one.text[:6], "limit": 1} for one in trust.canaries if one.what == "family_name"]
    looks += [{"organisation": trust.organisations["elm"], "post": "cover_supervisor"}]
    looks += [{"organisation": trust.organisations["ash"], "on": "2015-01-05", "post": "teacher"}]

    for look in looks:
        assert trust.read(who, "staff", "/v1/people", count="true", **look) == {
            "items": [],
            "next": None,
            "previous": None,
            "total": {"count": 0, "more": False},
        }, look


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who in ROLES or who not in WITHOUT_PERSON])
def test_nobody_finds_somebody_by_what_they_may_not_see_of_them(trust: "Trust", who: str) -> None:
    """To find somebody by a number is to learn it, though no answer shows it."""
    arguments = {
        **dict.fromkeys(("given_name", "family_name", "former_names"), "name"),
        "email": "email",
        "employee_numbers": "employee_number",
    }
    searched = [one for one in trust.canaries if one.what in arguments]
    for canary in searched:
        text = f"{canary.text}@oaktrees.example" if canary.what == "email" else canary.text
        answer = trust.ask(who, "staff", "GET", "/v1/people", params={arguments[canary.what]: text})
        found = [person["id"] for person in answer.json().get("items", [])]
        # Former names are there for HR’s searches; one’s own one knows; data protection searches for nobody.
        searches = who not in {"leaver", "data_protection"}
        may = searches and may_see(who, canary) and (canary.what != "former_names" or ROLES.get(who) == "hr")
        assert found == ([trust.person(canary.subject)] if may else []), f"{canary.what} of {canary.subject}"

    assert len(searched) == 10


@pytest.mark.parametrize("who", ["head_elm", "head_ash", "manager_ash", "colleague"])
def test_pages_hold_as_many_as_they_say_and_skip_nobody_that_may_be_seen(trust: "Trust", who: str) -> None:
    """A page that was narrowed after it was cut would come out short, and so tell of somebody hidden."""
    whole = trust.read(who, "staff", "/v1/people", limit=100)["items"]
    paged, cursor = [], None
    while True:
        page = trust.read(who, "staff", "/v1/people", limit=1, **({"cursor": cursor} if cursor else {}))
        paged += page["items"]
        cursor = page["next"]
        if cursor is None:
            break
        assert len(page["items"]) == 1

    assert paged == whole


def test_a_cursor_of_somebody_elses_list_is_refused(trust: "Trust") -> None:
    cursor = trust.read("hr", "staff", "/v1/people", limit=1)["next"]
    assert cursor

    for who in ("sil", "head_elm", "colleague"):
        answer = trust.ask(who, "staff", "GET", "/v1/people", params={"limit": 1, "cursor": cursor})
        if who != "sil":
            assert answer.status_code == 400, answer.text


def test_a_record_of_one_person_cannot_be_read_under_anothers_name(trust: "Trust") -> None:
    record = trust.records["teacher"]["declared"]

    for who, person in (("colleague", "colleague"), ("head_elm", "colleague"), ("hr", "leaver")):
        path = f"/v1/people/{trust.person(person)}/records/{record}"
        assert trust.ask(who, "cpd", "GET", path).status_code == 404


def kept(trust: "Trust") -> "dict[Canary, str]":
    """The canaries of what stays where it is, and where that is."""
    known = {one: stays().get(one.what) or stays().get(one.what.partition(".")[0]) for one in trust.canaries}
    return {one: where for one, where in known.items() if where and one.what not in PUBLISHED_ONCE}


def test_events_carry_nothing_that_stays_in_its_service(trust: "Trust") -> None:
    published = [find(trust, "teacher", what) for what in ("family_name", "email", "trn", "title", "sign_ins")]
    written = {service: list(database["outbox"].find()) for service, database in trust.running.databases.items()}

    told = dict(topics(trust.running.kafka))
    told |= {f"{service}'s outbox": "\n".join(map(str, rows)) for service, rows in written.items()}

    assert {row["topic"] for rows in written.values() for row in rows} == set(TOPICS), "each topic is read here"
    for staff, cpd in (("staff.people", "cpd.records"), ("staff's outbox", "cpd's outbox")):
        assert [one for one in published if not holds(told[staff] + told[cpd], one)] == []
    assert [(place, one.what) for place, text in told.items() for one in kept(trust) if holds(text, one)] == []


def test_no_other_service_keeps_what_stays_in_its_own(trust: "Trust") -> None:
    everything = {
        service: "\n".join(str(row) for name in database.list_collection_names() for row in database[name].find())
        for service, database in trust.running.databases.items()
    }

    # Each row of the contract has its canary, where it belongs.
    found = {one.what for one, where in kept(trust).items() if holds(everything.get(where, everything["staff"]), one)}
    assert {what for what in stays() if not any(f"{one}.".startswith(f"{what}.") for one in found)} == {"former_names"}
    elsewhere = [
        (service, one.what)
        for service, text in everything.items()
        for one, where in kept(trust).items()
        if where not in ("each", service) and holds(text, one)
    ]
    assert elsewhere == []


def topics(bootstrap: str) -> Iterator[tuple[str, str]]:
    """Every message of every topic of the services, as text: key, headers and value."""
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, reconnect_backoff_max_ms=1000, enable_auto_commit=False)
    try:
        for topic in TOPICS:
            partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
            consumer.assign(partitions)
            consumer.seek_to_beginning(*partitions)
            ends = consumer.end_offsets(partitions)
            found: list[str] = []
            while any(consumer.position(partition) < ends[partition] for partition in partitions):
                for records in consumer.poll(1000).values():
                    found += [f"{one.key!r} {one.headers!r} {one.value.decode()}" for one in records if one.value]
            yield topic, "\n".join(found)
    finally:
        consumer.close()


def test_no_canary_is_logged_though_everything_is_searched_for_and_refused(
    trust: "Trust", sweep: Callable[[str], Sweep]
) -> None:
    sweep("hr")
    sweep("head_ash")
    for service in ("staff", "cpd"):
        body = {one.what: one.text for one in trust.canaries}
        trust.ask("hr", service, "POST", "/v1/imports", json=body)
        trust.ask("hr", service, "POST", f"/v1/people/{find(trust, 'teacher', 'email').text}/records", json=body)
    trust.ask("hr", "staff", "POST", "/v1/people", json={one.what: one.text for one in trust.canaries})

    for process, log in trust.running.logs().items():
        assert log, process
        assert [one.what for one in trust.canaries if holds(log, one)] == [], process


def test_no_log_line_names_anybody(trust: "Trust", sweep: Callable[[str], Sweep]) -> None:
    """People are named by id nowhere but in `by` of what they did; a request's line has its route, not its path."""
    sweep("head_elm")
    ids = {someone.person for someone in trust.people.values() if someone.person}

    for process, log in trust.running.logs().items():
        for line in log.splitlines():
            assert not [one for one in ids if one in line], f"{process}: {line}"
            assert json.loads(line)["service"] in ("staff", "cpd")


def test_no_canary_is_in_a_metric(trust: "Trust") -> None:
    for service in ("staff", "cpd"):
        for address in (trust.running.web[service], trust.running.health[service]):
            metrics = requests.get(f"{address}/metrics", timeout=30).text
            assert "acorn_" in metrics
            assert [one.what for one in trust.canaries if holds(metrics, one)] == []
            assert trust.person("teacher") not in metrics


# A second record of the teacher's, merged into hers: by whom, and what of it, is found then.
WATCHING = (TWIN, "teacher", "hr", "sil", "head_elm", "head_ash", "manager_ash", "manager_elsewhere", "colleague")
GOES_OVER = ("strength", "endorsement", "aspiration", "talent review", "candidate", "title", "reflection")


@pytest.fixture(scope="module")
def merging(make_trust: "Callable[[], Trust]") -> "Trust":
    """A trust in which the teacher is known twice."""
    trust = make_trust()
    trust.add_twin()
    return trust


def test_what_was_of_two_records_is_of_one_person_and_again_of_two_after_the_undoing(merging: "Trust") -> None:
    path, twin = f"/v1/people/{merging.person('teacher')}/merges", merging.person(TWIN)
    ours = [one for one in merging.canaries if one.subject in ("teacher", TWIN)]
    before = {who: seen(ours, answers) for who, answers in looks(merging).items()}
    assert before == {who: {one for one in ours if may_see(who, one, BEFORE)} for who in WATCHING}

    said = {"other": twin, "keeps": "into", "why": "Imported twice"}
    merging.send("hr", "staff", "POST", path, said, version=version(merging))
    wait_until(lambda: followed(merging, {403}), 20, "both services know of the merge")

    for who, answers in looks(merging).items():
        found = seen(ours, answers)
        assert [one for one in found if not may_see(who, one, MERGED)] == [], who
        assert [one for one in ours if one.what in GOES_OVER and may_see(who, one, MERGED) and one not in found] == []
        if who not in ("hr", "sil"):
            told = [(place, text) for place, text in answers if f"/people/{twin}" in place]
            assert {place[:3] for place, _ in told} <= {"403", "404"}, who
            assert seen(ours, told) == set(), who

    (merge,) = merging.read("hr", "staff", path)["items"]
    merging.send("hr", "staff", "POST", f"{path}/{merge['id']}/undoing", {"why": "Sisters"}, version=version(merging))
    wait_until(lambda: followed(merging, {200}), 20, "both services know of the undoing")

    assert {who: seen(ours, answers) for who, answers in looks(merging).items()} == before


def looks(trust: "Trust") -> dict[str, list[tuple[str, str]]]:
    """What everybody is answered, wherever they look."""
    return {who: Sweep(trust, who, filters=False).answers for who in WATCHING}


def seen(canaries: "list[Canary]", answers: list[tuple[str, str]]) -> "set[Canary]":
    told = "\n".join(text for _, text in answers)
    return {one for one in canaries if holds(told, one)}


def version(trust: "Trust") -> int:
    return trust.version_in("staff", trust.person("teacher"))


def followed(trust: "Trust", statuses: set[int]) -> bool:
    """Tell whether cpd has heard, and both services answer so to whoever signs in as the second record."""
    people = [trust.person(one) for one in ("teacher", TWIN)]
    own = {trust.ask(TWIN, one, "GET", f"/v1/people/{people[1]}/reads").status_code for one in ("staff", "cpd")}
    return own == statuses and all(trust.version_in("staff", one) == trust.version_in("cpd", one) for one in people)
