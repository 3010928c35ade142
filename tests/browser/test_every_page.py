"""Every page that links lead to, as everybody: none missing, none broken, none inaccessible, nobody else's data."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

Visit = Callable[..., Any]

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
UNSEEN = ("script", "style")
WIDTHS = ("telephone", "desktop")
MOST_PAGES = 400
MOST_OF_A_KIND = 2
"""Pages of one kind differ by whom they are about: some of each are opened, chosen by the order of links."""

ROLES = {
    "HR": ("hr",),
    "schools": ("teacher", "manager", "head", "other_head"),
    "the trust": ("sil", "ceo", "trustee", "operations", "data_protection"),
}
"""Everybody, with those beside each other who see much the same pages."""
ELM = "Elm Primary Academy"
ASH = "Ash Infant and Nursery Academy"


YEAR = re.compile(r"[0-9]{4}-[0-9]{2}(?=/|$)")
TERM = re.compile(r"(?<=/vocabularies/)[a-z_]+(/terms/[a-z0-9_]+)?")


@pytest.fixture(scope="module", autouse=True)
def something_of_everything(api: Callable[[str], Any]) -> None:
    """What the demo trust lacks, so that pages lead on to every kind of page: a calendar, facts, an inspection."""
    hr = api("hr")
    ash = hr.organisation(ASH)
    halves = [("2026-09-02", "2026-10-23"), ("2026-11-02", "2026-12-18"), ("2027-01-04", "2027-02-12")]
    halves += [("2027-02-22", "2027-03-25"), ("2027-04-12", "2027-05-28"), ("2027-06-07", "2027-07-21")]
    days = [{"from": first, "to": last} for first, last in halves]
    terms = [
        {"term": term, "half_terms": days[2 * number : 2 * number + 2]}
        for number, term in enumerate(("autumn", "spring", "summer"))
    ]
    if not any(one["academic_year"] == "2026-27" for one in hr.call("GET", "staff", "/v1/calendars")["items"]):
        hr.call("POST", "staff", "/v1/calendars", json={"academic_year": "2026-27", "terms": terms})
        own = {"terms": terms, "inset_days": ["2027-06-28"]}
        at = f"/v1/calendars/2026-27/academies/{ash}"
        hr.call("PUT", "staff", at, json=own, headers={"If-Match": '"1"'})
    person = next(one for one in hr.call("GET", "staff", "/v1/people?left=false")["items"] if one["appointments"])
    since = {"from": "2026-09-01", "organisation": person["appointments"][0]["organisation"]}
    at = f"/v1/people/{person['id']}"
    hr.call("POST", "staff", f"{at}/responsibilities", json={"responsibility": "computing_lead", **since})
    hr.call("POST", "staff", f"{at}/year-groups", json={"year_group": "year_4", "part": "led", **since})
    hr.call("POST", "staff", f"{at}/absences", json={"reason": "study", "from": "2026-11-02", "to": "2027-03-26"})
    head = api("other_head").me()
    colleagues = hr.call("GET", "staff", f"/v1/people?organisation={ash}&left=false")["items"]
    delegate = next(one["id"] for one in colleagues if one["id"] != head)
    instead = {"person": delegate, "from": "2027-05-03", "to": "2027-05-07"}
    hr.call("POST", "staff", f"/v1/people/{head}/delegates", json=instead)
    version = hr.call("GET", "staff", f"/v1/organisations/{ash}")["version"]
    judged = {"inspected": "2022-05-18", "overall": "good", "areas": [{"area": "early_years", "grade": "good"}]}
    hr.call("POST", "staff", f"/v1/organisations/{ash}/inspections", json=judged, headers={"If-Match": f'"{version}"'})


def kind(path: str) -> str:
    """What sort of page an address is: ids, years, terms and the values of the query left out."""
    parts = urlsplit(path)
    names = sorted(name for name, _, _ in (pair.partition("=") for pair in parts.query.split("&")) if name)
    where = TERM.sub(lambda found: "<name>" + ("/terms/<code>" if found[1] else ""), UUID.sub("<id>", parts.path))
    return YEAR.sub("<year>", where) + ("?" + "&".join(names) if names else "")


class Read(HTMLParser):
    """A page as it came: the addresses that it links to, the text that it shows, the elements that it is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.text = ""
        self.elements: set[tuple[str, str | None]] = set()
        self._unseen = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add((tag, dict(attrs).get("class")))
        address = dict(attrs).get("href")
        if tag == "a" and address is not None:
            self.addresses.append(address)
        self._unseen += tag in UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.text += data


def crawl(visitor: Any, each: Callable[[str, str, Read], None]) -> dict[str, int]:
    """Follow links from home, and from each page on; `each` is called with each page's address, its kind, the page."""
    waiting, seen, of_kind = ["/"], {"/"}, dict[str, int]()
    while waiting:
        path = waiting.pop(0)
        of_kind[kind(path)] = of_kind.get(kind(path), 0) + 1
        if of_kind[kind(path)] > MOST_OF_A_KIND:
            continue
        answer = visitor.page.request.get(visitor.portal + path, max_redirects=5)
        assert answer.status == 200, f"a link led to {path}, which answered {answer.status}"
        if "text/html" not in answer.headers["content-type"]:
            continue
        page = Read(answer.text())
        each(path, kind(path), page)
        for link in page.addresses:
            found = urlsplit(urljoin(visitor.portal + path, link))
            if f"{found.scheme}://{found.netloc}" != visitor.portal or found.path == "/sign-in":
                continue
            address = found.path + (f"?{found.query}" if found.query else "")
            if address not in seen and len(seen) < MOST_PAGES:
                seen.add(address)
                waiting.append(address)
    return of_kind


Looked = set[tuple[str, frozenset[Any]]]


@pytest.fixture(scope="module")
def looked() -> Looked:
    """What was looked at already: a page made of the same elements for two people is looked at once."""
    return set()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("group", ROLES)
def test_every_link_leads_to_a_page_that_everybody_can_use(visit: Visit, looked: Looked, group: str) -> None:
    for role in ROLES[group]:
        visitor, here = visit(role), set[str]()

        def each(path: str, sort: str, page: Read, role: str = role, visitor: Any = visitor, here: Any = here) -> None:
            known = (sort, frozenset(page.elements))
            if sort in here or known in looked:
                return
            here.add(sort)
            looked.add(known)
            visitor.open(path)
            for width in WIDTHS:
                visitor.resize(width)
                visitor.look(f"every-{role}-{re.sub(r'[^a-z]+', '-', sort).strip('-') or 'home'}")

        found = crawl(visitor, each)
        assert {"/", "/accessibility", "/privacy"} <= found.keys()


def people_of(api: Any) -> list[dict[str, Any]]:
    """Everybody, each with a name and the names of the organisations that they have ever worked at."""
    names = {one["id"]: one["name"] for one in api.call("GET", "staff", "/v1/organisations?limit=100")["items"]}
    return [
        {
            **one,
            "name": f"{one['given_name']} {one['family_name']}",
            "places": {names[held["organisation"]] for held in one["appointments"]},
        }
        for one in api.call("GET", "staff", "/v1/people?limit=100")["items"]
    ]


def test_a_head_finds_nobody_of_another_academy_on_any_page_but_line_managers_of_her_own(
    visit: Visit, api: Any
) -> None:
    everybody = people_of(api("hr"))
    hers = [one for one in everybody if ASH in one["places"]]
    records = [api("hr").call("GET", "staff", f"/v1/people/{one['id']}") for one in hers]
    managers = {line["name"] for record in records for line in record["line_managers"]}
    elsewhere = {one["name"] for one in everybody if one["places"] == {ELM}} - managers
    visitor = visit("other_head")
    met: dict[str, set[str]] = {}

    def each(_: str, sort: str, page: Read) -> None:
        met.setdefault(sort, set()).update(name for name in elsewhere if name in page.text)

    crawl(visitor, each)

    assert len(elsewhere) > 3
    assert {sort: names for sort, names in met.items() if names} == {}


def test_a_teacher_meets_the_names_of_her_line_manager_and_of_those_who_looked_and_nobody_elses(
    visit: Visit, api: Any
) -> None:
    everybody = {one["name"] for one in people_of(api("hr"))} - {"Amina Yusuf"}
    visitor = visit("teacher")
    elsewhere: dict[str, set[str]] = {}
    acted: set[str] = set()

    def each(_: str, sort: str, page: Read) -> None:
        met = {name for name in everybody if name in page.text}
        if sort.startswith("/who-looked"):
            acted.update(met)
        elif met:
            elsewhere.setdefault(sort, set()).update(met)

    crawl(visitor, each)

    # whoever verified or asked has looked too, so their names are on both
    assert set().union(*elsewhere.values()) <= acted | {"Ben Okafor"}, elsewhere
    # of those who may not see her record, nobody has
    assert acted <= {"Ben Okafor", "Helen Fletcher", "Priya Raman", "Adrian Martin", "Margaret Oyelaran"}


@pytest.mark.parametrize("role", ["trustee", "operations", "data_protection"])
def test_who_sees_no_person_meets_no_name(visit: Visit, api: Any, role: str) -> None:
    everybody = {one["name"] for one in people_of(api("hr"))}
    visitor = visit(role)
    met: set[str] = set()

    def each(_: str, _sort: str, page: Read) -> None:
        met.update(name for name in everybody if name in page.text)

    crawl(visitor, each)

    assert met == set()


@pytest.mark.parametrize(
    "path",
    ["/people", "/waiting", "/imports", "/operations", "/people/new", "/people/{hr}", "/people/{hr}/history"],
)
def test_a_teacher_who_types_an_address_is_told_that_it_is_not_for_her(visit: Visit, api: Any, path: str) -> None:
    visitor = visit("teacher")
    answer = visitor.page.goto(visitor.portal + path.format(hr=api("hr").me()))

    assert answer is not None
    if path == "/people":  # the list of those whom she may see has herself alone
        assert "Priya" not in visitor.page.locator("main").inner_text()
    else:
        assert answer.status in (403, 404)
        visitor.look("not-for-her")
