"""What is made from the code and the contracts is committed as it would be made now, and is fit to be read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from servicekit.generate import generated

ROOT = Path(__file__).resolve().parents[2]
# Those with an API; the portal has none.
SERVICES = sorted(path.parents[1].name for path in ROOT.glob("services/*/acorn_*/routes"))
METHODS = {"get", "put", "post", "patch", "delete"}

Json = dict[str, Any]


@pytest.fixture(scope="module")
def made() -> dict[Path, str]:
    return generated(ROOT)


@pytest.fixture(scope="module", params=SERVICES)
def openapi(request: pytest.FixtureRequest, made: dict[Path, str]) -> Json:
    document: Json = yaml.safe_load(made[ROOT / "contracts" / "openapi" / f"{request.param}.v1.yaml"])
    return document


def answers(openapi: Json) -> Iterator[tuple[str, str, Json]]:
    for name, operation in operations(openapi):
        for status, answer in operation["responses"].items():
            shared = answer.get("$ref", "").rpartition("/")[2]
            yield name, status, openapi["components"]["responses"][shared] if shared else answer


def operations(openapi: Json) -> Iterator[tuple[str, Json]]:
    for path, item in openapi["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", operation


def properties(openapi: Json) -> Iterator[tuple[str, Json]]:
    for name, schema in openapi["components"]["schemas"].items():
        for field, inner in schema.get("properties", {}).items():
            yield f"{name}.{field}", inner


def test_nothing_that_is_made_differs_from_what_is_committed(made: dict[Path, str]) -> None:
    drifted = [
        str(path.relative_to(ROOT)) for path, text in made.items() if not path.is_file() or path.read_text() != text
    ]

    assert drifted == [], "run `make docs` and commit what it writes"


def test_every_service_has_its_openapi_file_and_no_file_is_left_of_a_service_that_went() -> None:
    found = {path.name.partition(".")[0] for path in (ROOT / "contracts" / "openapi").iterdir()}

    assert found == set(SERVICES)


def test_the_openapi_document_is_valid_openapi_3_1(openapi: Json) -> None:
    assert openapi["openapi"] == "3.1.0"
    assert [error.message for error in OpenAPIV31SpecValidator(openapi).iter_errors()] == []


def test_every_operation_has_an_id_of_its_own(openapi: Json) -> None:
    ids = [operation["operationId"] for _, operation in operations(openapi)]

    assert len(ids) == len(set(ids))


def test_every_operation_says_what_it_does_and_what_its_arguments_mean(openapi: Json) -> None:
    silent = [name for name, operation in operations(openapi) if not operation.get("summary")]
    silent += [
        f"{name} {parameter['name']}"
        for name, operation in operations(openapi)
        for parameter in operation.get("parameters", [])
        if "$ref" not in parameter and parameter["in"] != "path" and not parameter.get("description")
    ]

    assert silent == []


def test_every_operation_says_what_it_answers_with(openapi: Json) -> None:
    silent = [
        f"{name} {status}" for name, status, answer in answers(openapi) if "content" not in answer and status != "204"
    ]

    assert silent == []


def test_every_refusal_is_a_problem(openapi: Json) -> None:
    others = [
        f"{name} {status}"
        for name, status, answer in answers(openapi)
        if status >= "4" and list(answer["content"]) != ["application/problem+json"]
    ]

    assert others == []


def test_every_property_is_described(openapi: Json) -> None:
    assert [name for name, schema in properties(openapi) if not schema.get("description")] == []


def test_every_plain_property_has_an_example(openapi: Json) -> None:
    def plain(schema: Json) -> bool:
        kinds = schema.get("type", "object")
        kinds = set(kinds if isinstance(kinds, list) else [kinds]) - {"null"}
        return bool(kinds) and not kinds & {"object", "array"} and "format" not in schema

    without = [name for name, schema in properties(openapi) if plain(schema) and "example" not in schema]

    # Free text and cursors say more by their description.
    assert [name for name in without if "enum" not in properties_named(openapi, name)] == []


def properties_named(openapi: Json, name: str) -> Json:
    schema, _, field = name.partition(".")
    found: Json = openapi["components"]["schemas"][schema]["properties"][field]
    return found
