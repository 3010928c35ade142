"""Whatever somebody types is text: shown as it was typed, run by nobody, and never wider than the screen."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

Visit = Callable[..., Any]
Apis = Callable[[str], Any]

# Each text has several attacks in it: none of them takes the sting out of another.
HOSTILE = {
    "markup": """"><img src=x onerror=alert(1)><script>alert(1)</script>'<b>bold</b>""",
    "template": "{{7*7}}{% raw %}${7*7} javascript:alert(1) https://evil.example/",
    "endless": "W" * 200,
    "scripts": "ندوة القراءة (שלום) 👩🏽‍🏫 & 🏴󠁧󠁢󠁷󠁬󠁳󠁿 O'Brien’s “talk”",
}


@pytest.fixture
def watched(visit: Visit) -> Callable[..., Any]:
    """Visitors whose page must never open a dialog, nor ask for anything that a text named."""

    def make(role: str, **how: Any) -> Any:
        visitor = visit(role, **how)

        def asked(request: Any) -> None:
            if not request.url.startswith((visitor.portal, visitor.run.issuer)) or request.url.endswith("/x"):
                visitor.complaints.append(f"a text had {request.url} loaded")

        def opened(dialog: Any) -> None:
            visitor.complaints.append(f"a text opened a dialog: {dialog.message}")
            dialog.dismiss()

        visitor.page.on("dialog", opened)
        visitor.page.on("request", asked)
        return visitor

    return make


def shows(visitor: Any, text: str) -> None:
    """The page's own part has the text as it was typed, to the character, and fits the screen."""
    assert text in visitor.page.locator("main").evaluate("main => main.textContent")
    wide = visitor.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{visitor.page.url} is {wide} pixels wider than the screen"


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_a_teacher_and_her_manager_type_is_text_wherever_it_is_shown(
    watched: Callable[..., Any], text: str
) -> None:
    # given a record with it in every field, refused once, so that forms show it too
    teacher = watched("teacher", width="telephone")
    teacher.open("/records/new")
    teacher.page.locator("summary", has_text="Add more").click()
    for label in ("Title", "Who provided it", "What you took from it", "What changed for pupils"):
        teacher.page.get_by_label(label).fill(text)
    teacher.press("Record")
    expect(teacher.page.get_by_label("Title")).to_have_value(text)
    teacher.page.get_by_label("Kind of CPD").select_option("Course")
    teacher.day("Date", "2026-11-20")
    teacher.page.get_by_label("Hours").fill("1")
    teacher.press("Record")
    teacher.says("Recorded:")
    shows(teacher, text)
    record = teacher.page.url.removeprefix(teacher.portal)
    teacher.look("hostile-record")

    # when the manager asks with it
    manager = watched("manager", width="telephone")
    manager.open(f"{record}/query")
    manager.page.get_by_role("textbox").fill(text)
    manager.press("Send the question")
    shows(manager, text)

    # then every page that shows the record, its title, its question shows them so
    for path in ("/", "/history?state=queried", record, f"{record}/change", f"{record}/withdraw"):
        teacher.open(path)
        shows(teacher, text)
    teacher.page.get_by_label("Why are you withdrawing it?").fill(text)
    teacher.press("Withdraw this record")
    shows(teacher, text)
    for path in (record, "/waiting?state=queried"):
        manager.open(path)
        assert "<img src=x" not in manager.page.locator("main").inner_html().lower()
    teacher.open("/history?state=withdrawn")
    shows(teacher, text)
    teacher.look("hostile-history")


NAMES = {
    "markup": ('"><img src=x onerror=alert(1)>', "<script>alert(1)</script>"),
    "template": ("{{7*7}}", "O'Brien"),
    "endless": ("W" * 100, "M" * 100),
    "scripts": ("ندى Zoë 👩🏽‍🏫", "שלום D’Arcy-Ó Néill"),
}


@pytest.mark.parametrize(("given", "family_name"), NAMES.values(), ids=NAMES.keys())
def test_a_name_is_text_or_is_refused_in_words(
    watched: Callable[..., Any], api: Apis, family: str, given: str, family_name: str
) -> None:
    """The staff service may refuse a name that is none; then the form says so, with the name in it."""
    person = api("hr").person("Sven", family)
    visitor = watched("hr", width="telephone")
    visitor.open(f"/people/{person['id']}/change")
    visitor.page.get_by_label("Given name").fill(given)
    visitor.page.get_by_label("Family name").fill(family_name)
    visitor.page.get_by_label("Note for the change history").fill(HOSTILE["markup"])
    visitor.press("Save")
    if visitor.page.get_by_role("button", name="Confirm and save").count():
        shows(visitor, f"{given} {family_name}")
        visitor.press("Confirm and save")
    visitor.look("hostile-name")
    if visitor.page.locator(".govuk-error-summary").count():
        expect(visitor.page.get_by_label("Given name")).to_have_value(given)
        return
    for path in ("", "/history", "/who-looked", "/line-manager", "/change", "/appointments/new"):
        visitor.open(f"/people/{person['id']}{path}")
        shows(visitor, f"{given} {family_name}" if path != "/history" else given)
    head = watched("head", width="telephone")
    head.open(f"/people?name={quote(family_name)}")
    shows(head, f"{given} {family_name}")
    head.open(f"/people/{person['id']}")
    shows(head, f"{given} {family_name}")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_searched_for_and_what_files_are_called_is_text(
    watched: Callable[..., Any], tmp_path: Any, text: str
) -> None:
    visitor = watched("hr", width="telephone")
    visitor.open("/people")
    visitor.page.get_by_role("searchbox").fill(text)
    visitor.press("Search")
    shows(visitor, text[:100] if "Nobody is found" in visitor.page.content() else "")
    visitor.look("hostile-search")
    visitor.open("/imports/cpd/records/new")
    name = text.replace("/", "_")[:120] + ".csv"
    sent = {"name": name, "mimeType": "text/csv", "buffer": f"employee_number,title\n{text},{text}\n".encode()}
    visitor.page.get_by_label("Your file").set_input_files(sent)
    visitor.press("Check the file")
    visitor.page.wait_for_load_state()
    visitor.look("hostile-file")
    visitor.open("/imports")
    shows(visitor, "")
