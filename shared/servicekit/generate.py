"""Writes what is made from the code and the contracts: OpenAPI files, typed clients, docs/events.md, docs/settings.md.

`python -m servicekit.generate` writes them; a test holds what is committed against what this would write.
"""

import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from servicekit.roles import Role
from servicekit.settings import SETTINGS, Setting, Settings
from servicekit.typed_clients import client_module

_NOTICE = "<!-- Made by `make docs`; change what it is made from instead. -->\n\n"


def generated(root: Path) -> dict[Path, str]:
    """Every generated file of the repository at `root`, with its text."""
    made = {
        root / "docs" / "settings.md": _settings(root),
        root / "docs" / "events.md": _events(root / "contracts" / "events"),
    }
    # A service with routes has an API; one with clients calls the others.
    documents = {
        routes.parent.name.removeprefix("acorn_"): _document(routes.parent.name, root)
        for routes in sorted(root.glob("services/*/acorn_*/routes"))
    }
    for service, document in documents.items():
        made[root / "contracts" / "openapi" / f"{service}.v1.yaml"] = _openapi(service, document)
        for clients in sorted(root.glob("services/*/acorn_*/clients")):
            made[clients / f"{service}.py"] = client_module(document, service, clients.parent.name)
    return made


def _document(package: str, root: Path) -> dict[str, Any]:
    settings = Settings(
        mongodb_uri="mongodb://127.0.0.1:1/",
        database=package,
        kafka={},
        oidc_issuer="https://login.example",
        contracts=root / "contracts",
    )
    app = importlib.import_module(f"{package}.app").create_app(settings)
    # Through JSON: what tools read is plain values, not the library's own kinds of dict.
    document: dict[str, Any] = json.loads(json.dumps(app.extensions["openapi"]))
    return document


def _openapi(service: str, document: dict[str, Any]) -> str:
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=120)
    return f"# Made by `make docs` from services/{service}; change the code instead.\n{text}"


_ELSEWHERE = (
    ("ACORN_PORT_BASE", "8400", "`make run`: the first of the ports; all others follow from it."),
    ("ACORN_STATE", ".acorn", "`make run`: the folder of its data and logs, for a second run beside the first."),
    ("ACORN_STAFF_URL", "of `make run`", "`acorn`: address of the staff service."),
    ("ACORN_CPD_URL", "of `make run`", "`acorn`: address of the CPD service."),
    ("ACORN_PORTAL_URL", "of `make run`", "`acorn status`: address of the portal."),
    ("ACORN_OIDC_ISSUER", "of `make run`", "`acorn`: the identity provider to sign in at."),
    ("ACORN_TOKEN", "of `acorn sign-in`", "`acorn`: the access token to send."),
    ("ACORN_CLUSTER_KIT", "empty", "`make images`, `make test-cluster`: a folder that brings up docker and a cluster."),
    ("ACORN_TRIAL_HOST", "localhost", "Trial MongoDB or Kafka: the name that its clients know it by."),
    ("ACORN_TRIAL_PORT", "9092", "Trial Kafka: the port that its clients know it by."),
    ("ACORN_TRIAL_REDIRECTS", "empty", "Trial sign-in: addresses off its machine that it may send people to."),
    ("ACORN_TRIAL_EXPIRY", "on", "Trial MongoDB: `off` keeps documents whose time is up, for tests."),
    (
        "ACORN_TEST_ENGINES",
        "embedded",
        "Tests: `embedded`; `containers`, with docker; or engines that are there: `mongodb=<uri> kafka=<host:port>`.",
    ),
    (
        "ACORN_TEST_PICTURES",
        "empty",
        "Tests in a browser: anything keeps a picture of each page in `build/screenshots`.",
    ),
)


def _settings(root: Path) -> str:
    rows = _rows(SETTINGS)
    own = ""
    for file in sorted(root.glob("services/*/acorn_*/settings.py")):
        settings = importlib.import_module(f"{file.parent.name}.settings").SETTINGS
        beyond = [setting for setting in settings if setting not in SETTINGS]
        own += f"\n\n## Of the {file.parent.name.removeprefix('acorn_')} alone\n\n{_HEAD}" + "\n".join(_rows(beyond))
    elsewhere = [f"| `{name}` | {default} | {meaning} |" for name, default, meaning in _ELSEWHERE]
    roles = ", ".join(f"`{role.value}`" for role in Role)
    return (
        f"# Settings\n\n{_NOTICE}Every service reads these environment variables once, when it starts. One that is "
        "missing or cannot be read stops the start with a sentence that names it.\n\n"
        + _HEAD
        + "\n".join(rows)
        + f"\n\nThe access roles are {roles}. Teachers, heads and line managers need none: what they may see follows "
        "from appointments and line management." + own + "\n\n## On a developer's machine\n\n"
        "`make run` starts an engine only where none is named: with ACORN_MONGODB_URI, ACORN_KAFKA_BOOTSTRAP and "
        "ACORN_OIDC_ISSUER set, it starts the services and the portal alone. At the identity provider that "
        "ACORN_OIDC_ISSUER names, the portal is who ACORN_PORTAL_URL, ACORN_PORTAL_CLIENT_ID and "
        "ACORN_PORTAL_CLIENT_SECRET say: set them too, unless they are `make run`'s own (its address, `acorn-portal`, "
        "no secret). How Entra ID, Google Workspace and Keycloak are set up is in [identity.md](identity.md).\n\n"
        + _HEAD
        + "\n".join(elsewhere)
        + "\n"
    )


_HEAD = "| variable | default | meaning |\n|---|---|---|\n"


def _rows(settings: Sequence[Setting]) -> list[str]:
    return [
        f"| `{setting.name}` | {_default(setting.default)} | {setting.meaning} |".replace("``", "")
        for setting in settings
    ]


def _default(value: str | None) -> str:
    return "**required**" if value is None else f"`{value}`" if value else "empty"


def _events(folder: Path) -> str:
    schemas = {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
    states = {path.name: json.loads(path.read_text()) for path in sorted((folder / "state").glob("*.json"))}
    parts = [
        f"# Events\n\n{_NOTICE}Events are CloudEvents 1.0 as structured JSON. An event carries the whole published "
        "state of what it is about, at a version; its type only says why it was published. So a listener keeps the "
        "state with the highest version and may take events twice, or out of order.\n",
        "| event | when |\n|---|---|",
        *[
            f"| [`{name}`](../contracts/events/{name}.json) | {schema['description']} |"
            for name, schema in schemas.items()
        ],
    ]
    for name, state in states.items():
        if "$id" in state and name.count(".") > 2 and not name.startswith("entity"):
            parts.append(
                f"\n## State: {state['title']}\n\n{state['description']}\n\n| field | | meaning |\n|---|---|---|"
            )
            parts += _fields(state, state)
    for name in schemas:
        example = (folder / "examples" / f"{name}.json").read_text().strip()
        parts.append(f"\n## {name}\n\n{schemas[name]['description']}\n\n```json\n{example}\n```")
    return "\n".join(parts) + "\n"


def _fields(schema: dict[str, Any], whole: dict[str, Any], prefix: str = "") -> list[str]:
    rows = []
    for name, inner in schema.get("properties", {}).items():
        found = _resolved(inner, whole)
        kind = found.get("type", "")
        kinds = " or ".join(kind) if isinstance(kind, list) else kind
        rows.append(f"| `{prefix}{name}` | {kinds} | {inner.get('description', found.get('description', ''))} |")
        rows += _fields(found, whole, f"{prefix}{name}.")
        rows += _fields(_resolved(found.get("items", {}), whole), whole, f"{prefix}{name}[].")
    return rows


def _resolved(schema: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref", "")
    if reference.startswith("#/"):
        found: Any = whole
        for step in reference[2:].split("/"):
            found = found[step]
        return {**found, **schema}
    return schema


def main() -> None:
    """Write every generated file below the current folder."""
    for path, text in generated(Path.cwd()).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_text() != text:
            path.write_text(text)
            sys.stdout.write(f"wrote {path.relative_to(Path.cwd())}\n")


if __name__ == "__main__":
    main()
