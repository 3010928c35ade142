"""docs/identity.md names what is there: variables, addresses, and settings with which everything starts."""

import re
import shlex
from collections.abc import Mapping
from pathlib import Path

import pytest

from acorn_portal.app import create_app
from acorn_portal.settings import SETTINGS as PORTAL
from acorn_portal.settings import Settings as PortalSettings
from servicekit.roles import Role
from servicekit.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "identity.md").read_text()
ELSEWHERE = {"ACORN_TOKEN"}
"""The command line's own; docs/settings.md has it."""

OTHERWISE = {
    "ACORN_MONGODB_URI": "mongodb://127.0.0.1:1/",
    "ACORN_KAFKA_BOOTSTRAP": "127.0.0.1:1",
    "ACORN_PORTAL_URL": "https://acorn.oaktrees.example",
    "ACORN_STAFF_URL": "http://staff:8000",
    "ACORN_CPD_URL": "http://cpd:8000",
}


def blocks() -> list[Mapping[str, str]]:
    """What an administrator copies from the page."""
    found = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    return [dict(line.split("=", 1) for line in shlex.split(block)) for block in found]


def test_every_variable_that_the_page_names_exists() -> None:
    named = set(re.findall(r"\bACORN_[A-Z_]*[A-Z]\b", PAGE))

    assert named <= {setting.name for setting in PORTAL} | ELSEWHERE


def test_every_setting_of_signing_in_is_explained() -> None:
    about = {one.name for one in PORTAL if one.name.startswith(("ACORN_OIDC_", "ACORN_ROLES", "ACORN_PORTAL_"))}

    # Where the keys are is found by discovery everywhere on the page.
    assert {name for name in about if f"{name}" not in PAGE} == {"ACORN_OIDC_JWKS_URI"}


def test_the_page_has_two_sets_of_settings() -> None:
    assert [block["ACORN_OIDC_ISSUER"].split("/")[2] for block in blocks()] == [
        "login.microsoftonline.com",
        "keycloak.oaktrees.example",
    ]


@pytest.mark.parametrize("block", blocks(), ids=lambda block: block["ACORN_OIDC_ISSUER"].split("/")[2])
def test_services_and_portal_start_with_what_is_copied_from_the_page(block: Mapping[str, str]) -> None:
    service = Settings.from_environment("staff", {**OTHERWISE, **block})
    portal = PortalSettings.from_environment({**OTHERWISE, **block})

    assert service.oidc_issuer == portal.oidc_issuer == block["ACORN_OIDC_ISSUER"]
    assert service.oidc_audience != portal.client_id


def test_the_addresses_to_register_are_the_portal_s() -> None:
    app = create_app(PortalSettings.from_environment({**OTHERWISE, **blocks()[0]}))
    try:
        paths = {rule.rule for rule in app.url_map.iter_rules()}
    finally:
        app.extensions["acorn"].client.close()
        app.extensions["exchange"].close()

    assert set(re.findall(r"<portal>(/[\w/-]+)", PAGE)) == {"/sign-in/callback", "/signed-out"} <= paths


def test_the_app_roles_to_make_are_the_access_roles() -> None:
    (listed,) = re.findall(r"\*App roles\*: (.*?), as you need them", PAGE, re.DOTALL)

    assert set(re.findall(r"`(\w+)`", listed)) == {role.value for role in Role}
