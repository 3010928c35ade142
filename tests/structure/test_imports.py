"""Who may import what: the walls of the house, read from the code as it is written."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = sorted(path.name for path in (ROOT / "services").iterdir() if (path / "pyproject.toml").is_file())
APIS = [name for name in SERVICES if (ROOT / "services" / name / f"acorn_{name}" / "routes").is_dir()]
PAGES = [name for name in SERVICES if name not in APIS]
SHARED = ("servicekit", "directory", "acorn", "embedded")

MONGO = {
    # Of a service, store.py alone talks to MongoDB (or the folder that it has become).
    *(f"services/{name}/acorn_{name}/store" for name in SERVICES),
    "shared/directory/lookups",
    "shared/directory/store",
    "shared/directory/testing",
    "shared/embedded",
    "shared/servicekit",
}
KAFKA = {
    "shared/servicekit/relay",
    "shared/servicekit/consumer",
    "shared/servicekit/topics",
    "shared/servicekit/testing",
    "shared/embedded",
}
# What a rule of the domain needs none of: frameworks, the database, the broker, and a clock or a die of its own.
IMPURE = {"flask", "flask_smorest", "marshmallow", "pymongo", "bson", "kafka", "requests", "time", "random", "secrets"}
CLOCKS = {"utc_now", "now", "today", "utcnow", "new_id", "uuid1", "uuid4", "uuid6", "uuid7"}


def packages() -> Iterator[Path]:
    """Every Python file that ships."""
    for name in SHARED:
        yield from (ROOT / "shared" / name).rglob("*.py")
    for name in SERVICES:
        yield from (ROOT / "services" / name / f"acorn_{name}").rglob("*.py")


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(path: Path) -> set[str]:
    """The modules that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{relative(path)}:{node.lineno} imports relative to itself: name the package"
            found.add(node.module or "")
    return found


def tops(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imported(path)}


def inside(path: Path, places: set[str]) -> bool:
    name = relative(path).removesuffix(".py")
    return any(name == place or name.startswith(f"{place}/") for place in places)


def importers(package: str) -> set[Path]:
    return {path for path in packages() if package in tops(path)}


def models() -> list[Path]:
    return [
        path
        for name in SERVICES
        for place in [ROOT / "services" / name / f"acorn_{name}"]
        for path in [place / "model.py", *(place / "model").rglob("*.py")]
        if path.is_file()
    ]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_imports_no_other_service(service: str) -> None:
    others = {f"acorn_{name}" for name in SERVICES if name != service} | {"acorn", "embedded"}
    for path in (ROOT / "services" / service / f"acorn_{service}").rglob("*.py"):
        assert not tops(path) & others, f"{relative(path)} imports {tops(path) & others}"


def test_what_services_share_knows_no_service_by_name() -> None:
    known = {f"acorn_{name}" for name in SERVICES}
    for path in packages():
        if inside(path, {"shared/servicekit", "shared/directory"}):
            assert not tops(path) & (known | {"acorn", "embedded"}), relative(path)


def test_the_chassis_does_not_know_the_directory() -> None:
    assert {relative(path) for path in importers("directory") if inside(path, {"shared/servicekit"})} == set()


def test_the_command_line_speaks_http_and_imports_neither_services_nor_engines_of_theirs() -> None:
    forbidden = {"pymongo", "kafka", "directory", "flask", *(f"acorn_{name}" for name in SERVICES)}
    for path in (ROOT / "shared" / "acorn").rglob("*.py"):
        assert not tops(path) & forbidden, f"{relative(path)} imports {tops(path) & forbidden}"


@pytest.mark.parametrize("package", ["pymongo", "bson", "gridfs"])
def test_only_stores_and_the_chassis_talk_to_mongodb(package: str) -> None:
    assert {relative(path) for path in importers(package) if not inside(path, MONGO)} == set()


def test_only_relay_consumer_and_topics_talk_to_kafka() -> None:
    assert {relative(path) for path in importers("kafka") if not inside(path, KAFKA)} == set()


@pytest.mark.parametrize("path", models(), ids=relative)
def test_rules_are_pure(path: Path) -> None:
    assert not tops(path) & IMPURE, f"{relative(path)} imports {tops(path) & IMPURE}"
    called = {
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
    }
    assert not called & CLOCKS, f"{relative(path)} asks for the time or an id by itself: {called & CLOCKS}"


@pytest.mark.parametrize("service", APIS)
def test_every_service_has_the_same_rooms(service: str) -> None:
    assert rooms_lacking(service, "app", "routes", "schemas", "operations", "model", "store") == []


@pytest.mark.parametrize("service", PAGES)
def test_a_service_of_pages_has_rooms_of_its_own(service: str) -> None:
    assert rooms_lacking(service, "app", "settings", "views", "forms", "clients", "templates") == []


def rooms_lacking(service: str, *rooms: str) -> list[str]:
    place = ROOT / "services" / service / f"acorn_{service}"
    lacking = [room for room in rooms if not (place / f"{room}.py").is_file() and not (place / room).is_dir()]
    readme = place.parent / "README.md"
    return lacking if readme.is_file() else [*lacking, "README.md"]


@pytest.mark.parametrize("service", PAGES)
def test_pages_speak_http_to_the_services_and_know_none_of_their_insides(service: str) -> None:
    for path in (ROOT / "services" / service / f"acorn_{service}").rglob("*.py"):
        assert not tops(path) & {"directory", "kafka", "embedded", "acorn", *(f"acorn_{api}" for api in APIS)}, path


@pytest.mark.parametrize("service", SERVICES)
def test_importing_a_web_process_does_not_import_kafka_nor_what_takes_seconds(service: str) -> None:
    # Where rfc3987-syntax is installed, jsonschema imports it, and it has lark compile a grammar for each of its rules.
    asked = (
        f"import sys, acorn_{service}.app as app; assert app.create_app; print({{'kafka', 'lark'}} & {{*sys.modules}})"
    )

    answered = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)

    assert answered.stdout.strip() == "set()"
