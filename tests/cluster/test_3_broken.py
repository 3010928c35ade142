"""Processes and engines killed under load, and workers scaled: nothing that was acknowledged is lost or done twice."""

import json
from typing import Any

import pytest

from embedded.cluster import NAMESPACE, Installation, described, kubectl, pods, ready, rolled_out, run
from embedded.load import Load
from servicekit.testing import wait_until

MONGODB = "statefulset/acorn-trial-mongodb"
KILLED_AT_ONCE = ("--grace-period=0", "--force", "--wait=false")


def kill(name: str, component: str) -> str:
    """Kill a pod without a word to it; answers its name."""
    victim = str(pods(name=name, component=component)[0]["metadata"]["name"])
    kubectl("delete", "pod", victim, *KILLED_AT_ONCE)
    return victim


@pytest.mark.parametrize(("name", "component"), [("staff", "web"), ("cpd", "web"), ("portal", "web")], ids="-".join)
def test_a_web_process_that_is_killed_is_replaced(acorn: Installation, name: str, component: str) -> None:
    with Load(acorn) as load:
        kill(name, component)
        load.goes_on()
    rolled_out()
    load.nothing_is_lost()


@pytest.mark.parametrize("name", ["staff", "cpd"])
def test_a_worker_that_is_killed_is_replaced_and_people_notice_nothing(acorn: Installation, name: str) -> None:
    with Load(acorn) as load:
        kill(name, "worker")
        load.goes_on()
        rolled_out()
    assert load.failures == []
    load.nothing_is_lost()


def test_people_go_on_working_while_kafka_is_away(acorn: Installation) -> None:
    with Load(acorn) as load:
        kubectl("delete", "pod", trial("kafka"), *KILLED_AT_ONCE)
        load.goes_on()
        rolled_out()
    assert load.failures == []
    load.nothing_is_lost()


def test_people_go_on_once_mongodb_is_back_and_every_acknowledged_change_is_there(acorn: Installation) -> None:
    with Load(acorn) as load:
        kubectl("delete", "pod", trial("mongodb"), *KILLED_AT_ONCE)
        # Its successor may be there before anybody notices: it stays away until somebody has.
        kubectl("scale", MONGODB, "--replicas=0")
        wait_until(lambda: load.failures, seconds=60, what="MongoDB is away")
        kubectl("scale", MONGODB, "--replicas=1")
        rolled_out()
        load.goes_on()
    # then people were told, and no process was started again because of it
    assert not [failure for failure in load.failures if " 500 " in failure]
    load.nothing_is_lost()
    assert all(ready(pod) for name in ("staff", "cpd", "portal") for pod in pods(name=name, component="web"))


def test_workers_grow_to_three_and_shrink_to_one_without_lost_or_doubled_effects(acorn: Installation) -> None:
    with Load(acorn) as load:
        for count in (3, 1):
            for name in ("staff", "cpd"):
                kubectl("scale", f"deployment/acorn-{name}-worker", f"--replicas={count}")
            rolled_out()
            load.goes_on()
    assert load.failures == []
    load.nothing_is_lost()
    with acorn.mongodb() as client:
        assert client["acorn_cpd"]["dead_letters"].count_documents({}) == 0
        sent = client["acorn_staff"]["outbox"].count_documents({"topic": "staff.people", "key": {"$in": load.people}})
    assert sent == len(load.people)


def test_a_secret_that_lacks_is_told_by_the_pod_and_does_not_touch_the_others(acorn: Installation) -> None:
    patch = {
        "spec": {
            "template": {
                "spec": {
                    "containers": [
                        {
                            "name": container("cpd", "worker"),
                            "env": [
                                {
                                    "name": "ACORN_KAFKA_PASSWORD",
                                    "valueFrom": {"secretKeyRef": {"name": "never-made", "key": "password"}},
                                }
                            ],
                        }
                    ]
                }
            }
        }
    }
    kubectl("patch", "deployment/acorn-cpd-worker", "--patch", json.dumps(patch))
    try:
        wait_until(lambda: "never-made" in waiting("cpd", "worker"), seconds=60, what="the pod tells what lacks")
        assert any(ready(pod) for pod in pods(name="cpd", component="worker"))
    finally:
        kubectl("rollout", "undo", "deployment/acorn-cpd-worker")
    rolled_out()


def trial(engine: str) -> str:
    """The pod of a trial engine."""
    return str(pods(name=f"trial-{engine}")[0]["metadata"]["name"])


def container(name: str, component: str) -> str:
    """The name of a process's container."""
    found = described(f"deployment/acorn-{name}-{component}")
    return str(found["spec"]["template"]["spec"]["containers"][0]["name"])


def waiting(name: str, component: str) -> str:
    """Why containers of these pods are not running."""
    found: list[Any] = [
        status.get("state", {}).get("waiting", {}).get("message", "")
        for pod in pods(name=name, component=component)
        for status in pod["status"].get("containerStatuses", [])
    ]
    return "\n".join(found)


def test_the_namespace_has_no_process_that_crashed(acorn: Installation) -> None:
    listed = run("kubectl", "--namespace", NAMESPACE, "get", "pods", "--output=wide")
    assert "CrashLoopBackOff" not in listed, listed
