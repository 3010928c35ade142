"""What the code publishes, reads and listens to has its contract: schemas of events, settings, tests of handlers."""

import importlib
import re
from pathlib import Path

import pytest

from servicekit.settings import SETTINGS

ROOT = Path(__file__).resolve().parents[2]
SERVICES = sorted(path.parent.name for path in ROOT.glob("services/*/pyproject.toml"))
SCHEMAS = {path.stem for path in (ROOT / "contracts" / "events").glob("*.json")}


def published(service: str) -> set[str]:
    return set(importlib.import_module(f"acorn_{service}.model.events").EVENTS)


@pytest.mark.parametrize("service", SERVICES)
def test_every_published_event_has_a_schema_and_every_schema_is_published(service: str) -> None:
    assert published(service) == {name for name in SCHEMAS if name.startswith(f"{service}.")}


@pytest.mark.parametrize("service", SERVICES)
def test_every_event_that_is_listened_to_is_published_by_somebody(service: str) -> None:
    try:
        handlers = importlib.import_module(f"acorn_{service}.handlers").HANDLERS
    except ModuleNotFoundError:
        handlers = {}
    everything = set().union(*map(published, SERVICES))

    unheard = [
        pattern
        for pattern in handlers
        if not any(re.fullmatch(pattern.replace("*", ".+"), name) for name in everything)
    ]

    assert unheard == []


def test_every_environment_variable_that_is_read_is_in_the_settings_table() -> None:
    table = (ROOT / "docs" / "settings.md").read_text()
    sources = [
        path
        for folder in ("shared", "services", "docker")
        for path in (ROOT / folder).rglob("*.py")
        if "tests" not in path.parts
    ]
    read = {name for path in sources for name in re.findall(r'"(ACORN_[A-Z_]+)"', path.read_text())}

    assert sorted(name for name in read if f"`{name}`" not in table) == []


def test_every_setting_is_read() -> None:
    sources = "\n".join(
        path.read_text() for folder in ("shared", "docker") for path in (ROOT / folder).rglob("*.py") if path.is_file()
    )

    # Once in the table, and at least once where it is used.
    assert [setting.name for setting in SETTINGS if sources.count(f'"{setting.name}"') < 2] == []
