"""Settings from the environment, each read once at start and documented in one table (docs/settings.md)."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

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
    Setting("ACORN_SERVICE", None, "The service that a process is of, such as staff; an image has it set."),
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
    Setting("ACORN_OIDC_AUDIENCE", "acorn", "Audience that a token must name; never one that ID tokens are made for."),
    Setting(
        "ACORN_OIDC_TOKEN_TYPES",
        "at+jwt",
        "What an access token's `typ` may be: `at+jwt`, or `at+jwt,JWT` for a provider that does not say so.",
    ),
    Setting(
        "ACORN_OIDC_EMAIL_CLAIM", "email", "Claim of the token with the e-mail address, such as `preferred_username`."
    ),
    Setting(
        "ACORN_OIDC_EMAIL_VERIFIED",
        "claim",
        "`claim`: an address counts where `email_verified` says so; `always`: the trust itself gives out each one.",
    ),
    Setting("ACORN_OIDC_JWKS_URI", "", "Address of the issuer's keys; empty: found by OIDC discovery."),
    Setting(
        "ACORN_ROLES_CLAIM",
        "roles",
        "Claim of the token that holds the access roles, as a list or as words; or a path, `realm_access.roles`.",
    ),
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


class Environment:
    """The environment as a table of settings describes it; each reader is a `BadSetting` for what cannot be read."""

    def __init__(self, settings: Sequence[Setting], env: Mapping[str, str] = os.environ) -> None:
        self._settings = {setting.name: setting for setting in settings}
        self._env = env

    def text(self, name: str) -> str:
        """A variable's text, or its default."""
        setting = self._settings[name]
        value = self._env.get(name, setting.default)
        if value is None:
            raise BadSetting(f"{name} is not set. It is: {setting.meaning}")
        return value

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        """A text out of a closed list."""
        value = self.text(name)
        if value not in allowed:
            raise BadSetting(f"{name} is {value!r}; it must be one of {', '.join(allowed)}.")
        return value

    def number(self, name: str) -> int:
        """A whole number above 0."""
        value = self.text(name)
        if not value.isascii() or not value.isdigit() or int(value) == 0:
            raise BadSetting(f"{name} is {value!r}; it must be a whole number above 0.")
        return int(value)

    def bind(self, name: str) -> tuple[str, int]:
        """Where to listen, written host:port."""
        host, colon, port = self.text(name).rpartition(":")
        if not colon or not port.isdigit() or int(port) > 65535:
            raise BadSetting(f"{name} must be host:port, such as 0.0.0.0:8001.")
        return host, int(port)

    def url(self, name: str) -> str:
        """An http(s) address without path, query or closing slash."""
        value = self.text(name).rstrip("/")
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
            raise BadSetting(f"{name} is {value!r}; it must be an address such as https://acorn.example, and no more.")
        return value


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
    oidc_token_types: frozenset[str] = frozenset({"at+jwt"})
    oidc_email_claim: str = "email"
    oidc_vouches_for_emails: bool = False
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
        read = Environment(SETTINGS, env)
        environment = read.one_of("ACORN_ENVIRONMENT", ("development", "production"))
        if read.text("ACORN_FAULT_POINT") and environment == "production":
            raise BadSetting("ACORN_FAULT_POINT is for fault tests and is refused in production: unset it.")
        return cls(
            mongodb_uri=read.text("ACORN_MONGODB_URI"),
            database=read.text("ACORN_DATABASE_PREFIX") + service,
            kafka=MappingProxyType(
                {
                    "bootstrap": read.text("ACORN_KAFKA_BOOTSTRAP"),
                    "security": read.one_of("ACORN_KAFKA_SECURITY", ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")),
                    "sasl_mechanism": read.text("ACORN_KAFKA_SASL_MECHANISM"),
                    "username": read.text("ACORN_KAFKA_USERNAME"),
                    "password": read.text("ACORN_KAFKA_PASSWORD"),
                    "ca_file": read.text("ACORN_KAFKA_CA_FILE"),
                }
            ),
            kafka_replication=read.number("ACORN_KAFKA_REPLICATION"),
            oidc_issuer=read.text("ACORN_OIDC_ISSUER"),
            oidc_audience=read.text("ACORN_OIDC_AUDIENCE"),
            oidc_jwks_uri=read.text("ACORN_OIDC_JWKS_URI"),
            oidc_token_types=_token_types(read.text("ACORN_OIDC_TOKEN_TYPES")),
            oidc_email_claim=_email_claim(read),
            oidc_vouches_for_emails=_vouches_for_emails(read),
            roles_claim=read.text("ACORN_ROLES_CLAIM"),
            roles=_roles(read.text("ACORN_ROLES")),
            contracts=Path(read.text("ACORN_CONTRACTS")),
            max_body_bytes=read.number("ACORN_MAX_BODY_BYTES"),
            max_upload_bytes=read.number("ACORN_MAX_UPLOAD_BYTES"),
            log_level=read.one_of("ACORN_LOG_LEVEL", ("debug", "info", "warning", "error")),
            worker_bind=read.bind("ACORN_WORKER_BIND"),
            environment=environment,
        )


def _token_types(text: str) -> frozenset[str]:
    types = frozenset(part.strip().lower() for part in text.split(","))
    if not types <= {"at+jwt", "jwt"}:
        raise BadSetting(f"ACORN_OIDC_TOKEN_TYPES is {text!r}; it must be at+jwt, JWT or both with a comma between.")
    return types


def _vouches_for_emails(read: Environment) -> bool:
    return read.one_of("ACORN_OIDC_EMAIL_VERIFIED", ("claim", "always")) == "always"


def _email_claim(read: Environment) -> str:
    claim = read.text("ACORN_OIDC_EMAIL_CLAIM")
    if claim != "email" and not _vouches_for_emails(read):
        raise BadSetting(
            f"ACORN_OIDC_EMAIL_CLAIM is {claim!r}, but `email_verified` speaks of `email` alone. If the trust itself "
            "gives out every address in that claim, set ACORN_OIDC_EMAIL_VERIFIED to always; otherwise use `email`."
        )
    return claim


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
