"""The development identity provider: real tokens, one way to get them, and no way into production."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet

from embedded.identity import MACHINE, Provider, challenge, check_environment, create_app, on_loopback
from embedded.processes import EngineFailed, Process, free_ports, start
from servicekit.auth import Verifier
from servicekit.problems import Unauthorised
from servicekit.roles import Role
from servicekit.testing import wait_until

VERIFIER = "v" * 43
BACK = "http://127.0.0.1:5005/callback"
AMINA = {"subject": "s-1", "email": "teacher.elm@oaktrees.example", "name": "Amina Yusuf", "roles": []}
HELEN = {"subject": "s-2", "email": "hr@oaktrees.example", "name": "Helen <Hart>", "roles": ["hr"]}
ASKED = {
    "client_id": "acorn-cli",
    "redirect_uri": BACK,
    "response_type": "code",
    "code_challenge": challenge(VERIFIER),
    "code_challenge_method": "S256",
    "state": "st",
    "nonce": "n-1",
}


@pytest.fixture
def sign_ins(tmp_path: Path) -> Path:
    file = tmp_path / "sign-ins.json"
    file.write_text(json.dumps([AMINA, HELEN]))
    return file


@pytest.fixture
def provider(tmp_path: Path, sign_ins: Path) -> Provider:
    return Provider("http://127.0.0.1:8409", tmp_path / "identity", sign_ins)


@pytest.fixture
def browser(provider: Provider) -> FlaskClient:
    return create_app(provider).test_client()


def answered(location: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def code_for(browser: FlaskClient, email: str = "hr@oaktrees.example", **changed: str) -> str:
    answer = browser.get("/authorize", query_string={**ASKED, "login_hint": email, **changed})
    assert answer.status_code == 302
    return answered(answer.location)["code"]


def exchange(browser: FlaskClient, code: str, **changed: str) -> tuple[int, Mapping[str, Any]]:
    form = {"grant_type": "authorization_code", "code": code, "client_id": "acorn-cli", "redirect_uri": BACK}
    answer = browser.post("/token", data={**form, "code_verifier": VERIFIER, **changed})
    return answer.status_code, answer.get_json()


def read(browser: FlaskClient, token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims of a token whose signature holds against the published keys."""
    keys = KeySet.import_key_set(browser.get("/jwks").get_json())
    decoded = jwt.decode(token, keys, algorithms=["RS256"])
    return decoded.header, decoded.claims


def test_a_hinted_sign_in_comes_straight_back_with_a_code_and_the_state(browser: FlaskClient) -> None:
    answer = browser.get("/authorize", query_string={**ASKED, "login_hint": "HR@oaktrees.example"})
    assert answer.location.startswith(BACK + "?")
    assert answered(answer.location)["state"] == "st"


def test_a_code_buys_a_signed_access_token_that_says_who_it_is(browser: FlaskClient) -> None:
    status, tokens = exchange(browser, code_for(browser))
    header, claims = read(browser, tokens["access_token"])
    assert (status, tokens["token_type"], header["typ"]) == (200, "Bearer", "at+jwt")
    assert (claims["iss"], claims["aud"], claims["sub"]) == ("http://127.0.0.1:8409", "acorn", "s-2")
    assert (claims["email"], claims["email_verified"], claims["roles"]) == ("hr@oaktrees.example", True, ["hr"])
    assert claims["exp"] - claims["iat"] == tokens["expires_in"]


def test_the_id_token_is_for_the_client_and_is_no_access_token(browser: FlaskClient) -> None:
    _, tokens = exchange(browser, code_for(browser))
    header, claims = read(browser, tokens["id_token"])
    assert (header["typ"], claims["aud"], claims["nonce"]) == ("JWT", "acorn-cli", "n-1")


def test_without_a_hint_everybody_is_offered_and_names_are_escaped(browser: FlaskClient) -> None:
    page = browser.get("/authorize", query_string=ASKED).get_data(as_text=True)
    assert "Amina Yusuf" in page
    assert "Helen &lt;Hart&gt;" in page
    assert "login_hint=teacher.elm%40oaktrees.example" in page


def test_somebody_unknown_is_refused_at_the_client(browser: FlaskClient) -> None:
    answer = browser.get("/authorize", query_string={**ASKED, "login_hint": "nobody@oaktrees.example"})
    assert answered(answer.location)["error"] == "access_denied"


def test_a_code_works_once(browser: FlaskClient) -> None:
    code = code_for(browser)
    assert exchange(browser, code)[0] == 200
    status, problem = exchange(browser, code)
    assert (status, problem["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "changed",
    [{"code_verifier": "w" * 43}, {"code_verifier": ""}, {"client_id": "other"}, {"redirect_uri": BACK + "/2"}],
)
def test_a_code_is_worth_nothing_to_anybody_else(browser: FlaskClient, changed: dict[str, str]) -> None:
    status, problem = exchange(browser, code_for(browser), **changed)
    assert (status, problem["error"]) == (400, "invalid_grant")


def test_a_code_is_worth_nothing_after_a_minute(browser: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    code = code_for(browser)
    monkeypatch.setattr("embedded.identity.CODE_SECONDS", -1)
    assert exchange(browser, code)[1]["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "changed",
    [{"code_challenge_method": "plain"}, {"code_challenge": ""}, {"response_type": "token"}, {"client_id": ""}],
)
def test_a_request_without_pkce_or_for_anything_but_a_code_is_refused_at_the_client(
    browser: FlaskClient, changed: dict[str, str]
) -> None:
    answer = browser.get("/authorize", query_string={**ASKED, **changed, "login_hint": "hr@oaktrees.example"})
    assert answered(answer.location)["error"] == "invalid_request"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://127.0.0.1/callback",
        "http://acorn.example/callback",
        "http://127.0.0.1.acorn.example/",
        "http://127.0.0.1@acorn.example/",
        "http://localhost:1/#fragment",
        "http://[::1",
        "javascript:alert(1)",
    ],
)
def test_a_code_never_leaves_this_machine(browser: FlaskClient, address: str) -> None:
    answer = browser.get("/authorize", query_string={**ASKED, "redirect_uri": address, "login_hint": HELEN["email"]})
    assert answer.status_code == 400


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/x", "http://localhost:65000/", "http://[::1]:8000/cb"])
def test_any_port_of_this_machine_may_be_redirected_to(address: str) -> None:
    assert on_loopback(address)


@pytest.mark.parametrize("way", ["basic", "post"])
def test_the_machine_client_gets_an_operations_token_for_its_secret(
    browser: FlaskClient, provider: Provider, way: str
) -> None:
    form = {"grant_type": "client_credentials"}
    if way == "basic":
        answer = browser.post("/token", data=form, auth=(MACHINE, provider.machine_secret))
    else:
        secret = {"client_id": MACHINE, "client_secret": provider.machine_secret}
        answer = browser.post("/token", data={**form, **secret})
    _, claims = read(browser, answer.get_json()["access_token"])
    assert claims["roles"] == ["operations"]
    assert "email" not in claims


@pytest.mark.parametrize("credentials", [(MACHINE, "guess"), ("other", "guess"), (MACHINE, "schlüssel"), None])
def test_no_machine_gets_a_token_without_the_secret(browser: FlaskClient, credentials: tuple[str, str] | None) -> None:
    answer = browser.post("/token", data={"grant_type": "client_credentials"}, auth=credentials)
    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")


def test_other_grants_are_not_supported(browser: FlaskClient) -> None:
    answer = browser.post("/token", data={"grant_type": "password", "username": "hr", "password": "x"})
    assert (answer.status_code, answer.get_json()["error"]) == (400, "unsupported_grant_type")


def test_a_token_given_out_before_a_restart_still_holds(
    provider: Provider, browser: FlaskClient, tmp_path: Path, sign_ins: Path
) -> None:
    _, tokens = exchange(browser, code_for(browser))
    restarted = create_app(Provider(provider.issuer, tmp_path / "identity", sign_ins)).test_client()
    assert read(restarted, tokens["access_token"])[1]["sub"] == "s-2"


def test_secrets_are_readable_by_their_owner_alone(provider: Provider, tmp_path: Path) -> None:
    assert provider.key.is_private
    assert {file.stat().st_mode & 0o077 for file in (tmp_path / "identity").iterdir()} == {0}


def test_published_keys_are_public_only(browser: FlaskClient) -> None:
    [key] = browser.get("/jwks").get_json()["keys"]
    assert key["alg"] == "RS256"
    assert not key.keys() & {"d", "p", "q", "dp", "dq", "qi"}


@pytest.mark.parametrize("environment", [{}, {"ACORN_ENVIRONMENT": "production"}])
def test_it_refuses_to_run_where_the_settings_say_production_or_nothing(environment: dict[str, str]) -> None:
    with pytest.raises(EngineFailed, match="set ACORN_OIDC_ISSUER"):
        check_environment(environment)


def serve(folder: Path, sign_ins: Path, environment: str) -> tuple[Process, str]:
    [port] = free_ports(1)
    command: list[str | Path] = [sys.executable, "-m", "embedded.identity", "--port", str(port)]
    command += ["--data", folder / "identity", "--sign-ins", sign_ins]
    log = folder / "identity.log"
    process = start("identity", command, log=log, environment={"ACORN_ENVIRONMENT": environment})
    return process, f"http://127.0.0.1:{port}"


def test_the_services_accept_who_signed_in_at_the_running_program(tmp_path: Path, sign_ins: Path) -> None:
    process, issuer = serve(tmp_path, sign_ins, "development")
    try:
        process.wait_until(lambda: answers(issuer), seconds=20, what="serving")
        # given a sign-in, as a client of the running provider does it
        query = {**ASKED, "login_hint": "hr@oaktrees.example"}
        back = requests.get(f"{issuer}/authorize", params=query, allow_redirects=False, timeout=5)
        form = {"grant_type": "authorization_code", "code": answered(back.headers["Location"])["code"]}
        form |= {"client_id": "acorn-cli", "redirect_uri": BACK, "code_verifier": VERIFIER}
        tokens = requests.post(f"{issuer}/token", data=form, timeout=5).json()
        # when a service checks it, by discovery
        roles = {role.value: role for role in Role}
        verifier = Verifier(issuer=issuer, audience="acorn", jwks_uri="", roles_claim="roles", roles=roles)
        # then the access token holds, and the ID token is no key
        assert verifier.identify(tokens["access_token"]).roles == {Role.HR}
        with pytest.raises(Unauthorised):
            verifier.identify(tokens["id_token"])
    finally:
        process.stop()


def test_the_program_ends_in_production_with_the_remedy(tmp_path: Path, sign_ins: Path) -> None:
    process, _ = serve(tmp_path, sign_ins, "production")
    wait_until(lambda: process.exit_code is not None, what="the program has ended")
    assert process.exit_code == 1
    assert "set ACORN_OIDC_ISSUER" in process.tail()


def answers(issuer: str) -> bool:
    try:
        return requests.get(f"{issuer}/jwks", timeout=5).ok
    except requests.ConnectionError:
        return False
