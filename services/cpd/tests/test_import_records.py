"""CPD records from a file: whose they are, what they make, and that the same file twice is no news."""

import io
from typing import Any

import pytest

from acorn_cpd.imports import KINDS, RECORDS
from acorn_cpd.store import Store
from servicekit import imports
from servicekit.imports.writing import template
from servicekit.schedule import Schedule

pytestmark = pytest.mark.engines

HEADER = "employee_number,trn,email,title,kind,topics,date,ends,hours,provider,reference"
PHONICS = "1003,,,Phonics in Reception,course,phonics;EYFS,2025-10-14,,3.5,Early Excellence,"
WITH_REFERENCE = f"{PHONICS}EE-1"


class Office:
    """HR's desk: files go out, and what became of them comes back."""

    def __init__(self, trust: Any) -> None:
        self.trust = trust
        self.hr = trust.as_("hr")

    def send(self, *lines: str, dry_run: bool = False) -> dict[Any, Any]:
        """Send rows, let the worker judge them; answers the counts that are not zero, and each line's sentences."""
        content = "\n".join((HEADER, *lines)).encode()
        parts = {"kind": "records", "file": (io.BytesIO(content), "cpd.csv"), "dry_run": str(dry_run).lower()}
        sent = self.hr.send("POST", "/imports", data=parts)
        assert sent.status_code == 202, sent.get_data(as_text=True)
        make_store = lambda database, session: Store(database, session=session)  # noqa: E731
        work = imports.work(KINDS, make_store, clock=self.trust.clock)
        schedule = Schedule(self.trust.database, {"import": work}, holder="worker", clock=self.trust.clock)
        while schedule.step():
            pass
        path = f"/imports/{sent.get_json()['id']}"
        done = self.hr.get(path).get_json()
        assert done["state"] == "done", done["reason"]
        rows = self.hr.get(f"{path}/rows?with_reasons=true").get_json()["items"]
        counts = {name: count for name, count in done["rows"].items() if count and name not in ("total", "judged")}
        reasons = {row["line"]: [(one["column"], one["reason"]) for one in row["reasons"]] for row in rows}
        return {**counts, **reasons}

    def history(self, person: str = "") -> list[dict[str, Any]]:
        """Amina's history, or somebody else's."""
        found = self.hr.get(f"/people/{person or self.trust.amina}/history").get_json()["items"]
        return list(found)

    def types(self) -> list[str]:
        """Why the events were sent, in order."""
        return [event["type"].removeprefix("cpd.record-").removesuffix(".v1") for event in self.trust.events()]


@pytest.fixture
def office(trust: Any) -> Office:
    trust.hear_of(trust.amina, employee_numbers=["1003"], trn="0295641")
    trust.hear_of(trust.ben, employee_numbers=["1002"])
    trust.hear_of(trust.harriet, employee_numbers=["1001"])
    return Office(trust)


def test_a_row_becomes_a_verified_record_in_the_persons_history(office: Office) -> None:
    assert office.send(WITH_REFERENCE) == {"added": 1}

    (record,) = office.history()
    assert (record["title"], record["kind"], record["topics"]) == (
        "Phonics in Reception",
        "course",
        ["eyfs", "phonics"],
    )
    assert (record["date"], record["ends"], record["hours"]) == ("2025-10-14", None, 3.5)
    assert (record["provider"], record["academic_year"]) == ("Early Excellence", "2025-26")
    assert record["source"] == {"kind": "import", "reference": "EE-1"}
    assert record["state"] == "verified"
    assert office.types() == ["imported"]


def test_nobody_vouches_for_their_own_cpd_by_importing_it(office: Office) -> None:
    office.send(PHONICS.replace("1003", "1001"))

    assert [record["state"] for record in office.history(office.trust.harriet)] == ["declared"]


@pytest.mark.parametrize("row", [PHONICS, WITH_REFERENCE])
def test_the_same_file_twice_changes_nothing_and_emits_nothing(office: Office, row: str) -> None:
    office.send(row)
    before = office.trust.events()

    assert office.send(row) == {"unchanged": 1}
    assert office.trust.events() == before


def test_a_corrected_row_corrects_the_record_of_its_reference(office: Office) -> None:
    office.send(WITH_REFERENCE)

    assert office.send(WITH_REFERENCE.replace("3.5", "4")) == {"changed": 1}

    (record,) = office.history()
    assert (record["hours"], record["state"]) == (4, "verified")
    assert office.types() == ["imported", "imported"]


def test_without_a_reference_a_different_row_is_another_record(office: Office) -> None:
    office.send(PHONICS)

    assert office.send(PHONICS.replace("3.5", "4")) == {"added": 1}


def test_an_empty_cell_never_deletes(office: Office) -> None:
    office.send(WITH_REFERENCE)

    office.send("1003,,,Phonics in Reception,course,,2025-10-14,,3.5,,EE-1")

    (record,) = office.history()
    assert (record["topics"], record["provider"]) == (["eyfs", "phonics"], "Early Excellence")


@pytest.mark.parametrize("who", ["1003,,", ",0295641,", ",295641,", ",,Amina@oaktrees.example", "1003,0295641,"])
def test_a_person_is_named_by_any_identifier(office: Office, who: str) -> None:
    assert office.send(PHONICS.replace("1003,,", who, 1)) == {"added": 1}

    assert len(office.history()) == 1


@pytest.mark.parametrize(
    ("row", "column", "beginning"),
    [
        (PHONICS.replace("1003", "9"), "employee_number", "Acorn knows nobody with this employee number."),
        (PHONICS.replace("1003,,", "1002,0295641,"), "trn", "This TRN belongs to somebody else"),
        (PHONICS.replace("1003,,", "1003,12A,"), "trn", "A TRN has seven digits"),
        (PHONICS.replace("2025-10-14", "2027-01-01"), "date", "2027-01-01 has not come yet"),
        (PHONICS.replace("2025-10-14,", "2025-10-14,2025-10-13"), "ends", "2025-10-13 is before the first day"),
        (PHONICS.replace("3.5", "3.3"), "hours", "3.3 is not a number of quarter hours"),
        (PHONICS.replace("3.5", "500"), "hours", "It must be above 0 and at most 400."),
        (PHONICS.replace("course", "cruise"), "kind", "It is not one of course, conference"),
        (PHONICS.replace("EYFS", "yoga"), "topics", "It is not one of safeguarding, curriculum"),
        (PHONICS.replace("Phonics in Reception", ""), "title", "It is empty, and every row needs it."),
    ],
)
def test_a_bad_row_is_told_with_its_column_and_the_good_one_goes_in(
    office: Office, row: str, column: str, beginning: str
) -> None:
    done = office.send(row, WITH_REFERENCE)

    assert (done["rejected"], done["added"]) == (1, 1)
    assert done[2][0][0] == column
    assert done[2][0][1].startswith(beginning)


def test_a_shared_address_names_nobody(office: Office) -> None:
    office.trust.hear_of(office.trust.ben, version=3, email="amina@oaktrees.example", employee_numbers=["1002"])

    done = office.send(PHONICS.replace("1003,,", ",,amina@oaktrees.example"))

    assert done[2] == [("email", "Several people have this e-mail address. Use another identifier.")]


def test_one_reference_with_two_meanings_is_refused_at_the_second(office: Office) -> None:
    rows = (WITH_REFERENCE, WITH_REFERENCE, WITH_REFERENCE.replace("3.5", "4"))

    assert office.send(*rows) == {
        "added": 1,
        "unchanged": 1,
        "rejected": 1,
        4: [("reference", "Line 2 gives the same person this reference and says something else.")],
    }
    assert office.send(*rows)["unchanged"] == 2
    assert office.types() == ["imported"]


def test_one_event_may_be_the_reference_of_several_people(office: Office) -> None:
    assert office.send(WITH_REFERENCE, WITH_REFERENCE.replace("1003", "1002")) == {"added": 2}


def test_a_withdrawn_record_does_not_come_back(office: Office) -> None:
    office.send(WITH_REFERENCE)
    (record,) = office.history()
    office.trust.step("hr", record, "withdraw", {"why": "Somebody else's."})

    assert office.send(WITH_REFERENCE) == {"unchanged": 1}
    assert office.send(WITH_REFERENCE.replace("3.5", "4"))["rejected"] == 1


@pytest.mark.parametrize("rows", [(PHONICS, PHONICS), (WITH_REFERENCE, WITH_REFERENCE.replace("3.5", "4"), PHONICS)])
def test_a_dry_run_foresees_what_the_import_then_does(office: Office, rows: tuple[str, ...]) -> None:
    foreseen = office.send(*rows, dry_run=True)

    assert office.trust.events() == []
    assert office.send(*rows) == foreseen


# -- the template -----------------------------------------------------------------------------------------------------


def test_the_templates_example_row_is_read_without_a_fault_and_is_nobodys(office: Any) -> None:
    header, row = template(RECORDS).removeprefix("\ufeff").splitlines()

    assert header == HEADER
    assert office.send(row) == {
        "rejected": 1,
        2: [
            (
                "employee_number",
                "Acorn knows nobody with this employee number. If you added them just now, send the file again in a "
                "minute.",
            )
        ],
    }
