"""What the pages of data protection have in common: who gets in, and the way there."""

from typing import Any

from flask import abort

from acorn_portal.pages import me


def only_data_protection() -> None:
    """Show a page to data protection alone; the services judge each call anew, and keep it as a look."""
    if not me().protects_data:
        abort(403)


def trail(*further: dict[str, Any]) -> list[dict[str, Any]]:
    """The way from home."""
    return [{"text": "Home", "href": "/"}, *further]
