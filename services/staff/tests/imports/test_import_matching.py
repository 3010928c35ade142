"""Who is meant by a row of a people file, and who manages whom."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acorn_staff.imports.order import managers_first, people_of
from servicekit.imports import Row

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


# -- who is meant -----------------------------------------------------------------------------------------------------


def test_people_are_matched_by_employee_number_then_trn_then_email(trust_office: Any) -> None:
    trust_office.people(AMINA)

    by_number = trust_office.people({"employee_number": "1003", "email": "yusuf@oaktrees.example"})
    by_trn = trust_office.people({"employee_number": "5003", "trn": "1295641"})
    by_email = trust_office.people({"email": "YUSUF@oaktrees.example", "date_of_birth": "1992-12-08"})

    assert [by_number.counts, by_trn.counts, by_email.counts] == [{"changed": 1}] * 3
    amina = trust_office.person("Yusuf")
    assert (amina["employee_numbers"], amina["date_of_birth"]) == (["1003", "5003"], "1992-12-08")


@pytest.mark.parametrize(
    ("row", "column", "sentence"),
    [
        ({**BEN, "trn": "1295641"}, "trn", "It belongs to somebody else than the employee number in this row does."),
        (
            {**BEN, "email": "amina@oaktrees.example"},
            "email",
            "It belongs to somebody else than the employee number in this row does.",
        ),
        (
            {**AMINA, "employee_number": "9", "trn": "7654321"},
            "trn",
            "The person with this e-mail address has another TRN. Correct it in Acorn if it is the same person.",
        ),
        (
            {**AMINA, "trn": "7654321", "email": "", "family_name": "Somebody"},
            "trn",
            "The person with this employee number has another TRN. Correct it in Acorn if it is the same person.",
        ),
    ],
)
def test_identifiers_that_mean_two_people_are_refused(
    trust_office: Any, row: dict[str, str], column: str, sentence: str
) -> None:
    trust_office.people(AMINA, BEN)
    before = trust_office.events()

    done = trust_office.people(row)

    assert done.counts == {"rejected": 1}
    assert [(where, why) for where, _, why in done.reasons[2]] == [(column, sentence)]
    assert trust_office.events() == before


def test_a_leavers_address_is_free_for_somebody_else(trust_office: Any) -> None:
    trust_office.people({**AMINA, "end_date": "2025-08-31", "leaving_reason": "resigned"})

    done = trust_office.people({**BEN, "email": "amina@oaktrees.example"})

    assert done.counts == {"added": 1}


def test_rows_that_say_different_things_of_one_person_are_refused_behind_the_first(trust_office: Any) -> None:
    done = trust_office.people(AMINA, {**AMINA, "academy_urn": "990102", "fte": "0.2", "given_name": "Anna"})

    assert done.counts == {"added": 1, "rejected": 1}
    assert done.reasons == {3: [("given_name", "Anna", "Line 2 is about the same person and says something else.")]}


def test_a_row_that_is_there_twice_is_one_change_and_one_event(trust_office: Any) -> None:
    done = trust_office.people(AMINA, AMINA)

    assert done.counts == {"added": 1, "unchanged": 1}
    assert len(trust_office.events()) == 1


# -- line managers ----------------------------------------------------------------------------------------------------


def managed_by(person: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    return [(one["person"], one["from"], one["to"]) for one in person["line_managers"]]


@pytest.mark.parametrize("first", ["manager", "report"])
def test_a_line_manager_may_be_new_in_the_same_file_on_whatever_line(trust_office: Any, first: str) -> None:
    report = {**AMINA, "line_manager_employee_number": "1002", "line_manager_from": "2021-09-01"}

    done = trust_office.people(*([BEN, report] if first == "manager" else [report, BEN]))

    assert done.counts == {"added": 2}
    assert managed_by(trust_office.person("Yusuf")) == [(trust_office.person("Okafor")["_id"], "2021-09-01", None)]
    assert trust_office.types() == ["person-joined", "person-joined"]


def test_without_a_day_the_line_manager_manages_from_today(trust_office: Any) -> None:
    trust_office.people(AMINA, BEN)

    done = trust_office.people({"employee_number": "1003", "line_manager_employee_number": "1002"})

    assert done.counts == {"changed": 1}
    assert managed_by(trust_office.person("Yusuf"))[0][1:] == ("2026-11-23", None)
    assert trust_office.types()[2:] == ["person-line-manager-changed"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"line_manager_employee_number": "404"}, "Nobody has this employee number."),
        (
            {"line_manager_employee_number": "1003"},
            "A person cannot be their own line manager. Choose somebody else.",
        ),
        (
            {"line_manager_employee_number": "1009"},
            "This line manager's last day is 2024-08-31. Choose somebody who is still here.",
        ),
        (
            {"line_manager_employee_number": "1008"},
            "They are on line 4, which was not in yet when this row was judged. Send the file again once it is.",
        ),
    ],
)
def test_a_person_goes_in_without_a_line_manager_who_cannot_be_and_the_row_says_so(
    trust_office: Any, change: dict[str, str], sentence: str
) -> None:
    left = {"end_date": "2024-08-31", "leaving_reason": "retired"}
    leaver = {**BEN, **left, "employee_number": "1009", "email": ""}
    faulty = {**BEN, "employee_number": "1008", "email": "ben@oaktrees.example", "academy_urn": "999999"}

    done = trust_office.people({**AMINA, **change}, leaver, faulty)

    assert done.counts == {"added": 2, "rejected": 1, "incomplete": 1}
    assert done.reasons[2] == [
        (
            "line_manager_employee_number",
            change["line_manager_employee_number"],
            f"The line manager was not set. {sentence}",
        )
    ]
    assert managed_by(trust_office.person("Yusuf")) == []


def test_line_managers_in_a_circle_go_in_but_for_the_one_that_would_close_it(trust_office: Any) -> None:
    cara = {**BEN, "employee_number": "1001", "given_name": "Cara", "family_name": "Head", "email": "c@d.example"}

    rows = (
        {**AMINA, "line_manager_employee_number": "1002"},
        {**BEN, "line_manager_employee_number": "1001"},
        {**cara, "line_manager_employee_number": "1003"},
    )
    done = trust_office.people(*rows)
    again = trust_office.people(*rows)

    assert done.counts == {"added": 3, "incomplete": 1}
    assert sum(bool(managed_by(trust_office.person(name))) for name in ("Yusuf", "Okafor", "Head")) == 2
    assert again.counts == {"unchanged": 3, "incomplete": 1}
    assert "would be managed, directly or through others, by the same person" in again.sentences[0]


# -- the order --------------------------------------------------------------------------------------------------------

people = st.lists(
    st.tuples(st.integers(0, 12), st.none() | st.integers(0, 12), st.none() | st.integers(0, 5)), max_size=20
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(people)
def test_managers_come_first_unless_they_go_round_in_a_circle(drawn: list[tuple[int, int | None, int | None]]) -> None:
    rows = [
        Row(line, {"employee_number": number, "line_manager_employee_number": manager, "trn": trn}, {})
        for line, (number, manager, trn) in enumerate(drawn)
    ]

    groups = people_of(rows)
    ordered = managers_first(groups)

    assert sorted(row.line for group in ordered for row in group) == list(range(len(rows)))
    place = {row.get("employee_number"): at for at, group in enumerate(ordered) for row in group}
    above = {
        at: {
            place[row.get("line_manager_employee_number")]
            for row in group
            if row.get("line_manager_employee_number") in place
        }
        for at, group in enumerate(ordered)
    }
    for at, managers in above.items():
        for manager in managers - {at}:
            assert manager < at or at in _reached(above, manager)


def _reached(above: dict[int, set[int]], start: int) -> set[int]:
    found, left = set(), {start}
    while left:
        found |= left
        left = {manager for one in left for manager in above[one]} - found
    return found
