"""What people do at a terminal with the demo trust loaded: HR, a teacher, her line manager, whoever is on call."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from acorn import importing
from acorn.commands import imports as import_commands
from servicekit.testing import wait_until

pytestmark = pytest.mark.engines

DEMO = Path(__file__).resolve().parents[2] / "acorn" / "demo"
HEADER = "employee_number,given_name,family_name,trn\n"


@pytest.fixture
def at(acorn: Any) -> Any:
    """Sit down at a terminal as one of the demo trust: `at("hr")`."""
    acorn.run("demo", "load", "--quiet")

    def sit(who: str) -> Any:
        acorn.run("sign-in", "--as", f"{who}@oaktrees.example")
        return acorn

    return sit


def answer(terminal: Any, *words: str) -> Any:
    return json.loads(terminal.run(*words, "--json").stdout)


# -- the demo trust ---------------------------------------------------------------------------------------------------


def test_the_demo_trust_is_loaded_once_and_a_second_time_changes_nothing(at: Any, running: Any) -> None:
    hr = at("hr")
    before = running.staff["outbox"].count_documents({}), running.cpd["outbox"].count_documents({})

    assert hr.says("demo", "load") == ["The demo trust is loaded already."]

    assert (running.staff["outbox"].count_documents({}), running.cpd["outbox"].count_documents({})) == before
    assert running.staff["people"].count_documents({}) >= 40
    assert running.cpd["records"].count_documents({}) >= 58
    assert hr.says("who-am-i")[0].endswith("Priya Raman")


def test_a_load_that_was_cut_short_is_finished_by_the_next(at: Any, running: Any) -> None:
    hr = at("hr")
    running.cpd["imports"].delete_many({})
    people = running.staff["people"].count_documents({})

    told = hr.says("demo", "load")

    assert told[1] == "people.csv: 43 rows, 43 unchanged."
    assert told[-2:] == ["cpd.csv: 58 rows, 58 unchanged.", "The demo trust is loaded."]
    assert running.staff["people"].count_documents({}) == people


def test_the_demo_extract_looks_like_the_register(at: Any) -> None:
    content = (DEMO / "gias-extract.csv").read_bytes()

    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    header, *rows = csv.reader(io.StringIO(content.decode("windows-1252"), newline=""))
    assert len(header) == 139
    assert all(len(row) == 139 for row in rows)
    assert {row[header.index("EstablishmentStatus (name)")] for row in rows} == {"Open", "Closed", "Proposed to open"}


# -- organisations and people -----------------------------------------------------------------------------------------


def test_organisations_are_listed_by_name(at: Any) -> None:
    sil = at("sil")

    lines = sil.says("organisations")
    assert lines[0].split() == ["URN", "Name", "Membership", "Phase", "Status", "Joined"]
    assert "990101  Elm Primary Academy               member        Primary  open              2017-09-01" in lines
    assert [one["urn"] for one in answer(sil, "organisations", "row")] == ["990106"]
    assert sil.says("organisations", "zzz") == ["No organisation has a name that begins so: zzz."]


def test_people_are_found_by_name_academy_post_and_day(at: Any) -> None:
    hr = at("hr")

    assert [line.split("  ")[0] for line in hr.says("people", "find", "ami yus")] == [
        "Name       ".strip(),
        "Amina Yusuf",
    ]
    heads = answer(hr, "people", "find", "--academy", "990102", "--post", "headteacher")
    assert [one["family_name"] for one in heads] == ["Lindqvist"]
    assert answer(hr, "people", "find", "kwame", "--academy", "Ash Infant and Nursery Academy", "--on", "2020-01-01")
    assert hr.says("people", "find", "nobodyatall") == ["Nobody whom you may see is found."]
    assert "No organisation has the URN or name 1" in hr.refuses("people", "find", "--academy", "1")
    assert "is not a day" in hr.refuses("people", "find", "--on", "2020-02-30", expect=2)


def test_a_head_finds_only_their_own_people(at: Any) -> None:
    assert at("head.ash").says("people", "find", "amina") == ["Nobody whom you may see is found."]


def test_a_person_is_shown_with_their_appointments(at: Any) -> None:
    hr = at("hr")
    (kwame,) = answer(hr, "people", "find", "kwame")

    told = hr.says("people", "show", kwame["id"])

    assert told[0] == "Name              Kwame Boateng"
    assert "teacher" in told[-2]
    assert told[-2].endswith("promoted in trust")
    assert "Beech Junior Academy" in told[-1]


@pytest.mark.parametrize("who", ["kwame.boateng@oaktrees.example", "OT0208"])
def test_somebody_is_named_by_email_address_or_employee_number(at: Any, who: str) -> None:
    hr = at("hr")

    assert hr.says("people", "show", who)[0] == "Name              Kwame Boateng"
    assert hr.says("cpd", "hours", who)[-1].split() == ["2023-24", "48", "0", "48"]


@pytest.mark.parametrize(
    ("who", "what"), [("nobody@oaktrees.example", "e-mail address"), ("OT9999", "employee number")]
)
def test_a_name_for_nobody_is_told_with_the_remedy(at: Any, who: str, what: str) -> None:
    assert at("hr").refuses("people", "show", who) == (
        f"acorn: Nobody whom you may see has the {what} {who}. Look for them with: acorn people find NAME\n"
    )


def test_one_shows_oneself_without_being_named(at: Any) -> None:
    assert at("teacher.elm").says("people", "show")[0] == "Name              Amina Yusuf"
    assert "Nobody in Acorn has your sign-in" in at("trustee").refuses("people", "show")


def test_hr_moves_somebody_and_they_leave_and_the_history_tells_it(at: Any) -> None:
    hr = at("hr")
    (owen,) = answer(hr, "people", "find", "owen bright")

    assert hr.says("people", "move", owen["id"], "--to", "990104", "--on", "2027-01-01", "--why", "Nearer home") == [
        "Owen Bright moves to Willow Church of England Academy on 2027-01-01."
    ]
    assert hr.says("people", "leave", owen["id"], "--on", "2027-08-31", "--reason", "retired") == [
        "Owen Bright leaves on 2027-08-31."
    ]

    shown = answer(hr, "people", "show", owen["id"])
    assert [(one["from"], one["to"]) for one in shown["appointments"]] == [
        ("2017-09-01", "2026-12-31"),
        ("2027-01-01", "2027-08-31"),
    ]
    history = hr.says("people", "history-of-changes", owen["id"])
    assert any("Nearer home" in line and "organisation Willow Church of England Academy" in line for line in history)
    assert "holds no appointment any more on that day" in hr.refuses(
        "people", "leave", owen["id"], "--on", "2028-01-01", "--reason", "retired"
    )

    assert hr.says("people", "stay", owen["id"], "--why", "Changed his mind") == [
        "Owen Bright stays: 2027-08-31 is no longer their last day."
    ]
    assert answer(hr, "people", "show", owen["id"])["appointments"][-1]["to"] is None
    assert any("Changed his mind" in line for line in hr.says("people", "history-of-changes", owen["id"]))


def test_a_move_to_where_somebody_is_already_changes_nothing(at: Any) -> None:
    hr = at("hr")
    (ada,) = answer(hr, "people", "find", "kwame")
    here = answer(hr, "people", "show", ada["id"])["appointments"][-1]["organisation"]
    name = next(one["name"] for one in answer(hr, "organisations") if one["id"] == here)

    told = hr.says("people", "move", ada["id"], "--to", name, "--on", "2026-11-30")

    assert told == [f"Nothing changes: Kwame Boateng is at {name} then already."]


def test_who_has_two_appointments_says_which_of_them_ends(at: Any) -> None:
    hr = at("hr")
    (ruth,) = answer(hr, "people", "find", "ruth aldous")
    move = ("people", "move", ruth["id"], "--to", "990103", "--on", "2027-01-01")

    assert "has several appointments then: say which ends with --from" in hr.refuses(*move)
    assert "has no appointment then" in hr.refuses(*move[:-1], "2001-01-01")
    assert "moves to Beech Junior Academy" in hr.says(*move, "--from", "990102")[0]


def test_a_refusal_names_each_faulty_option_as_it_was_typed(at: Any) -> None:
    hr = at("hr")
    (mei,) = answer(hr, "people", "find", "mei")

    leave = ("people", "leave", mei["id"], "--on", "2027-08-31")
    one = hr.refuses(*leave, "--reason", "whim")
    several = hr.refuses(*leave, "--reason", "whim", "--destination", "moon").splitlines()

    assert one.startswith("acorn: --reason: Must be one of: moved_in_trust")
    assert several[0] == "acorn: 2 fields cannot be accepted:"
    assert {line.split(":")[0] for line in several[1:]} == {"  --destination", "  --reason"}


def test_everybody_sees_who_looked_at_their_record(at: Any) -> None:
    hr = at("hr")
    (chloe,) = answer(hr, "people", "find", "chloe")
    hr.run("cpd", "history", chloe["id"])

    told = hr.says("people", "reads", chloe["id"])

    assert any("read_history" in line and line.endswith("Priya Raman") for line in told)


# -- CPD --------------------------------------------------------------------------------------------------------------


def test_a_teacher_declares_and_her_line_manager_asks_and_verifies(at: Any) -> None:
    amina = at("teacher.elm")
    said = ("--title", "Phonics in Year 1", "--kind", "course", "--date", "2026-11-02", "--hours", "3.5")
    assert amina.says("cpd", "declare", *said, "--topic", "phonics", "--topic", "eyfs") == [
        "Recorded: Phonics in Year 1, 3.5 hours in 2026-27. Not verified yet."
    ]
    assert amina.says("cpd", "hours")[1].split() == ["2026-27", "0", "3.5", "3.5"]

    one_hour = ("--title", "Reading", "--kind", "reading", "--date", "2026-10-01", "--hours", "1")
    assert "Reading, 1 hour in 2026-27" in amina.says("cpd", "declare", *one_hour)[0]

    ben = at("manager.elm")
    (row,) = [line for line in ben.says("cpd", "waiting") if "Phonics in Year 1" in line]
    record = row.split()[0]
    assert ben.says("cpd", "query", record, "--question", "Was this the whole day?") == [
        "Asked about: Phonics in Year 1."
    ]
    assert not any("Phonics in Year 1" in line for line in ben.says("cpd", "waiting"))
    assert ben.says("cpd", "verify", record) == ["Verified: Phonics in Year 1."]
    assert "No record that you can judge" in ben.refuses("cpd", "verify", record)
    assert "is too short for an id" in ben.refuses("cpd", "verify", "12")

    amina = at("teacher.elm")
    newest = amina.says("cpd", "history")[1]
    assert newest.startswith("2026-11-02  2026-27  Phonics in Year 1")
    assert newest.endswith("verified")


def test_a_history_is_filtered_and_comes_as_csv(at: Any) -> None:
    amina = at("teacher.elm")

    year = answer(amina, "cpd", "history", "--year", "2022-23", "--topic", "safeguarding")
    assert [one["date"] for one in year] == ["2022-09-14"]
    lines = amina.run("cpd", "history", "--csv", "--kind", "conference").stdout
    (row,) = csv.DictReader(io.StringIO(lines.lstrip("\ufeff"), newline=""))
    assert row["title"] == "Annual leadership conference"
    assert amina.refuses("cpd", "history", "--year", "2022") == "acorn: --year: Write an academic year as 2019-20.\n"


def test_the_history_of_a_stranger_stays_closed(at: Any) -> None:
    hr = at("hr")
    (amina,) = answer(hr, "people", "find", "amina yusuf")

    assert "nobody with this id for whom you may do this" in at("head.ash").refuses("cpd", "history", amina["id"])


# -- imports ----------------------------------------------------------------------------------------------------------


def test_an_import_tells_each_refused_row_and_its_exit_code_says_so(at: Any, tmp_path: Path) -> None:
    file = tmp_path / "new people.csv"
    file.write_text(f"{HEADER}N1,New,Person,1234567\nN2,Bad,Person,12X4567\n")
    hr = at("hr")

    dry = hr.run("import", "people", str(file), "--dry-run", expect=1)
    assert dry.stdout.splitlines()[-1] == "new people.csv: 2 rows, would be: 1 added, 1 rejected."
    done = hr.run("import", "people", str(file), expect=1)
    assert done.stdout.splitlines() == [
        "Line  Outcome   Column  Value    Reason",
        "3     rejected  trn     12X4567  A TRN has seven digits and nothing else.",
        "new people.csv: 2 rows, 1 added, 1 rejected.",
    ]
    assert done.stderr == ""
    file.write_text(f"{HEADER}N1,New,Person,1234567\n")
    assert hr.says("import", "people", str(file)) == ["new people.csv: 1 row, 1 unchanged."]


def test_all_or_nothing_puts_nothing_in_beside_a_row_that_would_be_rejected(at: Any, tmp_path: Path) -> None:
    file = tmp_path / "all.csv"
    file.write_text(f"{HEADER}AN1,All,Person,1234511\nAN2,Nothing,Person,12X4567\n")
    hr = at("hr")

    refused = hr.run("import", "people", str(file), "--all-or-nothing", expect=2)

    assert refused.stdout.splitlines()[1:] == [
        "3     rejected  trn     12X4567  A TRN has seven digits and nothing else.",
        "all.csv: 2 rows, would be: 1 added, 1 rejected.",
    ]
    assert refused.stderr.startswith("acorn: all.csv was not imported. One row would be rejected, and all was to go in")
    file.write_text(f"{HEADER}AN1,All,Person,1234511\nAN2,Nothing,Person,1234512\n")
    assert hr.says("import", "people", str(file), "--all-or-nothing") == ["all.csv: 2 rows, 2 added."]
    assert hr.says("import", "people", str(file), "--all-or-nothing") == ["all.csv: 2 rows, 2 unchanged."]


def test_an_import_as_json_holds_the_counts_and_the_reasons(at: Any, tmp_path: Path) -> None:
    file = tmp_path / "cpd.csv"
    file.write_text("employee_number,title,kind,date,hours\n404,Reading,reading,2026-01-01,1\n")

    told = json.loads(at("hr").run("import", "cpd", str(file), "--json", expect=1).stdout)

    assert told["rows"]["rejected"] == 1
    assert told["rows_with_reasons"][0]["reasons"][0]["column"] == "employee_number"


def test_a_file_that_is_refused_as_a_whole_exits_with_2(at: Any, tmp_path: Path) -> None:
    hr = at("hr")
    extract = str(DEMO / "gias-extract.csv")
    sheet = tmp_path / "people.csv"
    sheet.write_bytes(b"PK\x03\x04 a workbook")
    bad_mapping = tmp_path / "mapping.json"
    bad_mapping.write_bytes(b"\xff\xfe")

    assert "is a spreadsheet (.xlsx)" in hr.refuses("import", "people", str(sheet), expect=2)
    assert "Say which trust is yours." in hr.refuses("import", "academies", extract, expect=2)
    assert "is not UTF-8 text" in hr.refuses("import", "people", str(sheet), "--mapping", str(bad_mapping), expect=2)
    assert "does not exist" in hr.refuses("import", "people", "nowhere.csv", expect=2)
    assert "Your access does not cover this" in at("teacher.elm").refuses("import", "people", extract, expect=2)


def test_left_out_rows_are_shown_and_are_no_fault(at: Any) -> None:
    told = at("hr").says("import", "academies", str(DEMO / "gias-extract.csv"), "--trust", "9901")

    assert told[1].split()[:3] == ["6", "left", "out"]
    assert told[-1] == "gias-extract.csv: 7 rows, 5 unchanged, 2 left out."


def test_long_lists_of_reasons_are_cut_for_people_and_whole_for_machines(at: Any, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text(HEADER + "X,A,B,bad\n" * 60)
    hr = at("hr")

    told = hr.run("import", "people", str(file), expect=1).stdout.splitlines()

    assert len(told) == 1 + import_commands.SHOWN + 2
    assert told[-2] == "... and 10 more rows: --json shows them all."
    whole = json.loads(hr.run("import", "people", str(file), "--json", expect=1).stdout)
    assert len(whole["rows_with_reasons"]) == 60


def test_an_import_that_no_worker_takes_is_not_waited_for_for_ever(
    at: Any, running: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    hr = at("hr")
    monkeypatch.setattr(importing, "WAIT_SECONDS", 0.3)
    running.workers.resting = True
    try:
        told = hr.refuses("import", "academies", str(DEMO / "gias-extract.csv"), expect=2)
    finally:
        running.workers.resting = False

    assert told.startswith("acorn: The import takes longer than we wait; it goes on by itself.")
    wait_until(lambda: running.staff["imports"].count_documents({"state": "waiting"}) == 0)
