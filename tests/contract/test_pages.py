"""`contracts/access.md` and the portal say the same of its pages: which there are, and who judges what they show."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from acorn_portal.app import create_app
from acorn_portal.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
Row = tuple[str, str, str]
"""A page's methods, its path such as `/people/<person_id>`, and whom it asks nothing of: `public` or `signed_in`."""


@pytest.fixture(scope="module")
def portal() -> Iterator[Flask]:
    """The portal, its engines out of reach."""
    nowhere = {"staff": "http://127.0.0.1:1", "cpd": "http://127.0.0.1:1"}
    app = create_app(
        Settings(
            mongodb_uri="mongodb://127.0.0.1:1/",
            database="portal",
            url="http://127.0.0.1:1",
            services=nowhere,
            oidc_issuer="http://127.0.0.1:1",
        )
    )
    yield app
    app.extensions["acorn"].client.close()
    app.extensions["exchange"].close()


def written() -> list[list[str]]:
    """The rows of the contract's pages."""
    section = (ROOT / "contracts" / "access.md").read_text().partition("\n## Pages\n")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:3] == "| `"]
    return [[row[0].strip("`"), *row[1:]] for row in rows]


def declared(app: Flask) -> set[Row]:
    """What the portal serves."""
    found = set()
    for rule in app.url_map.iter_rules():
        view: Any = app.view_functions[rule.endpoint]
        methods = " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        path = re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"<\1>", rule.rule)
        rules = {str(one) for one in getattr(view, "access_rules", ("signed_in",))}
        found.add((methods, path, " ".join(sorted(rules))))
    return found


def test_every_page_has_its_row_and_every_row_its_page(portal: Flask) -> None:
    rows = {(row[0].partition(" /")[0], "/" + row[0].partition(" /")[2], row[1]) for row in written()}

    assert declared(portal) - rows == set(), "pages without a row"
    assert rows - declared(portal) == set(), "rows without a page"


def test_every_page_names_the_operations_that_judge_it(portal: Flask) -> None:
    operations = set(
        re.findall(r"^\| `(\w+)` \| `[A-Z]+ /", (ROOT / "contracts" / "access.md").read_text(), re.MULTILINE)
    )
    unknown = {row[0]: set(re.findall(r"`(\w+)`", row[2])) - operations for row in written()}

    assert {page: names for page, names in unknown.items() if names} == {}
    assert [row[0] for row in written() if row[1] == "signed_in" and not re.search(r"`\w+`|nothing", row[2])] == []
