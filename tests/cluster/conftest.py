"""Acorn on a real Kubernetes cluster: installed as docs/operations.md says, used, broken, upgraded, and taken away.

The cluster is that of KUBECONFIG, with the images of `make images` on its nodes and Service addresses that this machine
reaches; or one that the kit named by ACORN_CLUSTER_KIT brings up here for the run. These tests are one story on one
installation: they run in the order of their files (`make test-cluster`), and each leaves Acorn working.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.cluster import NAMESPACE, RELEASE, SERVICES, Installation, attempt, run
from embedded.kit import exported
from embedded.places import ROOT
from embedded.walks import Step, steps, walk
from servicekit.testing import allowed

TAG = "0.1.0"
NEXT = "next"
HINT = (
    "There is no cluster to test on: set KUBECONFIG to one that has the images of `make images` and whose Service "
    "addresses this machine reaches, or ACORN_CLUSTER_KIT to a folder with an up.sh that brings one up."
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here needs a cluster."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.cluster)
            item.add_marker(pytest.mark.timeout(600))


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cluster with our images on its node."""
    # The addresses of Services and pods.
    allowed.update({"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"})
    if os.environ.get("KUBECONFIG"):
        yield
        return
    if not os.environ.get("ACORN_CLUSTER_KIT"):
        pytest.fail(HINT, pytrace=False)
    kit = (ROOT / os.environ["ACORN_CLUSTER_KIT"]).resolve()
    run(kit / "install-packages.sh", "--with-docker")
    before = dict(os.environ)
    os.environ.update(exported(kit / "up.sh"))
    try:
        load_images(kit, tmp_path_factory.mktemp("images") / "images.tar")
        give_out_volumes(tmp_path_factory.mktemp("volumes"))
        yield
    finally:
        run(kit / "down.sh")
        os.environ.clear()
        os.environ.update(before)


def load_images(kit: Path, archive: Path) -> None:
    """Put the images that docker has on the kit's node; those of the services by a second tag too, for upgrades."""
    docker = {**os.environ, **exported(kit / "docker-up.sh")}
    names = [f"acorn-{name}:{TAG}" for name in (*SERVICES, "trial")]
    for name in SERVICES:
        run("docker", "tag", f"acorn-{name}:{TAG}", f"acorn-{name}:{NEXT}", **docker)
    run("docker", "save", "--output", archive, *names, *(f"acorn-{name}:{NEXT}" for name in SERVICES), **docker)
    run(kit / "load-image.sh", archive)
    archive.unlink()


def give_out_volumes(folder: Path) -> None:
    """The kit has no StorageClass: make the volumes that the trial's engines claim."""
    for number in range(3):
        place = folder / str(number)
        place.mkdir()
        # Pods write there as a user of their own.
        place.chmod(0o777)
        volume = {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": f"acorn-trial-{number}"},
            "spec": {
                "capacity": {"storage": "2Gi"},
                "accessModes": ["ReadWriteOnce"],
                "hostPath": {"path": str(place)},
                "persistentVolumeReclaimPolicy": "Retain",
            },
        }
        manifest = folder / f"{number}.json"
        manifest.write_text(json.dumps(volume))
        run("kubectl", "apply", "--filename", manifest)


@pytest.fixture(scope="session")
def acorn(cluster: None, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Acorn as docs/operations.md installs it, with the demo trust."""
    made = Installation()
    # A run that was interrupted leaves its installation: the next one goes on with it.
    if attempt("helm", "status", RELEASE, "--namespace", NAMESPACE)[0] != 0:
        walk(installing(), os.environ)
        run("acorn", "demo", "load", **made.terminal(tmp_path_factory.mktemp("home")))
    return made


def installing() -> list[Step]:
    """The steps of the first console block of docs/operations.md."""
    page = (ROOT / "docs" / "operations.md").read_text()
    block = re.search(r"^```console\n.*?^```$", page, re.DOTALL | re.MULTILINE)
    assert block is not None
    found = steps(block.group(0))
    assert 1 <= len(found) <= 10
    return found
