"""A mapping that HR saves by name once, and a file that is read by it."""

import json
from typing import Any

import pytest

pytestmark = pytest.mark.engines

MAPPING = {"columns": {"Tree. Name": "name"}, "values": {"name": {"$oak": "Oak"}}}


def path(name: str) -> str:
    return f"/v1/import-mappings/{name}"


def save(sender: Any, name: str = "foresters", **changed: Any) -> Any:
    body = {"kind": "trees", "mapping": MAPPING, **changed}
    return sender.client.http.put(path(name), json=body, headers=sender.hr)


def faults(answer: Any) -> dict[str, str]:
    assert answer.status_code == 422, answer.get_data(as_text=True)
    return {error["pointer"]: error["detail"] for error in answer.get_json()["errors"]}


def test_a_mapping_is_saved_listed_read_replaced_and_forgotten(sender: Any) -> None:
    saved = save(sender)

    assert saved.status_code == 200
    assert saved.get_json() == {
        "name": "foresters",
        "kind": "trees",
        "mapping": MAPPING,
        "by": "person:0191d5a0-0000-7000-8000-000000000001",
        "by_name": "Amina Yusuf",
        "at": "2026-11-23T09:00:00.000Z",
    }
    assert sender.get(path("foresters")).get_json() == saved.get_json()
    save(sender, "a-second", mapping={})
    assert [one["name"] for one in sender.get("/v1/import-mappings").get_json()["items"]] == ["a-second", "foresters"]
    assert save(sender, mapping={}).get_json()["mapping"] == {}
    for _ in range(2):
        assert sender.client.http.delete(path("foresters"), headers=sender.hr).status_code == 204
    assert sender.get(path("foresters")).status_code == 404


def test_a_file_is_read_by_the_saved_mapping_as_it_was_when_it_was_sent(sender: Any) -> None:
    save(sender)

    dry_run = sender.done(b"Tree. Name\n$oak\n", mapping_name="foresters", dry_run="true")
    save(sender, mapping={})
    location = sender.apply(dry_run).headers["Location"]
    sender.work()

    assert sender.growing() == {"Oak"}
    assert sender.get(location).get_json()["mapping_name"] == "foresters"


def test_what_cannot_be_used_is_not_saved(sender: Any) -> None:
    assert faults(save(sender, mapping={"columns": {"Tree": "nam"}})) == {
        "/mapping/columns/Tree": "There is no column nam. Is name meant?"
    }
    assert "such as payroll-export" in faults(save(sender, "Foresters!"))["/name"]
    assert "/kind" in faults(save(sender, kind="stones"))
    assert sender.get("/v1/import-mappings").get_json()["items"] == []


def test_a_name_that_means_no_mapping_of_this_kind_is_refused_and_so_are_two_mappings(sender: Any) -> None:
    save(sender, "bushes", kind="shrubs", mapping={})

    assert sender.fault(mapping_name="none") == {"/mapping_name": "There is no saved mapping of this name."}
    assert sender.fault(mapping_name="bushes") == {"/mapping_name": "This mapping is for files of shrubs."}
    assert sender.fault(mapping_name="bushes", mapping=json.dumps({})) == {
        "/mapping_name": "Send a mapping or the name of a saved one, not both."
    }


@pytest.mark.parametrize("role", ["sil", "operations"])
def test_saved_mappings_are_hrs_alone(sender: Any, role: str) -> None:
    other = sender.client.as_("ben", role)

    for method in ("get", "put", "delete"):
        assert getattr(sender.client.http, method)(path("foresters"), headers=other).status_code == 403
