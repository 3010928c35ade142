"""Academies from an extract of the national register of schools."""

from typing import Any

import pytest

pytestmark = pytest.mark.engines

ELM = {"URN": "990101", "EstablishmentName": "Elm Primary Academy"}
ASH = {"URN": "990102", "EstablishmentName": "Ash Infant Academy"}
OTHERS = {"Trusts (code)": "9902", "Trusts (name)": "RIVERSIDE LEARNING TRUST"}


def test_an_open_academy_becomes_a_member_with_what_the_register_says(office: Any) -> None:
    done = office.academies(
        {
            **ELM,
            "EstablishmentName": "St Zoë’s Academy",
            "OpenDate": "01-09-2017",
            "PhaseOfEducation (name)": "Primary",
            "UKPRN": "10079319",
            "Street": "St James’s Passage",
            "Town": "Lindenford",
            "Postcode": "LX1 1AA",
        }
    )

    assert done.counts == {"added": 1}
    assert done.document["encoding"] == "windows-1252"
    elm = office.organisation("990101")
    assert elm["name"] == "St Zoë’s Academy"
    assert (elm["kind"], elm["membership"], elm["phase"], elm["ukprn"]) == ("academy", "member", "Primary", "10079319")
    assert elm["establishment"] == {
        "type": "Academy converter",
        "status": "open",
        "opened": "2017-09-01",
        "closed": None,
    }
    assert elm["address"] == {"street": "St James’s Passage", "town": "Lindenford", "postcode": "LX1 1AA"}
    assert office.types() == ["organisation-added"]


def test_the_same_extract_twice_changes_nothing_and_emits_nothing(office: Any) -> None:
    office.academies(ELM, ASH)
    before = office.events()

    again = office.academies(ELM, ASH)

    assert again.counts == {"unchanged": 2}
    assert office.events() == before


def test_a_changed_name_is_one_event_and_leaves_its_trace_in_the_history(office: Any) -> None:
    office.academies(ELM, ASH)

    done = office.academies({**ELM, "EstablishmentName": "Elm Academy"}, ASH)

    assert done.counts == {"changed": 1, "unchanged": 1}
    assert office.types()[2:] == ["organisation-changed"]
    (change,) = office.database["changes"].find({"version": 2})
    assert change["why"] == f"Import {done.document['id']}"
    assert [field["field"] for field in change["fields"]] == ["name"]


def test_an_empty_cell_never_deletes(office: Any) -> None:
    office.academies({**ELM, "UKPRN": "10079319", "Street": "Elm Lane", "Town": "Lindenford", "OpenDate": "01-09-2017"})

    done = office.academies({**ELM, "Town": "Lindenford"})

    assert done.counts == {"unchanged": 1}
    assert office.organisation("990101")["ukprn"] == "10079319"


def test_what_hr_recorded_by_hand_stays(office: Any) -> None:
    office.academies(ELM)
    elm = office.organisation("990101")
    facts = {"founder": True, "joined": "2017-09-01"}
    office.request("PATCH", f"/organisations/{elm['_id']}", json=facts, headers={"If-Match": '"1"'})

    office.academies({**ELM, "EstablishmentName": "Elm Academy"})

    assert office.organisation("990101") | facts == office.organisation("990101")


def test_a_closed_school_that_was_never_known_is_left_out(office: Any) -> None:
    done = office.academies(ELM, {**ASH, "EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2019"})

    assert done.counts == {"added": 1, "left_out": 1}
    assert done.reasons == {
        3: [("EstablishmentStatus (name)", "Closed", "It is closed, and was never known to Acorn.")]
    }


def test_a_known_school_that_closes_is_closed_and_stays(office: Any) -> None:
    office.academies({**ELM, "OpenDate": "01-09-2017"})

    done = office.academies({**ELM, "EstablishmentStatus (name)": "Closed", "CloseDate": "31-08-2026"})

    assert done.counts == {"changed": 1}
    elm = office.organisation("990101")
    assert elm["establishment"] == {
        "type": "Academy converter",
        "status": "closed",
        "opened": "2017-09-01",
        "closed": "2026-08-31",
    }
    assert elm["membership"] == "member"


def test_a_school_yet_to_open_is_prospective_and_becomes_a_member_when_it_opens(office: Any) -> None:
    proposed = {**ELM, "EstablishmentStatus (name)": "Proposed to open", "OpenDate": "01-09-2027"}
    office.academies(proposed)
    assert office.organisation("990101")["membership"] == "prospective"

    office.academies({**proposed, "EstablishmentStatus (name)": "Open"})

    assert office.organisation("990101")["membership"] == "member"


def test_an_open_school_that_is_to_close_is_a_member_still(office: Any) -> None:
    office.academies({**ELM, "EstablishmentStatus (name)": "Open, but proposed to close"})

    assert office.organisation("990101")["establishment"]["status"] == "open_proposed_to_close"
    assert office.organisation("990101")["membership"] == "member"


def test_schools_of_another_trust_and_of_none_are_left_out(office: Any) -> None:
    done = office.academies(
        ELM,
        {**ASH, **OTHERS},
        {"URN": "990109", "EstablishmentName": "Oak", "Trusts (code)": "", "Trusts (name)": ""},
        trust="9901",
    )

    assert done.counts == {"added": 1, "left_out": 2}
    assert done.sentences == ["It belongs to another trust.", "It belongs to no trust."]


def test_an_academy_that_went_to_another_trust_is_left_for_hr_to_judge(office: Any) -> None:
    office.academies(ELM)

    done = office.academies({**ELM, **OTHERS}, ASH, trust="Oak Trees Multi Academy Trust")

    assert done.counts == {"added": 1, "left_out": 1}
    assert done.sentences == [
        "It belongs to another trust, but Acorn has it as member: change that in Acorn if it is wrong."
    ]


@pytest.mark.parametrize("trust", ["9901", "oak trees  multi academy trust"])
def test_our_trust_is_named_by_code_or_by_name(office: Any, trust: str) -> None:
    assert office.academies(ELM, {**ASH, **OTHERS}, trust=trust).counts == {"added": 1, "left_out": 1}


def test_a_file_with_several_trusts_must_say_which_is_ours(office: Any) -> None:
    done = office.academies(ELM, {**ASH, **OTHERS})

    assert done.document["state"] == "failed"
    assert done.document["reason"] == (
        "The file has schools of 2 trusts: OAK TREES MULTI ACADEMY TRUST (9901), RIVERSIDE LEARNING TRUST (9902). "
        "Say which trust is yours."
    )
    assert office.events() == []


def test_a_trust_that_is_not_in_the_file_is_refused_with_those_that_are(office: Any) -> None:
    done = office.academies(ELM, trust="Oak Tree")

    assert done.document["reason"] == (
        "No school in the file belongs to the trust “Oak Tree”. The file has: OAK TREES MULTI ACADEMY TRUST (9901)."
    )


def test_a_file_without_any_trust_is_refused(office: Any) -> None:
    done = office.academies({**ELM, "Trusts (code)": "", "Trusts (name)": ""})

    assert done.document["reason"].startswith("No school in the file belongs to a trust")


def test_each_bad_cell_is_told_and_the_good_schools_go_in(office: Any) -> None:
    done = office.academies(
        {**ELM, "URN": "99010", "OpenDate": "2017-09-01", "UKPRN": "1007931X"},
        {**ELM, "EstablishmentStatus (name)": "Ajar"},
        {**ELM, "OpenDate": "01-09-2017", "CloseDate": "31-08-2016"},
        ASH,
        ASH,
    )

    assert done.counts == {"added": 1, "rejected": 4}
    assert done.reasons == {
        2: [
            ("URN", "99010", "A URN has six digits."),
            ("OpenDate", "2017-09-01", "It is not a date written dd-mm-yyyy."),
            ("UKPRN", "1007931X", "A UKPRN has eight digits."),
        ],
        3: [
            (
                "EstablishmentStatus (name)",
                "Ajar",
                "It is not one of Open, Closed, Open, but proposed to close, Proposed to open.",
            )
        ],
        4: [(None, None, "The last day would be 2016-08-31, before the first day, 2017-09-01.")],
        6: [("URN", "990102", "The same URN is on line 5.")],
    }


def test_columns_are_found_by_name_wherever_they_are_and_whatever_is_beside_them(office: Any) -> None:
    header = "Trusts (name),EstablishmentName,New column,URN,EstablishmentStatus (name),TypeOfEstablishment (name)"

    done = office.send("academies", f"{header}\nOak Trees,Elm,?,990101,Open,Free schools\n".encode())

    assert done.counts == {"added": 1}
    assert office.organisation("990101")["establishment"]["type"] == "Free schools"


def test_a_dry_run_tells_the_same_and_keeps_nothing(office: Any) -> None:
    done = office.academies(ELM, {**ASH, "EstablishmentStatus (name)": "Closed"}, dry_run="true")

    assert done.counts == {"added": 1, "left_out": 1}
    assert office.database["organisations"].count_documents({}) == 0
    assert office.events() == []
