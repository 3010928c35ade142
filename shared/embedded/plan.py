"""What `make run` starts, where it listens and what it is told: worked out before anything starts, and pure."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from embedded.processes import EngineFailed

FIRST_PORT = 8400
ORDER = ("staff", "cpd", "qualifications", "deployments", "networks", "improvement", "insights", "portal")
"""The order in which services start, and with it their ports: a new service moves nobody else's."""
ENGINES = ("ACORN_MONGODB_URI", "ACORN_KAFKA_BOOTSTRAP", "ACORN_OIDC_ISSUER")
PORTAL = "portal"
PORTAL_CLIENT = ("ACORN_PORTAL_URL", "ACORN_PORTAL_CLIENT_ID", "ACORN_PORTAL_CLIENT_SECRET")
"""What an outside identity provider knows the portal by."""
_HERE = "shared/embedded/plan.py"


@dataclass(frozen=True)
class Service:
    """One service of the clone, and the ports of its processes; `worker_port` is None where it has no worker."""

    name: str
    package: str
    port: int
    worker_port: int | None

    @property
    def address(self) -> str:
        """Where its web process answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def worker_address(self) -> str | None:
        """Where its worker answers health and metrics."""
        return f"http://127.0.0.1:{self.worker_port}" if self.worker_port else None


@dataclass(frozen=True)
class Plan:
    """Everything that will run. An engine whose address the environment gives is not among it."""

    services: tuple[Service, ...]
    given: Mapping[str, str]
    first_port: int

    @property
    def portal(self) -> Service | None:
        """The service that people open in a browser, where the clone has it."""
        return next((service for service in self.services if service.name == PORTAL), None)

    @property
    def identity_port(self) -> int | None:
        """None when ACORN_OIDC_ISSUER names another provider."""
        return None if "ACORN_OIDC_ISSUER" in self.given else self.first_port + 9

    @property
    def mongodb_port(self) -> int | None:
        """None when ACORN_MONGODB_URI names another."""
        return None if "ACORN_MONGODB_URI" in self.given else self.first_port + 27

    @property
    def kafka_ports(self) -> tuple[int, int] | None:
        """Broker and controller; None when ACORN_KAFKA_BOOTSTRAP names another."""
        return None if "ACORN_KAFKA_BOOTSTRAP" in self.given else (self.first_port + 28, self.first_port + 29)

    @property
    def ports(self) -> dict[int, str]:
        """Every port that will be listened on, and by whom."""
        ports = {service.port: f"the {service.name} service" for service in self.services}
        for service in self.services:
            if service.worker_port:
                ports[service.worker_port] = f"the {service.name} service's worker"
        if self.identity_port:
            ports[self.identity_port] = "the sign-in"
        if self.mongodb_port:
            ports[self.mongodb_port] = "MongoDB"
        if self.kafka_ports:
            ports |= dict(zip(self.kafka_ports, ("Kafka", "Kafka's controller"), strict=True))
        return ports


def make_plan(root: Path, environment: Mapping[str, str]) -> Plan:
    """Find the services of a clone and give out ports; `EngineFailed` when ACORN_PORT_BASE is no port."""
    text = environment.get("ACORN_PORT_BASE", str(FIRST_PORT))
    if not text.isascii() or not text.isdigit() or not 1024 <= int(text) <= 65_500:
        raise EngineFailed(f"ACORN_PORT_BASE is {text!r}: set it to a number from 1024 to 65500, such as {FIRST_PORT}.")
    first = int(text)
    given = {name: environment[name] for name in ENGINES if environment.get(name)}
    if "ACORN_OIDC_ISSUER" in given:
        given |= {name: environment[name] for name in PORTAL_CLIENT if environment.get(name)}
    apps = {app.parent.parent.name: app for app in root.glob("services/*/acorn_*/app.py")}
    unknown = apps.keys() - set(ORDER)
    if unknown:
        raise EngineFailed(f"{', '.join(sorted(unknown))} has no place to start in: add it to ORDER in {_HERE}.")
    services = (
        Service(name, apps[name].parent.name, first + place, first + 10 + place if has_worker(apps[name]) else None)
        for place, name in enumerate(ORDER, start=1)
        if name in apps
    )
    return Plan(tuple(services), given, first)


def has_worker(app: Path) -> bool:
    """Tell whether a service's wiring makes a worker: it defines `create_worker`. The file is read, not run."""
    parsed = ast.parse(app.read_text(), str(app))
    return any(isinstance(part, ast.FunctionDef) and part.name == "create_worker" for part in parsed.body)


def check_ports(plan: Plan, in_use: Mapping[int, bool]) -> None:
    """`EngineFailed`, naming the port and the remedy, when one of the plan's ports is in use."""
    for port, owner in plan.ports.items():
        if in_use[port]:
            raise EngineFailed(
                f"Port {port}, meant for {owner}, is in use: stop what listens there, or move all of Acorn's ports: "
                f"make run ACORN_PORT_BASE={plan.first_port + 1000}"
            )


def environment_of(
    service: Service, plan: Plan, root: Path, *, mongodb: str, kafka: str, issuer: str
) -> dict[str, str]:
    """The variables that the processes of a service are given, over those of `make run` itself."""
    told = {
        "ACORN_SERVICE": service.name,
        "ACORN_MONGODB_URI": mongodb,
        "ACORN_KAFKA_BOOTSTRAP": kafka,
        "ACORN_OIDC_ISSUER": issuer,
        "ACORN_CONTRACTS": str(root / "contracts"),
        "ACORN_BIND": f"127.0.0.1:{service.port}",
    }
    if service.worker_port:
        told["ACORN_WORKER_BIND"] = f"127.0.0.1:{service.worker_port}"
    if service == plan.portal:
        told |= {f"ACORN_{other.name.upper()}_URL": other.address for other in plan.services if other != service}
        # A public client: PKCE is what protects its codes.
        client = dict(zip(PORTAL_CLIENT, (service.address, "acorn-portal", ""), strict=True))
        told |= {name: plan.given.get(name, value) for name, value in client.items()}
    return told
