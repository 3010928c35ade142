"""The wiring: what a process is made of, and what it must not load."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from acorn_staff.app import create_app, create_worker
from acorn_staff.store.layout import INDEXES
from servicekit.settings import Settings


@pytest.fixture(scope="module")
def settings() -> Settings:
    """Settings of a service whose engines are away."""
    return Settings(
        mongodb_uri="mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=1",
        database="staff",
        kafka={"bootstrap": "127.0.0.1:1"},
        oidc_issuer="http://127.0.0.1:1",
        contracts=Path("contracts"),
    )


@pytest.fixture(scope="module")
def openapi(settings: Settings) -> dict[str, Any]:
    """The service's OpenAPI document."""
    app = create_app(settings)
    app.extensions["acorn"].database.client.close()
    document: dict[str, Any] = app.extensions["openapi"]
    return document


def test_a_web_process_does_not_load_kafka() -> None:
    check = "import sys, acorn_staff.app; sys.exit(any(name.split('.')[0] == 'kafka' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_the_worker_owns_the_topics_and_judges_imports(settings: Settings) -> None:
    worker = create_worker(settings)
    assert worker.name == "staff"
    assert not worker.ready


def test_every_operation_and_every_field_is_described_with_an_example(openapi: dict[str, Any]) -> None:
    ours = {
        path: one for path, one in openapi["paths"].items() if "/operations/" not in path and "/imports" not in path
    }
    for path, operations in ours.items():
        for method, operation in operations.items():
            if method != "parameters":
                assert operation["summary"], (method, path)
                assert "x-access" in operation
    for name in ("Person", "PersonNew", "PersonPatch", "Appointment", "AppointmentNew", "MoveNew", "EndNew", "Me"):
        for field, described in openapi["components"]["schemas"][name]["properties"].items():
            assert described["description"], (name, field)
            of_others = "$ref" in str(described)
            assert of_others or "example" in described, (name, field)


def test_examples_show_nobody_real(openapi: dict[str, Any]) -> None:
    text = str(openapi)
    assert "@oaktrees.example" in text
    assert {part.split("'")[0] for part in text.split("@")[1:]} == {"oaktrees.example"}


def test_no_index_has_two_definitions() -> None:
    for indexes in INDEXES.values():
        names = [index.document["name"] for index in indexes]
        assert len(names) == len(set(names))
