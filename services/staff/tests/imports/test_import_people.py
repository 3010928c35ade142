"""People from a payroll or MIS file: who joins, moves and leaves by it, and what is refused with its reason."""

import json
from typing import Any

import pytest

pytestmark = pytest.mark.engines

AMINA = {
    "employee_number": "1003",
    "trn": "1295641",
    "given_name": "Amina",
    "family_name": "Yusuf",
    "email": "amina@oaktrees.example",
    "academy_urn": "990101",
    "post": "teacher",
    "fte": "1",
    "start_date": "2021-09-01",
}
BEN = {
    "employee_number": "1002",
    "given_name": "Ben",
    "family_name": "Okafor",
    "email": "ben@oaktrees.example",
    "academy_urn": "990101",
    "post": "Deputy headteacher",
    "fte": "1",
    "start_date": "2019-09-01",
}


def held(person: dict[str, Any]) -> list[tuple[str, float, str, str | None]]:
    return [(one["post"], one["fte"], one["from"], one["to"]) for one in person["appointments"]]


# -- new people -------------------------------------------------------------------------------------------------------


def test_a_new_person_joins_with_their_appointment_in_one_event(trust_office: Any) -> None:
    done = trust_office.people({**AMINA, "date_of_birth": "08/12/1992"})

    assert done.counts == {"added": 1}
    amina = trust_office.person("Yusuf")
    assert amina["kind"] == "employee"
    assert (amina["employee_numbers"], amina["trn"], amina["date_of_birth"]) == (["1003"], "1295641", "1992-12-08")
    assert held(amina) == [("teacher", 1, "2021-09-01", None)]
    assert trust_office.types() == ["person-joined"]


def test_somebody_without_an_appointment_is_added(trust_office: Any) -> None:
    trust_office.people(
        {"given_name": "Desmond", "family_name": "Clarke", "email": "d@clarke.example", "kind": "Governor"}
    )

    assert trust_office.person("Clarke")["kind"] == "governor"
    assert trust_office.types() == ["person-added"]


def test_the_central_team_is_named_by_its_name_and_a_governor_needs_no_fte(trust_office: Any) -> None:
    done = trust_office.people(
        {**BEN, "academy_urn": "", "organisation": "oak trees central team", "post": "chief_executive"},
        {**AMINA, "organisation": "Elm Primary Academy", "post": "governor", "fte": ""},
    )

    assert done.counts == {"added": 2}
    assert held(trust_office.person("Yusuf")) == [("governor", 1, "2021-09-01", None)]


def test_zeros_that_a_spreadsheet_took_from_a_trn_are_put_back_and_a_letter_is_refused(trust_office: Any) -> None:
    done = trust_office.people({**AMINA, "trn": "95641"}, {**BEN, "trn": "12A5641"})

    assert trust_office.person("Yusuf")["trn"] == "0095641"
    assert done.reasons == {3: [("trn", "12A5641", "A TRN has seven digits and nothing else.")]}


def test_one_person_at_two_academies_is_two_rows_and_one_event(trust_office: Any) -> None:
    done = trust_office.people({**AMINA, "fte": "0.6"}, {**AMINA, "academy_urn": "990102", "fte": "0.4"})

    assert done.counts == {"added": 2}
    assert held(trust_office.person("Yusuf")) == [
        ("teacher", 0.6, "2021-09-01", None),
        ("teacher", 0.4, "2021-09-01", None),
    ]
    assert trust_office.types() == ["person-joined"]


def test_rows_with_two_payroll_numbers_and_one_trn_are_one_person(trust_office: Any) -> None:
    trust_office.people(
        {**AMINA, "fte": "0.5"}, {**AMINA, "employee_number": "2003", "academy_urn": "990102", "fte": "0.5"}
    )

    assert trust_office.person("Yusuf")["employee_numbers"] == ["1003", "2003"]


# -- the same again ---------------------------------------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing_and_emits_nothing(trust_office: Any) -> None:
    rows = (
        {**AMINA, "fte": "0.6", "line_manager_employee_number": "1002", "end_date": "2027-08-31"},
        {**AMINA, "academy_urn": "990102", "fte": "0.4"},
        BEN,
    )
    trust_office.people(*rows)
    before = trust_office.events()

    again = trust_office.people(*rows)
    trust_office.clock.advance(days=40)
    much_later = trust_office.people(*rows)

    assert again.counts == much_later.counts == {"unchanged": 3}
    assert trust_office.events() == before


def test_an_empty_cell_never_deletes(trust_office: Any) -> None:
    trust_office.people({**AMINA, "end_date": "2027-08-31", "date_of_birth": "1992-12-08"}, BEN)
    trust_office.people({"employee_number": "1003", "line_manager_employee_number": "1002"})
    before = trust_office.person("Yusuf")

    done = trust_office.people({"employee_number": "1003", "trn": "", "email": "", "end_date": "", "post": ""})

    assert done.counts == {"unchanged": 1}
    assert trust_office.person("Yusuf") == before


def test_changed_details_are_one_event_and_the_old_name_is_kept(trust_office: Any) -> None:
    trust_office.people(AMINA)

    done = trust_office.people({**AMINA, "family_name": "Yusuf-Reed", "email": "Amina.Reed@oaktrees.example"})

    assert done.counts == {"changed": 1}
    amina = trust_office.person("Yusuf-Reed")
    assert amina["email"] == "amina.reed@oaktrees.example"
    assert [name["family_name"] for name in amina["former_names"]] == ["Yusuf"]
    assert trust_office.types() == ["person-joined", "person-changed"]


# -- appointments -----------------------------------------------------------------------------------------------------


def test_who_leaves_one_post_for_another_moves_in_one_event(trust_office: Any) -> None:
    trust_office.people(AMINA)

    done = trust_office.people(
        {**AMINA, "academy_urn": "990102", "post": "Assistant headteacher", "start_date": "2026-09-01"},
        {**AMINA, "end_date": "2026-08-31", "leaving_reason": "Promoted in trust", "destination": "in the trust"},
    )

    assert done.counts == {"added": 1, "changed": 1}
    amina = trust_office.person("Yusuf")
    assert held(amina) == [
        ("teacher", 1, "2021-09-01", "2026-08-31"),
        ("assistant_headteacher", 1, "2026-09-01", None),
    ]
    assert amina["appointments"][0]["reason"] == "promoted_in_trust"
    assert trust_office.types() == ["person-joined", "person-moved"]


def test_a_leaver_and_a_returner_are_told_apart(trust_office: Any) -> None:
    left = {**AMINA, "end_date": "2023-12-31", "leaving_reason": "resigned", "destination": "another_school"}
    trust_office.people(AMINA)

    trust_office.people(left)
    trust_office.people(left, {**AMINA, "start_date": "2026-09-01"})

    assert trust_office.types() == ["person-joined", "person-left", "person-returned"]


def test_a_last_day_may_be_known_before_its_reason(trust_office: Any) -> None:
    trust_office.people(AMINA)
    trust_office.people({**AMINA, "end_date": "2027-08-31"})
    assert trust_office.person("Yusuf")["appointments"][0]["reason"] is None

    done = trust_office.people({**AMINA, "end_date": "2027-08-31", "leaving_reason": "retired"})

    assert done.counts == {"changed": 1}
    assert trust_office.person("Yusuf")["appointments"][0]["reason"] == "retired"


def test_another_fte_counts_from_today_and_the_file_may_go_on_naming_the_first_day(trust_office: Any) -> None:
    trust_office.people(AMINA)

    first = trust_office.people({**AMINA, "fte": "0.8"})
    trust_office.clock.advance(days=30)
    again = trust_office.people({**AMINA, "fte": "0.8"})

    assert (first.counts, again.counts) == ({"added": 1}, {"unchanged": 1})
    assert held(trust_office.person("Yusuf")) == [
        ("teacher", 1, "2021-09-01", "2026-11-22"),
        ("teacher", 0.8, "2026-11-23", None),
    ]


def test_more_than_one_full_time_job_is_refused_and_the_rest_goes_in(trust_office: Any) -> None:
    done = trust_office.people({**AMINA, "fte": "0.6"}, {**AMINA, "academy_urn": "990102", "fte": "0.5"})

    assert done.counts == {"added": 1, "rejected": 1}
    assert done.reasons == {
        3: [
            (
                "fte",
                "0.5",
                "From 2021-09-01 the appointments would add up to 1.1 FTE; more than 1 needs HR's override with a "
                "reason.",
            )
        ]
    }


@pytest.mark.parametrize(
    ("change", "column", "sentence"),
    [
        ({"academy_urn": "999999"}, "academy_urn", "Acorn has no academy with this URN. Import the academies first."),
        ({"academy_urn": "", "organisation": "Oak"}, "organisation", "No organisation has this name."),
        ({"organisation": "Ash Infant Academy"}, "organisation", "The academy with this row's URN has another name."),
        ({"academy_urn": ""}, None, "For an appointment, academy_urn must be filled too."),
        ({"post": "", "start_date": ""}, None, "For an appointment, post and start_date must be filled too."),
        ({"fte": ""}, "fte", "A new appointment needs its FTE."),
        ({"fte": "1.2"}, "fte", "It must be above 0 and at most 1."),
        (
            {"end_date": "2020-08-31"},
            "end_date",
            "The last day would be 2020-08-31, before the first day, 2021-09-01.",
        ),
        (
            {"leaving_reason": "retired"},
            "leaving_reason",
            "It says why somebody left or where they went, but there is no last day (end_date).",
        ),
        ({"date_of_birth": "2030-01-01"}, "date_of_birth", "A date of birth is not in the future."),
        (
            {"given_name": ""},
            "given_name",
            "Acorn does not know this person yet, and a new person needs a given name.",
        ),
        ({"email": "amina"}, "email", "It is not an e-mail address."),
        (
            {"employee_number": "", "trn": "", "email": ""},
            None,
            "Fill employee_number, trn or email: every row needs one of them.",
        ),
    ],
)
def test_a_row_that_cannot_be_is_rejected_with_its_column_and_leaves_no_trace(
    trust_office: Any, change: dict[str, str], column: str | None, sentence: str
) -> None:
    done = trust_office.people({**AMINA, **change})

    assert done.counts == {"rejected": 1}
    assert [(where, why) for where, _, why in done.reasons[2]] == [(column, sentence)]
    assert trust_office.events() == []


@pytest.mark.parametrize(
    ("change", "column", "beginning"),
    [
        ({"start_date": "2020-09-01"}, "start_date", "The person already holds this post at this organisation"),
        ({"end_date": "2026-07-31"}, "end_date", "Acorn has 2026-08-31 as the last day"),
        ({"fte": "0.5"}, "fte", "The appointment ended on 2026-08-31 with an FTE of 1"),
    ],
)
def test_a_row_that_would_rewrite_history_is_rejected(
    trust_office: Any, change: dict[str, str], column: str, beginning: str
) -> None:
    trust_office.people({**AMINA, "end_date": "2026-08-31"})

    done = trust_office.people({**AMINA, **change})

    assert done.counts == {"rejected": 1}
    ((where, _, why),) = done.reasons[2]
    assert where == column
    assert why.startswith(beginning)


# -- mapping, dry run, size -------------------------------------------------------------------------------------------


def test_a_dry_run_foresees_what_the_import_then_does(trust_office: Any) -> None:
    rows = [
        {**AMINA, "line_manager_employee_number": "1002"},
        BEN,
        {**AMINA, "academy_urn": "990102", "fte": "0.5"},
        {**BEN, "trn": "1295641", "employee_number": "7", "email": ""},
        {**AMINA, "employee_number": "8", "trn": "", "email": "", "line_manager_employee_number": "404"},
    ]
    many = [
        {**BEN, "employee_number": f"E{number}", "email": "", "line_manager_employee_number": f"E{number // 9}"}
        for number in range(70, 0, -1)
    ]

    foreseen = trust_office.people(*rows, *many, dry_run="true")

    assert trust_office.database["people"].count_documents({}) == 0
    assert trust_office.events() == []
    done = trust_office.people(*rows, *many)
    assert (foreseen.rows, foreseen.counts) == (done.rows, done.counts)
    assert done.counts == {"added": 73, "rejected": 2, "incomplete": 9}


def test_a_mapping_file_turns_another_systems_words_into_ours(trust_office: Any) -> None:
    mapping = {
        "columns": {"Payroll": "employee_number", "Job": "post", "Site": "academy_urn", "From": "start_date"},
        "values": {"post": {"Class Teacher": "teacher"}, "academy_urn": {"Elm": "990101"}},
        "constants": {"fte": "1", "given_name": "Amina", "family_name": "Yusuf"},
        "dates": "dd/mm/yyyy",
    }

    done = trust_office.send(
        "people", b"Payroll;Job;Site;From;Room\n1003;class teacher;Elm;01/09/2021;12\n", mapping=json.dumps(mapping)
    )

    assert done.counts == {"added": 1}
    assert done.document["ignored_columns"] == ["Room"]
    assert held(trust_office.person("Yusuf")) == [("teacher", 1, "2021-09-01", None)]


def test_hundreds_of_people_go_in_by_small_transactions_with_one_event_each(trust_office: Any) -> None:
    rows = [
        {
            **AMINA,
            "employee_number": f"E{number}",
            "trn": f"{number:07d}",
            "email": f"p{number}@oaktrees.example",
            "line_manager_employee_number": f"E{number // 10}" if number else "",
        }
        for number in range(220)
    ]

    done = trust_office.people(*rows)

    assert done.counts == {"added": 220}
    assert len({event["subject"] for event in trust_office.events()}) == len(trust_office.events()) == 220
