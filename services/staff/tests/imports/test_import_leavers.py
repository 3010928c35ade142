"""Leavers by absence from a full extract: only when asked, shown first, ended by a second step or not at all."""

from collections.abc import Sequence
from typing import Any

import pytest

from servicekit.imports.store import ImportStore
from servicekit.problems import Conflict

pytestmark = pytest.mark.engines

TODAY = "2026-11-23"


def row(number: int, **changed: str) -> dict[str, str]:
    return {
        "employee_number": f"P{number}",
        "given_name": "Person",
        "family_name": f"Number{number}",
        "email": f"p{number}@oaktrees.example",
        "academy_urn": "990101",
        "post": "teacher",
        "fte": "1",
        "start_date": "2020-09-01",
        **changed,
    }


@pytest.fixture
def staffed(trust_office: Any) -> Any:
    """HR's desk where twelve people work at Elm and one at Ash."""
    trust_office.people(*map(row, range(12)), row(12, academy_urn="990102"))
    trust_office.database["outbox"].delete_many({})
    return trust_office


def extract(*missing: int) -> Sequence[dict[str, str]]:
    """A full extract of Elm without some of its people."""
    return [row(number) for number in range(12) if number not in missing]


def listed(office: Any, done: Any) -> Any:
    """The list that followed from a full extract."""
    assert done.document["followed_by"] is not None, done.document
    return office.done(office.request("GET", f"/imports/{done.document['followed_by']}"))


def ends(office: Any) -> dict[str, str]:
    """Whose appointment has an end, and which."""
    found = office.database["people"].find({"appointments.to": {"$ne": None}})
    return {person["family_name"]: person["appointments"][0]["to"] for person in found}


def refusal(office: Any, import_id: str, confirmed: int | None = None) -> str:
    store = ImportStore(office.database)
    with pytest.raises(Conflict) as refused:
        store.apply(import_id, confirmed=confirmed, by="person:hr", at=office.clock())
    return refused.value.detail


@pytest.mark.parametrize("dry_run", ["true", "false"])
def test_who_is_not_in_a_full_extract_is_shown_and_ended_only_by_a_second_step(staffed: Any, dry_run: str) -> None:
    done = staffed.people(*extract(3), leavers_on=TODAY, dry_run=dry_run)

    shown = listed(staffed, done)
    said = "Of the 12 employees in post at the organisations in the file, 1 is not in it."
    assert (done.counts, done.document["remark"]) == ({"unchanged": 11}, said)
    assert (shown.document["kind"], shown.document["dry_run"], shown.document["follows"]) == (
        "leavers",
        True,
        done.document["id"],
    )
    assert shown.counts == {"changed": 1}
    assert shown.reasons == {
        2: [
            (
                "employee_number",
                "P3",
                "Person Number3 is not in the full extract: teacher at Elm Primary Academy since 2020-09-01 ends on "
                "2026-11-23.",
            )
        ]
    }
    assert ends(staffed) == {}

    ended = staffed.apply(shown.document["id"])

    assert ended.counts == {"changed": 1}
    assert ends(staffed) == {"Number3": TODAY}
    assert staffed.types() == ["person-left"]
    appointment = staffed.person("Number3")["appointments"][0]
    assert (appointment["reason"], appointment["destination"]) == ("other", "not_known")
    why = [change["why"] for change in staffed.database["changes"].find() if change.get("why")][-1]
    assert why == f"Not in the full extract: import {ended.document['id']}"


def test_nobody_is_looked_for_unless_that_was_asked(staffed: Any) -> None:
    done = staffed.people(*extract(3))

    assert (done.document["remark"], done.document["followed_by"]) == (None, None)
    assert staffed.database["imports"].count_documents({"kind": "leavers"}) == 0


def test_an_extract_with_everybody_in_it_says_so(staffed: Any) -> None:
    done = staffed.people(*extract(), leavers_on=TODAY)

    assert done.document["remark"] == "All 12 employees in post at the organisations in the file are in it."
    assert done.document["followed_by"] is None


def test_who_is_in_the_file_by_any_identifier_or_in_a_rejected_row_is_not_missing(staffed: Any) -> None:
    by_email = {**row(3), "employee_number": ""}
    rejected = {**row(4), "email": "", "start_date": "31/02/2020"}

    done = staffed.people(*extract(3, 4), by_email, rejected, leavers_on=TODAY)

    assert done.counts == {"unchanged": 11, "rejected": 1}
    assert done.document["followed_by"] is None


def test_a_row_of_which_nobody_can_tell_whom_it_means_keeps_the_list_away(staffed: Any) -> None:
    nobody = {**row(4), "employee_number": "", "email": "nobody", "trn": "12X"}

    done = staffed.people(*extract(4, 5), nobody, leavers_on=TODAY)

    assert done.document["remark"] == (
        "Who is not in the file cannot be told: on line 12 it could not be read who is meant. Put that right and "
        "import the whole file again."
    )
    assert done.document["followed_by"] is None


def test_those_elsewhere_yet_to_begin_or_leaving_already_and_governors_are_not_missing(staffed: Any) -> None:
    staffed.people(
        row(20, start_date="2027-01-04"),
        row(21, end_date=TODAY),
        {**row(22, kind="governor", post="governor"), "fte": ""},
        {**row(23), "employee_number": ""},
    )

    done = staffed.people(*extract(), leavers_on=TODAY)

    assert done.document["followed_by"] is None


def test_more_than_a_tenth_must_be_confirmed_by_number(staffed: Any) -> None:
    shown = listed(staffed, staffed.people(*extract(3, 4), leavers_on=TODAY))
    id = shown.document["id"]
    assert shown.document["confirm"] == 2

    for confirmed in (None, 3):
        assert refusal(staffed, id, confirmed) == f"{shown.document['remark']} To go on, confirm the number."
    assert staffed.apply(id, confirmed=2).counts == {"changed": 2}
    assert ends(staffed) == {"Number3": TODAY, "Number4": TODAY}


def test_if_somebody_listed_has_changed_in_between_nothing_is_done(staffed: Any) -> None:
    shown = listed(staffed, staffed.people(*extract(3, 4), leavers_on=TODAY))
    changed = staffed.person("Number4")
    staffed.request(
        "PATCH",
        f"/people/{changed['_id']}",
        json={"employee_numbers": ["P4", "Q4"]},
        headers={"If-Match": f'"{changed["version"]}"'},
    )

    refused = staffed.apply(shown.document["id"], confirmed=2)

    assert (refused.document["state"], refused.rows) == ("failed", [])
    assert refused.document["reason"] == (
        "Who would be ended has changed in Acorn since the list was made (line 3 of it), so nothing was done. Import "
        "the full extract again for a new list."
    )
    assert ends(staffed) == {}


def test_whose_end_is_recorded_already_is_refused_by_name_and_the_others_end(staffed: Any) -> None:
    staffed.people(row(3, end_date="2026-12-31", leaving_reason="resigned"))

    shown = listed(staffed, staffed.people(*extract(3, 4), leavers_on=TODAY))
    staffed.apply(shown.document["id"], confirmed=2)

    assert shown.counts == {"changed": 1, "rejected": 1}
    ((_, number, sentence),) = shown.reasons[2]
    assert number == "P3"
    assert sentence.startswith("Person Number3 is not in the full extract, and teacher at Elm Primary Academy since")
    assert ends(staffed) == {"Number3": "2026-12-31", "Number4": TODAY}


def test_a_later_extract_takes_the_place_of_an_earlier_list(staffed: Any) -> None:
    first = listed(staffed, staffed.people(*extract(3), leavers_on=TODAY))
    other = listed(staffed, staffed.people(row(13, academy_urn="990102"), leavers_on=TODAY))
    later = listed(staffed, staffed.people(*extract(4), leavers_on=TODAY))

    assert refusal(staffed, first.document["id"]) == "A later file has made this list anew. Use the later one."
    assert staffed.apply(later.document["id"]).counts == {"changed": 1}
    assert staffed.apply(other.document["id"], confirmed=1).counts == {"changed": 1}
    assert ends(staffed) == {"Number4": TODAY, "Number12": TODAY}


def test_a_file_that_names_no_organisation_has_nobody_missing(staffed: Any) -> None:
    done = staffed.people({"employee_number": "P1"}, leavers_on=TODAY)

    assert done.document["remark"] == (
        "The file names no organisation that Acorn knows, so nobody can be missing from it."
    )


def test_a_file_of_all_or_nothing_that_is_refused_makes_no_list(staffed: Any) -> None:
    done = staffed.people(*extract(3), row(30, trn="12X"), leavers_on=TODAY, all_or_nothing="true")

    assert (done.document["state"], done.document["followed_by"]) == ("failed", None)


def test_a_list_is_of_acorns_own_and_no_file_that_anybody_sends(staffed: Any) -> None:
    kinds = [kind["name"] for kind in staffed.request("GET", "/import-kinds")["items"]]

    assert kinds == ["academies", "people"]
