"""The provider as a program of its own, on this machine and for development only."""

import argparse
import os
from collections.abc import Collection, Mapping
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from embedded.identity.app import create_app
from embedded.identity.provider import Provider
from embedded.processes import EngineFailed


def check_environment(environment: Mapping[str, str]) -> None:
    """Refuse, by `EngineFailed`, to run anywhere but where the settings say development."""
    if environment.get("ACORN_ENVIRONMENT", "production") != "development":
        raise EngineFailed(
            "The development sign-in asks for no password, so it does not run in production: set ACORN_OIDC_ISSUER to "
            "your identity provider (or, on a laptop, ACORN_ENVIRONMENT to development)."
        )


class Quiet(WSGIRequestHandler):
    """Logs no requests: their query strings name people."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def main() -> None:
    """Read the options and serve."""
    options = argparse.ArgumentParser(prog="python -m embedded.identity", description=__doc__)
    options.add_argument("--port", type=int, required=True)
    options.add_argument("--data", type=Path, required=True)
    options.add_argument("--sign-ins", type=Path, required=True)
    chosen = options.parse_args()
    try:
        check_environment(os.environ)
    except EngineFailed as failure:
        options.exit(1, f"{failure}\n")
    serve(Provider(f"http://127.0.0.1:{chosen.port}", chosen.data, chosen.sign_ins), "127.0.0.1", chosen.port)


def serve(provider: Provider, host: str, port: int, redirects: Collection[str] = ()) -> None:
    """Serve until stopped; `redirects` as for `create_app`."""
    app = create_app(provider, redirects)
    make_server(host, port, app, threaded=True, request_handler=Quiet).serve_forever()
