"""Every page that links lead to, as everybody: none missing, none broken, none inaccessible, nobody else's data."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

Visit = Callable[..., Any]

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
MOST_PAGES = 400
MOST_OF_A_KIND = 4
"""Pages of one kind differ by whom they are about: some of each are opened, chosen by the order of links."""

ROLES = (
    *("teacher", "manager", "head", "other_head", "hr", "sil", "ceo"),
    *("trustee", "operations", "data_protection"),
)
ELM = "Elm Primary Academy"


def kind(path: str) -> str:
    """What sort of page an address is: ids and the values of the query left out."""
    parts = urlsplit(path)
    names = sorted(name for name, _, _ in (pair.partition("=") for pair in parts.query.split("&")) if name)
    return UUID.sub("<id>", parts.path) + ("?" + "&".join(names) if names else "")


def crawl(visitor: Any, each: Callable[[str], None]) -> dict[str, int]:
    """Follow links from home, and from each page on; `each` is called on every page with its kind."""
    waiting, seen, of_kind = ["/"], {"/"}, dict[str, int]()
    while waiting:
        path = waiting.pop(0)
        of_kind[kind(path)] = of_kind.get(kind(path), 0) + 1
        if of_kind[kind(path)] > MOST_OF_A_KIND:
            continue
        answer = visitor.page.request.get(visitor.portal + path, max_redirects=5)
        assert answer.status == 200, f"{visitor.page.url} led to {path}, which answered {answer.status}"
        if "text/html" not in answer.headers["content-type"]:
            continue
        visitor.open(path)
        each(kind(path))
        for link in visitor.page.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))"):
            found = urlsplit(urljoin(visitor.portal + path, link))
            if f"{found.scheme}://{found.netloc}" != visitor.portal or found.path == "/sign-in":
                continue
            address = found.path + (f"?{found.query}" if found.query else "")
            if address not in seen and len(seen) < MOST_PAGES:
                seen.add(address)
                waiting.append(address)
    return of_kind


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("width", ["telephone", "desktop"])
def test_every_link_leads_to_a_page_that_everybody_can_use(visit: Visit, role: str, width: str) -> None:
    visitor = visit(role, width=width)
    looked: set[str] = set()

    def each(sort: str) -> None:
        if sort not in looked:
            looked.add(sort)
            visitor.look(f"every-{role}-{re.sub(r'[^a-z]+', '-', sort).strip('-') or 'home'}")

    found = crawl(visitor, each)

    assert {"/", "/accessibility", "/privacy"} <= found.keys()


def people_of(api: Any) -> dict[str, set[str]]:
    """The names of everybody, with the organisations that they have ever worked at."""
    names = {one["id"]: one["name"] for one in api.call("GET", "staff", "/v1/organisations?limit=100")["items"]}
    found = api.call("GET", "staff", "/v1/people?limit=100")["items"]
    return {
        f"{one['given_name']} {one['family_name']}": {names[held["organisation"]] for held in one["appointments"]}
        for one in found
    }


def test_a_head_finds_nobody_of_another_academy_on_any_page(visit: Visit, api: Any) -> None:
    elsewhere = {name for name, places in people_of(api("hr")).items() if places == {ELM}}
    visitor = visit("other_head")
    met: dict[str, set[str]] = {}

    def each(sort: str) -> None:
        text = visitor.page.locator("body").inner_text()
        met[sort] = {name for name in elsewhere if name in text}

    crawl(visitor, each)

    assert len(elsewhere) > 3
    assert {sort: names for sort, names in met.items() if names} == {}


def test_a_teacher_meets_the_names_of_her_line_manager_and_of_those_who_looked_and_nobody_elses(
    visit: Visit, api: Any
) -> None:
    everybody = people_of(api("hr")).keys() - {"Amina Yusuf"}
    visitor = visit("teacher")
    elsewhere: dict[str, set[str]] = {}
    acted: set[str] = set()

    def each(sort: str) -> None:
        main = visitor.page.locator("body").inner_text()
        met = {name for name in everybody if name in main}
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
    everybody = people_of(api("hr"))
    visitor = visit(role)
    met: set[str] = set()

    def each(_: str) -> None:
        text = visitor.page.locator("body").inner_text()
        met.update(name for name in everybody if name in text)

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
