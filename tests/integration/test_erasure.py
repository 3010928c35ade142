"""Somebody is erased in staff: no word of theirs is left in either database, and both topics say so last."""

from typing import TYPE_CHECKING, Any

import bson
import pytest
from kafka import KafkaConsumer, TopicPartition

from servicekit.events import read_event
from servicekit.testing import wait_until
from servicekit.topics import connection

if TYPE_CHECKING:
    from tests.integration.conftest import Trust

pytestmark = pytest.mark.engines

SECONDS = 30
WORD = "Zuckerkandlowa"
"""In every text that is theirs; nobody else has it."""


@pytest.fixture
def leaver(trust: "Trust") -> str:
    """Somebody with CPD in the other service, who left yesterday; a name in `trust.people`."""
    name = trust.join("elm")
    path = f"/v1/people/{trust.person(name)}"
    version = trust.read("hr", "staff", path)["version"]
    trust.send("hr", "staff", "PATCH", path, {"family_name": WORD}, version=version)
    record = {"title": WORD, "kind": "course", "date": "2016-01-04", "hours": 1, "reflection": WORD}
    wait_until(lambda: trust.version_in("cpd", trust.person(name)) > version, SECONDS, "cpd knows them")
    for _ in range(3):
        trust.send("hr", "cpd", "POST", f"{path}/records", record)
    trust.send("sil", "staff", "POST", f"{path}/talent-reviews", {"readiness": "now", "risk": "low", "notes": WORD})
    end = f"{path}/appointments/{trust.appointments[name]}/end"
    trust.send("hr", "staff", "POST", end, {"on": str(trust.yesterday), "reason": "resigned"})
    return name


def traces(trust: "Trust") -> set[str]:
    """The collections of both services in which the word stands."""
    return {
        f"{service} {name}"
        for service, database in trust.running.databases.items()
        for name in database.list_collection_names()
        for document in database[name].find()
        if WORD.lower().encode() in bson.encode(document).lower()
    }


def last_words(trust: "Trust", topic: str, keys: set[str]) -> dict[str, Any]:
    """The state in the last message of each of these keys on a topic: what compaction keeps."""
    consumer = KafkaConsumer(**connection({"bootstrap": trust.running.kafka}), isolation_level="read_committed")
    found: dict[str, Any] = {}
    try:
        partitions = [TopicPartition(topic, number) for number in consumer.partitions_for_topic(topic)]
        consumer.assign(partitions)
        consumer.seek_to_beginning()
        ends = consumer.end_offsets(partitions)
        while any(consumer.position(partition) < ends[partition] for partition in partitions):
            for records in consumer.poll(timeout_ms=200).values():
                for record in records:
                    if record.key.decode() in keys:
                        found[record.key.decode()] = dict(read_event(record.value).state)
    finally:
        consumer.close(autocommit=False)
    return found


def test_who_was_erased_leaves_no_trace_in_any_service(trust: "Trust", leaver: str) -> None:
    person = trust.person(leaver)
    path = f"/v1/people/{person}/erasure"
    records = {row["_id"] for row in trust.running.databases["cpd"]["records"].find({"person": person})}
    assert len(records) == 3
    assert traces(trust) >= {"staff people", "staff changes", "staff talent_reviews", "staff outbox", "cpd records"}
    version = trust.read("data_protection", "staff", path)["version"]

    trust.send("data_protection", "staff", "POST", path, {"reason": "Request 12"}, version=version)

    def done() -> bool:
        return all(trust.read("data_protection", service, path)["done_at"] for service in ("staff", "cpd"))

    def told() -> bool:
        erased = {record: {"id": record, "erased": True} for record in records}
        return last_words(trust, "cpd.records", records) == erased

    wait_until(done, SECONDS, "both services have erased them")
    assert traces(trust) == set()
    wait_until(told, SECONDS, "others are told")
    assert last_words(trust, "staff.people", {person}) == {person: {"id": person, "erased": True}}
    assert trust.ask("hr", "staff", "GET", f"/v1/people/{person}").status_code == 404
    assert trust.read("hr", "cpd", f"/v1/people/{person}/history")["items"] == []
