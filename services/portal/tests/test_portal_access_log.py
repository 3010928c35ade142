"""Who looked at somebody's record: whatever the services note has its words, and neither needs the other."""

import ast
from pathlib import Path
from typing import Any

import pytest

from acorn_portal import words
from acorn_portal.changes import FIELDS, HAPPENED, Names, told
from acorn_portal.looks import looks

PERSON = "01971281-3b20-7a4e-8f10-6c2d9e0b7a11"
OTHER = "01971281-3b20-7a4e-8f10-6c2d9e0b7a22"
BEN = "01971281-3b20-7a4e-8f10-6c2d9e0b7a33"
ELM = "01971281-3b20-7a4e-8f10-6c2d9e0b7c01"
POST = "01971281-3b20-7a4e-8f10-6c2d9e0b7d01"
ROOT = Path(__file__).parents[3]


def read(what: str, at: str, person: str | None = BEN, name: str | None = "Ben Okafor") -> Any:
    """A read as a service notes it."""
    return {"id": "r", "at": at, "by": {"person": person, "name": name}, "what": what}


def change(because: str = "staff.person-changed.v1", why: str | None = None, version: int = 2, **fields: Any) -> Any:
    """A change of a staff record; each field before and after."""
    listed = [{"field": name, "before": before, "after": after} for name, (before, after) in fields.items()]
    return {
        "id": "c",
        "version": version,
        "because": because,
        "by": f"person:{BEN}",
        "by_name": "Ben Okafor",
        "at": "2026-03-02T16:00:00.000Z",
        "why": why,
        "fields": listed,
    }


def page_of(*items: Any) -> dict[str, Any]:
    """A page of a list with nothing before or after."""
    return {"items": list(items), "next": None, "previous": None, "total": None}


def _always(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is True


def noted_operations(*, confidential: bool = False) -> set[str]:
    """What the services' routes note as the operation that showed somebody's data.

    That is the last argument of `record_read`, or of a function that hands it on to `record_read`.
    """
    routes = [
        *(path for service in ("staff", "cpd") for path in (ROOT / "services" / service).glob("acorn_*/routes/*.py")),
        *(ROOT / "shared" / "servicekit").rglob("*.py"),
    ]
    trees = [ast.parse(path.read_text()) for path in routes]
    functions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    noting = {"record_read"}
    while True:
        more = {one.name for one in functions if any(_hands_on(call, noting) for call in _calls(one))} - noting
        if not more:
            break
        noting |= more
    last = [
        call.args[-1]
        for function in functions
        for call in _calls(function)
        # What is confidential is kept, and shown to data protection alone.
        if _called(call) in noting and call.args and any(_always(one.value) for one in call.keywords) == confidential
    ]
    return {
        argument.value for argument in last if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }


def _hands_on(call: ast.Call, noting: set[str]) -> bool:
    """Tell whether a call passes the operation on, rather than naming it."""
    names_it = bool(call.args) and isinstance(call.args[-1], ast.Constant)
    return _called(call) in noting and not names_it


def _calls(function: ast.FunctionDef) -> list[ast.Call]:
    return [node for node in ast.walk(function) if isinstance(node, ast.Call)]


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def test_every_operation_that_is_noted_has_words() -> None:
    noted = noted_operations()

    assert {"read_history", "verify_record", "change_person", "list_people"} <= noted, "the search finds what is noted"
    assert noted == set(words.LOOKS)


def test_every_confidential_operation_that_is_noted_has_words() -> None:
    assert noted_operations(confidential=True) == set(words.CONFIDENTIAL_LOOKS)


def test_everything_that_happens_to_a_person_has_words() -> None:
    events = {path.name.removesuffix(".json") for path in (ROOT / "contracts/events").glob("staff.person-*.json")}

    # Who was erased has no history to tell it in.
    assert events - {"staff.person-erased.v1"} == set(HAPPENED)


def test_what_one_reader_does_within_a_minute_is_one_look() -> None:
    found = looks(
        [
            read("read_hours", "2026-03-02T16:00:40.000Z"),
            read("read_history", "2026-03-02T16:00:10.000Z"),
            read("read_history", "2026-03-02T16:00:05.000Z"),
            read("read_history", "2026-03-02T15:58:05.000Z"),
            read("read_history", "2026-03-02T15:58:01.000Z", OTHER, "Zoë O’Brien"),
        ]
    )

    assert [(look.by_name, look.what) for look in found] == [
        ("Ben Okafor", ["looked at the hours of CPD", "looked at the CPD history"]),
        ("Ben Okafor", ["looked at the CPD history"]),
        ("Zoë O’Brien", ["looked at the CPD history"]),
    ]


def test_two_readers_without_a_person_are_not_taken_for_one_another() -> None:
    found = looks([read("read_history", "2026-03-02T16:00:40.000Z", None, None)])

    assert words.who(found[0].by, found[0].by_name, PERSON) == "somebody who has no staff record"


def test_a_change_names_its_fields_and_what_they_hold() -> None:
    terms = {"responsibilities": {"english_lead": "English and oracy lead"}}
    places, posts, people = {ELM: "Elm Primary"}, {"teacher": "Teacher"}, {BEN: "Ben Okafor"}
    names = Names(organisations=places, posts=posts, people=people, terms=terms)
    job = {"organisation": ELM, "from": "2026-01-01", "to": None}
    appointment = {**job, "post": "teacher", "fte": 0.4, "working_days": ["mon", "tue"]}
    fields: dict[str, Any] = {
        "date_of_birth": (None, "1992-12-08"),
        f"appointments/{POST}": (None, appointment),
        f"appointments/{POST}/to": (None, "2026-08-31"),
        f"appointments/{POST}/reason": (None, "retired"),
        "line_managers": ([], [{"person": BEN, "from": "2026-01-01", "to": "2026-02-01"}]),
        "employee_numbers": (["A1"], ["A1", "A2"]),
        "email": ("a@x.example", None),
        f"responsibilities/{POST}": (None, {**job, "responsibility": "english_lead"}),
        f"year_groups/{POST}": (None, {**job, "year_group": "year_6", "part": "taught"}),
        f"absences/{POST}/reason": ("study", "sickness"),
    }

    steps = told(change(**fields), names).steps

    assert [(step.field, step.before, step.after) for step in steps] == [
        ("Date of birth", None, "8 December 1992"),
        ("Post", None, "Teacher at Elm Primary, 0.4 full-time equivalent on Monday, Tuesday, from 1 January 2026"),
        ("Post: last day", None, "31 August 2026"),
        ("Post: why it ended", None, words.REASONS["retired"]),
        ("Line managers", None, "Ben Okafor from 1 January 2026 to 1 February 2026"),
        ("Employee numbers", "A1", "A1, A2"),
        ("Work e-mail address", "a@x.example", None),
        ("Responsibility", None, "English and oracy lead at Elm Primary, from 1 January 2026"),
        ("Year group", None, "year 6, taught at Elm Primary, from 1 January 2026"),
        ("Absence: why", words.ABSENCES["study"], words.ABSENCES["sickness"]),
    ]


def test_a_field_that_has_no_words_yet_goes_by_its_own_name() -> None:
    assert told(change(shoe_size=(None, 42)), Names()).steps == (words.Step("shoe_size", None, "42"),)


def test_an_imports_id_is_not_what_somebody_said() -> None:
    one = told(change(why=f"Import {POST}"), Names())

    assert (one.why, one.imported) == (None, True)
    assert told(change(why="Import duty"), Names()).why == "Import duty"


def test_every_field_of_a_person_and_an_appointment_has_words() -> None:
    schema = (
        ROOT / "services/staff/acorn_staff/model/person.py",
        ROOT / "services/staff/acorn_staff/model/appointments.py",
    )
    stored = {
        node.target.id.rstrip("_")
        for path, name in zip(schema, ("Person", "Appointment"), strict=True)
        for cls in ast.walk(ast.parse(path.read_text()))
        if isinstance(cls, ast.ClassDef) and cls.name == name
        for node in cls.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }

    assert stored - {"id", "version", "shape", "changed_at"} <= set(FIELDS)


@pytest.fixture
def lists(staff: Any, cpd: Any) -> None:
    """What both services noted."""
    staff.on("GET", f"/v1/people/{PERSON}/reads", page_of(read("read_person", "2026-03-02T16:00:00.000Z")))
    staff.on("GET", f"/v1/people/{PERSON}/changes", page_of(change(family_name=("Yusuf", "Bello"), why="<Marriage>")))
    staff.on("GET", "/v1/organisations", page_of())
    staff.on("GET", "/v1/posts", {"items": []})
    staff.on("GET", "/v1/vocabularies", {"items": []})
    staff.on("GET", f"/v1/people/{PERSON}", {"given_name": "Amina", "family_name": "Yusuf", "line_managers": []})
    cpd.on(
        "GET", f"/v1/people/{PERSON}/reads", {**page_of(read("read_history", "2026-03-02T16:00:00.000Z")), "next": "n"}
    )


@pytest.mark.usefixtures("lists")
def test_who_looked_and_what_was_changed_is_said_in_words(browser: Any) -> None:
    page = browser.sign_in().get("/who-looked").text

    assert "Ben Okafor looked at the CPD history" in page
    assert "Ben Okafor looked at the staff record" in page
    assert "“&lt;Marriage&gt;”" in page
    assert "Yusuf" in page
    assert "Bello" in page


@pytest.mark.usefixtures("lists")
def test_delegates_and_terms_are_called_as_on_the_record(browser: Any, staff: Any) -> None:
    days = {"from": "2026-01-01", "to": "2026-02-01"}
    instead = {"person": OTHER, "name": "Zoë O’Brien", **days}
    person = {"given_name": "Amina", "family_name": "Yusuf", "line_managers": [], "delegates": [instead]}
    kept = [{"name": "responsibilities", "terms": [{"code": "english_lead", "title": "English and oracy lead"}]}]
    lead = {"responsibility": "english_lead", "organisation": ELM, **days}
    happened: dict[str, Any] = {
        f"delegates/{POST}": (None, {"person": OTHER, **days}),
        f"responsibilities/{POST}": (None, lead),
    }
    staff.on("GET", f"/v1/people/{PERSON}", person)
    staff.on("GET", "/v1/vocabularies", {"items": kept})
    staff.on("GET", f"/v1/people/{PERSON}/changes", page_of(change(**happened)))

    page = browser.sign_in().get("/who-looked").text

    assert "Zoë O’Brien from 1 January 2026 to 1 February 2026" in page
    assert "English and oracy lead, from 1 January 2026" in page


@pytest.mark.usefixtures("lists")
def test_each_list_is_paged_by_itself(browser: Any, cpd: Any, staff: Any) -> None:
    page = browser.sign_in().get("/who-looked?staff=s1&changes=c1").text

    assert 'href="/who-looked?staff=s1&amp;changes=c1&amp;cpd=n#cpd"' in page
    assert "cursor=s1" in staff.asked("GET", ".*/reads")[0].query
    assert "cursor" not in cpd.asked("GET", ".*/reads")[0].query


@pytest.mark.usefixtures("lists")
def test_the_list_of_one_service_stays_while_the_other_is_away(browser: Any, cpd: Any) -> None:
    cpd.close()

    page = browser.sign_in().get("/who-looked")

    assert page.status_code == 200
    assert "Ben Okafor looked at the staff record" in page.text
    assert "CPD records cannot be reached right now" in page.text


@pytest.mark.usefixtures("lists")
def test_hr_sees_who_looked_at_somebodys_record_and_nobody_else_does(browser: Any, cpd: Any) -> None:
    allowed = browser.sign_in("hr", person=OTHER).get(f"/people/{PERSON}/who-looked")
    asked = len(cpd.calls)
    refused = browser.sign_in("ceo", person=OTHER, manages=True).get(f"/people/{PERSON}/who-looked")

    assert "Who looked at the record of Amina Yusuf</h1>" in allowed.text
    assert (refused.status_code, len(cpd.calls)) == (403, asked)


def test_changes_without_words_are_changes() -> None:
    assert told(change(because="staff.person-promoted.v1"), Names()).what == "Changed"
