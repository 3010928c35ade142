"""Every change says each field before and after."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from acorn_staff.model.history import differences

SIMPLE = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "b"])
NAMES = st.sampled_from(["kind", "email", "trn"])


def told(before: dict[str, Any] | None, after: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """The differences as tuples."""
    return [(one.field, one.before, one.after) for one in differences(before, after)]


def test_a_changed_field_is_told_before_and_after() -> None:
    assert told({"family_name": "Khan", "trn": None}, {"family_name": "Yusuf", "trn": None}) == [
        ("family_name", "Khan", "Yusuf")
    ]


def test_something_new_is_told_without_its_empty_fields() -> None:
    assert told(None, {"kind": "employee", "trn": None, "appointments": []}) == [("kind", None, "employee")]


def test_what_every_version_changes_is_no_history() -> None:
    before = {"id": "x", "version": 1, "shape": 1, "changed_at": "a"}
    assert told(before, {"id": "x", "version": 2, "shape": 1, "changed_at": "b"}) == []


def test_an_ended_appointment_is_told_field_by_field_and_a_new_one_whole() -> None:
    first = {"id": "a", "post": "teacher", "to": None}
    second = {"id": "b", "post": "senco", "to": None}
    after = {"appointments": [{**first, "to": "2020-08-31"}, second]}
    assert told({"appointments": [first]}, after) == [
        ("appointments/a/to", None, "2020-08-31"),
        ("appointments/b", None, second),
    ]


def test_a_list_of_things_without_ids_is_told_whole() -> None:
    before = {"line_managers": [{"person": "ben", "from": "2019-09-01", "to": None}]}
    after = {"line_managers": [{"person": "olu", "from": "2019-09-01", "to": None}]}
    assert told(before, after) == [("line_managers", before["line_managers"], after["line_managers"])]


@given(st.dictionaries(NAMES, SIMPLE), st.dictionaries(NAMES, SIMPLE))
def test_the_differences_lead_from_before_to_after(before: dict[str, Any], after: dict[str, Any]) -> None:
    followed = dict(before)
    for field, was, is_ in told(before, after):
        assert followed.get(field) == was
        followed[field] = is_
    assert all(followed.get(field) == after.get(field) for field in followed.keys() | after.keys())
