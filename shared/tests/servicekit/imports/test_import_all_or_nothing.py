"""A file that is to go in wholly or not at all: all its rows are judged before the first is written."""

from typing import Any

import pytest

pytestmark = pytest.mark.engines


def test_one_row_that_would_be_rejected_keeps_all_out_and_each_has_its_reason(sender: Any) -> None:
    location = sender.done(b"name,height\nOak,4\nAsh,high\nElm,\n", all_or_nothing="true")

    refused = sender.get(location).get_json()

    assert sender.growing() == set()
    assert (refused["state"], refused["all_or_nothing"], refused["rehearsing"]) == ("failed", True, True)
    assert refused["reason"] == (
        "One row would be rejected, and all was to go in or nothing: nothing has gone in. "
        "Put what the reasons name right in your file, and send all of it again."
    )
    assert sender.counts(location) == {"added": 2, "rejected": 1}
    (row,) = sender.get(f"{location}/rows", with_reasons="true").get_json()["items"]
    assert (row["line"], row["outcome"], row["reasons"][0]["column"]) == (3, "rejected", "height")
    assert sender.files() == 0


def test_a_file_of_good_rows_goes_in_and_the_second_time_changes_nothing(sender: Any) -> None:
    content = b"name,height\nOak,4\nAsh,5\n"

    first, second = (sender.done(content, all_or_nothing="true") for _ in range(2))

    assert sender.growing() == {"Oak", "Ash"}
    done = sender.get(first).get_json()
    assert (done["state"], done["rehearsing"], done["rows"]["judged"]) == ("done", False, 2)
    assert sender.counts(first) == {"added": 2}
    assert sender.counts(second) == {"unchanged": 2}


def test_a_dry_run_of_all_or_nothing_is_taken_for_real_as_all_or_nothing(sender: Any) -> None:
    dry_run = sender.done(all_or_nothing="true", dry_run="true")
    assert sender.get(dry_run).get_json()["state"] == "done"

    location = sender.apply(dry_run).headers["Location"]
    sender.work()

    assert sender.get(location).get_json()["state"] == "failed"
    assert sender.growing() == set()
