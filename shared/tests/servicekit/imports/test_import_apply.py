"""A dry run that was good is taken for real: once, while its file is kept, and judged anew."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from servicekit.testing import FixedClock

pytestmark = pytest.mark.engines


def refused(response: Any) -> str:
    assert response.status_code == 409, response.get_data(as_text=True)
    return str(response.get_json()["detail"])


def test_a_dry_run_is_applied_with_its_file_mapping_and_options(sender: Any) -> None:
    mapping = '{"columns": {"Tree": "name"}}'
    dry_run = sender.done(b"Tree\nOak\nAsh\n", dry_run="true", mapping=mapping, wood="Sherwood")
    assert sender.growing() == set()

    applied = sender.apply(dry_run)

    assert applied.status_code == 202
    location = applied.headers["Location"]
    started = applied.get_json()
    assert (started["state"], started["dry_run"], started["by_name"]) == ("waiting", False, "Amina Yusuf")
    assert (started["filename"], started["options"]) == ("trees.csv", {"wood": "Sherwood"})
    assert f"/v1/imports/{started['applies']}" == dry_run
    assert sender.get(dry_run).get_json()["applied_by"] == started["id"]
    sender.work()
    assert sender.counts(location) == {"added": 2}
    assert sender.growing() == {"Oak", "Ash"}


def test_the_rows_are_judged_anew(sender: Any) -> None:
    dry_run = sender.done(b"name\nOak\nAsh\n", dry_run="true")
    sender.done(b"name\nOak\n")

    location = sender.apply(dry_run).headers["Location"]
    sender.work()

    assert sender.counts(dry_run) == {"added": 2}
    assert sender.counts(location) == {"added": 1, "unchanged": 1}


def test_a_second_time_is_refused_and_names_the_import_of_the_first(sender: Any) -> None:
    dry_run = sender.done(dry_run="true")
    first = sender.apply(dry_run).get_json()["id"]

    again = sender.apply(dry_run)

    assert refused(again) == "The file of this dry run was imported already."
    assert again.get_json()["applied_by"] == first


def test_many_at_once_make_one_import(sender: Any) -> None:
    dry_run = sender.done(dry_run="true")

    def apply(_: int) -> Any:
        return sender.client.http.application.test_client().post(f"{dry_run}/apply", headers=sender.hr)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(apply, range(8)))

    made = [one.get_json()["id"] for one in answers if one.status_code == 202]
    assert len(made) == 1
    assert {refused(one) for one in answers if one.status_code != 202} == {
        "The file of this dry run was imported already."
    }
    assert {one.get_json()["applied_by"] for one in answers if one.status_code != 202} == set(made)
    assert sender.database["imports"].count_documents({"applies": {"$ne": None}}) == 1
    assert sender.database["work"].count_documents({"state": "waiting", "payload.import": {"$exists": True}}) == 1


def test_what_is_no_finished_dry_run_cannot_be_applied(sender: Any) -> None:
    assert refused(sender.apply(sender.done())).startswith("This was no dry run")
    waiting = sender.send(dry_run="true").headers["Location"]
    assert "still being judged" in refused(sender.apply(waiting))
    sender.work()
    assert sender.apply(waiting).status_code == 202


def test_a_file_that_was_refused_as_a_whole_cannot_be_applied(sender: Any) -> None:
    failed = sender.send(b'name\nOak\n"Ash\n', dry_run="true").headers["Location"]
    sender.work()

    assert refused(sender.apply(failed)).startswith("The file as a whole was refused. The quotation mark")


def test_a_dry_runs_file_is_kept_for_a_day_and_then_gone(sender: Any, clock: FixedClock) -> None:
    dry_run = sender.done(dry_run="true")
    assert sender.get(dry_run).get_json()["file_until"] == "2026-11-24T09:00:00.000Z"
    clock.advance(hours=23, minutes=59)
    sender.work()
    assert sender.files() == 1

    clock.advance(minutes=1)

    assert refused(sender.apply(dry_run)) == "The file of this dry run is no longer kept. Send it again."
    sender.work()
    assert sender.files() == 0
    assert sender.get(dry_run).get_json()["file_until"] is None


def test_a_file_is_kept_while_the_import_that_applies_its_dry_run_needs_it(sender: Any, clock: FixedClock) -> None:
    dry_run = sender.done(dry_run="true")
    clock.advance(hours=23)
    location = sender.apply(dry_run).headers["Location"]
    sender.work()

    clock.advance(hours=2)
    sender.work()

    assert sender.get(f"{location}/rejected").status_code == 200
    clock.advance(hours=22)
    sender.work()
    assert sender.get(f"{location}/rejected").status_code == 404
    assert sender.files() == 0


def test_a_file_that_waits_for_its_worker_is_kept_however_long_that_takes(sender: Any, clock: FixedClock) -> None:
    dry_run = sender.done(dry_run="true")
    location = sender.apply(dry_run).headers["Location"]
    clock.advance(days=3)

    sender.work()

    assert sender.counts(location) == {"added": 1, "rejected": 1}


def test_of_an_import_that_left_nothing_to_do_no_file_is_kept(sender: Any) -> None:
    location = sender.done(b"name\nOak\n")

    assert sender.get(location).get_json()["file_until"] is None
    assert sender.files() == 0
