"""The portal's settings from the environment: some that every service has, and its own."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from servicekit.settings import SETTINGS as SHARED
from servicekit.settings import BadSetting, Environment, Setting

OWN = (
    Setting(
        "ACORN_PORTAL_URL", None, "Address at which people open the portal, such as https://acorn.oaktrees.example."
    ),
    Setting("ACORN_PORTAL_CLIENT_ID", "acorn-portal", "The portal's name at the identity provider."),
    Setting("ACORN_PORTAL_CLIENT_SECRET", "", "Its secret there; empty for a public client."),
    Setting("ACORN_STAFF_URL", None, "Address of the staff service."),
    Setting("ACORN_CPD_URL", None, "Address of the CPD service."),
    Setting(
        "ACORN_PORTAL_SCOPE",
        "openid profile email",
        "What is asked of the identity provider at a sign-in; what else some need is in identity.md.",
    ),
    Setting("ACORN_PORTAL_IDLE_MINUTES", "30", "Somebody who does nothing for so long is signed out."),
    Setting("ACORN_TRUST_NAME", "Oak Trees Multi Academy Trust", "The trust's name, on every page."),
    Setting("ACORN_TRUST_COLOUR", "#1f4f3f", "The header's colour as #rrggbb; white text must be readable on it."),
)
SETTINGS: tuple[Setting, ...] = (*SHARED, *OWN)
_READABLE = 4.5
"""The least contrast of text (WCAG 2.2, success criterion 1.4.3)."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the portal needs to know from outside. Secrets never show in its text form."""

    mongodb_uri: str = field(repr=False)
    database: str
    url: str
    services: Mapping[str, str]
    oidc_issuer: str
    client_id: str = "acorn-portal"
    client_secret: str = field(default="", repr=False)
    scope: str = "openid profile email"
    idle_minutes: int = 30
    trust_name: str = "Oak Trees Multi Academy Trust"
    trust_colour: str = "#1f4f3f"
    max_upload_bytes: int = 20_000_000
    log_level: str = "info"

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """Read the portal's settings; `BadSetting` names the first variable that is missing or unreadable."""
        read = Environment(SETTINGS, env)
        return cls(
            mongodb_uri=read.text("ACORN_MONGODB_URI"),
            database=read.text("ACORN_DATABASE_PREFIX") + "portal",
            url=read.url("ACORN_PORTAL_URL"),
            services={"staff": read.url("ACORN_STAFF_URL"), "cpd": read.url("ACORN_CPD_URL")},
            oidc_issuer=read.text("ACORN_OIDC_ISSUER"),
            client_id=_client_id(read),
            client_secret=read.text("ACORN_PORTAL_CLIENT_SECRET"),
            scope=_scope(read),
            idle_minutes=read.number("ACORN_PORTAL_IDLE_MINUTES"),
            trust_name=read.text("ACORN_TRUST_NAME"),
            trust_colour=readable(read.text("ACORN_TRUST_COLOUR")),
            max_upload_bytes=read.number("ACORN_MAX_UPLOAD_BYTES"),
            log_level=read.one_of("ACORN_LOG_LEVEL", ("debug", "info", "warning", "error")),
        )

    @property
    def secure(self) -> bool:
        """Whether people reach the portal over TLS, so that cookies may demand it."""
        return self.url.startswith("https://")


def _client_id(read: Environment) -> str:
    client = read.text("ACORN_PORTAL_CLIENT_ID")
    if client == read.text("ACORN_OIDC_AUDIENCE"):
        raise BadSetting(
            f"ACORN_PORTAL_CLIENT_ID and ACORN_OIDC_AUDIENCE are both {client!r}: ID tokens are made for the portal, "
            "so the services must have another audience, or ID tokens would be meant for them too."
        )
    return client


def _scope(read: Environment) -> str:
    scope = read.text("ACORN_PORTAL_SCOPE")
    if "openid" not in scope.split():
        raise BadSetting(f"ACORN_PORTAL_SCOPE is {scope!r}; without openid nobody learns who signs in: add it.")
    return scope


def readable(colour: str) -> str:
    """A colour on which white text is readable; `BadSetting` for any other."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise BadSetting(f"ACORN_TRUST_COLOUR is {colour!r}; write it as #rrggbb, such as #1f4f3f.")
    contrast = 1.05 / (_luminance(colour) + 0.05)
    if contrast < _READABLE:
        raise BadSetting(
            f"ACORN_TRUST_COLOUR is {colour}, on which white text has a contrast of {contrast:.1f} to 1: choose a "
            f"darker one ({_READABLE} to 1 or more)."
        )
    return colour


def _luminance(colour: str) -> float:
    """The relative luminance of a colour (WCAG 2.2, "relative luminance")."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
