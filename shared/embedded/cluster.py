"""An installation of Acorn on a Kubernetes cluster, as tests ask after it: kubectl, helm, the Services' addresses."""

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests
from pymongo import MongoClient

from acorn.signing_in import sign_in
from embedded.places import ROOT

NAMESPACE = "acorn"
RELEASE = "acorn"
CHART = "charts/platform"
SERVICES = ("staff", "cpd", "portal")

TEACHER = "teacher.elm@oaktrees.example"
HR = "hr@oaktrees.example"
OPERATIONS = "operations@oaktrees.example"


class CommandFailed(Exception):
    """A program that had to succeed did not; the message has the command and what it printed."""


class NotAnswered(Exception):
    """A request was not answered as it should have been; the message says how."""


def attempt(*command: str | Path, **changed: str) -> tuple[int, str]:
    """Run a program, with variables changed; answers its exit code and what it printed."""
    done = subprocess.run(
        command,
        env={**os.environ, **changed},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
        timeout=480,
        check=False,
    )
    return done.returncode, done.stdout


def run(*command: str | Path, **changed: str) -> str:
    """Run a program, with variables changed; answers what it printed, or `CommandFailed`."""
    code, printed = attempt(*command, **changed)
    if code:
        raise CommandFailed(f"$ {' '.join(map(str, command))}\n{printed}")
    return printed


def kubectl(*arguments: str) -> str:
    """Ask the cluster about our namespace."""
    return run("kubectl", "--namespace", NAMESPACE, *arguments)


def described(*arguments: str) -> Any:
    """What the cluster has, as a document."""
    return json.loads(kubectl("get", *arguments, "--output=json"))


def helm_upgrade(*arguments: str, seconds: int = 180) -> tuple[int, str]:
    """Upgrade the release, its values as they were but for what is said; answers the exit code and what helm said."""
    command = ["helm", "upgrade", RELEASE, CHART, "--namespace", NAMESPACE, "--reuse-values", "--wait"]
    return attempt(*command, f"--timeout={seconds}s", *arguments)


def pods(**labels: str) -> list[Any]:
    """The pods with these labels (`name`, `component`), oldest first, but for those that are being taken down."""
    chosen = ",".join(f"app.kubernetes.io/{name}={value}" for name, value in labels.items())
    found = described("pods", f"--selector={chosen}")["items"]
    living = [pod for pod in found if "deletionTimestamp" not in pod["metadata"]]
    return sorted(living, key=lambda pod: str(pod["metadata"]["creationTimestamp"]))


def ready(pod: Any) -> bool:
    """Whether a pod says that it can be used."""
    conditions = pod["status"].get("conditions", [])
    return any(one["type"] == "Ready" and one["status"] == "True" for one in conditions)


def rolled_out() -> None:
    """Wait until every Deployment and StatefulSet is as it should be."""
    for workload in kubectl("get", "deployments,statefulsets", "--output=name").split():
        kubectl("rollout", "status", workload, "--timeout=180s")


@dataclass
class Installation:
    """Acorn on the cluster, by the addresses of its Services as this machine reaches them."""

    tokens: dict[str, tuple[str, float]] = field(default_factory=dict)

    def address(self, service: str, port: int = 80) -> str:
        """The address of a Service."""
        found = described("service", f"{RELEASE}-{service}")["spec"]["clusterIP"]
        return f"http://{found}" if port == 80 else f"http://{found}:{port}"

    @property
    def issuer(self) -> str:
        """The identity provider, as the services were told."""
        return str(described("configmap", f"{RELEASE}-staff")["data"]["ACORN_OIDC_ISSUER"])

    def terminal(self, home: Path) -> dict[str, str]:
        """The environment of somebody who uses the command line."""
        return {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), *os.get_exec_path()]),
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
            "LANG": "C.UTF-8",
            "COLUMNS": "200",
            "ACORN_STAFF_URL": self.address("staff"),
            "ACORN_CPD_URL": self.address("cpd"),
            "ACORN_PORTAL_URL": self.address("portal"),
            "ACORN_OIDC_ISSUER": self.issuer,
        }

    def token(self, email: str) -> str:
        """An access token of one of the demo people."""
        token, expires = self.tokens.get(email, ("", 0.0))
        if expires < time.time() + 60:
            signed_in = sign_in(self.issuer, hint=email, tell=print)
            token, expires = signed_in.access_token, signed_in.expires_at
            self.tokens[email] = token, expires
        return token

    def call(self, email: str, method: str, service: str, path: str, **kwargs: Any) -> Any:
        """Send a request as somebody; answers its document, or `NotAnswered`."""
        headers = {"Authorization": f"Bearer {self.token(email)}"}
        answer = requests.request(method, self.address(service) + path, headers=headers, timeout=20, **kwargs)
        if not answer.ok:
            raise NotAnswered(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    def mongodb(self) -> "MongoClient[dict[str, Any]]":
        """The trial MongoDB."""
        address = self.address("trial-mongodb", 27017).removeprefix("http://")
        return MongoClient(f"mongodb://{address}/?directConnection=true", serverSelectionTimeoutMS=2_000, tz_aware=True)

    def behind(self) -> dict[str, tuple[int, int | None]]:
        """The people whose version in cpd is not the one in staff, with both."""
        with self.mongodb() as client:
            owned = {one["_id"]: one["version"] for one in client["acorn_staff"]["people"].find({}, {"version": 1})}
            generation = (client["acorn_cpd"]["meta"].find_one({"_id": "generations"}) or {}).get("live", 1)
            learnt = client["acorn_cpd"][f"people.g{generation}"]
            known = {one["_id"]: one["version"] for one in learnt.find({}, {"version": 1})}
        return {id_: (version, known.get(id_)) for id_, version in owned.items() if known.get(id_) != version}
