"""Every event that is published has its contract; every event that is listened to has a handler that is tested."""

import ast
import fnmatch
import importlib
import importlib.util
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Those with an API; the portal has none.
SERVICES = sorted(path.parents[1].name for path in ROOT.glob("services/*/acorn_*/routes"))
EVENTS = ROOT / "contracts" / "events"
SCHEMAS = {path.stem for path in EVENTS.glob("*.json")}
TYPE = re.compile(r"[a-z]+\.[a-z]+(?:-[a-z]+)+\.v[1-9][0-9]*")


def published(service: str) -> tuple[str, ...]:
    """The one tuple in which a service lists what it publishes."""
    events: tuple[str, ...] = importlib.import_module(f"acorn_{service}.model.events").EVENTS
    return events


def handlers(service: str) -> dict[str, Callable[..., Any]]:
    """What a service listens to, by event type or pattern; nothing for one without handlers."""
    name = f"acorn_{service}.handlers"
    if importlib.util.find_spec(name) is None:
        return {}
    found: dict[str, Callable[..., Any]] = importlib.import_module(name).HANDLERS
    return found


def named_in_code(service: str) -> set[str]:
    """Every event type of its own that a service's code names."""
    found = set()
    for path in (ROOT / "services" / service / f"acorn_{service}").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and TYPE.fullmatch(node.value):
                found.add(node.value)
    return {name for name in found if name.startswith(f"{service}.")}


@pytest.mark.parametrize("service", SERVICES)
def test_every_published_event_has_a_schema_and_an_example(service: str) -> None:
    events = published(service)

    assert events
    assert len(events) == len(set(events))
    assert [name for name in events if name not in SCHEMAS] == []
    assert [name for name in events if not (EVENTS / "examples" / f"{name}.json").is_file()] == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_event_that_the_code_names_is_in_the_list(service: str) -> None:
    # An example in the API's documentation may name one; it is published all the same.
    assert named_in_code(service) <= set(published(service))


@pytest.mark.parametrize("service", SERVICES)
def test_every_listed_event_is_published_somewhere(service: str) -> None:
    """A constant that no save, and no function that chooses a reason, ever uses is a promise nobody keeps."""
    package = ROOT / "services" / service / f"acorn_{service}"
    module = importlib.import_module(f"acorn_{service}.model.events")
    constants = {name for name, value in vars(module).items() if value in published(service)}
    used: set[str] = set()
    for path in package.rglob("*.py"):
        tree = ast.parse(path.read_text())
        listed = {
            id(inner) for node in tree.body if isinstance(node, ast.AnnAssign | ast.Assign) for inner in ast.walk(node)
        }
        for node in ast.walk(tree):
            if id(node) in listed:
                continue
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                used.add(node.id)
            elif isinstance(node, ast.Attribute):
                used.add(node.attr)

    assert constants - used == set()


def test_every_schema_is_of_an_event_that_some_service_publishes() -> None:
    assert {name for service in SERVICES for name in published(service)} == SCHEMAS


@pytest.mark.parametrize("service", SERVICES)
def test_every_handler_listens_to_something_that_is_published(service: str) -> None:
    everything = {name for publisher in SERVICES for name in published(publisher)}

    assert [pattern for pattern in handlers(service) if not fnmatch.filter(everything, pattern)] == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_handler_is_tested_twice_and_out_of_order(service: str) -> None:
    for handler in set(handlers(service).values()):
        package = handler.__module__.partition(".")[0]
        tests = ROOT / "shared" / "tests" / package if package == "directory" else ROOT / "services" / service / "tests"
        proofs = [
            path
            for path in tests.rglob("test_*.py")
            if handler.__name__ in (text := path.read_text())
            and re.search(r"def test_\w*order\w*twice|twice\w*order", text)
        ]
        assert proofs, f"{handler.__module__}.{handler.__name__} has no test that delivers twice and out of order"


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_erases_whom_the_law_wants_forgotten(service: str) -> None:
    """Its worker does the work of erasing, and its routes say how much there is."""
    wiring = (ROOT / "services" / service / f"acorn_{service}" / "app.py").read_text()

    assert "erasure_work(erase" in wiring
    assert "erasure_routes(look)" in wiring
