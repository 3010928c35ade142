"""`contracts/access.md` and the running services say the same of who may do what."""

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from servicekit.roles import Anyone, Relation, Role
from servicekit.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
SERVICES = sorted(path.parents[1].name for path in ROOT.glob("services/*/acorn_*/routes"))
RULES = {str(rule) for kind in (Role, Relation, Anyone) for rule in kind}

Row = tuple[str, str, frozenset[str]]
"""An operation's id, its request such as `GET /v1/people/<person_id>`, and its rules."""


def sections() -> dict[str, list[list[str]]]:
    """The rows of each second-level section's operations, by the section's heading in lower case."""
    found: dict[str, list[list[str]]] = {}
    heading, header = "", ""
    for line in (ROOT / "contracts" / "access.md").read_text().splitlines():
        if line.startswith("## "):
            heading, header = line.removeprefix("## ").strip().lower(), ""
        elif line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            header = header or cells[0]
            if header == "operation" and cells[0] not in {"operation", "---"}:
                found.setdefault(heading, []).append(cells)
        else:
            header = ""
    return found


def written(service: str) -> set[Row]:
    """What the contract says of a service: its own section and that of every service."""
    rows = [*sections()["every service"], *sections()[service]]
    return {(cells[0].strip("`"), cells[1].strip("`"), frozenset(cells[2].split())) for cells in rows}


def declared(app: Flask) -> Iterator[Row]:
    """What the views of a running service declare."""
    for rule in app.url_map.iter_rules():
        view: Any = app.view_functions[rule.endpoint]
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"<\1>", rule.rule)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield view.__name__, f"{method} {path}", frozenset(str(one) for one in view.access_rules)


def make_app(service: str) -> Flask:
    """A service's web application, its engines out of reach."""
    settings = Settings(
        mongodb_uri="mongodb://127.0.0.1:1/", database=service, kafka={}, oidc_issuer="https://login.example"
    )
    app: Flask = importlib.import_module(f"acorn_{service}.app").create_app(settings)
    return app


@pytest.fixture(scope="module", params=SERVICES)
def service(request: pytest.FixtureRequest) -> tuple[str, Flask]:
    return request.param, make_app(request.param)


def test_every_service_has_its_section() -> None:
    assert set(SERVICES) <= set(sections())


def test_every_operation_has_its_row(service: tuple[str, Flask]) -> None:
    name, app = service
    rows = {(operation, request) for operation, request, _ in written(name)}

    assert {(operation, request) for operation, request, _ in declared(app)} - rows == set()


def test_every_row_has_its_operation(service: tuple[str, Flask]) -> None:
    name, app = service
    operations = {(operation, request) for operation, request, _ in declared(app)}

    assert {(operation, request) for operation, request, _ in written(name)} - operations == set()


def test_every_rule_is_the_one_that_is_written(service: tuple[str, Flask]) -> None:
    name, app = service
    rules = {(operation, request): rules for operation, request, rules in written(name)}
    differing = {
        f"{operation}: {request}": (sorted(found), sorted(rules[operation, request]))
        for operation, request, found in declared(app)
        if (operation, request) in rules and found != rules[operation, request]
    }

    assert differing == {}, "declared in code, written in contracts/access.md"


def test_every_operation_stands_in_one_row_only() -> None:
    rows = [(heading, cells[1]) for heading, found in sections().items() for cells in found]

    assert len(rows) == len(set(rows))


def test_every_rule_that_is_written_exists() -> None:
    used = {rule for found in sections().values() for cells in found for rule in cells[2].split()}

    assert used <= RULES


def test_every_rule_is_explained() -> None:
    text = (ROOT / "contracts" / "access.md").read_text()
    explained = set(re.findall(r"^\| `(\w+)` \|", text.partition("## Every service")[0], re.MULTILINE))

    assert explained == RULES


def test_the_openapi_file_tells_the_same_rules(service: tuple[str, Flask]) -> None:
    name, app = service
    told = {
        operation["operationId"]: frozenset(operation["x-access"])
        for path in app.extensions["openapi"]["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict) and "operationId" in operation
    }

    assert told
    assert set(told.items()) <= {(operation, rules) for operation, _, rules in written(name)}
