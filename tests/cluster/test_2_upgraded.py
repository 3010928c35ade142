"""Upgrades while people work: none of them notices a good one, and a bad one leaves the version before at work."""

import json
from typing import Any

from embedded.cluster import NAMESPACE, RELEASE, Installation, helm_upgrade, kubectl, pods, ready, rolled_out, run
from embedded.load import Load

IMAGES = ("staff", "cpd", "portal")
INDEX = "person_1_date_-1__id_-1"


def processes() -> list[Any]:
    """The pods of the services' web processes and workers."""
    return [pod for name in IMAGES for component in ("web", "worker") for pod in pods(name=name, component=component)]


def images() -> set[str]:
    """The tags that these run."""
    return {container["image"].rpartition(":")[2] for pod in processes() for container in pod["spec"]["containers"]}


def test_an_upgrade_under_load_fails_no_request(acorn: Installation) -> None:
    with Load(acorn) as load:
        code, said = helm_upgrade("--set=global.image.tag=next")
        assert code == 0, said
        rolled_out()
        load.goes_on()
    assert load.failures == []
    assert images() == {"next"}
    load.nothing_is_lost()


def test_an_image_that_does_not_exist_leaves_the_old_version_serving_until_it_is_rolled_back(
    acorn: Installation,
) -> None:
    with Load(acorn) as load:
        code, said = helm_upgrade("--set=global.image.tag=never-built", "--no-hooks", seconds=25)
        assert code != 0, said
        load.goes_on()
        rolled_back()
        load.goes_on()
    assert load.failures == []
    load.nothing_is_lost()


def test_a_migration_that_fails_stops_the_upgrade_before_any_process_changes(acorn: Installation) -> None:
    # given an index by the name of one of ours that is another's
    with acorn.mongodb() as client:
        records = client["acorn_cpd"]["records"]
        records.drop_index(INDEX)
        records.create_index([("hours", 1)], name=INDEX)
    before = {pod["metadata"]["name"] for pod in processes()}
    with Load(acorn) as load:
        code, said = helm_upgrade("--set=global.image.tag=0.1.0", seconds=25)
        assert code != 0
        assert "pre-upgrade" in said, said
        load.goes_on()
    assert load.failures == []
    assert {pod["metadata"]["name"] for pod in processes()} == before
    told = kubectl("logs", "--selector=app.kubernetes.io/name=cpd,app.kubernetes.io/component=migrate", "--tail=20")
    assert "MongoDB refused" in told
    # when the index is gone, then the same upgrade goes through
    with acorn.mongodb() as client:
        client["acorn_cpd"]["records"].drop_index(INDEX)
    code, said = helm_upgrade("--set=global.image.tag=0.1.0")
    assert code == 0, said
    assert images() == {"0.1.0"}
    load.nothing_is_lost()


def rolled_back() -> None:
    """Go back to the last release that was good."""
    found = json.loads(run("helm", "history", RELEASE, "--namespace", NAMESPACE, "--output=json"))
    good = max(int(one["revision"]) for one in found if one["status"] in ("deployed", "superseded"))
    run("helm", "rollback", RELEASE, str(good), "--namespace", NAMESPACE, "--wait", "--timeout=180s", "--no-hooks")
    rolled_out()
    assert all(ready(pod) for pod in processes())
