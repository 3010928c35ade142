"""An OpenID Connect provider for development: it signs in whoever is picked, with real, signed tokens.

Discovery, published keys, authorization code with PKCE (S256 only), refresh tokens for the portal, signing out, client
credentials, access tokens as RFC 9068 has them (`at+jwt`). It asks for no password, so it listens on loopback, answers
to loopback and refuses production.
"""

from embedded.identity.app import create_app, on_loopback
from embedded.identity.provider import AUDIENCE, MACHINE, PORTAL, Code, Provider, Refused, challenge
from embedded.identity.serving import Quiet, check_environment

__all__ = [
    "AUDIENCE",
    "MACHINE",
    "PORTAL",
    "Code",
    "Provider",
    "Quiet",
    "Refused",
    "challenge",
    "check_environment",
    "create_app",
    "on_loopback",
]
