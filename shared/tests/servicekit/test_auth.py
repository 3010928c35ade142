"""Bearer tokens: what opens the services at providers that name access tokens, and at those that do not."""

from typing import Any

import pytest
from joserfc.jwk import RSAKey

from servicekit.auth import Identity, Verifier
from servicekit.problems import Unauthorised
from servicekit.roles import Role
from servicekit.testing import Tokens

ENTRA = "6e0c7e2e-5b1f-4b0e-9f57-2f1d3c4b5a69"
"""At Entra ID the audience of an access token is the id of the API's registration."""
PORTAL = "0b0f7d0a-6f5e-4a86-8a0f-0c7f4f6f4f11"


def verifier(tokens: Tokens, **chosen: Any) -> Verifier:
    """One at the test's own provider, otherwise as a trust chose."""
    roles = {role.value: role for role in Role}
    usual: dict[str, Any] = {"audience": "acorn", "jwks_uri": "", "roles_claim": "roles", "roles": roles}
    return Verifier(issuer=tokens.issuer, **{**usual, **chosen})


def as_at_entra(tokens: Tokens, **claims: Any) -> str:
    """An access token as Entra ID makes them for an API of version 2."""
    usual = {"scp": "use", "tid": "t", "ver": "2.0", "preferred_username": "hr@oaktrees.example", "azp": PORTAL}
    return tokens.make(["hr"], **{"typ": "JWT", "audience": ENTRA, "subject": "s-1", **usual, **claims})


def at_entra(tokens: Tokens) -> Verifier:
    """As docs/identity.md has it for Entra ID."""
    return verifier(
        tokens,
        audience=ENTRA,
        token_types=frozenset({"jwt"}),
        email_claim="preferred_username",
        vouches_for_emails=True,
    )


@pytest.mark.parametrize("typ", ["at+jwt", "AT+JWT", "application/at+jwt"])
def test_a_token_that_says_that_it_is_an_access_token_opens(tokens: Tokens, typ: str) -> None:
    assert verifier(tokens).identify(tokens.make(["hr"], typ=typ)).roles == {Role.HR}


@pytest.mark.parametrize("typ", ["JWT", "", "logout+jwt", "at+jwt+jwt", "application/jwt"])
def test_by_default_no_other_token_opens_whatever_it_permits(tokens: Tokens, typ: str) -> None:
    with pytest.raises(Unauthorised, match=r"at\+jwt"):
        verifier(tokens).identify(tokens.make(["hr"], typ=typ, scope="openid"))


def test_a_token_of_entra_id_opens_where_the_trust_allows_it(tokens: Tokens) -> None:
    assert at_entra(tokens).identify(as_at_entra(tokens)) == Identity(
        issuer=tokens.issuer,
        subject="s-1",
        email="hr@oaktrees.example",
        email_verified=True,
        roles=frozenset({Role.HR}),
    )


@pytest.mark.parametrize(
    "permits", [{"scp": "use"}, {"scp": ["use"]}, {"scope": "openid use"}, {"scp": None, "idtyp": "app"}], ids=str
)
def test_a_token_of_no_type_opens_by_what_it_permits(tokens: Tokens, permits: dict[str, object]) -> None:
    token = as_at_entra(tokens, **{"scp": None, **permits})

    assert at_entra(tokens).identify(token).subject == "s-1"


@pytest.mark.parametrize(
    "attack",
    [
        {"audience": PORTAL},
        {"audience": [PORTAL, "graph"]},
        {"scp": None},
        {"scp": ""},
        {"scp": True},
        {"scp": None, "idtyp": "user"},
        {"nonce": "n"},
        {"at_hash": "h"},
        {"c_hash": "h"},
        {"typ": "logout+jwt"},
        {"typ": "id_token"},
        {"issuer": "https://login.microsoftonline.com/another-tenant/v2.0"},
        {"alg": "none"},
        {"alg": "HS256"},
        {"expires_in": -60},
        {"key": RSAKey.generate_key(2048)},
        {"subject": ""},
    ],
    ids=lambda attack: "-".join(f"{name} {value}"[:30] for name, value in attack.items()),
)
def test_where_tokens_need_no_type_nothing_else_opens(tokens: Tokens, attack: dict[str, Any]) -> None:
    with pytest.raises(Unauthorised):
        at_entra(tokens).identify(as_at_entra(tokens, **attack))


def test_an_id_token_opens_nothing_even_if_it_is_made_for_the_audience(tokens: Tokens) -> None:
    # given one registration for both portal and API, against the advice, and an ID token without a nonce
    id_token = tokens.make(["hr"], typ="JWT", audience=ENTRA, preferred_username="hr@oaktrees.example", ver="2.0")

    with pytest.raises(Unauthorised, match="as ID tokens do"):
        at_entra(tokens).identify(id_token)


def test_a_named_access_token_may_say_what_its_provider_likes(tokens: Tokens) -> None:
    # Keycloak before version 25 copies the nonce into access tokens.
    assert verifier(tokens).identify(tokens.make(["hr"], nonce="n")).roles == {Role.HR}


@pytest.mark.parametrize("said", [None, False, "true", 1])
def test_an_address_counts_only_where_the_provider_says_that_it_was_verified(tokens: Tokens, said: object) -> None:
    token = tokens.make(email="amina@oaktrees.example", email_verified=said)  # type: ignore[arg-type]

    identity = verifier(tokens).identify(token)

    assert (identity.email, identity.email_verified) == ("amina@oaktrees.example", False)


def test_an_address_of_a_trust_that_gives_out_every_address_counts_by_itself(tokens: Tokens) -> None:
    vouching = verifier(tokens, vouches_for_emails=True)
    told = {said: tokens.make(email="a@b.example", email_verified=said) for said in (None, True, False)}  # type: ignore[arg-type]

    found = {said: vouching.identify(token).email_verified for said, token in told.items()}

    assert found == {None: True, True: True, False: False}


@pytest.mark.parametrize("value", [None, "", 7, ["a@b.example"], {"email": "a@b.example"}])
def test_what_is_no_address_is_no_address(tokens: Tokens, value: object) -> None:
    assert at_entra(tokens).identify(as_at_entra(tokens, preferred_username=value)).email is None
