"""Nothing was heard of the staff service for too long: who leads whom is not known, and what is one's own is."""

from typing import Any

import pytest

pytestmark = pytest.mark.engines


@pytest.mark.parametrize("who", ["ben", "head of elm"])
@pytest.mark.parametrize("path", ["/people/{amina}/history", "/people/{amina}/hours", "/records"])
def test_a_head_and_a_line_manager_are_refused_and_told_why(trust: Any, who: str, path: str) -> None:
    trust.declare()
    path = path.format(amina=trust.amina)
    trust.hear_a_heartbeat(minutes_ago=17)

    refused = trust.as_(who).get(path)

    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "60")
    assert refused.get_json()["type"] == "urn:acorn:problem:scope-unknown"
    assert "for 17 minutes" in refused.get_json()["detail"]


def test_a_quarter_of_an_hour_is_not_too_long(trust: Any) -> None:
    trust.hear_a_heartbeat(minutes_ago=15)

    assert trust.as_("ben").get(f"/people/{trust.amina}/history").status_code == 200


def test_what_is_verified_meanwhile_is_refused_and_stays_as_it_was(trust: Any) -> None:
    record = trust.declare()
    trust.hear_a_heartbeat(minutes_ago=60)

    assert trust.as_("ben").change("POST", trust.at(record, "verify"), record["version"]).status_code == 503

    assert trust.as_("amina").get(trust.at(record)).get_json()["state"] == "declared"


def test_ones_own_record_and_what_an_access_role_reaches_stay(trust: Any) -> None:
    trust.hear_a_heartbeat(minutes_ago=60)

    trust.declare()

    for who in ("amina", "hr", "sil"):
        assert trust.as_(who).get(f"/people/{trust.amina}/history").status_code == 200, who
    assert trust.as_("amina").get("/records").status_code == 200
    assert trust.as_("olu").get(f"/people/{trust.amina}/history").status_code == 404, "a stranger is told nothing new"
