"""A trial's engines: whom the sign-in sends where, and that it stays a trial's."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from embedded.identity import Provider, challenge, create_app

ASKED = {
    "client_id": "acorn-portal",
    "response_type": "code",
    "code_challenge": challenge("v" * 43),
    "code_challenge_method": "S256",
    "login_hint": "hr@oaktrees.example",
}


@pytest.fixture
def provider(tmp_path: Path) -> Provider:
    """A provider that knows HR."""
    somebody = {"subject": "s-2", "email": "hr@oaktrees.example", "name": "Helen Hart", "roles": ["hr"]}
    (tmp_path / "sign-ins.json").write_text(json.dumps([somebody]))
    return Provider("http://sign-in:8409", tmp_path / "data", tmp_path / "sign-ins.json")


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("http://acorn-portal/sign-in/callback", 302),
        ("http://acorn-portal.elsewhere.example/", 400),
        ("http://acorn-portal@elsewhere.example/", 400),
        ("https://acorn-portal/", 400),
    ],
)
def test_off_its_machine_people_are_sent_only_to_addresses_that_are_listed(
    provider: Provider, address: str, status: int
) -> None:
    query = {**ASKED, "redirect_uri": address}
    listed = create_app(provider, ["http://acorn-portal"]).test_client()
    assert listed.get("/authorize", query_string=query).status_code == status
    # and whoever lists nothing sends nobody there
    assert create_app(provider).test_client().get("/authorize", query_string=query).status_code == 400


def trial(*arguments: str, **changed: str) -> "subprocess.CompletedProcess[str]":
    """The program, with variables changed."""
    command = [sys.executable, "-m", "embedded.trial", *arguments]
    return subprocess.run(
        command, env={**os.environ, **changed}, capture_output=True, text=True, timeout=30, check=False
    )


def test_a_sign_in_without_passwords_refuses_production() -> None:
    ended = trial("sign-in", ACORN_ENVIRONMENT="production", ACORN_OIDC_ISSUER="http://sign-in:8409")
    assert ended.returncode == 1
    assert "it does not run in production" in ended.stderr


def test_a_sign_in_that_does_not_know_its_address_says_so() -> None:
    ended = trial("sign-in", ACORN_ENVIRONMENT="development", ACORN_OIDC_ISSUER="")
    assert ended.returncode == 1
    assert ended.stderr.startswith("ACORN_OIDC_ISSUER is not set: it is the address at which browsers reach")


@pytest.mark.parametrize("arguments", [(), ("zookeeper",), ("mongodb", "kafka")], ids=str)
def test_another_engine_is_not_known(arguments: tuple[str, ...]) -> None:
    ended = trial(*arguments)
    assert ended.returncode == 1
    assert ended.stderr == "Usage: python -m embedded.trial mongodb|kafka|sign-in\n"
