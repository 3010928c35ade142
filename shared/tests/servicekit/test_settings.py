"""Settings from the environment: read once, refused with the variable's name."""

import pytest

from servicekit.roles import Role
from servicekit.settings import BadSetting, Settings

NEEDED = {
    "ACORN_MONGODB_URI": "mongodb://user:secret@db.example/?replicaSet=rs0",
    "ACORN_KAFKA_BOOTSTRAP": "kafka.example:9092",
    "ACORN_OIDC_ISSUER": "https://login.example",
}


def test_what_has_a_default_need_not_be_set() -> None:
    settings = Settings.from_environment("staff", NEEDED)
    assert settings.database == "acorn_staff"
    assert settings.environment == "production"
    assert settings.roles == {role.value: role for role in Role}


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(BadSetting, match=f"^{name} is not set"):
        Settings.from_environment("staff", {other: value for other, value in NEEDED.items() if other != name})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ACORN_MAX_BODY_BYTES", "-1"),
        ("ACORN_MAX_BODY_BYTES", "many"),
        ("ACORN_LOG_LEVEL", "loud"),
        ("ACORN_WORKER_BIND", "8001"),
        ("ACORN_WORKER_BIND", "0.0.0.0:99999"),
        ("ACORN_ROLES", "HR-Group"),
        ("ACORN_ROLES", "HR-Group=emperor"),
        ("ACORN_KAFKA_SECURITY", "NONE"),
        ("ACORN_OIDC_TOKEN_TYPES", ""),
        ("ACORN_OIDC_TOKEN_TYPES", "at+jwt, id_token"),
        ("ACORN_OIDC_EMAIL_VERIFIED", "never"),
        ("ACORN_FAULT_POINT", "relay: before send"),
    ],
)
def test_what_cannot_be_read_is_named(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        Settings.from_environment("staff", {**NEEDED, name: value})


def test_groups_of_the_identity_provider_become_access_roles() -> None:
    settings = Settings.from_environment("staff", {**NEEDED, "ACORN_ROLES": "HR Group=hr, sil=sil"})
    assert settings.roles == {"HR Group": Role.HR, "sil": Role.SIL}


def test_by_default_only_named_access_tokens_and_verified_addresses_count() -> None:
    settings = Settings.from_environment("staff", NEEDED)
    chosen = (settings.oidc_token_types, settings.oidc_email_claim, settings.oidc_vouches_for_emails)
    assert chosen == (frozenset({"at+jwt"}), "email", False)


def test_a_provider_that_does_not_name_its_access_tokens_can_be_allowed() -> None:
    settings = Settings.from_environment("staff", {**NEEDED, "ACORN_OIDC_TOKEN_TYPES": "at+jwt, JWT"})
    assert settings.oidc_token_types == {"at+jwt", "jwt"}


def test_another_claim_holds_the_address_only_where_the_trust_vouches_for_it() -> None:
    chosen = {**NEEDED, "ACORN_OIDC_EMAIL_CLAIM": "preferred_username"}
    with pytest.raises(BadSetting, match="`email_verified` speaks of `email` alone"):
        Settings.from_environment("staff", chosen)
    settings = Settings.from_environment("staff", {**chosen, "ACORN_OIDC_EMAIL_VERIFIED": "always"})
    assert (settings.oidc_email_claim, settings.oidc_vouches_for_emails) == ("preferred_username", True)


def test_a_secret_does_not_show() -> None:
    assert "secret" not in repr(Settings.from_environment("staff", NEEDED))
