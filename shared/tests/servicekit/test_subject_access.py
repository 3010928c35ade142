"""Subject access on the tiny service: who may ask, who is meant, what every service keeps of somebody."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from pymongo.database import Database

from servicekit import audit, deadletters
from servicekit.ids import new_id
from servicekit.mongo import Document, transaction
from servicekit.subject_access import Section, Subject
from servicekit.subject_access.kept import mentioned, told

pytestmark = pytest.mark.engines

AMINA, BEN, CARA = (f"0191d5a0-0000-7000-8000-00000000000{number}" for number in range(1, 4))
AT = "2026-11-20T09:00:00.000Z"


def notes(database: Database[Document], subject: Subject) -> Iterable[Section]:
    """What the tiny service holds."""
    found = list(database["notes"].find({"person": {"$in": list(subject.ids)}}))
    return [Section("notes", "Notes", "So that it is known what was noted.", found)]


@pytest.fixture
def ask(make: Callable[..., Any]) -> Callable[..., Any]:
    """Asks for somebody's data as the data protection officer, or somebody else."""
    client = make(holds=notes)

    def asked(body: Document, who: str = "dpo", *roles: str, expect: int = 200) -> Any:
        headers = client.as_(who, *(roles or ("data_protection",)))
        answer = client.http.post(
            "/v1/subject-access", json={"reason": "Request of 3 November", **body}, headers=headers
        )
        assert answer.status_code == expect, answer.get_data(as_text=True)
        return answer.get_json()

    return asked


def section(answer: Any, name: str) -> list[Document]:
    """The items of a section."""
    (found,) = [one["items"] for one in answer["sections"] if one["name"] == name]
    return list(found)


def looked(database: Database[Document], people: list[str], by: str, what: str, **more: Any) -> None:
    """Somebody looked at people's data."""
    audit.store_read(database, people=people, by=by, what=what, at=AT, request_id="1", session=None, **more)


def test_everything_is_answered_with_why_it_is_held(ask: Any, database: Database[Document]) -> None:
    database["notes"].insert_many(
        [
            {"_id": "n1", "person": AMINA, "text": "Well done", "by": f"person:{BEN}"},
            {"_id": "n2", "person": BEN, "text": "Not hers", "by": f"person:{AMINA}"},
        ]
    )

    found = ask({"person": AMINA})

    assert (found["person"], found["service"], found["at"]) == (AMINA, "notes", "2026-11-23T09:00:00.000Z")
    assert [one["name"] for one in found["sections"]] == ["notes", "looks", "acts", "import_rows", "dead_letters"]
    assert all(one["why"].startswith("So that") and one["title"] for one in found["sections"])
    assert section(found, "notes") == [{"id": "n1", "person": AMINA, "text": "Well done", "by": "Ben Okafor"}]
    assert "Not hers" not in str(found)


@pytest.mark.parametrize(
    "who", [{"person": AMINA}, {"email": "amina@trust.example"}, {"employee_number": "E1"}, {"trn": "0123456"}]
)
def test_somebody_is_meant_by_any_one_of_their_identifiers(ask: Any, who: Document) -> None:
    assert ask(who)["person"] == AMINA


@pytest.mark.parametrize("who", [{}, {"person": AMINA, "trn": "0123456"}, {"person": "amina"}, {"trn": None}])
def test_exactly_one_identifier_is_asked_for(ask: Any, who: Document, database: Database[Document]) -> None:
    ask(who, expect=422)
    ask({"person": AMINA, "reason": "  "}, expect=422)
    assert database[audit.COLLECTION].count_documents({}) == 0


def test_several_who_share_an_address_are_counted_and_not_listed(ask: Any) -> None:
    problem = ask({"email": "office@trust.example"}, expect=409)

    assert problem["people"] == 2
    assert problem["detail"] == "2 people have this e-mail address. Say who is meant by an employee number or a TRN."
    assert BEN not in str(problem)
    assert ask({"email": "nobody@trust.example"}, expect=404)["detail"].startswith("Nobody has this e-mail address")


@pytest.mark.parametrize("role", ["hr", "sil", "ceo", "operations", "trustee"])
def test_nobody_else_may_ask_not_even_for_themselves(ask: Any, role: str, database: Database[Document]) -> None:
    ask({"person": AMINA}, "amina", role, expect=403)
    assert database[audit.COLLECTION].count_documents({}) == 0


def test_the_look_is_kept_with_its_reason_and_shown_to_neither_the_person_nor_hr(
    ask: Any, make: Any, database: Database[Document]
) -> None:
    assert section(ask({"person": AMINA}), "looks") == []

    (row,) = database[audit.COLLECTION].find()
    assert (row["people"], row["by"], row["what"]) == ([AMINA], "sign-in:dpo", "answer_subject_access")
    assert (row["confidential"], row["reason"]) == (True, "Request of 3 November")
    client = make()
    for headers in (client.as_("amina"), client.as_("somebody", "hr")):
        shown = client.http.get(f"/v1/people/{AMINA}/reads", headers=headers)
        assert (shown.status_code, shown.get_json()["items"]) == (200, [])
    (again,) = section(ask({"person": AMINA}), "looks")
    assert again == {
        "at": "2026-11-23T09:00:00.000Z",
        "what": "answer_subject_access",
        "by": "a sign-in without a record",
        "confidential": True,
    }


def test_a_look_at_ones_own_data_is_kept_too(ask: Any, database: Database[Document]) -> None:
    ask({"person": BEN}, "ben", "data_protection")

    assert [row["people"] for row in database[audit.COLLECTION].find()] == [[BEN]]


def test_who_looked_and_what_somebody_did_name_nobody_else_who_was_looked_at(
    ask: Any, database: Database[Document]
) -> None:
    looked(database, [AMINA, CARA], f"person:{BEN}", "list_notes")
    looked(database, [CARA], f"person:{AMINA}", "read_note")
    looked(database, [AMINA], f"person:{CARA}", "read_review", confidential=True)
    database["imports"].insert_one({"_id": "i", "by": f"person:{AMINA}", "created_at": AT, "kind": "notes"})
    closed = {"aggregate": None, "value": b"", "by": f"person:{AMINA}", "closed": datetime(2026, 11, 21, tzinfo=UTC)}
    database[deadletters.COLLECTION].insert_many([closed, {**closed, "_id": "open", "closed": None}])
    database["import_mappings"].insert_one({"_id": "ours", "by": f"person:{AMINA}", "at": AT, "kind": "notes"})

    found = ask({"person": AMINA})

    assert [(one["what"], one["by"], one["confidential"]) for one in section(found, "looks")] == [
        ("read_review", "somebody who is not known here", True),
        ("list_notes", "Ben Okafor", False),
    ]
    assert section(found, "acts")[0]["what"] == "close_dead_letter", "the latest first"
    assert sorted(one["what"] for one in section(found, "acts")) == [
        "close_dead_letter",
        "read_note",
        "save_import_mapping",
        "start_import",
    ]
    assert CARA not in str(found)


def test_rows_of_imports_are_found_by_an_identifier_that_they_quote(ask: Any, database: Database[Document]) -> None:
    quotes = {"column": "E-mail", "value": "Amina@Trust.example", "reason": "Nobody works there."}
    other = {"column": "Manager", "value": "office@trust.example", "reason": "Several people have it."}
    imported: Document = {"_id": "i", "by": "sign-in:hr", "created_at": AT, "kind": "people", "dry_run": False}
    database["imports"].insert_one(imported)
    for line, reasons in ((2, [quotes, other]), (3, [other]), (4, [{**other, "value": None}]), (5, [])):
        row = {"import": "i", "line": line, "outcome": "rejected", "reasons": reasons}
        database["import_rows"].insert_one(row)

    (row,) = section(ask({"person": AMINA}), "import_rows")

    assert (row["line"], row["kind"], row["outcome"], row["at"]) == (2, "people", "rejected", AT)
    assert (row["remarks"], row["other_remarks"]) == ([quotes], 1)


def test_dead_letters_about_somebody_say_what_they_hold_and_others_only_that_they_are_there(
    ask: Any, database: Database[Document]
) -> None:
    for offset, (subject, state) in enumerate(
        [(AMINA, {"id": AMINA, "given_name": "Amina"}), (CARA, {"id": CARA, "manager": AMINA}), (BEN, {"id": BEN})]
    ):
        event: Any = type("Heard", (), {"type": "staff.person-moved.v1", "subject": subject})()
        transaction(
            database.client,
            lambda session, offset=offset, state=state, event=event: deadletters.put(  # type: ignore[misc]
                database,
                topic="staff.people",
                partition=0,
                offset=offset,
                value=orjson.dumps(state),
                reason="KeyError in its handler",
                event=event,
                at=datetime(2026, 11, 20, tzinfo=UTC),
                session=session,
            ),
        )

    letters = section(ask({"person": AMINA}), "dead_letters")

    assert [one["payload"] for one in letters] == [{"id": AMINA, "given_name": "Amina"}, None]


def test_ids_of_others_become_names_wherever_they_stand() -> None:
    organisation, unknown = new_id(), new_id()
    part = {
        "_id": AMINA,
        "by": f"person:{BEN}",
        "lines": [{"person": BEN}, {"person": unknown}, {"at": organisation}],
        "of": f"person:{unknown}",
        "own": f"person:{AMINA}",
        "text": f"about {BEN}",
        "signed": "sign-in:7f",
        "number": 1,
    }
    names = {BEN: "Ben Okafor", organisation: "Elm", AMINA: "Amina Yusuf"}

    assert set(mentioned(part)) == {AMINA, BEN, unknown, organisation}
    assert told(part, Subject(ids=[AMINA]), names) == {
        "id": AMINA,
        "by": "Ben Okafor",
        "lines": [{"person": "Ben Okafor"}, {"person": unknown}, {"at": "Elm"}],
        "of": "somebody who is not known here",
        "own": "Amina Yusuf",
        "text": f"about {BEN}",
        "signed": "a sign-in without a record",
        "number": 1,
    }
