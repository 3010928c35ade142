"""The charts: what they make is valid and restricted, what is wrong with values is said, and nothing else is let by."""

import functools
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from acorn_portal.settings import SETTINGS as OF_THE_PORTAL
from embedded.kit import exported
from servicekit.settings import SETTINGS

pytestmark = pytest.mark.charts

ROOT = Path(__file__).resolve().parents[2]
CHARTS = ROOT / "charts"
PLATFORM = CHARTS / "platform"
KUBERNETES = ("1.27.0", "1.30.0", "1.34.0")
TRIAL = {"global.portalUrl": "http://10.96.0.50", "global.oidc.issuer": "http://10.96.0.49:8409"}
KIT = "ACORN_CLUSTER_KIT"


@functools.cache
def environment() -> dict[str, str]:
    """Where helm and its tools are: on the PATH, else in the cluster kit; without them the tests fail."""
    if all(shutil.which(tool) for tool in ("helm", "helm-unittest", "kubeconform")):
        return dict(os.environ)
    if not os.environ.get(KIT):
        pytest.fail(
            f"helm, helm-unittest and kubeconform are missing: install them, or set {KIT} to a folder whose tools.sh "
            "has them.",
            pytrace=False,
        )
    kit = (ROOT / os.environ[KIT]).resolve()
    return exported(kit / "tools.sh")


def tool(*command: str | Path, given: str | None = None) -> tuple[int, str]:
    """Run one of the tools; answers its exit code and what it printed."""
    done = subprocess.run(
        command,
        env=environment(),
        input=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout


def templated(values: str, **sets: str) -> tuple[int, str]:
    """What `helm template` makes of a values file of charts/platform, some values set."""
    options = [f"--set={name}={value}" for name, value in sets.items()]
    return tool("helm", "template", "acorn", PLATFORM, f"--values={PLATFORM}/values-{values}.yaml", *options)


@functools.cache
def made(values: str) -> tuple[dict[str, Any], ...]:
    """The objects of an installation."""
    code, text = templated(values, **(TRIAL if values == "trial" else {}))
    assert code == 0, text
    text = "\n".join(line for line in text.splitlines() if not line.startswith("level=INFO"))
    return tuple(one for one in yaml.safe_load_all(text) if one)


VALUES = ("trial", "small", "large")


@pytest.mark.parametrize("values", VALUES)
def test_the_charts_are_without_a_complaint(values: str) -> None:
    sets = [f"--set={name}={value}" for name, value in (TRIAL if values == "trial" else {}).items()]
    code, said = tool("helm", "lint", "--strict", PLATFORM, f"--values={PLATFORM}/values-{values}.yaml", *sets)
    assert code == 0, said


@pytest.mark.parametrize("chart", ["service", "platform"])
def test_the_charts_own_suites_pass(chart: str) -> None:
    options = ["--strict", "--with-subchart=false", "--file=unittests/*_test.yaml"]
    code, said = tool("helm-unittest", *options, CHARTS / chart)
    assert code == 0, said
    assert not re.search(r"^Tests: .*\b0 total", said, re.MULTILINE)


@pytest.mark.parametrize("version", KUBERNETES)
@pytest.mark.parametrize("values", VALUES)
def test_what_is_made_is_valid_kubernetes(values: str, version: str) -> None:
    if not os.environ.get(KIT):
        pytest.fail(f"set {KIT} to a folder whose kubeconform.sh has the schemas of Kubernetes.", pytrace=False)
    kit = (ROOT / os.environ[KIT]).resolve()
    manifests = yaml.safe_dump_all(made(values))
    code, said = tool(kit / "kubeconform.sh", version, given=manifests)
    assert code == 0, said


WRONG = {
    "a misspelt value": ({"staff.web.replica": "3"}, "additional properties 'replica' not allowed"),
    "a misspelt global": ({"global.mongo.secret": "x"}, "additional properties 'mongo' not allowed"),
    "a misspelt service": ({"payroll.web.replicas": "3"}, "additional properties 'payroll' not allowed"),
    "a number in words": ({"global.kafka.replication": "three"}, "got string, want integer"),
    "no issuer": ({"global.oidc.issuer": ""}, "global.oidc.issuer is empty: set it to the identity provider"),
    "no brokers": ({"global.kafka.bootstrap": ""}, "global.kafka.bootstrap is empty: set it to your brokers"),
    "no portal": ({"global.portalUrl": ""}, "global.portalUrl is empty: set it to the address"),
    "no Secret": ({"global.mongodb.secret": ""}, "minLength"),
    "no host": ({"portal.ingress.host": ""}, "ingress.host is empty: set it to the name"),
    "too many workers": ({"cpd.worker.replicas": "25"}, "maximum"),
    "an address with a slash": ({"global.portalUrl": "https://acorn.example/"}, "does not match pattern"),
    "a secret among the settings": ({"portal.settings.ACORN_PORTAL_CLIENT_SECRET": "x"}, "ACORN_PORTAL_CLIENT_SECRET"),
    "a secret among all settings": ({"global.settings.ACORN_KAFKA_PASSWORD": "x"}, "ACORN_KAFKA_PASSWORD"),
    "brokers out of reach": (
        {"global.kafka.bootstrap": "a:9092\\,b:9094"},
        "set global.kafka.port to the brokers' port",
    ),
    "an annotation that is no text": ({"portal.ingress.annotations.a": "true"}, "got boolean, want string"),
    "another security": ({"global.kafka.security": "NONE"}, "value must be one of"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_refused_with_a_sentence(name: str) -> None:
    sets, sentence = WRONG[name]
    code, said = templated("small", **sets)
    assert code != 0
    assert sentence in said, said


def test_a_sign_in_without_passwords_is_refused_in_production() -> None:
    code, said = templated("trial", **TRIAL, **{"global.environment": "production"})
    assert code != 0
    assert "trial.signIn asks nobody for a password" in said


def pod_specs(values: str) -> list[tuple[str, dict[str, Any]]]:
    """The pods of an installation, by the object that makes them."""
    return [
        (f"{one['kind']} {one['metadata']['name']}", one["spec"]["template"]["spec"])
        for one in made(values)
        if one["kind"] in ("Deployment", "StatefulSet", "Job")
    ]


@pytest.mark.parametrize("values", VALUES)
def test_every_pod_is_restricted(values: str) -> None:
    """Kubernetes' Pod Security Standard `restricted`, and a root that nobody can write to."""
    for name, spec in pod_specs(values):
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert spec["automountServiceAccountToken"] is False, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys(), name
        assert all("hostPath" not in volume for volume in spec["volumes"]), name
        for container in spec["containers"]:
            secured = container["securityContext"]
            assert secured["allowPrivilegeEscalation"] is False, name
            assert secured["readOnlyRootFilesystem"] is True, name
            assert secured["capabilities"] == {"drop": ["ALL"]}, name
            assert container["resources"]["limits"]["memory"], name
            assert not container["image"].endswith(":latest"), name


@pytest.mark.parametrize("values", VALUES)
def test_every_setting_is_known_and_every_required_one_is_given(values: str) -> None:
    tables = {"portal": OF_THE_PORTAL}
    for name, spec in pod_specs(values):
        if "trial" in name:
            continue
        service = re.split(r"[ -]", name)[2]
        known = {setting.name: setting for setting in tables.get(service, SETTINGS)}
        maps = {one["metadata"]["name"]: one["data"] for one in made(values) if one["kind"] == "ConfigMap"}
        [container] = spec["containers"]
        given = {one["name"] for one in container["env"]}
        for source in container.get("envFrom", []):
            given |= maps[source["configMapRef"]["name"]].keys()
        assert given <= known.keys(), f"{name}: {given - known.keys()}"
        # The image says which service it is.
        required = {setting.name for setting in known.values() if setting.default is None} - {"ACORN_SERVICE"}
        assert required <= given, f"{name}: {required - given}"


@pytest.mark.parametrize("values", ["small", "large"])
def test_no_object_holds_a_secret(values: str) -> None:
    assert [one["metadata"]["name"] for one in made(values) if one["kind"] == "Secret"] == []
    for name, spec in pod_specs(values):
        for variable in spec["containers"][0]["env"]:
            if re.search(r"PASSWORD|SECRET|MONGODB_URI|USERNAME", variable["name"]):
                assert "secretKeyRef" in variable["valueFrom"], f"{name}: {variable['name']}"


@pytest.mark.parametrize("chart", ["service", "platform"])
def test_the_page_of_a_chart_lists_its_values(chart: str) -> None:
    """As helm-docs writes it: `helm-docs --chart-search-root charts --sort-values-order file`."""
    values = yaml.safe_load((CHARTS / chart / "values.yaml").read_text())
    page = (CHARTS / chart / "README.md").read_text()
    for name in leaves(values):
        listed = [name.rsplit(".", cut)[0] for cut in range(name.count(".") + 1)]
        assert any(f"\n| {one} |" in page for one in listed), name


def leaves(values: dict[str, Any], before: str = "") -> list[str]:
    """The full names of all values that are no groups."""
    found: list[str] = []
    for name, value in values.items():
        full = f"{before}{name}"
        found += leaves(value, f"{full}.") if isinstance(value, dict) and value else [full]
    return found


def test_the_versions_are_those_of_the_packages() -> None:
    packages = {
        re.search(r'^version = "(.+)"$', file.read_text(), re.MULTILINE).group(1)  # type: ignore[union-attr]
        for file in [ROOT / "shared" / "pyproject.toml", *ROOT.glob("services/*/pyproject.toml")]
    }
    charts = [yaml.safe_load((CHARTS / chart / "Chart.yaml").read_text()) for chart in ("service", "platform")]
    assert {chart[name] for chart in charts for name in ("version", "appVersion")} == packages


def test_a_package_has_all_that_an_installation_needs(tmp_path: Path) -> None:
    code, said = tool("helm", "package", PLATFORM, f"--destination={tmp_path}")
    assert code == 0, said
    [package] = tmp_path.glob("platform-*.tgz")
    sets = [f"--set={name}={value}" for name, value in TRIAL.items()]
    code, said = tool("helm", "template", "acorn", package, f"--values={PLATFORM}/values-trial.yaml", *sets)
    assert code == 0, said
    assert "acorn-cpd-worker" in said
