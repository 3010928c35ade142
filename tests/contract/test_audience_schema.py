"""`contracts/audience.v1.json` and the evaluator take the same rules."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from directory.audience import BadRule, parsed

SCHEMA = json.loads((Path(__file__).resolve().parents[2] / "contracts" / "audience.v1.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)

_ID = "01971281-3b20-7a4e-8f10-6c2d9e0b7a11"
_values: st.SearchStrategy[Any] = st.sampled_from(
    [
        *(
            ["employee"],
            ["wizard"],
            ["senco"],
            ["year_6"],
            ["Not A Code"],
            [],
            [_ID],
            ["amina"],
            "senco",
            None,
            True,
            False,
        ),
        *(
            "taught",
            "led",
            "watched",
            {"phase": ["Primary"]},
            {"founder": True},
            {"kind": "academy"},
            {},
            {"town": ["X"]},
        ),
        *({"organisation": [_ID]}, {"organisation": []}, {"phase": [" "]}, {"kind": "school"}),
    ]
)
_names = st.sampled_from(
    ["kind", "post", "responsibility", "year_group", "people", "absent", "at", "part", "surplus", "any", "all", "not"]
)
_leaf = st.dictionaries(_names, _values, max_size=3)
_rules = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        st.builds(lambda rules: {"any": rules}, st.lists(inner, max_size=2)),
        st.builds(lambda rules: {"all": rules}, st.lists(inner, max_size=2)),
        st.builds(lambda rule: {"not": rule}, inner),
    ),
    max_leaves=3,
)


def is_taken(rule: Any) -> bool:
    """Tell whether the evaluator takes a rule."""
    try:
        parsed(rule)
    except BadRule:
        return False
    return True


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("example", SCHEMA["examples"], ids=str)
def test_each_example_is_taken_by_both(example: Any) -> None:
    VALIDATOR.validate(example)
    assert is_taken(example)


@given(rule=_rules)
def test_what_one_takes_the_other_takes(rule: Any) -> None:
    assert is_taken(rule) == VALIDATOR.is_valid(rule)
