"""The development identity provider: real tokens, one way to get them, and no way into production."""

import html
import json
import re
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

from embedded.identity import MACHINE, PORTAL, Provider, challenge, check_environment, create_app, on_loopback
from embedded.processes import EngineFailed, Process, free_ports, start
from servicekit.auth import Verifier
from servicekit.problems import Unauthorised
from servicekit.roles import Role
from servicekit.testing import wait_until

VERIFIER = "v" * 43
BACK = "http://127.0.0.1:5005/callback"
AMINA: dict[str, Any] = {
    "subject": "s-1",
    "email": "teacher.elm@oaktrees.example",
    "name": "Amina Yusuf",
    "roles": [],
    "group": "At an academy",
    "note": "Teacher: declares CPD",
}
HELEN: dict[str, Any] = {"subject": "s-2", "email": "hr@oaktrees.example", "name": "Helen <Hart>", "roles": ["hr"]}
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


def discovered(browser: FlaskClient) -> Mapping[str, Any]:
    document: Mapping[str, Any] = browser.get("/.well-known/openid-configuration").get_json()
    return document


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


def test_people_are_offered_by_groups_each_with_what_they_are_for(browser: FlaskClient) -> None:
    page = browser.get("/authorize", query_string=ASKED).get_data(as_text=True)
    assert re.findall("<h2>(.*)</h2>", page) == ["At an academy", "People"]
    assert "<p>Teacher: declares CPD</p>" in page


def test_whoever_wants_to_pick_again_finds_the_hinted_person_under_the_focus(browser: FlaskClient) -> None:
    query = {**ASKED, "login_hint": "Teacher.Elm@oaktrees.example", "prompt": "login"}
    page = browser.get("/authorize", query_string=query).get_data(as_text=True)
    [link] = re.findall('<a href="([^"]+)" autofocus>Amina Yusuf</a>', page)
    # and following it signs in, rather than asking for ever
    assert "code" in answered(browser.get("/authorize" + html.unescape(link)).location)


def test_where_nobody_may_be_asked_nobody_is_signed_in(browser: FlaskClient) -> None:
    query = {**ASKED, "login_hint": AMINA["email"], "prompt": "none"}
    assert answered(browser.get("/authorize", query_string=query).location)["error"] == "login_required"


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
    monkeypatch.setattr("embedded.identity.provider.CODE_SECONDS", -1)
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


def portal_signs_in(browser: FlaskClient) -> Mapping[str, Any]:
    status, tokens = exchange(browser, code_for(browser, client_id=PORTAL), client_id=PORTAL)
    assert status == 200
    return tokens


def refresh(browser: FlaskClient, refresh_token: str, client: str = PORTAL) -> tuple[int, Mapping[str, Any]]:
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token, "client_id": client}
    answer = browser.post("/token", data=form)
    return answer.status_code, answer.get_json()


def test_the_portal_gets_a_short_token_and_one_to_renew_it_with(browser: FlaskClient) -> None:
    first = portal_signs_in(browser)
    status, renewed = refresh(browser, first["refresh_token"])
    assert (status, first["expires_in"], renewed["expires_in"]) == (200, 300, 300)
    before, after = (read(browser, tokens["access_token"])[1] for tokens in (first, renewed))
    assert {name: after[name] for name in ("sub", "email", "roles", "aud", "sid")} == {
        name: before[name] for name in ("sub", "email", "roles", "aud", "sid")
    }


def test_the_portal_may_name_itself_as_a_client_with_an_empty_secret(browser: FlaskClient) -> None:
    form = {"grant_type": "authorization_code", "code": code_for(browser, client_id=PORTAL), "redirect_uri": BACK}
    answer = browser.post("/token", data={**form, "code_verifier": VERIFIER}, auth=(PORTAL, ""))
    assert "refresh_token" in answer.get_json()


def test_the_command_line_gets_a_working_day_and_nothing_to_renew_it_with(browser: FlaskClient) -> None:
    _, tokens = exchange(browser, code_for(browser))
    assert tokens["expires_in"] == 8 * 3600
    assert "refresh_token" not in tokens


def test_two_tabs_that_renew_at_the_same_moment_end_with_the_same_token(browser: FlaskClient) -> None:
    first = portal_signs_in(browser)["refresh_token"]
    one, other = (refresh(browser, first)[1]["refresh_token"] for _ in range(2))
    assert one == other != first
    assert refresh(browser, one)[0] == 200


def test_a_renewal_token_that_comes_back_later_ends_the_sign_in_for_everybody(
    browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = portal_signs_in(browser)["refresh_token"]
    second = refresh(browser, first)[1]["refresh_token"]
    monkeypatch.setattr("embedded.identity.provider.GRACE_SECONDS", -1)
    for copied in (first, second):
        status, problem = refresh(browser, copied)
        assert (status, problem["error"]) == (400, "invalid_grant")


def test_a_sign_in_lasts_twelve_hours_at_most(browser: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens = portal_signs_in(browser)
    monkeypatch.setattr("embedded.identity.provider.SIGN_IN_SECONDS", -1)
    assert refresh(browser, tokens["refresh_token"])[1]["error"] == "invalid_grant"


@pytest.mark.parametrize("spoilt", ["", "guess", "guess.guess", "schlüssel"])
def test_no_guess_renews_a_sign_in(browser: FlaskClient, spoilt: str) -> None:
    sid = portal_signs_in(browser)["refresh_token"].partition(".")[0]
    assert refresh(browser, spoilt)[1]["error"] == "invalid_grant"
    assert refresh(browser, f"{sid}.{spoilt}")[1]["error"] == "invalid_grant"


def test_no_other_client_renews_the_portals_sign_in_nor_ends_it(browser: FlaskClient) -> None:
    tokens = portal_signs_in(browser)
    assert refresh(browser, tokens["refresh_token"], "acorn-cli")[1]["error"] == "invalid_grant"
    assert refresh(browser, tokens["refresh_token"])[0] == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_signing_out_ends_the_sign_in_and_leads_back(browser: FlaskClient, method: str) -> None:
    tokens = portal_signs_in(browser)
    there = discovered(browser)["end_session_endpoint"].removeprefix("http://127.0.0.1:8409")
    asked = {"id_token_hint": tokens["id_token"], "client_id": PORTAL, "state": "st"}
    asked["post_logout_redirect_uri"] = "http://127.0.0.1:5005/signed-out"
    answer = browser.get(there, query_string=asked) if method == "GET" else browser.post(there, data=asked)
    assert answer.location == "http://127.0.0.1:5005/signed-out?state=st"
    assert refresh(browser, tokens["refresh_token"])[1]["error"] == "invalid_grant"


def test_signing_out_ends_no_other_sign_in_of_the_same_person(browser: FlaskClient) -> None:
    here, elsewhere = portal_signs_in(browser), portal_signs_in(browser)
    page = browser.get("/sign-out", query_string={"id_token_hint": here["id_token"]})
    assert "You have signed out" in page.get_data(as_text=True)
    assert refresh(browser, elsewhere["refresh_token"])[0] == 200


@pytest.mark.parametrize(
    "changed",
    [
        {"id_token_hint": "x.y.z"},
        {"client_id": "acorn-cli"},
        {"post_logout_redirect_uri": "https://elsewhere.example/"},
        {"post_logout_redirect_uri": ""},
    ],
)
def test_a_sign_out_that_is_not_ones_own_ends_nothing_and_leads_nowhere(
    browser: FlaskClient, changed: dict[str, str]
) -> None:
    tokens = portal_signs_in(browser)
    answer = browser.get("/sign-out", query_string={"id_token_hint": tokens["id_token"], **changed})
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")
    assert refresh(browser, tokens["refresh_token"])[0] == 200


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
