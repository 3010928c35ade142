"""The portal's settings are read once, and a wrong one stops the start with a sentence."""

import pytest

from acorn_portal.settings import Settings, readable
from servicekit.settings import BadSetting

GIVEN = {
    "ACORN_MONGODB_URI": "mongodb://user:secret@127.0.0.1:1/",
    "ACORN_OIDC_ISSUER": "https://login.example",
    "ACORN_PORTAL_URL": "https://acorn.example/",
    "ACORN_STAFF_URL": "http://staff:8000",
    "ACORN_CPD_URL": "http://cpd:8000",
    "ACORN_PORTAL_CLIENT_SECRET": "hidden",
}


def test_the_portal_needs_no_kafka() -> None:
    settings = Settings.from_environment(GIVEN)

    assert (settings.url, settings.secure, settings.database) == ("https://acorn.example", True, "acorn_portal")


def test_secrets_do_not_show() -> None:
    assert not {"secret", "hidden"} & set(str(Settings.from_environment(GIVEN)).replace("'", " ").split())


@pytest.mark.parametrize("name", ["ACORN_PORTAL_URL", "ACORN_STAFF_URL", "ACORN_CPD_URL", "ACORN_OIDC_ISSUER"])
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(BadSetting, match=name):
        Settings.from_environment({key: value for key, value in GIVEN.items() if key != name})


def test_the_portal_and_the_services_are_told_apart_by_their_tokens() -> None:
    with pytest.raises(BadSetting, match="ID tokens"):
        Settings.from_environment({**GIVEN, "ACORN_PORTAL_CLIENT_ID": "acorn"})
    with pytest.raises(BadSetting, match="ID tokens"):
        Settings.from_environment({**GIVEN, "ACORN_PORTAL_CLIENT_ID": "x", "ACORN_OIDC_AUDIENCE": "x"})


@pytest.mark.parametrize("scope", ["", "profile email", "api://acorn/.default offline_access"])
def test_a_scope_without_openid_is_refused(scope: str) -> None:
    with pytest.raises(BadSetting, match="without openid"):
        Settings.from_environment({**GIVEN, "ACORN_PORTAL_SCOPE": scope})


@pytest.mark.parametrize("address", ["acorn.example", "ftp://acorn.example", "https://acorn.example/portal", ""])
def test_an_address_is_a_host_and_nothing_behind_it(address: str) -> None:
    with pytest.raises(BadSetting, match="ACORN_PORTAL_URL"):
        Settings.from_environment({**GIVEN, "ACORN_PORTAL_URL": address})


@pytest.mark.parametrize("colour", ["#000000", "#1f4f3f", "#767676"])
def test_white_is_readable_on_a_dark_colour(colour: str) -> None:
    assert readable(colour) == colour


@pytest.mark.parametrize("colour", ["#777777", "#ffff00", "#fff", "red", "#12345", "#1f4f3f;}"])
def test_a_colour_on_which_white_cannot_be_read_is_refused(colour: str) -> None:
    with pytest.raises(BadSetting, match="ACORN_TRUST_COLOUR"):
        readable(colour)
