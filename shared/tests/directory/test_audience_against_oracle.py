"""Membership as intervals and as MongoDB's condition, held against an oracle that looks at each day by itself."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from directory.audience import condition, membership, parsed
from servicekit.mongo import Document

pytestmark = pytest.mark.engines

FIRST = date(2026, 1, 1)
DAYS = [(FIRST + timedelta(days=number)).isoformat() for number in range(8)]
PEOPLE = [f"01971281-3b20-7a4e-8f10-6c2d9e0b7a1{number}" for number in range(3)]
PLACES: dict[str, Any] = {
    f"01971280-0a10-7c31-9b52-0d5a1c7e4f0{number}": {"kind": kind, "phase": phase, "founder": founder, "name": "X"}
    for number, (kind, phase, founder) in enumerate(
        (("academy", "Primary", True), ("academy", "Secondary", False), ("central_team", None, False))
    )
}
ORGANISATIONS = {id_: {"_id": id_, **one} for id_, one in PLACES.items()}


def _interval(first: str, last: str | None) -> dict[str, str | None]:
    return {"from": first, "to": None} if last is None else {"from": min(first, last), "to": max(first, last)}


_days = st.builds(_interval, st.sampled_from(DAYS), st.none() | st.sampled_from(DAYS))
_where = st.sampled_from([*PLACES, "01971280-0a10-7c31-9b52-0d5a1c7e4f99"])


def _facts(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(st.builds(lambda days, **rest: {**days, **rest}, _days, **fields), max_size=3)


_person = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["employee", "agency", "governor"]),
        "appointments": _facts(organisation=_where, post=st.sampled_from(["teacher", "headteacher"])),
        "responsibilities": _facts(organisation=_where, responsibility=st.sampled_from(["senco", "english_lead"])),
        "year_groups": _facts(
            organisation=_where,
            year_group=st.sampled_from(["year_2", "year_6"]),
            part=st.sampled_from(["taught", "led"]),
        ),
        "absences": _facts(),
    }
)
_at = st.fixed_dictionaries(
    {},
    optional={
        "organisation": st.lists(st.sampled_from(list(PLACES)), min_size=1, max_size=2),
        "phase": st.lists(st.sampled_from(["primary", "Secondary"]), min_size=1, max_size=2),
        "kind": st.sampled_from(["academy", "central_team"]),
        "founder": st.booleans(),
    },
).filter(bool)
_leaf = st.one_of(
    st.fixed_dictionaries({"kind": st.lists(st.sampled_from(["employee", "agency"]), min_size=1)}),
    st.fixed_dictionaries(
        {"post": st.lists(st.sampled_from(["teacher", "headteacher"]), min_size=1)}, optional={"at": _at}
    ),
    st.fixed_dictionaries({"responsibility": st.lists(st.just("senco"), min_size=1)}, optional={"at": _at}),
    st.fixed_dictionaries(
        {"year_group": st.lists(st.sampled_from(["year_2", "year_6"]), min_size=1)},
        optional={"at": _at, "part": st.sampled_from(["taught", "led"])},
    ),
    st.fixed_dictionaries({"at": _at}),
    st.fixed_dictionaries({"people": st.lists(st.sampled_from(PEOPLE), min_size=1)}),
    st.just({"absent": True}),
)
_rule = st.recursive(
    _leaf,
    lambda inner: st.one_of(
        st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"not": inner}),
    ),
    max_leaves=5,
)


def is_meant(rule: Any, person: Any, day: str) -> bool:
    """The oracle: read the rule as it is written, for one person on one day."""
    on = [fact for fact in person["appointments"] if fact["from"] <= day and (fact["to"] is None or day <= fact["to"])]
    return (not person["appointments"] or bool(on)) and _says(rule, person, day)


def _says(rule: Any, person: Any, day: str) -> bool:
    if "any" in rule:
        return any(_says(one, person, day) for one in rule["any"])
    if "all" in rule:
        return all(_says(one, person, day) for one in rule["all"])
    if "not" in rule:
        return not _says(rule["not"], person, day)
    if "kind" in rule:
        return person["kind"] in rule["kind"]
    if "people" in rule:
        return person["_id"] in rule["people"]
    name, field = next(
        pair
        for pair in (
            ("responsibilities", "responsibility"),
            ("year_groups", "year_group"),
            ("absences", "absent"),
            ("appointments", "post"),
            ("appointments", "at"),
        )
        if pair[1] in rule
    )
    for fact in person[name]:
        if fact["from"] > day or (fact["to"] is not None and fact["to"] < day):
            continue
        if field in fact and fact[field] not in rule[field]:
            continue
        if rule.get("part") not in (None, fact.get("part")):
            continue
        if "at" not in rule or _is_at(rule["at"], PLACES.get(fact["organisation"]), fact["organisation"]):
            return True
    return False


def _is_at(at: Any, place: Any, id_: str) -> bool:
    if place is None:
        return False
    return (
        id_ in at.get("organisation", [id_])
        and ("phase" not in at or str(place["phase"]).lower() in [phase.lower() for phase in at["phase"]])
        and place["kind"] == at.get("kind", place["kind"])
        and place["founder"] == at.get("founder", place["founder"])
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(people=st.lists(_person, min_size=1, max_size=3), rules=st.lists(_rule, min_size=1, max_size=4))
def test_intervals_and_the_condition_say_what_the_oracle_says_for_every_day(
    database: Database[Document], people: list[Any], rules: list[Any]
) -> None:
    stored = [{"_id": id_, **person} for id_, person in zip(PEOPLE, people, strict=False)]
    database["people"].delete_many({})
    database["people"].insert_many(stored)
    for written in rules:
        rule = parsed(written)
        for day in DAYS:
            on = date.fromisoformat(day)
            expected = {one["_id"] for one in stored if is_meant(written, one, day)}
            found = {one["_id"] for one in database["people"].find(condition(rule, on, ORGANISATIONS))}
            inside = {
                one["_id"] for one in stored if any(each.holds_on(on) for each in membership(rule, one, ORGANISATIONS))
            }
            assert found == expected, (written, day)
            assert inside == expected, (written, day)
