"""What is published, and why; held against the contracts."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from acorn_staff.model import events
from acorn_staff.model.appointments import Appointment, Destination, Override, Reason
from acorn_staff.model.organisation import (
    Address,
    Establishment,
    EstablishmentStatus,
    OrganisationKind,
    new_organisation,
)
from acorn_staff.model.person import Kind, Person, new_person
from acorn_staff.model.posts import POSTS
from directory.scope import LEADING_POSTS

DAY = date(2019, 9, 1)


def somebody() -> Person:
    """A person with a canary in every field that stays here."""
    person = new_person(
        id="0197f0a4-5d2c-7c3e-9b1a-2f6f0d8e4a11",
        on=DAY,
        kind=Kind.EMPLOYEE,
        given_name="Amina",
        family_name="canary-former",
        email="amina@oaktrees.example",
        trn="0123456",
        employee_numbers=["E1"],
        date_of_birth=date(1990, 2, 28),
    )
    override = Override(by="person:hr", at=datetime(2019, 8, 1, tzinfo=UTC), why="canary-override")
    job = Appointment(id="a1", organisation="elm", post="teacher", fte=1.0, from_=DAY)
    return (
        person.with_details(on=DAY, family_name="Yusuf")
        .joined(job)
        .joined(replace(job, id="a2", organisation="ash", override=override))
        .ended("a1", on=DAY, reason=Reason.ILL_HEALTH, destination=Destination.NOT_KNOWN)
        .with_line_manager("ben", DAY)
        .bound("issuer", "subject", DAY)
    )


def test_what_stays_in_this_service_is_not_published() -> None:
    said = json.dumps(events.published(somebody()))
    kept = ("canary", "1990-02-28", "ill_health", "not_known", "reason", "former_name", "birth", "version", "words")
    for secret in kept:
        assert secret not in said


def test_a_person_is_published_as_the_contract_says(contracts: Path) -> None:
    schema = json.loads((contracts / "events/state/staff.person.v1.json").read_text())
    state = events.published(somebody())
    assert set(state) == set(schema["properties"])
    appointment = schema["properties"]["appointments"]["items"]["properties"]
    assert set(state["appointments"][0]) == set(appointment)
    assert state["appointments"][0]["from"] == "2019-09-01"


def test_an_organisation_is_published_as_the_contract_says_without_its_address(contracts: Path) -> None:
    schema = json.loads((contracts / "events/state/staff.organisation.v1.json").read_text())
    elm = new_organisation(
        id="elm",
        kind=OrganisationKind.ACADEMY,
        name="Elm Primary",
        urn="140001",
        establishment=Establishment(type="Academy converter", status=EstablishmentStatus.OPEN),
        address=Address(postcode="LE15 6AA"),
    )
    state = events.published(elm)
    assert set(state) == set(schema["properties"])
    assert set(state["establishment"]) == set(schema["properties"]["establishment"]["properties"])
    assert "LE15" not in json.dumps(state)


def test_every_event_type_has_a_schema_and_an_example_and_the_other_way_round(contracts: Path) -> None:
    for folder in ("events", "events/examples"):
        there = {file.name.removesuffix(".json") for file in (contracts / folder).glob("staff.*.json")}
        assert there == set(events.EVENTS)


def test_the_vocabulary_of_posts_and_the_directory_agree_on_who_leads() -> None:
    assert {code for code, post in POSTS.items() if post.leads} == LEADING_POSTS


# -- why


def job(id_: str, from_: date, to: date | None = None) -> Appointment:
    """An appointment at half a job."""
    return Appointment(id=id_, organisation=id_, post="teacher", fte=0.5, from_=from_, to=to)


@pytest.mark.parametrize(
    ("held", "from_", "why"),
    [
        ([], date(2020, 1, 1), events.PERSON_JOINED),
        ([job("a", date(2019, 1, 1))], date(2020, 1, 1), events.PERSON_APPOINTED),
        ([job("a", date(2019, 1, 1), date(2020, 6, 1))], date(2020, 1, 1), events.PERSON_APPOINTED),
        ([job("a", date(2019, 1, 1), date(2019, 12, 31))], date(2020, 1, 1), events.PERSON_APPOINTED),
        ([job("a", date(2019, 1, 1), date(2019, 12, 30))], date(2020, 1, 1), events.PERSON_RETURNED),
        ([job("a", date(2021, 1, 1))], date(2020, 1, 1), events.PERSON_JOINED),
    ],
)
def test_an_appointment_makes_a_joiner_a_returner_or_one_more_post(
    held: list[Appointment], from_: date, why: str
) -> None:
    person = new_person(id="amina", on=DAY, kind=Kind.EMPLOYEE, given_name="Amina", family_name="Yusuf")
    for one in held:
        person = person.joined(one)
    assert events.why_appointed(person, from_) == why


def test_who_ends_one_of_two_posts_stays_and_who_ends_the_last_leaves() -> None:
    person = new_person(id="amina", on=DAY, kind=Kind.EMPLOYEE, given_name="Amina", family_name="Yusuf")
    both = person.joined(job("a", DAY)).joined(job("b", DAY))
    one = both.ended("a", on=date(2020, 1, 1), reason=Reason.RESIGNED)
    assert events.why_ended(one) == events.PERSON_CHANGED
    assert events.why_ended(one.ended("b", on=date(2020, 1, 1), reason=Reason.RESIGNED)) == events.PERSON_LEFT
