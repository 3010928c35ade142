"""Line managers and heads: several records verified at once after a check, a question asked and answered."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

Visit = Callable[..., Any]
Apis = Callable[[str], Any]
Declare = Callable[[str], Any]

HERE = "/waiting?kind=peer_review"
"""The list, narrowed to what these tests make: others declare courses."""

BOTH = [
    pytest.param("telephone", True, id="telephone-scripts"),
    pytest.param("desktop", True, id="desktop-scripts"),
    pytest.param("telephone", False, id="telephone-plain"),
    pytest.param("desktop", False, id="desktop-plain"),
]


@pytest.fixture
def declare(api: Apis) -> Iterator[Callable[[str], Any]]:
    """Declares what a teacher's line manager may verify; what nobody has verified is withdrawn, to keep lists short."""
    teacher, made = api("teacher"), []

    def one(title: str) -> Any:
        made.append(teacher.declare(title, kind="peer_review"))
        return made[-1]

    yield one
    for record in made:
        path = f"/v1/people/{record['person']}/records/{record['id']}"
        now = teacher.call("GET", "cpd", path)
        if now["state"] != "verified":
            match = {"If-Match": f'"{now["version"]}"'}
            teacher.call("POST", "cpd", f"{path}/withdraw", json={"why": "A test has ended."}, headers=match)


def tick(visitor: Any, *titles: str) -> None:
    """Choose records."""
    for one in titles:
        visitor.page.get_by_role("checkbox", name=one).check()


@pytest.mark.parametrize(("width", "javascript"), BOTH)
def test_a_manager_verifies_several_records_at_once_after_a_look_at_them(
    visit: Visit, api: Apis, declare: Declare, title: str, width: str, javascript: bool
) -> None:
    records = [declare(f"{title} {part}") for part in ("one", "two", "three")]
    visitor = visit("manager", width=width, javascript=javascript)
    visitor.open("/")
    visitor.says("to verify")
    visitor.look("home-manager")
    visitor.open(HERE)
    visitor.look("waiting")
    tick(visitor, f"{title} one", f"{title} two")
    visitor.press("Verify selected")

    visitor.says("2 records of 1 person")
    visitor.says("4 hours together")
    visitor.look("waiting-check")
    expect(visitor.page.locator("main")).not_to_contain_text(f"{title} three")
    visitor.press("Change what is selected")
    expect(visitor.page.get_by_role("checkbox", name=f"{title} one")).to_be_checked()
    expect(visitor.page.get_by_role("checkbox", name=f"{title} three")).not_to_be_checked()
    visitor.press("Verify selected")
    visitor.press("Verify now")

    visitor.says("Verified: 2 records of 1 person.")
    visitor.look("waiting-verified")
    expect(visitor.page.get_by_role("checkbox", name=title)).to_have_count(1)
    states = [
        api("teacher").call("GET", "cpd", f"/v1/people/{one['person']}/records/{one['id']}")["state"] for one in records
    ]
    assert states == ["verified", "verified", "declared"]


@pytest.mark.parametrize("javascript", [True, False])
def test_whoever_selects_nothing_is_told_to(visit: Visit, declare: Declare, title: str, javascript: bool) -> None:
    declare(title)
    visitor = visit("manager", width="telephone", javascript=javascript)
    visitor.open(HERE)
    visitor.press("Verify selected")

    visitor.says("Select at least one record.")
    visitor.look("waiting-nothing-selected")


@pytest.mark.parametrize(("width", "javascript"), [("telephone", True), ("desktop", False)])
def test_a_record_that_changed_meanwhile_is_told_and_the_others_are_verified(
    visit: Visit, api: Apis, declare: Declare, title: str, width: str, javascript: bool
) -> None:
    teacher = api("teacher")
    same, other = (declare(f"{title} {part}") for part in ("same", "other"))
    visitor = visit("manager", width=width, javascript=javascript)
    visitor.open(HERE)
    tick(visitor, f"{title} same", f"{title} other")
    visitor.press("Verify selected")
    # given that the teacher changes one between the check and the button
    path = f"/v1/people/{other['person']}/records/{other['id']}"
    match = {"If-Match": f'"{other["version"]}"'}
    teacher.call("PATCH", "cpd", path, json={"hours": 8, "why": "It took longer."}, headers=match)
    visitor.press("Verify now")

    visitor.says(f"Verified: {title} same.")
    visitor.says("1 record was not verified")
    visitor.says("Read it as it is now.")
    visitor.look("waiting-one-changed")
    visitor.follow(f"{title} other")
    visitor.says("8 hours")
    found = [teacher.call("GET", "cpd", f"/v1/people/{one['person']}/records/{one['id']}") for one in (same, other)]
    assert [one["state"] for one in found] == ["verified", "declared"]


@pytest.mark.parametrize(("width", "javascript"), [("telephone", True), ("desktop", True), ("desktop", False)])
def test_a_question_is_asked_seen_and_answered_by_changing_the_record(
    visit: Visit, declare: Declare, title: str, width: str, javascript: bool
) -> None:
    record = declare(title)
    here = f"/people/{record['person']}/records/{record['id']}"
    manager = visit("manager", width=width, javascript=javascript)
    manager.open(here)
    manager.look("record-to-verify")
    manager.press("Ask a question")
    manager.press("Send the question")
    manager.look("query-refused")
    manager.page.get_by_role("textbox").fill("Was that the day or the evening?")
    manager.look("query")
    manager.press("Send the question")
    manager.says("waits for an answer.")

    teacher = visit("teacher", width=width, javascript=javascript)
    teacher.open("/")
    teacher.look("home-question")
    teacher.follow(f"Answer a question about “{title}”")
    teacher.says("Was that the day or the evening?")
    teacher.look("record-queried")
    teacher.follow("Answer: change the record")
    teacher.page.get_by_label("Hours").fill("6")
    teacher.page.get_by_label("Why are you changing it?").fill("It was the whole day.")
    teacher.press("Save the change")
    teacher.says(f"Changed: {title}.")

    manager.open(here)
    manager.says("It was the whole day.")
    manager.press("Verify")
    manager.says(f"Verified: {title}, 6 hours.")
    expect(manager.page.get_by_role("button", name="Verify", exact=True)).to_have_count(0)


@pytest.mark.parametrize(("width", "javascript"), [("telephone", True), ("desktop", False)])
def test_a_head_finds_her_people_and_their_histories(visit: Visit, width: str, javascript: bool) -> None:
    visitor = visit("head", width=width, javascript=javascript)
    visitor.open("/")
    visitor.page.goto(visitor.portal + "/people")
    visitor.look("my-people")
    visitor.says("Zoë Adebayo")
    assert "Bethan Rees" not in visitor.page.content()
    visitor.page.get_by_role("searchbox").fill("yusuf")
    visitor.press("Search")
    visitor.says("1 person found")
    visitor.follow("Amina Yusuf")
    visitor.look("person-head")
    visitor.says("Ben Okafor")
    visitor.follow("See all their CPD")
    expect(visitor.page.get_by_role("heading", level=1)).to_contain_text("Amina Yusuf")
    visitor.look("history-head")


@pytest.mark.parametrize("tail", ["", "/history", "/history.csv", "/records/new", "/who-looked"])
def test_another_head_cannot_open_her_people_by_address(visit: Visit, api: Apis, tail: str) -> None:
    visitor = visit("other_head")
    answer = visitor.page.request.get(f"{visitor.portal}/people/{api('teacher').me()}{tail}")

    assert answer.status in (403, 404)
    assert "Amina" not in answer.text()
    assert "Yusuf" not in answer.text()


@pytest.mark.parametrize(("role", "width"), [("sil", "telephone"), ("ceo", "desktop")])
def test_who_develops_the_trust_finds_anybody_and_verifies_nobody(
    visit: Visit, api: Apis, title: str, role: str, width: str
) -> None:
    record = api("teacher").declare(title)
    visitor = visit(role, width=width)
    visitor.open("/")
    visitor.look(f"home-{role}")
    visitor.page.get_by_label("Find somebody").fill("yusuf")
    visitor.press("Search")
    visitor.says("1 person found")
    visitor.look(f"people-found-{role}")
    visitor.follow("Amina Yusuf")
    visitor.look(f"person-{role}")
    assert "Change details" not in visitor.page.content()
    visitor.follow("See all their CPD")
    visitor.follow(title)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text(title)
    expect(visitor.page.get_by_role("button", name="Verify", exact=True)).to_have_count(0)
    # the CEO manages the heads, so she verifies what they declare, and nobody else's
    visitor.open(f"/people/{record['person']}/records/{record['id']}/query", 200 if role == "ceo" else 403)
    expect(visitor.page.get_by_role("button", name="Send the question")).to_have_count(0)
    visitor.open("/waiting", 200 if role == "ceo" else 403)
    expect(visitor.page.locator("main")).not_to_contain_text("Amina Yusuf")


@pytest.mark.parametrize("role", ["sil", "ceo"])
def test_nobody_found_says_what_to_do(visit: Visit, role: str) -> None:
    visitor = visit(role, width="telephone")
    visitor.open("/people?name=xyzzy")
    visitor.says("Nobody is found. Check the spelling, or remove a filter above.")
    visitor.look("people-none")
