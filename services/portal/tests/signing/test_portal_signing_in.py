"""Signing in at an identity provider that behaves, and at one that does not: a page with a sentence, and no failure."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server

from embedded.identity.app import create_app as identity_app
from embedded.identity.provider import Provider
from embedded.identity.serving import Quiet

AMINA, SUBJECT = "amina@oaktrees.example", "s-amina"


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[str]:
    """The issuer of `make run`'s own identity provider, served in a thread."""
    people = tmp_path / "people.json"
    people.write_text(json.dumps([{"subject": SUBJECT, "email": AMINA, "name": "Amina Yusuf", "roles": []}]))
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True, request_handler=Quiet)
    issuer = f"http://127.0.0.1:{server.server_port}"
    server.app = identity_app(Provider(issuer, tmp_path / "data", people))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield issuer
    server.shutdown()
    thread.join()
    server.server_close()


def test_somebody_signs_in_at_the_provider_of_make_run_and_arrives_where_they_wanted_to_be(
    portal: Any, embedded: str
) -> None:
    visit = portal(embedded)
    asked = visit.begin()
    picked = requests.get(f"{embedded}/authorize", {**asked, "login_hint": AMINA}, allow_redirects=False, timeout=5)

    answer = visit.client.get(f"/sign-in/callback?{urlsplit(picked.headers['Location']).query}")

    assert (answer.status_code, answer.location) == (302, "/history")
    assert asked["redirect_uri"] == "http://127.0.0.1:8408/sign-in/callback"
    assert visit.held()["sign_in"]["subject"] == SUBJECT
    assert "Hello, Amina Yusuf" in visit.client.get("/").text


def test_entra_id_is_asked_for_an_access_token_of_our_api(portal: Any, provider: Any) -> None:
    scope = "api://acorn/.default offline_access openid profile email"
    visit = portal(provider.issuer, scope=scope, client_secret="s~e.c_r-et")
    asked = visit.begin(provider)

    answer = visit.come_back(code="c-1", state=asked["state"], session_state="kept by Entra ID")

    (redeemed,) = provider.service.asked("POST", "/token")
    sent = {name: value for name, (value,) in parse_qs(redeemed.body.decode()).items()}
    assert answer.status_code == 302
    assert (asked["scope"], asked["code_challenge_method"], asked["response_type"]) == (scope, "S256", "code")
    assert redeemed.headers["Authorization"].startswith("Basic ")
    assert (sent["code"], len(sent["code_verifier"])) == ("c-1", 48)
    assert visit.held()["sign_in"]["refresh"] == "refresh-1"


@pytest.mark.parametrize(
    "description",
    [
        (503, {"status": "starting"}),
        (200, b"<html>Welcome to our wireless network</html>"),
        (200, []),
        (200, {}),
        (200, {"issuer": "https://login.example/another-tenant/v2.0"}),
    ],
    ids=lambda description: str(description)[:40],
)
def test_a_provider_that_does_not_describe_itself_signs_nobody_in_and_is_asked_again(
    portal: Any, provider: Any, description: tuple[int, Any]
) -> None:
    visit = portal(provider.issuer)
    provider.service.on("GET", r"/\.well-known/openid-configuration", lambda _: description)

    page = visit.client.get("/sign-in")

    assert page.status_code == 503
    assert "The trust&#39;s sign-in cannot be reached right now" in page.text
    provider.describe()
    assert visit.sign_in(provider).status_code == 302


def test_a_provider_without_addresses_signs_nobody_in(portal: Any, provider: Any) -> None:
    provider.describe(authorization_endpoint=None)

    assert portal(provider.issuer).client.get("/sign-in").status_code == 503


def test_a_provider_that_is_down_is_a_page(portal: Any) -> None:
    page = portal("http://127.0.0.1:9").client.get("/sign-in")

    assert (page.status_code, "cannot be reached right now" in page.text) == (503, True)


def slowly(_: Any) -> tuple[int, Any]:
    time.sleep(0.5)
    return 200, {}


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda _: (500, {"error": "server_error"}), "cannot be reached right now"),
        (lambda _: (502, b"<html>Bad gateway</html>"), "cannot be reached right now"),
        (slowly, "cannot be reached right now"),
        (lambda _: (200, b"<html>Hello</html>"), "was not completed"),
        (lambda _: (200, []), "was not completed"),
        (lambda _: (200, {}), "was not completed"),
        (lambda _: (400, {"error": "invalid_grant", "error_description": "AADSTS70008"}), "was not completed"),
        (lambda _: (401, {"error": "invalid_client"}), "was not completed"),
    ],
)
def test_a_token_endpoint_that_fails_signs_nobody_in(
    portal: Any, provider: Any, answer: Any, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("acorn_portal.signing_in._TIMEOUT", 0.2)
    visit = portal(provider.issuer)
    provider.service.on("POST", "/token", answer)

    page = visit.sign_in(provider)

    assert page.status_code == 400
    assert sentence in page.text
    assert "AADSTS" not in page.text
    assert not visit.signed_in


@pytest.mark.parametrize(
    "changed",
    [
        {"access_token": None},
        {"id_token": None},
        {"id_token": "no token"},
        {"id_token": 7},
        {"expires_in": "soon"},
    ],
    ids=str,
)
def test_an_answer_that_lacks_something_signs_nobody_in(portal: Any, provider: Any, changed: dict[str, Any]) -> None:
    visit = portal(provider.issuer)
    provider.service.on("POST", "/token", lambda _: (200, provider.tokens(**changed)))

    assert "was not completed" in visit.sign_in(provider).text
    assert not visit.signed_in


@pytest.mark.parametrize(
    "attack",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://login.example"},
        {"aud": "another-client"},
        {"aud": "another-client", "azp": "acorn-portal"},
        {"exp": 1},
        {"sub": None},
        {"sub": ""},
        {"key": RSAKey.generate_key(2048, {"kid": "k-1"})},
        {"alg": "none"},
        {"at_hash": "of another access token"},
    ],
    ids=lambda attack: "a key of another" if "key" in attack else str(attack),
)
def test_an_id_token_that_does_not_hold_signs_nobody_in(portal: Any, provider: Any, attack: dict[str, Any]) -> None:
    visit = portal(provider.issuer)
    # given a provider that would sign nothing at all, too
    provider.describe(id_token_signing_alg_values_supported=["RS256", "none"])
    provider.service.on("POST", "/token", lambda _: (200, provider.tokens(id_token=provider.id_token(**attack))))

    page = visit.sign_in(provider)

    assert page.status_code == 400
    assert "was not completed" in page.text
    assert not visit.signed_in


def test_keys_as_entra_id_publishes_them_are_read(portal: Any, provider: Any) -> None:
    key = provider.key.as_dict(private=False)
    published = {**key, "x5t": "k-1", "x5c": ["MIIC"], "issuer": provider.issuer, "cloud_instance_name": "x"}
    provider.service.on("GET", "/keys", {"keys": [published]})
    visit = portal(provider.issuer)

    assert visit.sign_in(provider).status_code == 302


def test_a_key_that_the_provider_has_since_replaced_is_fetched_again(portal: Any, provider: Any) -> None:
    visit = portal(provider.issuer)
    assert visit.sign_in(provider).status_code == 302
    provider.key = RSAKey.generate_key(2048, {"use": "sig", "kid": "k-2"})
    provider.kid = "k-2"
    provider.service.on("GET", "/keys", KeySet([provider.key]).as_dict(private=False))

    assert visit.another().sign_in(provider).status_code == 302


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"code": "c-1", "state": "another"}, "begun elsewhere or too long ago"),
        ({"code": "c-1"}, "begun elsewhere or too long ago"),
        ({}, "begun elsewhere or too long ago"),
        ({"error": "access_denied", "error_description": "<b>No</b>"}, "did not let you in"),
        ({"error": "server_error"}, "was not completed"),
    ],
)
def test_whoever_comes_back_otherwise_than_they_went_is_not_signed_in(
    portal: Any, provider: Any, values: dict[str, str], sentence: str
) -> None:
    visit = portal(provider.issuer)
    asked = visit.begin(provider)

    page = visit.come_back(**({"state": asked["state"]} if "error" in values else {}), **values)

    assert page.status_code == 400
    assert sentence in page.text
    assert "<b>No</b>" not in page.text
    assert not visit.signed_in
    assert provider.service.asked("POST", "/token") == []


def test_a_sign_in_that_another_browser_began_is_not_taken_over(portal: Any, provider: Any) -> None:
    mine = portal(provider.issuer)
    other = mine.another()
    asked = mine.begin(provider)
    other.begin()

    assert other.come_back(code="c-1", state=asked["state"]).status_code == 400
    assert not other.signed_in


def test_a_code_is_used_once(portal: Any, provider: Any) -> None:
    visit = portal(provider.issuer)
    asked = visit.begin(provider)
    visit.come_back(code="c-1", state=asked["state"])

    again = visit.come_back(code="c-1", state=asked["state"])

    assert (again.status_code, len(provider.service.asked("POST", "/token"))) == (400, 1)


def test_services_that_refuse_the_provider_s_tokens_send_nobody_round_and_round(
    portal: Any, provider: Any, staff: Any
) -> None:
    staff.on("GET", "/v1/me", {"detail": "The bearer token is not meant for us."}, status=401)
    visit = portal(provider.issuer)

    page = visit.sign_in(provider)

    assert page.status_code == 503
    assert "the services refuse its access tokens" in page.text
    assert not visit.signed_in
