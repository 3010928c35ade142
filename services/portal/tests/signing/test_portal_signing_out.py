"""Signing out: here, and at the identity provider where it can end sign-ins."""

import re
from typing import Any
from urllib.parse import parse_qsl

import pytest


def left(visit: Any) -> tuple[str, dict[str, str]]:
    """Where signing out leads, and with what."""
    page = visit.client.get("/accessibility").text
    (token,) = set(re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)) or {""}
    answer = visit.client.post("/sign-out", data={"csrf_token": token})
    assert answer.status_code == 302, answer.text
    address, _, query = answer.location.partition("?")
    return address, dict(parse_qsl(query))


BACK = "http://127.0.0.1:8408/signed-out"


def test_signing_out_ends_the_sign_in_at_the_provider_too(portal: Any, provider: Any) -> None:
    visit = portal(provider.issuer)
    visit.sign_in(provider)
    hint = visit.held()["sign_in"]["id_token"]

    assert left(visit) == (
        f"{provider.issuer}/logout",
        {"id_token_hint": hint, "client_id": "acorn-portal", "post_logout_redirect_uri": BACK},
    )
    assert not visit.signed_in


def test_without_an_id_token_signing_out_says_which_client_it_is(portal: Any, provider: Any) -> None:
    provider.describe(end_session_endpoint=f"{provider.issuer}/logout?p=policy")
    visit = portal(provider.issuer)
    visit.sign_in(provider)
    with visit.client.session_transaction() as kept:
        kept["sign_in"] = {**kept["sign_in"], "id_token": None}

    assert left(visit) == (
        f"{provider.issuer}/logout",
        {"p": "policy", "client_id": "acorn-portal", "post_logout_redirect_uri": BACK},
    )


@pytest.mark.parametrize("down", [False, True])
def test_a_provider_that_cannot_end_sign_ins_leaves_signing_out_to_the_portal(
    portal: Any, provider: Any, down: bool
) -> None:
    provider.describe(end_session_endpoint=None)
    visit = portal(provider.issuer)
    visit.sign_in(provider)
    if down:
        visit.app.extensions["oidc"].server_metadata.clear()
        provider.service.on("GET", r"/\.well-known/openid-configuration", {}, status=500)

    assert left(visit) == (BACK, {})
    assert not visit.signed_in
