"""Settings from the environment, each read once at start and documented in one table (docs/settings.md)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from servicekit.roles import Role


class BadSetting(Exception):
    """An environment variable is missing or cannot be read; the message says which and what to set."""


@dataclass(frozen=True)
class Setting:
    """One environment variable: its name, its default (None: required) and what it means."""

    name: str
    default: str | None
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting("ACORN_MONGODB_URI", None, "Address of the MongoDB replica set, with user and password where it has them."),
    Setting("ACORN_DATABASE_PREFIX", "acorn_", "Put before the service's name to make the name of its database."),
    Setting("ACORN_KAFKA_BOOTSTRAP", None, "Kafka brokers as host:port, separated by commas."),
    Setting("ACORN_KAFKA_SECURITY", "PLAINTEXT", "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL."),
    Setting("ACORN_KAFKA_SASL_MECHANISM", "SCRAM-SHA-512", "SASL mechanism, where the security has SASL."),
    Setting("ACORN_KAFKA_USERNAME", "", "SASL user."),
    Setting("ACORN_KAFKA_PASSWORD", "", "SASL password."),
    Setting("ACORN_KAFKA_CA_FILE", "", "File with the certificates that sign the brokers' (SSL)."),
    Setting("ACORN_KAFKA_REPLICATION", "1", "Replicas of each topic that Acorn creates; 3 on a real cluster."),
    Setting("ACORN_OIDC_ISSUER", None, "Issuer of the access tokens, exactly as in their `iss`."),
    Setting("ACORN_OIDC_AUDIENCE", "acorn", "Audience that a token must name."),
    Setting("ACORN_OIDC_JWKS_URI", "", "Address of the issuer's keys; empty: found by OIDC discovery."),
    Setting("ACORN_ROLES_CLAIM", "roles", "Claim of the token that holds the access roles."),
    Setting(
        "ACORN_ROLES",
        "",
        "Maps the claim's values to access roles: `HR-Group=hr,SLT-Lead=sil`; empty: the values are the access roles.",
    ),
    Setting("ACORN_CONTRACTS", "contracts", "Folder with the event schemas."),
    Setting("ACORN_MAX_BODY_BYTES", "1000000", "Largest JSON body."),
    Setting("ACORN_MAX_UPLOAD_BYTES", "20000000", "Largest uploaded file."),
    Setting("ACORN_LOG_LEVEL", "info", "debug, info, warning or error."),
    Setting("ACORN_BIND", "127.0.0.1:8000", "Address that a web process listens on; read by gunicorn's settings file."),
    Setting("ACORN_WORKER_BIND", "127.0.0.1:8001", "Address of a worker's health and metrics."),
    Setting("ACORN_ENVIRONMENT", "production", "`development` allows what only a laptop may do; else `production`."),
    Setting("ACORN_FAULT_POINT", "", "Kills the process at a named point; for fault tests, refused in production."),
)
_BY_NAME = {setting.name: setting for setting in SETTINGS}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a service needs to know from outside. Secrets never show in its text form."""

    mongodb_uri: str = field(repr=False)
    database: str
    kafka: Mapping[str, str] = field(repr=False)
    kafka_replication: int = 1
    oidc_issuer: str
    oidc_audience: str = "acorn"
    oidc_jwks_uri: str = ""
    roles_claim: str = "roles"
    roles: Mapping[str, Role] = field(default_factory=lambda: MappingProxyType({role.value: role for role in Role}))
    contracts: Path = Path("contracts")
    max_body_bytes: int = 1_000_000
    max_upload_bytes: int = 20_000_000
    log_level: str = "info"
    worker_bind: tuple[str, int] = ("127.0.0.1", 8001)
    environment: str = "production"

    @classmethod
    def from_environment(cls, service: str, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings of a service; `BadSetting` names the first variable that is missing or unreadable."""
        environment = _one_of(env, "ACORN_ENVIRONMENT", ("development", "production"))
        if _text(env, "ACORN_FAULT_POINT") and environment == "production":
            raise BadSetting("ACORN_FAULT_POINT is for fault tests and is refused in production: unset it.")
        return cls(
            mongodb_uri=_text(env, "ACORN_MONGODB_URI"),
            database=_text(env, "ACORN_DATABASE_PREFIX") + service,
            kafka=MappingProxyType(
                {
                    "bootstrap": _text(env, "ACORN_KAFKA_BOOTSTRAP"),
                    "security": _one_of(
                        env, "ACORN_KAFKA_SECURITY", ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
                    ),
                    "sasl_mechanism": _text(env, "ACORN_KAFKA_SASL_MECHANISM"),
                    "username": _text(env, "ACORN_KAFKA_USERNAME"),
                    "password": _text(env, "ACORN_KAFKA_PASSWORD"),
                    "ca_file": _text(env, "ACORN_KAFKA_CA_FILE"),
                }
            ),
            kafka_replication=_number(env, "ACORN_KAFKA_REPLICATION"),
            oidc_issuer=_text(env, "ACORN_OIDC_ISSUER"),
            oidc_audience=_text(env, "ACORN_OIDC_AUDIENCE"),
            oidc_jwks_uri=_text(env, "ACORN_OIDC_JWKS_URI"),
            roles_claim=_text(env, "ACORN_ROLES_CLAIM"),
            roles=_roles(_text(env, "ACORN_ROLES")),
            contracts=Path(_text(env, "ACORN_CONTRACTS")),
            max_body_bytes=_number(env, "ACORN_MAX_BODY_BYTES"),
            max_upload_bytes=_number(env, "ACORN_MAX_UPLOAD_BYTES"),
            log_level=_one_of(env, "ACORN_LOG_LEVEL", ("debug", "info", "warning", "error")),
            worker_bind=_address(env, "ACORN_WORKER_BIND"),
            environment=environment,
        )


def _text(env: Mapping[str, str], name: str) -> str:
    setting = _BY_NAME[name]
    value = env.get(name, setting.default)
    if value is None:
        raise BadSetting(f"{name} is not set. It is: {setting.meaning}")
    return value


def _one_of(env: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    value = _text(env, name)
    if value not in allowed:
        raise BadSetting(f"{name} is {value!r}; it must be one of {', '.join(allowed)}.")
    return value


def _number(env: Mapping[str, str], name: str) -> int:
    value = _text(env, name)
    if not value.isascii() or not value.isdigit() or int(value) == 0:
        raise BadSetting(f"{name} is {value!r}; it must be a whole number above 0.")
    return int(value)


def _address(env: Mapping[str, str], name: str) -> tuple[str, int]:
    host, colon, port = _text(env, name).rpartition(":")
    if not colon or not port.isdigit() or int(port) > 65535:
        raise BadSetting(f"{name} must be host:port, such as 0.0.0.0:8001.")
    return host, int(port)


def _roles(text: str) -> Mapping[str, Role]:
    if not text:
        return MappingProxyType({role.value: role for role in Role})
    mapped: dict[str, Role] = {}
    for pair in text.split(","):
        claimed, equals, role = pair.strip().rpartition("=")
        if not equals or role not in {known.value for known in Role}:
            known = ", ".join(known.value for known in Role)
            raise BadSetting(f"ACORN_ROLES has {pair.strip()!r}; write value=role with a role of: {known}.")
        mapped[claimed] = Role(role)
    return MappingProxyType(mapped)
