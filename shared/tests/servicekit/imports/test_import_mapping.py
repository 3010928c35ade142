"""Which header is which column, what their values mean, and files and mappings that do not fit."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest

from servicekit.imports.columns import Column, choice, day, text
from servicekit.imports.kinds import ImportKind, Judged, Outcome, Row, Verdict
from servicekit.imports.mapping import NO_MAPPING, Table, open_table, read_mapping
from servicekit.imports.reading import FileRefused
from servicekit.problems import Invalid


def judge(*_: Any) -> Iterable[Judged]:
    return ()


STAFF = ImportKind(
    "staff",
    title="Staff",
    description="Who works here.",
    columns=(
        Column("number", "Payroll's number.", text()),
        Column("email", "E-mail.", text()),
        Column("family_name", "Family name.", text(20), required=True),
        Column("post", "The job.", choice({"teacher": "Teacher", "senco": "SENCO"})),
        Column("start_date", "First day.", day),
        Column("academy", "Where.", text()),
    ),
    judge=judge,
    needs=(("number", "email"),),
)


def opened(content: str, mapping: dict[str, Any] | None = None) -> Table:
    return open_table(
        content.encode(), STAFF, read_mapping(json.dumps(mapping), STAFF) if mapping is not None else NO_MAPPING
    )


def only_row(content: str, mapping: dict[str, Any] | None = None) -> Row:
    (row,) = opened(content, mapping).rows
    assert isinstance(row, Row), row
    return row


def only_rejection(content: str, mapping: dict[str, Any] | None = None) -> Verdict:
    (verdict,) = opened(content, mapping).rows
    assert isinstance(verdict, Verdict), verdict
    assert verdict.outcome is Outcome.REJECTED
    return verdict


def refusal(content: str, mapping: dict[str, Any] | None = None) -> str:
    with pytest.raises(FileRefused) as refused:
        opened(content, mapping)
    return str(refused.value)


def pointers(mapping: str) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        read_mapping(mapping, STAFF)
    return {error.pointer: error.detail for error in refused.value.errors}


def test_a_file_with_our_own_column_names_needs_no_mapping() -> None:
    row = only_row("Number,FAMILY_NAME,start_date\n7,Yusuf,2019-09-01\n")

    assert row.values == {"number": "7", "family_name": "Yusuf", "start_date": date(2019, 9, 1)}
    assert row.line == 2


def test_a_mapping_says_which_header_is_which_column_and_what_their_values_mean() -> None:
    row = only_row(
        "Payroll No;Surname;Job Title;Started\n7;Yusuf;class TEACHER ;01-09-2019\n",
        {
            "columns": {
                "payroll no": "number",
                "Surname": "family_name",
                "Job  Title": "post",
                "Started": "start_date",
            },
            "values": {"post": {"Class Teacher": "teacher"}},
            "dates": "dd-mm-yyyy",
        },
    )

    assert row.values == {
        "number": "7",
        "family_name": "Yusuf",
        "post": "teacher",
        "start_date": date(2019, 9, 1),
    }


def test_a_mapping_may_give_a_column_that_the_file_does_not_have() -> None:
    row = only_row("number,family_name\n7,Yusuf\n", {"constants": {"academy": "Elm"}})

    assert row.get("academy") == "Elm"


def test_a_constant_does_not_stand_in_for_an_empty_cell() -> None:
    row = only_row("number,family_name,academy\n7,Yusuf,\n", {"constants": {"academy": "Elm"}})

    assert row.get("academy") is None


def test_the_mapping_goes_before_a_header_that_has_our_name_by_chance() -> None:
    row = only_row("number,post,Job,family_name\n7,Room 12,Teacher,Yusuf\n", {"columns": {"Job": "post"}})

    assert row.get("post") == "teacher"


def test_columns_that_nobody_asked_for_are_ignored_and_named() -> None:
    assert opened("number,family_name,Ethnicity,Car\n7,Yusuf,a,b\n").ignored == ("Ethnicity", "Car")


def test_an_ignored_column_may_be_there_twice_and_a_used_one_may_not() -> None:
    assert only_row("number,note,note,family_name\n7,a,b,Yusuf\n").get("family_name") == "Yusuf"
    assert (
        refusal("number,Family_Name,family_name\n7,a,b\n") == "“Family_Name” is a heading 2 times. Leave one of them."
    )


def test_every_fault_of_a_row_is_told_with_the_header_of_the_file_and_the_cell() -> None:
    verdict = only_rejection(
        "Nr,Name,post,start_date\n7,,Wizard,31/02/2019\n", {"columns": {"Nr": "number", "Name": "family_name"}}
    )

    assert [(reason.column, reason.value) for reason in verdict.reasons] == [
        ("Name", None),
        ("post", "Wizard"),
        ("start_date", "31/02/2019"),
    ]
    assert all(reason.reason.endswith(".") for reason in verdict.reasons)


def test_a_row_that_names_nobody_is_rejected() -> None:
    verdict = only_rejection("number,email,family_name\n,,Yusuf\n")

    assert verdict.reasons[0].reason == "Fill number or email: every row needs one of them."


def test_a_missing_column_is_named_with_what_may_be_meant() -> None:
    assert refusal("Family Name,e-mail\nYusuf,a@b.example\n") == (
        "The file has no column family_name (is “Family Name” meant?) and no column number or email (is “e-mail” "
        "meant?). Rename the columns, or send a mapping file that says which column is which."
    )


def test_a_mapping_from_a_column_that_is_not_there_is_refused_with_what_may_be_meant() -> None:
    assert refusal("number,Surnames\n7,Yusuf\n", {"columns": {"Surname": "family_name"}}) == (
        "The mapping takes family_name from “surname”, but the file has no such heading. Is “Surnames” meant?"
    )


def test_a_mapping_that_is_not_json_is_refused() -> None:
    assert list(pointers("{columns: 1}")) == ["/mapping"]
    assert list(pointers("[1]")) == ["/mapping"]
    assert list(pointers("[" * 100_000)) == ["/mapping"]


def test_each_part_of_a_mapping_that_cannot_be_used_is_pointed_at() -> None:
    mapping = {
        "columns": {"Surname": "familyname", "A/B": "nothing like it", "One": "post", "Two": "post", "Three": ["post"]},
        "values": {"job": {}, "post": {"a": 1}},
        "constants": {"academy": 7},
        "dates": "d.m.y",
        "encoding": "ebcdic",
        "sheet": 1,
    }

    found = pointers(json.dumps(mapping))

    assert found == {
        "/mapping/sheet": "A mapping has no part of this name. It may have columns, constants, dates, delimiter, "
        "encoding and values.",
        "/mapping/dates": 'It must be one of "yyyy-mm-dd", "dd/mm/yyyy", "dd-mm-yyyy", "dd.mm.yyyy", "mm/dd/yyyy".',
        "/mapping/encoding": 'It must be one of "utf-8", "windows-1252", "utf-16".',
        "/mapping/columns/Surname": "There is no column familyname. Is family_name meant?",
        "/mapping/columns/A~1B": "There is no column nothing like it.",
        "/mapping/columns/Two": "post is taken from “One” already.",
        "/mapping/columns/Three": "There is no column ['post']. Is post meant?",
        "/mapping/constants/academy": "It must be a text in quotation marks.",
        "/mapping/values/job": "There is no column job.",
        "/mapping/values/post": 'It must say what each text means, as {"Class Teacher": "teacher"} does.',
    }


@pytest.mark.parametrize("part", ["columns", "values", "constants"])
def test_a_part_of_a_mapping_that_is_no_object_is_refused(part: str) -> None:
    assert pointers(json.dumps({part: ["number"]})) == {f"/mapping/{part}": "It must be a JSON object."}


@pytest.mark.parametrize(("name", "sign"), [("comma", ","), ("semicolon", ";"), ("tab", "\t")])
def test_the_delimiter_can_be_said_where_it_is_found_out_wrongly(name: str, sign: str) -> None:
    content = f'number{sign}family_name{sign}"post,email;"\n7{sign}Yusuf{sign}\n'

    assert opened(content, {"delimiter": name}).delimiter == name
