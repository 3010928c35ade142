"""The event contracts: every schema is closed, described and exemplified, and refuses what it should."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from servicekit.events import BadEvent, Schemas, read_event

EVENTS = Path(__file__).resolve().parents[2] / "contracts" / "events"
TYPES = sorted(path.stem for path in EVENTS.glob("*.json"))
SCHEMAS = sorted([*EVENTS.glob("*.json"), *EVENTS.glob("state/*.json")])
PERSON, ORGANISATION, RECORD = "staff.person-moved.v1", "staff.organisation-added.v1", "cpd.record-declared.v1"

Json = dict[str, Any]


@pytest.fixture(scope="module")
def schemas() -> Schemas:
    return Schemas(EVENTS.parent)


def read(path: Path) -> Json:
    document: Json = json.loads(path.read_text())
    return document


def example(type_: str) -> Json:
    return read(EVENTS / "examples" / f"{type_}.json")


def parts(schema: Json, where: str = "") -> Iterator[tuple[str, Json]]:
    """Every sub-schema of a schema with its place."""
    yield where, schema
    for name, inner in schema.get("properties", {}).items():
        yield from parts(inner, f"{where}/{name}")
    if "items" in schema:
        yield from parts(schema["items"], f"{where}/*")


@pytest.mark.parametrize("type_", TYPES)
def test_each_event_has_an_example_that_keeps_to_its_schema(type_: str, schemas: Schemas) -> None:
    schemas.validate(type_, example(type_))


def test_each_example_is_of_an_event_that_has_a_schema() -> None:
    assert {path.stem for path in (EVENTS / "examples").iterdir()} == set(TYPES)


@pytest.mark.parametrize("type_", TYPES)
def test_a_listener_can_read_each_example(type_: str) -> None:
    written = example(type_)

    event = read_event(json.dumps(written).encode())

    assert (event.type, event.subject) == (type_, written["subject"])
    assert event.key == (written["data"]["epoch"], written["data"]["version"])
    assert event.state == written["data"]["state"]


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_each_schema_is_named_after_its_file_and_says_what_it_is(path: Path) -> None:
    schema = read(path)

    assert schema["$id"].endswith(f"/contracts/events/{path.relative_to(EVENTS)}")
    assert schema["title"]
    assert schema["description"].endswith(".")


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.stem)
def test_each_property_of_a_schema_is_described(path: Path) -> None:
    silent = [where for where, part in parts(read(path)) if "$ref" not in part and not part.get("description")]

    assert silent == []


@pytest.mark.parametrize("path", sorted(EVENTS.glob("state/*.json")), ids=lambda path: path.stem)
def test_each_published_state_is_closed_and_whole(path: Path) -> None:
    """A listener may rely on every field being there: "whole state" is what makes events safe to lose and repeat."""
    for where, part in parts(read(path)):
        if "properties" in part and where != "/data/state":
            assert part["additionalProperties"] is False, where
            optional = {"traceparent"} if path.stem == "entity-event.v1" else set()
            assert set(part["required"]) == set(part["properties"]) - optional, where


@pytest.mark.parametrize("type_", TYPES)
def test_an_event_with_a_field_nobody_published_is_refused(type_: str, schemas: Schemas) -> None:
    for path in ([], ["data"], ["data", "state"]):
        event = place = example(type_)
        for step in path:
            place = place[step]
        place["surplus"] = "x"
        with pytest.raises(BadEvent):
            schemas.validate(type_, event)


@pytest.mark.parametrize("type_", TYPES)
def test_an_event_is_refused_under_another_type(type_: str, schemas: Schemas) -> None:
    other = next(name for name in TYPES if name != type_)

    with pytest.raises(BadEvent):
        schemas.validate(type_, {**example(type_), "type": other})


@pytest.mark.parametrize("field", ["id", "source", "type", "subject", "time", "data", "specversion"])
def test_an_event_without_what_every_event_has_is_refused(field: str, schemas: Schemas) -> None:
    event = example(PERSON)
    del event[field]

    with pytest.raises(BadEvent):
        schemas.validate(PERSON, event)


def state(change: Callable[[Json], Any]) -> Callable[[Json], Any]:
    return lambda event: change(event["data"]["state"])


REFUSED = {
    "a TRN with a letter": (PERSON, state(lambda person: person.update(trn="012345A"))),
    "a TRN that lost its leading zero": (PERSON, state(lambda person: person.update(trn="123456"))),
    "a TRN with a line end": (PERSON, state(lambda person: person.update(trn="1234567\n"))),
    "a TRN in another script's digits": (PERSON, state(lambda person: person.update(trn="١٢٣٤٥٦٧"))),
    "a TRN as a number": (PERSON, state(lambda person: person.update(trn=1234567))),
    "an id of another version than 7": (
        PERSON,
        state(lambda person: person.update(id="9b2c5a38-0c4e-4a0e-8a55-0d7f43f0a111")),
    ),
    "a date of birth": (PERSON, state(lambda person: person.update(date_of_birth="1980-02-29"))),
    "former names": (PERSON, state(lambda person: person.update(former_names=[]))),
    "why an appointment ended": (PERSON, state(lambda person: person["appointments"][0].update(reason="retired"))),
    "an override by HR": (PERSON, state(lambda person: person["appointments"][0].update(override=None))),
    "no full-time equivalent at all": (PERSON, state(lambda person: person["appointments"][0].update(fte=0))),
    "more than one full-time equivalent": (PERSON, state(lambda person: person["appointments"][0].update(fte=1.0001))),
    "a day that does not exist": (PERSON, state(lambda person: person["appointments"][0].update(to="2021-02-30"))),
    "a day as an instant": (
        PERSON,
        state(lambda person: person["appointments"][0].update(to="2021-02-28T00:00:00.000Z")),
    ),
    "a URN of five digits": (ORGANISATION, state(lambda organisation: organisation.update(urn="12345"))),
    "an address": (ORGANISATION, state(lambda organisation: organisation.update(address=None))),
    "a reflection": (RECORD, state(lambda record: record.update(reflection="I learnt"))),
    "an impact": (RECORD, state(lambda record: record.update(impact="They read"))),
    "a query": (RECORD, state(lambda record: record.update(query=None))),
    "a third of an hour": (RECORD, state(lambda record: record.update(hours=0.3))),
    "no hours": (RECORD, state(lambda record: record.update(hours=0))),
    "a state that no record has": (RECORD, state(lambda record: record.update(state="deleted"))),
    "version nought": (RECORD, lambda event: event["data"].update(version=0)),
    "epoch nought": (RECORD, lambda event: event["data"].update(epoch=0)),
    "another service's source": (RECORD, lambda event: event.update(source="/acorn/staff")),
    "a time without a zone": (RECORD, lambda event: event.update(time="2019-10-15T18:00:00")),
}


@pytest.mark.parametrize("what", REFUSED)
def test_an_event_is_refused_with(what: str, schemas: Schemas) -> None:
    type_, change = REFUSED[what]
    event = copy.deepcopy(example(type_))
    change(event)

    with pytest.raises(BadEvent):
        schemas.validate(type_, event)
